"""The ratios for a person: tables, pictures, what stands out, and the maths of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from coaching.card import Bold, Bullets, Element, Heading, Intervals, Picture, Spans, Table, say
from coaching.card import Interval as Dot
from coaching.language import marked, number, spoken, t, tn, worded
from coaching.numbers.chain import TEAM, Link, Person
from coaching.numbers.differences import Claim
from coaching.numbers.exact import Kind
from coaching.numbers.intervals import Interval
from coaching.numbers.per_sale import PerSale
from coaching.numbers.wins import Cohort, Ended, Group
from coaching.people import Member
from coaching.phrases import capital, day, listed, percent
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

THE_TEAM = marked("The team")
LEANING = marked("Leaning on the team")
Row = tuple[Spans, ...]


# --- the chain -----------------------------------------------------------------------------------------------------
def counts(it: View, people: Iterable[Member]) -> Table:
    """How often everybody answered, and how much of each step was counted."""
    headers = (t("Member"), t("Check-ins"), *(capital(worded(step)) for step in it.chain.steps))
    rows = tuple(_counts(name, it.person(member), len(it.chain.steps)) for member, name in _everybody(people))
    return Table(headers, rows, frozenset(range(1, len(headers))))


def _everybody(people: Iterable[Member]) -> tuple[tuple[str, str], ...]:
    return (*((it.id, it.name) for it in people), (TEAM, worded(THE_TEAM)))


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
            (title, t("Done"), t("Ratio"), worded(CASES), worded(LEANING)),
            tuple(_link(*one) for one in found),
            frozenset({1, 2, 3, 4}),
        )
        yield link_maths(it.company, link, team=True, named=[one for one in found if one[1] is not link])


def _link(name: str, it: Link) -> Row:
    interval = between(it.kind, it.interval) if it.interval else ""
    leaning = "" if name == THE_TEAM else ratio(it.kind, it.shrunk)
    return ((name,), (t("{done} of {n}", done=it.done, n=it.n),), (own(it),), (interval,), (leaning,))


def sale_table(it: View, people: Sequence[Member]) -> Iterator[Element]:
    """How many of each step a sale takes; the maths of the one who was asked for, or the team's."""
    team = it.per_sale[TEAM]
    if not team:
        yield say(t("What a sale takes can’t be told yet: it needs a step that counts sales, and a sale."))
        return
    headers = (t("For one sale"), *(capital(things(it.company, one.step)) for one in team))
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
        compared = tn("{n} comparison", "{n} comparisons", it.chain.n_compared)
        yield say(
            t(
                "No step differs from the others’, or from before, by more than luck makes ({compared}).",
                compared=compared,
            )
        )
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
        yield _picture(
            t(
                "From step to step: {name}",
                name=next((one.name for one in people if one.id == member), worded(THE_TEAM)),
            ),
            links,
        )


def _dot(label: str, done: int, n: int, interval: Interval) -> Dot:
    return Dot(label, 100 * done / n, 100 * interval.low, 100 * interval.high, t("{done} of {n}", done=done, n=n))


def _picture(title: str, dots: tuple[Dot, ...]) -> Picture:
    alt = "; ".join(f"{it.label} {it.value:.0f} % ({it.low:.0f} – {it.high:.0f} %, {it.note})" for it in dots)
    return Picture(f"{alt}.", title, Intervals(dots), unit="%")


# --- won and lost --------------------------------------------------------------------------------------------------
def win_table(it: View, people: Iterable[Member]) -> Iterator[Element]:
    """By the day of closing: each member and the team."""
    if not it.wins.team.closed:
        yield say(t("Nothing has been won or lost in these twelve months."))
        return
    named = [(one.name, group) for one in people if (group := it.won(one.id)) is not None]
    rows = (*(_won(name, group.ended, group) for name, group in named), _won(worded(THE_TEAM), it.wins.team, None))
    yield Table(
        (t("By day of closing"), t("Won"), t("Ratio"), worded(CASES), worded(LEANING)), rows, frozenset({1, 2, 3, 4})
    )
    yield say(_who_differs(named))
    yield from _win_picture([*((name, one.ended) for name, one in named), (worded(THE_TEAM), it.wins.team)])
    yield win_maths(it.wins.team, None, team=True, named=named)


def _win_picture(them: Iterable[tuple[str, Ended]]) -> Iterator[Element]:
    won = tuple(
        _dot(name, one.won, one.closed, one.interval) for name, one in them if one.rate is not None and one.interval
    )
    if won:
        yield _picture(t("Won of what ended, by day of closing"), won)


