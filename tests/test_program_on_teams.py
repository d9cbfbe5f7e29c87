"""The program on Microsoft Teams as its users run it: real processes, real HTTP, a Microsoft that keeps what it is sent."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography.fernet import Fernet

from bot import cli
from tests.bot.teams.conftest import button, buttons_of, pressed
from tests.fake_teams import APP, TENANT, FakeTeams, Sent
from tests.teams_activities import DANA, MORGAN, OLIVIA, activity, added, installed, invoke, personal, words
from tests.test_program import DATA, Coach, until

MORNING = "2026-11-23T14:29:57Z"
"""Three seconds before Dana's 08:30 in Chicago."""
FRIDAY = "2026-11-27T20:59:57Z"
"""Three seconds before the owner's digest in New York."""


class CoachOnTeams(Coach):
    """`coach` in a folder of its own, beside a Microsoft."""

    def __init__(self, folder: Path, teams: FakeTeams, url: str) -> None:
        super().__init__(folder, url, teams.settings())
        self.teams = teams

    def write(self, it: dict[str, Any], token: str | None = None) -> tuple[int, str]:
        body = json.dumps({**it, "serviceUrl": self.teams.service_url}).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token or self.teams.token()}"}
        url = f"http://127.0.0.1:{self.port}/api/messages"
        return self._ask(urllib.request.Request(url, body, headers, method="POST"))

    def to(self, person: str) -> list[Sent]:
        return self.teams.to(personal(person))

    def file(self) -> Path:
        """Acme's, on Teams."""
        text = (
            (DATA / "acme.yaml")
            .read_text()
            .replace("slack: {team: T0ACME, channel: C0SALES}", f"teams: {{tenant: {TENANT.upper()}}}")
        )
        text = re.sub(r"slack: U0(\w+), email: [^,}]+", lambda it: f"teams: AAD-{it[1]}", text)
        made = self.folder / "acme.yaml"
        made.write_text(text)
        return made


@pytest.fixture
def coach(tmp_path: Path, sqlite_url: str) -> Iterator[CoachOnTeams]:
    with FakeTeams() as teams:
        it = CoachOnTeams(tmp_path, teams, sqlite_url)
        it.environment["COACH_CLOCK"] = MORNING
        yield it
        if it.process and it.process.poll() is None:
            it.process.kill()
            it.process.wait()


def test_a_teams_day_on_teams_from_the_installation_to_the_owners_digest(coach: CoachOnTeams) -> None:
    coach("migrate")
    assert "dana" in coach("apply", str(coach.file()))
    assert coach("apply", str(coach.file())).strip() == "no changes"
    coach("import", str(DATA / "acme.csv"), "--company", "acme", "--on", "2026-11-23")
    coach.serve()

    for person in (DANA, MORGAN, OLIVIA):
        assert coach.write(added(person))[0] == 200
        assert coach.write(installed(person))[0] == 200
    for person in (DANA, MORGAN, OLIVIA):
        until(lambda person=person: coach.to(person))
    asked = until(lambda: [it for it in coach.to(DANA) if "check-in" in it.activity["summary"]])[0]

    assert coach.write(pressed(asked, "Send", count__calls="lots", commitment="Call Globex"))[0] == 200
    until(lambda: asked.edits == 1)
    assert "Attention" in asked.text
    assert "lots" in asked.text
    answer = {"count__calls": "12", "count__appointments": "2", "count__proposals": "1", "commitment": "Call Globex"}
    send = pressed(asked, "Send", **answer)
    assert coach.write(send)[0] == 200
    assert coach.write(send)[0] == 200
    until(lambda: asked.edits == 2)
    assert "12 calls" in asked.activity["summary"]

    assert coach.write(words("/forecast commit 120k best 150k"))[0] == 200
    until(lambda: "120,000" in coach.to(DANA)[-1].text)
    assert coach.write(words("manager I need help with Globex"))[0] == 200
    assert "dana" in [it["member"] for it in json.loads(coach("queue", "--format", "json"))["items"]]
    coach.stop()

    kept = json.loads(coach("checkins", "--company", "acme", "--format", "json"))["checkins"]
    assert [(it["status"], it["counts"], it["commitment"]) for it in kept] == [
        ("answered", {"calls": 12, "appointments": 2, "proposals": 1}, "Call Globex")
    ]
    told = json.loads(coach("forecast", "--company", "acme", "--format", "json"))["members"][0]
    assert (told["commit"], told["best_case"]) == (120000, 150000)

    coach.environment["COACH_CLOCK"] = FRIDAY
    coach.serve()
    digest = until(lambda: [it for it in coach.to(OLIVIA) if "2026-Q4" in it.activity["summary"]])[0]
    assert "Acme Robotics" in digest.text
    assert len(digest.text.encode()) < 28_000
    assert coach.get("/readyz")[0] == 200
    assert json.loads(coach.get("/readyz")[1])["undelivered"] == []
    coach.stop()


