"""A review's entries in words: what was seen, what is at stake and how that was worked out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coaching import money as money_
from coaching.card import Maths
from coaching.findings.finding import Seen
from coaching.language import t, tn, worded
from coaching.money import Money
from coaching.phrases import bare, day, inside, listed, percent, quoted, small
from coaching.review import Entry, money
from coaching.reviewed import NAMES, REASONS, WHOLE, Reviewed, Rule

if TYPE_CHECKING:
    from datetime import date

    from coaching.company import Company

LACKING = frozenset({Rule.LITTLE_COVERAGE, Rule.LITTLE_BEGUN})
"""What isn't in the pipeline at all, so that nothing of it is at stake there."""
ALSO = 3
"""Further findings of a deal that are named beside the main one."""


def title(it: Entry) -> str:
    """The deal's, or what it is about of all deals."""
    return it.seen.deal.title if it.seen else worded(NAMES[it.main.rule])


def said(it: Entry) -> str:
    """The main finding, and the others in a few words."""
    others = [one.short for one in it.findings[1 : 1 + ALSO]]
    return t("{said} Also: {names}.", said=it.main.said, names=listed(others)) if others else it.main.said


def worth(it: Entry, company: Company, *, at_stake: bool = False) -> str:
    """`$240,000, Negotiation; about $180,000 at stake`; an amount that nobody said is called about."""
    if it.at_stake and it.main.rule in LACKING:
        return t("about {amount} lacking", amount=rough(it.at_stake, company))
    stake = t("about {amount} at stake", amount=rough(it.at_stake, company)) if it.at_stake else ""
    if it.seen is None:
        return stake
    amount = money(it.seen.worth, company)
    about = t("about {amount}", amount=rough(it.seen.worth, company)) if it.seen.worth and it.seen.estimated else amount
    shown = f"{t('no amount yet') if amount is None else about}, {it.seen.deal.stage or t('stage not known')}"
    return f"{shown}; {stake}" if stake and at_stake else shown


def rough(amount: float, company: Company) -> Money:
    """An estimate as it may be said, in the company's currency."""
    return money_.rough(Money.of(round(amount), company.currency))


def maths(it: Entry, company: Company) -> tuple[Maths, ...]:
    """What is at stake, then each finding."""
    head = title(it)
    stake = (_stake(it, it.seen, company),) if it.seen else ()
    whose = () if it.seen is None else (head,)
    found = tuple(_named(one.maths, whose) for one in it.findings)
    return (*stake, *found)


def _named(it: Maths, whose: tuple[str, ...]) -> Maths:
    figure = ": ".join((*whose, small(it.figure))) if whose else it.figure
    return Maths(
        figure=figure,
        value=it.value,
        formula=it.formula,
        inputs=it.inputs,
        n=it.n,
        uncertainty=it.uncertainty,
        source=it.source,
    )


def _stake(it: Entry, seen: Seen, company: Company) -> Maths:
    amount, stake = money(seen.worth, company), money(it.at_stake, company)
    stage = company.stage(seen.deal.stage)
    stated = stage.probability if stage else None
    learned = seen.numbers.chance if seen.numbers else None
    whence = t("the usual amount of won deals like it") if seen.estimated else t("as the CRM has it")
    closed = t(
        "{n_closed} closed, {n_won} of them won", n_closed=seen.ground.look.n_closed, n_won=seen.ground.look.n_won
    )
    return Maths(
        figure=t("{title}: at stake", title=seen.deal.title),
        value=str(stake) if stake else t("not known"),
        formula=t("amount x chance, the higher of the stage’s and of what became of earlier deals"),
        inputs=(
            (t("amount"), f"{amount}, {whence}" if amount else t("not known")),
            (t("chance by the stage"), percent(stated) if stated is not None else t("none stated")),
            (t("chance by earlier deals"), percent(learned) if learned is not None else t("not enough data")),
        ),
        n=closed,
        uncertainty=t("it ranks what is asked first; it is no forecast"),
    )


# --- what was asked, as kept ---------------------------------------------------------------------------------------
def kept(it: Entry, on: date, place: int, company: Company) -> Reviewed:
    """To be asked of a member on that day, with the words as they are now."""
    return Reviewed(
        member=it.member or "",
        on=on,
        opportunity=it.subject or WHOLE,
        rule=it.main.rule,
        title=f"{title(it)} ({worth(it, company)})" if worth(it, company) else title(it),
        said=said(it),
        question=it.main.question,
        place=place,
        at_stake=money(it.at_stake, company),
        criterion=it.criterion,
    )


def answer(it: Reviewed, today: date) -> str:
    """What came back, in a line; empty while nothing did."""
    parts = [
        *([t("let it go")] if it.let_go else []),
        *([inside(worded(REASONS[it.reason]))] if it.reason else []),
        *([t("close date {day}", day=day(it.close_date, today))] if it.close_date else []),
        *([_step(it, today)] if it.next_step else []),
        *([quoted(worded(it.words))] if it.words else []),
        *([t("asked for help")] if it.help else []),
    ]
    return ", ".join(parts)


def _step(it: Reviewed, today: date) -> str:
    if it.next_step_on is None:
        return t("next step “{step}”", step=bare(it.next_step))
    return t("next step “{step}” on {day}", step=bare(it.next_step), day=day(it.next_step_on, today))


def asked_words(asked: int, answered: int) -> str:
    """`3 of 5 answered`."""
    return tn("{answered} of {n} question answered", "{answered} of {n} questions answered", asked, answered=answered)
