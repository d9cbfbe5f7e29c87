"""Matters for the manager, from the asking to the end."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from coaching import escalations
from coaching.card import Card, plain
from coaching.checkins import CheckInStatus
from coaching.company import Engagement, EscalationPolicy, Weekday
from coaching.decision import Kind
from coaching.engine import Engine
from coaching.escalation import EscalationKind, EscalationState
from coaching.forecasts import Call
from coaching.opportunities import Status
from coaching.people import Role
from coaching.refusal import NOT_YOURS
from coaching.reviewed import Rule
from coaching.routines.escalate import ROUTINE
from tests.builders import (
    MONDAY,
    a_checkin,
    a_company,
    a_manager,
    a_member,
    a_remark,
    a_reviewed,
    an_opportunity,
    an_owner,
    at,
    commanded,
    days_later,
    dollars,
    imported,
    planned,
    pressed,
    said,
)
from tests.fakes import MemoryStore, no_holidays, remember

TUESDAYS = Engagement(days=frozenset({Weekday.TUE, Weekday.THU}))
"""Morgan works on Tuesdays and Thursdays, nine to five in New York."""
WHALE = an_opportunity("O-9", name="Globex", amount=dollars(60_000), stage="Proposal", close_date=days_later(-3))
TUESDAY = days_later(1)
MORNING = at("09:00", TUESDAY, "America/New_York")
"""When Morgan comes in."""
OPEN, SEEN, RESOLVED = EscalationState.OPEN, EscalationState.ACKNOWLEDGED, EscalationState.RESOLVED
SNOOZED, WITHDRAWN = EscalationState.SNOOZED, EscalationState.WITHDRAWN


class Desk:
    def __init__(self, *things, company=None, **plan):
        company = company or a_company(**({"engagement": TUESDAYS} | plan))
        self.store = MemoryStore(company)
        self.memory = remember(self.store.of["acme"], *things)
        self.engine = Engine(self.store, no_holidays, (ROUTINE,))

    @property
    def it(self):
        (only,) = self.memory.escalations.values()
        return only

    @property
    def states(self):
        return {(it.kind, it.subject): it.state for it in self.memory.escalations.values()}

    def press(self, action, now=None, member="morgan", message=None, fields=None):
        it = next(iter(self.memory.escalations.values()))
        args = {"id": it.id, "member": it.member}
        event = pressed(
            action, now, member=member, args=args, message=message or f"escalation:{it.id}:manager", fields=fields or {}
        )
        self.engine.handle(event)
        return event

    def tick(self, now):
        while self.engine.tick(now):
            pass

    def to(self, member):
        """What they see: a later version in place of the earlier, what was withdrawn not at all."""
        seen = {}
        for key, it in self.memory.messages.items():
            if it.to == member and not (it.only_edit and it.replaces not in seen):
                seen[it.replaces if it.replaces in seen else key] = it
        return {key: it for key, it in seen.items() if key not in self.memory.withdrawn}

    def read(self, member):
        return [words(it.card) for it in self.to(member).values()]


def words(card: Card) -> str:
    found = [card.summary]
    for it in card.elements:
        for part in ("spans", "text", "label", "error"):
            value = getattr(it, part, None)
            found.append(plain(value) if isinstance(value, tuple) else value or "")
        found += [plain(spans) for spans in getattr(it, "items", ())]
    return "\n".join(it for it in found if it)


def buttons(card: Card):
    return [it.name for it in card.actions]


# --- asking --------------------------------------------------------------------------------------------------------
def test_a_large_deal_that_nobody_works_on_is_the_managers_and_goes_to_the_owner():
    orphan = replace(WHALE, member=None, owner="Kit Gone")
    desk = Desk(orphan)
    desk.engine.handle(imported())
    assert desk.it.member == "morgan"
    assert desk.it.text == (
        "Globex ($60,000, Proposal, Kit Gone) is open past its close date of Fri 20 Nov. "
        "Nobody in the team works on it."
    )
    remember(desk.memory, replace(orphan, member="dana", owner="Dana Reyes"))
    desk.engine.handle(imported(at("12:00")))
    assert [it.resolution for it in desk.memory.escalations.values()] == ["The deal is Dana’s now.", ""]
    assert {it.member: it.state for it in desk.memory.escalations.values()} == {"morgan": WITHDRAWN, "dana": OPEN}


@pytest.mark.parametrize("rule", [Rule.CLOSE_DATE_PAST, Rule.DISTRACTION], ids=["in a review", "as a distraction"])
def test_a_deal_that_was_let_go_is_not_raised_until_it_is_taken_up_again(rule):
    gone = a_reviewed(opportunity="O-9", rule=rule, let_go=True, answered_at=at())
    desk = Desk(WHALE, gone)
    desk.engine.handle(imported(at("12:00")))
    assert desk.memory.escalations == {}
    remember(desk.memory, replace(gone, let_go=False))
    desk.engine.handle(imported(at("13:00", TUESDAY)))
    assert desk.states == {(EscalationKind.OVERDUE_OPPORTUNITY, "O-9"): OPEN}


def test_what_was_raised_is_withdrawn_once_its_deal_is_let_go():
    desk = Desk(WHALE)
    desk.engine.handle(imported())
    remember(desk.memory, a_reviewed(opportunity="O-9", let_go=True, answered_at=at("11:00")))
    desk.engine.handle(imported(at("12:00")))
    assert (desk.it.state, desk.it.resolution) == (WITHDRAWN, "The deal has been let go.")
    desk.tick(MORNING)
    assert desk.read("morgan") == []


def test_a_rep_asks_in_words_and_both_read_the_very_same_text():
    desk = Desk()
    desk.engine.handle(said("manager I need help with Acme"))
    assert (desk.it.kind, desk.it.member, desk.it.state) == (EscalationKind.ASKED, "dana", OPEN)
    assert desk.it.text == "Dana asks: “I need help with Acme”"
    desk.tick(MORNING)
    (mine,), (theirs,) = desk.read("dana"), desk.read("morgan")
    assert desk.it.text in mine
    assert desk.it.text in theirs


@pytest.mark.parametrize(
    "text",
    [
        "ask Morgan for a discount",
        "ask morgan lee: a discount",
        "ask the manager for a discount",
        "ask Morgan about a discount",
    ],
)
def test_whose_matter_it_is_isnt_part_of_it(text):
    desk = Desk()
    desk.engine.handle(said(text))
    assert desk.it.text == "Dana asks: “a discount”"


def test_somebody_elses_name_is_part_of_it():
    desk = Desk()
    desk.engine.handle(said("ask Morgana for a discount"))
    assert desk.it.text == "Dana asks: “Morgana for a discount”"


def test_the_rep_is_told_at_once_when_the_manager_is_next_in_and_what_happens_if_nobody_looks():
    desk = Desk()
    desk.engine.handle(said("ask can you join the Acme call"))
    (mine,) = desk.to("dana").values()
    assert mine.kind is Kind.REPLY
    assert "Morgan is next in on Tue 24 Nov at 08:00." in words(mine.card), "nine in New York is eight in Chicago"
    assert "If Morgan can’t get to it by Tue 24 Nov at 16:00, Olivia will, so that it isn’t left lying." in words(
        mine.card
    )


def test_outside_the_managers_days_it_waits_for_their_next_hour():
    desk = Desk()
    desk.engine.handle(said("ask can you join the Acme call"))
    desk.tick(MORNING - timedelta(minutes=1))
    assert desk.to("morgan") == {}
    desk.tick(MORNING)
    assert len(desk.to("morgan")) == 1


def test_while_the_manager_is_in_they_are_told_at_once():
    desk = Desk()
    desk.engine.handle(said("ask can you join the Acme call", at("10:00", TUESDAY)))
    assert len(desk.to("morgan")) == 1


def test_what_gathers_while_the_manager_is_out_comes_together():
    desk = Desk()
    for n in range(5):
        desk.engine.handle(said(f"ask question {n}", at(f"09:0{n}")))
    desk.tick(MORNING)
    assert desk.read("morgan")[0].startswith("5 new matters in your queue")
    assert len(desk.to("morgan")) == 1


def test_what_was_told_on_an_earlier_day_is_not_counted_as_new():
    desk = Desk()
    for n, day in enumerate((MONDAY, MONDAY, days_later(2), days_later(2))):
        desk.tick(at("08:00", day))
        desk.engine.handle(said(f"ask question {n}", at(f"10:0{n}", day)))
    desk.tick(at("09:00", days_later(3), "America/New_York"))
    assert not any("new matters" in it for it in desk.read("morgan"))


def test_what_was_seen_before_the_morning_is_not_told_again():
    desk = asked()
    desk.press("escalate.ack", at("22:00"), message="q1")
    desk.tick(MORNING)
    assert [it.kind for it in desk.to("morgan").values()] == [Kind.REPLY]


def test_a_plan_that_changes_meanwhile_loses_nothing():
    desk = asked()
    desk.memory.company = replace(desk.memory.company, engagement=Engagement(days=frozenset({Weekday.WED})))
    desk.tick(MORNING)
    assert desk.to("morgan") == {}
    desk.tick(MORNING + timedelta(days=1))
    assert len(desk.to("morgan")) == 1


@pytest.mark.parametrize(
    "text", ["talk to the manager", "Talk to my manager!", "I want to talk to the manager", "manager", "ask"]
)
def test_asking_for_the_manager_alone_asks_what_it_is_about(text):
    desk = Desk()
    event = said(text)
    desk.engine.handle(event)
    shown = desk.memory.messages[f"reply:{event.key}"].card
    assert [it.name for it in shown.fields] == ["request"]
    assert desk.memory.escalations == {}


def test_a_phrase_with_a_matter_is_asked_at_once():
    desk = Desk()
    desk.engine.handle(said("I need to talk to the manager about Acme's budget?"))
    assert desk.it.text == "Dana asks: “Acme's budget?”"


def test_one_tap_on_a_deal_says_enough():
    desk = Desk(WHALE)
    desk.engine.handle(pressed("escalate.ask", args={"about": "O-9"}))
    assert desk.it.text == "Dana would like to talk about Globex ($60,000, Proposal, closes Fri 20 Nov)."


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"status": Status.LOST, "closed_on": MONDAY}, "The deal is lost."),
        ({"status": Status.WON, "closed_on": MONDAY}, "The deal is won."),
        ({"gone_on": MONDAY}, "The deal is no longer in the CRM."),
    ],
)
def test_a_request_about_a_deal_closes_with_it_and_both_read_why(change, why):
    desk = Desk(WHALE)
    desk.engine.handle(pressed("escalate.ask", args={"about": "O-9"}))
    desk.tick(MORNING)
    assert len(desk.read("morgan")) == 1
    remember(desk.memory, replace(WHALE, **change))
    desk.engine.handle(imported(at("10:00", TUESDAY)))
    assert (desk.it.state, desk.it.resolution) == (WITHDRAWN, why)
    copies = {it.to: words(it.card) for it in desk.memory.messages.values() if it.replaces}
    assert all(f"Closed without an answer: {why}" in copies[who] for who in ("dana", "morgan"))
    queue = words(desk.engine.handle(commanded("coach", "queue", at("11:00", TUESDAY), member="morgan")))
    assert "Your queue is empty" in queue
    assert (
        f"Dana would like to talk about Globex ($60,000, Proposal, closes Fri 20 Nov). Closed without an answer: {why}"
        in queue
    )


def test_a_request_about_a_deal_that_was_let_go_closes_and_one_that_is_open_stays():
    desk = Desk(WHALE)
    desk.engine.handle(pressed("escalate.ask", args={"about": "O-9"}))
    desk.engine.handle(imported(at("10:00")))
    assert desk.states[EscalationKind.ASKED, "O-9"] is OPEN
    remember(desk.memory, a_reviewed(opportunity="O-9", let_go=True, answered_at=at("11:00")))
    desk.engine.handle(imported(at("12:00")))
    assert desk.states[EscalationKind.ASKED, "O-9"] is WITHDRAWN


def test_a_request_in_words_stays_whatever_becomes_of_deals():
    desk = Desk(WHALE)
    desk.engine.handle(said("ask Globex's budget?"))
    remember(desk.memory, replace(WHALE, status=Status.LOST, closed_on=MONDAY))
    desk.engine.handle(imported(at("10:00")))
    assert desk.it.state is OPEN


def test_about_a_deal_that_has_ended_words_are_asked_for_and_stay():
    desk = Desk(replace(WHALE, status=Status.LOST, closed_on=MONDAY))
    event = pressed("escalate.ask", args={"about": "O-9"})
    desk.engine.handle(event)
    assert desk.memory.escalations == {}
    assert [it.name for it in desk.memory.messages[f"reply:{event.key}"].card.fields] == ["request"]


def test_asking_twice_is_one_matter():
    desk = Desk(WHALE)
    for minute in ("09:00", "09:01"):
        desk.engine.handle(pressed("escalate.ask", at(minute), args={"about": "O-9"}))
        desk.engine.handle(said("ask  the manager about Acme", at(minute)))
    desk.tick(MORNING)
    assert len(desk.memory.escalations) == 2
    assert len(desk.to("morgan")) == 2


def test_what_is_written_into_the_form_takes_its_place():
    desk = Desk()
    desk.engine.handle(
        pressed("escalate.send", message="m1", args={"about": "my forecast"}, fields={"request": "Is 120k too brave?"})
    )
    assert desk.it.text == "Dana asks: “my forecast: Is 120k too brave?”"
    (mine,) = desk.to("dana").values()
    assert mine.replaces == "m1"


def test_an_empty_request_is_asked_for_again():
    desk = Desk()
    event = pressed("escalate.send", message="m1", fields={"request": "  "})
    desk.engine.handle(event)
    assert desk.memory.messages[f"reply:{event.key}"].card.fields[0].error
    assert desk.memory.escalations == {}


def test_a_deal_of_somebody_else_is_not_shown_through_the_button():
    desk = Desk(replace(WHALE, member="bob"))
    desk.engine.handle(pressed("escalate.ask", args={"about": "O-9"}))
    assert desk.memory.escalations == {}
    assert "Globex" not in desk.read("dana")[0]


def test_five_open_requests_are_enough():
    desk = Desk()
    for n in range(7):
        desk.engine.handle(said(f"ask question {n}", at(f"09:0{n}")))
    assert len(desk.memory.escalations) == 5


def five_asked():
    desk = Desk(WHALE)
    for n in range(5):
        desk.engine.handle(said(f"ask question {n}", at(f"09:0{n}")))
    return desk


@pytest.mark.parametrize(
    "event",
    [
        said("ask May I give 10 %?", at("09:10")),
        pressed("escalate.send", at("09:10"), fields={"request": "May I give 10 %?"}),
        pressed("escalate.send", at("09:10"), message="m1", fields={"request": "May I give 10 %?"}),
    ],
)
def test_one_too_many_is_told_to_be_not_sent_and_its_words_stay_in_the_form(event):
    desk = five_asked()
    desk.engine.handle(event)
    shown = desk.memory.messages[f"reply:{event.key}"].card
    (field,) = shown.fields
    assert field.value == "May I give 10 %?"
    assert "Not sent: 5 requests of yours are waiting" in field.error
    assert shown.summary == field.error


def test_what_one_too_many_is_about_stays_and_another_card_than_its_form_stays_too():
    desk = five_asked()
    event = pressed("escalate.ask", at("09:10"), message="monday", args={"about": "O-9"})
    desk.engine.handle(event)
    shown = desk.memory.messages[f"reply:{event.key}"]
    assert shown.replaces is None
    assert any("About Globex." in plain(it.spans) for it in shown.card.elements if hasattr(it, "spans"))
    assert shown.card.fields[0].error


def test_without_a_manager_the_owner_has_it_at_once_and_nobody_stands_behind():
    desk = Desk(company=a_company(a_member(), an_owner()))
    desk.engine.handle(said("ask about Acme"))
    assert "Dana asks" in desk.read("olivia")[0]
    assert "it goes to" not in desk.read("dana")[0]


def test_without_anybody_the_rep_is_told_so():
    desk = Desk(company=a_company(a_member()))
    desk.engine.handle(said("ask about Acme"))
    assert "neither a manager nor an owner" in desk.read("dana")[0]


def test_the_managers_own_question_goes_to_the_owner():
    desk = Desk()
    desk.engine.handle(said("ask about the discount policy", member="morgan"))
    assert "Morgan asks" in desk.read("olivia")[0]


# --- what becomes of it --------------------------------------------------------------------------------------------
def asked(*things, **plan):
    desk = Desk(*things, **plan)
    desk.engine.handle(said("ask about Acme"))
    return desk


def on_the_table(*things, **plan):
    """Asked on Monday, and told on Tuesday morning."""
    desk = asked(*things, **plan)
    desk.tick(MORNING)
    return desk


def test_seen_is_written_into_both_copies():
    desk = on_the_table()
    desk.press("escalate.ack", at("10:00", TUESDAY))
    assert (desk.it.state, desk.it.acknowledged_by) == (SEEN, "morgan")
    (mine,), (theirs,) = desk.to("dana").values(), desk.to("morgan").values()
    assert "Morgan has seen it, and is working right now." in words(mine.card)
    assert buttons(theirs.card) == ["escalate.snooze", "escalate.resolve"]
    assert ("escalate.overdue", f"dana:{desk.it.id}") not in desk.memory.alarms


def test_put_off_until_the_managers_next_day_it_comes_back_then():
    desk = on_the_table()
    desk.press("escalate.snooze", at("10:00", TUESDAY))
    thursday = at("09:00", days_later(3), "America/New_York")
    assert (desk.it.state, desk.it.snoozed_until) == (SNOOZED, thursday)
    assert "comes back to it on Thu 26 Nov at 08:00" in desk.read("dana")[0]
    desk.tick(thursday)
    assert desk.it.state is SEEN
    assert len(desk.to("morgan")) == 2, "the old copy as it now is, and the one that comes back"


def test_resolving_tells_the_rep_what_was_agreed():
    desk = on_the_table()
    desk.press("escalate.resolve", at("10:00", TUESDAY), fields={"note": "I join on Thursday."})
    assert (desk.it.state, desk.it.resolution) == (RESOLVED, "I join on Thursday.")
    copy, notice = desk.to("dana").values()
    assert "Morgan closed it: I join on Thursday." in words(copy.card)
    assert (notice.kind, "I join on Thursday." in words(notice.card)) == (Kind.NOTICE, True)
    assert desk.memory.alarms == {}


def test_pressing_twice_changes_nothing_more():
    desk = asked()
    desk.press("escalate.resolve", at("10:00", TUESDAY), fields={"note": "Done."})
    before = (desk.it, len(desk.to("dana")))
    desk.press("escalate.resolve", at("10:01", TUESDAY), fields={"note": "Again."})
    desk.press("escalate.ack", at("10:02", TUESDAY))
    assert (desk.it, len(desk.to("dana"))) == before


def test_what_the_rep_adds_stands_in_both_copies():
    desk = on_the_table()
    desk.press(
        "escalate.context",
        at("09:30"),
        member="dana",
        message=f"escalation:{desk.it.id}:rep",
        fields={"context": "The buyer was ill."},
    )
    assert desk.it.context == "The buyer was ill."
    assert "“The buyer was ill.”" in desk.read("dana")[0]
    assert "“The buyer was ill.”" in desk.read("morgan")[0]


def test_what_is_no_longer_needed_is_taken_back_before_the_manager_sees_it():
    desk = asked()
    desk.press("escalate.drop", at("09:30"), member="dana", message=f"escalation:{desk.it.id}:rep")
    assert desk.it.state is WITHDRAWN
    desk.tick(MORNING)
    assert desk.to("morgan") == {}


@pytest.mark.parametrize(
    ("who", "action"),
    [("bob", "ack"), ("bob", "open"), ("olivia", "ack"), ("olivia", "resolve"), ("dana", "resolve"), ("dana", "ack")],
)
def test_only_whom_it_concerns_may_touch_it(who, action):
    desk = Desk(company=a_company(a_member(), a_member("bob"), a_manager(), an_owner(), engagement=TUESDAYS))
    desk.engine.handle(said("ask about Acme"))
    event = desk.press(f"escalate.{action}", at("09:30"), member=who, message="m1")
    assert desk.it.state is OPEN
    refused = NOT_YOURS if who == "bob" else "nothing open under that button"  # a rep's button names nobody but them
    assert refused in words(desk.memory.messages[f"reply:{event.key}"].card)


def test_a_button_of_something_unknown_says_so():
    desk = Desk()
    desk.engine.handle(pressed("escalate.ack", member="morgan", args={"id": "nothing", "member": "dana"}))
    assert "nothing open under that button" in desk.read("morgan")[0]


# --- the clock -----------------------------------------------------------------------------------------------------
def test_after_the_managers_own_hours_they_are_reminded_once_and_then_the_owner_is_told():
    desk = asked()
    noon = at("13:00", TUESDAY, "America/New_York")
    desk.tick(noon - timedelta(minutes=1))
    assert len(desk.to("morgan")) == 1
    desk.tick(noon)
    assert "1 matter waits for a sign from you" in desk.read("morgan")[1]
    assert desk.to("olivia") == {}
    desk.tick(at("17:00", TUESDAY, "America/New_York"))
    assert "1 matter has waited more than 8 of Morgan’s working hours" in desk.read("olivia")[0]
    assert desk.it.owner_told_at == at("17:00", TUESDAY, "America/New_York")
    assert "Olivia has been told as well" in desk.read("dana")[0]
    desk.tick(at("17:00", days_later(30)))
    assert (len(desk.to("morgan")), len(desk.to("olivia"))) == (2, 1)


def test_the_owner_may_take_what_reached_them():
    desk = asked()
    desk.tick(at("17:00", TUESDAY, "America/New_York"))
    desk.press("escalate.ack", at("18:00", TUESDAY), member="olivia", message="m1")
    assert (desk.it.state, desk.it.acknowledged_by) == (SEEN, "olivia")


def test_what_reached_the_owner_can_be_taken_but_not_opened():
    desk = asked()
    desk.tick(at("17:00", TUESDAY, "America/New_York"))
    event = desk.press("escalate.open", at("18:00", TUESDAY), member="olivia", message="m1")
    assert "nothing open under that button" in words(desk.memory.messages[f"reply:{event.key}"].card)


def test_what_reads_alike_to_the_owner_is_one_line():
    reps = [a_member(it) for it in ("dana", "bob")]
    days = [replace(it, member=rep.id) for rep in reps for it in missed(-4, -3, 0)]
    desk = Desk(*days, company=a_company(*reps, a_manager(), an_owner(), engagement=TUESDAYS))
    check(desk)
    check(desk, at("13:05"), "bob")
    desk.tick(at("17:30", TUESDAY, "America/New_York"))
    assert "Somebody in the team hasn’t checked in for a while. (2 times)" in desk.read("olivia")[0]


def test_all_that_have_waited_are_told_in_one_message():
    desk = asked()
    desk.engine.handle(said("ask about Initech", at("09:05")))
    desk.tick(at("17:30", TUESDAY, "America/New_York"))
    assert len(desk.to("olivia")) == 1
    assert "2 matters have waited" in desk.read("olivia")[0]


def test_a_policy_changed_later_does_not_bend_what_is_running():
    desk = asked()
    desk.memory.company = replace(desk.memory.company, escalation=EscalationPolicy(acknowledge_hours=Decimal(40)))
    desk.tick(at("13:00", TUESDAY, "America/New_York"))
    assert len(desk.to("morgan")) == 2


# --- the rules -----------------------------------------------------------------------------------------------------
def missed(*days):
    return [a_checkin(days_later(it), status=CheckInStatus.MISSED) for it in days]


def check(desk, now=None, member="dana"):
    now = now or at("13:00")
    desk.memory.alarms[escalations.CHECK, member] = now
    desk.tick(now)


def test_a_large_deal_past_its_date_is_raised_once_with_the_rep_first():
    desk = Desk(WHALE)
    desk.engine.handle(imported())
    desk.engine.handle(imported(at("09:30")))
    assert desk.it.text == "Globex ($60,000, Proposal, Dana) is open past its close date of Fri 20 Nov."
    desk.tick(MORNING)
    assert len(desk.memory.escalations) == 1
    (mine,), (theirs,) = desk.to("dana").values(), desk.to("morgan").values()
    assert mine.not_before <= theirs.not_before
    assert desk.it.text in words(mine.card)
    assert desk.it.text in words(theirs.card)


def test_at_night_neither_is_told_before_the_rep_may_read_it():
    desk = Desk(WHALE, company=a_company(a_member(zone="America/Los_Angeles"), a_manager(), an_owner()))
    desk.engine.handle(imported(at("05:00", TUESDAY)))
    (mine,) = desk.to("dana").values()
    assert mine.not_before == at("07:30", TUESDAY, "America/Los_Angeles")
    desk.tick(at("09:30", TUESDAY, "America/New_York"))
    assert desk.to("morgan") == {}
    desk.tick(mine.not_before)
    assert len(desk.to("morgan")) == 1


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"close_date": days_later(9)}, "The close date is now Wed 2 Dec."),
        ({"status": Status.WON, "closed_on": MONDAY}, "The deal is won."),
        ({"gone_on": MONDAY}, "The deal is no longer in the CRM."),
        ({"amount": None}, "The deal’s date or amount has changed."),
    ],
)
def test_it_is_withdrawn_when_the_facts_resolve_themselves(change, why):
    desk = Desk(WHALE)
    desk.engine.handle(imported())
    remember(desk.memory, replace(WHALE, **change))
    desk.engine.handle(imported(at("10:00")))
    assert (desk.it.state, desk.it.resolution) == (WITHDRAWN, why)
    assert f"escalation:{desk.it.id}:rep" in desk.memory.withdrawn
    desk.tick(MORNING)
    assert (desk.to("morgan"), desk.memory.alarms) == ({}, {})


def test_a_matter_settled_by_the_manager_rests_for_a_week():
    desk = Desk(WHALE)
    desk.engine.handle(imported())
    desk.press("escalate.resolve", at("10:00", TUESDAY))
    desk.engine.handle(imported(at("11:00", TUESDAY)))
    assert len(desk.memory.escalations) == 1
    desk.engine.handle(imported(at("11:00", days_later(9))))
    assert sorted(it.state for it in desk.memory.escalations.values()) == [OPEN, RESOLVED]


def test_three_missed_check_ins_are_raised_without_blame_and_withdrawn_by_an_answer():
    desk = Desk(*missed(-4, -3, 0))
    check(desk)
    assert (
        desk.it.text
        == "3 check-ins in a row went by without an answer from Dana: Thu 19 Nov, Fri 20 Nov and Mon 23 Nov."
    )
    remember(desk.memory, a_checkin())
    check(desk, at("14:00"))
    assert (desk.it.state, desk.it.resolution) == (WITHDRAWN, "The check-ins are being answered again.")


def test_two_missed_check_ins_are_nobodys_business():
    desk = Desk(*missed(-4, 0), a_checkin(days_later(-3), status=CheckInStatus.DAY_OFF))
    check(desk)
    assert desk.memory.escalations == {}


def a_call(commit, days, **more):
    amounts = {"commit": dollars(commit), "best_case": dollars(commit), "called_at": at(day=days_later(days))}
    return Call(**({"member": "dana", "period": "2026-Q4", "by": "dana", "reason": "", **amounts} | more))


def test_a_drop_in_the_forecast_is_raised_with_its_reason_and_withdrawn_when_it_is_back():
    desk = Desk(a_call(100_000, -3), a_call(80_000, 0, reason="Globex has no budget."))
    check(desk)
    assert desk.it.text == (
        "Dana’s commit for 2026-Q4 is $80,000, 20 % less than the $100,000 of Fri 20 Nov. Their reason: “Globex has no budget.”"
    )
    remember(desk.memory, replace(a_call(95_000, 0), called_at=at("14:00")))
    check(desk, at("14:30"))
    assert desk.it.resolution == "The commit is back at $95,000."


@pytest.mark.parametrize("acknowledged", [None, "olivia"])
def test_a_yes_to_the_call_that_fell_settles_its_matter_for_both(acknowledged):
    low = a_call(80_000, 0)
    desk = Desk(a_call(100_000, -3), low)
    check(desk)
    remember(desk.memory, replace(desk.it, state=SEEN if acknowledged else OPEN, acknowledged_by=acknowledged))
    remember(desk.memory, a_remark(low, at=at("14:00")))
    check(desk, at("14:01"))
    assert (desk.it.state, desk.it.resolution) == (RESOLVED, "agreed to the call of $80,000")
    [*_, last] = [it for it in desk.memory.messages.values() if it.to == "dana"]
    assert "Morgan closed it: agreed to the call of $80,000" in words(last.card)
    desk.tick(at("12:00", days_later(3)))
    assert (desk.to("morgan"), desk.to("olivia")) == ({}, {})


def test_the_owner_is_told_of_a_call_that_fell_with_what_the_calls_come_to_and_without_whose_it_is():
    reps = [a_member(one) for one in ("dana", "bob", "eve", "kim")]
    others = [a_call(50_000, -3, member=one.id, by=one.id) for one in reps[1:]]
    company = a_company(*reps, a_manager(), an_owner(), engagement=TUESDAYS)
    desk = Desk(a_call(100_000, -3), a_call(80_000, 0), *others, company=company)
    check(desk)
    desk.tick(at("16:59", days_later(8), "America/New_York"))
    [told] = desk.read("olivia")
    assert "whose it is and how far is between them and Morgan" in told
    assert "Together 4 reps’ calls stand at a commit of $230,000." in told
    assert "Dana" not in told


def test_a_figure_beside_the_call_that_fell_settles_its_matter_with_its_reason():
    desk = Desk(a_call(100_000, -3), a_call(80_000, 0))
    check(desk)
    beside = replace(a_call(70_000, 0, by="morgan", reason="Globex has no budget"), called_at=at("14:00"))
    remember(desk.memory, beside)
    check(desk, at("14:01"))
    assert desk.it.state is RESOLVED
    assert desk.it.resolution == "set $70,000 beside the call of $80,000: “Globex has no budget”"


def test_a_call_that_the_manager_answered_before_the_rules_looked_is_not_raised():
    low = a_call(80_000, 0)
    desk = Desk(a_call(100_000, -3), low, a_remark(low, at=at("12:00")))
    check(desk)
    check(desk, at("13:00", days_later(5)))
    assert desk.memory.escalations == {}


def test_what_falls_further_than_was_agreed_to_is_raised_against_that():
    low = a_call(80_000, 0)
    desk = Desk(a_call(100_000, -3), low, a_remark(low, at=at("12:00")), a_call(60_000, 1))
    check(desk, at("13:00", TUESDAY))
    assert "25 % less than the $80,000" in desk.it.text


def test_a_figure_from_before_the_call_fell_settles_nothing():
    desk = Desk(a_call(100_000, -3), a_call(90_000, -2, by="morgan", reason="Careful"), a_call(80_000, 0))
    check(desk)
    check(desk, at("14:00"))
    assert desk.it.state is OPEN


def test_a_drop_of_a_period_that_is_over_is_withdrawn():
    desk = Desk(a_call(100_000, -3), a_call(80_000, 0))
    check(desk)
    check(desk, at("13:00", days_later(45)))
    assert (desk.it.state, desk.it.resolution) == (WITHDRAWN, "2026-Q4 is over.")


def test_the_managers_lower_call_beside_it_is_no_drop():
    desk = Desk(a_call(100_000, -3), a_call(50_000, 0, by="morgan"))
    check(desk)
    assert desk.memory.escalations == {}


def test_a_flood_of_findings_is_one_message_for_each_reader():
    deals = [replace(WHALE, id=f"O-{n}", name=f"Deal {n}") for n in range(12)]
    desk = Desk(*deals)
    desk.engine.handle(imported())
    desk.tick(MORNING)
    assert len(desk.memory.escalations) == 12
    assert (len(desk.to("dana")), len(desk.to("morgan"))) == (1, 1)
    assert "12 new matters in your queue" in desk.read("morgan")[0]


def test_what_belongs_to_whoever_left_is_withdrawn():
    desk = asked()
    members = (replace(desk.memory.company.members[0], active=False), *desk.memory.company.members[1:])
    desk.memory.company = replace(desk.memory.company, members=members)
    desk.engine.handle(imported(at("10:00")))
    assert (desk.it.state, desk.it.resolution) == (WITHDRAWN, "Dana is no longer in the team.")


def test_the_rules_look_once_a_day_and_go_on_doing_so():
    desk = Desk()
    desk.engine.handle(planned())
    first = at("13:00", zone="America/New_York")
    assert desk.memory.alarms == {("escalate.check", "*"): first}
    desk.engine.tick(first)
    assert desk.memory.alarms == {("escalate.check", "*"): first + timedelta(days=1)}


# --- the queue -----------------------------------------------------------------------------------------------------
def test_the_managers_queue_begins_with_what_is_past_its_time_then_with_the_most_money():
    desk = Desk(WHALE, replace(WHALE, id="O-8", name="Initech", amount=dollars(90_000)))
    desk.engine.handle(said("ask about Acme", at("09:00", days_later(-5))))
    desk.engine.handle(imported())
    shown = desk.engine.handle(commanded("coach", "queue", at("10:00", TUESDAY), member="morgan"))
    text = words(shown)
    assert [text.index(it) for it in ("Acme", "Initech", "Globex")] == sorted(
        text.index(it) for it in ("Acme", "Initech", "Globex")
    )
    assert "6 days ago, past its time" in text
    assert "3 matters in your queue, 3 not seen yet" in text


def test_a_press_in_the_queue_shows_the_queue_as_it_is_then():
    desk = asked()
    event = desk.press("escalate.ack", at("10:00", TUESDAY), message="q1")
    shown = desk.memory.messages[f"reply:{event.key}"]
    assert shown.replaces == "q1"
    assert "1 matter in your queue, 0 not seen yet" in words(shown.card)


def test_a_rep_sees_their_own_and_where_each_stands():
    desk = asked()
    desk.engine.handle(said("ask about Initech", at("09:05"), member="dana"))
    shown = words(desk.engine.handle(commanded("coach", "queue", at("10:00"))))
    assert "2 matters of yours waiting" in shown
    assert "Morgan is next in" in shown


def test_the_owner_sees_counts_and_only_what_reached_them():
    desk = asked()
    early = words(desk.engine.handle(commanded("coach", "queue", at("10:00"), member="olivia")))
    assert "1 matter with the sales manager, 1 not seen yet" in early
    assert "Acme" not in early
    desk.tick(at("17:00", TUESDAY, "America/New_York"))
    assert "Acme" in words(desk.engine.handle(commanded("coach", "queue", at("18:00", TUESDAY), member="olivia")))


def test_the_owner_reads_nobodys_name_in_what_the_rules_noticed():
    desk = Desk(*missed(-4, -3, 0))
    check(desk)
    desk.tick(at("17:00", TUESDAY, "America/New_York"))
    (notice,) = desk.read("olivia")
    assert "Dana" not in notice


def test_a_long_request_is_short_in_the_queue_and_whole_when_opened():
    desk = Desk()
    desk.engine.handle(said("ask " + "why " * 2_500))
    queue = desk.engine.handle(commanded("coach", "queue", at("10:00", TUESDAY), member="morgan"))
    assert len(words(queue)) < 1_000
    event = desk.press("escalate.open", at("10:00", TUESDAY), message="q1")
    assert desk.it.text in words(desk.memory.messages[f"reply:{event.key}"].card)


def test_an_empty_queue_is_said_kindly():
    desk = Desk(company=a_company(a_member(), a_manager(), an_owner(), a_member("adam", role=Role.ADMIN)))
    for n, who in enumerate(("dana", "morgan", "olivia", "adam")):
        assert desk.engine.handle(commanded("coach", "queue", at(f"09:0{n}"), member=who)).summary
