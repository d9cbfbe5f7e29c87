"""The ratios for a program."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from coaching.numbers.chain import TEAM, Link, Person, Standing
from coaching.numbers.intervals import Interval
from coaching.numbers.ratios import Ratios
from coaching.numbers.trend import Trend, Week
from coaching.numbers.wins import Cohort, Ended, Group, Month
from coaching.people import Member
from coaching.ratios_view import View


def data(it: View, people: Iterable[Member], plain: Mapping[str, Ratios]) -> dict[str, Any]:
    """`steps` and `ratios` are from check-ins alone; `chain` has the CRM's steps beside them."""
    return {
        "company": it.company.slug,
        "from": it.chain.first.isoformat(),
        "to": it.day.isoformat(),
        "members": [{"member": one.id, **_plain(plain[one.id]), **_person(it, one.id)} for one in people],
        "team": {**_plain(plain[TEAM]), **_person(it, TEAM)},
        "n_compared": it.chain.n_compared,
        "win_ratio": _wins(it, [one.id for one in people]),
    }


def _plain(it: Ratios) -> dict[str, Any]:
    return {
        "answered": it.answered,
        "steps": [{"step": one.step, "done": one.done} for one in it.steps],
        "ratios": [
            {"from": one.earlier, "to": one.later, "done": one.done, "n": one.n, "rate": one.rate} for one in it.yields
        ],
    }


def _person(it: View, member: str) -> dict[str, Any]:
    person = it.person(member)
    standings = it.chain.standings.get(member, ())
    return {
        "chain": [_link(one, standings) for one in person.links] if person else [],
        "per_sale": [
            {"step": one.step, "value": one.value, **_interval(one.interval)} for one in it.per_sale.get(member, ())
        ],
        "strongest": _standing(it.chain.strongest(member)),
        "weakest": _standing(it.chain.weakest(member)),
        "weeks": [_week(one, person) for one in it.weeks.get(member, ())],
        "trends": [_trend(one) for one in it.trends if one.member == member],
    }


def _link(it: Link, standings: Iterable[Standing]) -> dict[str, Any]:
    return {
        "from": it.earlier,
        "to": it.later,
        "kind": it.kind.value,
        "done": it.done,
        "n": it.n,
        "rate": it.rate,
        **_interval(it.interval),
        "shrunk": it.shrunk,
        "team": it.prior.ratio,
        "k": it.prior.k,
        "claims": [_standing(one) for one in standings if (one.link.earlier, one.link.later) == (it.earlier, it.later)],
    }


def _standing(it: Standing | None) -> dict[str, Any] | None:
    if it is None:
        return None
    return {
        "from": it.link.earlier,
        "to": it.link.later,
        "against": "past" if it.past else "others",
        "claim": it.claim.value,
        "other": it.other,
        "p_adjusted": it.compared.p_adjusted,
    }


def _week(it: Week, person: Person | None) -> dict[str, Any]:
    done = {step: it.done.get(step, 0) for step in (person.steps if person else it.done)}
    return {"from": it.first.isoformat(), "answered": it.answered, "done": done}


def _trend(it: Trend) -> dict[str, Any]:
    """`from` is null for a count, whose `n` are the check-ins it was counted in."""
    return {
        "from": it.earlier or None,
        "to": it.later,
        "before": {"done": it.before[0], "n": it.before[1]},
        "after": {"done": it.after[0], "n": it.after[1]},
        "direction": it.direction.value,
        "p_adjusted": it.p_adjusted,
    }


def _wins(it: View, members: Iterable[str]) -> dict[str, Any]:
    found = it.wins
    own = {one.name: one for one in found.members}
    return {
        "from": found.first.isoformat(),
        "to": found.last.isoformat(),
        "by_closing": {
            "team": _ended(found.team),
            "members": [{"member": one, **_group(own[one])} for one in members if one in own],
            "products": [{"product": one.name or None, **_group(one)} for one in found.products],
            "sources": [{"source": one.name or None, **_group(one)} for one in found.sources],
            "months": [_month(one) for one in found.months],
        },
        "by_creation": [_cohort(one) for one in found.cohorts],
    }


def _group(it: Group) -> dict[str, Any]:
    """A `null` name: lines with too few of their own, pooled."""
    return {
        **_ended(it.ended),
        "shrunk": it.shrunk,
        "k": it.prior.k,
        "claim": it.claim.value if it.claim else None,
        "p_adjusted": it.p_adjusted,
        **({"pooled": list(it.pooled)} if it.pooled else {}),
    }


def _ended(it: Ended) -> dict[str, Any]:
    return {
        "won": it.won,
        "lost": it.lost,
        "no_decision": it.no_decision,
        "closed": it.closed,
        "rate": it.rate,
        **_interval(it.interval),
    }


def _month(it: Month) -> dict[str, Any]:
    return {"month": f"{it.first:%Y-%m}", **_ended(it.ended)}


def _cohort(it: Cohort) -> dict[str, Any]:
    return {
        "month": f"{it.first:%Y-%m}",
        "created": it.created,
        "open": it.open,
        "share_open": it.share_open,
        "settled": it.settled,
        **_ended(it.ended),
    }


def _interval(it: Interval | None) -> dict[str, Any]:
    return {"low": it.low if it else None, "high": it.high if it else None}
