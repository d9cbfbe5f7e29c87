"""A company whose file says `language: de` is spoken to in German: over the wire, in Slack, Teams, mail and pages."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from tests.bot.teams.conftest import pressed
from tests.fake_slack import FakeSlack
from tests.fake_teams import FakeTeams
from tests.mail_server import MailServer, mail_server
from tests.slack_requests import SECRET, signature
from tests.teams_activities import DANA, added, installed, words
from tests.test_program import DATA, CoachOnSlack, a_coach, until
from tests.test_program_on_teams import FRIDAY, MORNING, CoachOnTeams

ENGLISH = re.compile(
    r"\b(the|and|your?|you|with|of|is|are|what|for|to|by|see|open|send|deals? (that|which)|week|today|target)\b",
    re.IGNORECASE,
)
"""Words that no German text has; names of deals and people are taken out before it is looked for."""
NAMES = ("Acme Robotics", "to Globex", "Globex rollout", "Open", "for")


def german(text: str) -> str:
    """The file of the same company, in German."""
    text = text.replace("name: Acme Robotics\n", "name: Acme Robotics\nlanguage: de\n").replace("USD", "EUR")
    for english, now in (
        ("name: Calls, unit: calls", "name: Anrufe, unit: Anrufe"),
        ("name: First appointments, unit: appointments", "name: Ersttermine, unit: Termine"),
        ("name: Proposals sent, unit: proposals", "name: Verschickte Angebote, unit: Angebote"),
        ("name: Discovery", "name: Bedarf"),
        ("name: Proposal,", "name: Angebot,"),
        ("name: Won", "name: Gewonnen"),
        ("name: Lost", "name: Verloren"),
    ):
        assert english in text
        text = text.replace(english, now)
    return text


def deals() -> str:
    """The export of the same company."""
    text = (DATA / "acme.csv").read_text()
    for english, now in (("Discovery", "Bedarf"), ("Proposal", "Angebot"), ("Won", "Gewonnen"), ("Lost", "Verloren")):
        text = text.replace(english, now)
    return text.replace("USD", "EUR")


@pytest.fixture
def smtp() -> Iterator[MailServer]:
    with mail_server() as it:
        yield it


@pytest.fixture
def on_slack(tmp_path: Path, sqlite_url: str, smtp: MailServer) -> Iterator[CoachOnSlack]:
    with a_coach(tmp_path, sqlite_url) as coach:
        coach.environment |= {
            "COACH_SMTP_URL": smtp.url,
            "COACH_MAIL_FROM": "coach@coach.example",
            "COACH_PUBLIC_URL": f"http://127.0.0.1:{coach.port}",
            "COACH_SECRET_KEYS": Fernet.generate_key().decode(),
        }
        file = german((DATA / "acme.yaml").read_text()).replace("slack: U0OLIVIA, ", "")
        _begin(coach, tmp_path, file)
        yield coach


def _begin(coach: Any, folder: Path, file: str) -> None:
    (folder / "acme.yaml").write_text(file)
    (folder / "acme.csv").write_text(deals())
    coach("migrate")
    coach("apply", str(folder / "acme.yaml"))
    coach("import", str(folder / "acme.csv"), "--company", "acme", "--on", "2026-11-23")


def test_a_day_on_slack_and_the_owners_letter_are_in_german(on_slack: CoachOnSlack, smtp: MailServer) -> None:
    coach, slack = on_slack, on_slack.slack
    coach.serve()
    asked = deepcopy(until(lambda: [it for it in slack.to("U0DANA") if "Check-in" in it.text])[0])
    assert "die Zahlen für Freitag" in _said(asked.blocks)
    answer = {"count.calls": "12", "count.appointments": "2", "count.proposals": "1", "commitment": "Globex anrufen"}
    assert coach.press(asked, "checkin.send", answer)[0] == 200
    kept = until(lambda: next((it for it in slack.to("U0DANA") if it.ts == asked.ts and it.edits), None))
    assert "12 Anrufe" in _said(kept.blocks)
    assert "Danke, Dana." in _said(kept.blocks)

    help_ = coach.command("/coach", "hilfe")[1]
    assert "Hallo Dana." in help_
    reply = coach.command("/forecast", "Zusage 120 Tsd., Best Case 150.000 weil Acme unterschrieben hat")[1]
    assert "120.000\N{NO-BREAK SPACE}€" in _said(json.loads(reply))
    assert "Ich coache nur die Menschen" in coach.command("/coach", "hilfe", user="U0NEW")[1]
    _home(coach, "U0DANA")
    home = until(
        lambda: next((it for it in _tabs(slack, "U0DANA") if "Dein Check-in für heute ist da." in _said(it)), None)
    )
    for said in (*(_said(it.blocks) for it in slack.to("U0DANA")), _said(home)):
        assert _english(said) == []
    assert "Check-ins von Acme Robotics" in coach("checkins", "--company", "acme")
    coach.stop()

    coach.environment["COACH_CLOCK"] = FRIDAY
    coach.serve()
    until(lambda: [it for it in smtp.letters if "2026-Q4" in it["Subject"]])
    for it in smtp.letters:
        page, text = (it.get_body((kind,)).get_content() for kind in ("html", "plain"))
        assert '<html lang="de">' in page
        assert _english(text) == []
    assert "Woche bis Fr, 27. Nov" in text
    link = re.search(rf"{coach.environment['COACH_PUBLIC_URL']}(/answer/\S+)", text)
    if link:
        status, shown = coach.get(link[1])
        assert (status, '<html lang="de">' in shown) == (200, True)
    coach.stop()


def test_a_day_on_teams_is_in_german(tmp_path: Path, sqlite_url: str) -> None:
    with FakeTeams() as teams:
        coach = CoachOnTeams(tmp_path, teams, sqlite_url)
        coach.environment["COACH_CLOCK"] = MORNING
        try:
            _begin(coach, tmp_path, german(coach.file().read_text()))
            coach.serve()
            assert coach.write(added(DANA))[0] == 200
            assert coach.write(installed(DANA))[0] == 200
            asked = until(lambda: [it for it in coach.to(DANA) if "Check-in" in it.activity["summary"]])[0]
            answer = {"count__calls": "12", "count__appointments": "2", "commitment": "Globex anrufen"}
            assert coach.write(pressed(asked, "Senden", **answer))[0] == 200
            until(lambda: asked.edits == 1)
            assert "12 Anrufe" in asked.activity["summary"]
            assert coach.write(words("prognose Zusage 120 Tsd., Best Case 150.000"))[0] == 200
            until(lambda: "120.000" in coach.to(DANA)[-1].text)
            assert coach.write(words("quoten"))[0] == 200
            until(lambda: "Wohin deine Arbeit führt" in coach.to(DANA)[-1].text)
            for sent in coach.to(DANA):
                assert _english("\n".join(_teams_words(sent.activity))) == []
        finally:
            if coach.process and coach.process.poll() is None:
                coach.process.kill()
                coach.process.wait()


# --- helpers -------------------------------------------------------------------------------------------------------
def _english(text: str) -> list[str]:
    for name in NAMES:
        text = text.replace(name, "")
    text = re.sub(r"https?://\S+|“[^”]*”|„[^“]*“|\bcoach \w+ --\S.*", "", text)
    return [it.group(0) for it in ENGLISH.finditer(text)]


def _said(blocks: Any) -> str:
    return "\n".join(_words(blocks, {"text", "alt_text"}))


def _teams_words(activity: Any) -> Iterator[str]:
    return _words(activity, {"text", "title", "label", "placeholder", "summary", "altText"})


def _words(node: Any, keys: set[str], key: str = "") -> Iterator[str]:
    if isinstance(node, dict):
        for name, it in node.items():
            yield from _words(it, keys, name)
    elif isinstance(node, list):
        for it in node:
            yield from _words(it, keys, key)
    elif isinstance(node, str) and key in keys:
        yield node


def _tabs(slack: FakeSlack, user: str) -> list[Any]:
    """That person's Home tab, each time it was published."""
    return [
        more["view"]["blocks"] for method, more in slack.asked if method == "views.publish" and more["user_id"] == user
    ]


def _home(coach: CoachOnSlack, user: str) -> None:
    """As Slack tells that somebody opened the Home tab."""
    event = {"type": "app_home_opened", "user": user, "channel": "D1", "tab": "home", "event_ts": "1.1"}
    body = json.dumps(
        {"type": "event_callback", "team_id": "T0ACME", "api_app_id": "A1", "event": event, "event_id": "Ev1"}
    ).encode()
    now = str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": now,
        "X-Slack-Signature": signature(SECRET, now, body),
    }
    url = f"http://127.0.0.1:{coach.port}/slack/events"
    assert coach._ask(urllib.request.Request(url, body, headers, method="POST"))[0] == 200
