"""The weekly review, from the rep's morning to the manager's."""

from dataclasses import replace
from datetime import date

import pytest

from coaching.book import said_of
from coaching.card import Card, Maths, Picture, plain
from coaching.company import Engagement, Weekday
from coaching.decision import Kind
from coaching.engine import Engine
from coaching.escalation import EscalationKind
from coaching.opportunities import Field, Snapshot, Status
from coaching.people import Hours, Reminders, Role, TimeOff
from coaching.qualification import Answer
from coaching.review_facts import reviewed_on
from coaching.reviewed import Reason, Rule
from coaching.routines import forecast, qualify
from coaching.routines.review import ROUTINE
from tests.builders import (
    MONDAY,
    a_change,
    a_choice,
    a_company,
    a_manager,
    a_member,
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
)
from tests.fakes import MemoryStore, holidays_on, no_holidays, remember

TUESDAYS = Engagement(days=frozenset({Weekday.TUE, Weekday.THU}))
LATE = an_opportunity(
    "O-1", close_date=days_later(-3), stage="Proposal", amount=dollars(60_000), created_on=days_later(-9)
)
STEPLESS = an_opportunity("O-2", name="Initech line", next_step="", stage="Proposal", created_on=days_later(-9))
EARLY = an_opportunity("O-3", name="Hooli arms", created_on=days_later(-9))
WINS = tuple(
    an_opportunity(f"W-{n}", status=Status.WON, stage="Won", created_on=days_later(-100), closed_on=days_later(-75))
    for n in range(9)
)
OLD = an_opportunity("O-4", name="Umbrella", stage="Proposal", created_on=days_later(-90))


class Desk:
    """One company, its memory and an engine with the one routine."""

    def __init__(self, *things, company=None, holidays=no_holidays, **plan):
        plan = {"engagement": TUESDAYS, "targets": ()} | plan
        self.store = MemoryStore(company or a_company(**plan))
        self.memory = remember(self.store.of["acme"], *things)
        self.engine = Engine(self.store, holidays, (ROUTINE,))

    def plan(self, now=None):
        self.engine.handle(planned(now or at("07:00")))
        return self

    def tick(self, now):
        self.engine.tick(now)
        return self

    def alarm(self, name="review.ask", subject="dana"):
        return self.memory.alarms.get((name, subject))

    @property
    def sent(self):
        return self.memory.messages.get(f"review:dana:{MONDAY}")

    @property
    def items(self):
        return {it.opportunity: it for it in self.memory.reviewed.values()}

    def press(self, action, about="O-1", now=None, fields=None, **args):
        """The card that is shown in place of the pressed one."""
        item = self.items.get(about)
        args = {"on": MONDAY.isoformat(), "about": about, "rule": item.rule.value if item else "", **args}
        event = pressed(action, now or at("09:30"), message="m1", args=args, fields=fields or {})
        self.engine.handle(event)
        shown = self.memory.messages[f"reply:{event.key}"]
        return shown.card


def asked(*things, **more):
    """On Monday at nine by Dana's clock."""
    return Desk(*things, **more).plan().tick(at("09:00"))


def words(card: Card) -> str:
    found = [card.summary]
    for it in card.elements:
        for part in ("spans", "text", "label", "error", "alt", "title", "value"):
            value = getattr(it, part, None)
            found.append(plain(value) if isinstance(value, tuple) else value or "")
        found += [plain(spans) for spans in getattr(it, "items", ())]
        found += [" | ".join(plain(cell) for cell in row) for row in getattr(it, "rows", ())]
    return "\n".join(found)


# --- when ----------------------------------------------------------------------------------------------------------
def test_each_rep_is_asked_on_the_companys_day_by_their_own_clock():
    desk = Desk().plan(at("07:00"))
    assert desk.alarm() == at("09:00")
    assert desk.alarm(subject="morgan") is None
    berlin = a_company(a_member(zone="Europe/Berlin"), a_manager(), an_owner())
    assert Desk(company=berlin).plan(at("00:30")).alarm() == at("09:00", zone="Europe/Berlin")


