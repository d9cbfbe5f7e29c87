"""What watches over the program is told the truth: alive, able to serve, and what could not be delivered."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
import sqlalchemy as sa

from bot.app import Program, assemble
from bot.server import server
from bot.settings import Settings
from bot.web.security import ThisMachineOnly
from coaching.card import note
from coaching.decision import Decision, Kind, Message
from storage import revision
from storage.database import EVERY_COMPANY, create_engine, session
from storage.store import SqlStore
from storage.tables import DeliveryRow
from tests.builders import a_company, at
from tests.delivering import Still

NOW = at("09:00")


def a_program(url: str, **more: str) -> Program:
    """Without channels, on a clock that stands."""
    settings = Settings(_env_file=None, coach_database_url=url, **more)
    return assemble(settings, SqlStore(create_engine(url)), clock=Still(NOW), channels=())


class Web:
    """Asks the app as a browser would, its beginning and its end included."""

    def __init__(self, program: Program, **more: bool) -> None:
        self.app = server(program, worker=False, **more)

    def get(self, path: str) -> httpx.Response:
        return asyncio.run(self._asked("GET", path))

    def post(self, path: str) -> httpx.Response:
        return asyncio.run(self._asked("POST", path))

    async def _asked(self, method: str, path: str) -> httpx.Response:
        way = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with self.app.router.lifespan_context(self.app), httpx.AsyncClient(transport=way) as client:
            return await client.request(method, f"http://coach.example{path}")


@pytest.fixture
def program(each_migrated: str) -> Iterator[Program]:
    made = a_program(each_migrated)
    yield made
    made.store.engine.dispose()


@pytest.fixture
def web(program: Program) -> Web:
    return Web(program)


def message(program: Program, key: str, minutes_ago: int, **more: str) -> None:
    with program.store.opened(a_company(), NOW) as work:
        work.keep_company(a_company())
        said = Message(key=key, to="dana", card=note("Hello"), kind=Kind.NOTICE)
        work.apply(Decision(messages=(said,)), NOW - timedelta(minutes=minutes_ago))
    with session(program.store.engine, EVERY_COMPANY) as it:
        if more:
            it.execute(sa.update(DeliveryRow).where(DeliveryRow.key == key).values(**more))


def test_alive_is_a_word(web):
    answer = web.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok")


def test_ready_is_a_database_at_the_newest_schema(web):
    answer = web.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "schema": revision.head(), "overdue": 0, "undelivered": []}


def test_what_could_not_be_delivered_is_counted_and_named_and_the_program_still_serves(web, program):
    message(program, "fresh", 1)
    message(program, "waiting", 3)
    message(program, "refused", 90, state="dead", reason="Slack: account_inactive")
    message(program, "sent", 90, state="sent")
    answer = web.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["overdue"] == 1
    assert answer.json()["undelivered"] == [
        {"company": "acme", "member": "dana", "kind": "notice", "key": "refused", "reason": "Slack: account_inactive"},
        {
            "company": "acme",
            "member": "dana",
            "kind": "notice",
            "key": "waiting",
            "reason": "it is waiting longer than it should",
        },
    ]


def test_an_old_schema_is_not_ready_and_says_what_to_run(each_database):
    program = a_program(each_database)
    answer = Web(program).get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "why": f"schema is None, needs {revision.head()}; run: coach migrate"}
    assert Web(program).get("/healthz").status_code == 200
    program.store.engine.dispose()


def test_a_database_that_does_not_answer_is_not_ready_and_its_password_stays_secret(caplog):
    program = a_program("postgresql://coach:hunter2@127.0.0.1:1/coach")
    answer = Web(program).get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["ready"] is False
    assert "COACH_DATABASE_URL" in answer.json()["why"]
    assert "hunter2" not in answer.text + caplog.text


def test_metrics_are_in_prometheus_own_words(web):
    answer = web.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert "# TYPE process_" in answer.text or "# TYPE python_" in answer.text


def test_the_front_page_stands_alone_and_may_not_be_framed(web):
    answer = web.get("/")
    assert (answer.status_code, "It is running" in answer.text) == (200, True)
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "<script" not in answer.text


def test_its_styles_are_served_and_nothing_else_of_the_disk(web):
    assert web.get("/static/coach.css").status_code == 200
    for way in ("/static/../pages/base.html", "/static/%2e%2e/pages/base.html", "/static/", "/nothing"):
        assert web.get(way).status_code == 404


def test_a_worker_serves_its_health_and_no_pages(program):
    web = Web(program, web=False)
    assert [web.get(it).status_code for it in ("/healthz", "/readyz", "/metrics")] == [200, 200, 200]
    assert web.get("/").status_code == 404
    assert web.post("/slack/events").status_code == 404


def test_slack_has_an_address_only_where_it_is_set_up(web):
    assert web.post("/slack/events").status_code == 404


@pytest.fixture
def doors(each_migrated: str) -> Iterator[Web]:
    connected = {"microsoft_app_id": "an-app", "microsoft_app_password": "p", "microsoft_app_tenant_id": "t"}
    connected |= {"slack_bot_token": "xoxb-1", "slack_signing_secret": "s"}
    program = a_program(each_migrated, **connected)
    yield Web(program)
    program.store.engine.dispose()


@pytest.mark.parametrize("way", ["/api/messages", "/slack/events"])
def test_platforms_doors_answer_every_method_themselves(doors, way):
    asked = doors.get(way)
    assert (asked.status_code, asked.headers["allow"], asked.text) == (405, "POST", "POST only")
    assert doors.post(way).status_code == 415
    assert doors.get(f"{way}/").status_code == 307


@pytest.mark.parametrize("way", ["/api/messages", "/slack/events"])
def test_a_middleware_that_is_added_stands_before_platforms_doors_too(doors, way):
    doors.app.add_middleware(ThisMachineOnly)
    assert (doors.get(way).status_code, doors.post(way).status_code) == (400, 400)


def test_what_goes_wrong_inside_is_a_sentence_outside(program, monkeypatch, web):
    def broken(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(program.outbox, "undelivered", broken)
    answer = web.get("/readyz")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "Please try again" in answer.text
