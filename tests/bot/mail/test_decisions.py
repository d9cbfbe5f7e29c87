"""The owner decides from a mail: at its question, with a second tap, once, and nobody who only looks decides anything."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import select
from starlette.testclient import TestClient

from bot.app import Program, assemble
from bot.narrowed import narrowed
from bot.server import server
from bot.settings import Settings
from coaching.card import Buttons, Card, note
from coaching.company import EscalationPolicy
from coaching.decision import Decision, Kind
from coaching.escalation import EscalationKind
from coaching.events import Planned
from coaching.mandate import Mandate, Word
from storage.database import create_engine
from storage.store import SqlStore
from storage.tables import DeliveryRow
from tests.builders import (
    MONDAY,
    a_company,
    a_manager,
    a_member,
    an_escalation,
    an_opportunity,
    an_owner,
    at,
    days_later,
    dollars,
)
from tests.delivering import Still
from tests.golden_cards.digest import CARDS
from tests.mail_server import MailServer, mail_server

HERE = "https://coach.example"
FRIDAY = days_later(4)
DUE = at("16:00", FRIDAY, "America/New_York")
SECOND = an_escalation("e-2", subject="words:1", text="Dana asks: “May I give 5 %?”", owner_told_at=at("12:00"))
OVERDUE = an_escalation(
    "e-1", kind=EscalationKind.OVERDUE_OPPORTUNITY, subject="O-1", text="Globex robots is overdue.",
    policy=EscalationPolicy(overdue_amount=dollars(50_000)),
)  # fmt: skip


class Letters:
    """A company whose owner has nothing but a mailbox, on the Friday evening of its digest."""

    def __init__(self, url: str, smtp: MailServer) -> None:
        self.clock, self.smtp = Still(at("07:00")), smtp
        self.store = SqlStore(create_engine(url))
        owner = an_owner(email="olivia@acme.example", handles={})
        company = a_company(a_member(handles={}), a_manager(handles={}), owner, targets=())
        with self.store.opened(company, self.clock.now()) as work:
            work.keep_company(company)
            deals = (an_opportunity(close_date=days_later(-3), amount=dollars(60_000)),)
            work.keep_pipeline(opportunities=deals, changes=(), snapshots=(), on=MONDAY)
            work.apply(Decision(records=(OVERDUE, SECOND)), at("10:00"))
        settings = Settings(
            coach_smtp_url=SecretStr(smtp.url), coach_mail_from="coach@acme.example", coach_public_url=HERE,
            coach_secret_keys=SecretStr(Fernet.generate_key().decode()),
        )  # fmt: skip
        self.program: Program = assemble(settings, self.store, clock=self.clock)
        self.program.engine.handle(Planned(company="acme", key="planned", at=self.clock.now()))
        self.clock.at = DUE
        self.deliver()
        self.browser = TestClient(server(self.program, worker=False), base_url=HERE)

    def deliver(self) -> None:
        async def go() -> None:
            await self.program.tick()
            await self.program.delivery.step()

        asyncio.run(go())

    @property
    def owners(self) -> list[Any]:
        return [it for it in self.smtp.letters if it["To"].addresses[0].addr_spec == "olivia@acme.example"]

    @property
    def buttons(self) -> list[tuple[str, str]]:
        page = self.owners[-1].get_body(("html",)).get_content()
        return [
            (label, path)
            for path, label in re.findall(
                r'<a class="button [^"]*" href="https://coach.example([^"]+)"[^>]*>([^<]+)<', page
            )
        ]

    def link(self, label: str) -> str:
        return next(path for it, path in self.buttons if it == label)

    def said_to(self, member: str) -> list[str]:
        """What became of the answers to them."""
        for _ in range(3):
            self.deliver()
        with self.store.work("acme") as work:
            mine = (DeliveryRow.member == member, DeliveryRow.kind == Kind.REPLY.value)
            return [str(it) for it in work.session.scalars(select(DeliveryRow.state).where(*mine))]

    @property
    def asked(self) -> dict[str, Mandate]:
        with self.store.work("acme") as work:
            return {it.subject: it for it in work.mandates(MONDAY)}


@pytest.fixture
def letters(migrated_sqlite_url: str) -> Iterator[Letters]:
    with mail_server() as smtp:
        it = Letters(migrated_sqlite_url, smtp)
        with it.browser:
            yield it
        it.store.engine.dispose()


def form_of(page: str, word: str) -> dict[str, str]:
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))
    press = re.search(rf'name="press" value="([^"]*{word}[^"]*)"', page)[1].replace("&#34;", '"')
    return {**hidden, "press": press}


def test_each_button_leads_to_its_own_question(letters: Letters):
    labels = [it for it, _ in letters.buttons]
    assert labels == ["Yes", "No", "Ask Morgan", "Yes", "No", "Ask Morgan", "See the maths"]
    first, second = (letters.browser.get(letters.buttons[n][1]).text for n in (0, 3))
    assert ("Do we still count on it" in first, "May I give 5 %" in first) == (True, False)
    assert ("Do we still count on it" in second, "May I give 5 %" in second) == (False, True)
    whole = re.search(r'href="(/answer/[^"?]+)">The whole message', first)[1]
    assert "May I give 5 %" in letters.browser.get(whole).text


def test_opening_decides_nothing_however_often(letters: Letters):
    for _, path in letters.buttons:
        assert letters.browser.get(path).status_code == 200
        assert letters.browser.head(path).status_code in {200, 405}
    assert {it.word for it in letters.asked.values()} == {None}


def test_a_second_tap_decides_and_the_page_says_so_without_another_letter(letters: Letters):
    path = letters.link("No")
    letters.clock.at = DUE + timedelta(minutes=5)
    page = letters.browser.post(path, data=form_of(letters.browser.get(path).text, "no")).text
    assert letters.asked["e-1"].word is Word.NO
    assert letters.asked["e-1"].answered_by == "olivia"
    assert "Answered: <strong>No</strong>" in page
    assert 'name="press"' not in page
    letters.deliver()
    assert len(letters.owners) == 1
    assert letters.asked["e-2"].word is None


def test_what_is_put_to_the_manager_on_the_page_is_in_no_letter_to_the_owner(letters: Letters):
    path = letters.link("Ask Morgan")
    assert letters.browser.post(path, data=form_of(letters.browser.get(path).text, "ask")).status_code == 200
    assert letters.asked["e-1"].word is Word.ASK
    assert letters.said_to("olivia") == ["withdrawn"], "the page shows it"


def test_the_first_answer_stands_in_another_tab_too(letters: Letters):
    path = letters.link("No")
    forms = [form_of(letters.browser.get(path).text, word) for word in ("no", "yes")]
    for form in forms:
        letters.browser.post(path, data=form)
    assert letters.asked["e-1"].word is Word.NO


def test_the_page_still_says_so_when_it_is_opened_again_later(letters: Letters):
    path = letters.link("No")
    letters.browser.post(path, data=form_of(letters.browser.get(path).text, "no"))
    letters.deliver()
    again = letters.browser.get(path).text
    assert "Answered: <strong>No</strong>" in again
    assert 'name="press"' not in again


def test_a_second_different_answer_is_told_that_the_first_stands(letters: Letters):
    path = letters.link("No")
    forms = [form_of(letters.browser.get(path).text, word) for word in ("no", "yes", "no")]
    pages = [letters.browser.post(path, data=form).text for form in forms]
    assert ["The first answer stands" in it for it in pages] == [False, True, False]
    assert "Answered: <strong>No</strong>" in pages[1]
    letters.deliver()
    assert len(letters.owners) == 1


def test_what_a_tap_leads_to_is_on_the_page_and_in_no_letter(letters: Letters):
    path = letters.link("See the maths")
    page = letters.browser.post(path, data=form_of(letters.browser.get(path).text, "maths"))
    assert page.status_code == 200
    assert "The maths" in page.text
    assert "Do we still count on it" not in page.text
    letters.deliver()
    assert len(letters.owners) == 1
    assert "The maths" in letters.browser.get(str(page.url)).text, "it can be looked at again"


def test_a_form_from_elsewhere_decides_nothing(letters: Letters):
    path = letters.link("No")
    form = form_of(letters.browser.get(path).text, "no")
    assert letters.browser.post(path, data=form | {"csrf": "guessed"}).status_code == 404
    assert letters.browser.post("/answer/made-up", data=form | {"csrf": "made-up"}).status_code == 404
    assert letters.asked["e-1"].word is None


def test_another_members_page_decides_nothing_with_the_owners_button(letters: Letters):
    form = form_of(letters.browser.get(letters.link("No")).text, "no")
    links = letters.program.links
    assert links is not None
    for who in ("morgan", "dana"):
        mine = links.answer_url("acme", who, "digest:morgan:2026-W48").removeprefix(HERE)
        token = mine.rpartition("/")[2]
        letters.browser.post(mine, data=form | {"csrf": token})
    assert letters.asked["e-1"].word is None


def test_a_link_that_is_too_old_opens_nothing(letters: Letters):
    path = letters.link("No")
    with time_machine.travel(timedelta(days=8), tick=False):
        assert letters.browser.get(path).status_code == 410
    assert letters.asked["e-1"].word is None


def test_a_question_that_ran_out_says_so(letters: Letters):
    path = letters.link("No")
    form = form_of(letters.browser.get(path).text, "no")
    letters.clock.at = letters.asked["e-1"].expires_at
    page = letters.browser.post(path, data=form).text
    assert letters.asked["e-1"].word is None
    assert "This question has run out" in page


# --- the part of a card ------------------------------------------------------------------------------------------------
FULL = CARDS["digest_full"]


@pytest.mark.parametrize("at_", ["", "x", "-1", "0", "99", "1e3", "²", "9" * 50])
def test_nowhere_in_a_card_is_the_whole_card(at_: str):
    assert narrowed(FULL, at_) is None
    assert narrowed(note("Hello"), at_) is None


def test_a_place_without_a_question_is_the_whole_card():
    whole = [
        n for n in range(len(FULL.elements)) if not isinstance(FULL.elements[n], Buttons) and narrowed(FULL, str(n))
    ]
    shown = [narrowed(FULL, str(n)) for n in whole]
    assert all(isinstance(it, Card) and len(it.elements) <= 3 for it in shown)
