"""The pages behind signed links: what they open, for how long, and to whom no more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from cryptography.fernet import Fernet
from pydantic import SecretStr
from starlette.testclient import TestClient

from bot.app import Program, assemble
from bot.server import server
from bot.settings import Settings
from coaching.checkins import CheckInStatus
from coaching.events import Planned
from storage.database import create_engine
from storage.store import SqlStore
from tests.builders import MONDAY, a_company, a_manager, a_member, an_opportunity, an_owner, at
from tests.delivering import FakeChannel, Still

HERE = "https://coach.example"
ASKED = "checkin:dana:2026-11-23"


class Pages:
    def __init__(self, url: str) -> None:
        self.clock = Still(at("07:00"))
        self.store = SqlStore(create_engine(url))
        self.company = a_company(a_member(), a_member("lee"), a_manager(), an_owner())
        for company in (self.company, replace(self.company, slug="globex")):
            with self.store.opened(company, self.clock.now()) as work:
                work.keep_company(company)
        with self.store.work("acme") as work:
            won = an_opportunity("O-1", name="Acme <b>secret</b> deal")
            work.keep_pipeline(opportunities=(won,), changes=(), snapshots=(), on=MONDAY)
        settings = Settings(coach_public_url=HERE, coach_secret_keys=SecretStr(Fernet.generate_key().decode()))
        self.program: Program = assemble(settings, self.store, clock=self.clock, channels=(FakeChannel(),))
        self.program.engine.handle(Planned(company="acme", key="planned", at=self.clock.now()))
        self.clock.at = at("08:30")
        self.program.engine.tick(self.clock.at)
        self.browser = TestClient(server(self.program, worker=False), base_url=HERE)

    def link(self, key: str = ASKED, member: str = "dana", company: str = "acme") -> str:
        return self.program.links.answer_url(company, member, key).removeprefix(HERE)

    def rows(self, rows: str, company: str = "acme") -> str:
        return self.program.links.rows_url(company, rows).removeprefix(HERE)

    def answer(self, path: str, **fields: str):
        page = self.browser.get(path).text
        hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))
        press = re.search(r'name="press" value="([^"]*checkin\.send[^"]*)"', page)[1].replace("&#34;", '"')
        return {**hidden, "press": press, **{f"field:{name}": value for name, value in fields.items()}}

    def checkin(self):
        with self.store.work("acme") as work:
            return next(iter(work.checkins(MONDAY, MONDAY, "dana")))


@pytest.fixture
def pages(migrated_sqlite_url: str) -> Iterator[Pages]:
    it = Pages(migrated_sqlite_url)
    with it.browser:
        yield it
    it.store.engine.dispose()


def test_the_link_opens_the_members_own_card_and_answers_it(pages: Pages):
    path = pages.link()
    form = pages.answer(path, **{"count.calls": "17"})
    page = pages.browser.post(path, data=form)
    assert page.status_code == 200
    assert "17 calls" in page.text
    assert pages.checkin().status is CheckInStatus.ANSWERED


def test_a_double_click_answers_once(pages: Pages):
    path = pages.link()
    form = pages.answer(path, **{"count.calls": "17"})
    pages.browser.post(path, data=form)
    pages.browser.post(path, data={**form, "field:count.calls": "99"})
    assert pages.checkin().counts["calls"] == 17


def test_pages_behind_links_are_kept_nowhere_and_tell_nobody(pages: Pages):
    headers = pages.browser.get(pages.link()).headers
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_rows_list_what_a_figure_counts(pages: Pages):
    answer = pages.browser.get(pages.rows("digest/2026-11-27/open"))
    assert answer.status_code == 200
    assert "<b>secret</b>" not in answer.text


@pytest.mark.parametrize("rows", ["digest/2026-11-27/nothing", "digest/someday/won", "what", "", "../../etc/passwd"])
def test_rows_of_no_figure_are_answered_in_a_sentence(pages: Pages, rows: str):
    answer = pages.browser.get(pages.rows(rows))
    assert answer.status_code == 404
    assert "That didn’t open" in answer.text or "That didn&#39;t open" in answer.text


@pytest.mark.parametrize("days", [8, 400])
def test_a_link_that_is_too_old_says_so_and_does_nothing(pages: Pages, days: int):
    with time_machine.travel(datetime.now(UTC) - timedelta(days=days), tick=False):
        path = pages.link()
    shown = pages.browser.get(path)
    assert shown.status_code == 410
    assert "too old" in shown.text
    token = path.rpartition("/")[2]
    assert pages.browser.post(path, data={"csrf": token, "press": "{}"}).status_code == 410
    assert pages.checkin().status is CheckInStatus.OPEN


def test_a_changed_link_opens_nothing(pages: Pages):
    path = pages.link()
    for at_ in (len("/answer/") + 3, len(path) - 3):
        changed = path[:at_] + ("A" if path[at_] != "A" else "B") + path[at_ + 1 :]
        assert pages.browser.get(changed).status_code == 404
        assert pages.browser.post(changed, data={"csrf": changed.rpartition("/")[2]}).status_code == 404
    assert pages.browser.get("/answer/" + "x" * 5_000).status_code == 404


def test_a_link_to_rows_answers_nothing_and_the_other_way_round(pages: Pages):
    rows, answer = pages.rows("digest/2026-11-27/won"), pages.link()
    assert pages.browser.get(rows.replace("/rows/", "/answer/")).status_code == 404
    assert pages.browser.get(answer.replace("/answer/", "/rows/")).status_code == 404


def test_a_form_without_the_links_own_token_does_nothing(pages: Pages):
    path = pages.link()
    form = pages.answer(path, **{"count.calls": "17"})
    for csrf in ("", "x", "ünrecht"):
        assert pages.browser.post(path, data={**form, "csrf": csrf}).status_code == 404
    assert pages.checkin().status is CheckInStatus.OPEN


@pytest.mark.parametrize(("member", "company"), [("lee", "acme"), ("dana", "globex"), ("nobody", "acme")])
def test_nobody_elses_message_opens(pages: Pages, member: str, company: str):
    shown = pages.browser.get(pages.link(member=member, company=company))
    assert shown.status_code == 410
    assert "Hello Dana" not in shown.text
    assert "nothing to show any more" in shown.text


def test_a_company_that_is_gone_is_told_in_a_sentence(pages: Pages):
    answer = pages.browser.get(pages.link(company="initech"))
    assert answer.status_code == 404
    assert "Traceback" not in answer.text
    assert pages.browser.get(pages.rows("digest/2026-11-27/won", company="initech")).status_code == 404


def test_who_has_left_reads_and_answers_nothing_any_more(pages: Pages):
    path = pages.link()
    form = pages.answer(path, **{"count.calls": "17"})
    left = tuple(replace(it, active=it.id != "dana") for it in pages.company.members)
    with pages.store.work("acme") as work:
        work.keep_company(replace(pages.company, members=left))
    assert "nothing to show any more" in pages.browser.get(path).text
    assert "17 calls" not in pages.browser.post(path, data=form).text
    assert pages.checkin().status is CheckInStatus.OPEN
