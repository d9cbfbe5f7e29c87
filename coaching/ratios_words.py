"""How ratios read: in units that a rep counts, with how sure they are, and the maths behind each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from coaching.card import Maths
from coaching.numbers.chain import Chain, Link, Standing
from coaching.numbers.counted import CREATED, SOLD
from coaching.numbers.differences import Claim
from coaching.numbers.exact import Kind
from coaching.numbers.intervals import Interval
from coaching.numbers.per_sale import DRAWS, PerSale
from coaching.numbers.trend import Direction, Trend
from coaching.numbers.wins import Ended, Group
from coaching.phrases import count, percent
from coaching.yields import amount

if TYPE_CHECKING:
    from coaching.company import Company

CASES = "8 of 10 cases"
EXACT = "Clopper and Pearson, 1934"
EXACT_RATE = "Garwood, 1936"
LEANING = "prior weighed by marginal likelihood: Christiansen and Morris, 1997"
NOBODY_ELSE = "not shown for fewer than four people"


# --- units ---------------------------------------------------------------------------------------------------------
def things(company: Company, step: str, n: float = 2) -> str:
    """What a step is counted in: `calls`, or for one `call`; the step's own name where several habits feed it."""
    units = {it.unit for it in company.team_habits if it.step == step}
    if len(units) > 1:
        return step
    crm = "new opportunities" if step.casefold() in CREATED else "sales" if step.casefold() in SOLD else step
    if not units and n == 1:
        return {"new opportunities": "new opportunity", "sales": "sale"}.get(crm, step)
    unit = units.pop() if units else crm
    return amount(1, unit).removeprefix("1 ") if n == 1 else unit


def arrow(company: Company, link: Link) -> str:
    """`Calls → appointments`."""
    return f"{_first(things(company, link.earlier))} → {things(company, link.later)}"


def so_many(it: float) -> str:
    """`2.4`, `13`, `190`: no more digits than it is known to."""
    return f"{it:,.1f}" if it < 10 else f"{it:,.0f}"


def ratio(kind: Kind, it: float) -> str:
    """A share in percent; a rate as `1.30 each`."""
    return f"{it:.2f} each" if kind is Kind.RATE else share(it)


def share(it: float) -> str:
    """`42 %`, and `4.8 %`: below ten in a hundred a whole percent is a large step."""
    return f"{100 * it:.1f} %" if 0.005 <= it < 0.0995 else percent(it)


def between(kind: Kind, it: Interval) -> str:
    """`6 – 10 %`."""
    if kind is Kind.RATE:
        return f"{it.low:.2f} – {it.high:.2f}"
    return f"{share(it.low).removesuffix(' %')} – {share(it.high)}"


def between_many(it: Interval) -> str:
    """`5.1 – 13`."""
    return f"{so_many(it.low)} – {so_many(it.high)}"


def own(link: Link) -> str:
    """`8 %`, or that there are too few of the earlier step."""
    return f"not enough data (n = {link.n})" if link.rate is None else ratio(link.kind, link.rate)


# --- what the data says --------------------------------------------------------------------------------------------
def standing(company: Company, it: Standing, who: str) -> str:
    """`Calls → appointments: 12 % (24 of 200; 9 – 15 %); the others together have 6 %`."""
    link, kind = it.link, it.compared.kind
    other = ratio(kind, it.other)
    against = f"{who} had {other} in the thirteen weeks before" if it.past else f"the others together have {other}"
    interval = f"; {between(link.kind, link.interval)}" if link.interval else ""
    now = ratio(kind, link.done / link.n)
    return f"{arrow(company, link)}, {now} ({link.done:,} of {link.n:,}{interval}); {against}"


def said_of(found: Standing) -> str:
    """In a word or two."""
    if found.past:
        return "better than before" if found.claim is Claim.ABOVE else "lower than before"
    return "strongest step" if found.claim is Claim.ABOVE else "weakest step"


def trend(company: Company, it: Trend) -> str:
    """`calls a day: up, from 11.2 to 14.8 a check-in`."""
    went = "up" if it.direction is Direction.UP else "down"
    before, after = it.before[0] / it.before[1], it.after[0] / it.after[1]
    if not it.earlier:
        return f"{_first(things(company, it.later))} went {went}: from {before:.1f} a check-in to {after:.1f}"
    kind = Kind.RATE if max(before, after) > 1 else Kind.SHARE
    name = f"{_first(things(company, it.earlier))} → {things(company, it.later)}"
    return f"{name} went {went}: from {ratio(kind, before)} to {ratio(kind, after)}"


