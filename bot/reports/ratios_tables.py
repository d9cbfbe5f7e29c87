"""The ratios for a person: tables, pictures, what stands out, and the maths of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from coaching.card import Bold, Bullets, Element, Heading, Intervals, Picture, Spans, Table, say
from coaching.card import Interval as Dot
from coaching.numbers.chain import TEAM, Link, Person
from coaching.numbers.exact import Kind
from coaching.numbers.intervals import Interval
from coaching.numbers.per_sale import PerSale
from coaching.numbers.wins import Cohort, Ended, Group
from coaching.people import Member
from coaching.phrases import count, day, listed, percent
from coaching.ratios_view import View
from coaching.ratios_words import (
    CASES,
    arrow,
    between,
    between_many,
    claims_maths,
    cohort_maths,
    link_maths,
    own,
    per_sale_maths,
    ratio,
    said_of,
    so_many,
    standing,
    things,
    trend,
    win,
    win_maths,
)

THE_TEAM = "The team"
LEANING = "Leaning on the team"
Row = tuple[Spans, ...]


# --- the chain -----------------------------------------------------------------------------------------------------
def counts(it: View, people: Iterable[Member]) -> Table:
    """How often everybody answered, and how much of each step was counted."""
    headers = ("Member", "Check-ins", *(step.capitalize() for step in it.chain.steps))
    rows = tuple(_counts(name, it.person(member), len(it.chain.steps)) for member, name in _everybody(people))
    return Table(headers, rows, frozenset(range(1, len(headers))))


def _everybody(people: Iterable[Member]) -> tuple[tuple[str, str], ...]:
    return (*((it.id, it.name) for it in people), (TEAM, THE_TEAM))


def _counts(name: str, person: Person | None, steps: int) -> Row:
    if person is None:
        return ((name,), ("0",), *[("",)] * steps)
    return ((name,), (f"{person.answered:,}",), *((f"{done:,}",) for done in person.steps.values()))


def link_tables(it: View, people: Iterable[Member]) -> Iterator[Element]:
    """A table for each step's ratio."""
    for at, link in enumerate(it.chain.team.links):
        title = arrow(it.company, link)
        found = [
            (name, person.links[at]) for member, name in _everybody(people) if (person := it.person(member)) is not None
        ]
        yield Table(
            (title, "Done", "Ratio", CASES, LEANING), tuple(_link(*one) for one in found), frozenset({1, 2, 3, 4})
        )
        yield link_maths(it.company, link, team=True, named=[one for one in found if one[1] is not link])


def _link(name: str, it: Link) -> Row:
    interval = between(it.kind, it.interval) if it.interval else ""
    leaning = "" if name == THE_TEAM else ratio(it.kind, it.shrunk)
    return ((name,), (f"{it.done:,} of {it.n:,}",), (own(it),), (interval,), (leaning,))


def sale_table(it: View, people: Sequence[Member]) -> Iterator[Element]:
    """How many of each step a sale takes; the maths of the one who was asked for, or the team's."""
    team = it.per_sale[TEAM]
    if not team:
        yield say("What a sale takes can’t be told yet: it needs a step that counts sales, and a sale.")
        return
    headers = ("For one sale", *(things(it.company, one.step).capitalize() for one in team))
    rows = tuple((((name,), *map(_needed, it.per_sale.get(member, ())))) for member, name in _everybody(people))
    yield Table(headers, tuple(one for one in rows if len(one) > 1), frozenset(range(1, len(headers))))
    shown = it.per_sale.get(people[0].id, team) if len(people) == 1 else team
    yield per_sale_maths(it.company, shown[min(1, len(shown) - 1)])


def _needed(it: PerSale) -> Spans:
    return (f"{so_many(it.value)} ({between_many(it.interval)})",)


def sayings(it: View, people: Iterable[Member]) -> Iterator[Element]:
    """Who differs, or that nobody does."""
    company, found = it.company, list[Spans]()
    for member, name in _everybody(people):
        found += [
            (Bold(f"{name}, {said_of(one)}: "), f"{standing(company, one, name.split()[0])}.")
            for one in it.chain.standings.get(member, ())
        ]
    if found:
        yield Bullets(tuple(found))
    else:
        compared = count(it.chain.n_compared, "comparison")
        yield say(f"No step differs from the others’, or from before, by more than luck makes ({compared}).")
    yield claims_maths(it.chain, it.trends)


def step_picture(it: View, people: Sequence[Member], member: str | None) -> Iterator[Element]:
    """The steps of the one asked for, or of the team. Rates are on no scale of shares."""
    person = it.person(member or TEAM)
    links = tuple(
        _dot(arrow(it.company, one), one.done, one.n, one.interval)
        for one in (person.links if person else ())
        if one.rate is not None and one.kind is Kind.SHARE and one.interval
    )
    if links:
        yield _picture(f"From step to step: {next((one.name for one in people if one.id == member), THE_TEAM)}", links)


def _dot(label: str, done: int, n: int, interval: Interval) -> Dot:
    return Dot(label, 100 * done / n, 100 * interval.low, 100 * interval.high, f"{done:,} of {n:,}")


def _picture(title: str, dots: tuple[Dot, ...]) -> Picture:
    alt = "; ".join(f"{it.label} {it.value:.0f} % ({it.low:.0f} – {it.high:.0f} %, {it.note})" for it in dots)
    return Picture(f"{alt}.", title, Intervals(dots), unit="%")


