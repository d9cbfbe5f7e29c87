"""Activities to events: whatever stands in them, nothing breaks, and two doings never share a name."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.teams import inbound
from bot.teams.inbound import DOINGS, OLD_BUTTON, Origin, Person, Sort
from coaching.events import Commanded, PersonEvent, Pressed, Said
from storage.addresses import Address
from tests.fake_teams import BOT, TENANT
from tests.teams_activities import CHANNEL, DANA, activity, added, execute, installed, invoke, mention, submit, words

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
REAL = 1_763_991_000.0
PRESSED = {"press": '{"v":1,"a":"checkin.send","args":{"day":"2026-11-23"}}', "message": "k", "stamp": "s"}
WHO = Person("acme", "dana")
IMAGE = {"contentType": "image/*", "contentUrl": "https://smba.trafficmanager.net/v3/attachments/1/views/original"}


def event(sent: dict[str, Any], real: float = REAL) -> PersonEvent:
    did = inbound.came(sent, inbound.origin(sent))
    assert did
    return inbound.event(did, WHO, NOW, real)


def address(sent: dict[str, Any]) -> Address | None:
    return inbound.address(sent, inbound.origin(sent), inbound.zone(sent))


@pytest.mark.parametrize(
    ("sent", "sort"),
    [
        (words("help"), Sort.WORDS),
        (mention(""), Sort.WORDS),
        (words("", attachments=[IMAGE]), Sort.WORDS),
        (words(""), None),
        (words("", attachments=[IMAGE], value={"another": "card's"}), None),
        (mention("help"), Sort.WORDS),
        (submit(PRESSED), Sort.PRESS),
        (execute("press", PRESSED), Sort.ACTION),
        (execute("look", {"message": "k"}, trigger="automatic"), Sort.LOOK),
        (invoke("task/fetch", {"data": {"message": "k"}}), Sort.FORM),
        (invoke("task/submit", {"data": PRESSED}), Sort.SUBMISSION),
        (installed(), Sort.INSTALLED),
        (installed(action="add-upgrade"), Sort.MET),
        (installed(action="remove"), Sort.REMOVED),
        (installed(action="remove-upgrade"), None),
        (added(), Sort.MET),
        (added(who="29:somebody"), None),
    ],
)
def test_each_kind_of_activity_has_its_sort(sent: dict[str, Any], sort: Sort | None) -> None:
    assert inbound.sort(sent) is sort


def test_words_alone_are_said_and_words_among_others_are_a_command() -> None:
    alone = event(words("12 calls"))
    assert isinstance(alone, Said)
    assert (alone.company, alone.member, alone.text, alone.at) == ("acme", "dana", "12 calls", NOW)
    among = event(mention("forecast", where=CHANNEL))
    assert isinstance(among, Commanded)
    assert (among.name, among.text) == ("coach", "forecast")


def test_a_press_brings_its_action_its_message_and_its_fields() -> None:
    value = {**PRESSED, "fields": ["count.calls", "note"], "field:count.calls": "12", "field:sure": True, "x": "y"}
    for sent in (submit(value), execute("press", value), invoke("task/submit", {"data": value})):
        press = event(sent)
        assert isinstance(press, Pressed)
        assert (press.action, press.args, press.message) == ("checkin.send", {"day": "2026-11-23"}, "k")
        assert press.fields == {"count.calls": "12", "note": "", "sure": "true"}


def test_a_button_that_nobody_wrote_is_an_old_one() -> None:
    press = event(submit({"press": "{}"}))
    assert isinstance(press, Pressed)
    assert (press.action, press.again) == (OLD_BUTTON, ())


def test_a_press_brought_again_has_a_name_in_common_for_a_minute_and_not_after_three() -> None:
    def names(real: float, **more: Any) -> set[str]:
        return set(event(submit({**PRESSED, **more}), real).again)

    for seconds in range(0, 60, 7):
        assert names(REAL + seconds) & names(REAL + seconds + 60)
    assert not names(REAL) & names(REAL + 180)
    assert not names(REAL) & names(REAL, stamp="another showing")
    assert not names(REAL) & names(REAL, **{"field:count.calls": "13"})


def test_the_same_words_at_another_time_are_other_words() -> None:
    one = event(words("yes"))
    again = event(words("yes"))
    later = event(words("yes", localTimestamp="2026-11-23T08:42:00-06:00"))
    assert one.key != again.key
    assert set(one.again) & set(again.again)
    assert not set(one.again) & set(later.again)


def test_who_it_was_is_said_by_their_entra_id_in_the_tenant_it_came_from() -> None:
    assert inbound.origin(words("hi")) == Origin(TENANT, DANA)
    assert inbound.origin(words("hi", channelData={"tenant": {"id": TENANT.upper()}})) == Origin(TENANT, DANA)
    assert inbound.origin(words("hi", channelData=None)).tenant == TENANT, (
        "some events name it in the conversation only"
    )
    assert inbound.origin(words("hi", **{"from": {"id": "29:x"}})).person == ""
    assert inbound.origin(words("hi", **{"from": {"aadObjectId": DANA, "tenantId": "other"}})).foreign


def test_an_address_is_of_a_persons_own_conversation_alone() -> None:
    here = address(words("hi"))
    assert here
    assert (here.user, here.conversation, here.bot, here.zone) == (f"29:{DANA}", f"a:{DANA}", BOT, "America/Chicago")
    assert address(mention("hi")) is None
    assert address(words("hi", conversation={"id": "a" * 301})) is None
    assert inbound.zone(words("hi", localTimezone=None)) == "America/Chicago", "clientInfo says it too"


@pytest.mark.parametrize("sent", [mention(""), words("", attachments=[IMAGE]), words(" ", attachments=[IMAGE])])
def test_without_words_it_asks_for_help(sent: dict[str, Any]) -> None:
    assert event(sent).text == "help"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda it: st.lists(it, max_size=3) | st.dictionaries(st.text(max_size=8), it, max_size=3),
    max_leaves=8,
)
NAMES = (
    "text", "value", "name", "action", "entities", "localTimezone", "timestamp", "localTimestamp", "membersAdded",
    "locale", "replyToId",
)  # fmt: skip
PARTS = ("from", "recipient", "conversation", "channelData")


@st.composite
def activities(draw: st.DrawFn) -> dict[str, Any]:
    """The envelope as the front door lets it in, and anything at all inside it."""
    kinds = ("message", "invoke", "installationUpdate", "conversationUpdate", "brandNew")
    made = activity(type=draw(st.sampled_from(kinds)))
    made |= draw(st.dictionaries(st.sampled_from(NAMES), JSON, max_size=5))
    made |= draw(st.dictionaries(st.sampled_from(PARTS), st.none() | st.dictionaries(st.text(), JSON), max_size=2))
    if draw(st.booleans()):
        made["name"] = draw(st.sampled_from(["adaptiveCard/action", "task/fetch", "task/submit"]))
        data = draw(st.dictionaries(st.sampled_from(["press", "message", "stamp", "fields", "field:a"]), JSON))
        made["value"] = draw(st.sampled_from([data, {"data": data}, {"action": {"verb": "press", "data": data}}]))
    return made


@given(activities())
def test_nothing_in_an_activity_breaks_anything(sent: dict[str, Any]) -> None:
    sort = inbound.sort(sent)
    for look in (inbound.origin, inbound.place, address, inbound.zone, inbound.key, inbound.words):
        look(sent)
    if sort in DOINGS:
        did = event(sent)
        assert (did.company, did.member) == ("acme", "dana"), "nothing inside says who somebody is"
        assert all(len(it) <= 300 for it in (did.key, *did.again))
    elif sort:
        with pytest.raises(ValueError, match="nothing that a person did"):
            event(sent)
    else:
        assert inbound.came(sent, inbound.origin(sent)) is None
