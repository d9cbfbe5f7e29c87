"""A deal that its rep let go is out of every figure of a page alike, and each says so."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from coaching.decision import Decision
from coaching.money import Money
from coaching.reviewed import Rule
from storage.database import create_engine
from storage.store import SqlStore
from tests.bot.commands.conftest import Coach, data_of, runner
from tests.builders import a_reviewed

OF = ("--company", "quillfern")
MONDAY, FRIDAY = "2026-11-23", "2026-11-27"
WHALE = "Q-1080"
"""Harbor & Pine, $240,000."""


def without_whale(sample_file: Path, folder: Path, day: int = 23) -> str:
    """The sample, with Dana's tap, on the Monday of its review unless a later `day` of that week is said."""
    url = f"sqlite:///{shutil.copy(sample_file, folder / 'coach.db')}"
    store = SqlStore(create_engine(url))
    at = datetime(2026, 11, day, 15, 0, tzinfo=UTC)
    with store.opened(store.company("quillfern"), at) as work:
        deal = work.opportunity(WHALE)
        answer = a_reviewed(
            on=date.fromisoformat(MONDAY),
            opportunity=WHALE,
            rule=Rule.OUTSIDE_USUAL_CYCLE,
            title=deal.title,
            at_stake=Money.of(180_000, "USD"),
            let_go=True,
            answered_at=at,
        )
        work.apply(Decision(records=(answer,)), at)
    store.engine.dispose()
    return url


@pytest.fixture(scope="module")
def let_go_url(sample_file: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    return without_whale(sample_file, tmp_path_factory.mktemp("let_go"))


@pytest.fixture
def after(monkeypatch: pytest.MonkeyPatch, let_go_url: str) -> Coach:
    return runner(monkeypatch, let_go_url, datetime(2026, 11, 27, 22, 0, tzinfo=UTC))


@pytest.mark.parametrize("whose", ["owner", "manager"])
def test_the_weeks_page_has_the_same_open_deals_in_what_changed_and_in_what_covers_the_gap(after, whose):
    found = data_of(after("digest", *OF, "--for", whose, "--on", FRIDAY, "--format", "json"))
    fall = found["waterfall"]
    parts = {it["what"]: (it["amount"], it["ids"]) for it in fall["parts"]}
    assert parts["let_go"] == (-240_000, [WHALE])
    assert fall["opening"] + sum(it["amount"] for it in fall["parts"]) == fall["closing"]
    [coverage] = [it for it in found["risks"] if it["risk"] == "coverage"]
    assert (len(coverage["ids"]), WHALE in coverage["ids"]) == (fall["n_closing"], False)
    text = " ".join(after("digest", *OF, "--for", whose, "--on", FRIDAY).stdout.split())
    assert "Let go (1)" in text
    assert f"open and due: ${fall['closing']:,}, {fall['n_closing']} deals" in text


def test_the_page_before_it_was_let_go_has_it_still(after):
    found = data_of(after("digest", *OF, "--on", "2026-11-20", "--format", "json"))["waterfall"]
    assert not [it for it in found["parts"] if it["what"] == "let_go" and it["n"]]
    later = data_of(after("digest", *OF, "--on", FRIDAY, "--format", "json"))["waterfall"]
    assert later["opening"] == found["closing"]


@pytest.mark.parametrize("day", [MONDAY, FRIDAY])
def test_the_review_counts_the_deals_that_are_left(after, day):
    found = data_of(after("review", *OF, "--member", "dana", "--on", day, "--format", "json"))
    [dana] = found["members"]
    due = found["waterfall"]
    assert (found["n_open"], dana["n_open"]) == ((1, 1) if day == MONDAY else (2, 2))
    assert (due["closing"], dana["worth"]) == ((28_500, 28_500) if day == MONDAY else (91_500, 91_500))


def test_what_is_let_go_is_asked_about_no_more(after):
    found = data_of(after("review", *OF, "--on", FRIDAY, "--format", "json"))
    assert WHALE not in {it["opportunity"] for it in found["findings"]}


def test_the_deal_says_that_it_was_let_go_and_the_brief_does_not_name_it(after):
    found = data_of(after("deal", *OF, "--id", WHALE, "--on", FRIDAY, "--format", "json"))
    assert found["let_go_on"] == MONDAY
    assert "let go by Dana, Mon 23 Nov" in after("deal", *OF, "--id", WHALE, "--on", FRIDAY).stdout
    assert "let go" not in after("deal", *OF, "--id", WHALE, "--on", "2026-11-20").stdout
    week = data_of(after("digest", *OF, "--for", "manager", "--on", FRIDAY, "--format", "json"))
    assert week["brief"]["deals"]
    assert WHALE not in week["brief"]["deals"]


def test_what_is_let_go_on_wednesday_was_still_asked_about_on_tuesday(monkeypatch, sample_file, tmp_path):
    url = without_whale(sample_file, tmp_path, day=25)
    run = runner(monkeypatch, url, datetime(2026, 11, 27, 22, 0, tzinfo=UTC))
    before, after = (
        data_of(run("review", *OF, "--on", day, "--format", "json"))["answers"] for day in ("2026-11-24", "2026-11-25")
    )
    assert [[it["let_go"] for it in found if it["opportunity"] == WHALE] for found in (before, after)] == [
        [False],
        [True],
    ]
    assert "let go by Dana, Wed 25 Nov" in run("deal", *OF, "--id", WHALE, "--on", FRIDAY).stdout
