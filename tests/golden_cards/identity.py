"""Somebody unknown: what the manager is asked and told, and what the person reads."""

from coaching import identity_card as card
from coaching.chat_card import introduction
from coaching.identity import Doubt, How, Standing
from tests.builders import a_company, a_manager, a_member, a_newcomer, an_owner, at

DANA = a_member(email="dana@acme.example", handles={"teams": "aad-dana"})
BEN = a_member("ben", handles={})
COMPANY = a_company(DANA, BEN, a_manager(), an_owner())
KNOWN = a_newcomer(
    name="D. Reyes", standing=Standing.KNOWN, doubt=None, member="dana", how=How.EMAIL, settled_at=at()
)  # fmt: skip
LINKED = a_member(handles={"teams": "aad-dana", "slack": "U0NEW"})
OLD = a_company(a_member(handles={"slack": "U0OLD"}), BEN, a_manager())

CARDS = {
    "newcomer_asked": card.question(a_newcomer(), COMPANY),
    "newcomer_guest": card.question(a_newcomer(doubt=Doubt.GUEST, platform="teams", name=""), COMPANY),
    "newcomer_with_another_account": card.question(a_newcomer(doubt=Doubt.TAKEN, member="dana"), OLD),
    "newcomer_wrong_choice": card.question(a_newcomer(), COMPANY, "Choose one of these people."),
    "newcomers": card.several(
        tuple(a_newcomer(f"U0NEW{n}", name=name) for n, name in enumerate(("Kim Novak", "", "Lee Wong")))
    ),
    "newcomers_none": card.several(()),
    "newcomer_is_known": card.settled(KNOWN, COMPANY),
    "newcomer_is_nobody": card.settled(a_newcomer(standing=Standing.NOBODY), COMPANY),
    "newcomer_known_by_address": card.linked(KNOWN, DANA, may_undo=True),
    "newcomer_welcomed": card.welcome(LINKED, card.known_by(KNOWN, LINKED, COMPANY, None)),
    "newcomer_welcomed_by_the_manager": card.welcome(
        a_member(), card.known_by(KNOWN, a_member(), COMPANY, a_manager())
    ),
    "newcomer_introduced_to": introduction(LINKED, COMPANY, card.known_by(KNOWN, LINKED, COMPANY, None)),
    "newcomer_told": card.unknown(a_newcomer(), a_manager(), again=False),
    "newcomer_told_again": card.unknown(a_newcomer(standing=Standing.NOBODY), a_manager(), again=True),
    "newcomer_told_once_more": card.unknown(a_newcomer(), a_manager(), again=True),
}
