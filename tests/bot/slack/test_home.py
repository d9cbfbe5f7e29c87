"""The Home tab, windows and shortcuts, from signed requests to what Slack is told: only Slack is a fake."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.fernet import Fernet

from bot import buttons
from bot.app import assemble
from bot.commands.apply import apply, kept_ids
from bot.files.plain import dump
from bot.server import server
from bot.settings import Settings
from bot.slack.app import FOREIGN
from bot.slack.views import window
from coaching.card import Action, Card, Look, say
from coaching.checkins import CheckInStatus, CommitmentState
from coaching.company import Company
from coaching.decision import Decision
from coaching.escalation import LIVE
from coaching.events import Planned
from coaching.people import Role
from storage.database import create_engine
from storage.deliveries import Pace
from storage.store import SqlStore
from tests.bot.commands.conftest import runner
from tests.builders import (
    MONDAY,
    a_checkin,
    a_company,
    a_manager,
    a_member,
    an_escalation,
    an_opportunity,
    an_owner,
    at,
)
from tests.delivering import Still
from tests.fake_slack import TOKEN, FakeSlack
from tests.quiet import Quiet, tick
from tests.slack_requests import (
    SECRET,
    Call,
    form_call,
    home_opened,
    in_view,
    interaction,
    json_call,
    press,
    sent_in,
    shortcut,
    slash,
    user_changed,
)

NO_PACE = Pace(company=timedelta(0), conversation=timedelta(0))
HOME = {"type": "home", "callback_id": ""}
KEY = Fernet.generate_key().decode()


class Acme:
    """Asked at 08:30, with one deal."""

    def __init__(self, url: str, slack: FakeSlack) -> None:
        self.slack = slack
        self.store = SqlStore(create_engine(url))
        acme = a_company(slack_team="T0ACME")
        with self.store.opened(acme, at("07:00")) as work:
            work.keep_company(acme)
        with self.store.work("acme") as work:
            work.keep_pipeline(opportunities=(an_opportunity(),), changes=(), snapshots=(), on=MONDAY)
        settings = Settings(
            _env_file=None,
            coach_database_url=url,
            slack_api_url=slack.url,
            slack_signing_secret=SECRET,
            slack_bot_token=TOKEN,
        )
        self.clock = Still(at("09:00"))
        self.program = assemble(settings, self.store, clock=self.clock)
        self.program.delivery._courier._channels[0].pace = NO_PACE
        self.homes = self.program.slack.homes
        self.homes._gather = self.homes._apart = 0.01
        self.program.engine.handle(Planned(company="acme", key="planned", at=at("07:00")))
        self.program.engine.tick(at("08:30"))

    def post(self, *calls: Call) -> list[httpx.Response]:
        """One after the other, each with what follows in the background."""

        async def run() -> list[httpx.Response]:
            app = server(self.program, worker=False)
            way = httpx.ASGITransport(app)
            answers = []
            async with (
                app.router.lifespan_context(app),
                httpx.AsyncClient(transport=way, base_url="http://x") as client,
            ):
                quiet = Quiet(self.program)
                for it in calls:
                    answers.append(await client.post("/slack/events", content=it.body, headers=it.all_headers()))
                    await quiet()
            return answers

        return asyncio.run(run())

    def tick(self) -> None:
        tick(self.program)

    def deliver(self) -> None:
        async def run() -> None:
            await self.program.delivery.step()
            await self.program.close()

        asyncio.run(run())

    def open_home(self, user: str = "U0DANA", **more: Any) -> str:
        self.post(json_call(home_opened(user=user, **more)))
        return json.dumps(self.slack.published.get(user), ensure_ascii=False)

    def checkin(self):
        with self.store.work("acme") as work:
            return next(iter(work.checkins(MONDAY, MONDAY, "dana")), None)


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as fake:
        yield fake


@pytest.fixture
def acme(migrated_sqlite_url: str, slack: FakeSlack) -> Iterator[Acme]:
    made = Acme(migrated_sqlite_url, slack)
    yield made
    made.store.engine.dispose()


@pytest.fixture
def by_command(migrated_sqlite_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[Company], None]:
    """`coach apply` of a company's file; what it knows of the running program is the database."""
    run = runner(monkeypatch, migrated_sqlite_url, at("08:59"))

    def applied(company: Company) -> None:
        file = tmp_path / "acme.yaml"
        file.write_text(dump(company))
        done = run("apply", str(file))
        assert done.exit_code == 0, done.output

    return applied


