"""The manager's own habits: asked on their days, kept for them alone; cues, and what goes together for a rep."""

from dataclasses import replace
from datetime import date, time

import pytest

from coaching.cadence import next_checkin
from coaching.card import Facts, Text, plain
from coaching.chat_card import Held, held, help_card, settings
from coaching.checkins import CheckInStatus, CommitmentState
from coaching.company import Company, Engagement, Weekday
from coaching.digest import digest
from coaching.habits import Habit
from coaching.ledger import ledger
from coaching.numbers.ratios import ratios, since
from coaching.people import Hours, Role
from coaching.words import understand_checkin
from tests.builders import (
    APPOINTMENTS,
    CALLS,
    MONDAY,
    PROPOSALS,
    a_checkin,
    a_commitment,
    a_company,
    a_manager,
    at,
    days_later,
    pressed,
)
from tests.coaching.test_checkin import Life, labels, words
from tests.golden_cards.digest import a_week

TUESDAY, THURSDAY = days_later(1), days_later(3)
ONE_ON_ONES = Habit(id="one_on_ones", name="1:1s held", unit="1:1s", per_week=3, cue="at ten", role=Role.MANAGER)
ENGAGED = Engagement(days=frozenset({Weekday.TUE, Weekday.THU}))


def managed(*more: Habit, engagement: Engagement = ENGAGED) -> Company:
    return a_company(habits=(CALLS, APPOINTMENTS, PROPOSALS, ONE_ON_ONES, *more), engagement=engagement)


def ny(clock: str, day: date = TUESDAY):
    return at(clock, day, "America/New_York")


class Managed(Life):
    """Tuesday: Morgan has just been asked."""

    def __init__(self, *things, company: Company | None = None):
        super().__init__(*things, company=company or managed())
        self.plan()

    def ask(self, clock: str = "09:00", day: date = TUESDAY):
        self.engine.tick(ny(clock, day))
        return [it for it in self.news() if it.to == "morgan"]

    def send(self, clock: str = "09:10", day: date = TUESDAY, **fields: str):
        key = f"checkin:morgan:{day}"
        self.engine.handle(
            pressed(
                "checkin.send",
                ny(clock, day),
                member="morgan",
                args={"day": day.isoformat()},
                message=key,
                fields={"count.one_on_ones": "2", **fields},
            )
        )
        return self.news()


# --- whose habits --------------------------------------------------------------------------------------------------
def test_each_role_has_its_own_habits_and_the_owner_none():
    company = managed()
    dana, morgan, olivia = company.members
    assert company.habits_of(dana) == (CALLS, APPOINTMENTS, PROPOSALS)
    assert company.habits_of(morgan) == (ONE_ON_ONES,)
    assert company.habits_of(olivia) == ()
    assert [company.asks(it) for it in company.members] == [True, True, False]


def test_a_manager_without_habits_is_not_asked():
    assert not a_company().asks(a_manager())


# --- when ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("hours", "clock"),
    [
        (Hours(time(9), time(17)), "09:00"),
        (Hours(time(7), time(15)), "08:30"),
        (Hours(time(5), time(8)), "07:30"),
    ],
)
def test_the_manager_is_asked_at_the_later_of_check_in_time_and_the_hours_beginning(hours: Hours, clock: str):
    company = managed(engagement=replace(ENGAGED, hours=hours))
    morgan = company.members[1]
    assert next_checkin(company, morgan, ny("00:10", MONDAY), frozenset()) == ny(clock)


def test_the_manager_is_not_asked_before_the_engagement_begins():
    company = managed(engagement=replace(ENGAGED, start=THURSDAY))
    assert next_checkin(company, company.members[1], ny("00:10", MONDAY), frozenset()) == ny("09:00", THURSDAY)


def test_the_card_has_their_habits_one_promise_and_no_question_about_a_deal():
    (message,) = Managed().ask()
    assert [it.name for it in message.card.fields] == ["count.one_on_ones", "commitment", "note"]
    assert message.card.fields[0].hint == "Today's target: 2. Cue: at ten"
    assert message.card.fields[1].label == "What will you do for the team today?"


def test_what_they_answer_is_kept_and_offers_no_manager_to_talk_to():
    life = Managed()
    life.ask()
    (shown,) = life.send(commitment="Sit in with Dana")
    assert life.memory.checkins["morgan", TUESDAY].counts == {"one_on_ones": 2}
    assert life.memory.commitments["morgan", TUESDAY].text == "Sit in with Dana"
    assert labels(shown.card) == ["Edit"]


def test_a_missed_check_in_of_the_manager_has_the_rules_look_at_nothing():
    life = Managed()
    life.ask()
    life.engine.tick(ny("13:01"))
    assert life.memory.checkins["morgan", TUESDAY].status is CheckInStatus.MISSED
    assert ("escalate.check", "morgan") not in life.memory.alarms


