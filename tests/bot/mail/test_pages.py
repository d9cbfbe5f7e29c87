"""What a letter asked is looked at again when its page is opened: answered, settled, or its deal ended meanwhile."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from starlette.testclient import TestClient

from bot.app import assemble
from bot.mail.outbound import MailChannel
from bot.server import server
from bot.settings import Settings
from coaching.decision import Decision
from coaching.escalation import EscalationKind, EscalationState
from coaching.events import Imported, Planned
from coaching.opportunities import Status
from storage.database import create_engine
from storage.deliveries import Pace
from storage.store import SqlStore
from tests.builders import MONDAY, a_company, a_manager, a_member, an_opportunity, an_owner, at, days_later, dollars
from tests.delivering import Still
from tests.mail_server import MailServer, mail_server

HERE = "https://coach.example"
LATE = an_opportunity("O-1", name="Larkfield lines", close_date=days_later(-3), amount=dollars(60_000))
STEPLESS = an_opportunity("O-2", name="Initech line", next_step="", stage="Proposal", amount=dollars(30_000))
TUESDAY = days_later(1)


class Mailed:
    """A company that has mail and nothing else, from its Monday's review on."""

    def __init__(self, url: str, smtp: MailServer) -> None:
        self.clock, self.smtp = Still(at("07:00")), smtp
        self.store = SqlStore(create_engine(url))
        people = (
            a_member(handles={}, email="dana@acme.example"),
            a_manager(handles={}, email="morgan@acme.example"),
            an_owner(handles={}, email="olivia@acme.example"),
        )
        self.company = a_company(*people, targets=())
        with self.store.opened(self.company, self.clock.now()) as work:
            work.keep_company(self.company)
        self.keep(LATE, STEPLESS)
        settings = Settings(
            coach_smtp_url=SecretStr(smtp.url), coach_mail_from="coach@acme.example", coach_public_url=HERE,
            coach_secret_keys=SecretStr(Fernet.generate_key().decode()),
        )  # fmt: skip
        self.program = assemble(settings, self.store, clock=self.clock)
        self.program.engine.handle(Planned(company="acme", key="planned", at=self.clock.now()))
        self.browser = TestClient(server(self.program, worker=False), base_url=HERE)

    def keep(self, *deals) -> None:
        with self.store.work("acme") as work:
            work.keep_pipeline(opportunities=deals, changes=(), snapshots=(), on=MONDAY)

    def until(self, moment) -> None:
        async def go() -> None:
            await self.program.tick()
            while await self.program.delivery.step():
                pass

        self.clock.at = moment
        asyncio.run(go())

    def letters(self, who: str) -> list:
        return [it for it in self.smtp.letters if it["To"].addresses[0].username == who]

    def page(self, who: str, key: str) -> str:
        links = self.program.links
        assert links is not None
        return links.answer_url("acme", who, key).removeprefix(HERE)

    def form(self, path: str, word: str, **fields: str) -> dict[str, str]:
        page = self.browser.get(path).text
        hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))
        press = re.search(rf'name="press" value="([^"]*{word}[^"]*)"', page)
        assert press, page
        named = {f"field:{name}": value for name, value in fields.items()}
        return {**hidden, "press": press[1].replace("&#34;", '"'), **named}

    def tap(self, path: str, word: str, **fields: str):
        return self.browser.post(path, data=self.form(path, word, **fields))

    def reviewed(self):
        with self.store.work("acme") as work:
            return {it.opportunity: it for it in work.reviewed(MONDAY, MONDAY, "dana")}


@pytest.fixture
def mailed(migrated_sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailed]:
    # Two letters to one mailbox would keep a second between them.
    monkeypatch.setattr(MailChannel, "pace", Pace(company=timedelta(0), conversation=timedelta(0)), raising=False)
    with mail_server() as smtp:
        it = Mailed(migrated_sqlite_url, smtp)
        with it.browser:
            yield it
        it.store.engine.dispose()


@pytest.fixture
def reviewing(mailed: Mailed) -> str:
    """The page of Monday's review, which Dana got by mail."""
    mailed.until(at("09:05"))
    mailed.until(at("09:35"))
    path = mailed.page("dana", f"review:dana:{MONDAY}")
    assert "Larkfield lines" in mailed.browser.get(path).text
    return path


def test_a_review_asks_nothing_about_a_deal_that_was_won_meanwhile(mailed: Mailed, reviewing: str):
    form = mailed.form(reviewing, "review.let_go")
    mailed.keep(replace(LATE, status=Status.WON, closed_on=TUESDAY), STEPLESS)
    mailed.clock.at = at("09:00", TUESDAY)
    page = mailed.browser.get(reviewing).text
    assert "Won on Tue 24 Nov" in page
    assert not re.search(r'name="press" value="[^"]*O-1', page)
    assert re.search(r'name="press" value="[^"]*O-2', page), "the other one is still asked about"
    after = mailed.browser.post(reviewing, data=form).text
    assert not mailed.reviewed()["O-1"].answered
    assert "1 answered" not in after


