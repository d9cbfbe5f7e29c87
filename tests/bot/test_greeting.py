"""Who the coach is, told once to everybody before anything else: by the command, and when somebody is linked later."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pytest

from bot import opened
from bot.commands.apply import apply
from bot.files.plain import dump
from bot.founding import ByFile
from bot.greeting import greet
from coaching.company import Company
from coaching.decision import Decision, Kind, Message
from coaching.people import Role
from storage.store import SqlStore
from tests.bot.commands.conftest import runner
from tests.builders import a_company, a_manager, a_member, an_owner, at, days_later
from tests.delivering import World
from tests.fakes import no_holidays

LATE = at("22:00")
MEMBERS = (a_member(), a_manager(), an_owner())


@pytest.fixture
def world(each_engine: Any) -> World:
    return World(each_engine, a_company(*MEMBERS))


def greeted(world: World, clock: str = "09:00") -> World:
    greet(world.store, no_holidays, "acme", at(clock))
    return world


def delivered(world: World) -> None:
    async def steps() -> None:
        for _ in range(5):
            await world.delivery.step()

    asyncio.run(steps())


def heard(world: World, member: str = "dana") -> list[str]:
    delivered(world)
    return [said for to, said in world.slack.sent if to == member]


def test_everybody_hears_once_who_writes_to_them_before_the_first_question(world):
    greeted(world).queue("checkin")
    assert heard(world)[0].startswith("Hello Dana, I’m the sales coach of Acme")
    greeted(world)
    assert heard(world)[1:] == ["checkin"]
    assert len(heard(world, "olivia")) == 1


def test_what_it_says_is_who_it_is_what_it_does_what_it_keeps_and_how_to_stop_it(world):
    greeted(world)
    with world.store.work("acme") as work:
        card = work.message("dana", "hello:dana")
    said = repr(card)
    assert all(it in said for it in ("a program, not a person", "08:30", "Morgan sees your check-ins", "“pause”"))


def test_who_has_had_messages_needs_none(world):
    world.queue("checkin")
    assert heard(world) == ["checkin"]
    greeted(world)
    assert heard(world) == ["checkin"]


def in_another_role(world: World, who: str, role: Role, *more: Any, clock: str = "10:00") -> World:
    """Everybody has heard of the coach; then somebody is something else."""
    heard(greeted(world))
    members = (*(replace(it, role=role) if it.id == who else it for it in world.store.company("acme").members), *more)
    apply(world.store, a_company(*members), at(clock), no_holidays)
    world.clock.at = at(clock)
    return world


def test_who_becomes_a_manager_is_introduced_as_one_and_once(world):
    in_another_role(world, "dana", Role.MANAGER)
    (said,) = heard(world)[1:]
    assert said.startswith(
        "Hello Dana, I’m the sales coach of Acme Robotics: a program, not a person. I keep the team’s"
    )
    for role in (Role.REP, Role.MANAGER):
        in_another_role(world, "dana", role, clock="11:00")
    assert len([it for it in heard(world) if "rhythm" in it]) == 1


def test_who_becomes_an_owner_is_introduced_as_one(world):
    in_another_role(world, "dana", Role.OWNER)
    assert "needs a decision of yours" in heard(world)[-1]


def test_reps_read_once_who_else_sees_their_figures_from_now_on_and_nobody_but_them(each_engine):
    world = World(each_engine, a_company(*MEMBERS, a_member("jule")))
    in_another_role(world, "jule", Role.MANAGER)
    assert heard(world)[1:] == ["From now on Jule sees your check-ins, calls and deals as well."]
    assert not [it for who in ("jule", "morgan", "olivia") for it in heard(world, who) if "From now on" in it]
    in_another_role(world, "jule", Role.MANAGER, clock="11:00")
    assert len(heard(world)) == 2


def test_a_manager_who_is_new_here_is_told_of_too(world):
    in_another_role(world, "morgan", Role.OWNER, a_manager("jule"), a_manager("eva"))
    assert heard(world)[1:] == ["From now on Jule and Eva see your check-ins, calls and deals."]


def test_what_another_role_brings_waits_for_the_morning_too(each_engine):
    world = in_another_role(
        World(each_engine, a_company(*MEMBERS, a_member("jule"))), "jule", Role.MANAGER, clock="22:00"
    )
    assert len(heard(world)) == len(heard(world, "jule")) == 1
    assert world.row("hello:jule:manager").not_before > at("06:00", days_later(1))


def test_who_is_new_reads_who_sees_their_figures_where_they_are_introduced_and_not_once_more(world):
    in_another_role(world, "olivia", Role.MANAGER, a_member("jo"))
    assert [it[:8] for it in heard(world, "jo")] == ["Hello Jo"]


def test_quiet_hours_win(world):
    greeted(world, "22:00")
    row = world.row("hello:dana")
    assert row.not_before > at("06:00", at("22:00").date().replace(day=24))


def test_linked_later_they_hear_it_before_the_question_that_waited_and_at_a_polite_hour(each_engine):
    unlinked = a_company(a_member(handles={}), *MEMBERS[1:])
    world = greeted(World(each_engine, unlinked))
    world.queue("checkin")
    delivered(world)
    assert (world.row("hello:dana").state, world.row("checkin").state) == ("dead", "dead")
    apply(world.store, a_company(*MEMBERS), at("09:00"))
    greeted(world)
    assert [it[:10] for it in heard(world)] == ["Hello Dana", "checkin"]


def test_one_that_waits_goes_at_the_hour_that_is_right_when_they_can_be_reached(each_engine):
    world = greeted(World(each_engine, a_company(a_member(handles={}), *MEMBERS[1:])))
    delivered(world)
    apply(world.store, a_company(*MEMBERS), at("22:00"))
    greeted(world, "22:00")
    assert world.row("hello:dana").not_before > at("22:00")


class Watched(SqlStore):
    """Whenever one of its transactions has ended, a worker gets its turn."""

    def __init__(self, engine: Any, turn: Callable[[], object]) -> None:
        super().__init__(engine)
        self._turn = turn

    @contextmanager
    def work(self, company: str) -> Iterator[Any]:
        with super().work(company) as work:
            yield work
        self._turn()

    @contextmanager
    def opened(self, company: Company, now: datetime) -> Iterator[Any]:
        with super().opened(company, now) as work:
            yield work
        self._turn()


def by_file(store: SqlStore, after: Company, _folder: Path, _patch: pytest.MonkeyPatch) -> None:
    """As it is changed in a chat."""
    founder = ByFile(store, no_holidays, lambda _event: None, None)
    assert founder.change(store.company("acme"), after, a_manager(), LATE) == ""


def by_command(store: SqlStore, after: Company, folder: Path, patch: pytest.MonkeyPatch) -> None:
    """`coach apply`."""
    patch.setattr(opened, "store", lambda _settings: store)
    (folder / "acme.yaml").write_text(dump(after))
    done = runner(patch, "sqlite://", LATE)("apply", str(folder / "acme.yaml"))
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("changed", [by_file, by_command])
def test_one_that_waits_is_at_no_moment_free_to_go_in_quiet_hours(each_engine, tmp_path, monkeypatch, changed):
    world = greeted(World(each_engine, a_company(a_member(handles={}), *MEMBERS[1:])))
    delivered(world)
    assert world.row("hello:dana").state == "dead"
    taken: list[str] = []
    store = Watched(each_engine, lambda: taken.extend(it.key for it in world.outbox.claim(LATE, room=10)))
    changed(store, a_company(*MEMBERS), tmp_path, monkeypatch)
    assert "hello:dana" not in taken
    assert (world.row("hello:dana").state, world.row("hello:dana").not_before > LATE) == ("queued", True)


def test_one_that_waits_says_what_is_right_when_it_goes(each_engine):
    world = greeted(World(each_engine, a_company(a_member(handles={}), *MEMBERS[1:])))
    delivered(world)
    later = replace(a_company().checkin, at=time(10, 15))
    apply(world.store, a_company(*MEMBERS, checkin=later), at("09:00"))
    greeted(world)
    delivered(world)
    with world.store.work("acme") as work:
        assert "10:15" in repr(work.message("dana", "hello:dana"))


def test_of_those_who_are_asked_nothing_only_whoever_can_be_reached_is_told(each_engine):
    adam = a_member("adam", role=Role.ADMIN, handles={}, email=None)
    world = greeted(World(each_engine, a_company(*MEMBERS, adam)))
    assert "hello:adam" not in world.states()


def test_one_that_left_is_not_greeted(each_engine):
    world = greeted(World(each_engine, a_company(replace(a_member(), active=False), *MEMBERS[1:])))
    assert "hello:dana" not in world.states()


def test_another_kind_that_waits_isnt_timed_anew(world):
    world.queue("x", not_before=at("11:00"))
    world.apply(Decision(messages=(Message(key="x", to="dana", card=_card(world), kind=Kind.NOTICE),)))
    assert world.row("x").not_before == at("11:00")


def _card(world: World) -> Any:
    with world.store.work("acme") as work:
        card = work.message("dana", "x")
    assert card
    return card
