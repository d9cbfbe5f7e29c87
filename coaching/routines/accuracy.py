"""What the coach expects is kept every morning; how good forecasts were is told to whoever asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, assert_never

from coaching import accuracy_card as card
from coaching import cadence
from coaching.book import book_of
from coaching.card import note
from coaching.company import Company
from coaching.decision import NOTHING, Alarm, Decision
from coaching.estimating import estimates
from coaching.events import Commanded, Event, Imported, Planned, Pressed, Rang, Said
from coaching.language import t
from coaching.naming import told_whose
from coaching.opportunities import Book
from coaching.people import Member, Role
from coaching.routine import Routine
from coaching.track_record import TrackRecord, remembered

if TYPE_CHECKING:
    from coaching.ports import Holidays, Records

KEEP = "accuracy.keep"
AT = time(5)
"""By the company's clock, before anybody asks. Nothing is said, so quiet hours don't matter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """What is known of a company's deals; `first` when nothing was kept of the running period yet."""

    company: Company
    today: date
    book: Book
    first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who wants to know, and what they may."""

    company: Company
    reader: Member
    record: TrackRecord


# --- gather --------------------------------------------------------------------------------------------------------
def gather(records: Records, event: Event, holidays: Holidays) -> Morning | Asked | Company | None:
    """The company alone for planning."""
    del holidays
    match event:
        case Planned() | Imported():
            return records.company
        case Rang():
            return _morning(records, event.at)
        case Pressed() | Said() | Commanded():
            reader = records.company.member(event.member)
            if reader is None or not reader.active or reader.role is Role.ADMIN:
                return None
            own = reader.role is Role.REP
            today = cadence.local_day(event.at, reader.tz)
            record = remembered(records, today, reader.id if own else None, reader=reader.id)
            return Asked(company=records.company, reader=reader, record=record)
        case _:
            assert_never(event)


def _morning(records: Records, now: datetime) -> Morning:
    """Of the day it is: what wasn't written down while the program stood still was not said, and isn't made up."""
    company = records.company
    today = cadence.local_day(now, company.tz)
    return Morning(
        company=company,
        today=today,
        book=book_of(records, today),
        first=not records.estimate_days(company.period(today).start, today),
    )


# --- decide --------------------------------------------------------------------------------------------------------
def decide(facts: Morning | Asked | Company | None, event: Event) -> Decision:
    """Pure."""
    match event, facts:
        case Rang(), Morning():
            kept = estimates(facts.book, facts.company, facts.today, first=facts.first)
            return Decision(records=kept, alarms=(_next(facts.company, event.at),))
        case ((Planned() | Imported()), Company()):
            return Decision(alarms=(_next(facts, event.at),))
        case ((Pressed() | Said() | Commanded()), Asked()):
            pressed = isinstance(event, Pressed) and event.action == "accuracy.maths"
            shown = card.maths_card if pressed else card.told
            told = Decision(reply=shown(facts.company, facts.reader, facts.record))
            return told_whose(facts.company, facts.reader, event, told)
        case ((Pressed() | Said() | Commanded()), _):
            return Decision(reply=note(t("How good forecasts were is for the people who make or use them.")))
        case _:
            return NOTHING


def _next(company: Company, after: datetime) -> Alarm:
    """The next early morning, by the wall clock."""
    today = cadence.local_day(after, company.tz)
    days = (today + timedelta(days=it) for it in range(3))
    at = next(it for day in days if (it := cadence.instant(day, AT, company.tz)) > after)
    return Alarm(alarm=KEEP, subject="", at=at)


ROUTINE = Routine(name="accuracy", gather=gather, decide=decide, words=frozenset({"accuracy", "bias"}), refreshed=True)
