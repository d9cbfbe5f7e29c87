"""What waits to be written is there for whoever asks, and kept with everything else or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from coaching.card import note
from coaching.checkins import CheckIn, CheckInStatus
from coaching.decision import Alarm, Decision, Kind, Message
from coaching.events import Rang
from storage import statements
from storage.database import create_engine, session
from storage.store import SqlStore
from storage.tables import AlarmRow, CheckInRow, DeliveryRow
from tests.builders import MONDAY, a_company, a_member, at

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Engine as Database

    from storage.work import CompanyWork

ANSWERED = CheckIn(member="dana", day=MONDAY, status=CheckInStatus.ANSWERED, counts={"calls": 12})


@pytest.fixture
def store(each_engine: Database) -> SqlStore:
    found = SqlStore(each_engine)
    for slug in ("acme", "bolt"):
        company = a_company(a_member(), slug=slug)
        with found.opened(company, at("06:00")) as work:
            work.keep_company(company)
    return found


def keep(work: CompanyWork, checkin: CheckIn = ANSWERED) -> None:
    work.apply(Decision(records=(checkin,)), at("08:41"))


def message(key: str) -> Message:
    return Message(key=key, to="dana", card=note(key), kind=Kind.REPLY)


def alarms(names: Iterable[str], about: str, hour: str | None) -> tuple[Alarm, ...]:
    return tuple(Alarm(alarm=it, subject=about, at=hour and at(hour)) for it in names)


def kept_alarms(store: SqlStore, slug: str) -> list[tuple[str, str]]:
    with store.work(slug) as work:
        return sorted((it.alarm, it.subject) for it in work.session.scalars(sa.select(AlarmRow)))


def states(store: SqlStore, slug: str) -> dict[str, str]:
    with store.work(slug) as work:
        return {it.key: it.state for it in work.session.scalars(sa.select(DeliveryRow))}


def test_what_was_just_kept_is_found_by_a_question_in_the_same_transaction(store: SqlStore) -> None:
    with store.work("acme") as work:
        keep(work)
        assert [it.counts for it in work.checkins(MONDAY, MONDAY)] == [{"calls": 12}]
        keep(work, replace(ANSWERED, counts={"calls": 14}))
        assert work.session.scalars(sa.select(CheckInRow.counts)).all() == [{"calls": 14}]


def test_it_is_found_too_when_another_company_came_between(store: SqlStore) -> None:
    with store.together() as begun:
        for slug in ("acme", "bolt"):
            with begun((slug,)) as (work,):
                keep(work)
        with begun(("acme",)) as (work,):
            assert len(work.checkins(MONDAY, MONDAY)) == 1


def test_the_last_word_of_two_in_one_transaction_stands(store: SqlStore) -> None:
    with store.together() as begun:
        for calls in (12, 9):
            with begun(("acme",)) as (work,):
                keep(work, replace(ANSWERED, counts={"calls": calls}))
    with store.work("acme") as work:
        assert [it.counts for it in work.checkins(MONDAY, MONDAY)] == [{"calls": 9}]


def test_of_an_alarm_that_is_set_switched_off_and_set_again_unasked_the_last_word_stands(store: SqlStore) -> None:
    with store.together() as begun:
        for hour in ("08:00", None, "10:00"):
            with begun(("acme",)) as (work,):
                work.apply(Decision(alarms=alarms("a", "dana", hour)), at("07:00"))
    assert kept_alarms(store, "acme") == [("a", "dana")]


def test_nothing_of_it_is_kept_when_the_transaction_fails(store: SqlStore) -> None:
    def half_way() -> None:
        with store.work("acme") as work:
            keep(work)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_way()
    with store.work("acme") as work:
        assert work.checkins(MONDAY, MONDAY) == ()


def test_what_opens_a_company_keeps_what_it_says_about_it(store: SqlStore) -> None:
    with store.opened(a_company(a_member(), slug="new"), at("06:00")) as work:
        work.keep_company(a_company(a_member(), slug="new"))
        keep(work)
    with store.work("new") as work:
        assert len(work.checkins(MONDAY, MONDAY)) == 1


def test_an_alarm_that_was_set_anew_in_the_same_transaction_isnt_taken_as_it_stood(store: SqlStore) -> None:
    rang = Rang(company="acme", key="k", at=at("09:00"), alarm="a", subject="dana", due_at=at("08:00"))
    with store.work("acme") as work:
        work.apply(Decision(alarms=alarms("a", "dana", "08:00")), at("07:00"))
    with store.work("acme") as work:
        work.apply(Decision(alarms=alarms("a", "dana", "10:00")), at("07:00"))
        assert not work.take(rang)


@pytest.mark.parametrize("many", [1, 2, 3, 4, 7])
def test_however_many_alarms_of_however_many_subjects_are_switched_off_at_once(store: SqlStore, many: int) -> None:
    names = [f"a{n}" for n in range(many)]
    both = ("dana", "lee")
    for slug in ("acme", "bolt"):
        with store.work(slug) as work:
            on = tuple(it for about in both for it in alarms((*names, "stays"), about, "09:00"))
            work.apply(Decision(alarms=on), at("07:00"))
    with store.work("acme") as work:
        off = tuple(it for about in both for it in alarms(names, about, None))
        work.apply(Decision(alarms=off), at("07:00"))
    assert kept_alarms(store, "acme") == [("stays", "dana"), ("stays", "lee")]
    assert len(kept_alarms(store, "bolt")) == 2 * (many + 1)


@pytest.mark.parametrize("many", [1, 2, 3, 4, 7])
def test_however_many_messages_are_withdrawn_at_once_with_their_twins(store: SqlStore, many: int) -> None:
    keys = [f"m{n}" for n in range(many)]
    for slug in ("acme", "bolt"):
        with store.work(slug) as work:
            both = tuple(replace(message(it), by_mail_too=True) for it in (*keys, "stays"))
            work.apply(Decision(messages=both), at("07:00"))
    with store.work("acme") as work:
        work.apply(Decision(withdraw=tuple(keys)), at("07:01"))
    assert {key for key, it in states(store, "acme").items() if it == "queued"} == {"stays", "stays:mail"}
    assert set(states(store, "bolt").values()) == {"queued"}


def test_a_message_that_is_withdrawn_and_queued_anew_in_one_decision_stays_withdrawn(store: SqlStore) -> None:
    with store.work("acme") as work:
        work.apply(Decision(messages=(message("m"),)), at("07:00"))
    with store.work("acme") as work:
        work.apply(Decision(messages=(message("m"),), withdraw=("m",)), at("07:01"))
    assert states(store, "acme") == {"m": "withdrawn"}


@pytest.mark.parametrize("many", [1, 2, 3, 5])
def test_however_many_names_are_taken_at_once_and_all_or_it_is_not_new(store: SqlStore, many: int) -> None:
    names = [f"n{it}" for it in range(many)]
    with store.work("acme") as work:
        assert work.claim(*names)
        assert not work.claim("other", names[-1])
    with store.work("bolt") as work:
        assert work.claim(*names)


def test_sqlite_finds_what_is_withdrawn_by_its_key_however_much_waits(migrated_sqlite_url: str) -> None:
    engine = create_engine(migrated_sqlite_url)
    told = str(statements.WITHDRAW.compile(dialect=engine.dialect))
    with session(engine) as it:
        plan = it.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {told}", ("x",) * told.count("?"))
        (how,) = [row[3] for row in plan]
    assert "company_id=? AND key=?" in how


def test_a_day_later_nothing_is_left_waiting(store: SqlStore) -> None:
    with store.work("acme") as work:
        keep(work)
    with store.work("acme") as work:
        keep(work, replace(ANSWERED, day=MONDAY + timedelta(days=1)))
        assert len(work.checkins(MONDAY, MONDAY + timedelta(days=1))) == 2