def test_a_day_off_moves_it_to_the_next_day_at_work_and_a_week_off_to_the_next_week():
    off = a_company(a_member(time_off=(TimeOff(MONDAY, days_later(1)),)), a_manager(), an_owner())
    assert Desk(company=off).plan().alarm() == at("09:00", days_later(2))
    away = a_company(a_member(time_off=(TimeOff(MONDAY, days_later(6)),)), a_manager(), an_owner())
    assert Desk(company=away).plan().alarm() == at("09:00", days_later(7))
    paused = a_company(a_member(paused_until=days_later(3)), a_manager(), an_owner())
    assert Desk(company=paused).plan().alarm() == at("09:00", days_later(3))
    assert Desk(holidays=holidays_on(MONDAY)).plan().alarm() == at("09:00", days_later(1))


def test_after_one_review_comes_the_next_weeks():
    desk = asked(LATE)
    assert desk.alarm() == at("09:00", days_later(7))
    midweek = Desk().plan(at("12:00", days_later(2)))
    assert midweek.alarm() == at("09:00", days_later(7))


def test_quiet_hours_win():
    early = a_company(a_member(quiet_hours=Hours(at("19:00").time(), date_time("10:00"))), a_manager(), an_owner())
    assert asked(LATE, company=early).sent.not_before == at("10:00")


def date_time(clock):
    return at(clock, zone="UTC").time()


def test_what_comes_too_late_is_left_to_the_next_week():
    desk = Desk(LATE).plan().tick(at("14:00"))
    assert desk.sent is None
    assert desk.alarm() == at("09:00", days_later(7))


# --- what is asked -------------------------------------------------------------------------------------------------
def test_the_review_is_one_message_with_its_questions_kept():
    desk = asked(LATE, STEPLESS, EARLY)
    assert desk.sent.kind is Kind.REVIEW
    text = words(desk.sent.card)
    assert "3 things that could move" in text
    assert "It was to close on Fri 20 Nov, 3 days ago. What is the buyer’s own date" in text
    assert "nothing is written to the CRM" in text
    assert {name: it.rule for name, it in desk.items.items()} == {
        "O-1": Rule.CLOSE_DATE_PAST,
        "O-2": Rule.NO_NEXT_STEP,
        "O-3": Rule.EARLY_STAGE,
    }
    assert [(it.opportunity, it.criterion) for it in desk.memory.asked.values()] == [("O-3", "problem")]


def test_a_rep_with_nothing_amiss_is_not_disturbed():
    healthy = an_opportunity("O-9", stage="Proposal", created_on=days_later(-9))
    desk = asked(healthy)
    assert desk.memory.messages == {}
    assert "Nothing in your pipeline stands out" in words(desk.engine.handle(commanded("coach", "review")))


def test_who_cannot_wait_gets_it_at_once_and_not_a_second_time():
    desk = Desk(LATE).plan()
    assert "1 thing that could move" in words(desk.engine.handle(commanded("coach", "review", at("08:00"))))
    assert desk.tick(at("09:00")).sent is None
    assert len(desk.items) == 1


# --- answers -------------------------------------------------------------------------------------------------------
def test_one_tap_gives_a_new_date_and_the_card_says_so():
    desk = asked(LATE, STEPLESS)
    dates = [it for it in desk.sent.card.actions if it.name == "review.date" and it.args["about"] == "O-1"]
    assert [it.args["date"] for it in dates] == ["2026-12-07", "2026-12-21"]
    shown = desk.press("review.date", date="2026-12-07")
    assert desk.items["O-1"].close_date == date(2026, 12, 7)
    assert "✓ Close date Mon 7 Dec." in words(shown)
    assert "1 answered, 1 to go." in words(shown)


def test_letting_go_is_a_good_outcome():
    desk = asked(LATE)
    shown = words(desk.press("review.let_go"))
    assert desk.items["O-1"].let_go
    assert "Letting go of 1 deal made room for better ones." in shown


def test_why_a_deal_takes_longer_is_asked_and_kept():
    desk = asked(OLD, *WINS)
    reasons = [it.args["reason"] for it in desk.sent.card.actions if it.name == "review.reason"]
    assert reasons == ["budget_cycle", "new_stakeholder", "lost_champion", "we_stalled", "wrong_stage"]
    desk.press("review.reason", about="O-4", reason="lost_champion")
    assert desk.items["O-4"].reason is Reason.LOST_CHAMPION
    desk.press("review.send", about="O-4", now=at("09:40"), fields={"step": "Find a new one", "step_on": "2026-11-26"})
    kept = desk.items["O-4"]
    assert (kept.reason, kept.next_step, kept.next_step_on) == (Reason.LOST_CHAMPION, "Find a new one", days_later(3))


