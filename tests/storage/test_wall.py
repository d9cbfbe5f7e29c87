"""Companies never see each other: every question is walked, and PostgreSQL's own wall holds where ours would fail."""

from __future__ import annotations

import inspect
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from coaching.card import note
from coaching.decision import Alarm, Decision, Kind, Message
from coaching.escalation import EscalationState
from coaching.events import Rang
from coaching.identity import Standing
from coaching.opportunities import Opportunity, Snapshot, Status
from coaching.qualification import Answer, Asked, Evidence
from storage import person, statements, wall
from storage.addresses import Addresses
from storage.chat import Conversations
from storage.database import EVERY_COMPANY, create_engine
from storage.secrets import Secrets, names
from storage.store import SqlStore
from storage.tables import Owned, metadata
from storage.work import CompanyWork
from tests import postgres
from tests.builders import (
    MONDAY,
    a_call,
    a_change,
    a_checkin,
    a_choice,
    a_commitment,
    a_company,
    a_locked,
    a_mandate,
    a_member,
    a_newcomer,
    a_remark,
    a_reviewed,
    an_address,
    an_escalation,
    an_estimate,
    an_opportunity,
    at,
    days_later,
)

CANARY = "Quetzalcoatlus"
"""Stands in everything of the other company, whose ids are the same throughout."""
KEY = "0" * 43 + "="
OWNED = tuple(it for it in metadata.sorted_tables if "company_id" in it.c)


def things(word: str) -> tuple[Any, ...]:
    """One of each, with that word wherever a person could have written it."""
    return (
        a_checkin(note=word),
        a_commitment(text=word),
        a_call(reason=word),
        a_remark(a_call(), text=word),
        a_locked(agreed_by=word),
        Evidence(opportunity="O-1", criterion="problem", answer=Answer.YES, by="dana", at=at(), quote=word),
        Asked(member="dana", opportunity=f"O-{word}", criterion="problem", on=MONDAY),
        a_reviewed(said=word, words=word),
        a_choice(said=word, words=word, ruling_note=word),
        a_mandate(question=word),
        a_newcomer(name=word),
        an_estimate(MONDAY if word == "Ours" else days_later(1), basis=word),
        an_escalation(text=word, member="dana"),
        an_escalation("e-2", text=word, member="dana", subject="x", state=EscalationState.RESOLVED, settled_at=at()),
    )


def pipeline(work: CompanyWork, deals: list[Opportunity], word: str) -> None:
    """What an import keeps."""
    shot = Snapshot(
        opportunity="O-1", day=MONDAY, member="dana", stage=word, amount=None, close_date=None, category=None
    )
    work.keep_pipeline(opportunities=deals, changes=[a_change("O-1", after=word)], snapshots=[shot], on=MONDAY)


def furnished(store: SqlStore, slug: str, word: str) -> None:
    """A company with rows in every table."""
    company = a_company(a_member(name=f"Dana {word}", handles={"slack": f"U{slug}"}), slug=slug, name=word)
    deals = [an_opportunity("O-1", name=word), an_opportunity("O-2", name=word, status=Status.WON, closed_on=MONDAY)]
    said = Message(key="hello", to="dana", card=note(word), kind=Kind.REPLY)
    alarm = Alarm(alarm="checkin.ask", subject="dana", at=at())
    with store.opened(company, at()) as work:
        work.keep_company(company)
        pipeline(work, deals, word)
        work.apply(Decision(records=things(word), messages=(said,), alarms=(alarm,)), at())
        work.claim(f"claimed by {slug}")
        Secrets(KEY).keep(work, "slack", {"token": word})
        # What only delivery and an opened App Home write.
        work.session.execute(
            sa.text(
                "INSERT INTO home_tab (company_id, member, view_hash, shown, opened_at) "
                "VALUES (:it, 'dana', '1.a', :word, :at)"
            ),
            {"it": work.company_id, "word": word, "at": at()},
        )
        work.session.execute(
            sa.text("INSERT INTO gate (company_id, scope, next_ok_at) VALUES (:it, 'all', :at)"),
            {"it": work.company_id, "at": at()},
        )
    Addresses(store).keep(slug, "dana", an_address(tenant=slug, locale=word), at())
    Conversations(store).write(slug, "dana", note(word), author="coach", at=at(), nonce=slug)