def test_a_company_is_set_up_in_teams_alone_and_its_rep_is_asked(coach: CoachOnTeams) -> None:
    coach.environment["MICROSOFT_SETUP_TENANTS"] = TENANT.upper()
    coach("migrate")
    coach.serve()
    coach.teams.add_person(MORGAN, name="Morgan Lee", email="morgan@acme.example")
    coach.teams.add_person(DANA, name="Dana Reyes", email="dana@acme.example")
    assert coach.write(installed(MORGAN))[0] == 200
    invited = until(lambda: coach.to(MORGAN))[0]
    form = task(coach, "task/fetch", button(invited.card, "Set up the coach"))
    week = task(coach, "task/submit", sent(form, name="Acme", reps="Dana Reyes, dana@acme.example", country="US"))
    assert week["title"] == "The week"
    coach.stop()
    coach.serve()
    again = task(coach, "task/fetch", button(invited.card, "Set up the coach"))
    assert "dana@acme.example" in json.dumps(again), "what was filled in outlives the program"
    dry = task(coach, "task/submit", sent(week, calls="20", **{"several:visits": "mon,tue"}))
    assert "E-mail of Dana Reyes: dana@acme.example" in json.dumps(dry)
    assert "is set up" in json.dumps(task(coach, "task/submit", sent(dry)))
    assert coach.write(installed(DANA))[0] == 200
    asked = until(lambda: [it for it in coach.to(DANA) if "check-in" in it.activity["summary"]])[0]
    assert coach.write(pressed(asked, "Send", count__calls="12", count__appointments="1"))[0] == 200
    until(lambda: "12 calls" in asked.activity["summary"])
    file = coach("company", "--company", "acme")
    assert f"teams: {{tenant: {TENANT}}}" in file
    (coach.folder / "acme.yaml").write_text(file)
    assert coach("apply", "acme.yaml").strip() == "no changes"

    assert coach.write(words("set up", MORGAN))[0] == 200
    setup = until(lambda: [it for it in coach.to(MORGAN) if "Days, habits, targets" in it.text])[0]
    plan = task(coach, "task/fetch", button(setup.card, "Days, habits, targets"))
    dry = task(coach, "task/submit", sent(plan, **{"habit.calls": "30"}))
    assert "is changed" in json.dumps(task(coach, "task/submit", sent(dry)))
    assert "per_day: 30" in coach("company", "--company", "acme")
    coach.stop()


def task(coach: CoachOnTeams, name: str, data: dict[str, Any]) -> dict[str, Any]:
    status, answer = coach.write(invoke(name, {"data": data}, MORGAN))
    assert status == 200
    found = json.loads(answer)["task"]
    assert found["type"] == "continue", found
    return found["value"]


def sent(dialog: dict[str, Any], **typed: str) -> dict[str, Any]:
    """What its button brings, with what stands in its fields."""
    card = dialog["card"]["content"]
    (press,) = buttons_of(card)
    held = {it["id"]: it["value"] for it in card["body"] if it["type"].startswith("Input.") and it.get("value")}
    return {**press["data"], **held, **{f"field:{name}": it for name, it in typed.items()}}


