"""Help for each role, settings, a pause, what is held, the ratios."""

from dataclasses import replace

from coaching import chat_card as card
from coaching.opportunities import Status
from coaching.people import Role
from coaching.ratios_card import maths_card, ratios_card, too_few
from coaching.ratios_view import Facts, view
from tests.builders import MONDAY, a_checkin, a_company, a_manager, a_member, an_opportunity, an_owner, days_later

COMPANY, DANA = a_company(), a_member(email="dana@acme.example")
PAUSED = replace(DANA, paused_until=days_later(8))
TYPED = {"reminders": "light", "quiet": "at night", "until": "2020-01-01"}
WRONG = {"quiet": "Write when they begin and end, such as 19:00-07:30; or none.", "until": "That day has gone by."}
HELD = card.Held(checkins=212, commitments=198, calls=14, deals=9, matters=2, since=days_later(-300))
REPS = tuple(a_member(it) for it in ("dana", "bob", "eve", "kim"))
TEAM = a_company(*REPS, a_manager(), an_owner())
DAYS = tuple(
    a_checkin(
        days_later(-n),
        member=rep.id,
        counts={"calls": 20, "appointments": 5 if rep.id == "dana" else 1, "proposals": n % 2},
    )
    for rep in REPS
    for n in range(20)
)
DEALS = tuple(
    an_opportunity(
        f"{rep.id}{n}", member=rep.id, status=Status.WON if n < 3 else Status.LOST, closed_on=days_later(-n - 1)
    )
    for rep in REPS
    for n in range(6)
)
VIEW = view(Facts(company=TEAM, day=MONDAY, checkins=DAYS, deals=DEALS))
EARLY = view(Facts(company=COMPANY, day=MONDAY, checkins=(a_checkin(counts={"calls": 20}),), deals=()))


CARDS = {
    "help_rep": card.help_card(DANA, a_company(), MONDAY),
    "help_manager": card.help_card(a_manager(), a_company(), MONDAY),
    "help_owner": card.help_card(an_owner(), a_company(), MONDAY),
    "help_admin": card.help_card(a_member("adam", role=Role.ADMIN), a_company(), MONDAY),
    "hello_rep": card.introduction(DANA, COMPANY),
    "hello_again": card.here_again(DANA),
    "hello_manager": card.introduction(a_manager(), COMPANY),
    "hello_owner": card.introduction(an_owner(), COMPANY),
    "settings": card.settings(PAUSED, COMPANY, MONDAY),
    "settings_wrong": card.settings(DANA, COMPANY, MONDAY, typed=TYPED, errors=WRONG),
    "pausing": card.pausing(MONDAY),
    "paused": card.paused(PAUSED, MONDAY),
    "resumed": card.paused(DANA, MONDAY),
    "held": card.held(DANA, COMPANY, HELD, MONDAY),
    "for_a_human": card.for_a_human(DANA, COMPANY, danger=False),
    "for_a_human_now": card.for_a_human(DANA, COMPANY, danger=True),
    "ratios": ratios_card(VIEW, DANA, DANA),
    "ratios_of_the_team": ratios_card(VIEW, None, a_manager()),
    "ratios_early": ratios_card(EARLY, DANA, DANA),
    "ratios_maths": maths_card(VIEW, DANA, DANA),
    "ratios_too_few": too_few(3),
}
