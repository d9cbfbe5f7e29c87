"""How the week's review went, for the manager: who answered what, what is open, why deals take longer, what changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coaching.card import (
    Action,
    Bar,
    Bars,
    Bold,
    Bullets,
    Buttons,
    Card,
    Element,
    Heading,
    Maths,
    Picture,
    Spans,
    Step,
    Steps,
    Table,
    note,
    quiet,
    say,
)
from coaching.money import Money, symbol, total
from coaching.phrases import count, day, listed, percent
from coaching.review_words import answer, asked_words
from coaching.reviewed import REASONS, Reason, Reviewed
from coaching.waterfall import NAMES, Waterfall, Why

if TYPE_CHECKING:
    from datetime import date

    from coaching.company import Company
    from coaching.people import Member

FEWEST = 4
"""People behind a figure for the owner."""
MOST = 12
ENOUGH_REASONS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """`items` of the latest review, `recent` those of thirteen weeks, everybody's."""

    company: Company
    reader: Member
    today: date
    items: tuple[Reviewed, ...]
    recent: tuple[Reviewed, ...]
    changed: Waterfall | None


def summary(it: Summary) -> Card:
    """For the manager."""
    if not it.items:
        return note("No review has been sent yet this week. “coach review” shows what it would ask today.")
    done = [one for one in it.items if one.answered]
    head = f"The review of {day(max(one.on for one in it.items), it.today)}: {asked_words(len(it.items), len(done))}"
    queue = Action("escalate.queue", "Open the queue")
    return Card(
        head,
        (
            Heading(head),
            _by_rep(it),
            *_said(it, done),
            *_open(it),
            *reasons(it.recent, it.company),
            *changed(it.changed),
            Buttons((queue,)),
        ),
    )


def owners(it: Summary) -> Card:
    """For the owner: what changed in the pipeline, and how many answered where nobody can be told by it."""
    people = {one.member for one in it.items}
    counted = len(people) >= FEWEST
    words = asked_words(len(it.items), sum(one.answered for one in it.items)) if counted else ""
    told = (say(f"This week’s review: {words}."),) if words else ()
    head = "What changed in the pipeline"
    return Card(head, (Heading(head), *told, *(changed(it.changed) or (say(NOTHING_TO_COMPARE),))))


NOTHING_TO_COMPARE = "There is no export from a week ago yet, so what changed can’t be told."


def _by_rep(it: Summary) -> Table:
    rows: list[tuple[Spans, ...]] = []
    for rep in it.company.reps:
        mine = [one for one in it.items if one.member == rep.id]
        if mine:
            left = [one for one in mine if not one.answered]
            stake = _at_stake(left, it.company)
            rows.append(((rep.name,), (str(len(mine)),), (str(len(mine) - len(left)),), (stake if left else "",)))
    return Table(("Rep", "Asked", "Answered", "Open, at stake"), tuple(rows), frozenset({1, 2, 3}))


def _at_stake(items: Iterable[Reviewed], company: Company) -> str:
    known = [it.at_stake for it in items if it.at_stake and it.at_stake.currency == company.currency]
    return str(total(known, company.currency)) if known else "not known"


def _said(it: Summary, done: Sequence[Reviewed]) -> tuple[Element, ...]:
    names = {one.id: one.first_name for one in it.company.members}
    gone = [one for one in done if one.let_go]
    lines: list[Spans] = [
        (Bold(f"{names.get(one.member, one.member)}, {one.title}: "), answer(one, it.today)) for one in done
    ]
    more = (quiet(f"And {len(lines) - MOST} more; “review {it.items[0].member}” shows one rep’s."),)
    freed = f"Let go, which frees time: {listed([one.title for one in gone])}."
    return (
        *((Heading("What they said"), Bullets(tuple(lines[:MOST]))) if lines else ()),
        *(more if len(lines) > MOST else ()),
        *((say(freed),) if gone else ()),
    )


