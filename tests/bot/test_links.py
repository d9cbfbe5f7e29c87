import hashlib

import pytest
from itsdangerous import TimestampSigner, URLSafeTimedSerializer

from bot.links import DAY, Answer, LinkExpired, LinkInvalid, NoLinks, Rows, SignedLinks, Visitor

LINKS = SignedLinks("https://coach.example/", "a secret")


def token(url: str) -> str:
    return url.rsplit("/", 1)[1]


def aged(days: float, salt: str, values: list[str]) -> str:
    """A link of ours, as old as that."""

    class Earlier(TimestampSigner):
        def get_timestamp(self) -> int:
            return super().get_timestamp() - int(days * DAY)

    signing = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
    return URLSafeTimedSerializer("a secret", salt=salt, signer=Earlier, signer_kwargs=signing).dumps(values)


def test_a_link_opens_to_what_it_was_made_of():
    answer = LINKS.answer_url("acme", "dana", "checkin:acme:dana:2026-11-23")
    rows = LINKS.of("acme").rows("digest/2026-11-27/won")
    assert answer.startswith("https://coach.example/answer/")
    assert rows.startswith("https://coach.example/rows/")
    assert LINKS.open(token(answer)) == Answer("acme", "dana", "checkin:acme:dana:2026-11-23")
    assert LINKS.open(token(rows)) == Rows("acme", "digest/2026-11-27/won")


def test_a_link_to_rows_never_opens_an_answer():
    with pytest.raises(LinkInvalid):
        LINKS.open_answer(token(LINKS.rows_url("acme", "won")))
    with pytest.raises(LinkInvalid):
        LINKS.open_rows(token(LINKS.answer_url("acme", "dana", "k")))


@pytest.mark.parametrize("broken", ["", "x", "a.b.c", "é.ü.\u202e", "." * 5000])
def test_a_damaged_link_is_refused_with_what_to_do(broken):
    with pytest.raises(LinkInvalid, match="from the message again"):
        LINKS.open(broken)


def test_every_changed_character_is_noticed():
    whole = token(LINKS.rows_url("acme", "won"))
    for at in range(len(whole) - 1):  # the last one holds spare bits
        changed = whole[:at] + ("A" if whole[at] != "A" else "B") + whole[at + 1 :]
        with pytest.raises((LinkInvalid, LinkExpired)):
            LINKS.open(changed)


def test_anothers_secret_opens_nothing():
    with pytest.raises(LinkInvalid):
        SignedLinks("https://coach.example", "another").open(token(LINKS.rows_url("acme", "won")))


def test_answers_last_a_week_and_rows_two_months():
    values = ["acme", "dana", "k"]
    assert LINKS.open(aged(6.9, "coach.answer", values)) == Answer("acme", "dana", "k")
    with pytest.raises(LinkExpired, match="too old"):
        LINKS.open(aged(7.1, "coach.answer", values))
    assert LINKS.open(aged(59, "coach.rows", values[:2])) == Rows("acme", "dana")
    with pytest.raises(LinkExpired, match="ask the coach for a new one"):
        LINKS.open(aged(61, "coach.rows", values[:2]))


def test_without_an_address_a_figure_has_no_link():
    assert NoLinks().rows("won") is None


def test_a_members_own_page_opens_for_a_day_as_that_member_and_as_no_other_page(monkeypatch):
    url = LINKS.of("acme").page("deals", "morgan")
    assert url.startswith("https://coach.example/deals/")
    assert LINKS.open_page("deals", token(url)) == Visitor("acme", "morgan")
    for other in ("company", "rows", "answer"):
        with pytest.raises(LinkInvalid):
            LINKS.open_page(other, token(url))
    with pytest.raises(LinkInvalid):
        LINKS.open(token(url))
    with pytest.raises(LinkInvalid):
        LINKS.open_page("deals", token(LINKS.rows_url("acme", "morgan")))
    with pytest.raises(LinkExpired):
        LINKS.open_page("deals", aged(1.1, "coach.page.deals", ["acme", "morgan"]))
    assert NoLinks().page("deals", "morgan") is None
