"""Statements that every answer of a person needs, made once.

Made anew each time, a statement costs five to ten times what the database does for it. These go round the net that
narrows ORM statements to the session's company, so each is made by `_mine`, which puts the company into it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from coaching.checkins import CommitmentState
from coaching.escalation import EscalationState
from coaching.forecasts import TEAM, Author
from coaching.opportunities import Status
from storage.tables import (
    AddressRow,
    AlarmRow,
    CallRow,
    ChangeRow,
    CheckInRow,
    ClaimRow,
    CommitmentRow,
    CompanyRow,
    DeliveryRow,
    EscalationRow,
    EstimateRow,
    HandleRow,
    LockedRow,
    OpportunityRow,
    RemarkRow,
    ReviewedRow,
    SnapshotRow,
)

Select = sa.Select[Any]

TOGETHER = 3
"""Keys in one statement: as many as an answered check-in puts away."""


def _mine(kind: Any) -> tuple[Any, Select]:
    """The columns of a table, and what all its rows of the company bound as `whose` say."""
    table: sa.Table = kind.__table__
    said = [it for it in table.c if it.name not in {"id", "company_id"}]  # the driver describes each column, each time
    return table.c, sa.select(*said).where(table.c.company_id == sa.bindparam("whose"))


def _for_all_or_one(asked: Select, member: Any) -> dict[bool, Select]:
    """By whether it is about one member, bound as `member`."""
    return {False: asked, True: asked.where(member == sa.bindparam("member"))}


def _checkins() -> dict[bool, Select]:
    it, asked = _mine(CheckInRow)
    asked = asked.where(it.day.between(sa.bindparam("first"), sa.bindparam("last"))).order_by(it.day, it.id)
    return _for_all_or_one(asked, it.member)


def _checkins_and_before() -> Select:
    """One member's, and the latest before them."""
    it, asked = _mine(CheckInRow)
    mine, first = it.member == sa.bindparam("member"), sa.bindparam("first", type_=it.day.type)
    before = sa.select(sa.func.max(it.day)).where(it.company_id == sa.bindparam("whose"), mine, it.day < first)
    begin = sa.func.coalesce(before.scalar_subquery(), first)
    return asked.where(mine, it.day.between(begin, sa.bindparam("last"))).order_by(it.day)


def _commitments() -> dict[bool, Select]:
    it, asked = _mine(CommitmentRow)
    asked = asked.where(it.made_on.between(sa.bindparam("first"), sa.bindparam("last"))).order_by(it.made_on, it.id)
    return _for_all_or_one(asked, it.member)


def _open_commitments() -> Select:
    it, asked = _mine(CommitmentRow)
    mine = asked.where(it.member == sa.bindparam("member"), it.state == CommitmentState.OPEN.value)
    return mine.order_by(it.made_on)


def _open_opportunities() -> dict[bool, Select]:
    it, asked = _mine(OpportunityRow)
    asked = asked.where(it.status == Status.OPEN.value, it.gone_on.is_(None)).order_by(it.crm_id)
    return _for_all_or_one(asked, it.member)


def _closed_opportunities() -> dict[bool, Select]:
    it, asked = _mine(OpportunityRow)
    in_time = it.closed_on.between(sa.bindparam("first"), sa.bindparam("last"))
    return _for_all_or_one(asked.where(it.status != Status.OPEN.value, in_time).order_by(it.crm_id), it.member)


def _opportunities() -> Select:
    it, asked = _mine(OpportunityRow)
    return asked.order_by(it.crm_id)


def _of_period(kind: Any, at: str) -> dict[bool, Select]:
    """What was said about the period bound as `period`, oldest first; `at` is the column that says when."""
    it, asked = _mine(kind)
    return _for_all_or_one(asked.where(it.period == sa.bindparam("period")).order_by(it[at], it.id), it.member)


def _escalations() -> dict[bool, Select]:
    """In the states bound as `some` of STATES."""
    it, asked = _mine(EscalationRow)
    asked = asked.where(it.state.in_(_any_of(STATES))).order_by(it.raised_at, it.id)
    return _for_all_or_one(asked, it.member)


def _settled_escalations() -> Select:
    it, asked = _mine(EscalationRow)
    return asked.where(it.settled_at >= sa.bindparam("since")).order_by(it.settled_at, it.id)


