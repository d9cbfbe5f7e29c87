"""From the target to today: a rep's own, the manager's of one and of all, the owner's, the maths, and the check-in."""

from dataclasses import replace
from datetime import date, timedelta

from coaching import actions_card as card
from coaching import checkin_card
from coaching.actions import aims
from coaching.checkin_plan import Facts, fresh
from coaching.checkins import CheckInStatus
from coaching.numbers.allotment import allotted
from coaching.numbers.backsolve import Later, solved
from coaching.standing import Standing, demanded
from tests.builders import a_checkin, a_company, a_manager, a_member, an_owner, at
from tests.solving import of_acme

TODAY = date(2026, 10, 26)
COMPANY = a_company(a_member(), a_member("theo"), a_member("sam"), a_member("lena"), a_manager(), an_owner())
DANA = COMPANY.reps[0]
PERIOD = COMPANY.period(TODAY)
LATER = (Later("Globex robots", 60_000.0, date(2027, 1, 20)), Later("Initech line", 35_000.0, date(2027, 2, 9)))
TIGHT = of_acme()
BEYOND = of_acme(target=400_000.0, later=LATER)
LATE = of_acme(today=date(2026, 12, 14), working_days=0, target=400_000.0, later=LATER)
TEAM = replace(BEYOND, target=2_000_000.0, working_days=60)
POSITIONS = {"dana": TIGHT, "theo": of_acme(won=150_000.0), "sam": BEYOND, "lena": of_acme(deal=None)}
STANDING = Standing(company=COMPANY, today=TODAY, period=PERIOD, positions=POSITIONS, team=TEAM)
EVEN = {name: replace(it, target=180_000.0) for name, it in POSITIONS.items()}


TRIED = demanded(STANDING, 700_000.0)


def _aims(position):
    return aims(solved(position), COMPANY, DANA, TODAY, frozenset())


LONG_AGO = a_checkin(TODAY - timedelta(days=10), status=CheckInStatus.DAY_OFF, targets={})
SOLVED = Facts(company=COMPANY, member=DANA, today=TODAY, solution=solved(TIGHT), checkins=(LONG_AGO,))
ASKED = replace(fresh(SOLVED, TODAY), asked_at=at("08:30", TODAY), closes_at=at("12:30", TODAY))

CARDS = {
    "actions_own": card.own(solved(TIGHT), _aims(TIGHT), COMPANY, DANA),
    "actions_out_of_reach": card.own(solved(BEYOND), _aims(BEYOND), COMPANY, DANA),
    "actions_too_late": card.own(solved(LATE), _aims(LATE), COMPANY, DANA),
    "actions_of_one": card.one(solved(BEYOND), _aims(BEYOND), COMPANY, DANA),
    "actions_of_all": card.team(
        STANDING, {name: solved(it) for name, it in EVEN.items()}, solved(TEAM), allotted(EVEN, 900_000.0)
    ),
    "actions_for_the_owner": card.for_owner(STANDING, solved(TEAM), allotted(EVEN, 900_000.0)),
    "actions_tried": card.what_if(
        TRIED, {name: solved(it) for name, it in TRIED.positions.items()}, solved(TRIED.team)
    ),
    "actions_maths": card.maths_card(solved(TIGHT), _aims(TIGHT), COMPANY, "The maths for Dana"),
    "actions_checkin": checkin_card.form(SOLVED, ASKED, may_wait=True),
}
