"""What could keep a period from landing where it is seen: about deals only, most money at stake first."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from coaching.card import Maths
from coaching.categories import category
from coaching.findings.finding import Keeps, Seen
from coaching.findings.reps import LEAST_DEALS, WHALE
from coaching.language import number, t, tn
from coaching.money import Money
from coaching.numbers.ratios import ENOUGH
from coaching.opportunities import Category
from coaching.phrases import day, percent
from coaching.playbooks import playbook
from coaching.qualification import by_deal, gated
from coaching.reviewed import Rule

if TYPE_CHECKING:
    from coaching.findings.finding import Ground
    from coaching.review import Review

# What the CRM keeps for today only, such as next steps, is none of a page that must read the same a week later.
SLOW = frozenset({Rule.OUTSIDE_USUAL_CYCLE, Rule.STALLED_IN_STAGE})


class Hazard(StrEnum):
    """Kinds of risk; in the order in which they are told where the same is at stake."""

    COVERAGE = "coverage"
    SLIPPED = "slipped"
    WHALE = "whale"
    GATES = "gates"
    SLOW = "slow"


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """One, in a sentence. `at_stake`: amount times chance of the deals it is about; of coverage what is missing."""

    hazard: Hazard
    said: str
    at_stake: Money
    deals: tuple[Seen, ...]
    maths: Maths


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposed:
    """What they are looked for in. `gap` is what is still to win, None without a target; `shut`: a gate is."""

    ground: Ground
    due: tuple[Seen, ...]
    rules: dict[str, frozenset[Rule]]
    """What the review found of each deal, by id."""
    gap: Money | None
    shut: frozenset[str]


def risks(review: Review, won: Money, counted: Container[str]) -> tuple[Risk, ...]:
    """Ranked. A deal may be in several: they don't add up. `counted`: ids of deals that weren't let go."""
    it = _exposed(review, won, counted)
    found = [risk for look in _LOOKS if (risk := look(it)) is not None]
    return tuple(sorted(found, key=lambda risk: (-risk.at_stake.minor, list(Hazard).index(risk.hazard))))


def seen(review: Review) -> tuple[Seen, ...]:
    """Every open deal of the company, nobody's included."""
    return tuple(it for one in (*review.reps, review.others) for it in one.deals)


def due(review: Review, counted: Container[str]) -> tuple[Seen, ...]:
    """Those that the period counts on; all of them where nobody keeps close dates."""
    ground, found = review.ground, tuple(it for it in seen(review) if it.deal.id in counted)
    if Keeps.CLOSE_DATES not in ground.keeps:
        return found
    return tuple(it for it in found if it.in_crm.close_date and it.in_crm.close_date <= ground.period.end)


def _exposed(review: Review, won: Money, counted: Container[str]) -> Exposed:
    ground, facts = review.ground, review.facts
    target = ground.company.target(ground.period)
    found = due(review, counted)
    entries = (entry for one in (*review.reps, review.others) for entry in one.found if entry.seen)
    about = by_deal(facts.evidence)
    deals = [it.deal for it in found if it.deal.id in about]
    return Exposed(
        ground=ground,
        due=found,
        rules={entry.subject: frozenset(it.rule for it in entry.findings) for entry in entries},
        gap=target - won if target is not None and target > won else None,
        shut=gated(ground.company, playbook(ground.company), deals, facts.evidence, facts.today),
    )


# --- each of them --------------------------------------------------------------------------------------------------
def _coverage(it: Exposed) -> Risk | None:
    """What is due is worth less than the gap takes: gap / win ratio, of the whole company."""
    closed = it.ground.look.won_of_closed.values()
    won, n = sum(one for one, _ in closed), sum(one for _, one in closed)
    if it.gap is None or n < ENOUGH or not won:
        return None
    gap, rate, have = float(it.gap.amount), won / n, sum(one.worth or 0.0 for one in it.due)
    need = gap / rate
    if have >= need:
        return None
    # Beside it stands what changed, to the unit.
    estimated = any(one.estimated and one.worth for one in it.due)
    due_ = _money(have, it) if estimated else str(Money.of(round(have), it.ground.company.currency))
    said = t(
        "Coverage: {gap} still to win takes about {need} in open deals at {rate} won; {have} are due by {day}.",
        gap=it.gap,
        need=_money(need, it),
        rate=percent(rate),
        have=due_,
        day=day(it.ground.period.end, it.ground.today),
    )
    maths = Maths(
        figure=t("Coverage"),
        value=t("{have} times the gap, of {need} times", have=number(have / gap, 1), need=number(1 / rate, 1)),
        formula=t("amounts of open deals due in the period / (target - won), against 1 / win ratio"),
        inputs=(
            (t("still to win"), str(it.gap)),
            (t("open and due"), tn("{amount}, {n} deal", "{amount}, {n} deals", len(it.due), amount=due_)),
            (t("win ratio, twelve months"), t("{won} of {n}", won=won, n=n)),
            *_estimated(it.due),
        ),
        n=tn("{n} closed deal", "{n} closed deals", n),
    )
    return Risk(hazard=Hazard.COVERAGE, said=said, at_stake=_money(gap - have * rate, it), deals=it.due, maths=maths)


