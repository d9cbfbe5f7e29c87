"""One good question about one deal at a time: which of the routines that could ask about a deal does.

Whoever asks names what it asked (`Asking`); whoever wants to ask looks here first (`Taken.by`), and asks about another
deal, or another day, where somebody was quicker:

- A deal that was asked about today, or of which an answer came today, isn't asked about again today.
- A question that is still open keeps the small ones away (the check-in's, the one of the afternoon): a review's for its
  week, the afternoon's for seven days. It keeps neither the next review nor the manager's matter away for longer than
  its day; else whoever doesn't answer would silence them.
- The one of the afternoon takes its time: it leaves a deal in peace for seven days after anybody asked about it or it
  was answered about, and after a rep said no to working it. A major that was only put, or confirmed, may be.
- On the day of their review a rep's check-in asks about no deal, and what is overdue is raised after the review: the
  review comes first, with the buttons that settle it.

What a rep asks to see is shown. What a forecast call rests on is asked about the call; the rep chooses the deals.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from coaching import cadence
from coaching.escalation import LIVE
from coaching.language import marked
from coaching.questions import about_deal
from coaching.review_times import next_ask, week_of
from coaching.reviewed import WHOLE, Rule

if TYPE_CHECKING:
    from coaching.checkins import CheckIn
    from coaching.chosen import Choice
    from coaching.company import Company
    from coaching.escalation import Escalation
    from coaching.opportunities import Opportunity
    from coaching.people import Member
    from coaching.ports import Records
    from coaching.qualification import Asked
    from coaching.reviewed import Reviewed

WEEK = timedelta(days=7)
DAY = timedelta(days=1)


class By(StrEnum):
    """Who asks a rep about a deal, in the order in which it is told who was quicker."""

    REVIEW = "review"
    MAJORS = "majors"
    CHECKIN = "checkin"
    AFTERNOON = "afternoon"
    MATTER = "matter"
    """What a rule raised to the manager, of which the rep is asked what they know."""


ONE_CARD = frozenset({By.REVIEW, By.MAJORS})
"""A major is confirmed with one tap for all of them, and what may be dropped is asked about there and nowhere else.

A matter waits for the review of its day (`reviewed_today`); on any other day a review is one that somebody asks to see.
"""
SMALL = frozenset({By.CHECKIN, By.AFTERNOON})
"""They give way to any question that is still open."""
TOLD = {
    By.REVIEW: marked("the review asks about it"),
    By.MAJORS: marked("it is among the week’s majors or deals to drop"),
    By.CHECKIN: marked("today’s check-in asked about it"),
    By.AFTERNOON: marked("it was asked about this afternoon"),
    By.MATTER: marked("it went to the manager today"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A question about a deal, by its id or by the check-in's short name for it."""

    by: By
    about: str
    on: date
    answered_on: date | None = None
    refused: bool = False
    """Its rep said no to it."""
    open_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What reps are being asked, as of a day."""

    today: date
    askings: tuple[Asking, ...] = ()

    def by(self, deal: Opportunity, asker: By) -> By | None:
        """Who was quicker about a deal; None where it may be asked about."""
        names = {deal.id, about_deal(deal)}
        found = (it.by for it in self.askings if it.about in names and it.by is not asker and self._keeps(it, asker))
        return min(found, key=list(By).index, default=None)

    def _keeps(self, it: Asking, asker: By) -> bool:
        if asker in ONE_CARD and (it.by in ONE_CARD or it.by is By.MATTER):
            return False
        if asker is By.AFTERNOON and (it.by is not By.MAJORS or it.refused):
            return max(it.on, it.answered_on or it.on) > self.today - WEEK
        if self.today in {it.on, it.answered_on}:
            return True
        return asker in SMALL and it.answered_on is None and it.on <= self.today <= it.open_until


NOTHING_ASKED = Taken(today=date.min)


# --- what each routine asks ----------------------------------------------------------------------------------------
def asked_in_review(items: Iterable[Reviewed], company: Company) -> Iterator[Asking]:
    """Open until its week is over."""
    for it in items:
        if it.opportunity != WHOLE and it.rule is not Rule.DISTRACTION:
            last = week_of(it.on) + WEEK - DAY
            yield Asking(
                by=By.REVIEW,
                about=it.opportunity,
                on=it.on,
                answered_on=_day(it.answered_at, company, it.member),
                open_until=last,
            )


def asked_as_majors(choices: Iterable[Choice], company: Company) -> Iterator[Asking]:
    """To be worked or dropped: a tap of its day, though it stands for the week."""
    for it in choices:
        answered_on = _day(it.answered_at, company, it.member)
        refused = it.agrees is False or it.dropped
        yield Asking(
            by=By.MAJORS,
            about=it.opportunity,
            on=it.on,
            answered_on=answered_on,
            refused=refused,
            open_until=it.on,
        )


def asked_in_checkin(checkins: Iterable[CheckIn], company: Company) -> Iterator[Asking]:
    """The question of a day; one about nothing in particular is about no deal."""
    for it in checkins:
        _, _, about = it.question.partition("@")
        if about and it.asked_at is not None:
            answered_on = _day(it.answered_at, company, it.member)
            yield Asking(by=By.CHECKIN, about=about, on=it.day, answered_on=answered_on, open_until=it.day)


def asked_in_the_afternoon(asked: Iterable[Asked], items: Iterable[Reviewed]) -> Iterator[Asking]:
    """A deal is left in peace for a week after. What a review asked of an early deal is the review's."""
    reviews = {(it.opportunity, it.on) for it in items}
    for it in asked:
        if (it.opportunity, it.on) not in reviews:
            yield Asking(by=By.AFTERNOON, about=it.opportunity, on=it.on, open_until=it.on + WEEK - DAY)


def raised_to_the_manager(matters: Iterable[Escalation], company: Company) -> Iterator[Asking]:
    """On that day its rep is asked what they know, whatever has become of it since."""
    for it in matters:
        on = _day(it.raised_at, company, it.member)
        if on is not None:
            yield Asking(by=By.MATTER, about=it.subject, on=on, open_until=on)


def _day(at: datetime | None, company: Company, member: str) -> date | None:
    """By the member's clock."""
    return None if at is None else company.day_of(at, member)


# --- gathering -----------------------------------------------------------------------------------------------------
def taken_on(records: Records, today: date, member: str | None = None) -> Taken:
    """Of one rep, or of everybody."""
    company, since = records.company, today - WEEK + DAY
    # An answer is taken for a fortnight, and a deal rests from its answer on.
    items = records.reviewed(since - WEEK, today, member)
    # Raised today, it is live, or was settled since.
    settled = records.settled_escalations(cadence.instant(today - DAY, datetime.min.time(), company.tz))
    matters = (*records.escalations(LIVE, member), *(it for it in settled if member in {None, it.member}))
    return Taken(
        today=today,
        askings=(
            *asked_in_review(items, company),
            *asked_as_majors(records.choices(since - WEEK, today, member), company),
            *asked_in_checkin(records.checkins(since, today, member), company),
            *asked_in_the_afternoon(records.asked(since, member), items),
            *raised_to_the_manager(matters, company),
        ),
    )


def reviewed_today(company: Company, member: Member, today: date, holidays: frozenset[date]) -> datetime | None:
    """When the rep's review of that day is; None on any other day."""
    midnight = cadence.instant(today, datetime.min.time(), member.tz)
    at = next_ask(company, member, midnight - timedelta(seconds=1), holidays).at
    return at if at is not None and cadence.local_day(at, member.tz) == today else None
