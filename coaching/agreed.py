"""The forecast as it is agreed: whose word stands for each rep, what was locked, and what has changed since.

A rep calls; the manager agrees to exactly that call, or lays a figure of their own beside it. Agreed is what both have
said: the rep by calling, the manager by a tap that names the call. Calling other figures takes it back; saying the same
again doesn't, and calling back exactly what was agreed makes it agreed again, as long as that was the manager's last
word. What stands is the manager's figure where that was their last word, else the rep's own.

For whoever tells the owner: `agreed_forecast(company, period, calls, remarks, locks, until)` is pure. Its `now`,
`locked` and `change` are sums over everybody; `moved` and `recalled` name people and are for the manager. The rule of
the house holds: a sum is the owner's from FEWEST reps on (`Sum.called`), and of who agreed they may know how many, not
the amount.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from coaching.forecasts import TEAM, Call, Locked, Remark, RemarkKind
from coaching.money import Money, total

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.periods import Period


class State(StrEnum):
    """How far a rep and the manager have come."""

    NOT_CALLED = "not_called"
    CALLED = "called"
    """The manager hasn't said anything about it."""
    CHANGED = "changed"
    """The manager had agreed, and the rep has called other figures since."""
    OVERLAID = "overlaid"
    """The manager's own figure lies beside it."""
    AGREED = "agreed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """Whose word stands for one rep."""

    member: str
    call: Call | None = None
    """The rep's own last."""
    overlay: Call | None = None
    """The manager's, where it is their last word about it."""
    agreed: Remark | None = None
    """To what the rep calls now."""
    undone: Remark | None = None
    """The manager's last word, where it was about figures that the rep has changed since."""
    evidence: tuple[Remark, ...] = ()
    """What the rep's present figures rest on, oldest first."""
    answer: Remark | None = None
    """What the rep said to the manager's figure."""

    @property
    def state(self) -> State:
        """In one word."""
        if self.overlay is not None:
            return State.OVERLAID
        if self.call is None:
            return State.NOT_CALLED
        if self.agreed is not None:
            return State.AGREED
        return State.CALLED if self.undone is None else State.CHANGED

    @property
    def commit(self) -> Money | None:
        """What counts."""
        it = self.overlay or self.call
        return it.commit if it else None


def stand(member: str, calls: Iterable[Call], remarks: Iterable[Remark] = ()) -> Stand:
    """Of one member, by their calls (overlays included) and what was said about them in one period, oldest first."""
    mine, said = [it for it in calls if it.member == member], [it for it in remarks if it.member == member]
    own, beside = [it for it in mine if not it.is_overlay], [it for it in mine if it.is_overlay]
    call = own[-1] if own else None
    same = _same_as_now(own)
    word = next((it for it in reversed(said) if it.kind is RemarkKind.AGREED), None)
    overlay = beside[-1] if beside else None
    if word is not None and overlay is not None and word.at >= overlay.called_at:
        overlay = None
    if overlay is not None:
        word = None
    agrees = word is not None and word.call in same
    answers = [it for it in said if it.kind is RemarkKind.ANSWER and overlay is not None and it.call == overlay.id]
    return Stand(
        member=member,
        call=call,
        overlay=overlay,
        agreed=word if agrees else None,
        undone=None if agrees else word,
        evidence=tuple(it for it in said if it.kind is RemarkKind.EVIDENCE and it.call in same),
        answer=answers[-1] if answers else None,
    )


def _same_as_now(own: Sequence[Call]) -> frozenset[str]:
    """Ids of all calls with the figures of the last: what was said of these figures is said of them now.

    “Still right” changes nothing; and whoever calls others and comes back asks nobody for the same yes twice.
    """
    return frozenset(it.id for it in own if it.same_figures(own[-1]))


