"""What is known of a deal, what is missing, and what keeps it out of Commit."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.company import Qualification, Stage
from coaching.playbooks import PLAYBOOKS, playbook
from coaching.qualification import ANY, Answer, Deal, Evidence, Standing, qualified, to_ask, way
from tests.builders import MONDAY, a_company, an_opportunity, at, days_later

STAGES = (
    Stage(name="Discovery", exit=("problem",)),
    Stage(name="Proposal", exit=("decision_process",)),
    Stage(name="Closing"),
    Stage(name="Won", won=True),
    Stage(name="Lost", lost=True),
)
COMPANY = a_company(stages=STAGES)
BOOK = playbook(COMPANY)
OWN = a_company(
    qualification=Qualification(
        method="own", criteria=("competition", "problem", "must_be_true", "funding", "critical_event")
    ),
    stages=(Stage(name="Discovery", exit=("security_review",)), Stage(name="Closing", exit=("paper",)), *STAGES[3:]),
)


def learned(criterion, answer=Answer.YES, when=None, **more):
    return Evidence(opportunity="O-1", criterion=criterion, answer=answer, by="dana", at=when or at(), **more)


def standing(*evidence, stage="Proposal", today=MONDAY, company=COMPANY):
    deal = Deal(opportunity=an_opportunity("O-1", stage=stage), evidence=evidence)
    return qualified(company, playbook(company), deal, today)


def stands(found, criterion):
    return next(it.standing for it in found.items if it.criterion.id == criterion)


@pytest.mark.parametrize("book", PLAYBOOKS, ids=lambda it: it.id)
def test_every_method_asks_in_the_buyers_words_and_never_twice_for_the_same(book):
    ids = [it.id for it in book.criteria]
    assert len(set(ids)) == len(ids)
    assert {"problem", "must_be_true", "funding", "critical_event"} <= set(ids)
    for it in book.criteria:
        assert it.questions
        assert all(one.endswith("?") for one in it.questions)
        assert it.means[0].islower()
        assert not it.means.endswith(".")
        assert 0 <= it.known_by <= 1


def test_a_companys_own_criteria_come_first_and_those_its_exits_name_last():
    own = a_company(stages=STAGES, qualification=Qualification(method="own", criteria=("security_review", "funding")))
    ids = [it.id for it in playbook(own).criteria]
    assert ids == ["security_review", "funding", "problem", "must_be_true", "critical_event", "decision_process"]
    assert playbook(own).criterion("security_review").questions == (
        "What has the buyer said about this: security review?",
    )


def test_what_nobody_wrote_down_is_unknown_and_the_newest_word_counts():
    found = standing(learned("champion", Answer.YES), learned("champion", Answer.NO, at() + timedelta(hours=1)))
    assert stands(found, "champion") is Standing.NOT_MET
    assert stands(found, "metrics") is Standing.UNKNOWN


def test_evidence_grows_old():
    assert stands(standing(learned("champion"), today=days_later(60)), "champion") is Standing.MET
    assert stands(standing(learned("champion"), today=days_later(61)), "champion") is Standing.OLD


def test_gates_begin_with_the_first_thing_written_down():
    assert standing().missing == ()
    assert not standing().held_back
    begun = standing(learned("competition"))
    assert {"problem", "decision_process"} <= {it.criterion.id for it in begun.missing}


def test_the_exits_of_the_stages_so_far_are_gates():
    exits = {"security_review", "paper"}
    for stage, shut in (("Discovery", {"security_review"}), ("Closing", exits), ("Elsewhere", set())):
        found = standing(learned("competition"), stage=stage, company=OWN)
        assert {it.criterion.id for it in found.missing} & exits == shut


def test_once_something_is_written_down_the_critical_things_are_gates_too():
    found = standing(learned("problem"))
    assert {it.criterion.id for it in found.missing} == {"champion", "economic_buyer", "decision_process", "funding"}
    assert found.held_back


def test_half_known_and_old_open_a_gate_but_a_no_does_not():
    exits = a_company(stages=(Stage(name="Proposal", exit=("problem",)), *STAGES[2:]))
    for answer, shut in ((Answer.PARTLY, False), (Answer.NO, True), (Answer.UNKNOWN, True)):
        found = standing(learned("problem", answer), company=exits)
        assert ("problem" in {it.criterion.id for it in found.missing}) == shut


def test_the_managers_word_lets_a_deal_pass_until_it_is_taken_back():
    word = learned(ANY, quote="I was in the room")
    assert not standing(word).held_back
    assert standing(word, replace(word, answer=Answer.NO, at=at() + timedelta(hours=1))).held_back


def test_a_company_that_names_no_exits_and_wrote_nothing_down_has_no_gates():
    plain = a_company(stages=tuple(replace(it, exit=()) for it in STAGES))
    assert standing(company=plain).missing == ()


def test_the_score_is_the_weight_of_what_is_known():
    whole = sum(it.weight for it in BOOK.criteria)
    assert standing().score == 0
    assert standing(*(learned(it.id) for it in BOOK.criteria)).score == 1
    assert standing(learned("problem")).score == pytest.approx(3 / whole)
    assert standing(learned("problem", Answer.PARTLY)).score == pytest.approx(1.5 / whole)


def test_a_shut_gate_is_asked_about_before_anything_else_then_what_is_due_at_the_stage():
    assert to_ask(standing(), 0.5).criterion.id == "problem"
    assert to_ask(standing(learned("problem"), learned("decision_process")), 0.5).criterion.id == "champion"
    early = standing(
        learned("problem"), stage="Discovery", company=a_company(stages=(Stage(name="Discovery"), *STAGES[1:]))
    )
    assert to_ask(early, 0.0).criterion.critical


def test_an_early_deal_is_not_asked_for_its_paperwork():
    plain = a_company(stages=tuple(replace(it, exit=()) for it in STAGES))
    found = standing(stage="Discovery", company=plain)
    assert to_ask(found, way(plain, an_opportunity(stage="Discovery"))).criterion.id == "problem"
    assert to_ask(found, 1.0) is not None


@given(st.lists(st.tuples(st.sampled_from([it.id for it in BOOK.criteria]), st.sampled_from(Answer)), max_size=30))
def test_the_question_is_always_about_something_not_freshly_known(said):
    evidence = tuple(learned(name, answer, at() + timedelta(minutes=n)) for n, (name, answer) in enumerate(said))
    item = to_ask(standing(*evidence), 1.0)
    assert item is None or item.standing in {Standing.UNKNOWN, Standing.OLD, Standing.NOT_MET}
    everything = standing(*evidence, *(learned(it.id, when=at("20:00")) for it in BOOK.criteria))
    assert to_ask(everything, 1.0) is None


def test_how_far_a_deal_has_come():
    assert [way(COMPANY, an_opportunity(stage=it.name)) for it in STAGES[:3]] == [0.0, 0.5, 1.0]
    assert way(COMPANY, an_opportunity(stage="Elsewhere")) == 0.5
