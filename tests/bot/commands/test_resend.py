"""`coach resend`: nothing that could not be delivered is lost for good."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from coaching.card import note
from coaching.decision import Decision, Kind, Message
from storage.database import create_engine
from storage.deliveries import State
from storage.store import SqlStore
from storage.tables import DeliveryRow
from tests.bot.commands.conftest import NOW, runner
from tests.builders import a_company


@pytest.fixture
def store(migrated_sqlite_url):
    made = SqlStore(create_engine(migrated_sqlite_url))
    with made.opened(a_company(), NOW) as work:
        work.keep_company(a_company())
        messages = [Message(key=it, to="dana", card=note("hello"), kind=Kind.NOTICE) for it in ("one", "two")]
        work.apply(Decision(messages=tuple(messages)), NOW - timedelta(hours=1))
        work.session.execute(sa.update(DeliveryRow).values(state=State.DEAD, reason="nothing reaches Dana"))
    yield made
    made.engine.dispose()


@pytest.fixture
def coach(monkeypatch, store, migrated_sqlite_url):
    del store
    return runner(monkeypatch, migrated_sqlite_url)


def states(store):
    with store.work("acme") as work:
        return dict(work.session.execute(sa.select(DeliveryRow.key, DeliveryRow.state)).all())


def test_without_a_key_they_are_listed_with_their_reasons_and_nothing_happens(coach, store):
    told = coach("resend", "--company", "acme").output
    assert [line.split("  ")[4] for line in told.splitlines()] == [
        "one: nothing reaches Dana",
        "two: nothing reaches Dana",
    ]
    assert set(states(store).values()) == {State.DEAD}


def test_one_is_sent_again(coach, store):
    assert coach("resend", "--company", "acme", "--key", "one").exit_code == 0
    assert states(store) == {"one": State.QUEUED, "two": State.DEAD}


def test_all_are_sent_again(coach, store):
    assert coach("resend", "--company", "acme", "--all").output.startswith("2 to be sent again")
    assert set(states(store).values()) == {State.QUEUED}


def test_a_key_that_is_not_there_is_told_in_one_line(coach, store):
    done = coach("resend", "--company", "acme", "--key", "three")
    assert done.exit_code == 1
    assert "no undelivered message 'three'" in done.stderr
    assert set(states(store).values()) == {State.DEAD}


def test_with_nothing_undelivered_it_says_so(coach, store):
    with store.work("acme") as work:
        work.session.execute(sa.update(DeliveryRow).values(state=State.SENT))
    assert coach("resend", "--company", "acme").output == "nothing is undelivered\n"
