"""Everything Teams sends us, through the whole program: real tokens, a real database, a connector over the wire."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.greeting import greet
from bot.teams import app as teams_app
from bot.teams import views
from bot.teams.desk import FOREIGN, NOBODY, NOT_YOURS
from coaching.checkins import CheckInStatus
from storage.addresses import Addresses
from tests.bot.teams.conftest import Office, button, buttons_of, in_the_office, pressed, the_company
from tests.builders import MONDAY, a_member, at
from tests.fake_teams import BOT, TENANT, FakeTeams
from tests.fakes import no_holidays
from tests.teams_activities import (
    CHANNEL,
    DANA,
    GROUP,
    MORGAN,
    OLIVIA,
    activity,
    added,
    execute,
    installed,
    invoke,
    mention,
    personal,
    submit,
    words,
)


async def asked(office: Office) -> Any:
    """Dana has the coach, and this morning's check-in before her."""
    await office.install(DANA)
    await office.ring("08:30")
    await office.settle()
    return office.to()[-1]


def checkin(office: Office) -> Any:
    with office.store.work("acme") as work:
        (found,) = work.checkins(MONDAY, MONDAY, "dana")
        return found


# --- a person's day ------------------------------------------------------------------------------------------------
def test_a_new_user_is_welcomed_once_in_their_own_chat(office: Office) -> None:
    async def it(office: Office) -> None:
        await office.post(added())
        first = installed()
        await office.post(first)
        await office.post(first)
        await office.deliver()
        (welcome,) = office.to()
        assert "Hello Dana" in welcome.activity["summary"]
        assert welcome.activity["channelData"] == {"notification": {"alert": True}}
        kept = Addresses(office.store).of("acme", "dana")
        assert kept
        assert (kept.tenant, kept.person, kept.user, kept.bot) == (TENANT, DANA, f"29:{DANA}", BOT)

    in_the_office(office, it)


@pytest.mark.parametrize("first", ["added", "installed"])
def test_who_takes_the_app_while_a_question_waits_reads_who_asks_first_and_once(
    office_on_each: Office, first: str
) -> None:
    async def it(office: Office) -> None:
        office.teams.installed = set()
        greet(office.store, no_holidays, "acme", at("08:00"))
        await office.ring("08:30")
        assert office.to() == []
        office.teams.installed = {DANA}
        await office.ring("09:10")
        came = [added(), installed()]
        for each in came if first == "added" else reversed(came):
            await office.post(each)
            await office.deliver()
        await office.settle()
        hello, question = office.to()
        assert "a program, not a person" in hello.text
        assert button(question.card, "Send")

    in_the_office(office_on_each, it)


def test_who_takes_the_app_again_reads_a_line_and_not_once_more_who_the_coach_is(office: Office) -> None:
    async def it(office: Office) -> None:
        await asked(office)
        await office.post(installed(action="remove"))
        for each in (added(), installed(), installed()):
            await office.post(each)
        await office.settle()
        assert len([it for it in office.to() if "a program, not a person" in it.text]) == 1
        (again,) = [it for it in office.to() if "we know each other" in it.text]
        assert "counts there" not in again.text, "they are nowhere else"
        office.app.desk.real_now = lambda: time.time() + 3600
        await office.post(installed())
        await office.settle()
        assert len([it for it in office.to() if "we know each other" in it.text]) == 2

    in_the_office(office, it)


def test_who_takes_the_app_in_quiet_hours_is_greeted_all_the_same(office: Office) -> None:
    async def it(office: Office) -> None:
        office.clock.move_to(at("22:00"))
        greet(office.store, no_holidays, "acme", at("22:00"))
        await office.install(DANA)
        await office.settle()
        (hello,) = office.to()
        assert "a program, not a person" in hello.text

    in_the_office(office, it)


def test_a_check_in_is_asked_answered_and_changed_in_place(office_on_each: Office) -> None:
    async def it(office: Office) -> None:
        card = await asked(office)
        assert button(card.card, "Send")["message"] == "checkin:dana:2026-11-23"
        assert (await office.post(pressed(card, "Send", count__calls="12", count__appointments="2"))).status == 200
        kept = checkin(office)
        assert (kept.status, kept.counts) == (CheckInStatus.ANSWERED, {"calls": 12, "appointments": 2})
        await office.settle()
        assert (card.edits, len(office.to())) == (1, 2)
        assert "12 calls" in card.activity["summary"]
        assert "channelData" not in card.activity, "a change alerts nobody"

    in_the_office(office_on_each, it)


