from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import buttons
from bot.slack import inbound
from bot.slack.inbound import Origin, Person, Sort
from bot.slack.render import render
from coaching.card import Action, Buttons, Card, Field, Input
from coaching.events import Commanded, PersonEvent, Pressed, Said
from tests.slack_requests import callback, message, press, slash, submission

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
WHO = Person("acme", "dana")
SUBMIT = buttons.write(Action("checkin.submit", "Send", {"day": "2026-11-23"}))


def event(payload: dict[str, Any]) -> PersonEvent:
    return inbound.event(payload, WHO, NOW)


def pressed(payload: dict[str, Any]) -> Pressed:
    found = event(payload)
    assert isinstance(found, Pressed)
    return found


def test_a_button_brings_its_action_its_arguments_and_the_fields_as_they_stood() -> None:
    values = {
        "field:calls": {"value": {"type": "plain_text_input", "value": "12"}},
        "field:note": {"value": {"type": "plain_text_input", "value": None}},
        "other": {"value": {"type": "plain_text_input", "value": "not ours"}},
    }
    found = pressed(press(SUBMIT, values))
    assert (found.company, found.member, found.at) == ("acme", "dana", NOW)
    assert (found.action, found.args) == ("checkin.submit", {"day": "2026-11-23"})
    assert found.fields == {"calls": "12", "note": ""}


@pytest.mark.parametrize(
    ("element", "value"),
    [
        ({"type": "plain_text_input", "value": " two\nlines "}, " two\nlines "),
        ({"type": "number_input", "value": "1.5"}, "1.5"),
        ({"type": "number_input", "value": 7}, "7"),
        (
            {
                "type": "static_select",
                "selected_option": {"text": {"type": "plain_text", "text": "Commit"}, "value": "commit"},
            },
            "commit",
        ),
        ({"type": "static_select", "selected_option": None}, ""),
        ({"type": "radio_buttons", "selected_option": {"value": "kept"}}, "kept"),
        ({"type": "datepicker", "selected_date": "2026-11-30"}, "2026-11-30"),
        ({"type": "datepicker", "selected_date": None}, ""),
        ({"type": "timepicker", "selected_time": "08:30"}, "08:30"),
        ({"type": "checkboxes", "selected_options": [{"value": "a"}, {"value": "b"}]}, "a,b"),
        ({"type": "checkboxes", "selected_options": []}, ""),
        ({"type": "users_select", "selected_user": "U0DANA"}, "U0DANA"),
        ({"type": "something_new"}, ""),
        ("nonsense", ""),
    ],
    ids=str,
)
def test_every_kind_of_input_becomes_text(element: Any, value: str) -> None:
    assert pressed(press(SUBMIT, {"field:it": {"value": element}})).fields == {"it": value}


@pytest.mark.parametrize("kind", Input)
def test_what_is_rendered_comes_back_under_its_name(kind: Input) -> None:
    field = Field(name="stage", label="Stage", input=kind, value="2026-11-30", options=(("2026-11-30", "Then"),))
    blocks = render(Card("A card", (field,)))["blocks"]
    (block,) = [it for it in blocks if it["type"] == "input"]
    element = block["element"]
    filled = {
        "plain_text_input": {"value": element.get("initial_value")},
        "datepicker": {"selected_date": element.get("initial_date")},
        "static_select": {"selected_option": element.get("initial_option")},
    }[element["type"]]
    values = {block["block_id"]: {element["action_id"]: {"type": element["type"], **filled}}}
    assert pressed(press(SUBMIT, values)).fields == {"stage": "2026-11-30"}


@pytest.mark.parametrize(
    "value",
    [
        "submit_checkin",
        "{}",
        '{"v":0,"a":"x","args":{}}',
        '{"v":1,"a":1}',
        "[" * 2000,
        '{"v":1,"a":"x","args":{"n":1}}',
    ],
)
def test_a_button_from_an_earlier_version_is_told_apart_not_dropped(value: str) -> None:
    assert pressed(press(value)).action == inbound.OLD_BUTTON


