"""An office on Teams: the whole program on a database, with Microsoft played by a fake over the real wire."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.app import Program, assemble
from bot.clock import SetClock
from bot.settings import Settings
from coaching.company import Company
from coaching.events import Planned
from storage.database import create_engine
from storage.store import SqlStore
from tests.builders import a_company, a_manager, a_member, an_owner, at
from tests.fake_teams import TENANT, FakeTeams, Sent
from tests.slack_requests import Answered, Call, ask
from tests.teams_activities import DANA, installed, personal, submit


def the_company(**more: Any) -> Company:
    people = (a_member(), a_manager(), an_owner())
    members = tuple(replace(it, handles={"teams": f"aad-{it.id}"}) for it in people)
    return a_company(*members, **({"teams_tenant": TENANT} | more))


class Office:
    """Acme's, on a Monday morning. Nothing moves but by what is asked here."""

    def __init__(self, teams: FakeTeams, url: str, company: Company, **settings: Any) -> None:
        self.teams = teams
        named = {name.lower(): it for name, it in teams.settings().items()}
        self.settings = Settings(**(named | {"coach_database_url": url} | settings))
        self.store = SqlStore(create_engine(url))
        self.clock = SetClock(at("08:00"), 0.000_001)
        with self.store.opened(company, at("08:00")) as work:
            work.keep_company(company)
        self.program: Program = assemble(self.settings, self.store, clock=self.clock)
        self.program.engine.handle(Planned(company=company.slug, key="planned", at=at("08:00")))

    async def post(self, activity: dict[str, Any], **claims: Any) -> Answered:
        """As Teams would, with a token of now."""
        sent = {**activity, "serviceUrl": claims.pop("service_url", self.teams.service_url)}
        token = self.teams.token(**claims)
        call = Call(json.dumps(sent).encode(), signed=False, headers=[(b"authorization", f"Bearer {token}".encode())])
        assert self.program.teams
        answered = await ask(self.program.teams.front, call)
        while self.app._background:
            await asyncio.gather(*self.app._background)
        return answered

    @property
    def app(self) -> Any:
        assert self.program.teams
        return self.program.teams.app

    @property
    def api(self) -> Any:
        return self.app.voices.of("acme")

    async def deliver(self) -> int:
        return await self.program.delivery.step()

    async def ring(self, clock: str) -> None:
        """It is that time; what is due is done and delivered."""
        self.clock.move_to(at(clock))
        await self.program.tick()
        await self.deliver()

    async def settle(self) -> None:
        """Gates open one after the other, each within a second, until nothing waits, or nothing moves."""
        seen, since, looks = self.delivered(), time.monotonic(), 0
        while any(state == "queued" for state, _ in seen):
            if looks > 3 and time.monotonic() - since > 1.3:
                return
            await asyncio.sleep(0.04)
            await self.deliver()
            looks += 1
            if (now := self.delivered()) != seen:
                seen, since, looks = now, time.monotonic(), 0

    async def install(self, *people: str) -> None:
        for it in people or (DANA,):
            assert (await self.post(installed(it))).status == 200
            await self.deliver()

    def to(self, person: str = DANA) -> list[Sent]:
        return self.teams.to(personal(person))

    def delivered(self) -> list[tuple[str, str]]:
        """What became of each message: its state and why, by key."""
        import sqlalchemy as sa

        from storage.database import EVERY_COMPANY, session
        from storage.tables import DeliveryRow

        with session(self.store.engine, EVERY_COMPANY) as it:
            return list(it.execute(sa.select(DeliveryRow.state, DeliveryRow.reason).order_by(DeliveryRow.id)).all())


def buttons_of(card: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []

    def look(node: Any) -> None:
        if isinstance(node, dict):
            if str(node.get("type", "")).startswith("Action."):
                found.append(node)
            for it in node.values():
                look(it)
        elif isinstance(node, list):
            for it in node:
                look(it)

    look(card)
    return found


def button(card: dict[str, Any], title: str) -> dict[str, Any]:
    """The data of the button with that title."""
    (data,) = [it["data"] for it in buttons_of(card) if it.get("title") == title]
    return dict(data)


def pressed(sent: Sent, title: str, person: str = DANA, **fields: str) -> dict[str, Any]:
    """As Teams sends a press: the button's data, and every field that holds something."""
    typed = {f"field:{name.replace('__', '.')}": it for name, it in fields.items()}
    return submit({**button(sent.card, title), **typed}, person, sent.id, conversation={
        "conversationType": "personal", "tenantId": TENANT, "id": sent.conversation,
    })  # fmt: skip


@pytest.fixture
def teams() -> Iterator[FakeTeams]:
    with FakeTeams() as it:
        yield it


@pytest.fixture
def office(teams: FakeTeams, migrated_sqlite_url: str) -> Iterator[Office]:
    it = Office(teams, migrated_sqlite_url, the_company())
    yield it
    it.store.engine.dispose()


@pytest.fixture
def office_on_each(teams: FakeTeams, each_migrated: str) -> Iterator[Office]:
    """Once on each kind of database."""
    it = Office(teams, each_migrated, the_company())
    yield it
    it.store.engine.dispose()


def in_the_office(office: Office, what: Callable[[Office], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        try:
            return await what(office)
        finally:
            await office.program.close()

    return asyncio.run(run())
