"""How ratios read: in units that a rep counts, with how sure they are, and the maths behind each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from coaching.card import Maths
from coaching.language import marked, number, t, tn, worded
from coaching.numbers.chain import Chain, Link, Standing
from coaching.numbers.counted import CREATED, SOLD
from coaching.numbers.differences import Claim
from coaching.numbers.exact import Kind
from coaching.numbers.intervals import Interval
from coaching.numbers.per_sale import DRAWS, PerSale
from coaching.numbers.trend import Direction, Trend
from coaching.numbers.wins import Ended, Group
from coaching.phrases import capital, percent
from coaching.yields import single

if TYPE_CHECKING:
    from coaching.company import Company

CASES = marked("8 of 10 cases")
EXACT = "Clopper and Pearson, 1934"
EXACT_RATE = "Garwood, 1936"
LEANING = marked("prior weighed by marginal likelihood: Christiansen and Morris, 1997")
NOBODY_ELSE = marked("not shown for fewer than four people")


# --- units ---------------------------------------------------------------------------------------------------------
def things(company: Company, step: str, n: float = 2) -> str:
    """What a step is counted in: `calls`, or for one `call`; the step's own name where several habits feed it."""
    units = {it.unit for it in company.team_habits if it.step == step}
    if len(units) == 1:
        return single(units.pop()) if n == 1 else units.pop()
    if not units and step.casefold() in CREATED:
        return t("new opportunity") if n == 1 else t("new opportunities")
    if not units and step.casefold() in SOLD:
        return t("sale") if n == 1 else t("sales")
    return worded(step)


def arrow(company: Company, link: Link) -> str:
    """`Calls → appointments`."""
    return f"{capital(things(company, link.earlier))} → {things(company, link.later)}"


def so_many(it: float) -> str:
    """`2.4`, `13`, `190`: no more digits than it is known to."""
    return number(it, 1) if it < 10 else number(it)


def ratio(kind: Kind, it: float) -> str:
    """A share in percent; a rate as `1.30 each`."""
    return t("{n} each", n=number(it, 2)) if kind is Kind.RATE else share(it)


def share(it: float) -> str:
    """`42 %`, and `4.8 %`: below ten in a hundred a whole percent is a large step."""
    return f"{number(100 * it, 1)} %" if 0.005 <= it < 0.0995 else percent(it)


def between(kind: Kind, it: Interval) -> str:
    """`6 – 10 %`."""
    if kind is Kind.RATE:
        return f"{number(it.low, 2)} – {number(it.high, 2)}"
    return f"{share(it.low).removesuffix(' %')} – {share(it.high)}"


def between_many(it: Interval) -> str:
    """`5.1 – 13`."""
    return f"{so_many(it.low)} – {so_many(it.high)}"


def own(link: Link) -> str:
    """`8 %`, or that there are too few of the earlier step."""
    return t("not enough data (n = {n})", n=link.n) if link.rate is None else ratio(link.kind, link.rate)


# --- what the data says --------------------------------------------------------------------------------------------
def standing(company: Company, it: Standing, who: str) -> str:
    """`Calls → appointments: 12 % (24 of 200; 9 – 15 %); the others together have 6 %`. Without a name it is yours."""
    link, kind = it.link, it.compared.kind
    other = ratio(kind, it.other)
    if not it.past:
        against = t("the others together have {other}", other=other)
    elif who:
        against = t("{who} had {other} in the thirteen weeks before", who=who, other=other)
    else:
        against = t("you had {other} in the thirteen weeks before", other=other)
    interval = f"; {between(link.kind, link.interval)}" if link.interval else ""
    now = ratio(kind, link.done / link.n)
    return t(
        "{arrow}, {now} ({done} of {n}{interval}); {against}",
        arrow=arrow(company, link),
        now=now,
        done=link.done,
        n=link.n,
        interval=interval,
        against=against,
    )