def test_a_modal_is_a_button_whose_action_lay_in_its_metadata() -> None:
    found = pressed(submission(SUBMIT, {"field:note": {"value": {"type": "plain_text_input", "value": "hi"}}}))
    assert (found.action, found.fields) == ("checkin.submit", {"note": "hi"})


def test_a_command_brings_its_name_without_the_slash_and_its_words() -> None:
    found = event(slash("/Forecast", "  commit 120k best 150k "))
    assert isinstance(found, Commanded)
    assert (found.name, found.text) == ("forecast", "commit 120k best 150k")


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("12 calls, 2 appointments", "12 calls, 2 appointments"),
        ("R&amp;D &lt;3 &amp;amp;", "R&D <3 &amp;"),
        ("sent <https://acme.example/x|acme.example/x> today", "sent acme.example/x today"),
        ("see <https://acme.example/x>", "see https://acme.example/x"),
        ("ask <@U0MORGAN|morgan>", "ask @morgan"),
        ("ask <@U0MORGAN>", "ask @U0MORGAN"),
        ("in <#C0SALES|sales>", "in #sales"),
        ("<!channel> hello", "@channel hello"),
        ("<!subteam^S1|@sales> hello", "@sales hello"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("12\xa0calls", "12 calls"),
        ("nul\x00 and half \ud83d", "nul and half ?"),
        ("שלום 🎉", "שלום 🎉"),
    ],
)
def test_words_are_as_the_person_typed_them(typed: str, text: str) -> None:
    found = event(message(typed))
    assert isinstance(found, Said)
    assert found.text == text


def test_ten_thousand_characters_arrive_whole() -> None:
    found = event(message("x" * 10_000))
    assert isinstance(found, Said)
    assert len(found.text) == 10_000


NOT_OURS = {
    "another bot": message("hi", bot_id="B0OTHER"),
    "our own": message("hi", user="U0COACH", bot_id="B0COACH", app_id="A0COACH"),
    "an edit": message("hi", subtype="message_changed"),
    "a deletion": message("hi", subtype="message_deleted"),
    "a bot's": message("hi", subtype="bot_message"),
    "a hidden one": message("hi", hidden=True),
    "a channel's": message("hi", channel_type="channel"),
    "a group's": message("hi", channel_type="mpim"),
    "an empty one": message("   "),
    "nobody's": message("hi", user=""),
    "a messages tab": callback({"type": "app_home_opened", "user": "U0DANA", "tab": "messages"}),
    "another app's shortcut": {"type": "message_action", "callback_id": "theirs", "message": {"text": "x"}},
    "a join": callback({"type": "team_join", "user": {"id": "U1"}}),
    "an event that is no object": {"type": "event_callback", "event": "x"},
    "a shortcut": {"type": "shortcut", "user": {"id": "U0DANA"}, "team": {"id": "T0ACME"}},
    "a button that only opens a link": press(""),
    "a press without a button": {**press("x"), "actions": []},
    "a press of nonsense": {**press("x"), "actions": [7]},
    "nothing": {},
}


@pytest.mark.parametrize("payload", NOT_OURS.values(), ids=NOT_OURS)
def test_what_is_none_of_our_business_is_left_alone(payload: dict[str, Any]) -> None:
    assert inbound.sort(payload) is None
    with pytest.raises(ValueError, match=r"nothing of ours|only what we"):
        event(payload)


def test_a_message_with_a_file_is_still_the_persons_words() -> None:
    assert inbound.sort(message("here", subtype="file_share")) is Sort.WORDS


@pytest.mark.parametrize(
    "payload", [press(SUBMIT), slash(), message("hi"), submission(SUBMIT)], ids=lambda it: inbound.sort(it).name
)
def test_who_sent_it(payload: dict[str, Any]) -> None:
    assert inbound.origin(payload) == Origin("T0ACME", "U0DANA")


@pytest.mark.parametrize(
    "payload",
    [
        press(SUBMIT, home="T0OTHER"),
        message("hi", user_team="T0OTHER"),
        {**message("hi"), "event": message("hi", team="T0OTHER")["event"] | {"team": "T0OTHER"}},
    ],
    ids=["pressed", "said", "said, by its team"],
)
def test_someone_of_another_workspace_is_foreign(payload: dict[str, Any]) -> None:
    assert inbound.origin(payload).foreign


