"""A matter for the manager, in each state and for each reader; the queues, the reminder, the owner's notice."""

from dataclasses import replace

from coaching import escalation_card as card
from coaching import escalations
from coaching.company import Engagement, Weekday
from coaching.escalation import EscalationKind
from coaching.escalation_card import Queue
from coaching.escalation_clock import Clock
from coaching.escalations import Finding
from tests.builders import MONDAY, a_company, a_manager, a_member, an_opportunity, an_owner, at, days_later, dollars

COMPANY = a_company(engagement=Engagement(days=frozenset({Weekday.TUE, Weekday.THU})))
CLOCK = Clock(company=COMPANY, now=at(), holidays=frozenset())
DANA, MORGAN, OLIVIA = a_member(), a_manager(), an_owner()
DEAL = an_opportunity("O-9", name="Globex", amount=dollars(60_000), close_date=days_later(-3))


def matter(kind, subject, text, days=0):
    finding = Finding(member="dana", kind=kind, subject=subject, text=text, since=MONDAY)
    return escalations.raised(finding, COMPANY.escalation, at(day=days_later(days)))


ASKED = matter(EscalationKind.ASKED, "words:1", "Dana asks: “Can you join the Acme call on Thursday?”")
OVERDUE = matter(
    EscalationKind.OVERDUE_OPPORTUNITY,
    "O-9",
    "Globex ($60,000, Discovery, Dana) is open past its close date of Fri 20 Nov.",
    -6,
)
MISSED = matter(
    EscalationKind.MISSED_CHECKINS,
    "checkins",
    "3 check-ins in a row went by without an answer from Dana: Thu 19 Nov, Fri 20 Nov and Mon 23 Nov.",
)
DROP = matter(
    EscalationKind.FORECAST_DROP,
    "2026-Q4",
    "Dana’s commit for 2026-Q4 is $80,000, 20 % less than the $100,000 of Fri 20 Nov.",
)
SEEN = escalations.acknowledged(ASKED, "morgan", at())
SNOOZED = escalations.snoozed(ASKED, "morgan", at("08:00", days_later(1)), at())
RESOLVED = escalations.resolved(ASKED, "morgan", "I join, and bring the case from Initech.", at())
GONE = escalations.withdrawn(OVERDUE, "The close date is now Wed 2 Dec.", at())
ADDED = replace(OVERDUE, context="The buyer was ill; the new date is agreed.")
QUEUE = Queue(items=(ASKED, OVERDUE, MISSED, DROP), deals={"O-9": DEAL})
REACHED = replace(QUEUE, items=tuple(replace(it, owner_told_at=at()) for it in QUEUE.items))

CARDS = {
    "matter_asking": card.ask(CLOCK, DANA, "my forecast for 2026-Q4"),
    "matter_asking_empty": card.ask(CLOCK, DANA, "", "A line is enough: what is it about, and what would help?"),
    "matter_asking_too_many": card.ask(CLOCK, DANA, "", "Not sent: 5 are waiting already.", "Is 10 % fine?", full=True),
    "matter_rep_open": card.members_copy(ASKED, CLOCK, DANA),
    "matter_rep_seen": card.members_copy(SEEN, CLOCK, DANA),
    "matter_rep_snoozed": card.members_copy(SNOOZED, CLOCK, DANA),
    "matter_rep_resolved": card.members_copy(RESOLVED, CLOCK, DANA),
    "matter_rep_withdrawn": card.members_copy(GONE, CLOCK, DANA),
    "matter_rep_owner_told": card.members_copy(REACHED.items[1], CLOCK, DANA),
    "matter_manager_open": card.handlers_copy(ADDED, CLOCK, MORGAN),
    "matter_manager_resolved": card.handlers_copy(RESOLVED, CLOCK, MORGAN),
    "matter_closed": card.settled_notice(RESOLVED, CLOCK, DANA),
    "matter_many": card.many(QUEUE.items, "4 new matters in your queue"),
    "matter_reminder": card.reminder(QUEUE.items),
    "matter_owner_notice": card.owners_notice(REACHED.items, QUEUE, CLOCK),
    "queue_manager": card.managers_queue(QUEUE, CLOCK, MORGAN),
    "queue_manager_empty": card.managers_queue(Queue(items=(), deals={}), CLOCK, MORGAN),
    "queue_rep": card.members_queue(QUEUE.items, (RESOLVED, GONE), CLOCK, DANA),
    "queue_owner": card.owners_queue(REACHED, CLOCK),
}