def _slipped(it: Exposed) -> Risk | None:
    past = [one for one in it.due if one.in_crm.close_date and one.in_crm.close_date < it.ground.today]
    said = tn(
        "Slipped: {n} deal, {worth}, is past its close date and still open.",
        "Slipped: {n} deals, {worth}, are past their close date and still open.",
        len(past),
        worth=_worth(past, it),
    )
    return _of_deals(Hazard.SLIPPED, past, said, t("close date before today, and open"), it)


def _whale(it: Exposed) -> Risk | None:
    """One deal weighs as much as all the others due, or as half of what is still to win."""
    priced = sorted((one for one in it.due if one.worth), key=lambda one: (-(one.worth or 0.0), one.deal.id))
    if not priced:
        return None
    largest, whole = priced[0], sum(one.worth or 0.0 for one in priced)
    share, gap = (largest.worth or 0.0) / whole, float(it.gap.amount) if it.gap else 0.0
    of_gap = (largest.worth or 0.0) / gap if gap else 0.0
    if (share < WHALE or len(priced) < LEAST_DEALS) and of_gap < WHALE:
        return None
    title, worth = largest.deal.title, _money(largest.worth or 0.0, it)
    if of_gap >= 1:
        said = t("One deal: what is still to win hangs on {title} ({worth}).", title=title, worth=worth)
    elif of_gap >= WHALE:
        said = t(
            "One deal: {title} ({worth}) is {share} of what is still to win.",
            title=title,
            worth=worth,
            share=percent(of_gap),
        )
    else:
        said = t(
            "One deal: {title} ({worth}) is {share} of what is due.", title=title, worth=worth, share=percent(share)
        )
    rule = t("amount of the largest / all that is due, from {half} on; or / what is still to win", half=percent(WHALE))
    return _of_deals(Hazard.WHALE, [largest], said, rule, it)


def _gates(it: Exposed) -> Risk | None:
    company = it.ground.company
    held = [one for one in it.due if one.deal.id in it.shut and category(one.in_crm, company) is Category.COMMIT]
    said = tn(
        "Not known: {n} deal that would be in Commit, {worth}, lacks what a commit needs and counts as Best case.",
        "Not known: {n} deals that would be in Commit, {worth}, lack what a commit needs and count as Best case.",
        len(held),
        worth=_worth(held, it),
    )
    return _of_deals(Hazard.GATES, held, said, t("in Commit but for a gate of the qualification that is shut"), it)


def _slow(it: Exposed) -> Risk | None:
    old = [one for one in it.due if it.rules.get(one.deal.id, frozenset()) & SLOW]
    said = tn(
        "Slow: {n} deal, {worth}, takes longer than won deals do.",
        "Slow: {n} deals, {worth}, take longer than won deals do.",
        len(old),
        worth=_worth(old, it),
    )
    return _of_deals(Hazard.SLOW, old, said, t("older than nine in ten wins, or long in its stage"), it)


_LOOKS: tuple[Callable[[Exposed], Risk | None], ...] = (_coverage, _slipped, _whale, _gates, _slow)


# --- helpers -------------------------------------------------------------------------------------------------------
def _of_deals(hazard: Hazard, deals: Iterable[Seen], said: str, rule: str, it: Exposed) -> Risk | None:
    """None without any, or when the pipeline counts on nothing of them."""
    found = tuple(deals)
    stake = sum(one.at_stake or 0.0 for one in found)
    if not found or not stake:
        return None
    counted = _money(stake, it)
    maths = Maths(
        figure=said.partition(":")[0],
        value=str(counted),
        formula=t("amount x chance, summed over these deals: {rule}", rule=rule),
        inputs=((t("their amounts"), str(_worth(found, it))), *_estimated(found)),
        n=tn("{n} deal", "{n} deals", len(found)),
    )
    return Risk(hazard=hazard, said=said, at_stake=counted, deals=found, maths=maths)


def _estimated(deals: Iterable[Seen]) -> Iterator[tuple[str, str]]:
    guessed = sum(one.estimated for one in deals)
    if guessed:
        yield t("estimated among them"), t("{n}, at the usual amount", n=guessed)


def _worth(deals: Iterable[Seen], it: Exposed) -> Money:
    return _money(sum(one.worth or 0.0 for one in deals), it)


def _money(amount: float, it: Exposed) -> Money:
    """Three digits: to the dollar an estimate would say more than it knows."""
    return Money.of(round(float(f"{amount:.3g}")), it.ground.company.currency)
