"""An export against what is known: what to keep, what moved, and the pipeline of that day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from coaching.language import t
from coaching.opportunities import Change, Field, Opportunity, Snapshot, Status


class ImportRefusedError(ValueError):
    """The export as a whole can't be right. Its text says why, with numbers, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What an import found. An opportunity may be in several of the later ones."""

    rows: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    gone: int = 0
    back: int = 0
    moved: int = 0
    """To another stage."""
    pushed: int = 0
    """To a later close date."""
    won: int = 0
    lost: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """What an import does. `changes` are all of the day's, those of an earlier import that day included."""

    upserts: tuple[Opportunity, ...]
    changes: tuple[Change, ...]
    snapshots: tuple[Snapshot, ...]
    gone: tuple[str, ...]
    counts: Counts


def plan_import(
    known: Mapping[str, Opportunity],
    rows: Sequence[Opportunity],
    on: date,
    *,
    complete: bool = False,
    imported_on: date | None = None,
    earlier_today: Sequence[Change] = (),
    at: datetime | None = None,
    unsaid: Collection[str] = (),
) -> ImportPlan:
    """Against everything known (gone ones included), by id. The same export a second time changes nothing.

    `imported_on` is the day of the last import: an export of an earlier day is refused, as it would undo what was
    learned since and read as changes that never happened. `earlier_today` are the changes already seen on `on`. `at` is
    the moment of this import, which may be days after the export was made. `unsaid` are the fields that the export has
    no column for: of those it says nothing, so what is known of them stays.
    ImportRefusedError for that, and when more than a fifth would be gone at once.
    """
    if imported_on is not None and on < imported_on:
        raise ImportRefusedError(
            t(
                "this export is of {on}, but one of {known} was imported already; an older one would undo what is "
                "known since. Export afresh, or say when it was made: --on {known} or later",
                on=on,
                known=imported_on,
            )
        )
    told = [_with_known(known.get(it.id), it, unsaid) for it in rows] if unsaid else rows
    current = {it.id: _continued(known.get(it.id), it, on) for it in told}
    gone = _gone(known, current) if complete else ()
    now = {**current, **{it: replace(known[it], gone_on=on) for it in gone}}
    moves = (_news(it, on, imported_on) if it.id not in known else _moves(known[it.id], it, on) for it in now.values())
    # Nothing moved in a first import: everything was there before anybody looked.
    seen = [replace(change, at=at) for it in moves for change in it] if known else []
    return ImportPlan(
        upserts=tuple(it for it in now.values() if known.get(it.id) != it),
        changes=_net(earlier_today, seen),
        snapshots=tuple(_snapshot(it, on) for it in {**known, **now}.values() if it.is_open),
        gone=gone,
        counts=_counts(known, current, gone, seen),
    )


def _with_known(known: Opportunity | None, row: Opportunity, unsaid: Collection[str]) -> Opportunity:
    """The row, with what is known in the fields that the export says nothing of."""
    if known is None:
        return row
    kept = {name: getattr(known, name) for name in unsaid if name != "closed_on"}
    # The day of closing goes by the status, which every export says: only of one that was closed already it is known.
    if "closed_on" in unsaid and row.status is known.status is not Status.OPEN and known.closed_on:
        kept["closed_on"] = known.closed_on
    return replace(row, **kept)


def _continued(known: Opportunity | None, row: Opportunity, on: date) -> Opportunity:
    """The row, with what an export forgets once a deal has closed.

    The day: when none is given, it closed when it was first seen closed. When it had been expected: many CRMs write the
    real day over it. What it was worth: many set a lost deal to zero.
    """
    if known is None or row.status is Status.OPEN:
        return row
    closed_on = row.closed_on or (known.closed_on if known.status is row.status else on)
    worth = known.amount if row.status is Status.LOST and not row.amount and known.amount else row.amount
    return replace(row, closed_on=closed_on, amount=worth, close_date=known.close_date or row.close_date)


def _gone(known: Mapping[str, Opportunity], current: Mapping[str, Opportunity]) -> tuple[str, ...]:
    live = [it for it, deal in known.items() if deal.gone_on is None]
    missing = tuple(it for it in live if it not in current)
    if len(missing) * 5 > len(live):
        raise ImportRefusedError(
            f"{len(missing):,} of {len(live):,} known opportunities are missing from this export, more than a fifth; "
            "it can't be complete. Export everything, or import it without --complete"
        )
    return missing


def _news(it: Opportunity, on: date, imported_on: date | None) -> Iterable[Change]:
    """Of one that was never seen. What is dated before the last import is no news, only told late: a wider export."""
    if _since(it.created_on, imported_on):
        yield Change(opportunity=it.id, on=on, field=Field.CREATED, before=None, after=it.stage)
    if it.status is not Status.OPEN and _since(it.closed_on, imported_on):
        yield Change(opportunity=it.id, on=on, field=Field.STATUS, before=None, after=it.status.value)


def _since(day: date | None, imported_on: date | None) -> bool:
    return day is None or imported_on is None or day >= imported_on


def _moves(before: Opportunity, after: Opportunity, on: date) -> Iterable[Change]:
    was, now = _watched(before), _watched(after)
    for field, value in now.items():
        if was[field] != value:
            yield Change(opportunity=after.id, on=on, field=field, before=was[field], after=value)


def _watched(it: Opportunity) -> dict[Field, str | None]:
    return {
        Field.STAGE: it.stage,
        Field.STATUS: it.status.value,
        Field.CLOSE_DATE: it.close_date.isoformat() if it.close_date else None,
        Field.AMOUNT: str(it.amount.minor) if it.amount is not None else None,
        Field.OWNER: it.owner,
        Field.GONE: it.gone_on.isoformat() if it.gone_on else None,
    }


def _net(earlier: Iterable[Change], seen: Iterable[Change]) -> tuple[Change, ...]:
    """The changes of a day as one step each; what was changed and changed back did not move."""
    day = {(it.opportunity, it.field): it for it in earlier}
    for it in seen:
        first = day.get((it.opportunity, it.field))
        day[it.opportunity, it.field] = replace(it, before=first.before) if first else it
    return tuple(it for it in day.values() if it.before != it.after)


def _snapshot(it: Opportunity, day: date) -> Snapshot:
    return Snapshot(
        opportunity=it.id,
        day=day,
        member=it.member,
        stage=it.stage,
        amount=it.amount,
        close_date=it.close_date,
        category=it.category,
    )


def _counts(
    known: Mapping[str, Opportunity], current: Mapping[str, Opportunity], gone: Sequence[str], seen: Sequence[Change]
) -> Counts:
    new = sum(it not in known for it in current)
    same = sum(known.get(it) == deal for it, deal in current.items())
    pushed = [it for it in seen if it.field is Field.CLOSE_DATE and it.before and it.after and it.after > it.before]
    return Counts(
        rows=len(current),
        new=new,
        unchanged=same,
        updated=len(current) - new - same,
        gone=len(gone),
        back=sum(it.field is Field.GONE and it.after is None for it in seen),
        moved=sum(it.field is Field.STAGE for it in seen),
        pushed=len(pushed),
        won=sum(it.field is Field.STATUS and it.after == Status.WON for it in seen),
        lost=sum(it.field is Field.STATUS and it.after == Status.LOST for it in seen),
    )