def test_a_field_that_a_client_leaves_out_because_it_is_empty_is_empty(office: Office) -> None:
    async def it(office: Office) -> None:
        card = await asked(office)
        assert "20" in str(card.card), "suggested"
        await office.post(pressed(card, "Send", count__appointments="2"))
        assert checkin(office).counts == {"appointments": 2}

    in_the_office(office, it)


def test_a_wrong_number_is_said_in_the_card_with_everything_typed_still_there(office: Office) -> None:
    async def it(office: Office) -> None:
        card = await asked(office)
        await office.post(pressed(card, "Send", count__calls="lots", commitment="Call Globex"))
        await office.settle()
        assert card.edits == 1
        typed = {it["id"]: it.get("value") for it in card.card["body"] if it["type"].startswith("Input.")}
        assert (typed["field:count.calls"], typed["field:commitment"]) == ("lots", "Call Globex")
        assert any(it.get("color") == "Attention" for it in card.card["body"])
        assert checkin(office).status is CheckInStatus.OPEN
        await office.post(pressed(card, "Send", count__calls="14", commitment="Call Globex"))
        assert checkin(office).counts == {"calls": 14}

    in_the_office(office, it)


def test_who_corrects_a_message_is_told_to_write_a_new_one(office: Office) -> None:
    async def it(office: Office) -> None:
        await office.install(DANA)
        edited = {"type": "messageUpdate", "channelData": {"tenant": {"id": TENANT}, "eventType": "editMessage"}}
        await office.post({**words("31 calls"), **edited})
        assert "Write what is right as a new one" in office.to()[-1].text
        count = len(office.to())
        await office.post({**words("31 calls"), **edited, "channelData": {"eventType": "undeleteMessage"}})
        assert len(office.to()) == count

    in_the_office(office, it)


def test_a_bare_mention_and_a_picture_alone_are_answered_with_help(office: Office) -> None:
    async def it(office: Office) -> None:
        await office.install(DANA)
        await office.post(words("", attachments=[{"contentType": "image/*", "contentUrl": "https://example.com/1"}]))
        await office.settle()
        assert "Plain words do" in office.to()[-1].text
        await office.post(mention(""))
        (cover,) = office.teams.to(GROUP)
        assert "Plain words do" not in cover.text, "theirs alone"

    in_the_office(office, it)


@pytest.mark.parametrize("text", ["forecast commit 120k best 150k", "/forecast commit 120k best 150k"])
def test_words_are_understood_as_in_slack(office: Office, text: str) -> None:
    async def it(office: Office) -> None:
        await office.install(DANA)
        assert (await office.post(words(text))).status == 200
        await office.settle()
        assert "120,000" in office.to()[-1].text

    in_the_office(office, it)


def test_a_check_in_can_be_answered_in_words(office: Office) -> None:
    async def it(office: Office) -> None:
        await asked(office)
        await office.post(words("12 calls, 2 appointments"))
        assert checkin(office).counts == {"calls": 12, "appointments": 2}

    in_the_office(office, it)


def zone(office: Office) -> str:
    member = office.store.company("acme").member("dana")
    assert member
    return member.zone


def test_who_travels_is_asked_by_the_clock_there_and_may_stay_with_the_old_one(office: Office) -> None:
    async def it(office: Office) -> None:
        await office.install(DANA)
        await office.post(words("help"))
        await office.settle()
        assert zone(office) == "America/Chicago"
        assert len(office.to()) == 2, "the zone they are in anyway is no news"
        await office.post(words("help", localTimezone="Europe/Berlin"))
        await office.settle()
        assert zone(office) == "Europe/Berlin"
        told = next(one for one in office.to() if "Berlin" in one.text)
        stay = next(it["title"] for it in buttons_of(told.card) if "chat.stay" in it["data"]["press"])
        await office.post(pressed(told, stay) | {"localTimezone": "Europe/Berlin"})
        assert zone(office) == "America/Chicago"
        await office.post(words("help", localTimezone="Europe/Berlin"))
        assert zone(office) == "America/Chicago", "that has been said"

    in_the_office(office, it)


