"""Deals in tables and lines, as the forecast and the list of deals show them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, assert_never

from coaching.card import Bold, Bullets, Card, Element, Heading, Spans, Table, note, quiet, say
from coaching.categories import NAMES, category
from coaching.movements import Movement, What
from coaching.numbers.forecast import Sum, summed
from coaching.opportunities import Opportunity
from coaching.phrases import count, day, listed

if TYPE_CHECKING:
    from datetime import date

    from coaching.company import Company

MOST = 10
"""Rows of a table in chat; a list of deals may be longer."""
MOST_LISTED = 20


def largest_first(deals: Iterable[Opportunity]) -> tuple[Opportunity, ...]:
    """Unknown amounts last, then by the nearest close date."""
    return tuple(sorted(deals, key=lambda it: (it.amount is None, -(it.amount.minor if it.amount else 0), _closes(it))))


def _closes(it: Opportunity) -> str:
    return f"{it.close_date.isoformat() if it.close_date else '9999'}{it.id}"


def amount(it: Opportunity) -> str:
    """As a person reads it; an unknown one says so."""
    return str(it.amount) if it.amount else "not known"


def sum_text(it: Sum) -> str:
    """`$120,000 in 3 deals, 2 without an amount`."""
    if not it.n:
        return "nothing"
    if it.without_amount == it.n:
        return f"{count(it.n, 'deal')} without an amount"
    lacking = f", {it.without_amount} without an amount" if it.without_amount else ""
    foreign = f", {it.other_currency} in another currency" if it.other_currency else ""
    return f"{it.amount} in {count(it.n, 'deal')}{lacking}{foreign}"


def closes(it: Opportunity, today: date) -> str:
    """Its close date, and that it has passed where it has."""
    if it.close_date is None:
        return "no date"
    return f"{day(it.close_date, today)}{' (overdue)' if it.close_date < today else ''}"


def forecast_table(deals: Iterable[Opportunity], company: Company, today: date) -> tuple[Element, ...]:
    """The largest of a period, and what the table doesn't hold."""
    ordered = largest_first(deals)
    if not ordered:
        return (say("No open deals with a close date in this period."),)
    rows: tuple[tuple[Spans, ...], ...] = tuple(
        ((it.title,), (NAMES[category(it, company)],), (amount(it),), (closes(it, today),)) for it in ordered[:MOST]
    )
    table = Table(("Deal", "Category", "Amount", "Closes"), rows, frozenset({2}))
    return table, *_rest(ordered[MOST:], company, "Type “deals” for all of them.")


def _rest(deals: tuple[Opportunity, ...], company: Company, how: str) -> tuple[Element, ...]:
    if not deals:
        return ()
    return (quiet(f"And {sum_text(summed(deals, company.currency))} more. {how}".strip()),)


def without_date(deals: Iterable[Opportunity]) -> tuple[Element, ...]:
    """Those that no period counts, named."""
    names = [f"{it.title} ({amount(it)})" for it in largest_first(deals)]
    if not names:
        return ()
    return (quiet(f"Not counted, because they have no close date: {listed(names)}."),)


def list_card(deals: Iterable[Opportunity], company: Company, today: date, *, owners: bool = False) -> Card:
    """Open deals, largest first; a missing next step is asked about, not scolded. `owners` adds whose they are."""
    ordered = largest_first(deals)
    if not ordered:
        return note("No open deals at the moment. They come from the CRM; a new one shows up after the next import.")
    headers = ("Deal", "Amount", "Stage", "Closes", "Next step") + (("Whose",) if owners else ())
    rows = tuple(_row(it, company, today, owners=owners) for it in ordered[:MOST_LISTED])
    total = sum_text(summed(ordered, company.currency))
    return Card(
        f"Open deals: {total}",
        (
            Heading("Open deals"),
            say(Bold(total)),
            Table(headers, rows, frozenset({1})),
            *_rest(ordered[MOST_LISTED:], company, ""),
            *_stepless(ordered),
        ),
    )


def _row(it: Opportunity, company: Company, today: date, *, owners: bool) -> tuple[Spans, ...]:
    due = f" ({day(it.next_step_on, today)})" if it.next_step_on else ""
    step = f"{it.next_step}{due}" if it.next_step else "none yet"
    cells: tuple[Spans, ...] = ((it.title,), (amount(it),), (it.stage,), (closes(it, today),), (step,))
    member = company.member(it.member) if it.member else None
    return (*cells, (member.name if member else it.owner,)) if owners else cells


def _stepless(deals: tuple[Opportunity, ...]) -> tuple[Element, ...]:
    names = [it.title for it in deals if not it.next_step]
    if not names:
        return ()
    ask = "What would the buyer agree to do next?"
    return (say(f"{count(len(names), 'deal has', 'deals have')} no next step yet: {listed(names)}. {ask}"),)


def stage_card(deals: Iterable[Opportunity], company: Company) -> Card:
    """For the owner: what stands in which stage, and nobody's own deals."""
    everything = tuple(deals)
    stages = [it.name for it in company.all_stages if not (it.won or it.lost)]
    stages += sorted({it.stage for it in everything} - {it.name for it in company.all_stages})
    sums = [(name, summed((it for it in everything if it.stage == name), company.currency)) for name in stages]
    rows: tuple[tuple[Spans, ...], ...] = tuple(((name,), (str(it.n),), (sum_text(it),)) for name, it in sums if it.n)
    total = sum_text(summed(everything, company.currency))
    return Card(
        f"Open deals: {total}",
        (Heading("Open deals by stage"), say(Bold(total)), Table(("Stage", "Deals", "Amount"), rows, frozenset({1}))),
    )


def moved(movements: Iterable[Movement]) -> tuple[Element, ...]:
    """A line each; the first dozen."""
    lines = tuple(_line(it) for it in movements)
    more = (quiet(f"And {count(len(lines) - 12, 'more change')}."),) if len(lines) > 12 else ()
    return (Bullets(lines[:12]), *more) if lines else ()


def _line(it: Movement) -> Spans:
    deal = it.opportunity
    match it.what:
        case What.WON:
            return Bold("Won: "), f"{deal.title}, {amount(deal)}"
        case What.LOST:
            return Bold("Lost: "), f"{deal.title}, {amount(deal)}"
        case What.GONE:
            return Bold("No longer in the CRM: "), f"{deal.title}, {amount(deal)}"
        case What.REOPENED:
            return Bold("Open again: "), f"{deal.title}, {amount(deal)}"
        case What.NEW:
            return Bold("New: "), f"{deal.title}, {amount(deal)}"
        case What.PUSHED:
            return Bold("Pushed out: "), f"{deal.title}, {it.before} to {it.after}"
        case What.PULLED:
            return Bold("Pulled in: "), f"{deal.title}, {it.before} to {it.after}"
        case What.AMOUNT:
            return Bold("Amount: "), f"{deal.title}, {it.before} to {it.after}"
        case _:
            assert_never(it.what)
