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
from tests.builders import a_company, a_manager, a_member, an_owner, at
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
