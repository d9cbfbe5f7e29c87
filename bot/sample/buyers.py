"""What the buyers of the story have said, and who wrote it down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.sample.deals import Deal
from coaching.qualification import Answer, Evidence

YES, PARTLY, NO, UNKNOWN = Answer.YES, Answer.PARTLY, Answer.NO, Answer.UNKNOWN


@dataclass(frozen=True, slots=True)
class Said:
    """By somebody of a buyer, on a day from the story's Monday."""

    account: str
    criterion: str
    answer: Answer
    day: int
    quote: str = ""
    source: str = ""


WORDS = (
    Said(
        "Harbor & Pine Logistics",
        "problem",
        YES,
        -250,
        "Every Friday we pay overtime to sort returns",
        "Inge Maas, operations",
    ),
    Said(
        "Harbor & Pine Logistics",
        "metrics",
        PARTLY,
        -200,
        "Two shifts could become one and a half",
        "Inge Maas, operations",
    ),
    Said(
        "Harbor & Pine Logistics",
        "economic_buyer",
        NO,
        -26,
        "The new finance director has not seen it",
        "Inge Maas, operations",
    ),
    Said("Bellwether Mills", "problem", YES, -50, "We lose a batch a week to mixed lots", "Tom Reed, plant manager"),
    Said(
        "Bellwether Mills",
        "champion",
        YES,
        -40,
        "I have told the board that I want it running by spring",
        "Tom Reed, plant manager",
    ),
    Said(
        "Bellwether Mills",
        "decision_process",
        YES,
        -22,
        "Purchasing on the 18th, then the managing director signs",
        "Ann Bell, finance",
    ),
    Said(
        "Bellwether Mills",
        "economic_buyer",
        YES,
        -15,
        "If Tom says it pays back in two years, I sign",
        "Rose Bellwether, managing director",
    ),
    Said("Bellwether Mills", "funding", YES, -12, "It is in this year's plant budget", "Ann Bell, finance"),
    Said("Bellwether Mills", "paper_process", PARTLY, -6, "Our lawyer has the contract", "Ann Bell, finance"),
    Said(
        "Bellwether Mills",
        "stakeholders",
        YES,
        -30,
        "Tom, Ann and I; nobody else",
        "Rose Bellwether, managing director",
    ),
    Said("Northgate Castors", "problem", PARTLY, -40, "The old rover stops twice a day", "Phil, shift lead"),
    Said("Northgate Castors", "decision_process", UNKNOWN, -12),
    Said(
        "Stillwater Dairy",
        "problem",
        YES,
        -44,
        "Nobody wants the night shift in the cold store",
        "Carla Stillwater, owner",
    ),
    Said(
        "Stillwater Dairy",
        "critical_event",
        YES,
        -20,
        "The old truck's lease ends in January",
        "Carla Stillwater, owner",
    ),
)


def evidence(deals: Iterable[Deal], monday: date, until: date) -> tuple[Evidence, ...]:
    """What was written down before `until`, oldest first."""
    found = sorted(_evidence({it.account: it for it in deals}, monday), key=lambda it: it.at)
    return tuple(it for it in found if it.at.date() < until)


def _evidence(deals: dict[str, Deal], monday: date) -> Iterator[Evidence]:
    for it in WORDS:
        deal = deals[it.account]
        yield Evidence(
            opportunity=deal.id,
            criterion=it.criterion,
            answer=it.answer,
            by=deal.member or "",
            at=datetime.combine(monday + timedelta(days=it.day), time(20, 30), UTC),
            quote=it.quote,
            source=it.source,
        )
