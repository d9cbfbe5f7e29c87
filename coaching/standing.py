"""Where everybody stands against their target on a morning: what a company's records say, ready to be solved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from coaching import cadence
from coaching.book import book_of, closed_between
from coaching.checkins import CheckIn
from coaching.numbers import measures
from coaching.numbers.allotment import allotted
from coaching.numbers.backsolve import Estimate, Later, Position, last_create_day
from coaching.numbers.forecast import Range
from coaching.numbers.outlook import Basis, Outlook, first_day_ahead, outlook
from coaching.numbers.ratios import since
from coaching.opportunities import Book, Opportunity, Status
from coaching.tally import Tally, legs, paces, tallies

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.opportunities import Book
    from coaching.people import Member
    from coaching.periods import Period
    from coaching.ports import Holidays, Records

MEMORY = timedelta(days=731)
"""How far back closed deals say what is usual: two years."""
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Of every active rep (by id), and of the team as a whole; its day's work is that of one person."""

    company: Company
    today: date
    period: Period
    positions: Mapping[str, Position]
    team: Position
    outlook: Outlook | None = None
    """The same that the forecast is told from; what is expected of open deals is its."""


def demanded(it: Standing, amount: float) -> Standing:
    """If the company's target were that, and everybody's share of it that of what they can reach."""
    able = allotted({who: replace(one, target=amount) for who, one in it.positions.items()}, amount)
    total = able.capacity
    shares = {one.member: amount * (one.capacity / total if total else 1 / len(able.shares)) for one in able.shares}
    positions = {who: replace(one, target=shares[who]) for who, one in it.positions.items()}
    return replace(it, positions=positions, team=replace(it.team, target=amount))


# --- gather --------------------------------------------------------------------------------------------------------
_asked: WeakKeyDictionary[Records, dict[date, Standing]] = WeakKeyDictionary()
"""Of transactions that are running: all reps asked at once share what was read and worked out for the first."""


def standing(records: Records, today: date, holidays: Holidays) -> Standing:
    """As the records are now. A transaction sees the same rows throughout, so asking again costs nothing."""
    known = _asked.setdefault(records, {})
    if today not in known:
        known[today] = standing_on(records, today, holidays, book_of(records, today))
    return known[today]


def standing_on(records: Records, today: date, holidays: Holidays, book: Book) -> Standing:
    """Of any day, with the book as it stood at its end."""
    company = records.company
    period = company.period(today)
    first = since(today) - WEEK
    return stand(
        company=company,
        today=today,
        holidays=holidays(company.country, first, period.end),
        book=book,
        closed=closed_between(book, min(today - MEMORY, period.start), today),
        checkins=records.checkins(first, today),
    )


# --- what follows --------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    """What the positions of all are made from."""

    company: Company
    today: date
    period: Period
    holidays: frozenset[date]
    opened: tuple[Opportunity, ...]
    closed: tuple[Opportunity, ...]
    outlook: Outlook
    tallies: Mapping[str, Tally]
    amounts: Sequence[float]
    """Of everybody's won deals."""
    cycle: Estimate | None

    @property
    def team(self) -> tuple[Tally, ...]:
        return tuple(self.tallies.values())

    def working_days(self, first: date, last: date, member: Member) -> tuple[date, ...]:
        return cadence.working_days(self.company, member, first, last, self.holidays)


def stand(
    *,
    company: Company,
    today: date,
    holidays: frozenset[date],
    book: Book,
    closed: tuple[Opportunity, ...],
    checkins: tuple[CheckIn, ...],
) -> Standing:
    """Pure. `closed` of the last two years, `checkins` of the last thirteen weeks, everybody's."""
    period, ended = company.period(today), {it.id for it in closed}
    # One that had closed by then, but was seen to only later, was still open in what was kept of that day.
    opened = tuple(it for it in book.open if it.id not in ended)
    lately = tuple(it for it in closed if it.closed_on and it.closed_on >= today - MEMORY)
    before = since(today) - WEEK
    days = {it.id: cadence.working_days(company, it, before, today, holidays) for it in company.reps}
    them = tallies(company, today, days, (*opened, *lately), checkins)
    ground = _Ground(
        company=company,
        today=today,
        period=period,
        holidays=holidays,
        opened=opened,
        closed=closed,
        outlook=outlook(book, company, period, first_day_ahead(book.deals, today)),
        tallies=them,
        amounts=_amounts(_won(them.values()), company),
        cycle=measures.usual_cycle(_cycles(them.values())),
    )
    return Standing(
        company=company,
        today=today,
        period=period,
        positions={it.id: _position(ground, (it,), it.id) for it in company.reps},
        team=_position(ground, company.reps, None),
        outlook=ground.outlook,
    )


def _position(ground: _Ground, people: tuple[Member, ...], member: str | None) -> Position:
    """One rep's, or the whole company's: its deals are everybody's, its working days those of all reps together."""
    company, period = ground.company, ground.period
    own = ground.team if member is None else (ground.tallies[member],)
    won = [it for it in ground.closed if it.status is Status.WON and it.closed_on in period and _of(it, member)]
    open_ = ground.outlook.open_of(member)
    last = last_create_day(period.end, ground.cycle) or period.end
    target = company.target(period, member)
    return Position(
        today=ground.today,
        end=period.end,
        target=float(target.amount) if target else None,
        won=sum(_amounts(won, company)),
        n_won=len(won),
        open=open_.expected,
        open_amount=open_.amount,
        unpriced=open_.unpriced,
        forecast=_forecast(ground.outlook, member),
        deal=measures.usual_deal(_amounts(_won(own), company), ground.amounts),
        cycle=ground.cycle,
        legs=legs(company, own, ground.team),
        working_days=sum(len(ground.working_days(ground.today, last, it)) for it in people),
        working_days_left=sum(len(ground.working_days(ground.today, period.end, it)) for it in people),
        paces=paces(company, own),
        later=_later(ground, member),
    )


def _forecast(it: Outlook, member: str | None) -> float | None:
    found = it.of(member)
    return float(found.expected.amount) if it.basis is Basis.HISTORY and isinstance(found, Range) else None


def _later(ground: _Ground, member: str | None) -> tuple[Later, ...]:
    """Open deals that are due in the next period, the largest first: what could come forward."""
    after = ground.period.next
    due = (it for it in ground.opened if it.close_date in after and _of(it, member))
    found = [
        Later(it.title, float(it.amount.amount), it.close_date)
        for it in due
        if it.amount and it.close_date and it.amount.currency == ground.company.currency
    ]
    return tuple(sorted(found, key=lambda it: (-it.amount, it.name)))


def _of(it: Opportunity, member: str | None) -> bool:
    return member is None or it.member == member


def _won(them: Iterable[Tally]) -> list[Opportunity]:
    return [deal for it in them for deal in it.won]


def _amounts(deals: Iterable[Opportunity], company: Company) -> list[float]:
    """Of those that are known in the company's currency."""
    return [float(it.amount.amount) for it in deals if it.amount and it.amount.currency == company.currency]


def _cycles(them: Iterable[Tally]) -> list[int]:
    dated = ((it.created_on, it.closed_on) for it in _won(them))
    return [max(0, (end - begin).days) for begin, end in dated if begin and end]
