"""Where a period will land: the one place that chooses between what history says and what stages say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from coaching.categories import in_period, undated
from coaching.language import t, tn
from coaching.money import Money, decimals, total
from coaching.numbers.chances import ENOUGH_WON
from coaching.numbers.forecast import NoRange, Range, by_stages, priced
from coaching.numbers.pipeline import NOBODY, pipeline_of
from coaching.numbers.projection import Made, Projection, projected, wins
from coaching.numbers.still_open import NOTHING, StillOpen, at, of_stages
from coaching.opportunities import Book, Opportunity, Status
from coaching.phrases import day

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.numbers.known import Pipeline
    from coaching.numbers.uncertainty import Range as Units
    from coaching.periods import Period

DAY = timedelta(days=1)


class Basis(StrEnum):
    """What a range was made from."""

    HISTORY = "history"
    """How deals went before, new business included (`coaching.numbers.projection`)."""
    STAGES = "stages"
    """Each open deal due in the period by its stage's probability, independently; nothing learned."""
    OVER = "over"
    """Nothing is ahead of it any more: what was won."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """Of a period, from `on` to its end, with what was won before `on` inside it.

    `by_member` holds member ids, NOBODY for deals that are nobody's here; their `expected` add up to the total's.
    `why` says why it isn't by history, where it isn't.
    """

    basis: Basis
    on: date
    total: Range | NoRange
    by_member: Mapping[str, Range | NoRange]
    open: StillOpen = NOTHING
    """What of it the open deals bring, in whole units: expected = won + this + new business (by history only)."""
    open_by_member: Mapping[str, StillOpen] = field(default_factory=dict)
    why: str = ""
    n_won: int = 0
    n_lost: int = 0
    """Closed deals that history was."""
    made: Made | None = None
    """How history's total came about."""
    n_other_currency: int = 0
    """Deals left out, as their amounts can't be added."""
    n_without_day: int = 0
    """Open deals left out: without the day they were created (by history), without a close date (by stages)."""

    def of(self, member: str | None) -> Range | NoRange:
        """A member's, or everybody's for None. Of whoever is no rep and has no deals there is none."""
        if member is None:
            return self.total
        return self.by_member.get(member, NoRange(t("no deals yet")))

    def open_of(self, member: str | None) -> StillOpen:
        """Of a member's open deals, or everybody's for None."""
        return self.open if member is None else self.open_by_member.get(member, NOTHING)


def first_day_ahead(deals: Iterable[Opportunity], today: date) -> date:
    """Today, as long as nothing is known of it; tomorrow once a deal is known to have closed today."""
    return today + DAY if any(it.closed_on == today for it in deals) else today


def outlook(book: Book, company: Company, period: Period, on: date) -> Outlook:
    """By history as soon as ENOUGH_WON deals were won before `on`, else by stages."""
    fitting = [it for it in book.deals if it.amount is None or it.amount.currency == company.currency]
    here = _Here(company, period, on, _open_on(book, on), won_by_member(fitting, company, period, until=on))
    if on > period.end:
        return here.over()
    if on < period.start:
        return here.by_stages(
            t(
                "{period} begins on {day}; until then deals count by their stages",
                period=period,
                day=day(period.start, on),
            )
        )
    found = projected(pipeline_of(fitting, book.changes, company), on, period.end)
    if found.n_won < ENOUGH_WON:
        return here.by_stages(_few(found.n_won))
    return here.by_history(found, len(book.deals) - len(fitting))


@dataclass(frozen=True, slots=True, kw_only=True)
class Odds:
    """Each open deal's chance to be won at all, by id; those that nothing is known of aren't in it."""

    basis: Basis
    on: date
    of: Mapping[str, float]
    n_won: int
    n_lost: int
    """Closed deals that history was."""
    why: str = ""
    """Why it isn't by history, where it isn't."""


def odds(book: Book, company: Company, on: date, whole: Pipeline | None = None) -> Odds:
    """Chosen as `outlook` chooses: by history as soon as ENOUGH_WON deals were won before `on`, else by stages.

    `whole`: the book's deals in columns, where they are at hand.
    """
    fitting = [it for it in book.deals if it.amount is None or it.amount.currency == company.currency]
    fits = whole is not None and len(fitting) == len(book.deals)
    deals = whole if whole is not None and fits else pipeline_of(fitting, book.changes, company)
    known = deals.as_of(on)
    n_won, n_closed = int(known.won.sum()), int(known.is_closed.sum())
    if n_won < ENOUGH_WON:
        stated = {it.name.casefold(): it.probability for it in company.all_stages}
        said = {it.id: stated.get(it.stage.casefold()) for it in _open_on(book, on)}
        found = {name: chance for name, chance in said.items() if chance is not None}
        return Odds(basis=Basis.STAGES, on=on, of=found, n_won=n_won, n_lost=n_closed - n_won, why=_few(n_won))
    found = wins(deals, on, company.period(on).end)
    return Odds(basis=Basis.HISTORY, on=on, of=found, n_won=n_won, n_lost=n_closed - n_won)


def _few(n_won: int) -> str:
    return tn(
        "not enough history yet: {n} won deal, and {needed} are needed to learn from",
        "not enough history yet: {n} won deals, and {needed} are needed to learn from",
        n_won,
        needed=ENOUGH_WON,
    )


def staged(book: Book, company: Company, period: Period, on: date) -> Outlook:
    """By stages, whatever history says: one of the baselines."""
    return _Here(
        company, period, on, _open_on(book, on), won_by_member(book.deals, company, period, until=on)
    ).by_stages("")