@pytest.mark.parametrize("said", ["", "Mars/Olympus", "../../etc/passwd", "a" * 5000, "UTC\0", None, 7])
def test_a_zone_that_is_none_changes_nothing(office: Office, said: Any) -> None:
    async def it(office: Office) -> None:
        await office.post(words("help", localTimezone=said, entities=[]))
        assert zone(office) == "America/Chicago"

    in_the_office(office, it)


# --- the same, twice -----------------------------------------------------------------------------------------------
def test_an_activity_brought_again_counts_once(office: Office) -> None:
    async def it(office: Office) -> None:
        await office.install(DANA)
        ask = words("forecast commit 120k best 150k")
        for _ in range(3):
            assert (await office.post(ask)).status == 200
        await office.post({**ask, "id": "another"})
        await office.settle()
        assert len(office.to()) == 2
        with office.store.work("acme") as work:
            assert len(work.calls("2026-Q4")) == 1

    in_the_office(office, it)


def test_fifty_copies_at_once_count_once(office_on_each: Office) -> None:
    async def it(office: Office) -> None:
        await office.install(DANA)
        ask = words("forecast commit 120k best 150k")
        answers = await asyncio.gather(*(office.post({**ask, "id": f"f:{n}"}) for n in range(50)))
        assert {one.status for one in answers} == {200}
        with office.store.work("acme") as work:
            assert len(work.calls("2026-Q4")) == 1

    in_the_office(office_on_each, it)


def test_a_press_brought_again_under_a_new_id_counts_once_and_a_later_one_counts(office: Office) -> None:
    async def it(office: Office) -> None:
        card = await asked(office)
        send = pressed(card, "Send", count__calls="12")
        for n in range(3):
            assert (await office.post({**send, "id": f"again-{n}"})).status == 200
        assert checkin(office).edits == 0
        await office.settle()
        await office.post(pressed(card, "Edit"))
        await office.settle()
        await office.post(pressed(card, "Save", count__calls="13"))
        assert checkin(office).counts == {"calls": 13}

    in_the_office(office, it)


# --- strangers -----------------------------------------------------------------------------------------------------
STRANGERS: list[tuple[dict[str, Any], str]] = [
    (words("help", "aad-nobody"), "aad-nobody"),
    (installed("aad-nobody"), "aad-nobody"),
    (words("help", channelData={"tenant": {"id": "another-tenant"}}), "another-tenant"),
    (words("help", **{"from": {"id": "29:x", "aadObjectId": DANA, "tenantId": "their-own"}}), FOREIGN),
    (words("help", **{"from": {"id": "29:x", "name": "Anonymous"}}), NOBODY),
]


@pytest.mark.parametrize(("sent", "said"), STRANGERS)
def test_whoever_isnt_known_is_told_so_once_an_hour_and_nothing_is_kept(
    office: Office, sent: dict[str, Any], said: str
) -> None:
    async def it(office: Office) -> None:
        assert (await office.post(sent)).status == 200
        assert (await office.post({**sent, "id": "another"})).status == 200
        (told,) = office.teams.sent
        assert said in told.activity["text"]
        assert office.delivered() == []

    in_the_office(office, it)


def test_who_presses_and_isnt_known_is_told_each_time_since_they_look(office: Office) -> None:
    async def it(office: Office) -> None:
        for n in range(1, 4):
            await office.post(submit({"press": "{}", "message": "checkin:dana:2026-11-23"}, "aad-nobody"))
            assert len(office.teams.sent) == n
            assert "aad-nobody" in office.teams.sent[-1].activity["text"]
        assert office.delivered() == []

    in_the_office(office, it)


def test_whoever_has_left_is_a_stranger(office: Office) -> None:
    async def it(office: Office) -> None:
        with office.store.work("acme") as work:
            work.keep_company(replace(work.company, members=(a_member(handles={"teams": DANA}, active=False),)))
        await office.post(words("help"))
        (told,) = office.teams.sent
        assert "I don't know you" in told.activity["text"]

    in_the_office(office, it)