# --- the maths -----------------------------------------------------------------------------------------------------
def link_maths(company: Company, link: Link, *, team: bool, named: Sequence[tuple[str, Link]] = ()) -> Maths:
    """Of one step's ratio; `named` are members whose estimates the same formula gives, `team` hides nobody's share."""
    later, earlier = things(company, link.later), things(company, link.earlier)
    rates = link.kind is Kind.RATE
    common = (
        ("team’s ratio", _share(link.prior.ratio, link.kind) if team else NOBODY_ELSE),
        ("k", f"{so_many(link.prior.k)} {earlier}, from how much the members differ"),
    )
    mine = (("own counts", f"{link.done:,} {later} of {link.n:,} {earlier}"),) if not named else ()
    why = (
        "somebody had more of the later than of the earlier, so it has sources of its own and is a rate"
        if rates
        else ""
    )
    return Maths(
        figure=arrow(company, link),
        value=own(link) if named else ratio(link.kind, link.shrunk),
        formula="(own later + k × team’s ratio) / (own earlier + k)",
        inputs=(*mine, *common, *((who, leaning(it)) for who, it in named), *((("why each", why),) if why else ())),
        n=f"{link.n:,} {earlier}",
        uncertainty=f"{between(link.kind, link.interval)} in {CASES}, exact" if link.interval else "no count yet",
        source=f"{'gamma-Poisson' if rates else 'beta-binomial'}; {LEANING}; {EXACT_RATE if rates else EXACT}",
    )


def leaning(link: Link) -> str:
    """`24 of 200 → 11 %`."""
    return f"{link.done:,} of {link.n:,} → {_share(link.shrunk, link.kind)}"


def per_sale_maths(company: Company, it: PerSale) -> Maths:
    """Of how many of a step a sale takes."""
    steps = tuple((arrow(company, link), f"{_share(link.shrunk, link.kind)}, n = {link.n:,}") for link in it.links)
    return Maths(
        figure=f"{_first(things(company, it.step))} for one sale",
        value=so_many(it.value),
        formula="1 / ("
        + " × ".join(f"{things(company, link.earlier)} → {things(company, link.later)}" for link in it.links)
        + ")",
        inputs=steps,
        uncertainty=f"{between_many(it.interval)} in {CASES}; {DRAWS:,} draws of all ratios",
        source="simulation with a fixed seed",
    )


def win_maths(ended: Ended, group: Group | None, *, team: bool, named: Sequence[tuple[str, Group]] = ()) -> Maths:
    """Of the win ratio by the day of closing; `named` are members whose estimates the same formula gives."""
    interval, one = ended.interval, group or (named[0][1] if named else None)
    lean = () if one is None else _win_leaning(one, team=team)
    mine = () if group is None else (("leaning on the team", _share(group.shrunk, Kind.SHARE)),)
    each = tuple((who, _win_of(it)) for who, it in named)
    return Maths(
        figure="Win ratio by closing",
        value=win(ended),
        formula="won / (won + lost + no decision)",
        inputs=(
            ("won, lost, no decision", f"{ended.won:,}, {ended.lost:,}, {ended.no_decision:,}"),
            *lean,
            *mine,
            *each,
        ),
        n=count(ended.closed, "deal"),
        uncertainty=f"{between(Kind.SHARE, interval)} in {CASES}, exact" if interval else "nothing has ended yet",
        source=f"{EXACT}; {LEANING}" if lean else EXACT,
    )


def _win_of(it: Group) -> str:
    own = f"{it.ended.won:,} of {it.ended.closed:,} → {_share(it.shrunk, Kind.SHARE)}"
    return f"{own}; against the others p = {it.p_adjusted:.3f}, adjusted"


def _win_leaning(it: Group, *, team: bool) -> tuple[tuple[str, str], ...]:
    return (
        ("leaning", "(own won + k × team’s ratio) / (own closed + k)"),
        ("team’s ratio", _share(it.prior.ratio, Kind.SHARE) if team else NOBODY_ELSE),
        ("k", f"{so_many(it.prior.k)} deals, from how much the members differ"),
    )


def claims_maths(it: Chain, trends: Sequence[Trend]) -> Maths:
    """Of who differs and what went up or down."""
    moved = sum(one.direction is not Direction.STEADY for one in trends)
    claims = sum(len(them) for them in it.standings.values())
    least = min((one.p_adjusted for one in trends), default=1.0)
    return Maths(
        figure="Who differs, and trends",
        value=f"{count(claims, 'difference')}, {count(moved, 'trend')}",
        formula="said when the adjusted p of an exact test is below 0.05",
        inputs=(
            ("compared", f"{it.n_compared:,}: each step with the others’ and with the own thirteen weeks before"),
            ("smallest adjusted p", f"{it.least_p:.3f}"),
            ("trends looked at", f"{len(trends):,}: the last seven weeks against the six before"),
            ("smallest adjusted p of a trend", f"{least:.3f}"),
        ),
        source="Fisher 1935 (shares, weeks in any order); Przyborowski and Wilenski 1940 (rates); "
        "Benjamini and Hochberg 1995",
    )


def cohort_maths() -> Maths:
    """Of the ratio by month of creation."""
    return Maths(
        figure="Won of those created",
        value="by month of creation",
        formula="won / closed, once at most one in ten is open",
        inputs=(("before that", "from won / created (no open one is won) to (won + open) / created (all are)"),),
        uncertainty="the range holds for certain; where within it is not known yet",
    )


def win(ended: Ended) -> str:
    """`42 %`, or that there is too little to say."""
    return f"not enough data (n = {ended.closed})" if ended.rate is None else share(ended.rate)


def _share(it: float, kind: Kind) -> str:
    """With a digit more than people are told, so that the formula can be followed."""
    return f"{it:.3f} each" if kind is Kind.RATE else f"{100 * it:.1f} %"


def _first(text: str) -> str:
    return text[:1].upper() + text[1:]