def _open_on(book: Book, on: date) -> tuple[Opportunity, ...]:
    """Without those that had closed by then, but were seen to only later: they count as won already."""
    ended = {it.id for it in book.deals if it.closed_on and it.closed_on < on}
    return tuple(it for it in book.open if it.id not in ended)


def won_by_member(
    deals: Iterable[Opportunity], company: Company, period: Period, *, until: date | None = None
) -> dict[str, Money]:
    """What each member won in a period, NOBODY's included; before `until` where it is given."""
    first, last = period.start, period.end if until is None else min(period.end, until - DAY)
    found: defaultdict[str, list[Money]] = defaultdict(list)
    for it in deals:
        if it.status is not Status.WON or it.closed_on is None or it.amount is None:
            continue
        if first <= it.closed_on <= last and it.amount.currency == company.currency:
            found[it.member or NOBODY].append(it.amount)
    return {member: total(them, company.currency) for member, them in found.items()}


@dataclass(frozen=True, slots=True)
class _Here:
    """What all three ways start from."""

    company: Company
    period: Period
    on: date
    open: Sequence[Opportunity]
    won: Mapping[str, Money]

    def over(self) -> Outlook:
        """Nothing ahead."""
        by_member = {member: self._ended(member) for member in self.won}
        return Outlook(basis=Basis.OVER, on=self.on, total=self._ended(None), by_member=by_member)

    def by_history(self, it: Projection, n_other_currency: int) -> Outlook:
        """What was won, and what is expected of open and new deals on top of it."""
        members = self._members(it.by_owner)
        by_member = {member: self._ahead(member, it.by_owner.get(member)) for member in members}
        whole = self._ahead(None, it.total)
        # As they are read they have to add up, and each member's is rounded.
        expected = total((one.expected for one in by_member.values()), self.company.currency)
        opened = {who: at(one, round(one.expected.value)) for who, one in it.open_by_owner.items()}
        return Outlook(
            basis=Basis.HISTORY,
            on=self.on,
            total=replace(whole, expected=expected),
            by_member=by_member,
            open=at(it.open, sum(one.expected.value for one in opened.values())),
            open_by_member=opened,
            n_won=it.n_won,
            n_lost=it.n_lost,
            made=it.made,
            n_other_currency=n_other_currency,
            n_without_day=sum(one.created_on is None for one in self.open),
        )

    def by_stages(self, why: str) -> Outlook:
        """The plain way, member by member and together."""
        members = self._members(it.member or NOBODY for it in self.open)
        found = {member: self._staged(member) for member in members}
        return Outlook(
            basis=Basis.STAGES,
            on=self.on,
            total=self._staged(None),
            by_member=found,
            open=self._open_by_stages(None),
            open_by_member={member: self._open_by_stages(member) for member in members},
            why=why,
            n_without_day=len(undated(self.open)),
        )

    def _members(self, those: Iterable[str]) -> list[str]:
        """Every rep, also with nothing, and whoever else has deals."""
        return sorted({*those, *self.won, *(it.id for it in self.company.reps)})

    def _ahead(self, member: str | None, more: Units | None) -> Range:
        """Of a simulation three digits are good; what is expected has to add up, and is rounded to whole units."""
        won, target, currency = self._won(member), self._target(member), self.company.currency
        deals = [it for it in self._open(member) if it.created_on is not None]
        if more is None:
            return self._ended(member)
        p10, p50, p90 = (won + Money.of(f"{float(f'{it:.3g}'):.0f}", currency) for it in (more.p10, more.p50, more.p90))
        return Range(
            p10=p10,
            p50=p50,
            p90=p90,
            expected=won + Money.of(f"{more.expected:.0f}", currency),
            n=len(deals),
            n_without_amount=sum(it.amount is None for it in deals),
            chance=None if target is None else more.at_least(float((target - won).amount)),
        )

    def _staged(self, member: str | None) -> Range | NoRange:
        """With nothing due, what is won is where it ends only if no open deal's date is unknown."""
        mine = self._open(member)
        due, unknown = self._due(mine), len(undated(mine))
        if unknown and not due:
            return NoRange(
                tn(
                    "no open deal is due in it, and {n} open deal has no close date",
                    "no open deal is due in it, and {n} open deals have no close date",
                    unknown,
                )
            )
        return by_stages(due, self.company, won=self._won(member), target=self._target(member))

    def _due(self, deals: Sequence[Opportunity]) -> Sequence[Opportunity]:
        """In a running period what is overdue, too; in one that hasn't begun only what is dated in it."""
        due = in_period(deals, self.period)
        return due if self.on >= self.period.start else [it for it in due if it.close_date in self.period]

    def _open_by_stages(self, member: str | None) -> StillOpen:
        """Of the deals that the range by stages is made from."""
        due = self._due(self._open(member))
        known, n = priced(due, self.company)
        units = 10 ** decimals(self.company.currency)
        return of_stages(((minor / units, chance) for minor, chance in known), n - len(known), everybody=member is None)

    def _ended(self, member: str | None) -> Range:
        won, target = self._won(member), self._target(member)
        chance = None if target is None else float(won >= target)
        return Range(p10=won, p50=won, p90=won, expected=won, n=0, chance=chance)

    def _won(self, member: str | None) -> Money:
        mine = self.won.values() if member is None else [it for who, it in self.won.items() if who == member]
        return total(mine, self.company.currency)

    def _target(self, member: str | None) -> Money | None:
        return None if member == NOBODY else self.company.target(self.period, member)

    def _open(self, member: str | None) -> Sequence[Opportunity]:
        return [it for it in self.open if member is None or (it.member or NOBODY) == member]
