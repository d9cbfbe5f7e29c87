"""How good forecasts were, as cards: a rep's own first, all of them for the manager, the team for the owner."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, assert_never

from coaching.accuracy_words import (
    bias_share,
    error_maths,
    factor_maths,
    graded,
    money,
    name,
    own_maths,
    own_words,
    ranges_words,
    share,
)
from coaching.card import Action, Buttons, Card, Element, Heading, Maths, Spans, Table, note, quiet, say
from coaching.forecasts import BASELINES, Author
from coaching.language import number, t, tn
from coaching.people import Member, Role
from coaching.phrases import listed
from coaching.track_record import MARKS, TrackRecord

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.numbers.accuracy import Accuracy

FEWEST = 4
"""Reps in a figure for the owner: of fewer, it could be told whose it is."""


def title() -> str:
    """Over everybody's."""
    return t("How good forecasts were")


def _how() -> str:
    return t(
        "Compared is what stood on day {days} of each period that is over. Off by: the sum of the misses over the sum "
        "of what came in.",
        days=listed([str(it) for it in MARKS]),
    )


def told(company: Company, reader: Member, record: TrackRecord) -> Card:
    """By who asks; the maths is a press away."""
    match reader.role:
        case Role.REP:
            return _to_rep(company, reader, record)
        case Role.MANAGER:
            found = everything(company, record)
        case Role.OWNER | Role.ADMIN:
            found = _to_owner(company, record)
        case _:
            assert_never(reader.role)
    return Card(title(), (Heading(title()), *found, *_buttons(maths(company, reader, record))))


def maths_card(company: Company, reader: Member, record: TrackRecord) -> Card:
    """The answer to that press."""
    found = maths(company, reader, record)
    heading = t("The maths of how good forecasts were")
    return Card(heading, (Heading(heading), *found)) if found else note(t("There is nothing to work out yet (n = 0)."))


def _buttons(found: Sequence[Maths]) -> tuple[Element, ...]:
    return (Buttons((Action("accuracy.maths", t("See the maths")),)),) if found else ()


def maths(company: Company, reader: Member | None, record: TrackRecord) -> tuple[Maths, ...]:
    """Of every figure that this reader is shown; None reads what a manager does."""
    currency = company.currency
    if reader and reader.role is Role.REP:
        own = record.own(reader.id)
        return (own_maths(own, currency),) if own.n else ()
    owner = reader is not None and reader.role is not Role.MANAGER
    sums = tuple((name(by), record.together(by)) for by in (_for_owner(record) if owner else Author))
    found = [(t("Forecasts of the sum: off by, bias"), sums)]
    if not owner:
        each = tuple((rep.name, record.own(rep.id)) for rep in company.reps)
        beside = tuple((rep.name, record.own(rep.id, Author.MANAGER)) for rep in company.reps)
        found = [
            (t("Each rep’s calls: off by, bias"), each),
            (t("The manager’s calls: off by, bias"), beside),
            *found,
            (t("Where the manager set a figure: off by, bias"), tuple((name(by), it) for by, it in _beside(record))),
        ]
    told_of = [(figure, [row for row in rows if row[1].n]) for figure, rows in found]
    worth = [(rep.name, record.factors[rep.id]) for rep in company.reps if not owner and rep.id in record.factors]
    return (
        *(error_maths(figure, rows, currency) for figure, rows in told_of if rows),
        *((factor_maths(worth),) if worth else ()),
    )


# --- the rep -------------------------------------------------------------------------------------------------------
def _to_rep(company: Company, reader: Member, record: TrackRecord) -> Card:
    own, currency = record.own(reader.id), company.currency
    summary = own_words(own, currency)
    rows = tuple(
        (
            (it.period,),
            (str(money(it.forecast, currency)),),
            (str(money(it.actual, currency)),),
            (_gap(it.forecast - it.actual, currency),),
        )
        for it in own.outcomes
    )
    table = (Table((t("Period"), t("Called"), t("Came in"), t("Gap")), rows, frozenset({1, 2, 3})),) if rows else ()
    about = quiet(
        t(
            "Of each week your last call counts, and each period once. You see this first; a week after a period’s end "
            "the manager can, too."
        )
    )
    shown = (say(summary), *table, *_coachs(record, reader), about)
    return Card(summary, (Heading(t("How your calls come in")), *shown, *_buttons(maths(company, reader, record))))


def _gap(it: float, currency: str) -> str:
    if abs(it) < 0.5:
        return t("none")
    if it > 0:
        return t("{amount} high", amount=money(it, currency))
    return t("{amount} low", amount=money(-it, currency))


