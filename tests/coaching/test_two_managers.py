"""A company with two managers: both see what one sees, and whoever is told who sees something is told of both."""

from dataclasses import replace

from coaching.chat_card import Held, for_a_human, held, introduction
from coaching.chosen import Ruling, Why
from coaching.escalation import EscalationState
from coaching.escalation_card import ask, handlers_copy, members_copy
from coaching.escalation_clock import Clock
from coaching.majors_card import Week, majors
from coaching.people import Member
from coaching.phrases import managers
from coaching.telling import tell
from coaching.told_to_owner import fallen_call, too_few_calls
from tests.builders import MONDAY, a_choice, a_company, a_manager, a_member, an_escalation, an_owner, at
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


CLOCK = Clock(company=TWO, now=at("10:00"), holidays=frozenset())


def test_a_rep_reads_that_their_question_is_with_both():
    shown = words(members_copy(an_escalation(), CLOCK, a_member()))
    assert "With Morgan and Eva: " in shown
    assert "Anything that Morgan and Eva should know, or see differently?" in shown
    assert "If Morgan and Eva can’t get to it by" in shown
    assert "What do you need from Morgan and Eva?" in words(ask(CLOCK, a_member(), ""))


def test_what_the_owner_has_taken_is_with_the_owner():
    taken = an_escalation(state=EscalationState.ACKNOWLEDGED, acknowledged_by="olivia", acknowledged_at=at("09:30"))
    shown = words(members_copy(taken, CLOCK, a_member()))
    assert "With Olivia: " in shown
    assert "Anything that Olivia should know, or see differently?" in shown
    seen = words(members_copy(replace(taken, acknowledged_by="eva"), CLOCK, a_member()))
    assert "With Morgan and Eva: " in seen


def test_either_of_them_reads_that_it_is_theirs():
    for one in (a_manager(), EVA):
        assert "If you can’t get to it by" in words(handlers_copy(an_escalation(), CLOCK, one))


def test_a_managers_own_question_is_with_the_others():
    assert "With Morgan: " in words(members_copy(an_escalation(member="eva"), CLOCK, EVA))
    assert "With Olivia: " in words(members_copy(an_escalation(member="morgan"), CLOCK, a_manager()))


def test_many_things_go_to_both():
    told = tell([an_escalation(f"e-{n}", subject=f"O-{n}") for n in range(5)], CLOCK, "key")
    [mine] = [it for it in told.messages if it.to == "dana"]
    assert "5 things go to Morgan and Eva" in words(mine.card)


def test_a_major_that_is_argued_about_is_with_both_and_decided_by_one():
    argued = a_choice(agrees=False, why=Why.NOT_READY)
    week = Week(choices=(argued,), takers=("morgan", "eva"), names=TWO.names)
    assert "Morgan and Eva have it." in words(majors(week))
    ruled = replace(week, choices=(replace(argued, ruling=Ruling.AGREED, ruled_by="eva", ruled_at=at("11:00")),))
    assert "Eva agrees with you." in words(majors(ruled))


def test_a_call_waits_for_the_yes_of_either():
    assert "Morgan and Eva haven’t said yes to it yet." in words(Desk(a_call(), company=TWO).type("forecast"))
