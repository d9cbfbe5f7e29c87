"""The windows in which a company is set up and changed in Slack, as their people see them; for goldens and pictures."""

from __future__ import annotations

from datetime import date

from bot.slack import change_views, setup_views
from bot.slack.views import View
from coaching.company import Company
from coaching.people import Role
from coaching.setting_up import Draft, Person
from tests.builders import a_company, a_manager, a_member, an_owner

DANA = Person(handle="U0DANA", name="Dana Reyes", zone="America/Chicago", role=Role.REP)
MORGAN = Person(handle="U0MORGAN", name="Morgan Lee", zone="America/New_York", role=Role.MANAGER)
FIRST = Draft(name="Acme Robotics", zone="America/Chicago", currency="USD", country="US")
DRAFT = Draft(
    name="Acme Robotics",
    zone="America/Chicago",
    currency="USD",
    country="US",
    people=(DANA, MORGAN),
    counts={"calls": "12", "appointments": "5"},
    target="500k",
)
DRY_RUN = (
    "company: acme-robotics",
    "members: Dana Reyes (rep), Morgan Lee (manager)",
    "habits: calls 12 a day, appointments 5 a week",
    "targets: 2026-Q4 $500,000",
)
PREVIEW = "Good morning, Dana. How did Friday go?\nCalls: [12]\nAppointments: [1]"
TODAY = date(2026, 11, 24)
UPLOAD, FILE = "https://coach.example/deals/token", "https://coach.example/company/token"
CHANGES = ("+ members: Sam Okafor (rep)", "~ habits: calls 12 to 15 a day")


def _acme() -> Company:
    dana = a_member(name="Dana Reyes", handles={"slack": "U0DANA"})
    return a_company(dana, a_manager(name="Morgan Lee", handles={"slack": "U0MORGAN"}), an_owner())


WINDOWS: dict[str, View] = {
    "setup_invitation": setup_views.invitation("Acme Robotics"),
    "setup_people": setup_views.people(FIRST),
    "setup_people_again": setup_views.people(DRAFT),
    "setup_week": setup_views.week(DRAFT, "2026-Q4"),
    "setup_dry_run": setup_views.outcome(DRY_RUN, "What Dana Reyes reads first, on Wed 25 Nov at 08:30:", PREVIEW),
    "setup_done": setup_views.done(_acme(), UPLOAD, FILE),
    "setup_done_without_pages": setup_views.done(_acme(), "", ""),
    "change_people": change_views.people(_acme(), {}, None),
    "change_people_seen": change_views.people(_acme(), {"reps": ["U0DANA", "U0SAM"]}, CHANGES),
    "change_week": change_views.week(_acme(), TODAY, {}, None),
    "change_week_nothing": change_views.week(_acme(), TODAY, {}, ()),
    "changed": change_views.changed(_acme(), CHANGES),
}