def stands(company: Company, calls: Sequence[Call], remarks: Sequence[Remark]) -> tuple[Stand, ...]:
    """Of every active rep, in the file's order."""
    return tuple(stand(it.id, calls, remarks) for it in company.reps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """The last that the manager said of a rep's calls: a yes, or a figure `beside`. `about` is the rep's own call."""

    by: str
    at: datetime
    about: Call
    beside: Call | None = None


def last_word(member: str, calls: Iterable[Call], remarks: Iterable[Remark]) -> Word | None:
    """None where nothing was said yet, or before there was a call to say it of. Oldest first."""
    mine = [it for it in calls if it.member == member]
    own = {it.id: it for it in mine if not it.is_overlay}
    agreed = [it for it in remarks if it.member == member and it.kind is RemarkKind.AGREED and it.call in own]
    found = [Word(by=it.by, at=it.at, about=own[it.call]) for it in agreed]
    for it in (one for one in mine if one.is_overlay):
        before = [one for one in own.values() if one.called_at <= it.called_at]
        found += [Word(by=it.by, at=it.called_at, about=one, beside=it) for one in before[-1:]]
    return max(found, key=lambda it: it.at, default=None)


def not_answered(calls: Sequence[Call], word: Word | None) -> tuple[Call, ...]:
    """A rep's own calls from the one that the manager last said something of: what fell before has its answer."""
    return tuple(it for it in calls if word is None or it.called_at >= word.about.called_at)


# --- sums ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """Of all reps together. Amounts are None while nobody has called; those in another currency are left out."""

    commit: Money | None
    """What stands: the manager's figure where it lies beside a rep's, else the rep's own."""
    best_case: Money | None
    own_commit: Money | None
    """The reps' own calls alone."""
    reps: int
    called: int
    """Reps of whom something stands."""
    by_themselves: int
    """Those of them who called; of the others the manager has said something, and nobody else."""
    agreed: int
    overlaid: int
    foreign: int = 0


def summed(rows: Iterable[Locked], company: Company) -> Sum:
    """Of the reps' rows of one lock, or of what would be locked now."""
    mine = [it for it in rows if it.member != TEAM]
    told = [it for it in mine if it.stands is not None]
    return Sum(
        commit=_total((it.stands for it in told), company),
        best_case=_total((it.stands_best for it in told), company),
        own_commit=_total((it.commit for it in mine), company),
        reps=len(mine),
        called=len(told),
        by_themselves=sum(bool(it.call) for it in mine),
        agreed=sum(bool(it.agreed_by) for it in mine),
        overlaid=sum(bool(it.overlay) for it in mine),
        foreign=sum(it.stands is not None and it.stands.currency != company.currency for it in told),
    )


def _total(amounts: Iterable[Money | None], company: Company) -> Money | None:
    known = [it for it in amounts if it is not None and it.currency == company.currency]
    return total(known, company.currency) if known else None


# --- what was locked, and what has changed since ---------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One rep whose standing commit isn't the locked one any more. None: nothing stood, or nothing stands."""

    member: str
    before: Money | None
    after: Money | None

    @property
    def by(self) -> Money | None:
        """The difference, where both can be compared."""
        if self.before is None or self.after is None or self.before.currency != self.after.currency:
            return None
        return self.after - self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """One rep who calls other figures than were locked, where `Moved` doesn't tell it.

    What stands is the manager's figure `beside` it; or it is the best case alone that is another one.
    """

    member: str
    commit_before: Money | None
    """None: they had called nothing."""
    best_before: Money | None
    commit: Money
    best_case: Money
    beside: Money | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedForecast:
    """A period's forecast as it stands at an instant, against the last lock before it."""

    now: Sum
    locked: Sum | None
    """None while nothing of this period was locked."""
    locked_at: datetime | None
    change: Money | None
    """What stands now less what stood then; None where either is missing."""
    before: Sum | None
    """The lock before that one, in the same period."""
    week_change: Money | None
    """What was locked last less what was locked before; None where either is missing."""
    moved: tuple[Moved, ...]
    """Of people: for the manager only."""
    recalled: tuple[Recalled, ...] = ()
    """Of people, too."""

    @property
    def has_changed(self) -> bool:
        """Whether anybody's figures aren't those that were locked any more."""
        return bool(self.moved or self.recalled)


def agreed_forecast(  # noqa: PLR0917 - facts of one period, in the order in which they come about
    company: Company,
    period: Period,
    calls: Iterable[Call],
    remarks: Iterable[Remark],
    locks: Sequence[Locked],
    until: datetime,
) -> AgreedForecast:
    """Pure. `calls`, `remarks` and `locks` of the period (`Records.calls`, `.remarks`, `.locks`), oldest first.

    Only what was said before `until` counts. A rep who has joined since the lock is in `now` alone, one who has left in
    `locked` alone.
    """
    said = [it for it in remarks if it.at < until]
    now = as_of(company, period, [it for it in calls if it.called_at < until], said, until)
    last = last_lock(locks, until)
    earlier = last_lock([it for it in locks if last and it.at < last[0].at], until)
    there, then, before = summed(now, company), _summed(last, company), _summed(earlier, company)
    return AgreedForecast(
        now=there,
        locked=then,
        locked_at=last[0].at if last else None,
        change=_difference(then, there),
        before=before,
        week_change=_difference(before, then),
        moved=_moved(last, now) if last else (),
        recalled=tuple(_recalled(last, now)) if last else (),
    )


def _summed(rows: Sequence[Locked], company: Company) -> Sum | None:
    return summed(rows, company) if rows else None


def _difference(before: Sum | None, after: Sum | None) -> Money | None:
    if before is None or after is None or before.commit is None or after.commit is None:
        return None
    return after.commit - before.commit


def as_of(
    company: Company, period: Period, calls: Sequence[Call], remarks: Sequence[Remark], at: datetime
) -> tuple[Locked, ...]:
    """What would be locked of each active rep by these, without what the coach expects."""
    none = Money(0, company.currency)
    return tuple(
        row(it, str(period), at.astimezone(company.tz).date(), at, none) for it in stands(company, calls, remarks)
    )


def row(it: Stand, period: str, on: date, at: datetime, won: Money) -> Locked:
    """How a rep stands, as it is kept."""
    return Locked(
        period=period,
        on=on,
        at=at,
        member=it.member,
        won=won,
        call=it.call.id if it.call else "",
        commit=it.call.commit if it.call else None,
        best_case=it.call.best_case if it.call else None,
        overlay=it.overlay.id if it.overlay else "",
        overlay_commit=it.overlay.commit if it.overlay else None,
        overlay_best=it.overlay.best_case if it.overlay else None,
        agreed_by=it.agreed.by if it.agreed else "",
    )


def last_lock(locks: Iterable[Locked], until: datetime) -> tuple[Locked, ...]:
    """The rows of the last lock at or before an instant."""
    past = [it for it in locks if it.at <= until]
    latest = max((it.at for it in past), default=None)
    return tuple(it for it in past if it.at == latest)


def _moved(last: Iterable[Locked], now: Iterable[Locked]) -> tuple[Moved, ...]:
    then = {it.member: it.stands for it in last}
    found = (Moved(member=it.member, before=then.get(it.member), after=it.stands) for it in now)
    return tuple(it for it in found if it.before != it.after)


def _recalled(last: Iterable[Locked], now: Iterable[Locked]) -> Iterator[Recalled]:
    then = {it.member: it for it in last}
    for it in now:
        was = then.get(it.member)
        if it.commit is None or it.best_case is None:
            continue
        before = (was.commit, was.best_case) if was else (None, None)
        told = it.overlay_commit is None and it.stands != (was.stands if was else None)
        if before != (it.commit, it.best_case) and not told:
            yield Recalled(
                member=it.member,
                commit_before=before[0],
                best_before=before[1],
                commit=it.commit,
                best_case=it.best_case,
                beside=it.overlay_commit,
            )
