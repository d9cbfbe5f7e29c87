"""Deals in tables and lines, as the forecast and the list of deals show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, assert_never

from coaching.card import Action, Bold, Bullets, Buttons, Card, Element, Heading, Spans, Table, note, quiet, say
from coaching.categories import NAMES, category
from coaching.language import t, tn, worded
from coaching.movements import Movement, What
from coaching.numbers.forecast import Sum, summed
from coaching.opportunities import Opportunity
from coaching.phrases import day, listed
from coaching.reviewed import own_day

if TYPE_CHECKING:
    from datetime import date

    from coaching.company import Company
    from coaching.reviewed import Over, Reviewed

MOST = 10
"""Rows of a table in chat; a list of deals may be longer."""
MOST_LISTED = 20
MOST_GONE = 3
"""Of those that were let go, with a button."""


def largest_first(deals: Iterable[Opportunity]) -> tuple[Opportunity, ...]:
    """Unknown amounts last, then by the nearest close date."""
    return tuple(sorted(deals, key=lambda it: (it.amount is None, -(it.amount.minor if it.amount else 0), _closes(it))))


def _closes(it: Opportunity) -> str:
    return f"{it.close_date.isoformat() if it.close_date else '9999'}{it.id}"


def amount(it: Opportunity) -> str:
    """As a person reads it; an unknown one says so."""
    return str(it.amount) if it.amount else t("not known")


def sum_text(it: Sum) -> str:
    """`$120,000 in 3 deals, 2 without an amount`."""
    if not it.n:
        return t("nothing")
    if it.without_amount == it.n:
        return tn("{n} deal without an amount", "{n} deals without an amount", it.n)
    lacking = t(", {n} without an amount", n=it.without_amount) if it.without_amount else ""
    foreign = t(", {n} in another currency", n=it.other_currency) if it.other_currency else ""
    return tn(
        "{amount} in {n} deal{lacking}{foreign}",
        "{amount} in {n} deals{lacking}{foreign}",
        it.n,
        amount=it.amount,
        lacking=lacking,
        foreign=foreign,
    )


@dataclass(frozen=True, slots=True)
class Told:
    """What reps have said of deals and the CRM doesn't know yet, by id, as `reader` reads it."""

    reader: str = ""
    company: Company | None = None
    of: Mapping[str, Over] = field(default_factory=dict)
    let_go: Mapping[str, date] = field(default_factory=dict)
    """Deals that were let go, and since when, where that stands."""

    def when(self, it: Opportunity, answer: Reviewed, today: date) -> str:
        """`you said so on Mon 30 Nov`."""
        said = day(own_day(answer, self.company) if self.company else answer.on, today)
        return t("you said so on {day}", day=said) if it.member == self.reader else t("said so on {day}", day=said)


NOTHING_TOLD = Told()


def closes(it: Opportunity, today: date, told: Told = NOTHING_TOLD) -> str:
    """Its close date, and that it has passed where it has; the one that its rep said, beside what the CRM has."""
    said = told.of.get(it.id)
    if said is None or said.dated is None:
        return _closes_on(it, today)
    return t(
        "{day} ({said}; the CRM has {crm})",
        day=_closes_on(said.deal, today),
        said=told.when(it, said.dated, today),
        crm=day(it.close_date, today) if it.close_date else t("no date"),
    )


def next_step(it: Opportunity, today: date, told: Told = NOTHING_TOLD) -> str:
    """With its day; empty where there is none. The one that its rep said, where the CRM has another or none."""
    said = told.of.get(it.id)
    deal = said.deal if said else it
    if not deal.next_step:
        return ""
    due = f" ({day(deal.next_step_on, today)})" if deal.next_step_on else ""
    if said is None or said.stepped is None:
        return f"{deal.next_step}{due}"
    return t("{step}; {said}", step=f"{deal.next_step}{due}", said=told.when(it, said.stepped, today))


def let_go(it: Opportunity, company: Company, today: date, told: Told) -> str:
    """`let go by Dana, Mon 23 Nov`; empty for any other deal."""
    on = told.let_go.get(it.id)
    if on is None:
        return ""
    member = company.member(it.member) if it.member else None
    name = company.called(member) if member else it.owner or t("nobody")
    return t("let go by {name}, {day}", name=name, day=day(on, today))


def _closes_on(it: Opportunity, today: date) -> str:
    if it.close_date is None:
        return t("no date")
    shown = day(it.close_date, today)
    return t("{day} (overdue)", day=shown) if it.close_date < today else shown


def forecast_table(
    deals: Iterable[Opportunity], company: Company, today: date, told: Told = NOTHING_TOLD
) -> tuple[Element, ...]:
    """The largest of a period, and what the table doesn't hold."""
    ordered = largest_first(deals)
    if not ordered:
        return (say(t("No open deals with a close date in this period.")),)
    rows: tuple[tuple[Spans, ...], ...] = tuple(
        ((it.title,), (worded(NAMES[category(it, company)]),), (amount(it),), (closes(it, today, told),))
        for it in ordered[:MOST]
    )
    table = Table((t("Deal"), t("Category"), t("Amount"), t("Closes")), rows, frozenset({2}))
    return table, *_rest(ordered[MOST:], company, t("Type “deals” for all of them."))


def _rest(deals: tuple[Opportunity, ...], company: Company, how: str) -> tuple[Element, ...]:
    if not deals:
        return ()
    return (quiet(t("And {sum} more. {how}", sum=sum_text(summed(deals, company.currency)), how=how).strip()),)


