"""Everything that was forecast of periods that are over, and what came: who may look at it, and how good it was.

What counts of a period is what stood at the end of fixed days, the first, the 30th and the 60th, for everybody alike;
of people, beside it, their last call of each week. A person's own score is by weeks, comparisons are by fixed days.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from coaching.forecasts import TEAM, Author, Call, Estimate
from coaching.money import Money
from coaching.numbers.accuracy import Accuracy, Factor, Scored, accuracy, factors
from coaching.numbers.outlook import won_by_member

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.opportunities import Opportunity
    from coaching.periods import Period
    from coaching.ports import Records

PERIODS = 8
"""Looked back on: two years."""
MARKS = (1, 30, 60)
"""Days of a period (its first is 1) at whose end a forecast is taken down."""
WEEKLY = 0
"""Stands for a mark where the last call of a week is meant."""
FRESH = timedelta(days=6)
"""How old the coach's may be on a mark: older, it was down and said nothing."""
THEIRS_FIRST = timedelta(days=7)
"""After a period's end, in which only whoever made a call, rep or manager, sees how it came in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One forecast that was scored. `mark` is one of MARKS, or WEEKLY."""

    by: Author
    mark: int
    scored: Scored


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackRecord:
    """Amounts in whole units of the company's currency. `foreign` calls, in another one, are in no figure."""

    rows: tuple[Row, ...]
    foreign: int = 0
    waiting: tuple[str, ...] = ()
    """Periods of which some calls are still their authors' own to look at."""

    def own(self, member: str, by: Author = Author.REP) -> Accuracy:
        """Of a rep's weekly calls, or of the manager's about them; of the coach's by fixed days."""
        weekly = by in {Author.REP, Author.MANAGER}
        return accuracy(self._of(by, weekly=weekly, whose=(member,)))

    def each(self, by: Author) -> Accuracy:
        """By fixed days, member by member: misses of one don't make up for another's."""
        return accuracy(it for it in self._of(by, weekly=False) if it.whose != TEAM)

    def together(self, by: Author) -> Accuracy:
        """By fixed days, of the sum."""
        return accuracy(self._of(by, weekly=False, whose=(TEAM,)))

    @property
    def beside(self) -> Mapping[Author, Accuracy]:
        """Of everybody, but only where the manager's own figure stood: the same members, periods and fixed days."""
        there = {(it.scored.period, it.scored.whose, it.mark) for it in self.rows if _is_managers(it)}
        them = [it for it in self.rows if (it.scored.period, it.scored.whose, it.mark) in there]
        return {by: accuracy(it.scored for it in them if it.by is by) for by in Author}

    @property
    def factors(self) -> Mapping[str, Factor]:
        """What each rep's calls have been worth, by member."""
        return factors(it for it in self._of(Author.REP, weekly=True) if it.whose != TEAM)

    def _of(self, by: Author, *, weekly: bool, whose: Sequence[str] = ()) -> Iterator[Scored]:
        for it in self.rows:
            if it.by is by and (it.mark == WEEKLY) is weekly and (not whose or it.scored.whose in whose):
                yield it.scored


def _is_managers(it: Row) -> bool:
    return it.by is Author.MANAGER and it.mark != WEEKLY and it.scored.whose != TEAM


def ended(company: Company, today: date) -> tuple[Period, ...]:
    """The periods that are looked back on, the oldest first."""
    found = [company.period(today).previous]
    while len(found) < PERIODS:
        found.insert(0, found[0].previous)
    return tuple(found)


def marks(period: Period) -> Mapping[int, date]:
    """The fixed days of a period."""
    return {it: period.start + timedelta(days=it - 1) for it in MARKS}


def days_to_read(company: Company, today: date, kept: Iterable[date]) -> tuple[date, ...]:
    """Of the days on which estimates were kept, those that stand on a mark of an ended period, and its first."""
    days = sorted(kept)
    found: set[date] = set()
    for period in ended(company, today):
        found |= {it for mark in marks(period).items() if (it := _standing(days, mark)) is not None}
        found |= set([it for it in days if it in period][:1])
    return tuple(sorted(found))


def _standing(days: Sequence[date], mark: tuple[int, date]) -> date | None:
    """The last day up to a mark, if it is fresh and of the same period."""
    number, on = mark
    earliest = max(on - FRESH, on - timedelta(days=number - 1))
    return next((it for it in reversed(days) if earliest <= it <= on), None)


def remembered(
    records: Records,
    today: date,
    whose: str | None = None,
    *,
    deals: Sequence[Opportunity] | None = None,
    reader: str = "",
    ours: bool = True,
) -> TrackRecord:
    """Of one rep or all, for that reader; without the coach's and the baselines' unless `ours`.

    `deals` where they are at hand already.
    """
    company = records.company
    periods = ended(company, today)
    first, last = periods[0].start, periods[-1].end
    days = days_to_read(company, today, records.estimate_days(first, last)) if ours else ()
    return track_record(
        company,
        today,
        records.closed_opportunities(first, last, whose) if deals is None else deals,
        records.calls_of([str(it) for it in periods], whose),
        records.estimates(days, whose) if days else (),
        reader=reader,
    )


