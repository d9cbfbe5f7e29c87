"""Delivery under torture: workers are killed and frozen, Slack drops, delays and refuses; then everything is counted.

Used short by `tests/test_torture.py` and long by `tests/benchmarks/torture.py`.
"""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Self, TypeVar

import sqlalchemy as sa
import sqlalchemy.exc

from coaching.card import note
from coaching.decision import Decision, Kind, Message
from storage.database import EVERY_COMPANY, create_engine, session
from storage.deliveries import NOT_FINAL
from storage.store import SqlStore
from storage.tables import DeliveryRow
from tests import forked
from tests.builders import a_company, a_member
from tests.fake_slack import FakeSlack, Fault, Sent

Value = TypeVar("Value")
# In proportion to each other as in the program: send < fence < lease, and what is stored or shown late is so by less
# than the settling.
PATIENCE = {"lease": 6, "fence": 2, "send": 1.5, "first_look": 0.2, "settle": 2.5, "upkeep": 0.3, "backoff": 0.2}
FAULTS = {
    Fault.DROPPED_STORED: 0.04,
    Fault.DROPPED: 0.03,
    Fault.LATE_REPLY: 0.02,
    Fault.ERROR_STORED: 0.03,
    Fault.UNAVAILABLE: 0.02,
    Fault.LATE_STORED: 0.02,
    Fault.RATE_LIMITED: 0.01,
}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How much of what."""

    messages: int
    workers: int
    companies: int = 6
    people: int = 8
    kill_every: tuple[float, float] = (1.0, 2.5)
    freeze_every: tuple[float, float] | None = (8.0, 14.0)
    freeze_for: tuple[float, float] = (7.0, 9.0)
    patience: dict[str, float] = field(default_factory=lambda: dict(PATIENCE))
    within: float = 300
    seed: int = 7


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What was counted. `lost`, `doubled`, `stuck`, `disordered` and `wrong` must be nothing."""

    messages: int
    edits: int
    kills: int
    freezes: int
    faults: int
    history_calls: int
    lost: int
    doubled: int
    stuck: int
    disordered: int
    """Messages a person saw before one that was meant to come earlier."""
    wrong: int
    """Messages that don't show their last version."""
    seconds: float
    states: dict[str, int]

    @property
    def clean(self) -> bool:
        return not (self.lost or self.doubled or self.stuck or self.disordered or self.wrong)

    def __str__(self) -> str:
        share = 100 * self.faults / self.messages
        return (
            f"{self.messages} messages, {self.edits} edits, {self.kills} kills, {self.freezes} freezes, "
            f"{self.faults} faults ({share:.0f} %), {self.history_calls} look-ups, {self.seconds:.0f} s: "
            f"{self.lost} lost, {self.doubled} doubled, {self.stuck} stuck, {self.disordered} out of order, "
            f"{self.wrong} not in their last version; {self.states}"
        )