IGNORED = [
    activity(type="typing"),
    activity(type="messageReaction", reactionsAdded=[{"type": "like"}]),
    activity(type="messageUpdate", text="edited"),
    activity(type="brandNew", value={"a": 1}),
    activity(type="installationUpdate", action="brand-new"),
    activity(type="conversationUpdate", membersAdded="nobody"),
    activity(type="message", text="   "),
    activity(type="message", text=None, value={"other": "app's"}),
    activity(type="message", text=7, value=[1]),
    activity(type="message", text="hi", entities={"a": 1}, **{"from": {"id": "28:another-bot"}}),
    activity(type="message", text="hi", **{"from": {"id": "29:x", "role": "bot"}}),
    activity(type="invoke"),
    activity(type="invoke", name="composeExtension/query", value={"a": 1}),
    activity(type="invoke", name="adaptiveCard/action", value={"action": []}),
    activity(type="invoke", name="adaptiveCard/action", value={"action": {"verb": "x", "data": {"other": 1}}}),
    activity(type="invoke", name="task/fetch", value={"data": 7}),
    activity(type="event", name="application/vnd.microsoft.meetingStart"),
]


@pytest.mark.parametrize("sent", IGNORED)
def test_what_isnt_for_us_is_taken_with_thanks(office: Office, sent: dict[str, Any]) -> None:
    async def it(office: Office) -> None:
        answered = await office.post(sent)
        assert answered.status == 200
        assert answered.body == (b"{}" if sent["type"] == "invoke" else b"")
        assert office.teams.sent == []

    in_the_office(office, it)


# --- what buttons carry is not believed ----------------------------------------------------------------------------
FORGED: list[dict[str, Any]] = [
    {"press": "no json"},
    {"press": 7},
    {"press": {"v": 1}},
    {"press": '{"v":2,"a":"checkin.send","args":{}}'},
    {"press": '{"v":1,"a":"checkin.send","args":{"day":"yesterday"}}'},
    {"press": '{"v":1,"a":"checkin.send","args":{"day":"2099-01-01"}}'},
    {"press": '{"v":1,"a":"escalate.resolve","args":{"id":"someone-elses"}}'},
    {"press": '{"v":1,"a":"checkin.send","args":{"day":"2026-11-23"}}', "field:count.calls": "1e9"},
    {"press": '{"v":1,"a":"checkin.send","args":{"day":"2026-11-23"}}', "field:count.calls": {"a": 1}, "fields": "x"},
    {"press": '{"v":1,"a":"\\u0000\\ud800","args":{}}', "message": "\x00", "stamp": "\ud800"},
    {"press": '{"v":1,"a":"chat.help","args":{}}', "message": "k" * 5000},
]


@pytest.mark.parametrize("value", FORGED)
def test_forged_values_do_no_harm(office: Office, value: dict[str, Any]) -> None:
    async def it(office: Office) -> None:
        card = await asked(office)
        assert (await office.post(submit(value, card=card.id))).status == 200
        await office.settle()
        assert checkin(office).counts in ({}, checkin(office).suggested), "what isn't sent is as it was shown"

    in_the_office(office, it)


def test_nobody_changes_anothers_card_by_naming_it(office: Office) -> None:
    async def it(office: Office) -> None:
        card = await asked(office)
        await office.install(MORGAN)
        looked = await office.post(execute("look", {"message": "checkin:dana:2026-11-23"}, MORGAN))
        assert looked.json["value"] == NOT_YOURS
        forged = {"press": '{"v":1,"a":"chat.help","args":{}}', "message": "checkin:dana:2026-11-23"}
        assert (await office.post(submit(forged, MORGAN, card.id))).status == 200
        await office.settle()
        assert card.edits == 0
        assert "Your check-in" in card.activity["summary"]
        looked = await office.post(execute("look", {"message": "checkin:dana:2026-11-23"}, MORGAN))
        assert looked.json["value"] == NOT_YOURS
        assert any(it.activity.get("text") == NOT_YOURS for it in office.to(MORGAN))

    in_the_office(office, it)


# --- groups and channels -------------------------------------------------------------------------------------------
def test_what_somebody_is_called_is_no_markup_on_the_cover_that_all_others_read() -> None:
    words = views.covering("[Dana](https://elsewhere.example)*")
    (block,) = views.cover(words, "reply:1", f"29:{DANA}")["body"]
    assert block["text"].startswith("[Dana] (https://elsewhere.example)∗, here is")


