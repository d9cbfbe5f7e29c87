"""Leases: who may send what, who may say so, and what happens to those who don't come back. On both databases."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from coaching.company import Company
from coaching.decision import Decision, Kind
from storage import rows
from storage.database import EVERY_COMPANY, create_engine, session
from storage.deliveries import Done, Later, Lost, Over, Pace, Sent, State
from storage.outbox import Outbox
from storage.store import SqlStore
from storage.tables import CompanyRow
from tests.builders import a_company, a_member
from tests.delivering import NOW, World


@pytest.fixture
def postgres_world(migrated_postgres_url: str) -> Iterator[World]:
    engine = create_engine(migrated_postgres_url)
    yield World(engine, a_company(), a_company(slug="globex"))
    engine.dispose()


@pytest.fixture
def world(each_engine: Engine) -> World:
    return World(each_engine)


def sent(world: World, *messages: object) -> None:
    world.outbox.finish([Done(it, Sent("slack", {"n": "x"})) for it in messages])


def test_a_leased_message_is_nobody_elses(world: World) -> None:
    world.queue("hello")
    [message] = world.outbox.claim(NOW, 8)
    assert world.outbox.claim(NOW, 8) == ()
    row = world.row("hello")
    assert (row.state, row.attempts) == ("sending", 1)
    assert row.lease_until == world.real.at + timedelta(seconds=60)
    assert message.lease == row.lease_owner


def test_an_expired_lease_is_an_unknown_outcome_never_a_second_sending(world: World) -> None:
    world.queue("hello")
    world.outbox.claim(NOW, 8)
    world.real.move(seconds=59)
    assert world.outbox.reap() == 0
    world.real.move(seconds=1)
    assert world.outbox.reap() == 1
    assert (world.row("hello").state, world.outbox.claim(NOW, 8)) == ("unknown", ())
    assert world.outbox.unknowns(8) == ()
    world.real.move(seconds=30)
    assert [it.key for it in world.outbox.unknowns(8)] == ["hello"]
    assert world.outbox.unknowns(8) == (), "it is being looked up already"


def test_an_abandoned_edit_is_made_again_without_looking(world: World) -> None:
    world.queue("ask")
    asyncio.run(world.delivery.step())
    world.queue("answered", replaces="ask")
    world.outbox.claim(NOW, 8)
    world.real.move(seconds=60)
    world.outbox.reap()
    world.real.move(seconds=31)
    assert [it.reference for it in world.outbox.claim(NOW, 8)] == [{"n": "m0"}]


def test_who_was_frozen_beyond_the_lease_may_still_say_that_it_was_sent(world: World) -> None:
    world.queue("hello")
    [message] = world.outbox.claim(NOW, 8)
    world.real.move(seconds=70)
    world.outbox.reap()
    sent(world, message)
    assert world.row("hello").state == "sent"


def test_but_not_once_somebody_else_has_taken_it_up(world: World) -> None:
    world.queue("hello")
    [frozen] = world.outbox.claim(NOW, 8)
    world.real.move(seconds=70)
    world.outbox.reap()
    world.real.move(seconds=30)
    [other] = world.outbox.unknowns(8)
    sent(world, frozen)
    assert world.row("hello").state == "unknown"
    sent(world, other)
    assert world.row("hello").state == "sent"


@pytest.mark.parametrize("outcome", [Later(timedelta(0)), Lost("slack", "?"), Over(State.DEAD, "no")])
def test_nor_may_the_frozen_say_anything_but_that_it_was_sent(world: World, outcome: Later | Lost | Over) -> None:
    world.queue("hello")
    [frozen] = world.outbox.claim(NOW, 8)
    world.real.move(seconds=70)
    world.outbox.reap()
    before = world.row("hello").retry_at
    world.outbox.finish([Done(frozen, outcome)])
    assert (world.row("hello").state, world.row("hello").retry_at) == ("unknown", before)


def test_a_company_that_waits_an_hour_is_not_let_go_by_a_later_word_of_a_second(world: World) -> None:
    world.queue("hello")
    world.queue("bye", "lee")
    first, second = world.outbox.claim(NOW, 8)
    world.outbox.finish([Done(first, Later(timedelta(hours=1), whole_company=True))])
    world.outbox.finish([Done(second, Later(timedelta(seconds=1), whole_company=True))])
    world.real.move(seconds=60)
    assert world.outbox.claim(NOW, 8) == ()
    world.real.move(seconds=3600)
    assert len(world.outbox.claim(NOW, 8)) == 2


def test_what_was_withdrawn_too_late_is_sent_all_the_same(world: World) -> None:
    world.queue("hello")
    [message] = world.outbox.claim(NOW, 8)
    world.apply(Decision(withdraw=("hello",)))
    sent(world, message)
    assert world.row("hello").state == "sent"


def test_a_company_has_only_a_few_messages_in_flight(each_engine: Engine) -> None:
    world = World(each_engine, a_company(*[a_member(f"p{n}") for n in range(9)]))
    for n in range(9):
        world.queue(f"m{n}", to=f"p{n}")
    first = world.outbox.claim(NOW, 8)
    assert (len(first), len(world.outbox.claim(NOW, 8))) == (5, 0)
    sent(world, *first[:2])
    assert len(world.outbox.claim(NOW, 8)) == 2


def test_killed_workers_hold_up_a_company_for_seconds_not_for_a_lease(each_engine: Engine) -> None:
    world = World(each_engine, a_company(*[a_member(f"p{n}") for n in range(9)]))
    for n in range(9):
        world.queue(f"m{n}", to=f"p{n}")
    world.outbox.claim(NOW, 8)
    world.real.move(seconds=16)
    assert len(world.outbox.claim(NOW, 8)) == 4


def test_a_company_that_cannot_be_read_is_left_alone_and_the_others_go_on(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with world.store.opened(a_company(slug="broken"), NOW) as work:
        work.keep_company(a_company(slug="broken"))
    world.queue("bad", company="broken")
    world.queue("good")
    real = rows.company

    def unreadable(plan: Any, profiles: Any) -> Company:
        company = real(plan, profiles)
        if company.slug == "broken":
            raise ValueError("a plan from the future")
        return company

    monkeypatch.setattr(rows, "company", unreadable)
    outbox = Outbox(SqlStore(world.store.engine), real_now=world.real.now)
    assert [it.key for it in outbox.claim(NOW, 8)] == ["good"]
    assert "company broken" in caplog.text
    caplog.clear()
    outbox.claim(NOW, 8)
    assert not caplog.text


def test_the_databases_own_clock_is_this_instant(world: World) -> None:
    own = Outbox(world.store)
    world.queue("hello")
    own.claim(NOW, 1)
    attempt = world.row("hello").attempt_at
    assert attempt is not None
    assert abs(attempt - datetime.now(UTC)) < timedelta(seconds=5)


def test_workers_that_claim_at_once_never_get_the_same_message(each_engine: Engine) -> None:
    world = World(each_engine, *[a_company(*[a_member(f"p{n}") for n in range(10)], slug=f"c{c}") for c in range(4)])
    for c in range(4):
        for n in range(10):
            world.queue(f"m{n}", to=f"p{n}", company=f"c{c}", kind=Kind.NOTICE)
    at_once = threading.Barrier(6)

    def work() -> list[int]:
        own, taken = Outbox(world.store), []
        at_once.wait()
        for _ in range(30):
            some = own.claim(NOW, 3)
            taken += [it.id for it in some]
            left: Sequence[Done] = [Done(it, Sent("slack", None)) for it in some]
            while left:  # what another holds at that moment is handed in again
                left = own.finish(left)
        return taken

    with ThreadPoolExecutor(6) as pool:
        taken = [it for each in [pool.submit(work) for _ in range(6)] for it in each.result()]
    assert len(taken) == len(set(taken)) == 40
    assert set(world.states().values()) == {"sent"}


# --- no company waits on another -----------------------------------------------------------------------------------
def a_town(each_engine: Engine, companies: int, people: int) -> World:
    members = [a_member(f"p{n}") for n in range(people)]
    return World(each_engine, *[a_company(*members, slug=f"c{c}") for c in range(companies)])


def test_a_burst_is_paid_for_before_it_is_done_so_that_no_further_one_follows_the_first_answer(
    each_engine: Engine,
) -> None:
    world = a_town(each_engine, 1, 9)
    for n in range(9):
        world.queue(f"m{n}", to=f"p{n}", company="c0")
    pace = Pace(company=timedelta(seconds=0.25), conversation=timedelta(0))
    taken = world.outbox.claim(NOW, 9, lambda _: pace)
    world.real.move(seconds=0.3)
    world.outbox.finish([Done(taken[0], Sent("slack", None), pace)])
    assert world.outbox.claim(NOW, 9) == (), "four are on their way, and would come within the same second"
    world.outbox.finish([Done(it, Sent("slack", None), pace) for it in taken[1:]])
    world.real.move(seconds=0.95)
    assert world.outbox.claim(NOW, 9) == (), "nor may the next ones come within a second of the last of these"
    world.real.move(seconds=0.1)
    assert len(world.outbox.claim(NOW, 9)) == 4


def test_what_no_channel_was_asked_for_takes_nothing_of_the_pace(each_engine: Engine) -> None:
    world = a_town(each_engine, 1, 2)
    for n in range(2):
        world.queue(f"m{n}", to=f"p{n}", company="c0")
    [first] = world.outbox.claim(NOW, 1, lambda _: Pace(company=timedelta(seconds=1)))
    assert world.outbox.claim(NOW, 1) == ()
    world.outbox.finish([Done(first, Over(State.WITHDRAWN, "gone"))])
    assert len(world.outbox.claim(NOW, 1)) == 1


def pressed(world: World, many: int) -> None:
    """Everybody of c0 has a message, and an answer to it is due."""
    for n in range(many):
        world.queue(f"m{n}", to=f"p{n}", company="c0")
    while taken := world.outbox.claim(NOW, 9):
        world.outbox.finish([Done(it, Sent("slack", {"n": it.key})) for it in taken])
    for n in range(many):
        world.queue(f"a{n}", to=f"p{n}", company="c0", kind=Kind.REPLY, replaces=f"m{n}")


def test_changes_of_what_is_there_wait_neither_for_the_pace_nor_for_one_of_the_five_places(
    each_engine: Engine,
) -> None:
    world = a_town(each_engine, 1, 9)
    pressed(world, 8)
    pace = Pace(company=timedelta(seconds=0.25))
    world.queue("news", to="p8", company="c0")
    assert len(world.outbox.claim(NOW, 1, lambda _: pace)) == 1, "an answer, before the news"
    assert len(world.outbox.claim(NOW, 20, lambda _: pace)) == 7
    done = world.outbox.claim(NOW, 20, lambda _: pace)
    assert [it.key for it in done] == [], "but what is new waits until there is a place"


def test_where_changes_are_counted_like_the_rest_they_wait_like_the_rest(each_engine: Engine) -> None:
    world = a_town(each_engine, 1, 8)
    pressed(world, 8)
    pace = Pace(company=timedelta(seconds=0.04), edit=timedelta(seconds=0.04))
    first = world.outbox.claim(NOW, 20, lambda _: pace)
    assert (len(first), len(world.outbox.claim(NOW, 20, lambda _: pace))) == (5, 0)
    world.outbox.finish([Done(it, Sent("teams", it.reference), pace) for it in first])
    assert world.outbox.claim(NOW, 20, lambda _: pace) == ()
    world.real.move(seconds=0.21)
    assert len(world.outbox.claim(NOW, 20, lambda _: pace)) == 3


def test_what_would_change_a_message_that_was_never_sent_is_paced_as_a_new_one(each_engine: Engine) -> None:
    world = a_town(each_engine, 1, 2)
    pace = Pace(company=timedelta(seconds=1))
    world.queue("first", to="p0", company="c0")
    world.outbox.claim(NOW, 1, lambda _: pace)
    world.queue("asked", to="p1", company="c0")
    world.queue("answered", to="p1", company="c0", kind=Kind.REPLY, replaces="asked")
    assert world.outbox.claim(NOW, 9, lambda _: pace) == ()
    world.real.move(seconds=1.1)
    assert [it.key for it in world.outbox.claim(NOW, 9, lambda _: pace)] != []


def test_whose_press_is_to_be_answered_comes_before_everybodys_morning(each_engine: Engine) -> None:
    world = a_town(each_engine, 30, 1)
    for c in range(30):
        world.queue("morning", to="p0", company=f"c{c}")
    world.queue("answer", to="p0", company="c29", kind=Kind.REPLY)
    # The morning's message came first, and people read in order; what matters is that the company's turn comes now.
    assert next(it.company.slug for it in world.outbox.claim(NOW, 3)) == "c29"


def test_turns_go_round(each_engine: Engine) -> None:
    world = a_town(each_engine, 4, 6)
    for c in range(4):
        for n in range(6):
            world.queue(f"m{n}", to=f"p{n}", company=f"c{c}")
    taken = [[it.company.slug for it in world.outbox.claim(NOW, 5)] for _ in range(4)]
    assert sorted(it[0] for it in taken) == ["c0", "c1", "c2", "c3"]
    assert all(len(set(it)) == 1 for it in taken)


def test_what_cannot_be_looked_up_in_one_company_leaves_room_for_the_others(each_engine: Engine) -> None:
    world = a_town(each_engine, 2, 5)
    for n in range(5):
        world.queue(f"m{n}", to=f"p{n}", company="c0")
    world.queue("m0", to="p0", company="c1")
    world.outbox.finish([Done(it, Lost("slack", "?")) for it in world.outbox.claim(NOW, 9)])
    world.real.move(seconds=31)
    looked = Counter(it.company.slug for it in world.outbox.unknowns(9))
    assert looked == {"c0": 3, "c1": 1}
    assert world.outbox.unknowns(9) == (), "the rest of c0 waits until the first ones have been looked up"


def test_an_import_holds_up_its_own_company_only(postgres_world: World) -> None:
    world = postgres_world
    for slug in ("acme", "globex"):
        world.queue("hello", company=slug)
    taken = world.outbox.claim(NOW, 9)
    with world.store.work("acme") as importing:
        importing.hold()
        left = world.outbox.finish([Done(it, Sent("slack", None)) for it in taken])
        world.queue("more", to="morgan", company="globex")
        assert [it.message.company.slug for it in left] == ["acme"]
        assert [it.key for it in world.outbox.claim(NOW, 9)] == ["more"]
    assert world.outbox.finish(left) == ()


def test_nobody_hands_in_for_ever_what_became_of_a_company_that_has_gone(world: World) -> None:
    world.queue("hello")
    taken = world.outbox.claim(NOW, 9)
    with session(world.store.engine, EVERY_COMPANY) as it:
        it.execute(sa.delete(CompanyRow))
    assert world.outbox.finish([Done(it, Sent("slack", None)) for it in taken]) == ()
