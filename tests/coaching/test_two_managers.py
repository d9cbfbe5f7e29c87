"""A company with two managers: both see what one sees, and whoever is told who sees something is told of both."""

from coaching.chat_card import Held, for_a_human, held, introduction
from coaching.people import Member
from coaching.phrases import managers
from coaching.told_to_owner import fallen_call, too_few_calls
from tests.builders import MONDAY, a_company, a_manager, a_member, an_owner
from tests.forecasting import FORM, PERIOD, Desk, a_call, words

EVA = a_manager("eva", name="Eva Kern")
TWO = a_company(a_member(), a_manager(), EVA, an_owner())
NOTHING_HELD = Held(checkins=0, commitments=0, calls=0, deals=0, matters=0)


def who_sees(company, member: Member) -> tuple[str, str]:
    return words(introduction(member, company)), words(held(member, company, NOTHING_HELD, MONDAY))


def test_a_rep_is_told_of_everybody_who_sees_their_check_ins():
    for shown in who_sees(TWO, a_member()):
        assert "Morgan and Eva see your check-ins, calls and deals." in shown


def test_who_manages_no_more_is_not_told_of():
    left = a_company(a_member(), a_manager(), a_manager("eva", active=False), an_owner())
    for shown in who_sees(left, a_member()):
        assert "Morgan sees your check-ins, calls and deals." in shown


def test_two_managers_of_one_first_name_are_told_of_in_full():
    assert managers(a_company(a_manager(name="Eva Lee"), EVA)) == "Eva Lee and Eva Kern"
    assert managers(a_company(a_member())) == ""


def test_whoever_would_like_to_talk_is_told_of_everybody_who_will_read_that():
    assert "Shall I tell Morgan and Eva that" in words(for_a_human(a_member(), TWO, danger=False))
    assert "Shall I tell Morgan that" in words(for_a_human(EVA, TWO, danger=False)), "of themselves they know"
    assert "Shall I tell Olivia that" in words(for_a_human(a_manager(), a_company(), danger=False))


def test_the_owner_reads_that_a_call_is_with_both():
    assert "stay with them and Morgan and Eva, as" in too_few_calls(TWO, 1)
    assert "between them and Morgan and Eva." in fallen_call("2026-Q4", managers(TWO), None)


def test_a_rep_is_told_beforehand_that_both_will_see_a_drop():
    shown = words(Desk(a_call(), company=TWO).press("forecast.submit", args=PERIOD, fields=FORM | {"commit": "80k"}))
    assert "so Morgan and Eva will see it too" in shown
