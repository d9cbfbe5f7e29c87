"""What a company lacks isn't spoken of: no numbers without habits, no reminders of what isn't asked, no owner."""

from __future__ import annotations

from dataclasses import replace

from coaching import checkin_card, checkin_plan
from coaching.chat_card import help_card, introduction, settings
from coaching.company import Company
from tests.builders import MONDAY, a_company, a_manager, a_member, an_owner, days_later
from tests.forecasting import words

COMPANY = a_company()


def asked(company: Company, days: int = 0) -> tuple[str, str]:
    """The morning's form, as it is read after that many days, and its summary."""
    facts = checkin_plan.Facts(company=company, member=a_member(), today=MONDAY, holidays=frozenset())
    checkin = checkin_plan.fresh(facts, MONDAY)
    form = checkin_card.form(replace(facts, today=days_later(days)), checkin)
    return words(form), form.summary


def test_a_check_in_without_habits_asks_for_no_numbers():
    for days in (0, 1):
        said, summary = asked(replace(COMPANY, habits=()), days)
        assert "numbers" not in said + summary
        assert "one thing for today" in summary
        assert "numbers" in asked(COMPANY, days)[0]


def test_who_is_not_asked_is_offered_no_reminders_of_it():
    for member, offered in ((a_member(), True), (a_manager(), False), (an_owner(), False)):
        shown = settings(member, COMPANY, MONDAY)
        assert ("reminders" in {it.name for it in shown.fields}) is offered
        for said in (introduction(member, COMPANY), help_card(member, COMPANY, MONDAY)):
            assert ("reminders" in words(said)) is offered


def test_of_an_owner_who_is_not_there_nothing_is_said():
    alone = a_company(a_member(), a_manager())
    said = words(introduction(a_member(), alone))
    assert "Morgan sees your check-ins, calls and deals. Colleagues see nothing of it." in said
    assert "owner" not in said.lower()
    assert "The owner sees figures of 4 people or more" in words(introduction(a_member(), COMPANY))