def test_words_of_the_buyer_become_evidence_once():
    desk = asked(EARLY)
    fields = {"words": "“We lose a shift a week”", "sure": "yes"}
    desk.press("review.send", about="O-3", fields=fields)
    desk.press("review.send", about="O-3", now=at("09:45"), fields=fields)
    [learned] = desk.memory.evidence
    assert (learned.criterion, learned.answer, learned.quote) == ("problem", Answer.YES, "“We lose a shift a week”")
    unknown = asked(EARLY)
    unknown.press("review.unknown", about="O-3")
    assert [it.answer for it in unknown.memory.evidence] == [Answer.UNKNOWN]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, "A few words are enough"),
        ({"date": "soon"}, "Write a day like 2026-12-07."),
        ({"date": "2026-11-01"}, "That day has gone by"),
        ({"date": "2046-11-01"}, "years ahead"),
        ({"step_on": "2026-12-01"}, "What happens on that day?"),
    ],
)
def test_what_cannot_be_read_is_said_beside_its_field(fields, wrong):
    desk = asked(LATE)
    assert wrong in words(desk.press("review.send", fields=fields))
    assert not desk.items["O-1"].answered


def test_a_step_after_the_close_date_is_asked_about_in_a_line_and_kept():
    desk = asked(LATE)
    step = {"step": "Board meets", "step_on": str(days_later(30))}
    shown = words(desk.press("review.send", fields={**step, "date": str(days_later(20))}))
    assert "That step comes after the close date, Sun 13 Dec: which of the two moves?" in shown
    assert desk.items["O-1"].next_step_on == days_later(30)
    fine = words(desk.press("review.send", fields={**step, "date": str(days_later(30))}, now=at("09:50")))
    assert "comes after" not in fine


def test_help_goes_to_the_managers_queue_once():
    desk = asked(LATE)
    desk.press("review.help")
    desk.press("review.help", now=at("09:50"))
    [matter] = desk.memory.escalations.values()
    assert (matter.kind, matter.subject) == (EscalationKind.ASKED, "O-1")
    assert matter.text.startswith("Dana would like help with Globex robots ($60,000, Proposal): It was to close")
    assert desk.items["O-1"].help
    assert f"escalation:{matter.id}:rep" in desk.memory.messages


def test_nobody_is_called_for_help_with_a_deal_that_has_ended_since_it_was_asked_about():
    desk = asked(LATE)
    remember(desk.memory, replace(LATE, status=Status.LOST, closed_on=MONDAY))
    shown = words(desk.press("review.help"))
    assert desk.memory.escalations == {}
    assert "That was this week’s review" in shown, "nothing is left to ask"


@pytest.mark.parametrize("action", ["let_go", "open", "send"])
def test_a_tap_about_a_deal_that_has_ended_since_is_no_answer(action):
    desk = asked(LATE)
    remember(desk.memory, replace(LATE, status=Status.WON, closed_on=MONDAY))
    shown = words(desk.press(f"review.{action}", fields={"step": "Contract is with legal"}))
    assert not desk.items["O-1"].answered
    assert "Won on Mon 23 Nov" in shown
    assert "✓" not in shown


def test_who_wants_help_with_a_deal_has_not_let_it_go():
    desk = asked(LATE)
    desk.press("review.let_go")
    desk.press("review.help", now=at("09:50"))
    assert (desk.items["O-1"].help, desk.items["O-1"].let_go) == (True, False)


def test_nobody_answers_for_somebody_else_and_nothing_that_was_never_asked():
    desk = asked(LATE)
    other = pressed(
        "review.let_go",
        at("09:30"),
        member="morgan",
        message="m1",
        args={"on": str(MONDAY), "about": "O-1", "rule": "close_date_past"},
    )
    desk.engine.handle(other)
    desk.press("review.date", about="O-77", date="2026-12-07")
    desk.press("review.date", date="yesterday", now=at("09:51"))
    assert not desk.items["O-1"].answered
    assert "over" in words(desk.press("review.let_go", on="2026-10-05", now=at("09:52")))


