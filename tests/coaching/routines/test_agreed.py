"""Rep and manager come to a forecast: evidence where they differ, a yes to exactly one call, a figure beside it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from coaching import escalations
from coaching.company import ForecastPlan, Weekday, Weekly
from coaching.decision import Kind
from coaching.engine import Engine
from coaching.forecast_words import is_call
from coaching.forecasts import TEAM, Author, RemarkKind
from coaching.opportunities import Status
from coaching.qualification import Answer
from coaching.refusal import NOT_YOURS
from coaching.routines.forecast import ROUTINE
from tests.builders import (
    a_company,
    a_history,
    a_manager,
    a_member,
    a_remark,
    an_estimate,
    an_opportunity,
    an_owner,
    at,
    days_later,
    dollars,
    imported,
    planned,
    pressed,
    said,
)
from tests.fakes import MemoryStore, no_holidays, remember
from tests.forecasting import FORM, PERIOD, Desk, a_call, errors, values, words

TEAM_OF_TWO = a_company(a_member(), a_member("bob"), a_manager(), a_manager("max"), an_owner())
WON = an_opportunity("W-1", name="Stark", status=Status.WON, closed_on=days_later(-9), amount=dollars(96_000))
HISTORY = a_history()
"""With it the coach expects something of Dana: she won two of three deals all year."""


def desk(*things, **more):
    return Desk(*things, company=TEAM_OF_TWO, **more)


def agree(it, call, member="morgan", **more):
    args = PERIOD | {"call": call.id}
    return it.press("forecast.agree", **({"member": member, "args": args} | more))


def to(it, member):
    return [one for one in it.memory.messages.values() if one.to == member and one.kind is not Kind.REPLY]


# --- agreeing --------------------------------------------------------------------------------------------------------
def test_a_call_is_agreed_by_one_tap_of_the_manager_and_the_rep_is_told():
    it = desk(a_call())
    shown = words(agree(it, a_call()))
    [remark] = it.memory.remarks
    assert (remark.kind, remark.by, remark.call) == (RemarkKind.AGREED, "morgan", a_call().id)
    assert "| agreed |" in shown
    assert "Agree:" not in shown
    [told] = to(it, "dana")
    assert "Morgan agrees to your call for 2026-Q4: commit $100,000" in words(told.card)
    assert "Morgan said yes to exactly these figures" in words(it.type(""))


def test_the_rules_look_again_as_soon_as_the_manager_has_said_something_of_a_call():
    it = desk(a_call())
    agree(it, a_call())
    assert it.memory.alarms[escalations.CHECK, "dana"] == at()
    it.memory.alarms.clear()
    it.press("forecast.submit", now=at("10:00"), member="morgan", args=PERIOD, fields=FORM)
    assert it.memory.alarms[escalations.CHECK, "dana"] == at("10:00")


def labels(card):
    return [one.label for one in card.actions if one.name == "forecast.agree"]


def test_a_call_of_other_figures_than_the_manager_set_one_beside_waits_for_a_word_again():
    beside = a_call(80_000, 90_000, days=-2, by="morgan", reason="No budget")
    it = desk(a_call(), beside)
    shown = it.type("", member="morgan")
    assert labels(shown) == ["Agree after all: Dana, $100,000"]
    it.press("forecast.submit", now=at("10:00"), args=PERIOD, fields=FORM)
    assert labels(it.type("", member="morgan", now=at("10:01"))) == ["Agree: Dana, $120,000"]
    before = at("10:00", FRIDAY, "America/New_York")
    it.memory.alarms["forecast.brief", ""] = before
    it.engine.tick(before)
    told = [one for one in to(it, "morgan") if "locked" in one.card.summary][-1]
    assert "1 call to agree" in told.card.summary
    assert labels(told.card) == ["Agree: Dana, $120,000"]


def test_a_figure_beside_it_was_a_word_about_it_and_a_yes_is_one_tap_all_the_same():
    beside = a_call(80_000, 90_000, days=-2, by="morgan", reason="No budget")
    it = desk(a_call(), beside)
    agree(it, a_call())
    assert "| agreed |" in words(it.type("", member="morgan", now=at("10:00")))


def test_a_card_has_as_many_taps_as_teams_shows_and_names_the_words_for_the_rest():
    reps = [a_member(f"rep{chr(97 + n)}", name=f"Rep {chr(65 + n)}") for n in range(8)]
    it = Desk(*(a_call(member=one.id, by=one.id) for one in reps), company=a_company(*reps, a_manager()))
    shown = it.type("", member="morgan")
    assert len(labels(shown)) == 6
    assert "2 more aren’t agreed: “agree repg” shows one with its button." in words(shown)


def test_a_tap_on_a_call_that_has_changed_agrees_to_nothing_and_says_what_changed():
    newer = a_call(130_000, 140_000, days=-1)
    it = desk(a_call(), newer)
    shown = words(agree(it, a_call()))
    assert it.memory.remarks == []
    assert "Dana has changed the call since, from $100,000 to $130,000, so nothing was agreed to." in shown
    assert to(it, "dana") == []
    agree(it, newer, now=at("09:01"))
    assert [one.call for one in it.memory.remarks] == [newer.id]


def test_a_second_tap_and_a_second_manager_change_nothing():
    it = desk(a_call())
    agree(it, a_call())
    agree(it, a_call(), now=at("09:01"))
    agree(it, a_call(), member="max", now=at("09:02"))
    assert len(it.memory.remarks) == 1
    assert len(to(it, "dana")) == 1


def test_a_changed_call_is_open_again_and_both_read_so():
    it = desk(a_call())
    agree(it, a_call())
    shown = words(it.press("forecast.submit", now=at("10:00"), args=PERIOD, fields=FORM))
    assert "Morgan had agreed to $100,000; with other figures that is open again." in shown
    assert "Morgan agreed to what you called before. This is another figure, so it is open again." in words(
        it.type("", now=at("10:01"))
    )
    managers = words(it.type("", member="morgan", now=at("10:02")))
    assert "| open again |" in managers
    assert "Agreed at $100,000, and called anew since: up $20,000." in managers
    assert "0 agreed" in managers


def test_a_call_taken_back_to_what_was_agreed_is_agreed_again_and_both_read_so():
    it = desk(a_call())
    agree(it, a_call())
    it.press("forecast.submit", now=at("10:00"), args=PERIOD, fields=FORM)
    before = {"commit": str(a_call().commit.amount), "best": str(a_call().best_case.amount)}
    shown = words(it.press("forecast.submit", now=at("10:20"), args=PERIOD, fields=before))
    assert "Morgan agreed to exactly that on Mon 23 Nov, so it is agreed again." in shown
    assert "open again" not in shown
    assert "Morgan said yes to exactly these figures" in words(it.type("", now=at("10:21")))
    managers = words(it.type("", member="morgan", now=at("10:22")))
    assert "| agreed |" in managers
    assert "1 agreed" in managers
    assert "Agree:" not in managers


def test_a_tap_on_a_call_whose_figures_are_agreed_already_asks_for_nothing_more():
    it = desk(a_call())
    agree(it, a_call())
    it.press("forecast.keep", now=at("10:00"), args=PERIOD | {"commit": str(a_call().commit.minor)})
    shown = words(agree(it, a_call(), now=at("10:01")))
    assert "for your yes" not in shown
    assert len(it.memory.remarks) == 1


@pytest.mark.parametrize("who", ["dana", "bob", "olivia"])
def test_nobody_but_a_manager_agrees(who):
    it = desk(a_call())
    shown = words(agree(it, a_call(), member=who))
    assert it.memory.remarks == []
    assert (NOT_YOURS if who == "bob" else "the manager says yes") in shown


@pytest.mark.parametrize(
    "args",
    [
        {},
        {"call": ""},
        {"call": "0" * 16},
        {"call": a_call(member="bob").id},
        {"call": a_call().id, "member": "bob"},
        {"call": a_call().id, "member": "nobody"},
        {"call": a_call().id, "member": "morgan"},
        {"call": a_call().id, "period": "2026-Q3"},
    ],
)
def test_what_a_forged_tap_names_is_looked_up(args):
    it = desk(a_call())
    it.press("forecast.agree", member="morgan", args=PERIOD | args if args else args)
    assert it.memory.remarks == []


# --- a figure beside it ----------------------------------------------------------------------------------------------
OVERLAY = {"commit": "80k", "best": "95k", "reason": "Globex has no budget yet"}


def test_the_managers_figure_from_the_card_comes_with_a_reason_and_the_reps_stays():
    it = desk(a_call())
    asked = it.press("forecast.submit", member="morgan", args=PERIOD, fields=OVERLAY | {"reason": " "})
    assert errors(asked) == {"reason": "A line for Dana, please: they read it beside your figure."}
    assert values(asked)["commit"] == "80k"
    it.press("forecast.submit", now=at("09:01"), member="morgan", args=PERIOD, fields=OVERLAY)
    assert it.calls == [
        ("dana", "dana", dollars(100_000), dollars(140_000), ""),
        ("morgan", "dana", dollars(80_000), dollars(95_000), "Globex has no budget yet"),
    ]
    [told] = to(it, "dana")
    assert "Morgan set a call beside yours for 2026-Q4" in words(told.card)
    assert "Yours stays as it is: commit $100,000" in words(told.card)


def test_a_figure_typed_without_a_reason_is_kept_and_a_line_is_asked_for():
    it = desk(a_call())
    shown = words(it.type("dana commit 80k best 95k", member="morgan"))
    assert len(it.calls) == 2
    assert "Dana reads it without a reason" in shown


def test_the_rep_may_answer_and_the_manager_reads_it_with_a_way_to_agree_after_all():
    it = desk(a_call())
    it.type("dana commit 80k best 95k because Globex has no budget yet", member="morgan")
    overlay = it.memory.calls[-1]
    args = PERIOD | {"call": overlay.id}
    empty = it.press("forecast.answer", now=at("09:01"), args=args, fields={"answer": " "})
    assert "Write a line first" in errors(empty)["answer"]
    it.press("forecast.answer", now=at("09:02"), args=args, fields={"answer": "The board met on Friday"})
    it.press("forecast.answer", now=at("09:03"), args=args, fields={"answer": "The board met on Friday"})
    [told] = to(it, "morgan")
    assert "Dana answers your call of $80,000: “The board met on Friday”" in words(told.card)
    assert told.card.actions[0].args["call"] == a_call().id
    agree(it, a_call(), now=at("09:04"))
    assert "| agreed |" in words(it.type("", member="morgan", now=at("09:05")))


@pytest.mark.parametrize("by", ["words", "card"])
def test_a_figure_beside_it_that_is_below_what_is_won_changes_nothing_and_reaches_nobody(by):
    it = desk(a_call(), WON)
    if by == "words":
        shown = it.type("dana commit 5k because x", member="morgan")
    else:
        shown = it.press("forecast.submit", member="morgan", args=PERIOD, fields={"commit": "5k", "reason": "x"})
    assert errors(shown)["commit"].startswith("$96,000 is won already")
    assert values(shown)["reason"] == "x"
    assert len(it.calls) == 1
    assert to(it, "dana") == []


def test_a_call_that_what_is_won_has_gone_past_is_not_offered_to_be_agreed():
    it = desk(a_call(90_000, 140_000), WON)
    shown = words(it.type("", member="morgan"))
    assert "$96,000 is won by now, more than the commit of $90,000: ask for a new one." in shown
    assert "Agree: Dana" not in shown
    assert "Agree to" not in words(it.type("dana", member="morgan", now=at("09:01")))


@pytest.mark.parametrize(("who", "call"), [("bob", None), ("dana", "0" * 16), ("morgan", None), ("olivia", None)])
def test_an_answer_is_the_reps_own_and_to_what_lies_beside(who, call):
    it = desk(a_call())
    it.type("dana commit 80k best 95k because …", member="morgan")
    args = PERIOD | {"call": call or it.memory.calls[-1].id}
    it.press("forecast.answer", now=at("09:01"), member=who, args=args, fields={"answer": "Mine"})
    assert it.memory.remarks == []


# --- evidence --------------------------------------------------------------------------------------------------------
def asking(*things):
    return desk(*HISTORY, an_opportunity("O-1", name="Globex"), *things)


def test_a_call_far_from_what_the_coach_expects_is_kept_and_asked_about():
    it = asking()
    shown = it.press("forecast.submit", args=PERIOD, fields=FORM | {"commit": "900k", "best": "1m"})
    assert it.calls[-1][2] == dollars(900_000)
    assert "above the middle of what the coach expects" in words(shown)
    assert "It counts as you said it. What does it rest on" in words(shown)
    assert [one.name for one in shown.fields] == ["evidence", "deal", "criterion"]


def test_a_low_one_is_asked_what_makes_it_careful():
    it = asking(*(an_opportunity(f"O-{n}", amount=dollars(90_000), close_date=days_later(20)) for n in range(2, 9)))
    shown = words(it.press("forecast.submit", args=PERIOD, fields={"commit": "1k", "best": "2k"}))
    assert "What makes you careful" in shown


def test_near_enough_is_not_asked_about():
    it = asking()
    middle = it.press("forecast.show", args=PERIOD)
    assert "in the middle" in words(middle)
    figure = words(middle).split("with ")[1].split(" in the middle")[0]
    shown = it.press("forecast.submit", now=at("09:01"), args=PERIOD, fields={"commit": figure, "best": figure})
    assert shown.fields == ()


def test_without_a_range_nothing_is_asked():
    shown = desk().press("forecast.submit", args=PERIOD, fields=FORM | {"commit": "900k", "best": "1m"})
    assert shown.fields == ()


FAR = FORM | {"commit": "900k", "best": "1m"}


def evidence(it, now="09:01", **fields):
    args = PERIOD | {"call": it.memory.calls[-1].id}
    return it.press("forecast.evidence", now=at(now), args=args, fields={"evidence": "Globex signed"} | fields)


def test_evidence_stands_beside_the_call_and_its_managers_read_it():
    it = asking()
    it.press("forecast.submit", args=PERIOD, fields=FAR)
    before = words(it.type("", member="morgan", now=at("09:00")))
    assert "above the coach; asked what it rests on." in before
    assert "Morgan and Max read it there" in words(evidence(it))
    assert "It rests on: “Globex signed”." in words(it.type("", member="morgan", now=at("09:02")))
    again = it.press("forecast.submit", now=at("09:30"), args=PERIOD, fields=FAR)
    assert again.fields == (), "the same figures rest on the same"
    higher = it.press("forecast.submit", now=at("09:40"), args=PERIOD, fields=FAR | {"commit": "950k"})
    assert higher.fields != ()


def test_evidence_may_be_kept_at_the_deal_too():
    it = asking()
    it.press("forecast.submit", args=PERIOD, fields=FAR)
    evidence(it, deal="O-1", criterion="economic_buyer")
    [learned] = it.memory.evidence
    assert (learned.opportunity, learned.criterion, learned.answer) == ("O-1", "economic_buyer", Answer.YES)
    assert (learned.quote, learned.by) == ("Globex signed", "dana")
    assert it.memory.remarks[0].opportunity == "O-1"


def offered(card):
    return next((it.options for it in card.fields if it.name == "deal"), ())


def test_evidence_offers_open_deals_of_the_period_once_and_tells_two_of_one_name_apart():
    twin = an_opportunity("O-2", name="Globex", amount=dollars(9_000))
    won = an_opportunity("W-1", name="Done deal", status=Status.WON, closed_on=days_later(-5))
    it = asking(twin, won)
    shown = it.press("forecast.submit", args=PERIOD, fields=FAR)
    assert offered(shown) == (("O-1", "Globex ($40,000)"), ("O-2", "Globex ($9,000)"))
    assert "W-1" not in dict(offered(shown))


def test_a_deal_that_was_won_while_somebody_wrote_may_still_be_named():
    it = asking()
    it.press("forecast.submit", args=PERIOD, fields=FAR)
    remember(it.memory, an_opportunity("O-1", status=Status.WON, closed_on=days_later(0)))
    evidence(it, deal="O-1")
    assert it.memory.remarks[0].opportunity == "O-1"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"evidence": " "}, "evidence"),
        ({"evidence": "x" * 2001}, "evidence"),
        ({"deal": "B-1"}, "deal"),
        ({"deal": "no such"}, "deal"),
        ({"deal": "O-1", "criterion": "no such"}, "criterion"),
        ({"criterion": "economic_buyer"}, "deal"),
    ],
)
def test_what_cannot_be_kept_of_it_comes_back_as_typed(fields, wrong):
    it = asking(an_opportunity("B-1", member="bob"))
    it.press("forecast.submit", args=PERIOD, fields=FAR)
    shown = evidence(it, **fields)
    assert list(errors(shown)) == [wrong]
    assert values(shown)["evidence"] == fields.get("evidence", "Globex signed")
    assert it.memory.remarks == []
    assert it.memory.evidence == []


def test_evidence_for_figures_that_were_changed_since_is_not_taken_for_the_new_ones():
    it = asking()
    it.press("forecast.submit", args=PERIOD, fields=FAR)
    old = it.memory.calls[-1]
    it.press("forecast.submit", now=at("09:20"), args=PERIOD, fields=FAR | {"commit": "950k"})
    args = PERIOD | {"call": old.id}
    it.press("forecast.evidence", now=at("09:21"), args=args, fields={"evidence": "Globex signed"})
    assert it.memory.remarks == []


def test_nobody_gives_evidence_for_somebody_else():
    it = asking()
    it.press("forecast.submit", args=PERIOD, fields=FAR)
    args = PERIOD | {"call": it.memory.calls[-1].id}
    for who in ("bob", "morgan", "olivia"):
        it.press("forecast.evidence", member=who, now=at("09:01"), args=args, fields={"evidence": "x"})
    assert it.memory.remarks == []


# --- below what is won -----------------------------------------------------------------------------------------------
def test_a_commit_below_what_is_won_is_kept_and_kindly_asked_about():
    it = desk(WON)
    shown = it.press("forecast.submit", args=PERIOD, fields=FORM | {"commit": "50k", "best": "60k"})
    assert it.calls[-1][2] == dollars(50_000)
    assert "$96,000 is won already, and a commit counts it in" in words(shown)
    assert [one.label for one in shown.actions[:2]] == ["Make it $96,000", "Make it $146,000"]
    assert it.memory.alarms[escalations.CHECK, "dana"] == at() + escalations.SLIP


def test_a_call_of_nothing_below_what_is_won_is_asked_about_once():
    it = desk(WON)
    shown = it.press("forecast.submit", args=PERIOD, fields=FORM | {"commit": "0", "best": "0"})
    assert words(shown).count("Did you mean $96,000 in all?") == 1
    assert [one.label for one in shown.actions[:1]] == ["Make it $96,000"]
    assert "on top" not in words(shown)


@pytest.mark.parametrize(("action", "commit"), [("forecast.won", 96_000), ("forecast.more", 146_000)])
def test_what_was_meant_is_one_press(action, commit):
    it = desk(WON)
    it.press("forecast.submit", args=PERIOD, fields=FORM | {"commit": "50k", "best": "60k"})
    args = PERIOD | {"call": it.memory.calls[-1].id, "to": "999"}
    it.press(action, now=at("09:01"), args=args)
    assert it.calls[-1][2] == dollars(commit)
    it.press(action, now=at("09:02"), args=args)
    assert len(it.calls) == 2, "that button is about a call that was changed since"


def test_a_call_that_what_is_won_has_gone_past_is_flagged_for_both():
    it = desk(WON, a_call(90_000, 95_000))
    mine = it.type("")
    assert "$96,000 is won by now, more than the commit of $90,000." in words(mine)
    assert "Make it $96,000" in [one.label for one in mine.actions]
    assert "$96,000 is won by now, more than the commit of $90,000: ask" in words(
        it.type("", member="morgan", now=at("09:01"))
    )


def test_categories_say_that_they_are_open_deals_alone():
    shown = words(desk(WON, an_opportunity()).type(""))
    assert "By category these are open deals alone. A call is what lands in all, what is won counted in." in shown


# --- commit 190k, as one says it -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    [
        "commit 190k",
        "Commit 190k best 220k",
        "commit: $190,000",
        "best 220k commit 190k",
        "commit 190k because Acme signed",
    ],
)
def test_a_commit_said_without_forecast_before_it_is_a_call(text):
    it = desk()
    it.engine.handle(said(text))
    assert it.calls[-1][:3] == ("dana", "dana", dollars(190_000))


@pytest.mark.parametrize("text", ["commit 190", "commit 190k by friday", "commit 12 best 14", "commit 5000 flyers"])
def test_what_may_be_meant_otherwise_is_asked_back(text):
    it = desk()
    it.engine.handle(said(text))
    [shown] = it.memory.messages.values()
    assert "Is this your forecast call?" in errors(shown.card)["commit"]
    assert it.calls == []


@pytest.mark.parametrize(
    ("text", "commit", "best"),
    [
        ("forecast 120", "$120,000", "$140,000"),
        ("forecast 120/150", "$120,000", "$150,000"),
        ("forecast 200 because Acme", "$200,000", "$200,000"),
    ],
)
def test_a_figure_of_thousands_without_them_is_asked_back_in_thousands(text, commit, best):
    it = desk()
    it.engine.handle(said("forecast commit 100k best 140k"))
    it.engine.handle(said(text, at("11:00")))
    shown = list(it.memory.messages.values())[-1].card
    assert errors(shown)["commit"] == (
        f"Nothing is kept yet: did you mean {commit}? Send it if you did, or write what it is."
    )
    assert (values(shown)["commit"], values(shown)["best"]) == (commit, best)
    assert [one[2] for one in it.calls] == [dollars(100_000)]


def test_small_calls_beside_small_ones_are_kept_as_they_are_said():
    it = Desk(company=replace(TEAM_OF_TWO, targets=()))
    it.engine.handle(said("forecast 800"))
    it.engine.handle(said("forecast 900", at("11:00")))
    assert [one[2] for one in it.calls] == [dollars(800), dollars(900)]


@pytest.mark.parametrize(
    "text", ["forecast commit 120k upside 1m", "forecast 120k 1m", "forecast upside 1m commit 120k"]
)
def test_an_upside_is_a_best_case(text):
    it = desk()
    it.engine.handle(said(text))
    [call] = it.memory.calls
    assert (call.commit, call.best_case, call.reason) == (dollars(120_000), dollars(1_000_000), "")


@pytest.mark.parametrize(
    "text", ["I think I will land around 290k this quarter", "I’ll probably end up at $290,000", "I land at 290k"]
)
def test_a_guess_where_the_quarter_ends_is_asked_back(text):
    it = desk()
    it.engine.handle(said(text))
    [shown] = it.memory.messages.values()
    assert "Is this your forecast call?" in errors(shown.card)["commit"]
    assert values(shown.card)["commit"].strip("$").startswith("290")
    assert it.calls == []


@pytest.mark.parametrize(
    "text", ["I will close 3 deals", "I will finish the proposal", "agree the start date with them"]
)
def test_what_names_no_amount_is_no_guess(text):
    assert not is_call(text)


@pytest.mark.parametrize(
    "text",
    [
        "agree dana",
        "Agree with Dana",
        "I agree with Dana",
        "forecast dana agree",
        "forecast Dana: agreed",
        "forecast agree dana",
        "prognose dana einverstanden",
        "forecast dana zustimmen",
        "zustimmen dana",
        "Einverstanden mit Dana",
        "Ich stimme Dana zu",
    ],
)
def test_agreeing_by_name_shows_the_manager_that_reps_forecast(text):
    it = desk()
    it.engine.handle(said("commit 190k"))
    it.engine.handle(said(text, at("10:00"), member="morgan"))
    shown = [one.card for one in it.memory.messages.values() if one.to == "morgan"][-1]
    assert [one.label for one in shown.actions if one.name == "forecast.agree"] == ["Agree to $190,000"]
    assert errors(shown) == {}


def test_a_name_that_nobody_has_shows_the_manager_everybodys():
    it = desk(a_call())
    it.engine.handle(said("agree priya", member="morgan"))
    [shown] = it.memory.messages.values()
    assert labels(shown.card) == ["Agree: Dana, $100,000"]


def test_the_manager_is_asked_whose_commit_that_is():
    it = desk()
    it.engine.handle(said("commit 190k", member="morgan"))
    [shown] = it.memory.messages.values()
    assert "Whose forecast" in words(shown.card)


# --- the lock --------------------------------------------------------------------------------------------------------
FRIDAY = days_later(4)
NOON = at("12:00", FRIDAY, "America/New_York")


def locked(*things, now=NOON, company=TEAM_OF_TWO):
    it = Desk(*things, company=company)
    it.memory.alarms["forecast.lock", ""] = NOON
    it.engine.tick(now)
    return it


def test_the_lock_keeps_each_reps_call_as_it_stood_and_says_who_had_none():
    agreed = a_remark(a_call())
    it = locked(a_call(), agreed, WON)
    rows = {one.member: one for one in it.memory.locks.values()}
    assert set(rows) == {"dana", "bob", TEAM}
    dana = rows["dana"]
    assert (dana.commit, dana.best_case, dana.agreed_by, dana.won) == (
        dollars(100_000),
        dollars(140_000),
        "morgan",
        dollars(96_000),
    )
    assert (dana.at, dana.on, dana.call) == (NOON, FRIDAY, a_call().id)
    assert (rows["bob"].commit, rows["bob"].call) == (None, "")
    assert it.memory.alarms["forecast.lock", ""] == NOON + timedelta(days=7)


def test_the_coachs_range_of_that_moment_is_kept_with_it():
    rows = {one.member: one for one in locked(*HISTORY, an_opportunity()).memory.locks.values()}
    assert rows["dana"].p10 <= rows["dana"].p50 <= rows["dana"].p90
    assert rows[TEAM].expected is not None


def test_a_lock_that_comes_late_keeps_what_stood_when_it_was_due():
    on_time, late = a_call(), a_call(5_000, 6_000, days=4, called_at=NOON + timedelta(minutes=1))
    kept = an_estimate(FRIDAY, member="dana", by=Author.COACH)
    it = locked(on_time, late, kept, now=NOON + timedelta(days=2))
    dana = it.memory.locks[FRIDAY, "dana"]
    assert (dana.commit, dana.at) == (dollars(100_000), NOON)
    assert dana.p50 == kept.p50, "what the coach expected that morning; now is two days later"
    assert it.memory.locks[FRIDAY, "bob"].p50 is None


def test_weeks_slept_through_are_locked_one_after_the_other():
    it = locked(a_call(), now=NOON + timedelta(days=15))
    for _ in range(3):
        it.engine.tick(NOON + timedelta(days=15))
    assert sorted({on for on, _ in it.memory.locks}) == [FRIDAY, days_later(11), days_later(18)]


def test_applying_the_file_on_the_day_of_the_lock_locks_nothing_anew():
    it = locked(a_call())
    it.engine.handle(planned(NOON + timedelta(hours=1)))
    it.memory.calls.append(a_call(5_000, 6_000, called_at=NOON - timedelta(minutes=1)))
    it.engine.tick(NOON + timedelta(hours=1))
    assert it.memory.locks[FRIDAY, "dana"].commit == dollars(100_000)
    assert it.memory.alarms["forecast.lock", ""] == NOON + timedelta(days=7)


def test_a_call_after_the_lock_is_told_as_a_change_since():
    it = locked(a_call())
    later = NOON + timedelta(hours=1)
    shown = words(it.press("forecast.submit", now=later, args=PERIOD, fields=FORM))
    assert "Locked on Fri 27 Nov at 11:00: commit $100,000, not agreed. This shows as a change since" in shown
    managers = words(it.type("", member="morgan", now=later))
    assert "Locked on Fri 27 Nov at 12:00: commit $100,000, 0 of 2 agreed." in managers
    assert "Changed since the lock, up $20,000 in all:" in managers
    assert "Dana: $100,000 to $120,000, up $20,000" in managers
    assert it.memory.locks[FRIDAY, "dana"].commit == dollars(100_000)


def test_a_reps_own_call_after_the_lock_is_told_where_a_figure_of_the_managers_lies_beside_it():
    it = locked(a_call(), a_call(80_000, 90_000, days=-1, by="morgan", reason="No budget"))
    it.press("forecast.submit", now=NOON + timedelta(hours=1), args=PERIOD, fields=FORM)
    managers = words(it.type("", member="morgan", now=NOON + timedelta(hours=2)))
    assert "Nothing has changed since the lock." not in managers
    assert "Changed since the lock; the sum stands as it was:" in managers
    assert (
        "Dana: called commit $100,000, best case $140,000 and calls commit $120,000, best case $150,000 now; the figure "
        "beside it, $80,000, stands"
    ) in managers


def test_a_best_case_alone_that_is_another_one_is_a_change_since_the_lock():
    it = locked(a_call())
    fields = FORM | {"commit": "100k"}
    it.press("forecast.submit", now=NOON + timedelta(hours=1), args=PERIOD, fields=fields)
    managers = words(it.type("", member="morgan", now=NOON + timedelta(hours=2)))
    assert "Dana: best case $140,000 to $150,000, up $10,000" in managers


def test_the_same_call_again_is_no_change():
    it = locked(a_call())
    args = {"period": "2026-Q4", "commit": "10000000"}
    it.press("forecast.keep", now=NOON + timedelta(hours=1), args=args)
    assert "Nothing has changed since the lock." in words(it.type("", member="morgan", now=NOON + timedelta(hours=2)))


def test_an_import_is_enough_to_be_locked_from_then_on_and_takes_nothing_that_is_due_away():
    it = desk(a_call())
    it.engine.handle(imported(at("09:00")))
    assert it.memory.alarms["forecast.lock", ""] == NOON
    it.engine.handle(imported(NOON + timedelta(minutes=5)))
    it.engine.tick(NOON + timedelta(minutes=5))
    assert it.memory.locks[FRIDAY, "dana"].at == NOON


def test_the_lock_can_be_moved():
    company = replace(TEAM_OF_TWO, forecast=ForecastPlan(lock=Weekly(Weekday.TUE, at("08:00").time())))
    it = Desk(company=company)
    it.engine.handle(planned())
    assert it.memory.alarms["forecast.lock", ""] > at()


# --- before the lock -------------------------------------------------------------------------------------------------
def test_the_manager_reads_before_the_lock_who_is_missing_and_what_is_to_agree():
    it = desk(a_call(days=0))
    before = at("10:00", FRIDAY, "America/New_York")
    it.memory.alarms["forecast.brief", ""] = before
    it.engine.tick(before)
    [told] = to(it, "morgan")
    assert (
        told.card.summary == "The forecast is locked on Fri 27 Nov at 12:00: 1 call to agree, not called this week: Bob"
    )
    assert "Agree: Dana, $100,000" in [one.label for one in told.card.actions]


def test_when_all_is_agreed_the_manager_is_left_in_peace():
    calls = [a_call(days=0), a_call(days=0, member="bob", by="bob")]
    it = desk(*calls, *map(a_remark, calls))
    before = at("10:00", FRIDAY, "America/New_York")
    it.memory.alarms["forecast.brief", ""] = before
    it.engine.tick(before)
    assert to(it, "morgan") == []
    assert it.memory.alarms["forecast.brief", ""] == before + timedelta(days=7)


# --- how it moved ----------------------------------------------------------------------------------------------------
def moved(it, now=None, args=PERIOD):
    event = pressed("forecast.history", now, args=args)
    it.engine.handle(event)
    return it.memory.messages[f"reply:{event.key}"].card


def test_every_call_is_told_with_what_it_changed_and_the_locks_between():
    it = locked(a_call(), a_call(80_000, 90_000, days=-1, by="morgan", reason="No budget"))
    it.press("forecast.submit", now=NOON + timedelta(hours=1), args=PERIOD, fields=FORM)
    table = [row for row in words(moved(it, NOON + timedelta(hours=2))).splitlines() if " | " in row]
    assert [row.split(" | ")[1:4] for row in table] == [
        ["the rep", "$100,000", "first"],
        ["Morgan", "$80,000", "first"],
        ["locked", "$80,000", ""],
        ["the rep", "$120,000", "up $20,000"],
    ]


def test_a_rep_reads_no_history_but_their_own():
    it = desk(a_call(), a_call(77_000, 78_000, member="bob", by="bob"))
    assert "$77,000" not in words(moved(it, args={"member": "bob"}))


def test_the_owner_reads_the_locked_sum_from_four_reps_on_and_nobodys_own():
    reps = [a_member(one) for one in ("dana", "bob", "eve", "kim")]
    company = a_company(*reps, a_manager(), an_owner())
    calls = [a_call(member=one.id, by=one.id) for one in reps]
    it = locked(*calls, a_remark(calls[0]), company=company)
    it.press("forecast.submit", now=NOON + timedelta(hours=1), args=PERIOD, fields=FORM)
    shown = words(it.type("", member="olivia", now=NOON + timedelta(hours=2)))
    assert "commit $420,000, best case $570,000, from 4 reps; 0 agreed with the manager." in shown
    assert "Locked on Fri 27 Nov at 12:00 at $400,000, 1 agreed; since then up $20,000." in shown
    assert "Dana" not in shown


def test_a_manager_of_another_company_agrees_to_nothing_here():
    ours, theirs = TEAM_OF_TWO, replace(TEAM_OF_TWO, slug="other", name="Other")
    store = MemoryStore(ours, theirs)
    remember(store.of["acme"], a_call())
    engine = Engine(store, no_holidays, (ROUTINE,))
    engine.handle(
        replace(pressed("forecast.agree", member="morgan", args=PERIOD | {"call": a_call().id}), company="other")
    )
    assert store.of["acme"].remarks == store.of["other"].remarks == []
    assert store.of["acme"].messages == {}


def test_what_sends_the_fields_is_what_enter_presses():
    it = desk(WON, a_call(90_000, 95_000))
    assert it.type("").actions[0].name == "forecast.submit"
    assert it.type("dana", member="morgan", now=at("09:01")).actions[0].name == "forecast.submit"