def _reviewed() -> dict[bool, Select]:
    it, asked = _mine(ReviewedRow)
    asked = asked.where(it.on.between(sa.bindparam("first"), sa.bindparam("last"))).order_by(it.on, it.place, it.id)
    return _for_all_or_one(asked, it.member)


def _estimate_days() -> Select:
    """Of the coach's own for the team, which is kept with all others."""
    it: Any = EstimateRow.__table__.c
    mine = (it.company_id == sa.bindparam("whose"), it.member == TEAM, it.by == Author.COACH.value)
    in_time = it.on.between(sa.bindparam("first"), sa.bindparam("last"))
    return sa.select(it.on).where(*mine, in_time).order_by(it.on)


def _snapshot_day() -> Select:
    """The latest one up to `last` that has a snapshot; none, where none has."""
    it: Any = SnapshotRow.__table__.c
    mine = (it.company_id == sa.bindparam("whose"), it.day <= sa.bindparam("last"))
    return sa.select(it.day).where(*mine).order_by(it.day.desc()).limit(1)


def _snapshot() -> Select:
    it, asked = _mine(SnapshotRow)
    return asked.where(it.day == sa.bindparam("first")).order_by(it.opportunity)


def _changes() -> Select:
    it, asked = _mine(ChangeRow)
    return asked.where(it.on.between(sa.bindparam("first"), sa.bindparam("last"))).order_by(it.on, it.id)


def _names(name: str, many: int = TOGETHER) -> tuple[str, ...]:
    return tuple(f"{name}_{n}" for n in range(many))


WHICH, TWIN = _names("which"), _names("twin")
STATES = _names("state", len(EscalationState))


def some(names: tuple[str, ...], them: Sequence[str]) -> Iterator[dict[str, str]]:
    """What to bind to those names, as often as it takes; fewer than there are names are said more than once."""
    for start in range(0, len(them), len(names)):
        part = them[start : start + len(names)]
        yield dict(zip(names, (*part, *(part[-1],) * (len(names) - len(part))), strict=True))


def _any_of(names: tuple[str, ...]) -> list[sa.BindParameter[Any]]:
    return [sa.bindparam(it) for it in names]


@cache
def claim(names: int, *, on_sqlite: bool) -> sa.Insert:
    """So many at once, of any companies, bound as `whose_0` and `key_0`, …: what is taken already stays as it is."""
    table: Any = ClaimRow.__table__
    taken: list[dict[str, Any]] = [
        {"company_id": sa.bindparam(f"whose_{n}"), "key": sa.bindparam(f"key_{n}")} for n in range(names)
    ]
    insert = (sqlite.insert if on_sqlite else postgresql.insert)(table).values(taken)
    return insert.on_conflict_do_nothing(index_elements=("company_id", "key"))


@cache
def companies(names: int) -> Select:
    """So many at once, bound as `slug_0`, `slug_1`, …: which rows they are, and how often each was changed."""
    it = CompanyRow.__table__.c
    return sa.select(it.slug, it.id, it.version).where(it.slug.in_([sa.bindparam(f"slug_{n}") for n in range(names)]))


def _withdraw() -> sa.Update:
    """The messages whose keys are bound as `some` of WHICH and of TWIN."""
    table: Any = DeliveryRow.__table__
    mine = (table.c.company_id == sa.bindparam("whose"), table.c.key.in_(_any_of((*WHICH, *TWIN))))
    # Not a bare column: with so many keys SQLite would rather look through all that waits in the company.
    waits = table.c.state.concat("") == "queued"
    return sa.update(table).where(*mine, waits).values(state="withdrawn")


def _arrived() -> Select:
    """Of the messages whose keys are bound as `some` of WHICH those that are there."""
    it: Any = DeliveryRow.__table__.c
    # Not a bare column either, or all that was ever sent in the company is looked through.
    there = it.state.concat("") == "sent"
    return sa.select(it.key).where(it.company_id == sa.bindparam("whose"), it.key.in_(_any_of(WHICH)), there)


def _silence() -> sa.Delete:
    """The alarm `which`, `about` its subject. One at a time: for several SQLite makes two tables and drops them."""
    table: Any = AlarmRow.__table__
    mine = table.c.company_id == sa.bindparam("whose")
    return sa.delete(table).where(
        mine, table.c.alarm == sa.bindparam("which"), table.c.subject == sa.bindparam("about")
    )