def said_of(found: Standing) -> str:
    """In a word or two."""
    if found.past:
        return t("better than before") if found.claim is Claim.ABOVE else t("lower than before")
    return t("strongest step") if found.claim is Claim.ABOVE else t("weakest step")


def trend(company: Company, it: Trend) -> str:
    """`calls a day: up, from 11.2 to 14.8 a check-in`."""
    up, before, after = it.direction is Direction.UP, it.before[0] / it.before[1], it.after[0] / it.after[1]
    if not it.earlier:
        name, was, now = capital(things(company, it.later)), number(before, 1), number(after, 1)
        if up:
            return t("{name} went up: from {before} a check-in to {after}", name=name, before=was, after=now)
        return t("{name} went down: from {before} a check-in to {after}", name=name, before=was, after=now)
    kind = Kind.RATE if max(before, after) > 1 else Kind.SHARE
    name, was, now = _arrow(company, it), ratio(kind, before), ratio(kind, after)
    if up:
        return t("{name} went up: from {before} to {after}", name=name, before=was, after=now)
    return t("{name} went down: from {before} to {after}", name=name, before=was, after=now)


def _arrow(company: Company, it: Trend) -> str:
    return f"{capital(things(company, it.earlier))} → {things(company, it.later)}"


# --- the maths -----------------------------------------------------------------------------------------------------
def link_maths(company: Company, link: Link, *, team: bool, named: Sequence[tuple[str, Link]] = ()) -> Maths:
    """Of one step's ratio; `named` are members whose estimates the same formula gives, `team` hides nobody's share."""
    later, earlier = things(company, link.later), things(company, link.earlier)
    rates = link.kind is Kind.RATE
    common = (
        (t("team’s ratio"), _share(link.prior.ratio, link.kind) if team else worded(NOBODY_ELSE)),
        (
            "k",
            t("{n} {earlier}, from how much the members differ", n=so_many(link.prior.k), earlier=earlier),
        ),
    )
    mine = (
        (
            (
                t("own counts"),
                t("{done} {later} of {n} {earlier}", done=link.done, later=later, n=link.n, earlier=earlier),
            ),
        )
        if not named
        else ()
    )
    why = (
        t("somebody had more of the later than of the earlier, so it has sources of its own and is a rate")
        if rates
        else ""
    )
    return Maths(
        figure=arrow(company, link),
        value=own(link) if named else ratio(link.kind, link.shrunk),
        formula=t("(own later + k × team’s ratio) / (own earlier + k)"),
        inputs=(*mine, *common, *((who, leaning(it)) for who, it in named), *(((t("why each"), why),) if why else ())),
        n=f"{number(link.n)} {earlier}",
        uncertainty=t("{range} in 8 of 10 cases, exact", range=between(link.kind, link.interval))
        if link.interval
        else t("no count yet"),
        source=f"{t('gamma-Poisson') if rates else t('beta-binomial')}; {worded(LEANING)}; "
        f"{EXACT_RATE if rates else EXACT}",
    )


def leaning(link: Link) -> str:
    """`24 of 200 → 11 %`."""
    return t("{done} of {n} → {share}", done=link.done, n=link.n, share=_share(link.shrunk, link.kind))


def per_sale_maths(company: Company, it: PerSale) -> Maths:
    """Of how many of a step a sale takes."""
    steps = tuple((arrow(company, it), f"{_share(it.shrunk, it.kind)}, n = {number(it.n)}") for it in it.links)
    return Maths(
        figure=t("{things} for one sale", things=capital(things(company, it.step))),
        value=so_many(it.value),
        formula="1 / ("
        + " × ".join(f"{things(company, link.earlier)} → {things(company, link.later)}" for link in it.links)
        + ")",
        inputs=steps,
        uncertainty=t(
            "{range} in 8 of 10 cases; {draws} draws of all ratios",
            range=between_many(it.interval),
            draws=DRAWS,
        ),
        source=t("simulation with a fixed seed"),
    )