def torture(database: str, plan: Plan) -> Outcome:
    """On a database with the newest schema. Raises TimeoutError when it isn't through in time."""
    chance = random.Random(plan.seed)
    began = time.monotonic()
    feed = _messages(chance, plan)
    with FakeSlack(seed=plan.seed) as slack, _store(database) as store:
        slack.chances = FAULTS
        slack.late_by, slack.history_lag, slack.per_channel = 1.2, 0.3, 20
        _people(store, slack, plan)
        with _Workers(database, slack, plan) as workers:
            waiting = iter(feed)
            while _queue(store, waiting, max(1, plan.messages // 100)) or _patiently(lambda: _left(store)):
                if time.monotonic() - began > plan.within:
                    break
                workers.disturb(chance)
                time.sleep(0.05)
        return _counted(store, slack, workers, feed, time.monotonic() - began)


# --- what is said --------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Said:
    company: str
    message: Message
    number: int


def _messages(chance: random.Random, plan: Plan) -> list[_Said]:
    """One in ten is followed, a little later, by a newer version of itself."""
    feed: list[_Said] = []
    for number in range(plan.messages):
        company, person = chance.randrange(plan.companies), chance.randrange(plan.people)
        kind = chance.choice(list(Kind))
        message = Message(key=f"m{number}", to=f"p{person}", card=note(f"m{number} v1"), kind=kind)
        feed.append(_Said(f"c{company}", message, number))
        earlier = feed[max(0, len(feed) - 40)]
        if number % 10 == 0 and earlier.message.replaces is None:
            base = earlier.message
            newer = Message(
                key=f"{base.key}:{number}",
                to=base.to,
                card=note(f"{base.key} v2-{number}"),
                kind=base.kind,
                replaces=base.key,
            )
            feed.append(_Said(earlier.company, newer, earlier.number))
    return feed


def _people(store: SqlStore, slack: FakeSlack, plan: Plan) -> None:
    now = datetime.now(UTC)
    for c in range(plan.companies):
        people = [a_member(f"p{n}", handles={"slack": f"U{c}P{n}"}) for n in range(plan.people)]
        for it in people:
            slack.add_user(it.handles["slack"])
        company = a_company(*people, slug=f"c{c}", slack_team=f"T{c}")
        with store.opened(company, now) as work:
            work.keep_company(company)


def _queue(store: SqlStore, waiting: Iterator[_Said], count: int) -> bool:
    """Some more, as the program does it: a transaction each."""
    for _ in range(count):
        said = next(waiting, None)
        if said is None:
            return False
        _patiently(lambda said=said: _say(store, said))
    return True


def _say(store: SqlStore, said: _Said) -> None:
    with store.work(said.company) as work:
        work.apply(Decision(messages=(said.message,)), datetime.now(UTC))


def _patiently(ask: Callable[[], Value]) -> Value:
    """A process frozen within a transaction holds SQLite's only lock for as long, and we are another process."""
    for _ in range(4):
        try:
            return ask()
        except sa.exc.OperationalError as problem:
            if "locked" not in str(problem):
                raise
    return ask()


# --- what is done to the workers -----------------------------------------------------------------------------------
class _Workers:
    """Processes that are killed at once, or frozen for longer than their lease; another takes a dead one's place."""

    def __init__(self, database: str, slack: FakeSlack, plan: Plan) -> None:
        told = {"database": database, "slack": slack.url, "patience": plan.patience, "timeout": 1.0, "pace": 0.06}
        self._told = json.dumps(told)
        self._plan = plan
        self._alive: list[forked.Process] = []
        self._slack = slack
        self._next_freeze = time.monotonic() + 3
        self._next_kill: float | None = None
        self._done_before = 0
        self._frozen: tuple[forked.Process, float] | None = None
        self.kills = self.freezes = 0
        self.exits: list[int] = []

    def __enter__(self) -> Self:
        self._alive = [self._start() for _ in range(self._plan.workers)]
        return self

    def __exit__(self, *_: object) -> None:
        self._thaw()
        for it in self._alive:
            it.send_signal(signal.SIGTERM)
        self.exits = [it.wait(15) for it in self._alive]

    def disturb(self, chance: random.Random) -> None:
        """What the hour brings."""
        now = time.monotonic()
        if self._frozen and now > self._frozen[1]:
            self._thaw()
        # From when something is done again: on a busy machine a start takes longer than the time between two kills, and
        # whoever is killed at the first thing they do never gets anywhere.
        if self._next_kill is None and self._slack.calls.total() > self._done_before:
            self._next_kill = now + chance.uniform(*self._plan.kill_every)
        if self._next_kill is not None and now > self._next_kill:
            self._kill(chance.choice(self._alive))
            self._done_before, self._next_kill = self._slack.calls.total(), None
        if self._plan.freeze_every and now > self._next_freeze and not self._frozen:
            self._freeze(chance.choice(self._alive), now + chance.uniform(*self._plan.freeze_for))
            self._next_freeze = now + chance.uniform(*self._plan.freeze_every)

    def _start(self) -> forked.Process:
        return forked.Process("tests.torture_worker", self._told, cwd=Path.cwd(), env=os.environ, stdout=1, stderr=2)

    def _kill(self, it: forked.Process) -> None:
        if self._frozen and self._frozen[0] is it:
            return
        it.kill()
        it.wait()
        self.kills += 1
        self._alive[self._alive.index(it)] = self._start()

    def _freeze(self, it: forked.Process, until: float) -> None:
        it.send_signal(signal.SIGSTOP)
        self.freezes += 1
        self._frozen = (it, until)

    def _thaw(self) -> None:
        if self._frozen:
            self._frozen[0].send_signal(signal.SIGCONT)
            self._frozen = None


# --- what is counted -----------------------------------------------------------------------------------------------
@contextmanager
def _store(database: str) -> Iterator[SqlStore]:
    engine = create_engine(database)
    try:
        yield SqlStore(engine)
    finally:
        engine.dispose()


def _left(store: SqlStore) -> int:
    with session(store.engine, EVERY_COMPANY) as it:
        return it.scalar(sa.select(sa.func.count(DeliveryRow.id)).where(DeliveryRow.state.in_(NOT_FINAL))) or 0


def _counted(store: SqlStore, slack: FakeSlack, workers: _Workers, feed: list[_Said], seconds: float) -> Outcome:
    with session(store.engine, EVERY_COMPANY) as it:
        states = Counter(it.scalars(sa.select(DeliveryRow.state)).all())
    seen = Counter(_name(it) for it in slack.sent)
    names = {it.message.key for it in feed if it.message.replaces is None}
    last = {it.message.replaces or it.message.key: it.message.card.summary for it in feed}
    shown = {_name(it): it.text for it in slack.sent}
    return Outcome(
        messages=len(names),
        edits=len(feed) - len(names),
        kills=workers.kills,
        freezes=workers.freezes,
        faults=sum(slack.injected.values()),
        history_calls=slack.calls["conversations.history"],
        lost=len(names - seen.keys()),
        doubled=sum(count - 1 for count in seen.values()),
        stuck=_left(store),
        disordered=_disordered(slack.sent, {it.message.replaces for it in feed}),
        wrong=sum(last[name] != shown[name] for name in names & shown.keys()),
        seconds=seconds,
        states=dict(states),
    )


def _name(message: Sent) -> str:
    return message.text.split()[0]


def _disordered(sent: list[Sent], replaced: set[str | None]) -> int:
    """By conversation; one that was replaced may have been overtaken by its newer version, and is left out."""
    count = 0
    latest: dict[str, int] = {}
    for message in sorted(sent, key=lambda it: float(it.ts)):
        name = _name(message)
        if name in replaced:
            continue
        number = int(name[1:])
        count += number < latest.get(message.channel, -1)
        latest[message.channel] = max(number, latest.get(message.channel, -1))
    return count
