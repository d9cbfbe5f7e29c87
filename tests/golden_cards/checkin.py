"""The daily check-in: asked, refused by field, confirmed, edited, closed, reminded of, and what is said to words."""

from dataclasses import replace
from datetime import timedelta

from coaching import checkin_card as card
from coaching.checkin_plan import Facts, fresh
from coaching.checkin_words import unplaced
from coaching.checkins import CheckInStatus
from coaching.habits import Habit
from coaching.people import Role
from tests.builders import (
    MONDAY,
    a_checkin,
    a_commitment,
    a_company,
    a_manager,
    a_member,
    an_opportunity,
    at,
    days_later,
    dollars,
)

WHALE = an_opportunity("W", name="Initech line", amount=dollars(400_000), close_date=days_later(-10))
LAST_WEEKS = tuple(
    a_checkin(
        MONDAY - timedelta(days=days),
        counts={"calls": 20, "appointments": 2, "proposals": 1},
        targets={"calls": 20, "appointments": 1, "proposals": 1},
        question="could_say_no",
        status=CheckInStatus.MISSED if days == 5 else CheckInStatus.ANSWERED,
    )
    for days in (7, 6, 5, 4, 3)
)
FACTS = Facts(
    company=a_company(),
    member=a_member(),
    today=MONDAY,
    checkins=LAST_WEEKS,
    commitments=(a_commitment(days_later(-3), text="Send Globex the proposal"),),
    opportunities=(WHALE,),
)
ASKED = replace(fresh(FACTS, MONDAY), asked_at=at("08:30"), closes_at=at("12:30"))
ANSWERED = replace(
    ASKED,
    status=CheckInStatus.ANSWERED,
    answered_at=at("08:31"),
    counts={"calls": 12, "appointments": 2, "proposals": 0},
    note="Stuck at legal in the Globex deal",
    commitment="Call Globex's counsel before noon",
)
AFTERWARDS = replace(FACTS, checkins=(*LAST_WEEKS, ANSWERED))
TYPED = {"count.calls": "-3", "count.appointments": "2", "commitment": "Call Globex's counsel", "before": "moved"}
WRONG = {"count.calls": "That is below zero; write how many there were, such as 12."}

ONE_ON_ONES = Habit(
    id="one_on_ones", name="1:1s held", unit="1:1s", per_week=3, cue="at ten, before the calls begin", role=Role.MANAGER
)
OWN = Facts(
    company=a_company(habits=(ONE_ON_ONES,)),
    member=a_manager(),
    today=MONDAY,
    checkins=(a_checkin(days_later(-10), "morgan", status=CheckInStatus.DAY_OFF, targets={}),),
)
FIRST = replace(FACTS, checkins=(), commitments=())

CARDS = {
    "checkin_of_the_manager": card.form(OWN, fresh(OWN, MONDAY), may_wait=True),
    "checkin_first": card.form(FIRST, fresh(FIRST, MONDAY), may_wait=True),
    "checkin_asked": card.form(FACTS, ASKED, may_wait=True),
    "checkin_wrong_number": card.form(FACTS, ASKED, typed=TYPED, errors=WRONG),
    "checkin_confirmed": card.confirmation(AFTERWARDS, ANSWERED, card.thanks(FACTS)),
    "checkin_edited": card.form(AFTERWARDS, ANSWERED),
    "checkin_waits": card.waits(FACTS, ASKED, at("09:35"), {}),
    "checkin_day_off": card.day_off(ASKED),
    "checkin_reminder": card.reminder(FACTS, ASKED, last=False),
    "checkin_last_reminder": card.reminder(FACTS, ASKED, last=True),
    "checkin_closed": card.closed(FACTS, ASKED),
    "checkin_too_late": card.too_late(days_later(-3), MONDAY, "Dana"),
    "checkin_not_understood": card.not_understood(ASKED),
    "checkin_not_placed": card.not_understood(ASKED, unplaced(FACTS, ("4 widgets",))),
}
