"""How the worth of an hour on a deal was worked out, input by input, and by which rule one is to drop."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from coaching.card import Maths
from coaching.language import number, t, tn
from coaching.majors import FAR, LARGE, MOST
from coaching.majors_words import amount
from coaching.numbers.outlook import Basis, Odds
from coaching.phrases import listed, percent
from coaching.review_words import rough
from coaching.worth import SHUT, Hours, Pace, Until, Worth

if TYPE_CHECKING:
    from coaching.company import Company


def maths(it: Worth, odds: Odds, company: Company) -> Maths:
    """What an hour on it is worth, with each input and where it is from."""
    value = it.per_hour if it.per_hour is not None else it.expected
    return Maths(
        figure=t("{deal}: what an hour on it is worth", deal=it.seen.deal.title),
        value=str(rough(value, company)) if value is not None else t("not known"),
        formula=t("amount x chance to be won x gates / hours left"),
        inputs=(
            (t("amount"), _amount(it, company)),
            (t("chance to be won"), _chance(it, odds)),
            (t("gates"), _gates(it)),
            *_hours(it.hours),
        ),
        n=_n(odds),
        uncertainty=t("the hours are an assumption; they are the same rule for all deals, so what counts is the order"),
    )


def _n(odds: Odds) -> str:
    return t("{won} won and {lost} lost deals", won=odds.n_won, lost=odds.n_lost)


def _amount(it: Worth, company: Company) -> str:
    if it.amount is None:
        return t("not known")
    if it.seen.estimated:
        return t("{amount}, the usual one of won deals like it", amount=amount(it, company))
    return t("{amount}, as the CRM has it", amount=amount(it, company))


def _chance(it: Worth, odds: Odds) -> str:
    if it.chance is None:
        return t("not known")
    if odds.basis is Basis.HISTORY:
        return t("{share}, by how deals went before; the forecast’s own", share=_exact(it.chance))
    return t("{share}, what the company says of its stage; {why}", share=_exact(it.chance), why=odds.why)


def _gates(it: Worth) -> str:
    found = it.qualified
    if found is None:
        return t("1, as nothing was written down about it yet")
    if not found.missing:
        return t("1, as everything that a commit needs is known")
    names = listed([one.criterion.name for one in found.missing])
    if found.let_pass is not None:
        return t("1, as the manager let it pass; not known: {names}", names=names)
    return t("{times}, as this isn’t known: {names}", times=number(SHUT, 1), names=names)


def _hours(it: Hours | None) -> tuple[tuple[str, str], ...]:
    if it is None:
        return ((t("hours left"), t("not known: too few won deals for a usual cycle, and no close date ahead")),)
    return (
        (t("days left"), _days(it)),
        (t("hours a week"), _per_week(it)),
        (t("hours left"), t("{hours}; a week’s at least", hours=_plain(it.hours))),
    )


def _exact(chance: float) -> str:
    """To three digits, so that what is multiplied comes to what is shown."""
    return t("{share} %", share=_plain(float(f"{chance * 100:.3g}")))


def _plain(value: float) -> str:
    """With two digits after the point, unless there is nothing in them."""
    shown = round(value, 2)
    return number(shown, next(n for n in range(3) if round(shown, n) == shown))


def _days(it: Hours) -> str:
    days = _plain(it.days)
    if it.until is Until.CLOSE_DATE:
        return t("{days}, to its close date: too few won deals for a usual cycle", days=days)
    if it.left is not None and it.left.longer:
        return t("{days}, the middle of what {n} wins that took longer took from its age on", days=days, n=it.left.n)
    n = it.left.n if it.left else 0
    return t("{days}, a whole usual cycle of {n} wins: hardly any took longer than it is old", days=days, n=n)


def _per_week(it: Hours) -> str:
    each = _plain(it.per_week)
    match it.pace:
        case Pace.STAGE:
            return t("{hours}, the company’s own figure for its stage", hours=each)
        case Pace.COMPANY:
            return t(
                "{hours}: the company’s own {all} a week for open deals, shared by {n}",
                hours=each,
                all=_plain(it.in_all),
                n=it.sharing,
            )
        case Pace.DEFAULT:
            return t(
                "{hours}: {all} a week for open deals, shared by {n}. That is a default; “effort” in the company’s "
                "file sets it",
                hours=each,
                all=_plain(it.in_all),
                n=it.sharing,
            )
        case _:
            assert_never(it.pace)


def rule() -> Maths:
    """By what a deal is one to drop."""
    return Maths(
        figure=t("Deals to drop"),
        value=tn("{n} at most", "{n} at most", MOST),
        formula=t(
            "an hour on it is worth less than {far} of the least of the rep’s best three; and it is outside the usual "
            "cycle, long in its stage, pushed twice, or lacks what a commit needs",
            far=percent(FAR),
        ),
        inputs=(
            (t("never"), t("an early deal, the largest, or one with over {share} of all value", share=percent(LARGE))),
            (t("not again"), t("for four weeks once the rep keeps it, unless the manager stands by it")),
        ),
    )