def test_an_open_form_about_a_deal_that_ended_gives_way_to_the_review(mailed: Mailed, reviewing: str):
    assert 'name="field:step"' in mailed.tap(reviewing, 'review.open[^"]*O-1').text
    mailed.keep(replace(LATE, status=Status.LOST, closed_on=TUESDAY), STEPLESS)
    mailed.clock.at = at("09:00", TUESDAY)
    page = mailed.browser.get(reviewing).text
    assert "Lost on Tue 24 Nov" in page
    assert 'name="field:step"' not in page


def test_what_was_answered_in_another_letter_is_answered_on_this_page(mailed: Mailed, reviewing: str):
    with mailed.store.work("acme") as work:
        one = next(it for it in work.reviewed(MONDAY, MONDAY, "dana") if it.opportunity == "O-1")
        work.apply(
            Decision(records=(replace(one, answered_at=at("10:00"), next_step="Contract is with legal"),)), at("10:00")
        )
    page = mailed.browser.get(reviewing).text
    assert "Contract is with legal" in page
    assert "1 answered" in page


def test_finding_one_s_way_on_a_page_sends_no_letter(mailed: Mailed, reviewing: str):
    before = len(mailed.letters("dana"))
    mailed.tap(reviewing, 'review.open[^"]*O-1')
    mailed.tap(reviewing, "review.show")
    maths = mailed.tap(reviewing, "review.maths")
    assert "maths" in maths.text
    assert "The whole message" in maths.text
    mailed.until(at("09:50"))
    assert [it["Subject"] for it in mailed.letters("dana")][before:] == []


def test_help_that_a_page_says_was_asked_for_sends_no_letter_to_whoever_asked(mailed: Mailed, reviewing: str):
    before = len(mailed.letters("dana"))
    assert "Asked for help" in mailed.tap(reviewing, 'review.help[^"]*O-1').text
    mailed.until(at("10:00"))
    assert [it["Subject"] for it in mailed.letters("dana")][before:] == []
    assert "Dana would like help with Larkfield lines" in mailed.letters("morgan")[-1]["Subject"]


def test_what_is_written_to_the_manager_on_a_page_is_shown_there_and_in_no_letter_to_its_writer(
    mailed: Mailed, reviewing: str
):
    before = len(mailed.letters("dana"))
    checkin = mailed.page("dana", f"checkin:dana:{MONDAY}")
    mailed.tap(checkin, "checkin.send", note="I am stuck with Globex")
    form = mailed.tap(checkin, "escalate.ask")
    assert 'name="field:request"' in form.text
    sent = mailed.tap(str(form.url).removeprefix(HERE), "escalate.send", request="Join me on Thursday")
    mailed.until(at("10:00"))
    for page in (sent.text, mailed.browser.get(str(sent.url).removeprefix(HERE)).text):
        assert "Join me on Thursday" in page
        assert "escalate.context" in page, "more can be said there"
    assert [it["Subject"] for it in mailed.letters("dana")][before:] == []
    assert "Join me on Thursday" in mailed.letters("morgan")[-1]["Subject"]


def test_a_matter_that_settled_itself_says_so_on_the_managers_page(mailed: Mailed):
    mailed.keep(replace(LATE, amount=dollars(90_000)), STEPLESS)
    mailed.until(at("13:05", TUESDAY))
    mailed.until(at("15:00", TUESDAY))
    with mailed.store.work("acme") as work:
        [matter] = [
            it for it in work.escalations((EscalationState.OPEN,)) if it.kind is EscalationKind.OVERDUE_OPPORTUNITY
        ]
    path = mailed.page("morgan", f"escalation:{matter.id}:manager")
    form = mailed.form(path, "escalate.resolve")
    mailed.keep(replace(LATE, status=Status.LOST, closed_on=TUESDAY), STEPLESS)
    mailed.program.engine.handle(Imported(company="acme", key="again", at=at("15:10", TUESDAY)))
    before = len(mailed.letters("morgan"))
    mailed.until(at("15:15", TUESDAY))
    for page in (mailed.browser.get(path).text, mailed.browser.post(path, data=form).text):
        assert "It resolved itself" in page
        assert 'name="press"' not in page
    mailed.until(at("15:15", TUESDAY) + timedelta(minutes=5))
    assert len(mailed.letters("morgan")) == before


def test_resolving_is_seen_on_the_page_for_good(mailed: Mailed):
    mailed.keep(replace(LATE, amount=dollars(90_000)), STEPLESS)
    mailed.until(at("13:05", TUESDAY))
    with mailed.store.work("acme") as work:
        [matter] = [
            it for it in work.escalations((EscalationState.OPEN,)) if it.kind is EscalationKind.OVERDUE_OPPORTUNITY
        ]
    path = mailed.page("morgan", f"escalation:{matter.id}:manager")
    mailed.until(at("15:00", TUESDAY))
    page = mailed.tap(path, "escalate.resolve", note="I call them myself.").text
    mailed.until(at("15:15", TUESDAY))
    for shown in (page, mailed.browser.get(path).text):
        assert "I call them myself." in shown
        assert 'name="press"' not in shown