def without_date(deals: Iterable[Opportunity]) -> tuple[Element, ...]:
    """Those that no period counts, named."""
    names = [f"{it.title} ({amount(it)})" for it in largest_first(deals)]
    if not names:
        return ()
    return (quiet(t("Not counted, because they have no close date: {names}.", names=listed(names))),)


def list_card(
    deals: Iterable[Opportunity],
    company: Company,
    today: date,
    *,
    owners: bool = False,
    told: Told = NOTHING_TOLD,
    gone: Iterable[Opportunity] = (),
) -> Card:
    """Open deals, largest first; a missing next step is asked about, not scolded. `owners` adds whose they are.

    `gone` are those that were let go, which `told` knows of; they are named and in no sum.
    """
    ordered, left = largest_first(deals), _left(gone, company, today, told)
    if not ordered and not left:
        return note(t("No open deals at the moment. They come from the CRM; a new one shows up after the next import."))
    headers = (t("Deal"), t("Amount"), t("Stage"), t("Closes"), t("Next step")) + ((t("Whose"),) if owners else ())
    rows = tuple(_row(it, company, today, told, owners=owners) for it in ordered[:MOST_LISTED])
    total = sum_text(summed(ordered, company.currency))
    return Card(
        t("Open deals: {total}", total=total),
        (
            Heading(t("Open deals")),
            say(Bold(total)),
            Table(headers, rows, frozenset({1})),
            *_rest(ordered[MOST_LISTED:], company, ""),
            *_stepless(it for it in ordered if not next_step(it, today, told)),
            *left,
        ),
    )


def _left(gone: Iterable[Opportunity], company: Company, today: date, told: Told) -> tuple[Element, ...]:
    """With the way to each: whose it is may go on with it there."""
    them = largest_first(gone)
    if not them:
        return ()
    named = [f"{it.title} ({amount(it)}; {let_go(it, company, today, told)})" for it in them]
    open_ = tuple(Action("qualify.deal", it.title, {"deal": it.id}) for it in them[:MOST_GONE])
    return quiet(t("Not counted any more: {names}.", names=listed(named))), Buttons(open_)


def _row(it: Opportunity, company: Company, today: date, told: Told, *, owners: bool) -> tuple[Spans, ...]:
    step = next_step(it, today, told) or t("none yet")
    cells: tuple[Spans, ...] = ((it.title,), (amount(it),), (it.stage,), (closes(it, today, told),), (step,))
    member = company.member(it.member) if it.member else None
    return (*cells, (member.name if member else it.owner,)) if owners else cells


def _stepless(deals: Iterable[Opportunity]) -> tuple[Element, ...]:
    names = [it.title for it in deals]
    if not names:
        return ()
    ask = t("What would the buyer agree to do next?")
    return (
        say(
            tn(
                "{n} deal has no next step yet: {names}. {ask}",
                "{n} deals have no next step yet: {names}. {ask}",
                len(names),
                names=listed(names),
                ask=ask,
            )
        ),
    )


def stage_card(deals: Iterable[Opportunity], company: Company) -> Card:
    """For the owner: what stands in which stage, and nobody's own deals."""
    everything = tuple(deals)
    stages = [it.name for it in company.all_stages if not (it.won or it.lost)]
    stages += sorted({it.stage for it in everything} - {it.name for it in company.all_stages})
    sums = [(name, summed((it for it in everything if it.stage == name), company.currency)) for name in stages]
    rows: tuple[tuple[Spans, ...], ...] = tuple(((name,), (str(it.n),), (sum_text(it),)) for name, it in sums if it.n)
    total = sum_text(summed(everything, company.currency))
    return Card(
        t("Open deals: {total}", total=total),
        (
            Heading(t("Open deals by stage")),
            say(Bold(total)),
            Table((t("Stage"), t("Deals"), t("Amount")), rows, frozenset({1})),
        ),
    )


def moved(movements: Iterable[Movement]) -> tuple[Element, ...]:
    """A line each; the first dozen."""
    lines = tuple(_line(it) for it in movements)
    more = (quiet(tn("And {n} more change.", "And {n} more changes.", len(lines) - 12)),) if len(lines) > 12 else ()
    return (Bullets(lines[:12]), *more) if lines else ()


def _line(it: Movement) -> Spans:
    deal = it.opportunity
    match it.what:
        case What.WON:
            return Bold(t("Won: ")), f"{deal.title}, {amount(deal)}"
        case What.LOST:
            return Bold(t("Lost: ")), f"{deal.title}, {amount(deal)}"
        case What.GONE:
            return Bold(t("No longer in the CRM: ")), f"{deal.title}, {amount(deal)}"
        case What.REOPENED:
            return Bold(t("Open again: ")), f"{deal.title}, {amount(deal)}"
        case What.NEW:
            return Bold(t("New: ")), f"{deal.title}, {amount(deal)}"
        case What.PUSHED:
            return Bold(t("Pushed out: ")), t(
                "{title}, {before} to {after}", title=deal.title, before=it.before, after=it.after
            )
        case What.PULLED:
            return Bold(t("Pulled in: ")), t(
                "{title}, {before} to {after}", title=deal.title, before=it.before, after=it.after
            )
        case What.AMOUNT:
            return Bold(t("Amount: ")), t(
                "{title}, {before} to {after}", title=deal.title, before=it.before, after=it.after
            )
        case _:
            assert_never(it.what)