def value(name: str, **args: str) -> str:
    return buttons.write(Action(name, "x", args))


def typed(**fields: str) -> dict[str, Any]:
    return {
        f"field:{name.replace('__', '.')}": {"value": {"type": "plain_text_input", "value": it}}
        for name, it in fields.items()
    }


# --- the Home tab --------------------------------------------------------------------------------------------------
def test_a_rep_sees_their_day_the_manager_the_team_the_owner_the_period(acme):
    assert "Today’s check-in waits" in acme.open_home()
    assert "Nothing waits for you" in acme.open_home("U0MORGAN")
    assert "Where 2026-Q4 lands" in acme.open_home("U0OLIVIA")
    assert "Dana" not in json.dumps(acme.slack.published["U0OLIVIA"])


def test_the_messages_tab_publishes_nothing(acme, slack):
    acme.post(json_call(home_opened(tab="messages")))
    assert not slack.published


def test_who_is_no_member_sees_how_to_become_one_and_nothing_else(acme, slack):
    slack.add_user("U0NEW")
    assert "I don't know you here yet" in acme.open_home("U0NEW")
    slack.add_user("U0FAR")
    shown = acme.open_home("U0DANA", team="T0OTHER")
    assert "Check-in" not in shown.replace("Today’s check-in", "Check-in") or "connected" in shown


def test_who_has_left_sees_nothing_of_the_company(acme):
    with acme.store.work("acme") as work:
        left = tuple(replace(it, active=it.id != "dana") for it in work.company.members)
        work.keep_company(replace(work.company, members=left))
    shown = acme.open_home()
    assert "I don't know you" in shown
    assert "Forecast" not in shown


def test_it_is_published_again_when_something_of_theirs_changes_and_only_theirs(acme, slack):
    for user in ("U0DANA", "U0MORGAN", "U0OLIVIA"):
        acme.open_home(user)
    before = len(slack.publications)
    day = MONDAY.isoformat()
    acme.post(interaction(press(value("checkin.send", day=day), typed(count__calls="12"))))
    after = slack.publications[before:]
    assert [user for user, _ in after] == ["U0DANA"]
    assert "checked in for today" in json.dumps(after[0][1])


def test_what_a_rep_asks_for_appears_in_the_managers_home(acme, slack):
    acme.open_home("U0MORGAN")
    acme.post(form_call(slash("/coach", "ask can you join the Globex call")))
    assert "1 matter waits" in json.dumps(slack.published["U0MORGAN"])


def test_who_never_opened_it_is_never_published_to(acme, slack):
    acme.post(form_call(slash("/coach", "12 calls")))
    assert not slack.published


def test_what_looks_the_same_is_not_published_again(acme, slack):
    acme.open_home()
    acme.homes.changed("acme", {"dana"})
    acme.post(form_call(slash("/coach", "help")))
    assert len(slack.publications) == 1


def test_the_hash_of_what_it_replaces_goes_along_and_a_conflict_is_settled(acme, slack):
    acme.open_home()
    sent = [more for method, more in slack.asked if method == "views.publish"]
    assert "hash" not in sent[0]
    slack.hashes["VHU0DANA"] = "9.somebody-else-published"
    acme.post(interaction(press(value("checkin.send", day=MONDAY.isoformat()), typed(count__calls="12"))))
    sent = [more for method, more in slack.asked if method == "views.publish"]
    assert len(sent) == 3
    assert sent[1]["hash"]
    assert "hash" not in sent[2]
    assert "checked in for today" in json.dumps(slack.published["U0DANA"])


def test_what_slack_says_it_shows_is_believed(acme, slack):
    acme.open_home()
    slack.hashes["VHU0DANA"] = "9.other"
    acme.open_home(view_hash="9.other")
    sent = [more for method, more in slack.asked if method == "views.publish"]
    assert sent[-1]["hash"] == "9.other"
    assert len(slack.publications) == 2


def test_a_file_applied_by_another_process_shows_in_the_homes_that_people_look_at(acme, slack, by_command):
    for user in ("U0DANA", "U0MORGAN"):
        acme.open_home(user)
    before = len(slack.publications)
    by_command(a_company(slack_team="T0ACME", language="de"))
    acme.tick()
    after = dict(slack.publications[before:])
    assert set(after) == {"U0DANA", "U0MORGAN"}
    assert "Check-in von heute" in json.dumps(after["U0DANA"], ensure_ascii=False)


