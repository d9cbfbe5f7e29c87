"""The program as its users run it: real processes, real HTTP, a Slack that keeps what it is sent."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlencode

import pytest

from tests import forked
from tests.fake_slack import FakeSlack
from tests.slack_requests import SECRET, signature

DATA = Path(__file__).parent / "data"
ROOT = Path(__file__).parent.parent
MORNING = "2026-11-23T14:29:57Z"
"""Three seconds before Dana's 08:30 in Chicago."""


def free_port() -> int:
    with socket.socket() as it:
        it.bind(("127.0.0.1", 0))
        return it.getsockname()[1]


class Coach:
    """`coach` in a folder of its own."""

    def __init__(self, folder: Path, url: str, settings: Mapping[str, str]):
        self.folder = folder
        self.port = free_port()
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        self.environment = kept | {
            "PYTHONPATH": str(ROOT),
            "COACH_DATABASE_URL": url,
            "COACH_CLOCK": MORNING,
            **settings,
        }
        self.process: subprocess.Popen[bytes] | forked.Process | None = None
        self.from_nothing = False
        """Whether each command imports everything anew the first time it is called, as it does at its users'."""
        self._called: set[str] = set()

    def __call__(self, *words: str, code: int = 0) -> str:
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            found = self._start(*words, stdout=out, stderr=err).wait(100)
            out.seek(0)
            err.seek(0)
            said, complained = out.read(), err.read()
        assert found == code, said + complained
        assert "Traceback" not in complained
        return said if code == 0 else complained

    def serve(self) -> None:
        with (self.folder / "serve.log").open("wb") as log:
            self.process = self._start("serve", "--port", str(self.port), stdout=log, stderr=log)
        until(lambda: self.get("/readyz")[0] == 200)

    def get(self, path: str) -> tuple[int, str]:
        return self._ask(urllib.request.Request(f"http://127.0.0.1:{self.port}{path}"))

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            assert self.process.wait(15) == 0, (self.folder / "serve.log").read_text()

    def _start(self, *words: str, **streams: IO[Any]) -> subprocess.Popen[bytes] | forked.Process:
        if self.from_nothing and words[0] not in self._called:
            self._called.add(words[0])
            command = [sys.executable, "-m", "bot", *words]
            return subprocess.Popen(command, cwd=self.folder, env=self.environment, **streams)
        return forked.Process("bot", *words, cwd=self.folder, env=self.environment, **streams)

    def _ask(self, request: urllib.request.Request) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.read().decode()
        except OSError as gone:
            return 0, str(gone)


class CoachOnSlack(Coach):
    """Beside a Slack."""

    def __init__(self, folder: Path, slack: FakeSlack, url: str):
        settings = {"SLACK_SIGNING_SECRET": SECRET, "SLACK_BOT_TOKEN": slack.token, "SLACK_API_URL": slack.url}
        super().__init__(folder, url, settings)
        self.slack = slack

    def post(self, form: dict[str, str]) -> tuple[int, str]:
        body, now = urlencode(form).encode(), str(int(time.time()))
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": now,
            "X-Slack-Signature": signature(SECRET, now, body),
        }
        url = f"http://127.0.0.1:{self.port}/slack/events"
        return self._ask(urllib.request.Request(url, body, headers, method="POST"))

    def command(self, name: str, text: str, user: str = "U0DANA") -> tuple[int, str]:
        return self.post(
            {
                "command": name,
                "text": text,
                "team_id": "T0ACME",
                "user_id": user,
                "channel_id": "D1",
                "trigger_id": f"{time.monotonic_ns()}.1",
                "api_app_id": "A1",
                "response_url": "http://127.0.0.1:9/none",
            }
        )

    def press(self, message, action_id: str, values: dict[str, str], user: str = "U0DANA") -> tuple[int, str]:
        """As Slack sends a button: the block it was in, its value, and every input of the message."""
        block, button = next(
            (block, el)
            for block in message.blocks
            if block["type"] == "actions"
            for el in block["elements"]
            if el["action_id"].startswith(action_id)
        )
        state = {
            block["block_id"]: {
                block["element"]["action_id"]: {
                    "type": block["element"]["type"],
                    "value": values.get(block["block_id"].removeprefix("field:")),
                }
            }
            for block in message.blocks
            if block["type"] == "input" and block["element"]["type"] == "plain_text_input"
        }
        payload = {
            "type": "block_actions",
            "team": {"id": "T0ACME"},
            "user": {"id": user, "team_id": "T0ACME"},
            "api_app_id": "A1",
            "trigger_id": f"{time.monotonic_ns()}.2",
            "channel": {"id": message.channel},
            "container": {"type": "message", "message_ts": message.ts, "channel_id": message.channel},
            "message": {"ts": message.ts},
            "state": {"values": state},
            "response_url": "http://127.0.0.1:9/none",
            "actions": [
                {**button, "block_id": block.get("block_id", "b"), "action_ts": f"{time.time()}", "type": "button"}
            ],
        }
        return self.post({"payload": json.dumps(payload)})


