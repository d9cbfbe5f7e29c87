"""The ways to the deals' page and to the company's file."""

from coaching import files_card as card
from tests.builders import a_company, a_manager, a_member, an_owner

COMPANY = a_company(a_member(), a_manager(), an_owner())

CARDS = {
    "files_deals": card.deals(COMPANY, a_manager()),
    "files_company": card.company_file(COMPANY, an_owner()),
    "files_setup": card.setup(),
    "files_forms_elsewhere": card.forms_elsewhere(COMPANY, a_manager()),
    "files_not_theirs": card.not_theirs(COMPANY, a_member()),
    "files_nobodys": card.not_theirs(a_company(a_member()), a_member()),
}
