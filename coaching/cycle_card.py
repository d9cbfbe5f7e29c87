"""How long deals take, in words and as a picture: the usual cycle, whose it is, time in stage, who is outside."""

from __future__ import annotations

from coaching.card import Curve, Curves, Element, Maths, Picture, Table, say
from coaching.numbers.cycle import ENOUGH_WON
from coaching.numbers.cycles import Cycles
from coaching.numbers.incidence import Incidence
from coaching.numbers.stage_times import ENOUGH_MOVED, LONG, StageTime, StageTimes, Stay
from coaching.numbers.usual import ENOUGH_CLOSED, By, Segment, Usual
from coaching.people import Member
from coaching.phrases import count, listed, percent

POINTS = 200
"""Of a curve; more can't be told apart."""
_KINDS = {By.PRODUCT: "product line", By.SOURCE: "source", By.SIZE: "size", By.OWNER: "owner"}


def reason(age_days: int, usual: Segment, *, yours: bool = False) -> str:
    """Why a deal is outside the usual cycle.

    `This is day 90; your wins close by day 57 in 9 of 10 (12 won deals).`
    """
    days, n = usual.cycle.p90_days or 0, count(usual.cycle.n_won, "won deal")
    wins = "your wins" if yours or usual.by is By.OWNER else f"wins{_of(usual)}"
    return f"This is day {age_days:,}; {wins} close by day {days:,.0f} in 9 of 10 ({n})."


def stay_reason(it: Stay) -> str:
    """Why a deal is long in its stage.

    `Day 40 in Proposal; those that move on have usually done so by day 12 (31 moved on).`
    """
    days = f"At least {count(it.days, 'day')}" if it.at_least else f"Day {it.days:,}"
    usual = it.usual
    return (
        f"{days} in {usual.stage.capitalize()}; those that move on have usually done so by day {usual.median_days} "
        f"({usual.n_moved:,} moved on)."
    )


def said(it: Cycles, reader: Member | None = None) -> list[Element]:
    """All of it: the usual cycle, one's own, whose it is, the curve, time in stage."""
    own = own_words(it.usual, reader) if reader else ""
    words = (usual_words(it.usual, it.curve), own, segment_words(it.usual))
    return [
        *(say(line) for line in words if line),
        *picture(it.curve, it.usual),
        *(stage_table(it.stages) if it.stages else ()),
    ]


def usual_words(usual: Usual, curve: Incidence) -> str:
    """The pooled cycle in a sentence or two; why there is none yet."""
    cycle = usual.all.cycle
    if cycle.median_days is None or cycle.p90_days is None:
        return f"There is no usual cycle yet: {count(cycle.n_won, 'won deal')} so far; it needs {ENOUGH_WON}."
    half = f" Half of all deals have closed after {curve.half_closed_days:,} days." if curve.half_closed_days else ""
    return (
        f"Won deals usually took {cycle.median_days:,.0f} days, nine in ten at most {cycle.p90_days:,.0f} "
        f"({count(cycle.n_won, 'won deal')}).{half}"
    )


def own_words(usual: Usual, member: Member) -> str:
    """One's own cycle; why it is the team's that counts, where it does."""
    mine = usual.of_owner(member.id)
    if mine is None:
        return f"{member.name} goes by everybody’s: {ENOUGH_CLOSED} closed and {ENOUGH_WON} won deals make one’s own."
    days = f"{mine.cycle.median_days:,.0f} days, nine in ten at most {mine.cycle.p90_days:,.0f}"
    return f"{member.name}’s own took {days} ({count(mine.cycle.n_won, 'won deal')})."


def segment_words(usual: Usual) -> str:
    """Which deals have a cycle of their own, and which go by all deals'."""
    if usual.all.cycle.p90_days is None:
        return ""
    if not usual.segments:
        return (
            f"All deals go by it: no product line, source or size has {ENOUGH_CLOSED} closed and {ENOUGH_WON} won "
            "deals beside others."
        )
    differing = [it for it in usual.segments if it.differs]
    looked = f"{count(len(usual.segments), 'product line, source or size', 'product lines, sources and sizes')}"
    if not differing:
        return f"All deals go by it: of {looked} with enough deals, none takes longer or shorter than luck makes."
    own = listed([_own(it) for it in differing])
    return f"A cycle of its own has: {own}. All other deals go by the common one ({looked} had enough deals)."