@pytest.mark.parametrize("where", [GROUP, CHANNEL])
def test_an_answer_among_others_is_seen_by_who_asked_alone(office: Office, where: str) -> None:
    async def it(office: Office) -> None:
        await office.install(DANA)
        assert (await office.post(mention("forecast commit 120k best 150k", where=where))).status == 200
        (cover,) = office.teams.to(where)
        assert "120,000" not in str(cover.activity), "nor in what notifications show to everybody"
        assert cover.activity["summary"] == cover.card["fallbackText"] == cover.card["body"][0]["text"]
        assert cover.card["refresh"]["userIds"] == [f"29:{DANA}"]
        look = cover.card["refresh"]["action"]
        there = {"conversation": mention("x", where=where)["conversation"]}
        seen = await office.post(execute(look["verb"], look["data"], trigger="automatic", **there))
        assert (seen.json["statusCode"], seen.json["type"]) == (200, "application/vnd.microsoft.card.adaptive")
        assert "120,000" in str(seen.json["value"])
        assert {one["type"] for one in buttons_of(seen.json["value"])} == {"Action.Execute"}
        other = await office.post(execute(look["verb"], look["data"], MORGAN, **there))
        assert other.json["value"] == NOT_YOURS
        assert len(office.to()) == 1, "the welcome alone: what is said there is answered there"

    in_the_office(office, it)


def test_a_press_among_others_changes_what_its_reader_sees(office: Office) -> None:
    async def it(office: Office) -> None:
        await office.install(DANA)
        await office.post(mention("settings"))
        (cover,) = office.teams.to(GROUP)
        there = {"conversation": mention("x")["conversation"]}
        look = cover.card["refresh"]["action"]["data"]
        seen = (await office.post(execute("look", look, **there))).json["value"]
        save = {**button(seen, "Save"), "field:quiet": "20:00-07:00"}
        after = (await office.post(execute("press", save, **there))).json["value"]
        assert "Saved" in str(after)
        again = (await office.post(execute("look", look, **there))).json["value"]
        assert "Saved" in str(again)
        await office.settle()
        assert (cover.edits, "Saved" in str(cover.card)) == (0, False)

    in_the_office(office, it)


def test_the_bots_name_is_taken_out_once_and_other_names_stay() -> None:
    from bot.teams.inbound import words as read

    assert read(mention("show the Coach Inc deal")) == "show the Coach Inc deal"
    others = mention("what does <at>Dana Reyes</at> do?")
    assert read(others) == "what does Dana Reyes do?"
    assert read(words("<at>Coach</at>&nbsp;AT&amp;T\xa0moved")) == "Coach AT&T moved"
    assert read(mention("")) == "help"
    assert read(words("/coach")) == "help"
    assert read(words("/coach forecast commit 1")) == "forecast commit 1"
    assert read(words("/coaching")) == "/coaching"


def test_a_group_that_gets_the_coach_is_told_how_to_ask(office: Office) -> None:
    async def it(office: Office) -> None:
        await office.post(installed(conversation=mention("x")["conversation"]))
        (told,) = office.teams.to(GROUP)
        assert told.activity["text"] == teams_app.WELCOME_ALL
        assert Addresses(office.store).of("acme", "dana") is None

    in_the_office(office, it)


# --- forms ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Five fields are too many for a message."""
    monkeypatch.setattr(views, "FORM_FIELDS", 5)
    return


@pytest.mark.usefixtures("short")
def test_a_long_form_opens_as_a_dialog_says_what_is_wrong_and_closes(office: Office) -> None:
    async def it(office: Office) -> None:
        card = await asked(office)
        assert not [it for it in card.card["body"] if it["type"].startswith("Input.")]
        titles = [it["title"] for it in buttons_of(card.card)]
        assert "Send" not in titles
        assert {"Fill in", "Day off"} <= set(titles)
        opened = await office.post(invoke("task/fetch", {"data": button(card.card, "Fill in")}))
        task = opened.json["task"]
        assert task["type"] == "continue"
        form = task["value"]["card"]["content"]
        assert next(it["id"] for it in form["body"] if it["type"].startswith("Input.")) == "field:count.calls"
        wrong = {**button(form, "Send"), "field:count.calls": "lots"}
        back = (await office.post(invoke("task/submit", {"data": wrong}))).json["task"]
        assert "lots" in str(back["value"]["card"])
        right = {**button(back["value"]["card"]["content"], "Send"), "field:count.calls": "12"}
        assert (await office.post(invoke("task/submit", {"data": right}))).json == {}
        assert checkin(office).counts == {"calls": 12}
        await office.settle()
        assert "12 calls" in card.activity["summary"]

    in_the_office(office, it)