def _won(name: str, ended: Ended, group: Group | None) -> Row:
    interval = between(Kind.SHARE, ended.interval) if ended.interval else ""
    leaning = percent(group.shrunk) if group else ""
    undecided = t(" ({n} undecided)", n=ended.no_decision) if ended.no_decision else ""
    return (
        (name,),
        (t("{won} of {closed}{undecided}", won=ended.won, closed=ended.closed, undecided=undecided),),
        (win(ended),),
        (interval,),
        (leaning,),
    )


def _who_differs(named: Iterable[tuple[str, Group]]) -> str:
    claims = [_claimed(name, it.claim) for name, it in named if it.claim]
    return f"{listed(claims)}." if claims else t("Nobody’s win ratio differs from the others’ by more than luck makes.")


def _claimed(name: str, it: Claim) -> str:
    if it is Claim.ABOVE:
        return t("{name} is above the others", name=name)
    return t("{name} is below the others", name=name)


def lines(it: View) -> Iterator[Element]:
    """Product lines and sources, by the day of closing."""
    by = (
        (t("Product line"), it.wins.products, t("No product line differs by more than luck makes.")),
        (t("Source"), it.wins.sources, t("No source differs by more than luck makes.")),
    )
    for title, groups, none in by:
        if groups:
            rows = tuple(_won(_line(one), one.ended, one) for one in groups)
            head = (title, t("Won"), t("Ratio"), worded(CASES), t("Leaning on all"))
            yield Table(head, rows, frozenset({1, 2, 3, 4}))
            claims = [_claimed(_line(one), one.claim) for one in groups if one.claim]
            yield say(f"{listed(claims)}." if claims else none)


def _line(it: Group) -> str:
    return it.name or t("Under 20 closed each, together: {names}", names=listed(it.pooled, 3))


def cohorts(it: View) -> Iterator[Element]:
    """By closing month, and beside it what has become of the deals created in that month."""
    rows = tuple(
        (
            (f"{spoken().months[month.first.month - 1]} {month.first.year}",),
            (t("{won} of {closed}", won=month.ended.won, closed=month.ended.closed),),
            (t("{won} of {closed}", won=cohort.ended.won, closed=cohort.ended.closed),),
            (_open(cohort),),
            (_ratio(cohort),),
        )
        for month, cohort in zip(it.wins.months, it.wins.cohorts, strict=True)
    )
    headers = (t("Month"), t("Closed in it: won"), t("Created in it: won"), t("Still open"), t("Won of those created"))
    yield Table(headers, rows, frozenset({1, 2, 3, 4}))
    if any(not one.settled for one in it.wins.cohorts):
        yield say(
            t(
                "A month of creation is settled once at most one deal in ten is open. Before that, what ended "
                "quickly doesn’t stand for the rest: the ratio will come to lie between the two figures."
            )
        )
    yield cohort_maths()


def _open(it: Cohort) -> str:
    return f"{it.open:,} ({percent(it.share_open)})" if it.open else "0"


def _ratio(it: Cohort) -> str:
    """While many are open: if none of them is won, and if all are."""
    if it.settled:
        return win(it.ended) if it.created else ""
    return t(
        "not settled: {low} – {high}",
        low=percent(it.ended.won / it.created),
        high=percent((it.ended.won + it.open) / it.created),
    )


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
    yield Heading(t("Thirteen weeks"))
    yield Table(
        (t("Week of"), t("Check-ins"), *(capital(worded(it)) for it in steps)),
        rows,
        frozenset(range(1, 2 + len(steps))),
    )
    yield from _moves(it, member)


def _moves(it: View, member: str | None) -> Iterator[Element]:
    """Of the one who was asked for, or of everybody."""
    people = [one for one in it.company.members if member in {None, one.id}]
    found: list[Spans] = [
        (Bold(f"{name}: "), f"{trend(it.company, one)}.") for id_, name in _everybody(people) for one in it.moves(id_)
    ]
    if found:
        yield Bullets((*found, (t("All else is steady, or there is too little to say."),)))
    else:
        yield say(
            t("All steps are steady, or there is too little to say: nothing went up or down by more than luck makes.")
        )


def _cell(done: Mapping[str, int], steps: Sequence[str], at: int) -> str:
    """`4 (8 %)`: with what it is of the step before, from five of that on."""
    n = done.get(steps[at - 1], 0) if at else 0
    made = done.get(steps[at], 0)
    return (
        number(made)
        if n < 5
        else f"{number(made)} ({percent(made / n)})"
        if made <= n
        else t("{made} ({each} each)", made=made, each=number(made / n, 1))
    )