def _take() -> sa.Delete:
    """The alarm `which`, if it `stands` as it rang."""
    return _silence().where(AlarmRow.__table__.c.due_at == sa.bindparam("stands"))


def _due() -> Select:
    """Over all companies, the oldest first: what every second asks. In a paused one nothing rings."""
    alarm, company = AlarmRow.__table__.c, CompanyRow.__table__
    asked = sa.select(alarm.alarm, alarm.subject, alarm.due_at, company.c.slug)
    joined = asked.join(company, company.c.id == alarm.company_id)
    rings = joined.where(alarm.due_at <= sa.bindparam("now"), company.c.paused_at.is_(None))
    # By what SQLite's index holds besides, so that nothing is sorted.
    return rings.order_by(alarm.due_at, alarm.company_id, alarm.subject, alarm.alarm).limit(sa.bindparam("limit"))


def _who(home: Any) -> Select:
    """Over all companies: whose workspace, and which member; `platform`, `workspace` and `handle` are bound."""
    company, handle = CompanyRow.__table__, HandleRow.__table__
    joined = sa.select(company.c.slug, handle.c.member).join(handle, handle.c.company_id == company.c.id)
    them = (handle.c.platform == sa.bindparam("platform"), handle.c.handle == sa.bindparam("handle"))
    return joined.where(home == sa.bindparam("workspace"), *them)


@cache
def known_in_teams(people: int) -> Select:
    """So many at once, the first bound as `tenant_0`, `handle_0` and `app_0`: which of them (`nth`) is whose member.

    By the app that speaks for the company: its own, or else `ours`. With where the member was last heard from there;
    that is empty where they never were.
    """
    company = CompanyRow.__table__
    handle, address = HandleRow.__table__, AddressRow.__table__
    names = {"tenant": company.c.teams_tenant.type, "handle": handle.c.handle.type, "app": company.c.teams_app.type}
    columns = [sa.column("nth", sa.Integer), *(sa.column(name, kind) for name, kind in names.items())]
    asked = sa.values(*columns).data([
        (sa.literal_column(str(n)), *(sa.bindparam(f"{name}_{n}", type_=kind) for name, kind in names.items()))
        for n in range(people)
    ])  # fmt: skip
    them = asked.cte("them")
    theirs = sa.and_(
        address.c.company_id == handle.c.company_id,
        address.c.member == handle.c.member,
        address.c.platform == handle.c.platform,
    )
    mine = sa.and_(handle.c.company_id == company.c.id, handle.c.platform == "teams", handle.c.handle == them.c.handle)
    speaks = sa.func.coalesce(company.c.teams_app, sa.bindparam("ours", type_=names["app"])) == them.c.app
    known = [it for it in address.c if it.name not in {"id", "company_id", "platform", "member", "installed_at"}]
    return (
        sa.select(them.c.nth, company.c.slug, handle.c.member, *known)
        .join_from(them, company, sa.and_(company.c.teams_tenant == them.c.tenant, speaks))
        .join(handle, mine)
        .outerjoin(address, theirs)
    )


CHECKINS = _checkins()
CHECKINS_AND_BEFORE = _checkins_and_before()
COMMITMENTS = _commitments()
OPEN_COMMITMENTS = _open_commitments()
OPEN_OPPORTUNITIES = _open_opportunities()
CLOSED_OPPORTUNITIES = _closed_opportunities()
OPPORTUNITIES = _opportunities()
ESTIMATE_DAYS = _estimate_days()
CALLS = _of_period(CallRow, "called_at")
REMARKS = _of_period(RemarkRow, "at")
LOCKS = _of_period(LockedRow, "at")
ESCALATIONS = _escalations()
SETTLED_ESCALATIONS = _settled_escalations()
REVIEWED = _reviewed()
SNAPSHOT_DAY = _snapshot_day()
SNAPSHOT = _snapshot()
CHANGES = _changes()
ARRIVED = _arrived()
WITHDRAW = _withdraw()
SILENCE = _silence()
DUE = _due()
TAKE = _take()

_companies = CompanyRow.__table__.c
WHO = {"slack": _who(_companies.slack_team), "teams": _who(_companies.teams_tenant)}