def picture(curve: Incidence, usual: Usual) -> list[Element]:
    """The share won, lost and still open by age; nothing when no deal has closed."""
    if not curve.days:
        return []
    lines = (("Won", 0.0, curve.won, curve.band), ("Lost", 0.0, curve.lost, ()), ("Still open", 100.0, curve.open, ()))
    step = -(-len(curve.days) // POINTS)
    kept = [at for at in range(len(curve.days)) if at % step == 0 or at == len(curve.days) - 1]
    curves = tuple(
        Curve(
            label,
            ((0.0, begin), *((float(curve.days[at]), 100 * shares[at]) for at in kept)),
            ((0.0, 0.0), *((100 * band[at][0], 100 * band[at][1]) for at in kept)) if band else (),
            stepped=True,
        )
        for label, begin, shares, band in lines
    )
    p90 = usual.all.cycle.p90_days
    end = f"After {curve.days[-1]:,} days {percent(curve.won[-1])} are won, {percent(curve.lost[-1])} lost"
    alt = f"{end}, {percent(curve.open[-1])} still open ({count(curve.n, 'deal')})."
    nine = f", nine in ten wins by day {p90:,.0f}" if p90 is not None else ""
    title = f"What became of deals by age (n = {curve.n:,}{nine})"
    return [Picture(alt, title, Curves(curves, "days since creation"), unit="%")]


def stage_table(times: StageTimes) -> list[Element]:
    """How long deals stay in each stage before they move on."""
    rows = tuple(
        ((it.stage.capitalize(),), (_stage_days(it),), (f"{it.n_moved:,} of {it.n:,}",)) for it in times.stages
    )
    head = ("Stage", "Usual days until it moves on", "Moved on")
    return [Table(head, rows, frozenset({1, 2}))] if rows else []


def maths(it: Cycles) -> list[Element]:
    """How the usual cycle and the curve were made."""
    cycle, curve = it.usual.all.cycle, it.curve
    if cycle.median_days is None or cycle.p90_days is None:
        return []
    with_open = _with_open(curve)
    half = f"half of all after {curve.half_closed_days:,} days" if curve.half_closed_days else "over half for good"
    ends = (("won in the end", percent(curve.won[-1])), ("lost", percent(curve.lost[-1])))
    return [
        Maths(
            figure="The usual cycle",
            value=f"{cycle.median_days:,.0f} days, nine in ten {cycle.p90_days:,.0f}",
            formula="middle, and 90 % point, of the days from creation to close of won deals",
            inputs=(("won deals with both days", f"{cycle.n_won:,}"), ("with open deals counted", with_open)),
            n=count(cycle.n_won, "won deal"),
            uncertainty="long deals begun lately are still open: in a growing company it is rather short",
            source="linear interpolation, type 7 of Hyndman and Fan, 1996",
        ),
        Maths(
            figure="Still open after so many days",
            value=half,
            formula="won += open x won that day / at risk; lost likewise; open x (1 - ended that day / at risk)",
            inputs=ends,
            n=count(curve.n, "deal"),
            uncertainty="band around won: 80 %, Aalen's variance",
            source="cumulative incidence, Aalen and Johansen, 1978",
        ),
    ]  # fmt: skip


def _with_open(curve: Incidence) -> str:
    """Of those ever won, by the incidence curve: not shortened by who is still open."""
    middle, nine = curve.won_by(0.5), curve.won_by(0.9)
    return f"{middle:,} days, nine in ten {nine:,}" if middle is not None and nine is not None else "can't be said"


def _of(usual: Segment) -> str:
    """Which deals, inside a sentence."""
    match usual.by:
        case None:
            return ""
        case By.SIZE:
            return f" of {usual.name} size"
        case By.PRODUCT | By.SOURCE | By.OWNER:
            return f" of the {_KINDS[usual.by]} {usual.name}"


def _own(it: Segment) -> str:
    kind, usual = _KINDS[it.by] if it.by else "", it.cycle
    days = f"{usual.median_days:,.0f} days, nine in ten {usual.p90_days:,.0f}"
    return f"the {kind} {it.name} ({days}, {usual.n_won:,} won)"


def _stage_days(it: StageTime) -> str:
    if it.median_days is None:
        return f"not enough data ({it.n_moved} moved on; it needs {ENOUGH_MOVED})"
    return f"{it.median_days:,}; long from {LONG * it.median_days:,.0f} on"