def test_an_answer_in_words_is_understood():
    life = Managed()
    life.ask()
    assert "2 1:1s" in life.say("2 1:1s", "09:10", TUESDAY, "morgan")


def test_other_words_of_the_manager_still_lead_to_the_queue():
    assert "queue" in Managed().say("what a day", "09:10", TUESDAY, "morgan")


@pytest.mark.parametrize("text", ["2 1:1s", "1:1s: 2", "2 one-on-ones", "held 2 1:1s"])
def test_one_on_ones_are_counted_however_they_are_written(text: str):
    assert understand_checkin(text, (ONE_ON_ONES,)).counts == {"one_on_ones": 2}


# --- theirs alone --------------------------------------------------------------------------------------------------
def test_no_figure_of_the_digest_holds_the_managers_own():
    week = a_week()
    company = replace(
        week.company,
        habits=(*week.company.habits, ONE_ON_ONES),
        members=(*week.company.members, a_manager("mona")),
    )
    theirs = tuple(
        a_checkin(
            week.today - it * (week.today - days_later(-1, week.today)), "mona", counts={"one_on_ones": 1, "calls": 9}
        )
        for it in range(3)
    )
    dropped = a_commitment(member="mona", state=CommitmentState.DROPPED, settled_on=week.today)
    before = digest(replace(week, company=company))
    after = digest(
        replace(
            week,
            company=company,
            checkins=(*week.checkins, *theirs),
            commitments=(*week.commitments, dropped),
        )
    )
    assert replace(after, facts=before.facts) == before


def test_the_teams_ratios_leave_the_managers_answers_out():
    company = managed()
    days = [a_checkin(), a_checkin(member="morgan")]
    assert ratios(company, days, since(MONDAY), MONDAY).answered == 1


def test_help_names_today_for_a_manager_with_habits_and_for_no_other():
    morgan = a_manager()
    lines = [words(help_card(morgan, it, MONDAY)) for it in (managed(), a_company())]
    assert ["your own check-in" in it for it in lines] == [True, False]


def test_settings_and_what_is_held_speak_of_their_own_check_ins():
    company = managed()
    morgan = company.members[1]
    facts = next(it for it in settings(morgan, company, MONDAY).elements if isinstance(it, Facts))
    assert dict(facts.pairs)["Check-in"] == ("09:00, Tue, Thu",)
    nothing = Held(checkins=0, commitments=0, calls=0, deals=0, matters=0)
    assert "neither the owner nor the reps" in words(held(morgan, company, nothing, MONDAY))


# --- looking back --------------------------------------------------------------------------------------------------
def test_a_weekly_target_is_spread_over_the_days_worked():
    (entry,) = ledger((ONE_ON_ONES,), [{"one_on_ones": it} for it in (2, 0, 1, 3)], 2)
    assert (entry.done, entry.planned, entry.days, entry.n) == (6, 6, 3, 4)


def test_a_habit_never_counted_is_not_in_the_ledger():
    assert ledger((ONE_ON_ONES,), [{"calls": 2}], 2) == ()


def test_today_shows_the_manager_their_ledger():
    weeks = [a_checkin(days_later(-7 * it, TUESDAY), "morgan", counts={"one_on_ones": it}) for it in range(1, 4)]
    life = Managed(*weeks)
    assert "1:1s held: 6 of 4 planned, on 3 of 3 days here (n = 3, the last 8 weeks)." in life.say(
        "today", "09:10", TUESDAY, "morgan"
    )


def a_rep_with(days: int) -> Life:
    """On every other working day at target, with two appointments the day after instead of one."""
    told, day = [], days_later(-1)
    while len(told) < days:
        if day.weekday() < 5:
            good = len(told) % 2 == 0
            told.append(a_checkin(day, counts={"calls": 20 if good else 5, "appointments": 1 if good else 2}))
        day = days_later(-1, day)
    return Life(*told)


def test_today_says_what_goes_together_and_calls_it_no_cause():
    said = a_rep_with(30).say("today")
    assert "On days after 20+ calls you had 2.0 appointments, after fewer 1.0 (n = 14 and 15)." in said
    assert "It goes together; it need not be the cause." in said


def test_too_few_days_go_unmentioned():
    assert "goes together" not in a_rep_with(18).say("today")


# --- cues ----------------------------------------------------------------------------------------------------------
def test_a_cue_is_shown_with_the_days_target():
    company = a_company(habits=(replace(CALLS, cue="after the Monday stand-up"),))
    life = Life(a_checkin(targets={"calls": 20}), company=company)
    life.engine.handle(pressed("checkin.keep", at("09:30"), args={"day": MONDAY.isoformat()}))
    (message,) = life.news()
    quiet_lines = [plain(it.spans) for it in message.card.elements if isinstance(it, Text)]
    assert any("20 calls (after the Monday stand-up)" in it for it in quiet_lines)
    assert words(message.card)
