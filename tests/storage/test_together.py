"""One transaction over several companies: kept together, or not at all, and never mixed up."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from coaching.card import note
from coaching.decision import Decision
from coaching.engine import Engine
from coaching.routine import Routine
from coaching.routines import ROUTINES
from storage.store import SqlStore, UnknownCompanyError
from storage.tables import ClaimRow
from tests.builders import MONDAY, a_company, a_member, at, planned, pressed
from tests.fakes import no_holidays

if TYPE_CHECKING:
    from sqlalchemy import Engine as Database

    from coaching.events import Pressed
    from coaching.people import Member


def two_companies(database: Database) -> SqlStore:
    store = SqlStore(database)
    for slug in ("acme", "bolt"):
        company = a_company(a_member(), slug=slug)
        with store.opened(company, at("06:00")) as work:
            work.keep_company(company)
        Engine(store, no_holidays, ROUTINES).handle(replace(planned(at("07:00")), company=slug))
    Engine(store, no_holidays, ROUTINES).tick(at("08:30"))
    return store


def sent(company: str, calls: str, key: str) -> Pressed:
    fields = {"count.calls": calls, "commitment": f"Call {company}", "note": ""}
    press = pressed("checkin.send", at("08:41"), key=key, args={"day": MONDAY.isoformat()}, fields=fields)
    return replace(press, company=company)


def calls(store: SqlStore, company: str) -> int | None:
    with store.work(company) as work:
        (checkin,) = work.checkins(MONDAY, MONDAY, "dana")
        promises = [it.text for it in work.commitments(MONDAY, MONDAY)]
    assert promises == ([f"Call {company}"] if checkin.answered_at else [])
    return checkin.counts.get("calls")


def test_answers_of_several_companies_are_kept_by_one_commit(each_engine: Database) -> None:
    store = two_companies(each_engine)
    engine = Engine(store, no_holidays, ROUTINES)
    assert engine.handle_all([sent("acme", "12", "a"), sent("bolt", "7", "a"), sent("acme", "99", "a")]) == [None] * 3
    assert (calls(store, "acme"), calls(store, "bolt")) == (12, 7)


def test_of_several_that_come_together_one_that_was_done_before_changes_nothing_and_stops_nobody(
    each_engine: Database,
) -> None:
    store = two_companies(each_engine)
    engine = Engine(store, no_holidays, ROUTINES)
    engine.handle(sent("acme", "12", "a"))
    assert engine.handle_all([sent("acme", "99", "a"), sent("bolt", "7", "a")]) == [None] * 2
    assert (calls(store, "acme"), calls(store, "bolt")) == (12, 7)


def test_what_one_company_does_follows_on_what_it_did_before(each_engine: Database) -> None:
    """Others' may be done in between, or beside it."""
    store = two_companies(each_engine)
    engine = Engine(store, no_holidays, ROUTINES)
    answers = [sent("acme", "12", "a"), sent("bolt", "7", "a"), sent("acme", "13", "b"), sent("acme", "14", "c")]
    assert engine.handle_all(answers) == [None] * 4
    with store.work("acme") as work:
        assert [(it.counts["calls"], it.edits) for it in work.checkins(MONDAY, MONDAY, "dana")] == [(14, 2)]
    assert calls(store, "bolt") == 7


def test_what_companies_do_side_by_side_is_gathered_and_decided_by_its_own_records(each_engine: Database) -> None:
    store = two_companies(each_engine)
    seen = []

    def decide(facts: str, event: Pressed) -> Decision:
        seen.append((event.company, facts))
        return Decision(reply=note(facts))

    routine = Routine(name="echo", gather=lambda records, _event, _holidays: records.company.slug, decide=decide)
    events = [replace(pressed("echo.it", at("09:00"), direct=True), company=it) for it in ("acme", "bolt")]
    answers = Engine(store, no_holidays, (routine,)).handle_all(events)
    assert answers == [note("acme"), note("bolt")]
    assert seen == [("acme", "acme"), ("bolt", "bolt")]


def test_a_name_that_is_given_back_may_be_taken_again_and_only_ones_own(each_engine: Database) -> None:
    store = two_companies(each_engine)
    for slug in ("acme", "bolt"):
        with store.work(slug) as work:
            assert work.claim("form", "again")
    with store.work("acme") as work:
        work.release("form")
        assert work.claim("form")
        assert not work.claim("again")
    with store.work("bolt") as work:
        assert not work.claim("form")


@pytest.mark.parametrize("young", [("just now",), ()])
def test_names_that_were_taken_long_ago_may_be_taken_again(each_engine: Database, young: tuple[str, ...]) -> None:
    store = two_companies(each_engine)
    with store.work("acme") as work:
        assert work.claim("long ago")
    for slug in ("acme", "bolt"):
        with store.work(slug) as work:
            work.session.execute(sa.update(ClaimRow).values(at=at("01:00")))
    with store.work("bolt") as work:
        assert all(work.claim(it) for it in young)
    assert store.forget_claims(at("02:00")) > 1
    assert store.forget_claims(at("02:00")) == 0
    with store.work("acme") as work:
        assert work.claim("long ago")
    with store.work("bolt") as work:
        assert not any(work.claim(it) for it in young)


def test_one_that_fails_takes_nobody_elses_answer_with_it(each_engine: Database) -> None:
    store = two_companies(each_engine)
    engine = Engine(store, no_holidays, ROUTINES)
    answers = [sent("acme", "12", "a"), sent("nobody", "7", "b"), sent("bolt", "8", "c")]
    kept, failed, also = engine.handle_all(answers)
    assert (kept, also) == (None, None)
    assert isinstance(failed, UnknownCompanyError)
    assert (calls(store, "acme"), calls(store, "bolt")) == (12, 8)


def test_nothing_is_kept_when_one_fails(each_engine: Database) -> None:
    store = two_companies(each_engine)

    def half_way() -> None:
        with store.together() as begun:
            with begun(("acme",)) as (work,):
                assert work.claim("acme's")
            with begun(("nobody",)):
                pass

    with pytest.raises(UnknownCompanyError):
        half_way()
    with store.work("acme") as work:
        assert work.claim("acme's")


def test_a_company_as_it_never_became_is_not_remembered(each_engine: Database) -> None:
    """It is changed, read again within the transaction, and taken back; then another change gets the same version."""
    store = two_companies(each_engine)

    def renamed(name: str, *, fails: bool = False) -> None:
        with store.together() as begun:
            with begun(("acme",)) as (work,):
                work.apply(Decision(records=(replace(work.company.members[0], name=name),)), at("09:00"))
            with begun(("acme",)) as (work,):
                assert work.company.members[0].name == name
            if fails:
                raise RuntimeError("taken back")

    with pytest.raises(RuntimeError):
        renamed("Never", fails=True)
    other = SqlStore(each_engine)  # as another process would
    with other.work("acme") as work:
        work.apply(Decision(records=(replace(work.company.members[0], name="Other"),)), at("09:00"))
    assert store.company("acme").members[0].name == "Other"


def test_what_one_did_is_seen_by_the_next(each_engine: Database) -> None:
    store = two_companies(each_engine)

    def decide(member: Member, _event: object) -> Decision:
        return Decision(records=(replace(member, name=f"{member.name}!"),))

    echo = Routine(name="x", gather=lambda work, *_: work.company.members[0], decide=decide, words=frozenset({""}))
    engine = Engine(store, no_holidays, (echo,))
    engine.handle_all([replace(sent("acme", "1", key), action="x.y") for key in ("a", "b")])
    assert store.company("acme").members[0].name == "Dana Reyes!!"
