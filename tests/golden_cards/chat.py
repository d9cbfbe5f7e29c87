"""Help for each role, settings, a pause, what is held, the ratios."""

from dataclasses import replace

from coaching import chat_card as card
from coaching.numbers.ratios import ratios, since
from coaching.people import Role
from tests.builders import MONDAY, a_checkin, a_company, a_manager, a_member, an_owner, days_later

COMPANY, DANA = a_company(), a_member(email="dana@acme.example")
PAUSED = replace(DANA, paused_until=days_later(8))
TYPED = {"reminders": "light", "quiet": "at night", "until": "2020-01-01"}
WRONG = {"quiet": "Write when they begin and end, such as 19:00-07:30; or none.", "until": "That day has gone by."}
HELD = card.Held(checkins=212, commitments=198, calls=14, deals=9, matters=2, since=days_later(-300))
DAYS = tuple(a_checkin(days_later(-n), counts={"calls": 20, "appointments": 1}) for n in range(3))

CARDS = {
    "help_rep": card.help_card(DANA, MONDAY),
    "help_manager": card.help_card(a_manager(), MONDAY),
    "help_owner": card.help_card(an_owner(), MONDAY),
    "help_admin": card.help_card(a_member("adam", role=Role.ADMIN), MONDAY),
    "settings": card.settings(PAUSED, COMPANY, MONDAY),
    "settings_wrong": card.settings(DANA, COMPANY, MONDAY, typed=TYPED, errors=WRONG),
    "pausing": card.pausing(MONDAY),
    "paused": card.paused(PAUSED, MONDAY),
    "resumed": card.paused(DANA, MONDAY),
    "held": card.held(DANA, COMPANY, HELD, MONDAY),
    "ratios": card.ratios_card(ratios(COMPANY, DAYS, since(MONDAY), MONDAY), ""),
    "ratios_too_few": card.too_few(3),
}