def test_an_answer_that_the_crm_confirms_is_settled():
    desk = asked(LATE)
    desk.press("review.date", date="2026-12-07")
    desk.engine.handle(imported(at("06:00", days_later(1))))
    assert desk.items["O-1"].confirmed_on is None
    remember(desk.memory, replace(LATE, close_date=date(2026, 12, 7)))
    desk.engine.handle(imported(at("06:00", days_later(2))))
    assert desk.items["O-1"].confirmed_on == days_later(2)


def test_the_maths_of_all_that_was_asked_are_a_tap_away():
    desk = asked(LATE, OLD, *WINS)
    shown = desk.press("review.maths")
    figures = [it.figure for it in shown.elements if isinstance(it, Maths)]
    assert "Globex robots: at stake" in figures
    assert "Umbrella: outside the usual cycle" in figures


# --- reminders and the manager -------------------------------------------------------------------------------------
def test_one_reminder_in_the_afternoon_unless_something_was_answered_or_it_is_not_wanted():
    desk = asked(LATE).tick(at("15:00"))
    assert "1 question of this week’s review is still open" in words(
        desk.memory.messages[f"review:dana:{MONDAY}:again"].card
    )
    answered = asked(LATE)
    answered.press("review.let_go")
    assert f"review:dana:{MONDAY}:again" not in answered.tick(at("15:00")).memory.messages
    renamed = asked(LATE)
    remember(renamed.memory, replace(LATE, name="Globex line", amount=dollars(70_000)))
    renamed.tick(at("15:00"))
    assert "Globex line ($70,000, Proposal)" in words(renamed.memory.messages[f"review:dana:{MONDAY}:again"].card)
    light = a_company(a_member(reminders=Reminders.LIGHT), a_manager(), an_owner(), targets=())
    assert asked(LATE, company=light).alarm("review.remind") is None


def test_neither_a_reminder_nor_the_summary_comes_to_who_is_something_else_by_then():
    desk = asked(LATE)
    morning = at("09:00", days_later(1), "America/New_York")
    before = set(desk.memory.messages)
    desk.memory.company = a_company(a_member(role=Role.MANAGER), a_member("morgan"), an_owner(), targets=())
    desk.tick(at("15:00")).tick(morning)
    assert set(desk.memory.messages) == before


def test_the_manager_hears_how_it_went_when_they_are_in():
    desk = asked(LATE, STEPLESS)
    morning = at("09:00", days_later(1), "America/New_York")
    assert desk.alarm("review.tell", "morgan") == morning
    desk.press("review.let_go")
    desk.tick(morning)
    [told] = [it for key, it in desk.memory.messages.items() if key.startswith("review:summary:morgan")]
    text = words(told.card)
    assert "1 of 2 questions answered" in text
    assert "Dana Reyes | 2 | 1 |" in text
    assert "Dana, Globex robots ($60,000, Proposal): let it go" in text
    assert "Let go, which frees time: Globex robots" in text
    assert "Dana, Initech line" in text


def shot(name, amount, day):
    return Snapshot(
        opportunity=name,
        day=day,
        member="dana",
        stage="Proposal",
        amount=dollars(amount),
        close_date=days_later(9),
        category=None,
    )


def test_the_summary_names_whom_nothing_ever_reached_instead_of_their_answers():
    desk = Desk(LATE, a_reviewed(on=MONDAY))
    shown = [words(desk.engine.handle(commanded("coach", "review", member="morgan", key="before")))]
    desk.memory.unreached.add("dana")
    remember(desk.memory, a_reviewed(member="sam", on=MONDAY, opportunity="O-9"))
    shown.append(words(desk.engine.handle(commanded("coach", "review", member="morgan", key="after"))))
    assert ["Dana Reyes" in it for it in shown] == [True, False]
    assert ["Not here yet: Dana" in it for it in shown] == [False, True]