def test_an_installation_of_a_whole_enterprise_names_no_team() -> None:
    assert inbound.origin({**press(SUBMIT), "team": None}).team == ""


# --- keys ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "payload", [press(SUBMIT), slash(), message("hi"), submission(SUBMIT)], ids=lambda it: inbound.sort(it).name
)
def test_a_redelivery_carries_the_same_key(payload: dict[str, Any]) -> None:
    assert inbound.key(payload) == inbound.key({**payload})
    assert len(f"reply:{inbound.key(payload)}") < 300


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (press(SUBMIT, action_ts="1.1"), press(SUBMIT, action_ts="1.2")),
        (press(SUBMIT, user="U0DANA"), press(SUBMIT, user="U0MORGAN")),
        (press(SUBMIT, team="T1"), press(SUBMIT, team="T2")),
        (slash(trigger="1"), slash(trigger="2")),
        (message("hi", event_id="Ev1"), message("hi", event_id="Ev2")),
        (submission(SUBMIT, view_hash="1"), submission(SUBMIT, view_hash="2")),
        (
            submission(SUBMIT, {"field:n": {"value": {"value": "1"}}}),
            submission(SUBMIT, {"field:n": {"value": {"value": "2"}}}),
        ),
        (slash(trigger="", text="a"), slash(trigger="", text="b")),
    ],
)
def test_another_doing_carries_another_key(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert inbound.key(one) != inbound.key(other)


def test_absurdly_long_ids_still_make_a_short_key() -> None:
    assert len(inbound.key(slash(trigger="9" * 5000))) < 120
    assert len(inbound.key(press(SUBMIT, user="U" * 5000))) < 120


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from([press(SUBMIT), slash(), message("hi"), submission(SUBMIT)]), st.data())
def test_a_payload_with_any_part_replaced_is_read_or_left_alone(payload: dict[str, Any], data: st.DataObject) -> None:
    part = data.draw(st.sampled_from(sorted(payload)))
    spoilt = {**payload, part: data.draw(ANYTHING)}
    inbound.origin(spoilt)
    if inbound.sort(spoilt) is not None:
        assert event(spoilt).key.startswith("slack:")


def test_an_answer_to_an_earlier_press_says_itself_whose_it_is() -> None:
    mine = f"reply:{inbound.key(press(SUBMIT))}"
    assert inbound.answers_to(press(SUBMIT, action_ts="2.2"), mine)
    for other in (press(SUBMIT, user="U0THEO"), press(SUBMIT, user="U0DAN"), press(SUBMIT, team="T0OTHER")):
        assert not inbound.answers_to(other, mine)
    # What a press tells somebody else has a name that doesn't begin so.
    assert not inbound.answers_to(press(SUBMIT), f"overlay:{inbound.key(press(SUBMIT))}")


# --- which message ---------------------------------------------------------------------------------------------------
def on(blocks: list[Any]) -> dict[str, Any]:
    """A press of the last block's button."""
    payload = press(SUBMIT)
    payload["actions"][0]["block_id"] = blocks[-1].get("block_id", "b1")
    return payload


def buttons_of_a_card() -> list[Any]:
    card = Card(
        "Hi",
        (
            Buttons((Action("a.b", "One"),)),
            Field(name="calls", label="Calls", input=Input.LINE),
            Buttons((Action("a.c", "Two"),)),
        ),
    )
    return list(render(card)["blocks"])


def test_a_press_says_which_message_it_was_on() -> None:
    blocks = inbound.labelled(buttons_of_a_card(), "checkin:dana:2026-11-23")
    assert pressed(on(blocks)).message == "checkin:dana:2026-11-23"
    ids = [it["block_id"] for it in blocks]
    assert len(set(ids)) == len(ids)
    assert "field:calls" in ids


def test_a_card_of_unknown_origin_says_nothing() -> None:
    assert pressed(on(buttons_of_a_card())).message is None


def test_a_key_too_long_for_slack_is_no_key() -> None:
    blocks = inbound.labelled(buttons_of_a_card(), "k" * 400)
    assert max(len(it["block_id"]) for it in blocks) == 255
    assert pressed(on(blocks)).message is None
