"""How long deals take, in words and as a picture: the usual cycle, whose it is, time in stage, who is outside."""

from __future__ import annotations

from coaching.card import Curve, Curves, Element, Maths, Picture, Table, say
from coaching.language import number, t, tn
from coaching.numbers.cycle import ENOUGH_WON
from coaching.numbers.cycles import Cycles
from coaching.numbers.incidence import Incidence
from coaching.numbers.stage_times import ENOUGH_MOVED, LONG, StageTime, StageTimes, Stay
from coaching.numbers.usual import ENOUGH_CLOSED, By, Segment, Usual
from coaching.people import Member
from coaching.phrases import listed, percent

POINTS = 200
"""Of a curve; more can't be told apart."""


def reason(age_days: int, usual: Segment, *, yours: bool = False) -> str:
    """Why a deal is outside the usual cycle.

    `This is day 90; your wins close by day 57 in 9 of 10 (12 won deals).`
    """
    own = yours or usual.by is By.OWNER
    return t(
        "This is day {age}; {wins} close by day {days} in 9 of 10 ({n}).",
        age=age_days,
        wins=t("your wins") if own else _wins(usual),
        days=number(usual.cycle.p90_days or 0),
        n=tn("{n} won deal", "{n} won deals", usual.cycle.n_won),
    )