def test_whom_a_file_makes_a_member_no_longer_reads_that_nobody_knows_them(acme, slack, by_command):
    slack.add_user("U0NEW")
    assert "I don't know you here yet" in acme.open_home("U0NEW")
    by_command(a_company(*a_company().members, a_member("nils", handles={"slack": "U0NEW"}), slack_team="T0ACME"))
    acme.tick()
    assert "Monday, Nils" in json.dumps(slack.published["U0NEW"], ensure_ascii=False)


def test_a_file_that_changes_nothing_to_be_seen_publishes_nothing(acme, slack, by_command):
    acme.open_home()
    by_command(a_company(slack_team="T0ACME"))
    acme.tick()
    assert len(slack.publications) == 1


def test_a_slack_that_refuses_is_no_trouble_for_anybody(acme, slack):
    slack.revoke()
    (answer,) = acme.post(json_call(home_opened()))
    assert answer.status_code == 200


# --- windows -------------------------------------------------------------------------------------------------------
def opened(acme: Acme) -> dict[str, Any]:
    return acme.slack.opened[-1][1]


def test_a_check_in_is_answered_from_the_home_tab(acme, slack):
    acme.deliver()
    acme.open_home()
    acme.post(interaction(in_view(HOME, value("checkin.open", day=MONDAY.isoformat()))))
    form = opened(acme)
    assert form["submit"]["text"] == "Send"
    assert {it["block_id"] for it in form["blocks"] if it["type"] == "input"} >= {"field:count.calls"}
    (answer,) = acme.post(interaction(sent_in(form, typed(count__calls="12", commitment="Send Globex the offer"))))
    assert answer.json()["response_action"] == "update"
    assert "is kept" in json.dumps(answer.json()["view"])
    kept = acme.checkin()
    assert (kept.status, kept.counts["calls"]) == (CheckInStatus.ANSWERED, 12)
    acme.deliver()
    (asked,) = slack.to("U0DANA")
    assert asked.edits == 1
    assert "checked in for today" in json.dumps(slack.published["U0DANA"])


def test_what_cannot_be_read_is_said_beside_its_field(acme):
    acme.post(interaction(in_view(HOME, value("checkin.open", day=MONDAY.isoformat()))))
    (answer,) = acme.post(interaction(sent_in(opened(acme), typed(count__calls="many"))))
    assert answer.json()["response_action"] == "errors"
    assert set(answer.json()["errors"]) == {"field:count.calls"}
    assert acme.checkin().status is CheckInStatus.OPEN


def test_what_was_mended_in_a_window_is_kept(acme):
    """Slack shows the errors in the window as it is: its hash stays."""
    acme.post(interaction(in_view(HOME, value("checkin.open", day=MONDAY.isoformat()))))
    form = opened(acme)
    wrong, again, mended = acme.post(
        *(interaction(sent_in(form, typed(count__calls=it))) for it in ("lots", "loads", "21"))
    )
    assert wrong.json()["response_action"] == again.json()["response_action"] == "errors"
    assert "is kept" in json.dumps(mended.json()["view"])
    assert acme.checkin().counts["calls"] == 21


def test_what_is_still_wrong_is_said_again_and_the_window_stays(acme):
    acme.post(interaction(in_view(HOME, value("checkin.open", day=MONDAY.isoformat()))))
    same = interaction(sent_in(opened(acme), typed(count__calls="lots")))
    for answer in acme.post(same, same):
        assert set(answer.json()["errors"]) == {"field:count.calls"}


def test_a_forecast_is_called_in_a_window_also_from_a_message(acme):
    acme.post(interaction(press(value("forecast.show"))))
    form = opened(acme)
    (wrong,) = acme.post(interaction(sent_in(form, typed(commit="a lot", best=""))))
    assert "field:commit" in wrong.json()["errors"]
    (answer,) = acme.post(interaction(sent_in(form, typed(commit="120k", best="150k", reason="Globex"))))
    assert "Your call" in json.dumps(answer.json()["view"])
    with acme.store.work("acme") as work:
        assert [it.commit.minor for it in work.calls("2026-Q4")] == [12_000_000]


def test_the_same_window_sent_in_three_times_counts_once(acme):
    acme.post(interaction(press(value("forecast.show"))))
    call = interaction(sent_in(opened(acme), typed(commit="120k", best="150k")))
    assert {it.status_code for it in acme.post(call, call, call)} == {200}
    with acme.store.work("acme") as work:
        assert len(work.calls("2026-Q4")) == 1


