"""The windows in which a company is set up and changed, as their people see them; for goldens and pictures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.slack.forms import home, view
from bot.slack.views import View
from bot.teams import forms as dialogs
from bot.teams.render import render
from coaching import change_windows, setup_windows
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
WOULD_CHANGE = ("- Counted: Calls, 20 a day", "+ Rep: Sam Okafor", "+ Counted: Calls, 15 a day")


def _acme() -> Company:
    dana = a_member(name="Dana Reyes", handles={"slack": "U0DANA"})
    return a_company(dana, a_manager(name="Morgan Lee", handles={"slack": "U0MORGAN"}), an_owner())


FORMS = {
    "setup_people": setup_windows.people(FIRST),
    "setup_people_again": setup_windows.people(DRAFT),
    "setup_week": setup_windows.week(DRAFT, "2026-Q4"),
    "setup_dry_run": setup_windows.outcome(DRY_RUN, "What Dana Reyes reads first, on Wed 25 Nov at 08:30:", PREVIEW),
    "setup_done": setup_windows.done(_acme(), UPLOAD, FILE),
    "setup_done_without_pages": setup_windows.done(_acme(), "", ""),
    "change_people": change_windows.people(_acme(), {}, None),
    "change_people_seen": change_windows.people(_acme(), {"reps": ["U0DANA", "U0SAM"]}, CHANGES),
    "change_week": change_windows.week(_acme(), TODAY, {}, None),
    "change_week_nothing": change_windows.week(_acme(), TODAY, {}, ()),
    "changed": change_windows.changed(_acme(), CHANGES),
}
WINDOWS: dict[str, View] = {"setup_invitation": home(setup_windows.invitation("Acme Robotics"))}
WINDOWS |= {name: view(it) for name, it in FORMS.items()}


# --- in Teams, where people are written down -------------------------------------------------------------------------
def _in_teams() -> Company:
    dana = a_member(name="Dana Reyes", handles={"teams": "aad-dana"}, email="dana@acme.example")
    lee = a_member("lee", name="Lee Kim", handles={}, email="lee@acme.example")
    return a_company(dana, lee, a_manager(name="Morgan Lee", handles={"teams": "aad-morgan"}), an_owner())


KIM = Person(handle="aad-kim", platform="teams", name="Kim Novak", zone="America/Chicago", role=Role.REP)
TYPED = {"reps": "Dana Reyes, dana@acme.example\nKim", "zone": "Mars"}
WRONG = {
    "reps": "“Kim”: write a name and an e-mail address, such as Kim Novak, kim@acme.example.",
    "zone": "Write a zone such as America/New_York or Europe/Berlin.",
}
TEAMS_DRAFT = replace(
    DRAFT,
    people=(
        Person(name="Dana Reyes", zone="America/Chicago", role=Role.REP, email="dana@acme.example"),
        Person(handle="aad-morgan", platform="teams", name="Morgan Lee", zone="America/New_York", role=Role.MANAGER),
    ),
)
PLAIN_DRY_RUN = ("+ Company: Acme Robotics (acme)", "+ Rep: Dana Reyes", "+ E-mail of Dana Reyes: dana@acme.example")
TEAMS_FORMS = {
    "setup_people": setup_windows.people(TEAMS_DRAFT, "teams"),
    "setup_week": setup_windows.week(TEAMS_DRAFT, "2026-Q4"),
    "setup_dry_run": setup_windows.outcome(
        PLAIN_DRY_RUN,
        "The first check-in: Dana Reyes, Wed 25 Nov at 08:30 (America/Chicago). It reads:",
        PREVIEW,
        "teams",
    ),
    "setup_done": setup_windows.done(_in_teams(), UPLOAD, FILE, "teams"),
    "setup_done_without_pages": setup_windows.done(_in_teams(), "", "", "teams"),
    "change_people": change_windows.people(_in_teams(), {}, None, "teams"),
    "change_people_newcomer": change_windows.people(_in_teams(), {}, None, "teams", KIM),
    "change_people_seen": change_windows.people(_in_teams(), {}, WOULD_CHANGE, "teams"),
    "change_week": change_windows.week(_in_teams(), TODAY, {}, None),
    "change_week_nothing": change_windows.week(_in_teams(), TODAY, {}, ()),
    "changed": change_windows.changed(_in_teams(), WOULD_CHANGE),
}
DIALOGS = {name: dialogs.card(it) for name, it in TEAMS_FORMS.items()}
DIALOGS["setup_invitation"] = render(setup_windows.invitation("", "teams"))
_TO_MEND = change_windows.to_mend(change_windows.people(_in_teams(), TYPED, None, "teams"))
DIALOGS["change_people_wrong"] = dialogs.card(_TO_MEND, WRONG)
