"""A rep's own recap, the brief before a visit, and the manager's week."""

from dataclasses import replace
from decimal import Decimal

from coaching import arrival, arrival_card, recap_card, week_card
from coaching.checkins import CheckInStatus, CommitmentState
from coaching.company import Engagement, Weekday
from coaching.credits import Acts
from coaching.digest import digest
from coaching.escalation import EscalationKind
from coaching.escalation_card import Queue
from coaching.escalation_clock import Clock
from coaching.habits import Habit
from coaching.ledger import Entry
from coaching.opportunities import Field, Status
from coaching.people import Role
from coaching.recap import Facts, recap
from tests.builders import (
    MONDAY,
    a_change,
    a_checkin,
    a_commitment,
    a_company,
    a_mandate,
    a_reviewed,
    an_escalation,
    an_opportunity,
    at,
    days_later,
)
from tests.golden_cards.digest import FRIDAY, a_full_week

OPEN = an_opportunity("O-1", name="Globex robots")
WON = an_opportunity("O-2", name="Initech line", account="Initech", status=Status.WON, closed_on=days_later(3))
ANSWERED = a_reviewed(
    on=MONDAY, opportunity="O-1", next_step="Ask who signs", next_step_on=days_later(2), answered_at=at("10:00")
)
WAITING = a_reviewed(on=MONDAY, opportunity="O-1", place=1, question="What is the buyer’s own date?")


def a_rep_week(**more):
    """Dana's: five days answered, three promises, a deal that moved and one that was won."""
    company = a_company()
    usual = {
        "company": company,
        "member": company.members[0],
        "today": FRIDAY,
        "checkins": tuple(
            a_checkin(days_later(day), targets={"calls": 20, "appointments": 1}, counts={"calls": 12 + days_later(day).weekday(), "appointments": 2})
            for day in range(-18, 5)
            if days_later(day).weekday() < 5
        ),
        "commitments": (
            a_commitment(MONDAY, state=CommitmentState.KEPT, settled_on=days_later(1), text="Send Initech the offer"),
            a_commitment(days_later(1), state=CommitmentState.MOVED, settled_on=days_later(2), text="Call Hooli"),
            a_commitment(days_later(4), text="Book the plant visit at Globex"),
        ),
        "deals": {"O-1": OPEN, "O-2": WON},
        "changes": (a_change("O-1", on=days_later(2)),),
        "acts": Acts(
            reviewed=(ANSWERED, WAITING),
            promises=(a_commitment(MONDAY, state=CommitmentState.KEPT, settled_on=days_later(1), text="Send Initech the offer"),),
        ),
    }  # fmt: skip
    return Facts(**(usual | more))


def a_visit(**more):
    """The brief for Tuesday, by the full week of the digest."""
    week = a_full_week()
    engaged = Engagement(days=frozenset({Weekday.TUE, Weekday.THU}), hours_per_week=Decimal(10))
    company = replace(week.company, engagement=engaged)
    live = (
        an_escalation("e-5", text="Dana asks: “Could you come along to Umbrella on Thursday?”"),
        an_escalation("e-6", kind=EscalationKind.MISSED_CHECKINS, member="gus", subject="checkins",
                      text="3 check-ins in a row went by without an answer from Gus."),
        *week.live,
    )  # fmt: skip
    week = replace(week, company=company, live=live, mandates=(*week.mandates, a_mandate()))
    deals = {it.id: it for it in week.book.deals}
    usual = {
        "week": digest(week),
        "visit": days_later(8),
        "clock": Clock(company=company, now=at("18:00", days_later(7)), holidays=frozenset()),
        "queue": Queue(items=live, deals=deals),
        "checkins": week.checkins,
        "reviewed": (a_reviewed(member="eli", on=MONDAY),),
    }
    return arrival.Facts(**(usual | more))


ONE_ON_ONES = Habit(id="one_on_ones", name="1:1s held", unit="1:1s", per_week=3, role=Role.MANAGER)
BUSY = week_card.ManagersWeek(facts=a_visit(), ledger=(Entry(habit=ONE_ON_ONES, done=17, planned=21, days=10, n=14),))
QUIET = a_rep_week(
    checkins=tuple(a_checkin(days_later(day), status=CheckInStatus.MISSED) for day in range(5)),
    commitments=(), changes=(), deals={"O-1": OPEN}, acts=Acts(),
)  # fmt: skip
WITHOUT_PROMISES = replace(
    a_rep_week(), commitments=(), changes=(a_change("O-2", field=Field.STATUS, before="open", after="won"),)
)
CARDS = {
    "recap": recap_card.card(recap(a_rep_week())),
    "recap_question": recap_card.card(recap(WITHOUT_PROMISES)),
    "recap_habit": recap_card.card(recap(replace(WITHOUT_PROMISES, acts=Acts()))),
    "recap_nothing": recap_card.card(recap(QUIET)),
    "recap_maths": recap_card.maths_card(recap(a_rep_week())),
    "arrival": arrival_card.card(arrival.brief(a_visit())),
    "arrival_nothing": arrival_card.card(
        arrival.brief(replace(a_visit(), queue=Queue(items=(), deals={}), reviewed=(), checkins=()))
    ),
    "managers_week": week_card.card(BUSY),
}
