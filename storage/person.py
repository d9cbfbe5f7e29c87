"""Everything held about one person: where it is, and its removal."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from sqlite3 import OperationalError
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from coaching.redaction import Redaction
from storage import rows
from storage.database import is_sqlite
from storage.inventory import INVENTORY, Holds
from storage.tables import (
    AddressRow,
    AlarmRow,
    AskedRow,
    Base,
    CallRow,
    ChangeRow,
    ChatLineRow,
    CheckInRow,
    ChoiceRow,
    ClaimRow,
    CommitmentRow,
    CompanyRow,
    DeliveryRow,
    EscalationRow,
    EstimateRow,
    EvidenceRow,
    GateRow,
    HandleRow,
    HomeTabRow,
    LockedRow,
    MandateRow,
    MemberRow,
    NewcomerRow,
    OpportunityRow,
    RemarkRow,
    ReviewedRow,
    SnapshotRow,
)

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from coaching.company import Company
    from coaching.people import Member
    from storage.work import CompanyWork

FORMER = "former member"
"""Stands where their name stood."""
FORMER_ID = "former-member"
AT_ONCE = 500
_OURS = frozenset({"id", "company_id", "place", "version", "nonce", "lease_owner", "lease_until", "priority"})
"""Columns that say nothing about anybody and would only puzzle the reader."""

Found = Mapping[str, Any]
Kept = Mapping[str, tuple[Found, ...]]
"""Rows as plain values by column, by the name of their table."""


@dataclass(frozen=True, slots=True)
class Erased:
    """How many rows went, how many deals lost their owner, and in how many other rows the name was taken out."""

    removed: Mapping[str, int]
    deals: int
    redacted: int


def held(work: CompanyWork, member: Member) -> Kept:
    """All rows about a person, deals of theirs and how these moved included."""
    session, mine = work.session, OpportunityRow.member == member.id
    names = Redaction.of(member, work.company, label=FORMER, alias=FORMER_ID)
    deals = sa.select(OpportunityRow.crm_id).where(mine)
    wheres: dict[type[Base], sa.ColumnElement[bool]] = {
        **_about(session, names, member),
        # Others' copies are about them, but others' to be given.
        DeliveryRow: DeliveryRow.member == member.id,
        ChatLineRow: ChatLineRow.member == member.id,
        OpportunityRow: mine,
        ChangeRow: ChangeRow.opportunity.in_(deals),
        SnapshotRow: SnapshotRow.member == member.id,
        # What the company knows of a deal stays when whoever wrote it down goes, without their name.
        EvidenceRow: EvidenceRow.by == member.id,
        # What an owner decided stays decided, without their name.
        MandateRow: sa.or_(MandateRow.member == member.id, MandateRow.answered_by == member.id),
    }
    return {kind.__tablename__: tuple(_rows(session, kind, where)) for kind, where in wheres.items()}


def erase(work: CompanyWork, member: Member) -> Erased:
    """Within the transaction. The company's deals stay, as nobody's; what others were told loses the name.

    Messages to others that were only about an escalation of theirs go altogether. On SQLite `scrub` afterwards.
    """
    session = work.session
    if is_sqlite(session.connection()):
        session.connection().exec_driver_sql("PRAGMA secure_delete=ON")
    work.hold()
    work.lock((member.id,))
    ids = _escalations(session, member)
    alias = f"gone-{secrets.token_hex(4)}"
    names = Redaction.of(member, work.company, label=FORMER, alias=alias, also=ids)
    about = _about(session, names, member)
    removed = {kind.__tablename__: _deleted(session, kind, where) for kind, where in about.items()}
    deals = _disowned(session, names, member)
    _planned(work, member)
    return Erased(removed, deals, sum(_redacted(session, kind, names, member) for kind in INVENTORY))


def scrub(engine: Engine) -> bool:
    """Leave no trace of deleted rows in SQLite's files; False while somebody else has them open for writing.

    A deletion frees pages and the write-ahead log keeps old ones. PostgreSQL reuses the room by itself.
    """
    if not is_sqlite(engine):
        return True
    with engine.connect() as it:
        raw = it.connection.driver_connection
        assert raw is not None
        try:
            raw.execute("PRAGMA busy_timeout=1000")
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            raw.execute("VACUUM")
            busy, _, _ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except OperationalError:
            return False
        finally:
            it.invalidate()
    return not busy


# --- rows about the person -----------------------------------------------------------------------------------------
def _about(session: Session, names: Redaction, member: Member) -> dict[type[Base], sa.ColumnElement[bool]]:
    """Where rows are wholly about them, children before their parents."""
    deliveries = sa.or_(DeliveryRow.member == member.id, DeliveryRow.id.in_(_copies(session, member)))
    nonces = sa.select(DeliveryRow.nonce).where(deliveries)
    subject = sa.or_(AlarmRow.subject == member.id, AlarmRow.subject.startswith(f"{member.id}:", autoescape=True))
    return {
        CheckInRow: CheckInRow.member == member.id,
        CommitmentRow: CommitmentRow.member == member.id,
        CallRow: CallRow.member == member.id,
        RemarkRow: RemarkRow.member == member.id,
        LockedRow: LockedRow.member == member.id,
        AskedRow: AskedRow.member == member.id,
        ReviewedRow: ReviewedRow.member == member.id,
        ChoiceRow: ChoiceRow.member == member.id,
        EstimateRow: EstimateRow.member == member.id,
        MandateRow: MandateRow.member == member.id,
        # Before the deliveries: the local chat has copies of them.
        ChatLineRow: sa.or_(ChatLineRow.member == member.id, ChatLineRow.nonce.in_(nonces)),
        DeliveryRow: deliveries,
        EscalationRow: EscalationRow.member == member.id,
        AlarmRow: subject,
        GateRow: GateRow.scope.in_((f"to:{member.id}", f"mail:{member.id}")),
        ClaimRow: ClaimRow.id.in_(_claims(session, names)),
        AddressRow: AddressRow.member == member.id,
        HandleRow: HandleRow.member == member.id,
        NewcomerRow: NewcomerRow.member == member.id,
        HomeTabRow: HomeTabRow.member == member.id,
        MemberRow: MemberRow.slug == member.id,
    }


def _escalations(session: Session, member: Member) -> tuple[str, ...]:
    return tuple(session.scalars(sa.select(EscalationRow.public_id).where(EscalationRow.member == member.id)))


def _copies(session: Session, member: Member) -> list[int]:
    """Messages to others that were only about one of their escalations."""
    theirs = set(_escalations(session, member))
    asked = sa.select(DeliveryRow.id, DeliveryRow.key).where(DeliveryRow.key.startswith("escalation:"))
    return [it for it, key in session.execute(asked) if key.split(":")[1] in theirs]


def _claims(session: Session, names: Redaction) -> list[int]:
    """Names of events that hold one of their ids."""
    return [it for it, key in session.execute(sa.select(ClaimRow.id, ClaimRow.key)) if names.key(key) != key]


def _deleted(session: Session, kind: type[Base], where: sa.ColumnElement[bool]) -> int:
    done = session.execute(sa.delete(kind).where(where), execution_options={"synchronize_session": False})
    return int(done.rowcount)  # type: ignore[attr-defined]  # a DML's result is a cursor's


def _rows(session: Session, kind: type[Base], where: sa.ColumnElement[bool]) -> Iterator[Found]:
    for row in session.scalars(sa.select(kind).where(where).order_by(kind.__mapper__.primary_key[0])):
        yield {it.key: getattr(row, it.key) for it in kind.__mapper__.column_attrs if it.key not in _OURS}


# --- what stays, without them --------------------------------------------------------------------------------------
def _disowned(session: Session, names: Redaction, member: Member) -> int:
    """Their deals, whoever of the past days', become nobody's."""
    session.execute(sa.update(SnapshotRow).where(SnapshotRow.member == member.id).values(member=None))
    asked = sa.select(OpportunityRow.id, OpportunityRow.owner, OpportunityRow.member)
    mine = [it for it, owner, of in session.execute(asked) if of == member.id or (of is None and names.owns(owner))]
    for start in range(0, len(mine), AT_ONCE):
        some = OpportunityRow.id.in_(mine[start : start + AT_ONCE])
        session.execute(sa.update(OpportunityRow).where(some).values(member=None, owner=FORMER))
    return len(mine)


def _planned(work: CompanyWork, member: Member) -> None:
    """The plan without their targets and without them among those who get the digest."""
    company: Company = work.company
    digest = replace(company.digest, to=tuple(it for it in company.digest.to if it != member.id))
    targets = tuple(it for it in company.targets if it.member != member.id)
    plan = rows.company_values(replace(company, digest=digest, targets=targets))
    changed = sa.update(CompanyRow).where(CompanyRow.id == work.company_id)
    # A new version, so that no process goes on with the company as it knew it.
    work.session.execute(changed.values(**plan, version=CompanyRow.version + 1))


def _redacted(session: Session, kind: type[Base], names: Redaction, member: Member) -> int:
    """In how many of a table's rows something was taken out."""
    how = {name: change for name, holds in INVENTORY[kind].items() if (change := _change(holds, names, member))}
    if not how:
        return 0
    columns = [getattr(kind, it) for it in how]
    keys = kind.__mapper__.primary_key
    changes = []
    for row in session.execute(sa.select(*columns, *keys)):
        changed = {it: how[it](value) for it, value in zip(how, row, strict=False) if value is not None}
        if any(changed[it] != value for it, value in zip(how, row, strict=False) if value is not None):
            changes.append((row[len(how) :], changed))
    for which, changed in changes:
        this = (key == value for key, value in zip(keys, which, strict=True))
        session.execute(sa.update(kind).where(*this).values(**changed))
    return len(changes)


def _change(holds: Holds, names: Redaction, member: Member) -> Callable[[Any], Any] | None:
    match holds:
        case Holds.MEMBER:
            return lambda it: FORMER_ID if it == member.id else it
        case Holds.OWNER:
            return lambda it: FORMER if names.owns(it) else it
        case Holds.DEAL:
            return names.business
        case Holds.WORDS:
            return names.words
        case Holds.CARD:
            return names.inside
        case Holds.KEY:
            return lambda it: names.words(names.key(it))
        case _:
            return None