def until(true, seconds: float = 60.0):
    """Its first truthy value."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = true()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("it didn't come to pass")


@contextmanager
def a_coach(folder: Path, url: str):
    with FakeSlack() as slack:
        for user in ("U0DANA", "U0MORGAN", "U0OLIVIA"):
            slack.add_user(user)
        it = CoachOnSlack(folder, slack, url)
        yield it
        if it.process and it.process.poll() is None:
            it.process.kill()
            it.process.wait()


@pytest.fixture
def coach(tmp_path, sqlite_url):
    with a_coach(tmp_path, sqlite_url) as it:
        yield it


@pytest.fixture
def coach_on_each(tmp_path, each_database):
    with a_coach(tmp_path, each_database) as it:
        yield it


def asked_of_dana(coach):
    """Her check-in as it stands: asked, or answered in the same place."""
    return [it for it in coach.slack.to("U0DANA") if any("checkin." in el["action_id"] for el in buttons_of(it))]


def buttons_of(message):
    return [el for block in message.blocks if block["type"] == "actions" for el in block["elements"]]


@pytest.mark.timeout(300)  # eight starts from nothing
def test_a_teams_day_from_an_empty_folder_to_the_reports(coach_on_each):
    coach = coach_on_each
    coach.from_nothing = coach.environment["COACH_DATABASE_URL"].startswith("sqlite")
    assert "run: coach migrate" in coach("apply", str(DATA / "acme.yaml"), code=1)
    coach("migrate")
    assert "dana" in coach("apply", str(DATA / "acme.yaml"))
    assert coach("apply", str(DATA / "acme.yaml")).strip() == "no changes"
    coach("import", str(DATA / "acme.csv"), "--company", "acme", "--on", "2026-11-23")

    coach.serve()
    (asked,) = deepcopy(until(lambda: asked_of_dana(coach)))
    assert "a program, not a person" in coach.slack.to("U0DANA")[0].text, "who this is comes first"
    answer = {"count.calls": "12", "count.appointments": "2", "count.proposals": "1", "commitment": "Call Globex"}
    assert coach.press(asked, "checkin.send", answer)[0] == 200
    until(lambda: asked_of_dana(coach)[0].edits)
    assert coach.press(asked, "checkin.send", answer)[0] == 200

    status, reply = coach.command("/forecast", "commit 120k best 150k")
    assert status == 200
    assert "120,000" in reply
    assert coach.command("/forecast", "banana")[0] == 200
    assert coach.command("/coach", "manager I need help with Globex")[0] == 200

    kept = json.loads(coach("checkins", "--company", "acme", "--format", "json"))["checkins"]
    assert [(it["status"], it["counts"], it["commitment"]) for it in kept] == [
        ("answered", {"calls": 12, "appointments": 2, "proposals": 1}, "Call Globex")
    ]
    told = json.loads(coach("forecast", "--company", "acme", "--format", "json"))
    dana = told["members"][0]
    assert (dana["member"], dana["commit"], dana["best_case"], dana["reason"]) == ("dana", 120000, 150000, "")
    assert ([it["commit"] for it in dana["history"]], dana["overlays"]) == ([120000], [])
    assert told["target"] == 500000
    items = json.loads(coach("queue", "--format", "json"))["items"]
    assert ("dana", "open") in [(it["member"], it["state"]) for it in items]
    assert "Acme Robotics" in coach("digest", "--company", "acme")
    coach.stop()


def test_what_isnt_slacks_is_turned_away_and_the_server_stays_up(coach):
    coach("migrate")
    coach("apply", str(DATA / "acme.yaml"))
    coach.serve()
    url = f"http://127.0.0.1:{coach.port}/slack/events"
    for body in (b"", b"\xff\xfe", b"{", b"payload=%7B", b"[" * 10_000):
        status, _ = coach._ask(
            urllib.request.Request(url, body, {"X-Slack-Signature": "v0=0", "X-Slack-Request-Timestamp": "abc"})
        )
        assert 400 <= status < 500
    assert coach.get("/healthz") == (200, "ok")
    assert "nobody of that" not in coach.get("/")[1]
    coach.stop()


def test_a_second_start_asks_nobody_twice(coach):
    coach("migrate")
    coach("apply", str(DATA / "acme.yaml"))
    coach.serve()
    until(lambda: asked_of_dana(coach))
    coach.process.kill()
    coach.process.wait()
    coach.serve()
    time.sleep(5)
    assert len(coach.slack.to("U0DANA")) == 2, "the introduction and the check-in, once each"
    coach.stop()


def test_bad_usage_and_bad_input_have_their_own_exit_codes(coach):
    coach("migrate")
    assert "No such command" in coach("nonsense", code=2)
    assert "no company 'nobody'" in coach("digest", "--company", "nobody", code=1)