def _coachs(record: TrackRecord, reader: Member) -> tuple[Element, ...]:
    """The coach is scored in front of those whom it scores."""
    it = record.own(reader.id, Author.COACH)
    if it.wape is None or it.bias is None:
        return ()
    return (
        say(
            t(
                "The coach’s own for you: {off} off, {bias}; n = {n}.",
                off=share(it.wape),
                bias=bias_share(it.bias),
                n=it.n,
            )
        ),
    )


# --- the manager ---------------------------------------------------------------------------------------------------
def everything(company: Company, record: TrackRecord) -> tuple[Element, ...]:
    """Of each rep, and of everybody who forecasts side by side."""
    return (*_each(company, record), *contest(record), *_besides(record), *_left_out(record))


def _each(company: Company, record: TrackRecord) -> tuple[Element, ...]:
    worth = record.factors
    rows = []
    for rep in company.reps:
        own, beside = record.own(rep.id), record.own(rep.id, Author.MANAGER)
        factor = worth.get(rep.id)
        rows.append(
            (
                (rep.name,),
                (str(own.n),),
                (graded(own),),
                (bias_share(own.bias),),
                (number(factor.shrunk, 2) if factor else "",),
                (t("{off}, n = {n}", off=graded(beside), n=beside.n) if beside.n else "",),
            )
        )
    head = (t("Rep"), t("Periods"), t("Off by"), t("Bias"), t("Worth of 1 called"), t("Manager’s, off by"))
    return (Table(head, tuple(rows), frozenset({1, 2})),) if any(it[1] != ("0",) for it in rows) else ()


def contest(record: TrackRecord, authors: Iterable[Author] = tuple(Author)) -> tuple[Element, ...]:
    """The sum of each, beside what takes no skill."""
    rows: list[tuple[Spans, ...]] = []
    for by in authors:
        it = record.together(by)
        if it.n:
            rows.append(
                (
                    (name(by),),
                    (str(it.n_periods),),
                    (graded(it),),
                    (bias_share(it.bias),),
                    (ranges_words(it),),
                )
            )
    if not rows:
        return (quiet(t("Accuracy: not enough data (n = 0) until a period that was forecast has ended.")),)
    head = (t("Forecast of the sum"), t("Periods"), t("Off by"), t("Bias"), t("Came within its range"))
    return (Table(head, tuple(rows), frozenset({1, 2})), quiet(_how()))


def _beside(record: TrackRecord) -> tuple[tuple[Author, Accuracy], ...]:
    return tuple((by, it) for by, it in record.beside.items() if it.n)


def _besides(record: TrackRecord) -> tuple[Element, ...]:
    """Whether the manager's own figures come nearer than what they lay beside, and than what takes no skill."""
    found = _beside(record)
    if not found:
        return ()
    rows = tuple(
        ((name(by),), (str(it.n),), (graded(it),), (bias_share(it.bias),), (ranges_words(it),)) for by, it in found
    )
    head = (t("Where the manager set a figure"), t("Outcomes"), t("Off by"), t("Bias"), t("Came within its range"))
    about = t("The same reps, periods and days for each, as far as each said something; a lower share is nearer.")
    return (Table(head, rows, frozenset({1, 2})), quiet(about))


def _left_out(record: TrackRecord) -> tuple[Element, ...]:
    found = []
    if record.waiting:
        periods = listed(record.waiting)
        found.append(t("Calls of {periods} are the reps’ own to look at for a week after its end.", periods=periods))
    if record.foreign:
        found.append(
            tn(
                "{n} call in another currency is in no figure.",
                "{n} calls in another currency are in no figure.",
                record.foreign,
            )
        )
    return (quiet(" ".join(found)),) if found else ()


# --- the owner -----------------------------------------------------------------------------------------------------
def _to_owner(company: Company, record: TrackRecord) -> tuple[Element, ...]:
    """Nobody's own figure; the team's from FEWEST reps in every period on."""
    return (*contest(record, _for_owner(record)), *(() if enough_people(record) else (quiet(_few(company)),)))


def _few(company: Company) -> str:
    """A team that never has enough reps isn't promised a figure."""
    if len(company.reps) >= FEWEST:
        return t("The reps’ calls are shown once {fewest} of them have been scored.", fewest=FEWEST)
    return t("How the reps’ own calls came in is shown of {fewest} reps or more only.", fewest=FEWEST)


def _for_owner(record: TrackRecord) -> tuple[Author, ...]:
    ours = (Author.COACH, *BASELINES)
    return (Author.REP, *ours) if enough_people(record) else ours


def enough_people(record: TrackRecord) -> bool:
    """In each period that would be in the figure."""
    people: dict[str, set[str]] = {}
    for it in record.each(Author.REP).outcomes:
        people.setdefault(it.period, set()).add(it.whose)
    return bool(people) and all(len(it) >= FEWEST for it in people.values())