def test_the_summary_has_the_reasons_as_a_pareto_and_what_changed_to_the_unit():
    given = [
        a_reviewed(opportunity=f"O-{n}", rule=Rule.OUTSIDE_USUAL_CYCLE, reason=reason, answered_at=at())
        for n, reason in enumerate([Reason.WE_STALLED, Reason.BUDGET_CYCLE, Reason.WE_STALLED, Reason.OTHER])
    ]
    desk = Desk(*given, shot("A", 10, days_later(-7)), shot("A", 10, MONDAY), shot("B", 5, MONDAY))
    card = desk.engine.handle(commanded("coach", "review", at("10:00", days_later(1)), member="morgan"))
    pictures = [it for it in card.elements if isinstance(it, Picture)]
    assert pictures[0].alt.startswith("We stalled 2 ($16,000 at stake; 50 % so far), Budget cycle 1")
    assert pictures[1].alt == "From $10 to $15: new $5 in 1 deal."


def test_the_owner_sees_what_changed_and_nobodys_answers():
    desk = asked(LATE)
    desk.press("review.let_go")
    text = words(desk.engine.handle(commanded("coach", "review", member="olivia")))
    assert "Dana" not in text
    assert "answered" not in text
    assert "no export from a week ago yet" in text


def test_the_manager_may_look_at_one_reps():
    desk = asked(LATE)
    shown = desk.engine.handle(commanded("coach", "review dana", member="morgan"))
    assert "Globex robots" in words(shown)


# --- how the deals stand by now ------------------------------------------------------------------------------------
def taps(card: Card, about: str) -> list[str]:
    return [f"{it.name} {it.args.get('date', '')}".strip() for it in card.actions if it.args.get("about") == about]


def pushed(close):
    days = ["2026-10-20", "2026-11-10", "2026-12-01", str(close)]
    moves = [
        a_change("O-1", on=days_later(-30 + 10 * n), field=Field.CLOSE_DATE, before=days[n], after=days[n + 1])
        for n in range(3)
    ]
    return replace(LATE, close_date=close), *moves


def test_a_tap_never_pulls_forward_a_date_that_is_still_ahead():
    desk = asked(*pushed(date(2027, 1, 11)))
    assert desk.items["O-1"].rule is Rule.CLOSE_DATE_PUSHED
    dates = [it.args["date"] for it in desk.sent.card.actions if it.name == "review.date"]
    assert dates == ["2027-01-11", "2027-01-25"]


def test_a_date_is_offered_only_where_the_date_is_the_matter():
    desk = asked(LATE, STEPLESS)
    assert taps(desk.sent.card, "O-2") == ["review.open", "review.let_go", "review.help"]
    assert "Next step…" in [it.label for it in desk.sent.card.actions]


def test_a_question_about_a_deal_that_has_closed_since_is_open_no_more():
    desk = asked(LATE, STEPLESS)
    lost = replace(STEPLESS, status=Status.LOST, stage="Lost", closed_on=days_later(1))
    remember(desk.memory, lost)
    shown = desk.press("review.date", date="2026-12-07", now=at("08:00", days_later(1)))
    assert "Lost on Tue 24 Nov." in words(shown)
    assert "That was this week’s review" in words(shown)
    assert taps(shown, "O-2") == []
    desk.tick(at("09:00", days_later(1), "America/New_York"))
    [told] = [it for key, it in desk.memory.messages.items() if key.startswith("review:summary:morgan")]
    text = words(told.card)
    assert "Still open" not in text.replace("Open, at stake in deals", "")
    assert "Settled without an answer: Initech line (lost)." in text
    assert "Dana Reyes | 2 | 1 | " in text


def test_nobody_is_reminded_of_deals_that_have_closed():
    desk = asked(LATE)
    remember(desk.memory, replace(LATE, status=Status.WON, stage="Won", closed_on=MONDAY))
    assert f"review:dana:{MONDAY}:again" not in desk.tick(at("15:00")).memory.messages


def test_a_major_that_is_lost_is_neither_worked_nor_confirmed():
    desk = Desk(a_choice(agrees=True), replace(LATE, status=Status.LOST, stage="Lost", closed_on=MONDAY))
    text = words(desk.engine.handle(commanded("coach", "review", at("10:00"), member="morgan")))
    assert "Dana: Globex robots (lost)." in text
    assert "Confirmed" not in text
    mine = words(desk.engine.handle(commanded("coach", "review", at("10:01"))))
    assert "Globex robots: lost." in mine
    assert "you are on it" not in mine


