"""A deal's chance by what is known of it: learned from the company's closed deals, or no chance but stated weights."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coaching.card import Maths
from coaching.language import number, t
from coaching.numbers.answers import Deals
from coaching.numbers.scorecard import DOUBLE, ENOUGH, ENOUGH_OF_EACH, Learned, Score, learned
from coaching.opportunities import Opportunity, Status
from coaching.phrases import percent
from coaching.qualification import Deal, Evidence, Playbook, Qualified, by_deal, qualified

if TYPE_CHECKING:
    from coaching.company import Company


K = 10.0
"""What "a gate makes no difference" is worth, in won deals."""


@dataclass(frozen=True, slots=True)
class Scored:
    """`score` is None while too few closed deals carry answers; `n` and `won` are those that do."""

    n: int
    won: int
    learned: Learned
    score: Score | None


def ended(
    company: Company, playbook: Playbook, closed: Iterable[Opportunity], evidence: Sequence[Evidence]
) -> tuple[tuple[Qualified, bool], ...]:
    """How each closed deal that anything was written down about stood on the day before it ended, and whether it won.

    What was written down on its last day is left out: people fill in a card when they know how it went.
    """
    about, found = by_deal(evidence), []
    for deal in closed:
        before = [it for it in about.get(deal.id, ()) if deal.closed_on and it.at.date() < deal.closed_on]
        if before and deal.closed_on and deal.status is not Status.OPEN:
            stood = qualified(company, playbook, Deal(opportunity=deal, evidence=tuple(before)), before[-1].at.date())
            found.append((stood, deal.status is Status.WON))
    return tuple(found)


def scored(playbook: Playbook, found: Qualified, before: Sequence[tuple[Qualified, bool]]) -> Scored:
    """By the same additive scorecard as any table of closed deals; its own n and warnings come along."""
    cells = {it.id: [_cell(stood, it.id) for stood, _ in before] for it in playbook.criteria}
    card = learned(Deals(cells=cells, won=tuple(won for _, won in before)))
    won = sum(one for _, one in before)
    enough = len(before) >= ENOUGH and min(won, len(before) - won) >= ENOUGH_OF_EACH and bool(card.card.columns)
    mine = {name: [_cell(found, name)] for name in cells}
    return Scored(len(before), won, card, card.card.scores(mine, 1)[0] if enough else None)


@dataclass(frozen=True, slots=True)
class GateFactor:
    """What a shut gate did to deals that ended: `won` of `n` were, `expected` would have been by the plain rate."""

    times: float
    n: int
    won: int
    expected: float


def gate_factor(before: Sequence[tuple[Qualified, bool]]) -> GateFactor:
    """(won + K) / (expected + K), never above 1: a rate ratio with a Gamma prior of mean 1 worth K events.

    With nothing seen it is 1: nobody's forecast is lowered by a belief, or for writing down what isn't known yet.
    """
    rate = sum(won for _, won in before) / len(before) if before else 0.0
    shut = [won for stood, won in before if stood.held_back]
    expected = rate * len(shut)
    return GateFactor(min((sum(shut) + K) / (expected + K), 1.0), len(shut), sum(shut), expected)


def _cell(found: Qualified, criterion: str) -> str:
    return next((it.standing.value for it in found.items if it.criterion.id == criterion), "unknown")


def told(it: Scored) -> Maths:
    """The chance and its points; or what is missing before there can be one."""
    if it.score is None:
        return Maths(
            figure=t("the chance by what is known"),
            value=t("not enough data"),
            formula=t("points learned from closed deals whose cards were filled in before they ended"),
            n=t(
                "{n} such deals, {won} of them won; {enough} are needed, {enough_of_each} of each end",
                n=it.n,
                won=it.won,
                enough=ENOUGH,
                enough_of_each=ENOUGH_OF_EACH,
            ),
            uncertainty=t("until then stated weights say how far a deal is qualified, not how likely it is to be won"),
        )
    points = tuple(
        (one.column, t("{points} for {answer}", points=f"{one.points:+d}", answer=one.value or t("unknown")))
        for one in it.score.points
        if one.points
    )
    checked = it.learned.validated
    return Maths(
        figure=t("the chance by what is known"),
        value=percent(it.score.chance),
        formula=t(
            "1 / (1 + 2^(-score / {double})), score = {base} and points = {total}",
            double=DOUBLE,
            base=f"{it.learned.card.base:+d}",
            total=f"{it.score.total:+d}",
        ),
        inputs=points,
        n=t("{n} closed deals, {won} of them won", n=it.n, won=it.won),
        uncertainty=t(
            "AUC {auc}, Brier {brier} on deals it had not seen",
            auc=number(checked.auc, 2),
            brier=number(checked.brier, 2),
        )
        if checked
        else "",
        source=t(
            "an additive scorecard from a ridge logistic regression; points go with winning, they don't "
            "cause it; docs/numbers.md, Scorecard"
        ),
    )