@pytest.mark.usefixtures("short")
def test_a_form_is_opened_by_whose_it_is_alone(office: Office) -> None:
    async def it(office: Office) -> None:
        card = await asked(office)
        data = {"data": button(card.card, "Fill in")}
        assert (await office.post(invoke("task/fetch", data, MORGAN))).json["task"]["value"] == NOT_YOURS
        assert "I don't know you" in (await office.post(invoke("task/fetch", data, "aad-x"))).json["task"]["value"]

    in_the_office(office, it)


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize(
    "press", ["x", "[1]", '{"v":0,"a":"checkin.send","args":{}}', '{"v":1,"a":"no.such","args":{}}', '{"v":1,"a":"checkin.send","args":{}}'],
)  # fmt: skip
def test_a_forged_or_old_dialog_says_itself_that_it_does_nothing(office: Office, press: str) -> None:
    async def it(office: Office) -> None:
        await office.install()
        for _ in range(2):
            task = (await office.post(invoke("task/submit", {"data": {"press": press, "stamp": "s"}}))).json["task"]
            assert task["type"] == "message"
            assert "from an earlier version" in task["value"]

    in_the_office(office, it)


@pytest.mark.usefixtures("short")
def test_what_a_messages_own_dialog_is_told_stands_in_it_and_in_the_chat(office: Office) -> None:
    async def it(office: Office) -> None:
        card = await asked(office)
        opened = await office.post(invoke("task/fetch", {"data": button(card.card, "Fill in")}))
        form = opened.json["task"]["value"]["card"]["content"]
        for press in ("x", '{"v":1,"a":"no.such","args":{}}'):
            old = button(form, "Send") | {"press": press}
            task = (await office.post(invoke("task/submit", {"data": old}))).json["task"]
            assert "from an earlier version" in task["value"]
        await office.settle()
        assert "from an earlier version" in office.teams.to(personal(DANA))[-1].text

    in_the_office(office, it)


# --- when it fails -------------------------------------------------------------------------------------------------
def broken(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any) -> Any:
        raise OSError("the database is away")

    monkeypatch.setattr(office.app.desk, "addresses", type("Away", (), {"who": away})())


def test_what_could_not_be_kept_is_brought_again_and_a_press_is_told(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def it(office: Office) -> None:
        broken(office, monkeypatch)
        assert (await office.post(words("help"))).status == 503
        assert (await office.post(execute("press", {"press": "{}"}))).json["value"] == teams_app.SORRY

    in_the_office(office, it)


def test_an_invoke_is_answered_before_the_client_gives_up(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    async def it(office: Office) -> None:
        monkeypatch.setattr(teams_app, "INVOKE_SECONDS", 0.05)
        handle = office.app.desk.handle

        def slow(events: Any) -> Any:
            import time

            time.sleep(0.3)
            return handle(events)

        office.app.desk.handle = slow
        ask = execute("press", {"press": '{"v":1,"a":"chat.settings","args":{}}'})
        assert (await office.post(ask)).json["value"] == teams_app.SLOW
        assert office.delivered(), "and yet it is done"

    in_the_office(office, it)


def test_an_owner_sees_no_one_persons_figures_there_either(office: Office) -> None:
    async def it(office: Office) -> None:
        await office.install(OLIVIA)
        await office.post(words("queue", OLIVIA))
        await office.settle()
        assert office.teams.to(personal(OLIVIA))[-1].activity["attachments"]

    in_the_office(office, it)


def test_another_companys_tenant_is_another_world(teams: FakeTeams, migrated_sqlite_url: str) -> None:
    office = Office(teams, migrated_sqlite_url, the_company())
    other = the_company(slug="other", name="Other", teams_tenant="other-tenant")
    with office.store.opened(other, office.clock.now()) as work:
        work.keep_company(other)

    async def it(office: Office) -> None:
        await office.post(words("forecast commit 1m best 2m", channelData={"tenant": {"id": "other-tenant"}}))
        with office.store.work("acme") as work:
            assert work.calls("2026-Q4") == ()
        with office.store.work("other") as work:
            assert len(work.calls("2026-Q4")) == 1

    in_the_office(office, it)
    office.store.engine.dispose()