def stay_reason(it: Stay) -> str:
    """Why a deal is long in its stage.

    `Day 40 in Proposal; those that move on have usually done so by day 12 (31 moved on).`
    """
    days = tn("At least {n} day", "At least {n} days", it.days) if it.at_least else t("Day {days}", days=it.days)
    usual = it.usual
    return t(
        "{days} in {stage}; those that move on have usually done so by day {usual} ({n} moved on).",
        days=days,
        stage=usual.stage.capitalize(),
        usual=usual.median_days,
        n=usual.n_moved,
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
        return tn(
            "There is no usual cycle yet: {n} won deal so far; it needs {enough_won}.",
            "There is no usual cycle yet: {n} won deals so far; it needs {enough_won}.",
            cycle.n_won,
            enough_won=ENOUGH_WON,
        )
    half = (
        t(" Half of all deals have closed after {days} days.", days=curve.half_closed_days)
        if curve.half_closed_days
        else ""
    )
    return tn(
        "Won deals usually took {usual} days, nine in ten at most {most} ({n} won deal).{half}",
        "Won deals usually took {usual} days, nine in ten at most {most} ({n} won deals).{half}",
        cycle.n_won,
        usual=number(cycle.median_days),
        most=number(cycle.p90_days),
        half=half,
    )


def own_words(usual: Usual, member: Member) -> str:
    """One's own cycle; why it is the team's that counts, where it does."""
    mine = usual.of_owner(member.id)
    if mine is None:
        return t(
            "{name} goes by everybody’s: {enough_closed} closed and {enough_won} won deals make one’s own.",
            name=member.name,
            enough_closed=ENOUGH_CLOSED,
            enough_won=ENOUGH_WON,
        )
    return tn(
        "{name}’s own took {usual} days, nine in ten at most {most} ({n} won deal).",
        "{name}’s own took {usual} days, nine in ten at most {most} ({n} won deals).",
        mine.cycle.n_won,
        name=member.name,
        usual=number(mine.cycle.median_days or 0),
        most=number(mine.cycle.p90_days or 0),
    )


def segment_words(usual: Usual) -> str:
    """Which deals have a cycle of their own, and which go by all deals'."""
    if usual.all.cycle.p90_days is None:
        return ""
    if not usual.segments:
        return t(
            "All deals go by it: no product line, source or size has {enough_closed} closed and {enough_won} "
            "won deals beside others.",
            enough_closed=ENOUGH_CLOSED,
            enough_won=ENOUGH_WON,
        )
    differing = [it for it in usual.segments if it.differs]
    looked = tn("{n} product line, source or size", "{n} product lines, sources and sizes", len(usual.segments))
    if not differing:
        return t(
            "All deals go by it: of {looked} with enough deals, none takes longer or shorter than luck makes.",
            looked=looked,
        )
    own = listed([_own(it) for it in differing])
    return t(
        "A cycle of its own has: {own}. All other deals go by the common one ({looked} had enough deals).",
        own=own,
        looked=looked,
    )


def picture(curve: Incidence, usual: Usual) -> list[Element]:
    """The share won, lost and still open by age; nothing when no deal has closed."""
    if not curve.days:
        return []
    lines = (
        (t("Won"), 0.0, curve.won, curve.band),
        (t("Lost"), 0.0, curve.lost, ()),
        (t("Still open"), 100.0, curve.open, ()),
    )
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
    end = t(
        "After {days} days {share} are won, {share2} lost",
        days=curve.days[-1],
        share=percent(curve.won[-1]),
        share2=percent(curve.lost[-1]),
    )
    alt = tn(
        "{end}, {share} still open ({n} deal).",
        "{end}, {share} still open ({n} deals).",
        curve.n,
        end=end,
        share=percent(curve.open[-1]),
    )
    nine = t(", nine in ten wins by day {p90}", p90=number(p90)) if p90 is not None else ""
    title = t("What became of deals by age (n = {n}{nine})", n=curve.n, nine=nine)
    return [Picture(alt, title, Curves(curves, t("days since creation")), unit="%")]


def stage_table(times: StageTimes) -> list[Element]:
    """How long deals stay in each stage before they move on."""
    rows = tuple(
        ((it.stage.capitalize(),), (_stage_days(it),), (t("{n_moved} of {n}", n_moved=it.n_moved, n=it.n),))
        for it in times.stages
    )
    head = (t("Stage"), t("Usual days until it moves on"), t("Moved on"))
    return [Table(head, rows, frozenset({1, 2}))] if rows else []


def maths(it: Cycles) -> list[Element]:
    """How the usual cycle and the curve were made."""
    cycle, curve = it.usual.all.cycle, it.curve
    if cycle.median_days is None or cycle.p90_days is None:
        return []
    with_open = _with_open(curve)
    half = (
        t("half of all after {days} days", days=curve.half_closed_days)
        if curve.half_closed_days
        else t("over half for good")
    )
    ends = ((t("won in the end"), percent(curve.won[-1])), (t("lost"), percent(curve.lost[-1])))
    return [
        Maths(
            figure=t("The usual cycle"),
            value=_nine_in_ten(cycle.median_days, cycle.p90_days),
            formula=t("middle, and 90 % point, of the days from creation to close of won deals"),
            inputs=((t("won deals with both days"), number(cycle.n_won)), (t("with open deals counted"), with_open)),
            n=tn("{n} won deal", "{n} won deals", cycle.n_won),
            uncertainty=t("long deals begun lately are still open: in a growing company it is rather short"),
            source=t("linear interpolation, type 7 of Hyndman and Fan, 1996"),
        ),
        Maths(
            figure=t("Still open after so many days"),
            value=half,
            formula=t("won += open x won that day / at risk; lost likewise; open x (1 - ended that day / at risk)"),
            inputs=ends,
            n=tn("{n} deal", "{n} deals", curve.n),
            uncertainty=t("band around won: 80 %, Aalen's variance"),
            source=t("cumulative incidence, Aalen and Johansen, 1978"),
        ),
    ]  # fmt: skip


def _with_open(curve: Incidence) -> str:
    """Of those ever won, by the incidence curve: not shortened by who is still open."""
    middle, nine = curve.won_by(0.5), curve.won_by(0.9)
    return _nine_in_ten(middle, nine) if middle is not None and nine is not None else t("can't be said")


def _nine_in_ten(middle: float, nine: float) -> str:
    return t("{usual} days, nine in ten {most}", usual=number(middle), most=number(nine))


def _wins(usual: Segment) -> str:
    """Of which deals, inside a sentence."""
    match usual.by:
        case None:
            return t("wins")
        case By.SIZE:
            return t("wins of {name} size", name=usual.name)
        case By.PRODUCT:
            return t("wins of the product line {name}", name=usual.name)
        case By.SOURCE:
            return t("wins of the source {name}", name=usual.name)
        case By.OWNER:
            return t("wins of the owner {name}", name=usual.name)


def segment_name(it: Segment) -> str:
    """`product Automation`; empty for all deals."""
    match it.by:
        case None:
            return ""
        case By.SIZE:
            return t("size {name}", name=it.name)
        case By.PRODUCT:
            return t("product {name}", name=it.name)
        case By.SOURCE:
            return t("source {name}", name=it.name)
        case By.OWNER:
            return t("owner {name}", name=it.name)


def _own(it: Segment) -> str:
    days = _nine_in_ten(it.cycle.median_days or 0, it.cycle.p90_days or 0)
    match it.by:
        case By.PRODUCT:
            return t("the product line {name} ({days}, {n} won)", name=it.name, days=days, n=it.cycle.n_won)
        case By.SOURCE:
            return t("the source {name} ({days}, {n} won)", name=it.name, days=days, n=it.cycle.n_won)
        case By.OWNER:
            return t("the owner {name} ({days}, {n} won)", name=it.name, days=days, n=it.cycle.n_won)
        case _:
            return t("the size {name} ({days}, {n} won)", name=it.name, days=days, n=it.cycle.n_won)


def _stage_days(it: StageTime) -> str:
    if it.median_days is None:
        return t(
            "not enough data ({n} moved on; it needs {enough})",
            n=it.n_moved,
            enough=ENOUGH_MOVED,
        )
    return t("{usual}; long from {long} on", usual=it.median_days, long=number(LONG * it.median_days))
