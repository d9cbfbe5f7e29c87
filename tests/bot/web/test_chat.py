"""The local chat's routes: what they show, what they do once, and whom they refuse."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot.demo import DemoProgram
from bot.sample.cast import CAST
from tests import demo as demos
from tests.demo import hidden

SEND = '{"v":1,"a":"checkin.send","args":{"day":"2026-11-23"}}'


def say(chat: TestClient, member: str, text: str) -> str:
    form = hidden(chat.get(f"/as/{member}").text)
    return chat.post(f"/as/{member}/say", data={**form, "text": text}).text


def ahead(chat: TestClient, member: str, until: str = "me") -> str:
    form = hidden(chat.get(f"/as/{member}").text, "/ahead")
    return chat.post(f"/as/{member}/ahead", data={**form, "until": until}).text


def lines(page: str, author: str = "coach") -> list[str]:
    """The texts of the bubbles."""
    found = re.findall(rf'<article class="line {author}".*?<p class="when">', page, re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", it)).strip() for it in found]


def clock(page: str) -> str:
    return re.search(r'<p id="clock"><strong>(.*?)</strong>', page)[1]


# --- reading ----------------------------------------------------------------------------------------------------------
def test_the_front_page_has_a_line_of_the_story_for_everybody(chat: TestClient, demo: DemoProgram):
    page = chat.get("/").text
    members = demo._read().members
    assert {it.id for it in members if it.active} == set(CAST)
    for it in members:
        assert f'href="/as/{it.id}#newest"' in page
        assert CAST[it.id] in page


def test_an_empty_conversation_says_what_to_do(chat: TestClient):
    page = chat.get("/as/theo").text
    assert "No messages for Theo yet" in page
    assert "Next, 08:30: check-in for" in page


def test_an_unknown_member_is_answered_with_those_there_are(chat: TestClient):
    for answer in (chat.get("/as/nobody"), chat.get("/as/%3Cscript%3E")):
        assert answer.status_code == 404
        assert "There is nobody of that name here" in answer.text
        assert "Theo Marchetti" in answer.text
        assert "<script>" not in answer.text


@pytest.mark.parametrize("path", ["/", "/as/theo", "/as/nobody"])
def test_pages_run_no_foreign_code_and_are_kept_nowhere(chat: TestClient, path: str):
    headers = chat.get(path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "script-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"


def test_others_messages_show_as_a_dot_until_they_are_read(chat: TestClient):
    ahead(chat, "theo")
    dots = re.findall(r'href="/as/(\w+)#newest"[^>]*>\w+<b class="new">', chat.get("/as/mara").text)
    assert "theo" not in dots, "the page that was shown has been read"
    assert "sam" in dots
    chat.get("/as/sam")
    assert not re.search(r'href="/as/sam#newest"[^>]*>Sam<b', chat.get("/as/mara").text)


# --- whom it refuses --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "", "localhost.evil:80"]
)
@pytest.mark.parametrize("path", ["/", "/as/theo", "/as/theo/live", "/readyz"])
def test_a_name_that_was_made_to_point_here_is_refused(chat: TestClient, host: str, path: str):
    answer = chat.get(path, headers={"Host": host})
    assert answer.status_code == 400
    assert "this machine only" in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8080", "LOCALHOST", "[::1]:8080"])
def test_this_machine_is_let_in_by_each_of_its_names(chat: TestClient, host: str):
    assert chat.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("token", ["", "wrong", "ünrecht", None])
@pytest.mark.parametrize("what", ["say", "press", "ahead"])
def test_a_form_of_another_site_does_nothing(chat: TestClient, what: str, token: str | None):
    before = chat.get("/as/theo").text
    form = {"text": "help", "press": SEND, "until": "any", **({} if token is None else {"csrf": token})}
    answer = chat.post(f"/as/theo/{what}", data=form)
    assert answer.status_code == 403
    assert "nothing was done" in answer.text
    after = chat.get("/as/theo").text
    assert lines(after) == lines(before)
    assert clock(after) == clock(before)


def test_a_form_for_nobody_is_404(chat: TestClient):
    form = hidden(chat.get("/as/theo").text)
    assert chat.post("/as/nobody/say", data={**form, "text": "help"}).status_code == 404


# --- doing ------------------------------------------------------------------------------------------------------------
def test_a_rep_answers_the_card_and_it_is_overwritten(chat: TestClient):
    page = ahead(chat, "theo")
    assert clock(page) == "Mon 23 Nov, 08:30"
    (card,) = lines(page)
    assert "Hello Theo" in card
    form = {**hidden(page, "/press"), "press": SEND, "field:count.calls": "17", "field:commitment": "Send the offer"}
    answer = chat.post("/as/theo/press", data=form, follow_redirects=False)
    order = form["line"]
    assert answer.headers["location"] == f"/as/theo#line-{order}", "to the card that changed"
    (card,) = lines(chat.get("/as/theo").text)
    assert "17 calls" in card
    assert "Hello Theo" not in card


def test_words_are_shown_and_answered(chat: TestClient):
    ahead(chat, "theo")
    page = say(chat, "theo", "12 calls, 2 appointments")
    assert lines(page, "person")[-1].startswith("12 calls, 2 appointments")
    assert "12 calls" in " ".join(lines(page))


def test_a_slash_command_is_answered_in_the_conversation(chat: TestClient):
    page = say(chat, "theo", "/forecast commit 200k best 210k because three are in signature")
    assert lines(page, "person") == ["/forecast commit 200k best 210k because three are in signature"]
    assert "$200,000" in lines(page)[0]


def test_a_double_click_says_it_once(chat: TestClient):
    form = {**hidden(chat.get("/as/theo").text), "text": "help"}
    chat.post("/as/theo/say", data=form)
    page = chat.post("/as/theo/say", data=form).text
    assert len(lines(page, "person")) == 1
    assert len(lines(page)) == 1
    assert len(lines(say(chat, "theo", "help"), "person")) == 2, "a new page is a new message"


def test_a_double_click_moves_the_clock_once(chat: TestClient):
    form = {**hidden(chat.get("/as/theo").text, "/ahead"), "until": "me"}
    once = clock(chat.post("/as/theo/ahead", data=form).text)
    assert clock(chat.post("/as/theo/ahead", data=form).text) == once
    assert clock(ahead(chat, "theo")) != once


def test_a_double_press_answers_once(chat: TestClient):
    form = {**hidden(ahead(chat, "theo"), "/press"), "press": SEND, "field:count.calls": "17"}
    first = lines(chat.post("/as/theo/press", data=form).text)
    assert lines(chat.post("/as/theo/press", data={**form, "field:count.calls": "99"}).text) == first


@pytest.mark.parametrize("press", ["", "{", '{"v":9}', '{"v":1,"a":"gone.away","args":{}}', "x" * 20_000])
def test_an_old_or_broken_button_is_answered_kindly(chat: TestClient, press: str):
    form = hidden(ahead(chat, "theo"), "/press")
    answer = chat.post("/as/theo/press", data={**form, "press": press})
    assert answer.status_code == 200
    assert "That button is from an earlier version" in " ".join(lines(answer.text))


@pytest.mark.parametrize(
    "text",
    [
        "<!channel> <script>alert(1)</script>",
        "=HYPERLINK(1)",
        "😀" * 50,
        "שלום עולם",
        "%00",
        "a\x00b",
        "-1e999 calls",
        "/",
    ],
)
def test_whatever_is_said_is_shown_as_it_was_and_answered(chat: TestClient, text: str):
    page = say(chat, "theo", text)
    assert len(lines(page)) >= 1
    assert "<script>alert" not in page


def test_ten_thousand_characters_are_kept_and_more_are_cut(chat: TestClient):
    page = say(chat, "theo", "x" * 12_000)
    said = re.search(r'<p class="said" dir="auto">(x+)</p>', page)[1]
    assert len(said) == 10_000
    assert chat.get("/as/theo").status_code == 200


def test_saying_nothing_does_nothing(chat: TestClient):
    assert lines(say(chat, "theo", "  \n "), "person") == []


# --- the clock --------------------------------------------------------------------------------------------------------
def test_next_goes_to_the_next_message_to_anybody(chat: TestClient):
    page = ahead(chat, "oscar", "any")
    assert clock(page) == "Mon 23 Nov, 08:30"
    assert lines(page) == [], "it was for the reps"


def test_a_week_as_the_owner_ends_with_the_digest(chat: TestClient):
    page = ""
    for _ in range(5):
        page = ahead(chat, "oscar")
        if "What changed since" in " ".join(lines(page)):
            break
    assert clock(page) == "Fri 27 Nov, 16:00"
    row = re.search(r'href="http://127.0.0.1(/rows/[^"]+)"', page)[1]
    assert chat.get(row).status_code == 200


def test_the_manager_hears_of_what_was_raised_on_her_day_and_sees_it(chat: TestClient):
    page = ahead(chat, "mara")
    assert clock(page) == "Mon 23 Nov, 18:00"
    assert "People to see" in " ".join(lines(page))
    page = ahead(chat, "mara")
    assert clock(page) == "Tue 24 Nov, 09:00"
    form = hidden(page, "/press")
    press = re.search(r'value="([^"]*escalate\.[^"]*)"[^>]*>Seen', page)[1].replace("&#34;", '"')
    page = chat.post("/as/mara/press", data={**form, "press": press}).text
    assert "seen" in " ".join(lines(page)).lower()


@pytest.mark.timeout(300)  # weeks of the sample company's life
def test_nothing_to_come_is_said(chat: TestClient, demo: DemoProgram):
    say(chat, "mara", "pause until 2027-03-01")
    for _ in range(6):
        page = ahead(chat, "mara")
        if "Nothing came for Mara" in page:
            return
    pytest.fail("the queue never ran dry")


def test_the_clock_resumes_where_it_was_left_and_nothing_is_doubled(folder: Path):
    with demos.opened(folder / "coach-demo.db") as first, demos.client(first) as chat:
        page = ahead(chat, "theo")
        before, form = lines(page), hidden(page)
    with demos.opened(folder / "coach-demo.db") as again:
        again.begin()
        with demos.client(again) as chat:
            again._clock.move_to(again._clock.now())
            assert lines(chat.get("/as/theo").text) == before
            assert chat.post("/as/theo/say", data={**form, "text": "help"}).status_code == 200, "open pages go on"


# --- the forecast, agreed ---------------------------------------------------------------------------------------------
def press(chat: TestClient, member: str, page: str, button: str, **fields: str) -> str:
    """That button of a page, with fields typed beside it."""
    found = re.findall(rf'value="([^"]*)"[^>]*>\s*{re.escape(button)}', page)
    assert found, button
    action = found[-1].replace("&#34;", '"')
    typed = {f"field:{name}": value for name, value in fields.items()}
    return chat.post(f"/as/{member}/press", data={**hidden(page, "/press"), "press": action, **typed}).text


def test_a_forecast_is_called_asked_about_agreed_and_opened_again(chat: TestClient):
    page = say(chat, "priya", "commit 390k")
    assert "above the middle of what the coach expects" in lines(page)[-1]
    page = press(chat, "priya", page, "Send it along", evidence="Both signatures are dated for Friday")
    assert "Mara reads it there" in " ".join(lines(page))
    page = say(chat, "mara", "forecast")
    assert "It rests on: “Both signatures are dated for Friday”." in lines(page)[-1]
    page = press(chat, "mara", page, "Agree: Priya, $390,000")
    assert "2 agreed." in lines(page)[-1], "Priya’s old yes was to other figures"
    told = [" ".join(lines(ahead(chat, "priya"))) for _ in range(2)]
    assert "Mara agrees to your call" in told[-1], "not before her quiet hours are over"
    page = say(chat, "priya", "commit 380k because one slips")
    assert "Mara had agreed to $390,000; with other figures that is open again." in lines(page)[-1]
