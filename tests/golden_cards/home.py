"""What somebody sees first: a rep asked, answered, with nothing yet; the manager; the owner; an admin."""

from dataclasses import replace

from coaching.absent import not_here
from coaching.checkins import CheckInStatus
from coaching.home_card import SetUp, card
from coaching.opportunities import Status
from coaching.routines.home import home_of
from tests.builders import (
    MONDAY,
    a_call,
    a_checkin,
    a_choice,
    a_commitment,
    a_company,
    a_manager,
    a_member,
    an_escalation,
    an_opportunity,
    an_owner,
    at,
    days_later,
    dollars,
)
from tests.fakes import Memory, MemoryWork, no_holidays, remember

REPS = tuple(a_member(it) for it in ("dana", "bob", "eve", "kim"))
COMPANY = a_company(*REPS, a_manager(), an_owner())
ASKED = a_checkin(status=CheckInStatus.OPEN)
DAYS = tuple(
    a_checkin(days_later(-n), counts={"calls": 20, "appointments": 1, "proposals": n % 2}) for n in (3, 4, 5, 6)
)
OTHERS = (a_checkin(member="bob"), a_checkin(member="eve", status=CheckInStatus.MISSED))
DEALS = (
    an_opportunity("O-1", name="Globex robots", stage="Proposal", amount=dollars(80_000)),
    an_opportunity("O-2", name="Initech line", next_step=""),
    an_opportunity("W-1", name="Stark", status=Status.WON, closed_on=days_later(-9), amount=dollars(96_000)),
)
CALLS = tuple(a_call(it.id, commit=dollars(90_000 + 1_000 * n)) for n, it in enumerate(REPS))
MATTERS = (
    an_escalation("e-1", text="Dana asks: “Can you join the Globex call?”"),
    an_escalation("e-2", member="eve", text="3 check-ins in a row went by without an answer from Eve.", raised_at=at(day=days_later(-4)),
                  owner_told_at=at("08:00")),
)  # fmt: skip
PROMISES = (
    a_commitment(days_later(-3), text="Call Initech’s plant manager"),
    a_commitment(text="Send Globex the offer"),
)
MAJORS = (
    a_choice(opportunity="O-1", agrees=True),
    a_choice(opportunity="O-2", title="Initech line", place=1),
)
FULL = remember(Memory(COMPANY), ASKED, *DAYS, *OTHERS, *DEALS, *CALLS, *MATTERS, *PROMISES)
TEAMS = replace(COMPANY, teams_tenant="t-1", targets=())
ABSENT = remember(
    Memory(TEAMS, unreached={it.id for it in REPS}), a_checkin(status=CheckInStatus.SKIPPED, asked_at=None)
)
EMPTY = Memory(replace(COMPANY, targets=()))


def of(memory: Memory, member: str, now=None):
    work = MemoryWork(memory)
    reader = work.company.member(member)
    assert reader is not None
    return card(home_of(work, reader, now or at("09:00"), no_holidays))


CARDS = {
    "home_of_a_manager_of_absent": of(ABSENT, "morgan"),
    "home_of_a_rep": of(FULL, "dana"),
    "home_with_majors": of(remember(Memory(COMPANY), ASKED, *DAYS, *DEALS, *CALLS, *MAJORS), "dana"),
    "home_answered": of(remember(Memory(COMPANY), a_checkin(MONDAY), *DAYS), "dana"),
    "home_of_a_new_rep": of(EMPTY, "dana", at("07:00")),
    "home_of_the_manager": of(FULL, "morgan"),
    "home_of_a_manager_with_nothing": of(EMPTY, "morgan"),
    "home_of_the_owner": of(FULL, "olivia"),
    "home_of_an_owner_of_few": of(Memory(a_company()), "olivia"),
    "home_of_an_admin": card(SetUp(a_company(), "Ada")),
    "home_of_an_admin_of_absent": card(SetUp(TEAMS, "Ada", not_here(TEAMS, ABSENT.unreached))),
}