def test_another_button_of_a_window_changes_that_window(acme, slack):
    acme.post(interaction(in_view(HOME, value("checkin.open", day=MONDAY.isoformat()))))
    off = next(
        it
        for block in opened(acme)["blocks"]
        if block["type"] == "actions"
        for it in block["elements"]
        if "Day off" in it["text"]["text"]
    )
    there = {**opened(acme), "id": "V00000001", "hash": slack.hashes["V00000001"]}
    acme.post(interaction(in_view(there, off["value"], action_ts="9.9")))
    assert "Enjoy your day off" in json.dumps(slack.updated["V00000001"])
    assert acme.checkin().status is CheckInStatus.DAY_OFF


def test_the_manager_resolves_a_matter_in_a_window_with_a_note(acme):
    with acme.store.work("acme") as work:
        work.apply(Decision(records=(an_escalation("e-9"),)), at())
    acme.post(interaction(in_view(HOME, value("escalate.queue"), user="U0MORGAN")))
    assert "Dana asks for help" in json.dumps(opened(acme))
    acme.post(
        interaction(
            in_view(
                HOME, value("escalate.open", id="e-9", member="dana"), user="U0MORGAN", trigger="9.8", action_ts="9.8"
            )
        )
    )
    form = opened(acme)
    assert form["submit"]["text"] == "Resolve"
    acme.post(interaction(sent_in(form, typed(note="We call them together"), user="U0MORGAN")))
    with acme.store.work("acme") as work:
        assert work.escalation("e-9").resolution == "We call them together"


def test_settings_are_saved_in_a_window(acme):
    acme.post(interaction(in_view(HOME, value("chat.settings"))))
    form = opened(acme)
    (wrong,) = acme.post(interaction(sent_in(form, typed(quiet="always"))))
    assert "field:quiet" in wrong.json()["errors"]
    (answer,) = acme.post(interaction(sent_in(form, typed(quiet="20:00-07:00", until=""))))
    assert "Saved" in json.dumps(answer.json()["view"])


def test_when_slack_does_not_open_a_window_the_answer_comes_as_a_message(acme, slack):
    acme.post(interaction(in_view(HOME, value("forecast.show"), trigger="expired.1")))
    assert not slack.opened
    (said,) = slack.to("U0DANA")
    assert "Forecast" in said.text


def test_a_stranger_gets_a_window_that_says_so(acme, slack):
    acme.post(interaction(in_view(HOME, value("forecast.show"), user="U0NEW")))
    assert "I don't know you" in json.dumps(opened(acme))


# --- somebody else's -----------------------------------------------------------------------------------------------
ANOTHERS = "That isn’t for you, or it is gone."


@pytest.fixture
def two(acme, slack) -> Acme:
    """Theo is asked as Dana is, and what he gets is delivered."""
    slack.add_user("U0THEO")
    with acme.store.work("acme") as work:
        work.keep_company(replace(work.company, members=(*work.company.members, a_member("theo"))))
    acme.program.engine.handle(Planned(company="acme", key="again", at=at("08:31")))
    acme.program.engine.tick(at("09:00"))
    acme.deliver()
    return acme


def on(card: Any, name: str, **more: Any) -> dict[str, Any]:
    """A press of that card's button, as Slack sends it."""
    block, button = next(
        (block, it)
        for block in card.blocks
        if block["type"] == "actions"
        for it in block["elements"]
        if buttons.read(it["value"])[0] == name
    )
    payload = press(button["value"], typed(count__calls="12"), **more)
    payload["actions"][0]["block_id"] = block["block_id"]
    return payload


def kept(acme: Acme) -> dict[str, str]:
    with acme.store.work("acme") as work:
        return {it.member: it.status.value for it in work.checkins(MONDAY, MONDAY)}


def test_a_press_on_somebody_elses_card_is_refused_and_changes_nothing(two, slack):
    theirs = slack.to("U0THEO")[0]
    before = kept(two)
    (answer,) = two.post(interaction(on(theirs, "checkin.send", response_url=slack.response_url("any"))))
    assert answer.status_code == 200
    assert [it["text"] for _, it in slack.responses] == [ANOTHERS]
    assert kept(two) == before
    two.deliver()
    assert theirs.edits == 0
    assert two.program.slack.app.replies.use(("acme", "DDANA", "1763990000.000100")) is None


