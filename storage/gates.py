"""Until when nothing goes through: in one conversation, in a company, or on one of its platforms. On real time.

A company's pace is a gate of its own: each message that is taken up moves it on, and once it is done the channel that
took it has the last word. Until then the message itself holds the conversation, and one of its company's few places.
Where changing a message that is there costs nothing, nothing of this is for changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from storage.deliveries import Done, Later, Patience, Paused, Waiting
from storage.tables import GateRow
from storage.upsert import upsert

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

WHOLE: Final = "company"
PACED: Final = "pace"
PAUSE: Final = "pause:"
SHUT: Final = (WHOLE, PACED)
"""Nothing new of a company goes through either."""

Scope = tuple[int, str]
"""A gate's name: the company's id, and what in it."""
Gates = dict[Scope, datetime]

STANDING = sa.select(GateRow.company_id, GateRow.scope, GateRow.next_ok_at).where(
    GateRow.company_id.in_(sa.bindparam("companies", expanding=True)),
    GateRow.scope.in_(sa.bindparam("scopes", expanding=True)),
)


def conversation(it: Waiting) -> str:
    """A person's chat and their mail are two."""
    return f"{'mail' if it.by_mail else 'to'}:{it.member}"


def close(session: Session, gates: Gates) -> None:
    """Nothing through these until then; never earlier than what stands."""
    _write(session, gates, keep_later=True)


def charge(session: Session, taken: Sequence[Waiting], real: datetime) -> None:
    """The next ones of their companies wait for them."""
    _pace(session, ((it.company_id, it.charged) for it in taken), real)


def move(session: Session, done: Sequence[Done], real: datetime, patience: Patience) -> None:
    """By the pace of the channel that took each, and by what it said.

    On a busy machine it may be long after it was taken up that a message is sent. After several at one go the next ones
    leave them as much time as they would have taken one by one.
    """
    new = [it for it in done if it.message.reference is None]
    _pace(session, ((it.message.company_id, _own(it) - it.message.charged) for it in done), real)
    gates: Gates = {}
    for it in new:
        if it.message.together > 1 and it.pace:
            _until(gates, (it.message.company_id, PACED), real + it.pace.company * (it.message.together - 1))
        if it.pace and it.pace.conversation:
            _until(gates, (it.message.company_id, conversation(it.message)), real + it.pace.conversation)
    for it in done:
        company = it.message.company_id
        match it.outcome:
            case Later(after, _, whole_company=True):
                _until(gates, (company, WHOLE), real + after)
            case Paused(platform):
                _until(gates, (company, PAUSE + platform), real + patience.pause)
            case _:
                pass
    close(session, gates)


def _own(it: Done) -> timedelta:
    if it.pace is None:
        return timedelta(0)
    return it.pace.company if it.message.reference is None else it.pace.edit


def _pace(session: Session, steps: Iterable[tuple[int, timedelta]], real: datetime) -> None:
    """By company: on from where it stands, or from now; back, where less was taken than was thought."""
    by: dict[int, timedelta] = defaultdict(timedelta)
    for company, step in steps:
        by[company] += step
    wanted = {(company, PACED): step for company, step in by.items() if step}
    standing = _standing(session, wanted)
    _write(session, {it: max(standing.get(it, real), real) + step for it, step in wanted.items()}, keep_later=False)


def _standing(session: Session, scopes: Collection[Scope]) -> Gates:
    if not scopes:
        return {}
    told = {"companies": sorted({it[0] for it in scopes}), "scopes": sorted({it[1] for it in scopes})}
    found = session.connection().execute(STANDING, told)
    return {(row.company_id, row.scope): row.next_ok_at for row in found}


def _write(session: Session, gates: Gates, *, keep_later: bool) -> None:
    rows = [{"company_id": it[0], "scope": it[1], "next_ok_at": until} for it, until in sorted(gates.items())]
    rising = ("next_ok_at",) if keep_later else ()
    upsert(session.connection(), GateRow, rows, by=["company_id", "scope"], rising=rising)


def _until(gates: Gates, scope: Scope, until: datetime) -> None:
    gates[scope] = max(gates.get(scope, until), until)
