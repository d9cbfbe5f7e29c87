"""A rep's own week: sent on their last working day, and shown whenever they ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import TYPE_CHECKING

from coaching import cadence
from coaching import recap_times as times
from coaching.book import closed_between
from coaching.card import Action, Buttons, Card, say
from coaching.credits import BEFORE, Acts, acts_on, open_on
from coaching.decision import GRACE, NOTHING, Decision, Kind, Message
from coaching.events import Commanded, Event, Imported, Planned, Pressed, Rang, Said
from coaching.language import t
from coaching.naming import told_whose
from coaching.numbers.ratios import since
from coaching.people import Member, Role
from coaching.recap import Facts, recap
from coaching.recap_card import card, maths_card
from coaching.routine import Routine
from coaching.streaks import with_earlier

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.opportunities import Book
    from coaching.ports import Holidays, Records

FAR = timedelta(days=cadence.FAR + 20)
OLDEST = timedelta(days=366)
"""What a card may be, so that nobody makes up a day before there were any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A rep whose recap is due, or who asks for it."""

    facts: Facts
    holidays: frozenset[date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Whose recaps are to be set."""

    company: Company
    holidays: frozenset[date]


def facts_on(records: Records, member: Member, today: date, book: Book | None = None) -> Facts:
    """The member's own, up to that day's end; with a book, as it stood then."""
    mine = member.id
    if book is None:
        monday = today - timedelta(days=today.weekday())
        deals = (*records.open_opportunities(mine), *records.closed_opportunities(monday, today, mine))
    else:
        closed = closed_between(book, today - timedelta(days=today.weekday()), today)
        deals = tuple(it for it in (*book.open, *closed) if it.member == mine)
    first = today - BEFORE
    checkins, before = with_earlier(records, since(today), today, mine)
    promises = records.commitments(first, today, mine)
    return Facts(
        company=records.company,
        member=member,
        today=today,
        checkins=checkins,
        before=before,
        commitments=tuple(open_on(it, today) for it in promises),
        deals={it.id: it for it in deals},
        changes=records.changes(today - timedelta(days=today.weekday()), today),
        acts=acts_on(
            Acts(
                evidence=tuple(it for it in records.evidence() if it.by == mine),
                reviewed=records.reviewed(first, today, mine),
                promises=promises,
            ),
            today,
            cadence.instant(today + timedelta(days=1), time(0), member.tz),
        ),
    )


# --- gather --------------------------------------------------------------------------------------------------------
def gather(records: Records, event: Event, holidays: Holidays) -> Turn | Plan | Member | None:
    """A rep's own rows; for anybody else who they are."""
    company = records.company
    first = event.at.date() - timedelta(days=7)
    away = holidays(company.country, first, first + FAR)
    match event:
        case Planned():
            return Plan(company=company, holidays=away)
        case Imported():
            return None
        case Rang(subject=subject):
            member, day = company.member(subject), event.due_at
        case _:
            member, day = company.member(event.member), event.at
    if member is None or not member.active or member.role is not Role.REP:
        return member
    today = cadence.local_day(day, member.tz)
    return Turn(facts=facts_on(records, member, _of_the_card(event, today)), holidays=away)


def _of_the_card(event: Event, today: date) -> date:
    """The day that the pressed card tells of; today's for words, and for what no card has on it."""
    on = cadence.written_day(event.args.get("on", "")) if isinstance(event, Pressed) else None
    return on if on and today - OLDEST <= on <= today else today


# --- decide --------------------------------------------------------------------------------------------------------
def decide(found: Turn | Plan | Member | None, event: Event) -> Decision:
    """Pure."""
    match event, found:
        case Planned(), Plan():
            company = found.company
            return Decision(
                alarms=tuple(times.next_recap(company, it, event.at, found.holidays) for it in company.members)
            )
        case Rang(), Turn():
            return _written(found, event)
        case ((Pressed() | Said() | Commanded()), Turn()):
            it = recap(found.facts)
            maths = isinstance(event, Pressed) and event.action == "recap.maths"
            shown = Decision(reply=maths_card(it) if maths else card(it))
            return told_whose(found.facts.company, found.facts.member, event, shown)
        case ((Pressed() | Said() | Commanded()), _):
            return Decision(reply=_of_all())
        case _:
            return NOTHING


def _of_all() -> Card:
    """For whoever has no week of their own here."""
    words = t("The recap is each rep’s own. Say “digest” for the week of all.")
    return Card(words, (say(words), Buttons((Action("digest.show", t("The week")),))))


def _written(turn: Turn, rang: Rang) -> Decision:
    """Once a week. Not to whoever has taken that day off since, nor where there is nothing to look back on."""
    facts = turn.facts
    company, member = facts.company, facts.member
    again = Decision(alarms=(times.next_recap(company, member, max(rang.at, rang.due_at), turn.holidays),))
    grace = GRACE[Kind.DIGEST]
    late = grace is not None and rang.at - rang.due_at > grace
    it = recap(facts)
    if late or it.empty or not times.wants(member) or not cadence.works(company, member, facts.today, turn.holidays):
        return again
    year, week, _ = facts.today.isocalendar()
    message = Message(key=f"recap:{member.id}:{year}-W{week:02}", to=member.id, card=card(it), kind=Kind.DIGEST)
    return again + Decision(messages=(message,))


ROUTINE = Routine(name="recap", gather=gather, decide=decide, words=frozenset({"recap", "week"}), refreshed=True)