def test_the_same_press_by_whose_card_it_is_counts_also_on_its_later_versions(two, slack):
    theirs = slack.to("U0THEO")[0]
    two.post(interaction(on(theirs, "checkin.send", user="U0THEO")))
    assert kept(two)["theo"] == "answered"
    two.deliver()
    assert theirs.edits == 1
    again = next(it for block in theirs.blocks if block["type"] == "actions" for it in block["elements"])
    name = buttons.read(again["value"])[0]
    two.post(interaction(on(theirs, name, response_url=slack.response_url("any"), action_ts="8.8")))
    assert [it["text"] for _, it in slack.responses] == [ANOTHERS]
    two.post(interaction(on(theirs, name, user="U0THEO", action_ts="8.9", response_url=slack.response_url("any"))))
    assert len(slack.responses) == 1


def test_somebody_elses_window_sent_in_is_refused_and_changes_nothing(two):
    two.post(interaction(in_view(HOME, value("checkin.open", day=MONDAY.isoformat()), user="U0THEO")))
    form, before = opened(two), kept(two)
    (answer,) = two.post(interaction(sent_in(form, typed(count__calls="12"))))
    assert answer.json()["response_action"] == "update"
    assert ANOTHERS in json.dumps(answer.json()["view"], ensure_ascii=False)
    assert kept(two) == before
    (answer,) = two.post(interaction(sent_in(form, typed(count__calls="12"), user="U0THEO")))
    assert "is kept" in json.dumps(answer.json()["view"])


def test_a_button_within_somebody_elses_window_is_refused(two, slack):
    two.post(interaction(in_view(HOME, value("checkin.open", day=MONDAY.isoformat()), user="U0THEO")))
    there = {**opened(two), "id": "V00000001", "hash": slack.hashes["V00000001"]}
    two.post(interaction(in_view(there, value("checkin.off", day=MONDAY.isoformat()), action_ts="9.9")))
    assert ANOTHERS in json.dumps(slack.updated["V00000001"], ensure_ascii=False)
    assert set(kept(two).values()) == {"open"}


@pytest.mark.parametrize("name", ["checkin.send", "forecast.submit", "forecast.show", "escalate.resolve", "chat.maths"])
def test_a_reps_button_that_names_somebody_else_is_refused(two, name):
    forged = value(name, member="theo", day=MONDAY.isoformat(), period="2026-Q4", id="e-9")
    before = kept(two)
    form = {"type": "modal", "callback_id": "coach", "blocks": [], "private_metadata": forged}
    (answer,) = two.post(interaction(sent_in(form, typed(count__calls="12", commit="1k", best="2k"))))
    assert ANOTHERS in json.dumps(answer.json()["view"], ensure_ascii=False)
    assert kept(two) == before
    with two.store.work("acme") as work:
        assert not work.calls("2026-Q4")


# --- forged --------------------------------------------------------------------------------------------------------
def test_a_windows_metadata_is_never_trusted(acme):
    """Dana sends in what only the manager may, about somebody else, with an action that there isn't."""
    with acme.store.work("acme") as work:
        bob = a_member("bob")
        work.keep_company(replace(work.company, members=(*work.company.members, bob)))
        work.apply(Decision(records=(an_escalation("e-9", member="bob"),)), at())
    form = {"type": "modal", "blocks": []}
    forged = [
        value("forecast.submit", member="bob", period="2026-Q4"),
        value("escalate.resolve", id="e-9", member="bob"),
        value("escalate.ack", id="e-9", member="bob"),
        value("checkin.send", day="2020-01-01"),
        value("chat.zone", zone="../../etc/passwd"),
        value("no.such"),
        "not even json",
        json.dumps({"v": 1, "a": "checkin.send", "args": {"day": ["x"]}}),
    ]
    for n, it in enumerate(forged):
        payload = sent_in(form | {"private_metadata": it, "hash": f"{n}.x"}, typed(commit="1k", best="2k"))
        (answer,) = acme.post(interaction(payload))
        assert answer.status_code == 200
    with acme.store.work("acme") as work:
        assert not work.calls("2026-Q4", "bob")
        assert work.escalation("e-9").acknowledged_at is None
        assert work.escalation("e-9").settled_at is None
        assert work.company.member("dana").zone == "America/Chicago"


