"""Where a period will land, in a sentence and as maths: said alike on the card, in the digest and in the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from coaching.card import Maths
from coaching.language import number, t, tn
from coaching.money import Money
from coaching.numbers.forecast import Range
from coaching.numbers.outlook import Basis, Outlook
from coaching.phrases import day, percent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coaching.numbers.forecast import NoRange
    from coaching.numbers.projection import Made
    from coaching.periods import Period


def _learned(n_won: int, n_lost: int) -> str:
    return t("from {n_won} won and {n_lost} lost deals", n_won=n_won, n_lost=n_lost)


def in_words(it: Outlook, found: Range) -> str:
    """A range, what it was made from, how likely the target is, and what isn't in it."""
    values = {"low": found.p10, "high": found.p90, "middle": found.p50}
    match it.basis:
        case Basis.HISTORY:
            begin = t(
                "By how deals have gone so far (from {n_won} won and {n_lost} lost deals), it ends between {low} and "
                "{high} in 8 of 10 cases, with {middle} in the middle.",
                n_won=it.n_won,
                n_lost=it.n_lost,
                **values,
            )
        case Basis.STAGES:
            begin = tn(
                "By the odds of their stages, {n} deal and what is won end between {low} and {high} in 8 of 10 cases, "
                "with {middle} in the middle.",
                "By the odds of their stages, {n} deals and what is won end between {low} and {high} in 8 of 10 cases, "
                "with {middle} in the middle.",
                found.n,
                **values,
            )
        case Basis.OVER:
            return t("It ended with {amount}.", amount=found.expected)
        case _:
            assert_never(it.basis)
    sentences = (begin, chance_words(found.chance, it.basis), missing(it, found), _why(it))
    return " ".join(one for one in sentences if one)


def chance_words(chance: float | None, basis: Basis) -> str:
    """Of the target; empty without one."""
    if chance is None:
        return ""
    if chance <= 0 and basis is Basis.STAGES:
        return t("Even if all of them are won, that is below the target.")
    if chance < 0.01:
        return t("The target is reached in fewer than 1 % of cases.")
    if chance > 0.99:
        return t("The target is reached in more than 99 % of cases.")
    return t("The target is reached in {share} of cases.", share=percent(chance))


def missing(it: Outlook, found: Range) -> str:
    """What isn't in it, or in it by a guess."""
    foreign = tn(
        "{n} deal in another currency left out.", "{n} deals in another currency left out.", it.n_other_currency
    )
    guessed = _guessed(it, found)
    return " ".join(one for one in (guessed, foreign if it.n_other_currency else "") if one)


def _guessed(it: Outlook, found: Range) -> str:
    if it.basis is Basis.HISTORY:
        valued = tn(
            "{n} deal without an amount valued as deals like them.",
            "{n} deals without an amount valued as deals like them.",
            found.n_without_amount,
        )
        return valued if found.n_without_amount else ""
    left = found.n_without_amount + found.n_without_probability
    out = tn(
        "{n} deal without an amount or a stage probability left out.",
        "{n} deals without an amount or a stage probability left out.",
        left,
    )
    return out if left else ""


def _why(it: Outlook) -> str:
    return f"({it.why[0].upper()}{it.why[1:]}.)" if it.why else ""


def outlook_maths(it: Outlook, found: Range | NoRange, period: Period) -> tuple[Maths, ...]:
    """Of the range, however it was made; nothing where there is none."""
    if not isinstance(found, Range) or it.basis is Basis.OVER or (not found.n and found.p10 == found.p90):
        return ()
    return (_by_stages(it, found, period) if it.basis is Basis.STAGES else _by_history(it, found, period),)


def _by_stages(it: Outlook, found: Range, period: Period) -> Maths:
    return Maths(
        figure=_figure(period),
        value=_value(found),
        formula=t(
            "what is won + the sum of the open deals due in it, each won with its stage’s probability, independently "
            "(convolution)"
        ),
        inputs=_inputs(it, found, period),
        n=tn("{n} open deal", "{n} open deals", found.n),
        uncertainty=t(
            "8 of 10 cases if stages are right and deals independent; business not created yet isn’t in it, so it is "
            "usually too narrow"
        ),
    )


def _by_history(it: Outlook, found: Range, period: Period) -> Maths:
    return Maths(
        figure=_figure(period),
        value=_value(found),
        formula=t(
            "what is won + open deals x their chance by age, calendar and how they moved x amount + new deals at the "
            "pace of the last 13 weeks; the spread by simulation"
        ),
        inputs=_inputs(it, found, period),
        n=t("learned from {n_won} won and {n_lost} lost deals", n_won=it.n_won, n_lost=it.n_lost),
        uncertainty=t(
            "8 of 10 cases: luck, and what earlier forecasts of this team missed by; ranges of members don’t add up, "
            "what is expected of them does"
        ),
        source=t("discrete-time hazard: Allison, 1982; docs/numbers.md, Forecast"),
    )


def _figure(period: Period) -> str:
    return t("where {period} will land", period=period)


def _value(found: Range) -> str:
    return t("{low} to {high}, middle {middle}", low=found.p10, high=found.p90, middle=found.p50)


def _inputs(it: Outlook, found: Range, period: Period) -> tuple[tuple[str, str], ...]:
    return (
        (t("expected (the mean)"), str(found.expected)),
        (t("from"), t("{first} to {last}", first=day(it.on), last=day(period.end))),
        (t("open deals"), number(found.n)),
        *(((t("without an amount"), number(found.n_without_amount)),) if found.n_without_amount else ()),
        *(((t("why not by history"), it.why),) if it.why else ()),
        *(_made(it.made, found) if it.made and found is it.total else ()),
    )


def _made(it: Made, total: Range) -> tuple[tuple[str, str], ...]:
    """What the mean and the spread of the whole came from."""
    currency = total.expected.currency
    moved = tn("x {times}, {n} stretch", "x {times}, {n} stretches", it.checked, times=number(it.times, 2))
    return (
        (t("of it from deals open now"), str(Money.of(f"{it.from_open:.0f}", currency))),
        (t("moved by what came of earlier forecasts"), moved),
        (t("standard deviation of what hits all alike"), percent(it.common)),
        (t("and of what hits each member"), percent(it.own)),
    )


def members_maths(it: Outlook, names: Mapping[str, str]) -> tuple[Maths, ...]:
    """Of the members' ranges, by name; made as the whole's is."""
    told = [(name, found) for member, name in names.items() if isinstance(found := it.of(member), Range)]
    if not told or it.basis is Basis.OVER:
        return ()
    return (
        Maths(
            figure=t("what is expected of each"),
            value=t("as in the table"),
            formula=t(
                "as for the whole, with each member’s own deals and pace, the pace leaning on the team’s; what is "
                "expected adds up to the whole’s"
            ),
            inputs=tuple((name, _of_member(found)) for name, found in told),
            n=_learned(it.n_won, it.n_lost) if it.basis is Basis.HISTORY else "",
            uncertainty=t("each range holds 8 of 10 cases by itself; wider than its share of the whole’s"),
        ),
    )


def _of_member(found: Range) -> str:
    return tn(
        "{low} to {high}, {n} open deal", "{low} to {high}, {n} open deals", found.n, low=found.p10, high=found.p90
    )
