"""Where a period will land, in a sentence and as maths: said alike on the card, in the digest and in the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from coaching.card import Maths
from coaching.money import Money
from coaching.numbers.forecast import Range
from coaching.numbers.outlook import Basis, Outlook
from coaching.phrases import count, day, percent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coaching.numbers.forecast import NoRange
    from coaching.numbers.projection import Made
    from coaching.periods import Period

LEARNED = "from {n_won} won and {n_lost} lost deals"


def in_words(it: Outlook, found: Range) -> str:
    """A range, what it was made from, how likely the target is, and what isn't in it."""
    low_and_high = f"{found.p10} and {found.p90} in 8 of 10 cases, with {found.p50} in the middle."
    match it.basis:
        case Basis.HISTORY:
            begin = (
                f"By how deals have gone so far ({LEARNED.format(n_won=it.n_won, n_lost=it.n_lost)}), it ends between "
            )
        case Basis.STAGES:
            begin = f"By the odds of their stages, {count(found.n, 'deal')} and what is won end between "
        case Basis.OVER:
            return f"It ended with {found.expected}."
        case _:
            assert_never(it.basis)
    sentences = (begin + low_and_high, chance_words(found.chance, it.basis), missing(it, found), _why(it))
    return " ".join(one for one in sentences if one)


def chance_words(chance: float | None, basis: Basis) -> str:
    """Of the target; empty without one."""
    if chance is None:
        return ""
    if chance <= 0 and basis is Basis.STAGES:
        return "Even if all of them are won, that is below the target."
    share = "fewer than 1 %" if chance < 0.01 else "more than 99 %" if chance > 0.99 else percent(chance)
    return f"The target is reached in {share} of cases."


def missing(it: Outlook, found: Range) -> str:
    """What isn't in it, or in it by a guess."""
    if it.basis is Basis.HISTORY:
        guessed = f"{count(found.n_without_amount, 'deal')} without an amount valued as deals like them."
        found_ = [guessed if found.n_without_amount else ""]
    else:
        left = found.n_without_amount + found.n_without_probability
        found_ = [f"{count(left, 'deal')} without an amount or a stage probability left out." if left else ""]
    foreign = f"{count(it.n_other_currency, 'deal')} in another currency left out." if it.n_other_currency else ""
    return " ".join(one for one in (*found_, foreign) if one)


def _why(it: Outlook) -> str:
    return f"({it.why[0].upper()}{it.why[1:]}.)" if it.why else ""


def outlook_maths(it: Outlook, found: Range | NoRange, period: Period) -> tuple[Maths, ...]:
    """Of the range, however it was made; nothing where there is none."""
    if not isinstance(found, Range) or it.basis is Basis.OVER or (not found.n and found.p10 == found.p90):
        return ()
    inputs = (
        ("expected (the mean)", str(found.expected)),
        ("from", f"{day(it.on)} to {day(period.end)}"),
        ("open deals", f"{found.n:,}"),
        *((("without an amount", str(found.n_without_amount)),) if found.n_without_amount else ()),
        *((("why not by history", it.why),) if it.why else ()),
        *(_made(it.made, found) if it.made and found is it.total else ()),
    )
    figure = f"where {period} will land"
    value = f"{found.p10} to {found.p90}, middle {found.p50}"
    if it.basis is Basis.STAGES:
        return (
            Maths(
                figure=figure,
                value=value,
                formula="what is won + the sum of the open deals due in it, each won with its stage’s probability, "
                "independently (convolution)",
                inputs=inputs,
                n=count(found.n, "open deal"),
                uncertainty="8 of 10 cases if stages are right and deals independent; business not created yet isn’t "
                "in it, so it is usually too narrow",
            ),
        )
    return (
        Maths(
            figure=figure,
            value=value,
            formula="what is won + open deals x their chance by age, calendar and how they moved x amount + new deals "
            "at the pace of the last 13 weeks; the spread by simulation",
            inputs=inputs,
            n=f"learned {LEARNED.format(n_won=it.n_won, n_lost=it.n_lost)}",
            uncertainty="8 of 10 cases: luck, and what earlier forecasts of this team missed by; ranges of members "
            "don’t add up, what is expected of them does",
            source="discrete-time hazard: Allison, 1982; docs/numbers.md, Forecast",
        ),
    )


def _made(it: Made, total: Range) -> tuple[tuple[str, str], ...]:
    """What the mean and the spread of the whole came from."""
    currency = total.expected.currency
    return (
        ("of it from deals open now", str(Money.of(f"{it.from_open:.0f}", currency))),
        ("moved by what came of earlier forecasts", f"x {it.times:.2f}, {count(it.checked, 'stretch', 'stretches')}"),
        ("standard deviation of what hits all alike", percent(it.common)),
        ("and of what hits each member", percent(it.own)),
    )


def members_maths(it: Outlook, names: Mapping[str, str]) -> tuple[Maths, ...]:
    """Of the members' ranges, by name; made as the whole's is."""
    told = [(name, found) for member, name in names.items() if isinstance(found := it.of(member), Range)]
    if not told or it.basis is Basis.OVER:
        return ()
    return (
        Maths(
            figure="what is expected of each",
            value="as in the table",
            formula="as for the whole, with each member’s own deals and pace, the pace leaning on the team’s; what is "
            "expected adds up to the whole’s",
            inputs=tuple((name, f"{found.p10} to {found.p90}, {count(found.n, 'open deal')}") for name, found in told),
            n=LEARNED.format(n_won=it.n_won, n_lost=it.n_lost) if it.basis is Basis.HISTORY else "",
            uncertainty="each range holds 8 of 10 cases by itself; wider than its share of the whole’s",
        ),
    )