# --- won and lost --------------------------------------------------------------------------------------------------
def win_table(it: View, people: Iterable[Member]) -> Iterator[Element]:
    """By the day of closing: each member and the team."""
    if not it.wins.team.closed:
        yield say("Nothing has been won or lost in these twelve months.")
        return
    named = [(one.name, group) for one in people if (group := it.won(one.id)) is not None]
    rows = (*(_won(name, group.ended, group) for name, group in named), _won(THE_TEAM, it.wins.team, None))
    yield Table(("By day of closing", "Won", "Ratio", CASES, LEANING), rows, frozenset({1, 2, 3, 4}))
    yield say(_who_differs(named))
    yield from _win_picture([*((name, one.ended) for name, one in named), (THE_TEAM, it.wins.team)])
    yield win_maths(it.wins.team, None, team=True, named=named)


def _win_picture(them: Iterable[tuple[str, Ended]]) -> Iterator[Element]:
    won = tuple(
        _dot(name, one.won, one.closed, one.interval) for name, one in them if one.rate is not None and one.interval
    )
    if won:
        yield _picture("Won of what ended, by day of closing", won)


def _won(name: str, ended: Ended, group: Group | None) -> Row:
    interval = between(Kind.SHARE, ended.interval) if ended.interval else ""
    leaning = percent(group.shrunk) if group else ""
    undecided = f" ({ended.no_decision:,} undecided)" if ended.no_decision else ""
    return ((name,), (f"{ended.won:,} of {ended.closed:,}{undecided}",), (win(ended),), (interval,), (leaning,))


def _who_differs(named: Iterable[tuple[str, Group]]) -> str:
    claims = [f"{name} is {it.claim.value} the others" for name, it in named if it.claim]
    return f"{listed(claims)}." if claims else "Nobody’s win ratio differs from the others’ by more than luck makes."


def lines(it: View) -> Iterator[Element]:
    """Product lines and sources, by the day of closing."""
    for title, groups in (("Product line", it.wins.products), ("Source", it.wins.sources)):
        if groups:
            rows = tuple(_won(_line(one), one.ended, one) for one in groups)
            yield Table((title, "Won", "Ratio", CASES, "Leaning on all"), rows, frozenset({1, 2, 3, 4}))
            claims = [f"{_line(one)} is {one.claim.value} the others" for one in groups if one.claim]
            yield say(f"{listed(claims)}." if claims else f"No {title.lower()} differs by more than luck makes.")


def _line(it: Group) -> str:
    return it.name or f"Under 20 closed each, together: {listed(it.pooled, 3)}"


def cohorts(it: View) -> Iterator[Element]:
    """By closing month, and beside it what has become of the deals created in that month."""
    rows = tuple(
        (
            (f"{month.first:%b %Y}",),
            (f"{month.ended.won:,} of {month.ended.closed:,}",),
            (f"{cohort.ended.won:,} of {cohort.ended.closed:,}",),
            (_open(cohort),),
            (_ratio(cohort),),
        )
        for month, cohort in zip(it.wins.months, it.wins.cohorts, strict=True)
    )
    headers = ("Month", "Closed in it: won", "Created in it: won", "Still open", "Won of those created")
    yield Table(headers, rows, frozenset({1, 2, 3, 4}))
    if any(not one.settled for one in it.wins.cohorts):
        yield say(
            "A month of creation is settled once at most one deal in ten is open. Before that, what ended quickly"
            " doesn’t stand for the rest: the ratio will come to lie between the two figures."
        )
    yield cohort_maths()


def _open(it: Cohort) -> str:
    return f"{it.open:,} ({percent(it.share_open)})" if it.open else "0"


def _ratio(it: Cohort) -> str:
    """While many are open: if none of them is won, and if all are."""
    if it.settled:
        return win(it.ended) if it.created else ""
    return f"not settled: {percent(it.ended.won / it.created)} – {percent((it.ended.won + it.open) / it.created)}"


# --- thirteen weeks ------------------------------------------------------------------------------------------------
def thirteen_weeks(it: View, member: str | None) -> Iterator[Element]:
    """Counts week by week, each with its yield, of the one who was asked for, or the team; then what moved."""
    weeks, steps = it.weeks.get(member or TEAM), it.chain.steps
    if not weeks or not steps:
        return
    rows = tuple(
        (
            (day(one.first),),
            (f"{one.answered:,}",),
            *((_cell(one.done, steps, at),) for at in range(len(steps))),
        )
        for one in weeks
    )
    yield Heading("Thirteen weeks")
    yield Table(("Week of", "Check-ins", *(it.capitalize() for it in steps)), rows, frozenset(range(1, 2 + len(steps))))
    yield from _moves(it, member)


def _moves(it: View, member: str | None) -> Iterator[Element]:
    """Of the one who was asked for, or of everybody."""
    people = [one for one in it.company.members if member in {None, one.id}]
    found: list[Spans] = [
        (Bold(f"{name}: "), f"{trend(it.company, one)}.") for id_, name in _everybody(people) for one in it.moves(id_)
    ]
    if found:
        yield Bullets((*found, ("All else is steady, or there is too little to say.",)))
    else:
        yield say(
            "All steps are steady, or there is too little to say: nothing went up or down by more than luck makes."
        )


def _cell(done: Mapping[str, int], steps: Sequence[str], at: int) -> str:
    """`4 (8 %)`: with what it is of the step before, from five of that on."""
    n = done.get(steps[at - 1], 0) if at else 0
    made = done.get(steps[at], 0)
    return (
        f"{made:,}" if n < 5 else f"{made:,} ({percent(made / n)})" if made <= n else f"{made:,} ({made / n:.1f} each)"
    )
