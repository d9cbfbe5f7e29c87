"""How the week's review went, for the manager: who answered what, what is open, why deals take longer, what changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coaching.absent import not_here
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
from coaching.language import marked, t, tn, worded
from coaching.majors_card import end_of, summed, with_end
from coaching.money import Money, rough, symbol
from coaching.naming import to_write
from coaching.phrases import day, inside, listed, percent, quoted
from coaching.review_card import waiting
from coaching.review_words import answer, asked_words
from coaching.reviewed import REASONS, WHOLE, Reason, Reviewed, at_stake
from coaching.waterfall import NAMES, Waterfall, Why

if TYPE_CHECKING:
    from datetime import date

    from coaching.chosen import CameOf, Choice
    from coaching.company import Company
    from coaching.opportunities import Opportunity
    from coaching.people import Member

FEWEST = 4
"""People behind a figure for the owner."""
MOST = 12
ENOUGH_REASONS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """`items` of the latest review, of whoever it can have reached; `recent` those of thirteen weeks, everybody's."""

    company: Company
    reader: Member
    today: date
    items: tuple[Reviewed, ...]
    recent: tuple[Reviewed, ...]
    changed: Waterfall | None
    choices: tuple[Choice, ...] = ()
    """Majors and distractions of the same week and people."""
    absent: frozenset[str] = frozenset()
    """Whom nothing has ever reached."""
    before: tuple[CameOf, ...] = ()
    """What came of the majors before these."""
    deals: Mapping[str, Opportunity] = field(default_factory=dict)
    """What `items` and `choices` are about, by id, as it stands by now."""
    again: frozenset[str] = frozenset()
    """Ids of what was dropped and counts again."""


