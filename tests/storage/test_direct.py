"""The short way to the driver gives and keeps exactly what SQLAlchemy's ordinary way does."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy import Engine as Database

from coaching.decision import Decision
from coaching.engine import Engine
from coaching.escalation import EscalationState
from coaching.routines import ROUTINES
from storage import direct, statements, wall
from storage.database import EVERY_COMPANY, reading
from storage.store import SqlStore
from storage.tables import ClaimRow, DeliveryRow
from tests.builders import (
    MONDAY,
    a_call,
    a_company,
    a_locked,
    a_member,
    a_remark,
    a_reviewed,
    an_escalation,
    an_opportunity,
    at,
    days_later,
    planned,
    pressed,
)  # fmt: skip
from tests.fakes import no_holidays

ANSWER = {"count.calls": "12", "commitment": "Call Müller & Söhne 😀", "note": "'; drop table --"}
CLAIMS: Any = ClaimRow.__table__
ADD = sa.insert(CLAIMS)
CALL = a_call()
OF_EACH = (
    CALL, a_remark(CALL), a_locked(), a_reviewed(), an_escalation(),
    an_escalation("e-2", subject="O-2", state=EscalationState.RESOLVED, settled_at=at("06:20")),
)  # fmt: skip
BOUND = {
    "whose": 1,
    "limit": 500,
    "member": "dana",
    "first": days_later(-400),
    "last": days_later(9),
    "now": at("23:00"),
    "slug_0": "acme",
    "slug_1": "nobody",
    "platform": "slack",
    "workspace": "T1",
    "handle": "U1",
    "tenant_0": "elsewhere",
    "handle_0": "aad-dana",
    "app_0": "ours",
    "tenant_1": "home",
    "handle_1": "aad-dana",
    "app_1": "ours",
    "ours": "ours",
    "period": "2026-Q4",
    "since": at("00:00"),
    **dict.fromkeys(statements.WHICH, f"checkin:dana:{MONDAY}"),
    **next(statements.some(statements.STATES, list(EscalationState))),
}
QUESTIONS = {
    name if key is None else f"{name} {key}": one
    for name, made in vars(statements).items()
    if name.isupper()
    for key, one in (made.items() if isinstance(made, dict) else [(None, made)])
    if isinstance(one, sa.Select)
} | {"COMPANIES": statements.companies(2), "KNOWN_IN_TEAMS": statements.known_in_teams(2)}
FIND = {"COMPANIES", "KNOWN_IN_TEAMS", "CHECKINS_AND_BEFORE", "SETTLED_ESCALATIONS"} | {
    f"{name} {mine}"
    for name in (
        "CHECKINS",
        "COMMITMENTS",
        "OPEN_OPPORTUNITIES",
        "CALLS",
        "REMARKS",
        "LOCKS",
        "ESCALATIONS",
        "REVIEWED",
    )
    for mine in (False, True)
}


@pytest.fixture
def store(each_engine: Database) -> SqlStore:
    """One answered check-in, one open deal, and something of each that every answer looks at."""
    store = SqlStore(each_engine)
    company = a_company(a_member(handles={"slack": "U1", "teams": "aad-dana"}), slack_team="T1", teams_tenant="home")
    with store.opened(company, at("06:00")) as work:
        work.keep_company(company)
        work.keep_opportunities([an_opportunity("open")])
        work.apply(Decision(records=OF_EACH), at("06:30"))
    engine = Engine(store, no_holidays, ROUTINES)
    engine.handle(planned(at("07:00")))
    engine.tick(at("08:30"))
    engine.handle(pressed("checkin.send", at("08:41"), args={"day": MONDAY.isoformat()}, fields=ANSWER))
    return store


@contextmanager
def inside(store: SqlStore) -> Iterator[Connection]:
    """A bare transaction in the one company there is."""
    with store.engine.begin() as it:
        wall.within(it, EVERY_COMPANY)
        yield it


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_gets_the_same_rows_with_the_same_names_either_way(store: SqlStore, name: str):
    asked = QUESTIONS[name]
    with inside(store) as it:
        ordinary = it.execute(asked, BOUND).all()
        short = direct.ask(it, asked, BOUND)
    assert [row._asdict() for row in short] == [row._asdict() for row in ordinary]
    assert [[type(value) for value in row] for row in short] == [[type(value) for value in row] for row in ordinary]


def test_the_questions_that_an_answer_needs_find_something_to_compare(store: SqlStore):
    with inside(store) as it:
        assert {name for name in FIND if not direct.ask(it, QUESTIONS[name], BOUND)} == set()
    with reading(store.engine) as it:
        wall.within(it, EVERY_COMPANY)
        assert direct.ask(it, statements.WHO["slack"], BOUND)[0].member == "dana"


def test_a_row_is_kept_the_same_either_way(store: SqlStore):
    table: Any = DeliveryRow.__table__
    with inside(store) as it:
        kept = it.execute(sa.select(table).limit(1)).one()._asdict()
        del kept["id"]
        it.execute(sa.insert(table), [kept | {"key": "ordinary"}])
        assert direct.write(it, sa.insert(table), [kept | {"key": "short"}]) == 1
        raw = it.exec_driver_sql("SELECT * FROM delivery WHERE key IN ('ordinary', 'short') ORDER BY id").all()
    names = ("id", "key")
    ordinary, short = ({name: value for name, value in row._asdict().items() if name not in names} for row in raw)
    assert short == ordinary


def test_what_was_written_is_gone_when_the_transaction_fails(store: SqlStore):
    def claimed_twice() -> None:
        with inside(store) as it:
            direct.write(it, ADD, [{"company_id": 1, "key": "once"}])
            direct.write(it, ADD, [{"company_id": 1, "key": "once"}])

    with pytest.raises(sa.exc.IntegrityError):
        claimed_twice()
    with store.work("acme") as work:
        assert work.claim("once")


def test_errors_are_the_usual_ones_and_say_nothing_of_what_people_wrote(store: SqlStore):
    row = {"company_id": 1, "key": "something private"}
    with pytest.raises(sa.exc.IntegrityError) as caught, inside(store) as it:
        direct.write(it, ADD, [row, row])
    assert "something private" not in str(caught.value).partition("DETAIL")[0]


def test_a_missing_value_is_no_empty_one(store: SqlStore):
    with pytest.raises((KeyError, sa.exc.StatementError)), inside(store) as it:
        direct.ask(it, statements.companies(2), {})


def test_outside_a_transaction_nothing_is_written(migrated_sqlite_url: str):
    with sa.create_engine(migrated_sqlite_url).connect() as it, pytest.raises(RuntimeError, match="outside"):
        direct.write(it, ADD, [{"company_id": 1, "key": "alone"}])


def test_who_left_or_changed_their_handle_is_unknown_at_once(store: SqlStore):
    with store.work("acme") as work:
        dana = work.company.members[0]
        work.keep_company(replace(work.company, members=(replace(dana, handles={"slack": "U2"}),)))
    assert store.who("slack", "T1", "U1") is None
    assert store.who("slack", "T1", "U2") == ("acme", "dana")
    with store.work("acme") as work:
        work.keep_company(replace(work.company, members=(replace(dana, active=False),)))
    assert store.who("slack", "T1", "U2") is None