def win_maths(ended: Ended, group: Group | None, *, team: bool, named: Sequence[tuple[str, Group]] = ()) -> Maths:
    """Of the win ratio by the day of closing; `named` are members whose estimates the same formula gives."""
    interval, one = ended.interval, group or (named[0][1] if named else None)
    lean = () if one is None else _win_leaning(one, team=team)
    mine = () if group is None else ((t("leaning on the team"), _share(group.shrunk, Kind.SHARE)),)
    each = tuple((who, _win_of(it)) for who, it in named)
    return Maths(
        figure=t("Win ratio by closing"),
        value=win(ended),
        formula=t("won / (won + lost + no decision)"),
        inputs=(
            (t("won, lost, no decision"), ", ".join(map(number, (ended.won, ended.lost, ended.no_decision)))),
            *lean,
            *mine,
            *each,
        ),
        n=tn("{n} deal", "{n} deals", ended.closed),
        uncertainty=t("{range} in 8 of 10 cases, exact", range=between(Kind.SHARE, interval))
        if interval
        else t("nothing has ended yet"),
        source=f"{EXACT}; {worded(LEANING)}" if lean else EXACT,
    )


def _win_of(it: Group) -> str:
    own = t(
        "{won} of {closed} → {share}", won=it.ended.won, closed=it.ended.closed, share=_share(it.shrunk, Kind.SHARE)
    )
    return t("{own}; against the others p = {p}, adjusted", own=own, p=number(it.p_adjusted, 3))


def _win_leaning(it: Group, *, team: bool) -> tuple[tuple[str, str], ...]:
    return (
        (t("leaning"), t("(own won + k × team’s ratio) / (own closed + k)")),
        (t("team’s ratio"), _share(it.prior.ratio, Kind.SHARE) if team else worded(NOBODY_ELSE)),
        ("k", t("{n} deals, from how much the members differ", n=so_many(it.prior.k))),
    )


def claims_maths(it: Chain, trends: Sequence[Trend]) -> Maths:
    """Of who differs and what went up or down."""
    moved = sum(one.direction is not Direction.STEADY for one in trends)
    claims = sum(len(them) for them in it.standings.values())
    least = min((one.p_adjusted for one in trends), default=1.0)
    return Maths(
        figure=t("Who differs, and trends"),
        value=f"{tn('{n} difference', '{n} differences', claims)}, {tn('{n} trend', '{n} trends', moved)}",
        formula=t("said when the adjusted p of an exact test is below 0.05"),
        inputs=(
            (
                t("compared"),
                t("{n}: each step with the others’ and with the own thirteen weeks before", n=it.n_compared),
            ),
            (t("smallest adjusted p"), number(it.least_p, 3)),
            (t("trends looked at"), t("{n}: the last seven weeks against the six before", n=len(trends))),
            (t("smallest adjusted p of a trend"), number(least, 3)),
        ),
        source=t(
            "Fisher 1935 (shares, weeks in any order); Przyborowski and Wilenski 1940 (rates); Benjamini and "
            "Hochberg 1995"
        ),
    )


def cohort_maths() -> Maths:
    """Of the ratio by month of creation."""
    return Maths(
        figure=t("Won of those created"),
        value=t("by month of creation"),
        formula=t("won / closed, once at most one in ten is open"),
        inputs=((t("before that"), t("from won / created (no open one is won) to (won + open) / created (all are)")),),
        uncertainty=t("the range holds for certain; where within it is not known yet"),
    )


def win(ended: Ended) -> str:
    """`42 %`, or that there is too little to say."""
    return t("not enough data (n = {closed})", closed=ended.closed) if ended.rate is None else share(ended.rate)


def _share(it: float, kind: Kind) -> str:
    """With a digit more than people are told, so that the formula can be followed."""
    return t("{n} each", n=number(it, 3)) if kind is Kind.RATE else f"{number(100 * it, 1)} %"