def test_a_guest_of_another_workspace_gets_no_window_of_ours(acme, slack):
    acme.post(interaction(shortcut("raise", "Help", home="T0GUEST")))
    assert FOREIGN in json.dumps(opened(acme), ensure_ascii=False)
    with acme.store.work("acme") as work:
        assert not work.escalations(LIVE)


def test_a_window_that_carries_too_much_is_no_window():
    card = Card("x", (say("x"),))
    assert "submit" not in window(card, mentions=lambda _it: None, links=None)
    big = Action("a", "b", {"x": "y" * 3000}, Look.PRIMARY)
    from coaching.card import Buttons, Field, Input

    with pytest.raises(ValueError, match="carries"):
        window(
            Card("x", (Field(name="n", label="N", input=Input.LINE), Buttons((big,)))),
            mentions=lambda _it: None,
            links=None,
        )


# --- shortcuts -----------------------------------------------------------------------------------------------------
def test_a_message_becomes_a_promise_and_nothing_but_that_while_the_check_in_waits(acme, slack):
    acme.deliver()
    acme.post(interaction(shortcut("promise", "I’ll send &lt;Globex&gt; the offer by <https://x.example|noon>")))
    form = opened(acme)
    assert [it["block_id"] for it in form["blocks"] if it["type"] == "input"] == ["field:commitment"]
    assert form["blocks"][0]["element"]["initial_value"] == "I’ll send <Globex> the offer by noon"
    acme.post(interaction(sent_in(form, typed(commitment="Send Globex the offer"))))
    with acme.store.work("acme") as work:
        (made,) = work.open_commitments("dana")
    assert (made.text, made.made_on) == ("Send Globex the offer", MONDAY)
    assert (acme.checkin().status, acme.checkin().counts) == (CheckInStatus.OPEN, {})
    acme.deliver()
    (waiting,) = slack.to("U0DANA")
    assert "Send Globex the offer" in json.dumps(waiting.blocks), "the card that waits shows it"


def test_after_the_check_in_it_stands_beside_what_was_promised(acme):
    with acme.store.work("acme") as work:
        work.apply(Decision(records=(a_checkin(commitment="Call Initech"),)), at())
    acme.post(form_call(slash("/coach", "12 calls, I will call Initech")))
    acme.post(interaction(shortcut("promise", "Send Globex the offer")))
    form = opened(acme)
    text = form["blocks"][0]["element"]["initial_value"]
    assert text == "call Initech; Send Globex the offer"
    (empty,) = acme.post(interaction(sent_in(form, typed(commitment=" "))))
    assert "field:commitment" in empty.json()["errors"]
    acme.post(interaction(sent_in(form, typed(commitment=text))))
    with acme.store.work("acme") as work:
        (made,) = work.open_commitments("dana")
    assert (made.text, made.state) == (text, CommitmentState.OPEN)
    assert acme.checkin().commitment == text


def test_a_message_is_raised_to_the_manager_with_the_reps_own_words(acme):
    acme.post(interaction(shortcut("raise", "Globex wants 30 % off")))
    form = opened(acme)
    link = "https://acme.slack.com/archives/C0SALES/p1763990999000100"
    assert form["blocks"][-1]["element"]["initial_value"] == f"Morgan Lee wrote ({link}): Globex wants 30 % off"
    (empty,) = acme.post(interaction(sent_in(form, typed(request=""))))
    assert "field:request" in empty.json()["errors"]
    (answer,) = acme.post(interaction(sent_in(form, typed(request="May I go to 20 %?"))))
    assert answer.status_code == 200
    with acme.store.work("acme") as work:
        (raised,) = work.escalations(LIVE)
    assert "May I go to 20 %?" in raised.text


def test_a_mention_in_a_message_is_a_name_and_ones_own_words_need_no_author(acme):
    written = shortcut("raise", "<@U0MORGAN> and <@U0NOBODY> know of it", user="U0MORGAN")
    acme.post(
        interaction(
            written | {"user": written["user"] | {"id": "U0DANA"}, "message": written["message"] | {"user": "U0DANA"}}
        )
    )
    said = opened(acme)["blocks"][-1]["element"]["initial_value"]
    assert said.startswith("Morgan Lee and Somebody know of it (https://acme.slack.com/")
    acme.post(interaction(shortcut("promise", "ask <@U0MORGAN>", trigger="1.79")))
    assert opened(acme)["blocks"][0]["element"]["initial_value"] == "ask Morgan Lee"