def _open(it: Summary) -> tuple[Element, ...]:
    left = sorted((one for one in it.items if not one.answered), key=lambda one: -(one.at_stake or _zero(it)).minor)
    if not left:
        return ()
    names = {one.id: one.first_name for one in it.company.members}
    lines: tuple[Spans, ...] = tuple(
        (Bold(f"{names.get(one.member, one.member)}, {one.title}: "), f"“{one.said}”") for one in left[:MOST]
    )
    more = (quiet(f"And {len(left) - MOST} more."),) if len(left) > MOST else ()
    return Heading("Still open, in the words they were asked, most at stake first"), Bullets(lines), *more


def _zero(it: Summary) -> Money:
    return Money(0, it.company.currency)


# --- why deals take longer -----------------------------------------------------------------------------------------
def reasons(items: Iterable[Reviewed], company: Company) -> tuple[Element, ...]:
    """As a Pareto: the most frequent first, each with its share of all so far."""
    given = [it for it in items if it.reason]
    if len(given) < ENOUGH_REASONS:
        few = f"{count(len(given), 'reason')} given so far; from {ENOUGH_REASONS} on they are counted here."
        return (quiet(f"Why deals take longer: {few}"),) if given else ()
    counts = Counter(it.reason for it in given)
    ordered = sorted(Reason, key=lambda one: (-counts[one], list(Reason).index(one)))
    bars, lines, so_far = [], [], 0
    for one in (it for it in ordered if counts[it]):
        so_far += counts[one]
        stake = _at_stake((it for it in given if it.reason is one), company)
        bars.append(Bar(f"{REASONS[one]} ({percent(so_far / len(given))} so far)", counts[one]))
        lines.append(f"{REASONS[one]} {counts[one]} ({stake} at stake; {percent(so_far / len(given))} so far)")
    alt = f"{', '.join(lines)}."
    title = f"Why deals take longer, thirteen weeks (n = {len(given)})"
    return (Picture(alt, title, Bars(tuple(bars))),)


# --- what changed --------------------------------------------------------------------------------------------------
def changed(it: Waterfall | None) -> tuple[Element, ...]:
    """The picture, the words that say the same, and how it adds up."""
    if it is None:
        return ()
    told = [why for why in Why if it.of(why)]
    steps = (
        Step(day(it.first), float(it.opening.amount), total=True),
        *(Step(_label(why, it), float(it.sum(why).amount)) for why in told),
        Step(day(it.last), float(it.closing.amount), total=True),
    )
    scope = f"due by {day(it.period.end, it.last)}" if it.period else "open"
    title = f"The pipeline {scope}, {day(it.first)} to {day(it.last)}"
    return (Picture(words(it), title, Steps(steps), unit=symbol(it.opening.currency).strip()), maths(it))


def _label(why: Why, it: Waterfall) -> str:
    return f"{NAMES[why]} ({len(it.of(why))})"


def words(it: Waterfall) -> str:
    """In a sentence.

    `From $995,500 to $1,024,000: new $61,000 in 2 deals; won -$58,500 in 2 deals.`
    """
    told = [f"{NAMES[why].lower()} {it.sum(why)} in {count(len(it.of(why)), 'deal')}" for why in Why if it.of(why)]
    unknown = f" {count(it.unknown, 'deal')} at the end without an amount." if it.unknown else ""
    return f"From {it.opening} to {it.closing}: {'; '.join(told) or 'nothing moved'}.{unknown}"


def maths(it: Waterfall) -> Maths:
    """All of its parts, to the unit."""
    scope = "due in the period, or before and still open" if it.period else "all open deals: none has a close date"
    return Maths(
        figure="What changed in the pipeline",
        value=str(it.closing - it.opening),
        formula="opening + each part = closing",
        inputs=(
            ("which deals", scope),
            (f"opening, {it.first}", f"{it.opening}, {count(it.n_opening, 'deal')}"),
            *((NAMES[why], f"{it.sum(why)}, {count(len(it.of(why)), 'deal')}") for why in Why if it.of(why)),
            (f"closing, {it.last}", f"{it.closing}, {count(it.n_closing, 'deal')}"),
            ("left over", str(it.left_over)),
        ),
        uncertainty=f"{it.unknown} of the {it.n_closing} without an amount count nothing" if it.unknown else "",
    )
