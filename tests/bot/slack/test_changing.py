"""A company that was set up in Slack is changed there: real store and engine; only Slack is a fake."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.files.company import read_company
from bot.files.plain import dump
from bot.founding import ByFile
from coaching.company import EscalationPolicy, Target
from coaching.habits import Habit
from coaching.identity import Standing
from coaching.money import Money
from coaching.people import Hours, Role
from coaching.revision import revised
from tests.bot.slack.test_install import SIGNING
from tests.bot.slack.test_onboarding import (  # noqa: F401 - fixtures
    ANNA,
    TEAM,
    Set,
    founded,
    set_up,
    slack,
    typed,
)
from tests.fakes import no_holidays
from tests.quiet import tick
from tests.slack_lint import problems
from tests.slack_requests import in_view, json_call, message

WHO, PLAN = '{"v":1,"a":"files.who","args":{}}', '{"v":1,"a":"files.plan","args":{}}'
NEXT = "2027-Q1"


@pytest.fixture
def there(set_up: Set) -> Set:  # noqa: F811 - the fixture
    founded(set_up)
    return set_up


def opened(there: Set, value: str, user: str = ANNA) -> dict[str, Any]:
    n = len(there.slack.opened)
    there.do(in_view({"type": "home"}, value, user=user, team=TEAM, trigger=f"{n}.{user}.{value}"))
    return there.slack.opened[-1][1]


def as_shown(view: dict[str, Any]) -> dict[str, Any]:
    """What a window that nobody touches sends."""
    found: dict[str, Any] = {}
    for it in view["blocks"]:
        if it["type"] != "input":
            continue
        element, name = it["element"], it["block_id"].removeprefix("setup:")
        match element["type"]:
            case "multi_users_select":
                found[name] = element.get("initial_users", [])
            case "checkboxes":
                found[name] = [one["value"] for one in element["initial_options"]]
            case "static_select":
                found[name] = element["initial_option"]["value"]
            case "timepicker":
                found[name] = element["initial_time"]
            case _:
                found[name] = element.get("initial_value", "")
    return found


def sent(there: Set, view: dict[str, Any], user: str = ANNA, **changed: Any) -> dict[str, Any]:
    return there.send(view, user, **(as_shown(view) | changed))


def text(view: Any) -> str:
    return json.dumps(view, ensure_ascii=False)


def hired(there: Set) -> None:
    there.slack.add_user("U0KIM", name="Kim Novak", zone="Europe/Paris", email="kim@quill.example")


# --- the way there -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("user", [ANNA, "U0OSKAR"])
def test_a_word_leads_to_the_forms_for_whoever_looks_after_the_set_up(there, user):
    answer = text(typed(there, "set up", user))
    assert "files.who" in answer
    assert "files.plan" in answer
    assert "Anna, Oskar" in text(typed(there, "set up", "U0BEN"))


def test_the_managers_home_leads_there_too(there):
    assert "files.setup" in there.open_home(ANNA)
    there.do(in_view({"type": "home"}, '{"v":1,"a":"files.setup","args":{}}', user=ANNA, team=TEAM))
    shown = there.slack.opened[-1][1]
    assert "files.who" in text(shown)
    window = {"type": "modal", "id": "V1", "hash": "1.1"}
    there.do(in_view(window, WHO, user=ANNA, team=TEAM, trigger="2.2"))
    assert "Ben" not in text(shown)
    assert "setup:reps" in text(there.slack.updated["V1"])


# --- people --------------------------------------------------------------------------------------------------------
def test_a_new_hire_is_added_after_a_dry_run_and_is_greeted(there):
    hired(there)
    form = opened(there, WHO)
    assert as_shown(form) == {
        "name": "Quill & Fern", "language": "en", "reps": ["U0BEN", "U0CLEO"], "managers": [ANNA], "owners": ["U0OSKAR"], "admins": [],
        "zone": "Europe/Berlin", "country": "DE",
    }  # fmt: skip
    before = there.company()
    dry = sent(there, form, reps=["U0BEN", "U0CLEO", "U0KIM"])["view"]
    assert "+ Rep: Kim" in text(dry)
    assert there.company() == before
    done = sent(there, dry)["view"]
    assert "is changed" in text(done)
    kim = there.company().member("kim")
    assert (kim.role, kim.zone, kim.email, kim.handles) == (
        Role.REP, "Europe/Paris", "kim@quill.example", {"slack": "U0KIM"},
    )  # fmt: skip
    assert replace(there.company(), members=before.members) == before
    tick(there.program)
    assert "Your next check-in" in text(there.slack.published["U0KIM"])
    with there.store.work("quill-fern") as work:
        assert "Hello Kim" in work.message("kim", "hello:kim").summary
        assert work.message("ben", "hello:ben") is not None


def test_what_is_altered_after_the_dry_run_is_shown_anew_before_it_counts(there):
    hired(there)
    dry = sent(there, opened(there, WHO), reps=["U0BEN", "U0CLEO", "U0KIM"])["view"]
    other = sent(there, dry, reps=["U0BEN", "U0KIM"])["view"]
    assert "- Rep: Cleo Marsh" in text(other)
    assert "Open matters of Cleo Marsh close, and their open deals are with Anna then." in text(other)
    assert there.company().member("kim") is None
    sent(there, other)
    assert there.company().member("kim").active
    assert not there.company().member("cleo").active


def test_nothing_changed_says_so_and_applies_nothing(there):
    before = there.company()
    same = sent(there, opened(there, WHO))["view"]
    assert "Nothing would change" in text(same)
    assert "Nothing would change" in text(sent(there, same)["view"])
    assert there.company() == before


def test_what_somebody_else_changed_meanwhile_is_seen_before_anything_is_applied(there):
    hired(there)
    dry = sent(there, opened(there, WHO), reps=["U0BEN", "U0CLEO", "U0KIM"])["view"]
    there.slack.add_user("U0LEO", name="Leo Marsh")
    other = sent(there, opened(there, WHO), reps=["U0BEN", "U0CLEO", "U0LEO"])["view"]
    sent(there, other)
    shown = sent(there, dry)["view"]
    assert "- Rep: Leo Marsh" in text(shown), "the window is of before"
    assert there.company().member("leo").active


def test_what_the_windows_do_not_ask_for_stays(there):
    with there.store.work("quill-fern") as work:
        made = work.company
        work.keep_company(
            replace(
                made,
                habits=(
                    *made.habits,
                    Habit(id="demos", name="Demos", unit="demos", per_week=3, cue="after lunch"),
                    Habit(id="reviews", name="Reviews", unit="reviews", per_week=2, role=Role.MANAGER),
                ),
                quiet_hours=Hours(made.quiet_hours.start, made.checkin.at),
                escalation=EscalationPolicy(acknowledge_hours=made.escalation.acknowledge_hours * 2),
                targets=(*made.targets, Target(period="2025-Q1", amount=Money(100, "EUR"))),
            )
        )
    before = there.company()
    hired(there)
    sent(there, sent(there, opened(there, WHO), reps=["U0BEN", "U0CLEO", "U0KIM"])["view"])
    sent(there, sent(there, opened(there, PLAN), **{"target.2027-Q1": "600k"})["view"])
    after = there.company()
    assert {it.id for it in after.members} - {it.id for it in before.members} == {"kim"}
    assert set(after.targets) - set(before.targets) == {Target(period=NEXT, amount=Money(60_000_000, "EUR"))}
    assert replace(after, members=before.members, targets=before.targets) == before
    assert revised(after, read_company(dump(after).encode())) == after


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"zone": "Mars"}, "zone"), ({"country": "ZZ"}, "country"), ({"name": " "}, "name"), ({"reps": []}, "reps"),
        ({"managers": [], "owners": []}, "managers"), ({"reps": ["U0BEN", "U0BOT"]}, "reps"), ({"admins": ["U0BEN"]}, "admins"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_beside_its_field(there, changed, field):
    there.slack.add_user("U0BOT", name="Bot", is_bot=True)
    before = there.company()
    answer = sent(there, opened(there, WHO), **changed)
    assert list(answer["errors"]) == [f"setup:{field}"]
    assert there.company() == before


def test_the_companys_other_zone_moves_whose_own_nobody_said_and_no_one_whose_profile_did(there):
    with there.store.work("quill-fern") as work:
        filed = [
            replace(it, zone="Europe/Berlin", zone_seen="", zone_filed="")
            for it in work.company.members
            if it.id == "ben"
        ]
        work.keep_company(replace(work.company, members=(*filed, *work.company.members[1:])))
    dry = sent(there, opened(there, WHO), zone="Europe/Vienna")["view"]
    assert "Time zone of Ben Okafor: Europe/Berlin → Europe/Vienna" in text(dry)
    sent(there, dry)
    zones = {it.id: it.zone for it in there.company().members}
    assert (zones["ben"], zones["anna"]) == ("Europe/Vienna", "Europe/Berlin")
    file = read_company(dump(there.company()).encode())
    assert {it.id: it.zone for it in revised(there.company(), file).members} == zones


def test_who_can_not_be_picked_is_said_with_all_else_that_is_wrong(there):
    for user in ("U0BOT", "U0BOT2"):
        there.slack.add_user(user, name=user.title(), is_bot=True)
    there.slack.add_user("U0GONE", name="Gil Gone", deleted=True)
    picks = {"reps": ["U0BOT", "U0BEN", "U0BOT2"], "owners": ["U0GONE"], "admins": ["U0BEN"]}
    found = sent(there, opened(there, WHO), **picks, zone="Mars", country="ZZ")["errors"]
    assert sorted(found) == [f"setup:{it}" for it in ("admins", "country", "owners", "reps", "zone")]
    assert found["setup:reps"] == "U0Bot is an app. Pick people. U0Bot2 is an app. Pick people."
    assert "deactivated" in found["setup:owners"]
    alone = sent(there, opened(there, WHO), reps=["U0BOT"], managers=[], owners=["U0GONE"])["errors"]
    assert sorted(alone) == ["setup:owners", "setup:reps"], "they are picked, if wrongly: nobody is asked for more"


# --- the week ------------------------------------------------------------------------------------------------------
def test_days_habits_and_the_targets_of_two_quarters_are_changed(there):
    form = opened(there, PLAN)
    assert as_shown(form)["targets.2026-Q4"] == "Ben Okafor: 180000\nCleo Marsh:"
    typed_in = {
        "at": "10:00", "habit.calls": "30", "target.2027-Q1": "600k", "targets.2027-Q1": "Ben Okafor: 200k\nCleo Marsh: 150k",
    }  # fmt: skip
    dry = sent(there, form, **typed_in)["view"]
    assert "- Counted: Calls, 25 a day" in text(dry)
    assert "+ Counted: Calls, 30 a day" in text(dry)
    assert "+ Target 2027-Q1: €600,000" in text(dry)
    sent(there, dry)
    made = there.company()
    assert f"{made.checkin.at:%H:%M}" == "10:00"
    assert made.habits[0].per_day == 30
    assert [(it.period, it.member) for it in made.targets] == [
        ("2026-Q4", None), ("2026-Q4", "ben"), (NEXT, None), (NEXT, "ben"), (NEXT, "cleo"),
    ]  # fmt: skip


def test_what_cannot_be_read_of_the_week_is_said_beside_its_field(there):
    answer = sent(there, opened(there, PLAN), **{"targets.2027-Q1": "Zoe: 5k"})
    assert list(answer["errors"]) == ["setup:targets.2027-Q1"]


def test_a_target_far_below_the_reps_own_is_asked_about_unless_it_was_there_before(there):
    far = {"target.2027-Q1": "90k", "targets.2027-Q1": "Ben Okafor: 200k"}
    answer = sent(there, opened(there, PLAN), **far)
    assert answer["errors"]["setup:target.2027-Q1"].startswith(
        "€90,000 is far below the €200,000 that the reps’ targets add up to."
    )
    with there.store.work("quill-fern") as work:
        amounts = ((None, 90), ("ben", 200_000))
        filed = (Target(period=NEXT, member=who, amount=Money.of(it, "EUR")) for who, it in amounts)
        work.keep_company(replace(work.company, targets=(*work.company.targets, *filed)))
    assert "errors" not in sent(there, opened(there, PLAN), at="10:00")


def test_a_company_that_changed_between_the_look_and_the_writing_is_left_as_it_is(there):
    before = there.company()
    with there.store.work("quill-fern") as work:
        work.keep_company(replace(before, name="Quill"))
    by = ByFile(there.store, no_holidays, lambda _event: None, None)
    why = by.change(before, replace(before, zone="Europe/Paris"), before.member("anna"), there.program.clock.now())
    assert "Somebody changed it" in why
    assert (there.company().name, there.company().zone) == ("Quill", "Europe/Berlin")
    erased = by.change(
        replace(before, slug="gone", slack_team="T0GONE"), before, before.member("anna"), there.program.clock.now()
    )
    assert "Somebody changed it" in erased
    assert "gone" not in there.store.companies()


# --- who may -------------------------------------------------------------------------------------------------------
def test_a_rep_opens_nothing_and_sends_nothing(there):
    hired(there)
    form = opened(there, WHO)
    refused = opened(there, WHO, "U0BEN")
    assert "blocks" in refused
    assert "setup:reps" not in text(refused)
    dry = sent(there, form, reps=["U0BEN", "U0CLEO", "U0KIM"])["view"]
    answer = sent(there, dry, "U0BEN")
    assert "Anna, Oskar" in text(answer)
    assert there.company().member("kim") is None


def test_whoever_lost_the_role_meanwhile_applies_nothing(there):
    hired(there)
    dry = sent(there, opened(there, WHO), reps=["U0BEN", "U0CLEO", "U0KIM"])["view"]
    with there.store.work("quill-fern") as work:
        now = tuple(replace(it, role=Role.REP) if it.id == "anna" else it for it in work.company.members)
        work.keep_company(replace(work.company, members=now))
    sent(there, dry)
    assert there.company().member("kim") is None


def test_a_stranger_and_another_workspace_are_told_nothing(there):
    form = opened(there, WHO)
    for user in ("U0NOBODY", "U0KIM"):
        assert "don't know you" in text(sent(there, form, user))
    there.slack.names["T0THIRD"] = "Third"
    there.install(team="T0THIRD", user="U0BEN")
    answer = there.send_from("T0THIRD", {}, form, ANNA, **as_shown(form))
    assert "don't know you" in text(answer)


def test_a_forged_window_shows_what_would_change_first(there):
    hired(there)
    before = there.company()
    form = opened(there, WHO)
    for seen in ("", "0" * 32):
        forged = dict(form, private_metadata=json.dumps({"v": 1, "a": "files.who", "args": {"seen": seen}}))
        answer = sent(there, forged, reps=["U0BEN", "U0CLEO", "U0KIM"])
        assert "This would change" in text(answer)
    assert there.company() == before


# --- somebody who wrote and isn't known ----------------------------------------------------------------------------
def test_who_is_this_leads_to_the_form_with_them_picked_and_they_are_known_then(there):
    hired(there)
    there.post(json_call(message("hello", user="U0KIM", team=TEAM), secret=SIGNING))
    with there.store.work("quill-fern") as work:
        (waiting,) = work.newcomers(Standing.WAITING)
        assert waiting.handle == "U0KIM"
    value = json.dumps({"v": 1, "a": "files.who", "args": {"platform": "slack", "handle": "U0KIM"}})
    form = opened(there, value)
    assert as_shown(form)["reps"] == ["U0BEN", "U0CLEO", "U0KIM"]
    sent(there, sent(there, form)["view"])
    with there.store.work("quill-fern") as work:
        assert work.newcomers(Standing.WAITING) == ()
        (known,) = work.newcomers(Standing.KNOWN)
    assert (known.member, known.by) == ("kim", "anna")


# --- what Slack takes ----------------------------------------------------------------------------------------------
def test_every_window_is_what_slack_takes(there):
    hired(there)
    who, plan = opened(there, WHO), opened(there, PLAN)
    dry = sent(there, who, reps=["U0BEN", "U0CLEO", "U0KIM"])["view"]
    later = sent(there, plan, **{"habit.calls": "30"})["view"]
    for view in (who, plan, dry, later, sent(there, dry)["view"]):
        assert len(view["title"]["text"]) <= 24
        assert len(view.get("submit", {"text": ""})["text"]) <= 24
        assert len(view["blocks"]) <= 100
        assert len(view.get("private_metadata", "")) <= 3000
        words = [it for it in view["blocks"] if it["type"] != "input"]
        assert not words or problems({"text": "x", "blocks": words}) == []
        ids = [it["block_id"] for it in view["blocks"] if "block_id" in it]
        assert len(set(ids)) == len(ids)


def test_in_german_it_is_german(there):
    form = opened(there, WHO)
    sent(there, sent(there, form, language="de")["view"])
    assert there.company().language == "de"
    for value in (WHO, PLAN):
        shown = opened(there, value)
        assert "So ist es jetzt." in text(shown)
        assert shown["close"]["text"] == "Schließen"
