"""A review's entries in words: what was seen, what is at stake and how that was worked out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coaching.card import Maths
from coaching.findings.finding import Seen
from coaching.money import Money
from coaching.phrases import count, day, listed, percent
from coaching.review import Entry, money
from coaching.reviewed import NAMES, REASONS, WHOLE, Reviewed

if TYPE_CHECKING:
    from datetime import date

    from coaching.company import Company

ALSO = 3
"""Further findings of a deal that are named beside the main one."""


def title(it: Entry) -> str:
    """The deal's, or what it is about of all deals."""
    return it.seen.deal.title if it.seen else NAMES[it.main.rule]


def said(it: Entry) -> str:
    """The main finding, and the others in a few words."""
    others = [one.short for one in it.findings[1 : 1 + ALSO]]
    return f"{it.main.said} Also: {listed(others)}." if others else it.main.said


def worth(it: Entry, company: Company, *, at_stake: bool = False) -> str:
    """`$240,000, Negotiation; about $180,000 at stake`; an amount that nobody said is called about."""
    stake = f"about {rough(it.at_stake, company)} at stake" if it.at_stake else ""
    if it.seen is None:
        return stake
    amount = money(it.seen.worth, company)
    about = f"about {rough(it.seen.worth, company)}" if it.seen.worth and it.seen.estimated else amount
    shown = f"{'no amount yet' if amount is None else about}, {it.seen.deal.stage or 'stage not known'}"
    return f"{shown}; {stake}" if stake and at_stake else shown


def rough(amount: float, company: Company) -> Money:
    """An estimate with three digits: more would promise more than is known."""
    scale = 10 ** max(0, len(str(round(abs(amount)))) - 3)
    return Money.of(round(amount / scale) * scale, company.currency)


def maths(it: Entry, company: Company) -> tuple[Maths, ...]:
    """What is at stake, then each finding."""
    head = title(it)
    stake = (_stake(it, it.seen, company),) if it.seen else ()
    whose = () if it.seen is None else (head,)
    found = tuple(_named(one.maths, whose) for one in it.findings)
    return (*stake, *found)


def _named(it: Maths, whose: tuple[str, ...]) -> Maths:
    figure = ": ".join((*whose, it.figure[:1].lower() + it.figure[1:])) if whose else it.figure
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
    whence = "the usual amount of won deals like it" if seen.estimated else "as the CRM has it"
    closed = f"{seen.ground.look.n_closed:,} closed, {seen.ground.look.n_won:,} of them won"
    return Maths(
        figure=f"{seen.deal.title}: at stake",
        value=str(stake) if stake else "not known",
        formula="amount x chance, the higher of the stage’s and of what became of earlier deals",
        inputs=(
            ("amount", f"{amount}, {whence}" if amount else "not known"),
            ("chance by the stage", percent(stated) if stated is not None else "none stated"),
            ("chance by earlier deals", percent(learned) if learned is not None else "not enough data"),
        ),
        n=closed,
        uncertainty="it ranks what is asked first; it is no forecast",
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
        *(["let it go"] if it.let_go else []),
        *([REASONS[it.reason].lower()] if it.reason else []),
        *([f"close date {day(it.close_date, today)}"] if it.close_date else []),
        *([_step(it, today)] if it.next_step else []),
        *([f"“{it.words}”"] if it.words else []),
        *(["asked for help"] if it.help else []),
    ]
    return ", ".join(parts)


def _step(it: Reviewed, today: date) -> str:
    due = f" on {day(it.next_step_on, today)}" if it.next_step_on else ""
    return f"next step “{it.next_step}”{due}"


def asked_words(asked: int, answered: int) -> str:
    """`3 of 5 answered`."""
    return f"{answered} of {count(asked, 'question')} answered"