# Two companies that differ in their words only, made once on each kind of database, and copied.
@pytest.fixture(scope="module")
def furnished_file(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("furnished") / "coach.db"
    shutil.copyfile(migrated_file, file)
    with opened(f"sqlite:///{file}") as store:
        furnished(store, "acme", "Ours")
        furnished(store, "other", CANARY)
    return file


@pytest.fixture(scope="module")
def furnished_template(postgres_server: postgres.Server, migrated_template: str) -> Iterator[str]:
    with postgres_server.database(migrated_template) as name:
        with opened(postgres_server.url(name)) as store:
            furnished(store, "acme", "Ours")
            furnished(store, "other", CANARY)
        yield name


@contextmanager
def opened(url: str) -> Iterator[SqlStore]:
    engine = create_engine(url)
    yield SqlStore(engine)
    engine.dispose()


@contextmanager
def copied(kind: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[SqlStore]:
    if kind == "sqlite":
        shutil.copyfile(request.getfixturevalue("furnished_file"), folder / "coach.db")
        with opened(f"sqlite:///{folder}/coach.db") as store:
            yield store
    else:
        server: postgres.Server = request.getfixturevalue("postgres_server")
        with server.database(request.getfixturevalue("furnished_template")) as name, opened(server.url(name)) as store:
            yield store


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    """To be changed."""
    with copied(request.param, request, tmp_path) as it:
        yield it


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def asked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlStore]:
    """Only to be read."""
    with copied(request.param, request, tmp_path_factory.mktemp("asked")) as it:
        yield it


def unreached(work: CompanyWork) -> frozenset[str]:
    """Of ours, while the other company's message reached nobody."""
    dead = "UPDATE delivery SET state = 'dead', reason = 'nothing reaches Dana' WHERE company_id <> :it"
    work.session.execute(sa.text(dead), {"it": work.company_id})
    return work.unreached()


def arrived(work: CompanyWork) -> bool:
    """Of ours, while the other company's message of that name is there."""
    sent = "UPDATE delivery SET state = 'sent' WHERE company_id <> :it"
    work.session.execute(sa.text(sent), {"it": work.company_id})
    return work.arrived(("hello",))


def unmet(work: CompanyWork) -> frozenset[str]:
    """Of ours, while the other company's message arrived."""
    sent = "UPDATE delivery SET state = 'sent' WHERE company_id <> :it"
    work.session.execute(sa.text(sent), {"it": work.company_id})
    return work.unmet()


def absent(work: CompanyWork) -> frozenset[str]:
    """Of ours, while the other company's message arrived and ours couldn't go."""
    sent = "UPDATE delivery SET state = CASE company_id WHEN :it THEN 'dead' ELSE 'sent' END"
    work.session.execute(sa.text(sent), {"it": work.company_id})
    return work.absent()


LAST, NEXT = days_later(-900), days_later(900)
STATES = frozenset(EscalationState)
RANG = Rang(company="acme", key="k", at=at(), alarm="checkin.ask", subject="dana", due_at=at())
QUESTIONS: dict[str, Callable[[CompanyWork], Any]] = {
    "checkins": lambda it: it.checkins(LAST, NEXT),
    "checkins_and_before": lambda it: it.checkins_and_before(NEXT, NEXT, "dana"),
    "commitments": lambda it: it.commitments(LAST, NEXT),
    "open_commitments": lambda it: it.open_commitments("dana"),
    "open_opportunities": lambda it: it.open_opportunities(),
    "closed_opportunities": lambda it: it.closed_opportunities(LAST, NEXT),
    "opportunities": lambda it: it.opportunities(),
    "opportunity": lambda it: it.opportunity("O-1"),
    "changes": lambda it: it.changes(LAST, NEXT),
    "snapshot": lambda it: it.snapshot(NEXT),
    "evidence": lambda it: it.evidence(),
    "asked": lambda it: it.asked(LAST),
    "reviewed": lambda it: it.reviewed(LAST, NEXT),
    "choices": lambda it: it.choices(LAST, NEXT),
    "mandates": lambda it: it.mandates(LAST),
    "mandate": lambda it: it.mandate(a_mandate().id),
    "calls": lambda it: it.calls(a_call().period),
    "calls_of": lambda it: it.calls_of({a_call().period}),
    "remarks": lambda it: it.remarks(a_call().period),
    "locks": lambda it: it.locks(a_call().period),
    "estimate_days": lambda it: ["Ours" if day == MONDAY else CANARY for day in it.estimate_days(LAST, NEXT)],
    "estimates": lambda it: it.estimates({MONDAY, days_later(1)}),
    "escalations": lambda it: it.escalations(STATES),
    "escalation": lambda it: it.escalation("e-1"),
    "settled_escalations": lambda it: it.settled_escalations(at("00:00", LAST)),
    "holder": lambda it: "Ours" if it.holder("slack", "Uacme") and not it.holder("slack", "Uother") else CANARY,
    "newcomer": lambda it: it.newcomer("slack", "U0NEW"),
    "newcomers": lambda it: it.newcomers(Standing.WAITING),
    "message": lambda it: it.message("dana", "hello"),
    "unreached": lambda it: CANARY if unreached(it) else "Ours",
    "arrived": lambda it: CANARY if arrived(it) else "Ours",
    "absent": lambda it: "Ours" if absent(it) == {"dana"} else CANARY,
    "unmet": lambda it: "Ours" if unmet(it) == {"dana"} else CANARY,
}
CHANGES: dict[str, Callable[[CompanyWork], Any]] = {
    "lock": lambda it: it.lock({"dana"}),
    "hold": lambda it: it.hold(),
    "claim": lambda it: it.claim("claimed by other"),
    "release": lambda it: it.release("claimed by other"),
    "take": lambda it: it.take(RANG),
    "apply": lambda it: it.apply(Decision(records=things("Ours"), withdraw=("hello",)), at()),
    "keep_pipeline": lambda it: pipeline(it, [an_opportunity("O-1")], "Ours"),
    "keep_opportunities": lambda it: it.keep_opportunities([an_opportunity("O-1")]),
    "imported_on": lambda it: it.imported_on(),
    "keep_company": lambda it: it.keep_company(it.company),
    "keep_stages": lambda it: it.keep_stages(it.company.stages),
    "flush": lambda it: it.flush(),
    "show": lambda it: it.show(Message(key="hello", to="dana", card=note("Ours"), kind=Kind.REPLY), "teams", {}, at()),
}


def test_every_question_and_change_of_a_company_is_walked() -> None:
    public = {name for name, it in vars(CompanyWork).items() if not name.startswith("_") and inspect.isfunction(it)}
    assert public == {*QUESTIONS, *CHANGES}


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_finds_its_own_companys_rows_only(asked: SqlStore, name: str) -> None:
    with asked.work("acme") as work:
        found = repr(QUESTIONS[name](work))
    assert "Ours" in found
    assert CANARY not in found


def rows_of(store: SqlStore, company: int) -> dict[str, list[Any]]:
    """Everything of a company, as it is in the tables."""
    with store.engine.begin() as it:
        wall.within(it, EVERY_COMPANY)
        return {
            table.name: it.execute(
                sa.select(table).where(table.c.company_id == company).order_by(*table.primary_key)
            ).all()
            for table in OWNED
        }


@pytest.mark.parametrize("name", [*CHANGES, "erase"])
def test_a_change_leaves_every_row_of_another_company_as_it_was(store: SqlStore, name: str) -> None:
    before = rows_of(store, 2)
    assert all(before.values())
    with store.work("acme") as work:
        change = CHANGES.get(name, lambda it: person.erase(it, a_member()))
        change(work)
    assert rows_of(store, 2) == before


def test_what_is_held_about_a_person_is_of_their_company(store: SqlStore) -> None:
    with store.work("acme") as work:
        kept = repr(person.held(work, a_member()))
        assert names(work) == ("slack",)
        assert Secrets(KEY).find(work, "slack") == {"token": "Ours"}
    assert "Ours" in kept
    assert CANARY not in kept
    assert CANARY not in repr(Conversations(store).lines("acme", "dana"))


OVER_ALL = {"DUE", "WHO"}
"""What a tick asks, and how a person is found to begin with."""


def test_each_statement_made_once_says_whose_rows_it_is_about() -> None:
    made = {name: it for name, it in vars(statements).items() if name.isupper()}
    for name, it in made.items():
        for one in it.values() if isinstance(it, dict) else [it]:
            if isinstance(one, sa.ClauseElement):
                assert ("company_id = :whose" in str(one)) == (name not in OVER_ALL), name


# --- PostgreSQL's own ----------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def walled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlStore]:
    """On PostgreSQL. What is done to it here changes nothing, as long as the wall stands."""
    with copied("postgres", request, tmp_path_factory.mktemp("walled")) as it:
        yield it


def test_every_table_of_companies_rows_has_the_policy_even_for_its_owner(walled: SqlStore) -> None:
    assert {it.name for it in OWNED} == {it.__tablename__ for it in all_of(Owned) if hasattr(it, "__tablename__")}
    with walled.engine.connect() as it:
        guarded = it.execute(
            sa.text(
                "SELECT tablename FROM pg_policies JOIN pg_class ON relname = tablename"
                " WHERE policyname = :it AND relrowsecurity AND relforcerowsecurity"
            ),
            {"it": wall.POLICY},
        ).scalars()
        assert set(guarded) == {table.name for table in OWNED}


@pytest.mark.parametrize("table", OWNED, ids=lambda it: it.name)
def test_a_statement_that_forgot_whose_rows_it_wants_sees_one_companys_or_none(
    walled: SqlStore, table: sa.Table
) -> None:
    counted = sa.select(table.c.company_id)
    with walled.engine.begin() as it:
        assert it.scalars(counted).all() == []
    with walled.engine.begin() as it:
        wall.within(it, 2)
        assert set(it.scalars(counted)) == {2}
    with walled.engine.begin() as it:
        wall.within(it, EVERY_COMPANY)
        assert set(it.scalars(counted)) == {1, 2}


@pytest.mark.parametrize("table", OWNED, ids=lambda it: it.name)
def test_nobody_elses_rows_can_be_changed_or_written(walled: SqlStore, table: sa.Table) -> None:
    before = rows_of(walled, 2)
    with walled.engine.begin() as it:
        wall.within(it, 1)
        assert it.execute(sa.delete(table).where(table.c.company_id == 2)).rowcount == 0
        assert it.execute(sa.update(table).where(table.c.company_id == 2).values(company_id=1)).rowcount == 0
    with walled.engine.connect() as it:
        wall.within(it, 1)
        with pytest.raises(sa.exc.ProgrammingError, match="row-level security"):
            it.execute(sa.update(table).values(company_id=2))
    assert rows_of(walled, 2) == before


def test_where_a_transaction_was_is_forgotten_when_it_ends(walled: SqlStore) -> None:
    with walled.engine.connect() as it:
        with it.begin():
            wall.within(it, 1)
        with it.begin():
            assert it.scalar(sa.text("SELECT count(*) FROM member")) == 0


def test_a_superuser_climbs_the_wall_and_is_told_so(walled: SqlStore) -> None:
    with walled.engine.connect() as it:
        assert wall.stands(it) is True
    above = create_engine(str(walled.engine.url.set(username="postgres")).replace("***", ""))
    with above.connect() as it:
        assert wall.stands(it) is False
    above.dispose()


def test_sqlite_has_no_second_wall(migrated_sqlite_url: str) -> None:
    engine = create_engine(migrated_sqlite_url)
    with engine.connect() as it:
        wall.within(it, 1)
        assert wall.stands(it) is None
    engine.dispose()


def all_of(kind: type) -> set[type]:
    """Its subclasses and theirs."""
    return {kind, *(below for it in kind.__subclasses__() for below in all_of(it))}