# --- what was answered, elsewhere ----------------------------------------------------------------------------------
def everywhere(member="dana"):
    """What is said of Globex after its rep answered a new date and a next step."""
    desk = Desk(
        replace(LATE, next_step=""),
        a_reviewed(answered_at=at("09:20"), close_date=date(2026, 12, 7)),
        a_reviewed(rule=Rule.NO_NEXT_STEP, answered_at=at("09:21"), next_step="Call the board"),
    )
    engine = Engine(desk.store, no_holidays, (ROUTINE, forecast.ROUTINE, qualify.ROUTINE))
    asked_for = [("deals", ""), ("deal", "globex"), ("forecast", "" if member == "dana" else "dana")]
    return [
        words(engine.handle(commanded(name, text, at(f"10:0{n}"), member=member)))
        + repr(engine.handle(commanded(name, text, at(f"10:1{n}"), member=member)))
        for n, (name, text) in enumerate(asked_for)
    ]


def test_an_answer_is_told_wherever_the_deal_is():
    shown = everywhere()
    for text in shown:
        assert "Mon 7 Dec (you said so on Mon 23 Nov; the CRM has Fri 20 Nov)" in text
    for text in shown[:2]:
        assert "Call the board; you said so on Mon 23 Nov" in text
    for text in everywhere("morgan"):
        assert "Mon 7 Dec (said so on Mon 23 Nov; the CRM has Fri 20 Nov)" in text


def test_what_the_crm_has_moved_since_is_told_by_the_crm_alone():
    moved = a_change("O-1", on=days_later(1), field=Field.CLOSE_DATE, before="2026-11-20", after="2026-12-18")
    answer = a_reviewed(answered_at=at("09:20"), close_date=date(2026, 12, 7))
    desk = Desk(replace(LATE, close_date=date(2026, 12, 18)), answer, moved)
    engine = Engine(desk.store, no_holidays, (forecast.ROUTINE,))
    text = words(engine.handle(commanded("deals", "", at("10:00", days_later(2)))))
    assert "Fri 18 Dec" in text
    assert "said so" not in text


def test_a_date_that_is_answered_after_the_crm_moved_it_counts_and_asking_for_help_makes_none_newer():
    moved = a_change("O-1", on=days_later(1), field=Field.CLOSE_DATE, before="2026-11-20", after="2026-12-18")
    desk = asked(replace(LATE, close_date=days_later(-1)))
    remember(desk.memory, replace(LATE, close_date=date(2026, 12, 18)), moved)
    engine = Engine(desk.store, no_holidays, (forecast.ROUTINE,))
    desk.press("review.date", date="2026-12-07", now=at("09:30", days_later(2)))
    text = words(engine.handle(commanded("deals", "", at("10:00", days_later(2)))))
    assert "Mon 7 Dec (you said so on Wed 25 Nov; the CRM has Fri 18 Dec)" in text
    again = a_change("O-1", on=days_later(3), field=Field.CLOSE_DATE, before="2026-12-18", after="2026-12-11")
    remember(desk.memory, replace(LATE, close_date=date(2026, 12, 11)), again)
    desk.press("review.help", now=at("09:30", days_later(4)))
    text = words(engine.handle(commanded("deals", "", at("10:00", days_later(4)))))
    assert "Fri 11 Dec" in text
    assert "said so" not in text


def test_until_the_day_on_which_the_crm_agreed_the_deal_says_what_was_answered():
    answer = a_reviewed(answered_at=at("09:20"), close_date=date(2026, 12, 7), confirmed_on=days_later(2))
    with Desk(LATE, answer).store.look("acme") as records:
        said = [set(said_of(records, (LATE,), days_later(n))) for n in (1, 2)]
    assert said == [{"O-1"}, set()]


def test_the_review_of_a_past_day_knows_no_answer_that_came_later():
    let_go = a_reviewed(on=days_later(-7), let_go=True, answered_at=at("09:00", days_later(2)))
    with Desk(LATE, let_go).store.look("acme") as records:
        before, after = (reviewed_on(records, days_later(n)).of("dana") for n in (1, 2))
    assert (before.found[0].subject, before.found[0].main.rule) == ("O-1", Rule.CLOSE_DATE_PAST)
    assert "O-1" not in {it.subject for it in after.found if it.main.rule is not Rule.NOT_IN_CRM}
