"""How many of each step a sale takes: the other way up the chain, with every ratio's uncertainty carried along."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from coaching.numbers.chain import TEAM, Link, Person
from coaching.numbers.intervals import SURE, Interval
from coaching.numbers.shrinkage import drawn, drawn_alone

DRAWS, SEED = 4_000, 1_913
"""The seed is fixed: the same counts give the same interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PerSale:
    """So many of `step` to one of the chain's last. 80 % interval; `links` are the ratios it was multiplied from."""

    step: str
    value: float
    interval: Interval
    links: tuple[Link, ...]


def per_sale(it: Person) -> tuple[PerSale, ...]:
    """1 / the product of the later ratios, for every step but the last; empty while the team has no sale to go by.

    The team's ratios are its own, a member's lean on the team's. The interval is simulated: each ratio is drawn from
    its posterior, independently, given the counts of the step it starts from; the 10th and 90th percentile of
    1 / product.
    """
    if not it.links or any(link.prior.ratio <= 0 for link in it.links):
        return ()
    import numpy as np

    rng = np.random.default_rng(SEED)
    ratios = [
        drawn_alone(link.done, link.n, link.kind, DRAWS, rng)
        if it.member == TEAM
        else drawn(link.prior, link.done, link.n, DRAWS, rng)
        for link in it.links
    ]
    tail = (1 - SURE) / 2
    found = []
    for at, link in enumerate(it.links):
        later = it.links[at:]
        low, high = np.quantile(1 / np.prod(ratios[at:], axis=0), (tail, 1 - tail))
        value = 1 / prod(one.done / one.n if it.member == TEAM else one.shrunk for one in later)
        found.append(PerSale(step=link.earlier, value=value, interval=Interval(float(low), float(high)), links=later))
    return tuple(found)
