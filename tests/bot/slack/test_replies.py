"""Where a pressed card may be changed: for a while, a few times, and in one company only."""

from __future__ import annotations

import pytest

from bot.slack import replies
from bot.slack.replies import USES, Replies

HERE = ("acme", "D0DANA", "1.1")


def test_the_newest_address_of_a_message_is_used_a_few_times() -> None:
    known = Replies()
    known.keep(HERE, "https://hooks.slack.com/old")
    known.keep(HERE, "https://hooks.slack.com/new")
    assert [known.use(HERE) for _ in range(USES)] == ["https://hooks.slack.com/new"] * USES
    assert known.use(HERE) is None


def test_another_companys_or_another_messages_is_nobodys() -> None:
    known = Replies()
    known.keep(HERE, "https://hooks.slack.com/x")
    assert known.use(("globex", "D0DANA", "1.1")) is None
    assert known.use(("acme", "D0DANA", "1.2")) is None


@pytest.mark.parametrize(("place", "url"), [(HERE, ""), (("acme", "", ""), "https://hooks.slack.com/x")])
def test_what_has_no_address_or_no_message_is_not_kept(place: tuple[str, str, str], url: str) -> None:
    known = Replies()
    known.keep(place, url)
    assert known.use(place) is None


def test_after_a_while_it_is_no_longer_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replies, "GOOD_FOR", -1.0)
    known = Replies()
    known.keep(HERE, "https://hooks.slack.com/x")
    assert known.use(HERE) is None


def test_only_so_many_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replies, "KEPT", 2)
    known = Replies()
    for n in range(3):
        known.keep(("acme", "D0DANA", f"{n}"), "https://hooks.slack.com/x")
    assert [known.use(("acme", "D0DANA", f"{n}")) is not None for n in range(3)] == [False, True, True]