def summary(it: Summary) -> Card:
    """For the manager."""
    if not it.items and not it.choices:
        return note(t("No review has been sent yet this week. “coach review” shows what it would ask today."))
    done = [one for one in it.items if one.answered]
    head = t(
        "The review of {day}: {asked_words}",
        day=day(max((*(one.on for one in it.items), *(one.on for one in it.choices))), it.today),
        asked_words=asked_words(len(it.items), len(done)),
    )
    queue = Action("escalate.queue", t("Open the queue"))
    return Card(
        head,
        (
            Heading(head),
            *(_by_rep(it) if it.items else ()),
            *(quiet(*line) for line in not_here(it.company, it.absent)),
            *summed(it.choices, it.company.names, it.before, it.deals, it.again),
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
    told = (say(t("This week’s review: {words}.", words=words)),) if words else ()
    head = t("What changed in the pipeline")
    return Card(head, (Heading(head), *told, *(changed(it.changed) or (say(worded(NOTHING_TO_COMPARE)),))))


NOTHING_TO_COMPARE = marked("There is no export from a week ago yet, so what changed can’t be told.")


def _by_rep(it: Summary) -> tuple[Element, ...]:
    """What is about all of somebody's deals is partly in the same deals, so that a sum would count them twice."""
    rows: list[tuple[Spans, ...]] = []
    for rep in it.company.reps:
        mine = [one for one in it.items if one.member == rep.id]
        if mine:
            left = waiting(mine, it.deals)
            stake = _at_stake(left, it.company)
            rows.append(
                ((rep.name,), (str(len(mine)),), (str(sum(one.answered for one in mine)),), (stake if left else "",))
            )
    headers = (t("Rep"), t("Asked"), t("Answered"), t("Open, at stake in deals"))
    whole = any(one.opportunity == WHOLE and one.at_stake for one in waiting(it.items, it.deals))
    apart = t("What is about all of somebody’s deals together is in none of these sums; its own figure stands by it.")
    return Table(headers, tuple(rows), frozenset({1, 2, 3})), *((quiet(apart),) if whole else ())


def _at_stake(items: Iterable[Reviewed], company: Company) -> str:
    found = tuple(items)
    if all(it.opportunity == WHOLE for it in found):
        return "–"
    known = at_stake(found, company.currency)
    return t("not known") if known is None else str(rough(known))


def _said(it: Summary, done: Sequence[Reviewed]) -> tuple[Element, ...]:
    names = it.company.names
    gone = [one for one in done if one.let_go]
    lines: list[Spans] = [
        (Bold(f"{names.get(one.member, one.member)}, {one.title}: "), answer(one, it.today)) for one in done
    ]
    whose = to_write(it.company, done[0].member) if done else ""
    more = (quiet(t("And {n} more; “review {member}” shows one rep’s.", n=len(lines) - MOST, member=whose)),)
    freed = t("Let go, which frees time: {names}.", names=listed([one.title for one in gone]))
    return (
        *((Heading(t("What they said")), Bullets(tuple(lines[:MOST]))) if lines else ()),
        *(more if len(lines) > MOST else ()),
        *((say(freed),) if gone else ()),
    )


def _open(it: Summary) -> tuple[Element, ...]:
    left = sorted(waiting(it.items, it.deals), key=lambda one: -(one.at_stake or _zero(it)).minor)
    closed = [one for one in it.items if not one.answered and end_of(one.opportunity, it.deals) is not None]
    names_ = listed([with_end(it.deals[one.opportunity].title, one.opportunity, it.deals) for one in closed])
    ended = (quiet(t("Settled without an answer: {names}.", names=names_)),) if closed else ()
    if not left:
        return ended
    names = it.company.names
    lines: tuple[Spans, ...] = tuple(
        (Bold(f"{names.get(one.member, one.member)}, {one.title}: "), quoted(one.said)) for one in left[:MOST]
    )
    more = (quiet(t("And {n} more.", n=len(left) - MOST)),) if len(left) > MOST else ()
    return Heading(t("Still open, in the words they were asked, most at stake first")), Bullets(lines), *more, *ended


def _zero(it: Summary) -> Money:
    return Money(0, it.company.currency)


# --- why deals take longer -----------------------------------------------------------------------------------------
def reasons(items: Iterable[Reviewed], company: Company) -> tuple[Element, ...]:
    """As a Pareto: the most frequent first, each with its share of all so far."""
    given = [it for it in items if it.reason]
    if len(given) < ENOUGH_REASONS:
        few = tn(
            "{n} reason given so far; from {enough_reasons} on they are counted here.",
            "{n} reasons given so far; from {enough_reasons} on they are counted here.",
            len(given),
            enough_reasons=ENOUGH_REASONS,
        )
        return (quiet(t("Why deals take longer: {few}", few=few)),) if given else ()
    counts = Counter(it.reason for it in given)
    ordered = sorted(Reason, key=lambda one: (-counts[one], list(Reason).index(one)))
    bars, lines, so_far = [], [], 0
    for one in (it for it in ordered if counts[it]):
        so_far += counts[one]
        stake = _at_stake((it for it in given if it.reason is one), company)
        bars.append(
            Bar(
                t("{reason} ({share} so far)", reason=worded(REASONS[one]), share=percent(so_far / len(given))),
                counts[one],
            )
        )
        lines.append(
            t(
                "{reason} {n} ({stake} at stake; {share} so far)",
                reason=worded(REASONS[one]),
                n=counts[one],
                stake=stake,
                share=percent(so_far / len(given)),
            )
        )
    alt = f"{', '.join(lines)}."
    title = t("Why deals take longer, thirteen weeks (n = {n})", n=len(given))
    return (Picture(alt, title, Bars(tuple(bars))),)


# --- what changed --------------------------------------------------------------------------------------------------
def changed(it: Waterfall | None) -> tuple[Element, ...]:
    """The picture, the words that say the same, and how it adds up."""
    if it is None:
        return ()
    told = [why for why in Why if it.of(why)]
    steps = (
        Step(day(it.first), float(it.opening.amount), total=True),
        *(Step(_label(why, it), float(it.sum(why).amount), good=why is Why.WON) for why in told),
        Step(day(it.last), float(it.closing.amount), total=True),
    )
    first, last = day(it.first), day(it.last)
    title = (
        t("The pipeline due by {day}, {first} to {last}", day=day(it.period.end, it.last), first=first, last=last)
        if it.period
        else t("The pipeline open, {first} to {last}", first=first, last=last)
    )
    behind = (quiet(t("Nothing newer than the export of {day} has come yet.", day=last)),) if it.behind else ()
    return (Picture(words(it), title, Steps(steps), unit=symbol(it.opening.currency).strip()), *behind, maths(it))


def _label(why: Why, it: Waterfall) -> str:
    return f"{worded(NAMES[why])} ({len(it.of(why))})"


def words(it: Waterfall) -> str:
    """In a sentence.

    `From $995,500 to $1,024,000: new $61,000 in 2 deals; won -$58,500 in 2 deals.`
    """
    told = [
        tn(
            "{what} {sum} in {n} deal",
            "{what} {sum} in {n} deals",
            len(it.of(why)),
            what=inside(worded(NAMES[why])),
            sum=it.sum(why),
        )
        for why in Why
        if it.of(why)
    ]
    unknown = (
        tn(" {n} deal at the end without an amount.", " {n} deals at the end without an amount.", it.unknown)
        if it.unknown
        else ""
    )
    return t(
        "From {opening} to {closing}: {moves}.{unknown}",
        opening=it.opening,
        closing=it.closing,
        moves="; ".join(told) or t("nothing moved"),
        unknown=unknown,
    )


def _told_late(it: Waterfall) -> tuple[tuple[str, str], ...]:
    """How the opening fits the closing of the page before."""
    if not it.told_late:
        return ()
    late = it.opening_as_told - it.opening
    return (
        (t("ended by {first}, told later", first=day(it.first)), f"{late}, {_deals(len(it.told_late))}"),
        (t("opening as it was told then"), str(it.opening_as_told)),
    )


def _deals(n: int) -> str:
    return tn("{n} deal", "{n} deals", n)


def maths(it: Waterfall) -> Maths:
    """All of its parts, to the unit."""
    scope = (
        t("due in the period, or before and still open") if it.period else t("all open deals: none has a close date")
    )
    return Maths(
        figure=t("What changed in the pipeline"),
        value=str(it.closing - it.opening),
        formula=t("opening + each part = closing"),
        inputs=(
            (t("which deals"), scope),
            (t("opening, {first}", first=day(it.first)), f"{it.opening}, {_deals(it.n_opening)}"),
            *((worded(NAMES[why]), f"{it.sum(why)}, {_deals(len(it.of(why)))}") for why in Why if it.of(why)),
            (t("closing, {last}", last=day(it.last)), f"{it.closing}, {_deals(it.n_closing)}"),
            (t("left over"), str(it.left_over)),
            *_told_late(it),
        ),
        uncertainty=t(
            "{unknown} of the {n_closing} without an amount count nothing", unknown=it.unknown, n_closing=it.n_closing
        )
        if it.unknown
        else "",
    )
