"""What only the owner decides: asked once, answered once, by nobody else, and carried to whom it concerns."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from coaching.card import Buttons, Card, plain
from coaching.decision import Message
from coaching.engine import Engine
from coaching.escalation import EscalationKind, EscalationState
from coaching.mandate import About, Mandate, Word, as_of, put, ruled
from coaching.mandate_card import DECIDE
from coaching.mandate_desk import weekly_key
from coaching.mandates import Ground, worth_asking
from coaching.numbers.outlook import Basis
from coaching.routines import digest as routine
from coaching.routines import escalate
from tests.builders import (
    MONDAY,
    a_call,
    a_company,
    a_manager,
    a_mandate,
    a_member,
    an_escalation,
    an_opportunity,
    an_outlook,
    an_owner,
    at,
    commanded,
    days_later,
    dollars,
    pressed,
    rang,
)
from tests.fakes import MemoryStore, no_holidays, remember

FRIDAY = days_later(4)
DUE = at("16:00", FRIDAY, "America/New_York")
LATER = DUE + timedelta(minutes=20)
KEY = weekly_key("olivia", FRIDAY)
OVERDUE = an_escalation("e-1", kind=EscalationKind.OVERDUE_OPPORTUNITY, subject="O-1", text="Globex robots is overdue.")
DEAL = an_opportunity(close_date=days_later(-3), amount=dollars(60_000))


class Office:
    """A company on the Friday that its digest was written."""

    def __init__(self, *matters, company=None):
        self.company = company or a_company(a_member(), a_manager(), an_owner(), an_owner("otto", name="Otto Park"))
        self.store = MemoryStore(self.company)
        self.its = remember(self.store.of["acme"], DEAL, *(matters or (OVERDUE,)))
        self.engine = Engine(self.store, no_holidays, (routine.ROUTINE, escalate.ROUTINE))
        self.its.alarms["digest.write", ""] = DUE
        self.engine.tick(DUE)
        self.before = set(self.its.messages)

    def press(self, word="no", who="olivia", *, now=LATER, key="1", **more):
        one = self.asked
        usual = {"args": {"id": one.id if one else "", "word": word}, "message": weekly_key(who, FRIDAY)}
        return self.engine.handle(pressed(DECIDE, now, member=who, key=f"press:{who}:{key}", **(usual | more)))

    @property
    def asked(self) -> Mandate | None:
        return next(iter(self.its.mandates.values()), None)

    @property
    def said(self) -> dict[str, Message]:
        return {key: it for key, it in self.its.messages.items() if key not in self.before}


def words(card: Card) -> str:
    return "\n".join(plain(spans) for it in card.elements if (spans := getattr(it, "spans", None)))


def buttons(card: Card) -> list[str]:
    return [act.args["word"] for act in card.actions if act.name == DECIDE]


# --- what is asked -----------------------------------------------------------------------------------------------------
def test_the_digest_asks_with_money_a_day_and_one_tap_answers():
    office = Office()
    card = office.its.messages[KEY].card
    assert buttons(card) == ["yes", "no", "ask"]
    assert "$60,000 at stake; an answer by Mon 30 Nov helps" in words(card)
    assert office.asked.expires_at == at("16:00", days_later(11), "America/New_York")


def test_two_large_deals_of_one_name_are_two_questions_that_say_which():
    other = replace(DEAL, id="O-2", stage="Proposal")
    asked = worth_asking(
        replace(
            ground(an_outlook(basis=Basis.STAGES)),
            live=(OVERDUE, replace(OVERDUE, id="e-2", subject="O-2")),
            deals={"O-1": DEAL, "O-2": other},
        )
    )
    assert [it.question.partition(" was to")[0] for it in asked] == [
        "Globex robots (Discovery) ($60,000)",
        "Globex robots (Proposal) ($60,000)",
    ]


def test_nobodys_habits_are_told_to_the_owner():
    missed = an_escalation(
        "e-2", kind=EscalationKind.MISSED_CHECKINS, subject="checkins", owner_told_at=at("12:00"),
        text="3 check-ins went by without an answer from Dana.",
    )  # fmt: skip
    card = Office(missed).its.messages[KEY].card
    assert "Somebody in the team hasn’t checked in for a while" in words(card)
    assert "Dana" not in words(card)
    assert buttons(card) == ["take", "ask"]


def test_an_open_question_stays_as_it_was_put_and_an_answered_one_rests():
    old, new = a_mandate(id="old", put_on=days_later(-3)), a_mandate(id="new")
    assert put((new,), (old,), DUE) == (replace(old),)
    decided = ruled(old, Word.YES, "olivia", at("17:00", days_later(-3)))
    assert put((new,), (decided,), DUE) == (decided,)
    assert put((replace(new, put_on=days_later(20)),), (decided,), at(day=days_later(20))) != ()


def test_one_that_ran_out_is_put_anew():
    gone = a_mandate(id="old", put_on=days_later(-10), expires_at=at(day=days_later(-3)))
    assert put((a_mandate(id="new"),), (gone,), DUE) == (a_mandate(id="new"),)


def test_an_answer_that_came_later_isnt_known_yet():
    decided = ruled(a_mandate(), Word.YES, "olivia", LATER)
    assert as_of((decided,), DUE) == (a_mandate(),)
    assert as_of((decided,), LATER) == (decided,)


# --- the answer --------------------------------------------------------------------------------------------------------
def test_an_answer_is_kept_with_who_and_when_and_shown_in_the_same_card():
    office = Office()
    office.press("no")
    assert (office.asked.word, office.asked.answered_by, office.asked.answered_at) == (Word.NO, "olivia", LATER)
    edits = [it for it in office.said.values() if it.replaces == KEY]
    assert [it.only_edit for it in edits] == [True]
    assert buttons(edits[0].card) == []
    assert "Answered: No. Olivia, Fri 27 Nov at 16:20." in words(edits[0].card)
    before = office.its.messages[KEY].card
    changed = [n for n, it in enumerate(before.elements) if it != edits[0].card.elements[n]]
    assert [type(before.elements[n]) for n in changed] == [Buttons]


def test_the_other_owners_card_shows_it_too():
    company = a_company(a_member(), a_manager(), an_owner(), an_owner("otto", name="Otto Park"))
    office = Office(company=company)
    assert weekly_key("otto", FRIDAY) in office.its.messages
    office.press("yes")
    [theirs] = [it for it in office.said.values() if it.replaces == weekly_key("otto", FRIDAY)]
    assert (theirs.to, buttons(theirs.card)) == ("otto", [])


def test_it_goes_to_the_manager_and_in_acts_to_the_rep():
    office = Office()
    office.press("no")
    manager, rep = (office.said[f"mandate:{office.asked.id}:{who}"] for who in ("manager", "rep"))
    assert (manager.to, rep.to) == ("morgan", "dana")
    assert "Nobody counts on it for this period any more" in words(manager.card)
    assert "you may put it down" in words(rep.card)
    assert "$" not in words(rep.card)
    assert office.its.escalations["e-1"].acknowledged_by == "olivia"


def test_who_asks_the_manager_first_has_a_matter_in_their_queue():
    office = Office()
    office.press("ask")
    [mine] = [it for it in office.its.escalations.values() if it.member == "olivia"]
    assert (mine.kind, mine.state) == (EscalationKind.ASKED, EscalationState.OPEN)
    assert mine.text.startswith("Olivia asks: Globex robots")
    assert not any(key.startswith("mandate:") for key in office.said)


FELL = an_escalation(
    "e-4", kind=EscalationKind.FORECAST_DROP, subject="2026-Q4", owner_told_at=at("12:00"),
    text="Dana’s commit for 2026-Q4 is $81,200, 20 % less than the $101,500 of Fri 20 Nov.",
)  # fmt: skip


def test_of_a_call_that_fell_the_owner_reads_what_the_calls_come_to_and_nobodys_own():
    reps = [a_member(one) for one in ("dana", "bob", "eve", "kim")]
    calls = [a_call(one.id, commit=dollars(100_000)) for one in reps]
    office = Office(FELL, *calls, company=a_company(*reps, a_manager(), an_owner()))
    asked = office.asked.question
    assert "whose it is and how far is between them and Morgan." in asked
    assert "Together 4 reps’ calls stand at a commit of $400,000." in asked
    assert "Dana" not in asked
    assert "81,200" not in asked
    few = Office(FELL, *calls[:3], company=a_company(*reps, a_manager(), an_owner())).asked.question
    assert "Together" not in few


def test_what_goes_back_to_the_manager_is_worded_for_them_and_named_for_them_alone():
    office = Office(FELL)
    office.press("ask")
    [mine] = [it for it in office.its.escalations.values() if it.member == "olivia"]
    assert mine.text.startswith("Olivia asks about: A rep’s call for 2026-Q4 has fallen")
    to_manager = [it.card for it in office.said.values() if it.to == "morgan"]
    [told] = to_manager
    assert words(told) == f"Olivia asks about: {FELL.text}"
    assert [(it.name, it.args.get("id")) for it in told.actions] == [
        ("escalate.open", mine.id),
        ("forecast.show", None),
    ]
    for it in (*to_manager, mine):
        assert "Do you see to it?" not in (it.text if it is mine else words(it))
    assert not any("Dana" in words(it.card) for it in office.said.values() if it.to in {"olivia", "otto"})


def test_the_manager_opens_what_the_owner_asks_about_and_answers_it():
    office = Office(FELL)
    office.press("ask")
    [told] = [it.card for it in office.said.values() if it.to == "morgan"]
    opens = told.actions[0]
    office.engine.handle(pressed(opens.name, LATER, member="morgan", key="open", args=opens.args))
    shown = office.its.messages["reply:open"].card
    assert "escalate.resolve" in [it.name for it in shown.actions]


def test_a_request_that_is_answered_is_closed():
    request = an_escalation("e-3", subject="words:1", text="Dana asks: “May I give 5 %?”", owner_told_at=at("12:00"))
    office = Office(request)
    office.press("yes")
    closed = office.its.escalations["e-3"]
    assert (closed.state, closed.resolution) == (EscalationState.RESOLVED, "Yes")
    assert "Olivia says yes to: Dana asks" in words(office.said[f"mandate:{office.asked.id}:rep"].card)


# --- what nobody can do ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["dana", "morgan"])
def test_nobody_else_can_answer_even_with_the_owners_button(who):
    office = Office()
    office.press("yes", who, message=KEY)
    assert office.asked.word is None
    assert all(it.to == who for it in office.said.values())
    assert not any(it.replaces for it in office.said.values())


def test_an_owner_who_left_cannot_answer():
    office = Office()
    members = tuple(replace(it, active=it.id != "olivia") for it in office.its.company.members)
    office.its.company = replace(office.its.company, members=members)
    office.press("yes")
    assert office.asked.word is None


def test_the_first_answer_stands_whoever_presses_then():
    office = Office()
    office.press("no")
    office.press("yes", "otto", key="2", now=LATER + timedelta(minutes=1))
    office.press("yes", key="3", now=LATER + timedelta(minutes=2))
    assert (office.asked.word, office.asked.answered_by) == (Word.NO, "olivia")
    assert len([key for key in office.said if key.startswith("mandate:")]) == 2


def test_after_its_time_nothing_is_decided():
    office = Office()
    office.press("yes", now=office.asked.expires_at)
    assert office.asked.word is None
    assert any("This question has run out" in words(it.card) for it in office.said.values())


def test_what_has_settled_itself_is_not_decided_any_more():
    office = Office()
    office.its.escalations["e-1"] = replace(OVERDUE, state=EscalationState.WITHDRAWN, settled_at=DUE)
    office.press("yes")
    assert office.asked.word is None
    assert any("settled itself" in words(it.card) for it in office.said.values())


@pytest.mark.parametrize("args", [{}, {"id": "another", "word": "yes"}, {"word": "yes"}])
def test_a_made_up_button_decides_nothing(args):
    office = Office()
    office.press(args=args)
    assert office.asked.word is None


@pytest.mark.parametrize("word", ["take", "", "maybe", "YES"])
def test_an_answer_that_was_not_offered_is_none(word):
    office = Office()
    office.press(word)
    assert office.asked.word is None


def test_a_digest_that_is_asked_for_can_be_answered_too():
    company = a_company(a_member(), a_manager(), an_owner())
    store = MemoryStore(company)
    its = remember(store.of["acme"], DEAL, OVERDUE)
    engine = Engine(store, no_holidays, (routine.ROUTINE,))
    shown = engine.handle(commanded("coach", "digest", now=at("11:00"), member="olivia"))
    assert shown is not None
    [one] = its.mandates.values()
    assert one.put_on == MONDAY
    args = {"id": one.id, "word": "yes"}
    engine.handle(pressed(DECIDE, at("11:05"), member="olivia", key="p", args=args))
    assert its.mandates[one.id].word is Word.YES


def test_the_manager_sees_the_questions_but_no_buttons():
    company = a_company(a_member(), a_manager(), an_owner())
    store = MemoryStore(company)
    its = remember(store.of["acme"], DEAL, OVERDUE)
    shown = Engine(store, no_holidays, (routine.ROUTINE,)).handle(commanded("coach", "digest", member="morgan"))
    assert shown is not None
    assert buttons(shown) == []
    assert its.mandates == {}


def test_a_digest_written_twice_asks_once():
    office = Office()
    event = rang("digest.write", "", DUE, due_at=DUE)
    with office.store.work("acme") as work:
        again = routine.decide(routine.gather(work, event, no_holidays), event)
    assert not [it for it in again.records if isinstance(it, Mandate)]


def ground(outlook, today=FRIDAY):
    company = a_company()
    return Ground(
        company=company, today=today, period=company.period(today), live=(), deals={}, outlook=outlook,
        by=days_later(8), expires_at=LATER,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "about"),
    [("May I give Hooli 5 %?", About.REQUEST), ("Hooli wants to leave", About.WAITING)],
)
def test_yes_and_no_answer_a_question_only(said, about):
    it = an_escalation(subject="words:1", text=f"Dana asks: “{said}”", owner_told_at=at("09:00"))
    [one] = worth_asking(replace(ground(an_outlook(basis=Basis.OVER)), live=(it,)))
    assert one.about is about
    assert one.question.endswith("Do you see to it?") is (about is About.WAITING)


def test_a_target_that_even_a_good_case_misses_is_the_owners_to_decide():
    [one] = worth_asking(ground(an_outlook()))
    assert (one.about, one.at_stake, one.member) == (About.TARGET, dollars(500_000 - 16 * 18_000), None)
    assert "it ends at $416,000. Does the target stay?" in one.question


def test_nobody_is_asked_about_a_target_by_stages_alone_or_when_the_period_is_all_but_over():
    assert worth_asking(ground(an_outlook(basis=Basis.STAGES))) == ()
    assert worth_asking(ground(an_outlook(), date(2026, 12, 20))) == ()