def track_record(
    company: Company,
    today: date,
    deals: Sequence[Opportunity],
    calls: Iterable[Call],
    estimates: Iterable[Estimate] = (),
    *,
    reader: str = "",
) -> TrackRecord:
    """Of the ended periods. `calls` and `estimates` may be of any; a deal counts for whoever it belongs to now.

    Who made a call sees how it came in as soon as the period is over, everybody else THEIRS_FIRST later.
    """
    calls = tuple(calls)
    known = [it for it in calls if it.commit.currency == company.currency]
    rows: list[Row] = []
    waiting = []
    for period in ended(company, today):
        came = _Came.of(company, deals, period)
        mine = [it for it in known if it.period == str(period)]
        if today <= period.end + THEIRS_FIRST:
            theirs = [it for it in mine if it.by == reader]
            waiting += [str(period)] if len(theirs) < len(mine) else []
            # A sum of one's own alone is nobody's forecast.
            rows += [it for it in _people(theirs, came, company) if it.scored.whose != TEAM]
        else:
            rows += _people(mine, came, company)
        rows += _estimated([it for it in estimates if it.period == str(period)], came, company)
    return TrackRecord(rows=tuple(rows), foreign=len(calls) - len(known), waiting=tuple(waiting))


@dataclass(frozen=True, slots=True)
class _Came:
    """What came in of a period."""

    period: Period
    by_member: Mapping[str, float]
    together: float

    @classmethod
    def of(cls, company: Company, deals: Sequence[Opportunity], period: Period) -> _Came:
        won = won_by_member(deals, company, period)
        return cls(period, {who: _units(it) for who, it in won.items()}, sum(map(_units, won.values())))

    def scored(self, whose: str, forecast: float, range_: tuple[Money | None, Money | None] = (None, None)) -> Scored:
        low, high = (None if it is None else _units(it) for it in range_)
        actual = self.together if whose == TEAM else self.by_member.get(whose, 0.0)
        return Scored(period=str(self.period), whose=whose, forecast=forecast, actual=actual, low=low, high=high)


def _units(it: Money) -> float:
    return float(it.amount)


# --- people --------------------------------------------------------------------------------------------------------
def _people(calls: Sequence[Call], came: _Came, company: Company) -> Iterator[Row]:
    """Oldest first. Calls of days outside the period say nothing about it on time, and don't count."""
    dated = [(_day(it, company), it) for it in calls]
    timely = [(on, it) for on, it in dated if on in came.period]
    for by, overlay in ((Author.REP, False), (Author.MANAGER, True)):
        for it in _last_of_weeks([one for one in timely if one[1].is_overlay is overlay]):
            yield Row(by=by, mark=WEEKLY, scored=came.scored(it.member, _units(it.commit)))
    for number, on in marks(came.period).items():
        stood = [it for day, it in timely if day <= on]
        own = {it.member: it for it in stood if not it.is_overlay}
        beside = {it.member: it for it in stood if it.is_overlay}
        yield from _marked(Author.REP, number, own, came)
        if beside:
            yield from _marked(Author.MANAGER, number, beside, came, rest=own)


def _marked(
    by: Author, number: int, calls: Mapping[str, Call], came: _Came, rest: Mapping[str, Call] | None = None
) -> Iterator[Row]:
    """Each member's, and their sum against what these members won. Where the manager said nothing, the rep's stands."""
    for it in calls.values():
        yield Row(by=by, mark=number, scored=came.scored(it.member, _units(it.commit)))
    whole = {**(rest or {}), **calls}
    if whole:
        forecast = sum(_units(it.commit) for it in whole.values())
        actual = sum(came.by_member.get(it, 0.0) for it in whole)
        together = Scored(period=str(came.period), whose=TEAM, forecast=forecast, actual=actual)
        yield Row(by=by, mark=number, scored=together)


def _day(call: Call, company: Company) -> date:
    """By the clock of whoever made it."""
    return company.day_of(call.called_at, call.by)


def _last_of_weeks(calls: Sequence[tuple[date, Call]]) -> Iterator[Call]:
    last = {(it.member, on.isocalendar()[:2]): it for on, it in calls}
    yield from last.values()


# --- the coach and the baselines ------------------------------------------------------------------------------------
def _estimated(estimates: Sequence[Estimate], came: _Came, company: Company) -> Iterator[Row]:
    """What goes by earlier periods was said once, and stands on every mark after it."""
    fitting = [it for it in estimates if it.expected.currency == company.currency]
    for number, on in marks(came.period).items():
        standing: dict[tuple[Author, str], Estimate] = {}
        for it in sorted(fitting, key=lambda one: one.on):
            lasting = it.by not in {Author.COACH, Author.STAGE_WEIGHTED}
            if it.on <= on and (lasting or it.on >= on - FRESH):
                standing[it.by, it.member] = it
        for it in standing.values():
            scored = came.scored(it.member, _units(it.expected), (it.p10, it.p90))
            yield Row(by=it.by, mark=number, scored=scored)