def test_without_teams_there_is_no_such_address(coach: CoachOnTeams) -> None:
    for name in [it for it in coach.environment if it.startswith("MICROSOFT")]:
        del coach.environment[name]
    coach("migrate")
    coach.serve()
    assert coach.write(activity())[0] == 404
    coach.stop()


def test_a_company_connects_an_app_of_its_own_while_the_program_runs(coach: CoachOnTeams) -> None:
    app = {name: it for name, it in coach.environment.items() if name.startswith("MICROSOFT_APP")}
    for name in app:
        del coach.environment[name]
    coach.environment["COACH_SECRET_KEYS"] = Fernet.generate_key().decode()
    coach("migrate")
    coach("apply", str(coach.file()))
    coach.serve()
    assert coach.write(words("help"))[0] == 404
    coach.environment |= app
    assert "connected as app" in coach("connect", "teams", "--company", "acme")
    for name in app:
        del coach.environment[name]
    until(lambda: coach.write(words("help"))[0] == 200)
    until(lambda: coach.to(DANA))
    elsewhere = {"channelData": {"tenant": {"id": "elsewhere"}}, "conversation": {"id": "a:x"}}
    assert coach.write(words("help", **elsewhere))[0] == 403
    assert coach.write(words("help"), token=coach.teams.token(aud="another"))[0] == 401
    assert f"Microsoft takes the app {APP}" in coach("doctor", code=0)
    coach("connect", "teams", "--company", "acme", "--remove")
    until(lambda: coach.write(words("help"))[0] == 404)
    coach.stop()


@pytest.mark.parametrize("missing", ["MICROSOFT_APP_ID", "MICROSOFT_APP_PASSWORD", "MICROSOFT_APP_TENANT_ID"])
def test_half_configured_it_doesnt_start_and_says_what_is_missing(
    coach: CoachOnTeams, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(coach.folder)
    for name, value in coach.environment.items():
        monkeypatch.setenv(name, value)
    assert CliRunner().invoke(cli.coach, ["migrate"]).exit_code == 0
    monkeypatch.delenv(missing)
    refused = CliRunner().invoke(cli.coach, ["serve", "--port", str(coach.port)])
    assert refused.exit_code == 1
    (line,) = refused.stderr.strip().splitlines()
    assert missing in line


def test_whoever_comes_without_microsofts_word_is_turned_away_and_the_server_stays_up(coach: CoachOnTeams) -> None:
    coach("migrate")
    coach("apply", str(coach.file()))
    coach.serve()
    url = f"http://127.0.0.1:{coach.port}/api/messages"
    for body in (b"", b"\xff\xfe", b"{", b"[" * 10_000, b"null"):
        assert coach._ask(urllib.request.Request(url, body, {"Content-Type": "application/json"}))[0] == 401
    assert coach.write(words("help"), token="garbage")[0] == 401
    assert coach.write(words("help"), token=coach.teams.token(aud="another"))[0] == 401
    assert coach.get("/healthz") == (200, "ok")
    coach.stop()


def test_an_unauthenticated_address_is_for_this_machine_only(coach: CoachOnTeams) -> None:
    for name in [it for it in coach.environment if it.startswith("MICROSOFT")]:
        del coach.environment[name]
    coach.environment["COACH_TEAMS_DANGEROUSLY_UNAUTHENTICATED"] = "1"
    coach.teams.open_to_all = True
    coach("migrate")
    coach("apply", str(coach.file()))
    refused = coach("serve", "--host", "0.0.0.0", code=1)
    assert "COACH_TEAMS_DANGEROUSLY_UNAUTHENTICATED" in refused
    coach.serve()
    assert coach.write(words("help"), token="whatever")[0] == 200
    until(lambda: coach.to(DANA))
    assert "believes every program on this machine" in (coach.folder / "serve.log").read_text()
    coach.stop()