def test_who_has_no_check_in_hears_why_no_promise_is_kept(acme):
    acme.post(interaction(shortcut("promise", "x", user="U0OLIVIA")))
    assert "I kept nothing" in json.dumps(opened(acme))
    acme.post(interaction(shortcut("promise", "x", user="U0MORGAN", trigger="1.78")))
    assert "habits of your own" in json.dumps(opened(acme))


# --- where people are ----------------------------------------------------------------------------------------------
def zone_of(acme: Acme, member: str = "dana") -> str:
    return acme.store.company("acme").member(member).zone


def test_who_travels_is_asked_by_the_clock_there_and_may_stay_with_the_old_one(acme, slack):
    acme.post(json_call(user_changed("Europe/Berlin")))
    assert zone_of(acme) == "Europe/Berlin"
    acme.deliver()
    said = slack.to("U0DANA")[-1]
    assert "Berlin" in said.text
    stay = next(it for block in said.blocks if block["type"] == "actions" for it in block["elements"])
    acme.post(interaction(press(stay["value"])))
    assert zone_of(acme) == "America/Chicago"
    # A new status is a change of the profile too; the zone in it is known already.
    acme.post(json_call(user_changed("Europe/Berlin", event_id="Ev2")))
    assert zone_of(acme) == "America/Chicago"
    acme.post(json_call(user_changed("Asia/Tokyo", event_id="Ev3")))
    assert zone_of(acme) == "Asia/Tokyo"


@pytest.mark.parametrize("zone", [None, "", "Mars/Olympus", "../../etc/passwd", "a" * 5000, "\0"])
def test_a_zone_that_is_none_changes_nothing(acme, zone):
    (answer,) = acme.post(json_call(user_changed(zone)))
    assert answer.status_code == 200
    assert zone_of(acme) == "America/Chicago"


def test_strangers_profiles_are_none_of_our_business(acme, slack):
    (answer,) = acme.post(json_call(user_changed("Europe/Berlin", user="U0NEW")))
    (other,) = acme.post(json_call(user_changed("Europe/Berlin", team="T0OTHER")))
    assert (answer.status_code, other.status_code, slack.sent) == (200, 200, [])
    assert zone_of(acme) == "America/Chicago"


def test_the_next_check_in_comes_by_the_new_clock(acme):
    acme.post(json_call(user_changed("Europe/Berlin")))
    upcoming = acme.store.upcoming(at("23:00"))
    assert upcoming is not None
    with acme.store.work("acme") as work:
        rows = work._connection.exec_driver_sql(
            "SELECT due_at FROM alarm WHERE alarm = 'checkin.ask' AND subject = 'dana'"
        )
        due = rows.scalar_one()
    assert due.startswith(str((at("08:30", MONDAY + timedelta(days=1), "Europe/Berlin")).replace(tzinfo=None)))


def test_a_new_file_leaves_what_was_seen(acme):
    from coaching.revision import revised

    acme.post(json_call(user_changed("Europe/Berlin")))
    known = acme.store.company("acme")
    file = a_company(a_member(), a_manager(), an_owner(), slack_team="T0ACME")
    assert revised(known, file).member("dana").zone_seen == "Europe/Berlin"
    assert {it.role for it in known.members} == {Role.REP, Role.MANAGER, Role.OWNER}


def test_a_traveller_stays_where_they_are_until_the_file_itself_says_something_else(acme):
    file = a_company(a_member(), a_manager(), an_owner(), slack_team="T0ACME")
    apply(acme.store, file, at("07:00"))
    acme.post(json_call(user_changed("Europe/London")))
    assert apply(acme.store, file, at("09:00")) == []
    assert zone_of(acme) == "Europe/London"
    assert kept_ids(acme.store, file) == [
        "= member dana: timezone: Europe/London stays (as chat has it; the file says America/Chicago as before)"
    ]
    moved = replace(file, members=(a_member(zone="America/Denver"), *file.members[1:]))
    assert apply(acme.store, moved, at("10:00")) == ["~ member dana: timezone: Europe/London -> America/Denver"]
    assert (zone_of(acme), kept_ids(acme.store, moved)) == ("America/Denver", [])


def test_whom_chat_moved_before_files_were_remembered_stays_too(acme):
    acme.post(json_call(user_changed("Europe/London")))
    file = a_company(a_member(), a_manager(), an_owner(), slack_team="T0ACME")
    apply(acme.store, file, at("09:00"))
    assert zone_of(acme) == "Europe/London"
