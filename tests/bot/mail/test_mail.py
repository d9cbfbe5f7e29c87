"""Mail over real SMTP: what a letter is made of, what a server's answers mean, and a check-in answered from one."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from starlette.testclient import TestClient

from bot import html
from bot.app import Program, assemble
from bot.channel import Busy, Parcel, Refused, Unknown
from bot.languages import speaking_to
from bot.links import SignedLinks
from bot.mail.outbound import MailChannel
from bot.server import server
from bot.settings import Settings
from coaching.card import Action, Bar, Bars, Buttons, Card, Heading, Look, Picture, Table, say
from coaching.checkins import CheckInStatus
from coaching.events import Planned
from storage.database import create_engine
from storage.store import SqlStore
from tests.builders import MONDAY, a_company, a_manager, a_member, an_owner, at
from tests.delivering import Still
from tests.mail_server import MailServer, mail_server

LINKS = SignedLinks("https://coach.example", "a secret")
SENT = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
CARD = Card(
    "Your week, Dana",
    (
        Heading("Your week"),
        say("Commit & best case: <b>120k</b>"),
        Picture(
            "Won so far", "Won $120,000 of $180,000", Bars((Bar("Won", 120_000),)), mark=180_000, mark_label="target"
        ),
        Buttons((Action("Answer", "checkin.open", look=Look.PRIMARY),)),
    ),
)


@pytest.fixture
def smtp() -> Iterator[MailServer]:
    with mail_server() as it:
        yield it


def parcel(**more: Any) -> Parcel:
    member = a_member(email="dana@acme.example")
    usual: dict[str, Any] = {
        "company": a_company(member, a_manager(), an_owner()),
        "member": member,
        "card": CARD,
        "key": "digest:acme:dana",
        "nonce": "5f3a",
        "attempt_at": SENT,
    }
    return Parcel(**(usual | more))


def send(smtp: MailServer, sent: Parcel | None = None, sender: str = "coach@acme.example") -> Any:
    return asyncio.run(MailChannel(smtp.url, sender, LINKS).send(sent or parcel()))


# --- the letter -------------------------------------------------------------------------------------------------------
def test_a_table_that_a_phone_cant_show_without_breaking_words_is_told_row_by_row():
    """A phone of 390 pixels leaves 308 within the sheet, and an amount keeps its sign: `24.500,50 €` is one word."""
    wide = Table(
        ("Deal", "Betrag", "Chance", "Abschluss", "Fehlt"),
        ((("Globex",), ("24.500,50\u00a0€",), ("35\u00a0%",), ("Fr., 18. Dez.",), ("Geldgeber",)),),
    )
    slim = Table(("Deal", "Betrag"), ((("Globex",), ("24.500,50\u00a0€",)),))
    told, grid = (html.mail(Card("", (it,))) for it in (wide, slim))
    assert ('class="told"' in told, "<td align" in told.partition("Globex")[2]) == (True, False)
    assert 'class="told"' not in grid


def test_a_letter_is_text_and_html_with_its_picture_inside(smtp: MailServer):
    reference = send(smtp)
    (letter,) = smtp.letters
    assert letter["Subject"] == "Your week, Dana"
    assert letter["From"] == "Acme Robotics coach <coach@acme.example>"
    assert letter["To"] == "Dana Reyes <dana@acme.example>"
    assert letter["Date"].datetime == SENT
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"] == reference["message_id"] == "<5f3a@acme.example>"
    text, page = letter.get_body(("plain",)).get_content(), letter.get_body(("html",)).get_content()
    assert "Commit & best case: <b>120k</b>" in text
    assert "Commit &amp; best case: &lt;b&gt;120k&lt;/b&gt;" in page
    assert "Won $120,000 of $180,000" in text
    assert "https://coach.example/answer/" in text
    assert 'href="https://coach.example/answer/' in page
    assert "an automated assistant" in text
    assert "ask Morgan Lee" in page
    (picture,) = [it for it in letter.walk() if it.get_content_type() == "image/png"]
    assert f'src="cid:{picture["Content-ID"].strip("<>")}"' in page
    assert picture.get_content_disposition() == "inline"
    assert picture.get_content()[:8] == b"\x89PNG\r\n\x1a\n"


def test_a_letter_sent_twice_is_seen_to_be_the_same(smtp: MailServer):
    assert send(smtp) == send(smtp)


def test_names_add_no_headers(smtp: MailServer):
    evil = "Dana\r\nBcc: all@acme.example\r\n\r\n<script>"
    member = a_member(name=evil, email="dana@acme.example")
    company = a_company(member, a_manager(name=evil), name=f"Acme{evil}")
    send(smtp, parcel(company=company, member=member, card=Card(f"Hello {evil}", (say(evil),))))
    (letter,) = smtp.letters
    assert letter["Bcc"] is None
    assert len(letter["To"].addresses) == 1
    assert letter["To"].addresses[0].addr_spec == "dana@acme.example"
    assert len(letter["From"].addresses) == 1
    assert "\n" not in letter["Subject"]
    assert "<script>" not in letter.get_body(("html",)).get_content()


@pytest.mark.parametrize(
    "name", ['Dana "D" Reyes, Jr.', "Дана", "שלום", "😀 Dana", "x" * 500, "<!channel>", "=1+1", "a@b.c"]
)
def test_whatever_a_name_is_the_letter_reaches_one_address(smtp: MailServer, name: str):
    member = a_member(name=name, email="dana@acme.example")
    send(smtp, parcel(company=a_company(member), member=member, card=Card(f"Hello {name}", (say(name),))))
    (to,) = smtp.letters[0]["To"].addresses
    assert to.addr_spec == "dana@acme.example"
    assert to.display_name == name


def test_lines_stay_within_what_mail_allows(smtp: MailServer):
    send(smtp, parcel(card=Card("Long", (say("ein langes Wort " * 2_000 + "ü" * 5_000),))))
    assert max(map(len, smtp.raw[0].split(b"\r\n"))) <= 998


def test_a_sender_with_a_name_is_understood(smtp: MailServer):
    send(smtp, sender="Somebody <coach@acme.example>")
    assert smtp.letters[0]["From"] == "Acme Robotics coach <coach@acme.example>"


# --- what the server says ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("answer", ["450 greylisted, come back later", "452 4.2.2 mailbox full"])
def test_a_temporary_refusal_is_tried_later(smtp: MailServer, answer: str):
    smtp.rcpt = answer
    with pytest.raises(Busy) as told:
        send(smtp)
    assert told.value.after >= timedelta(minutes=1)
    smtp.rcpt, smtp.data = "", answer
    with pytest.raises(Busy):
        send(smtp)


@pytest.mark.parametrize("answer", ["550 no such user", "554 5.7.1 refused"])
def test_a_refusal_for_good_is_never_tried_again(smtp: MailServer, answer: str):
    smtp.rcpt = answer
    with pytest.raises(Refused) as told:
        send(smtp)
    assert not told.value.whole_company, "others may still be reached"
    smtp.rcpt, smtp.data = "", answer
    with pytest.raises(Refused):
        send(smtp)


def test_a_line_that_drops_after_the_letter_leaves_its_fate_unknown(smtp: MailServer):
    smtp.drops = True
    with pytest.raises(Unknown):
        send(smtp)
    assert len(smtp.letters) == 1


def test_a_line_that_drops_before_the_letter_lost_nothing(smtp: MailServer):
    smtp.drops_early = True
    with pytest.raises(Busy):
        send(smtp)
    assert smtp.letters == []


def test_nobody_at_the_servers_address_is_tried_later():
    with mail_server() as gone:
        pass
    with pytest.raises(Busy):
        send(gone)


@pytest.mark.parametrize(
    "address",
    ["dänä@acme.example", "dana", "dana@", "@acme.example", "a b@c", "a@b\r\nBcc: x@y", "a@b, c@d", "x@" + "y" * 80],
)
def test_an_address_that_is_none_concerns_that_member_only(smtp: MailServer, address: str):
    member = a_member(email=address)
    with pytest.raises(Refused) as told:
        send(smtp, parcel(member=member, company=a_company(member)))
    assert not told.value.whole_company
    assert smtp.letters == []


def test_a_domain_in_any_script_is_reached(smtp: MailServer):
    member = a_member(email="dana@äcme.example")
    send(smtp, parcel(member=member, company=a_company(member)))
    assert smtp.letters[0]["To"].addresses[0].addr_spec == "dana@xn--cme-pla.example"


def test_an_odd_good_bye_changes_nothing(smtp: MailServer):
    smtp.quit = "500 what"
    assert send(smtp)["message_id"]
    assert len(smtp.letters) == 1


def test_a_mailbox_cant_be_searched(smtp: MailServer):
    with pytest.raises(Refused):
        asyncio.run(MailChannel(smtp.url, "coach@acme.example", LINKS).find(parcel()))


# --- a day by mail ----------------------------------------------------------------------------------------------------
@pytest.fixture
def program(migrated_sqlite_url: str, smtp: MailServer) -> Iterator[tuple[Program, Still]]:
    clock = Still(at("07:00"))
    store = SqlStore(create_engine(migrated_sqlite_url))
    dana = a_member(email="dana@acme.example", handles={})
    acme = a_company(dana, a_manager(email="m@acme.example", handles={}), an_owner())
    with store.opened(acme, clock.now()) as work:
        work.keep_company(acme)
    settings = Settings(
        coach_smtp_url=SecretStr(smtp.url),
        coach_mail_from="coach@acme.example",
        coach_public_url="https://coach.example",
        coach_secret_keys=SecretStr(Fernet.generate_key().decode()),
    )
    program = assemble(settings, store, clock=clock)
    program.engine.handle(Planned(company="acme", key="planned", at=clock.now()))
    yield program, clock
    store.engine.dispose()


def delivered(program: Program) -> None:
    async def go() -> None:
        await program.tick()
        await program.delivery.step()

    asyncio.run(go())


def checkin(program: Program) -> Any:
    with program.store.work("acme") as work:
        return next(iter(work.checkins(MONDAY, MONDAY, "dana")), None)


def test_a_member_with_only_mail_answers_the_check_in_on_its_page(program: tuple[Program, Still], smtp: MailServer):
    it, clock = program
    clock.at = at("08:30")
    delivered(it)
    letter = next(one for one in smtp.letters if one["To"].addresses[0].addr_spec == "dana@acme.example")
    path = re.search(r"Answer here: https://coach.example(/answer/\S+)", letter.get_body(("plain",)).get_content())[1]
    clock.at = at("08:41")
    with TestClient(server(it, worker=False), base_url="https://coach.example") as browser:
        page = browser.get(path).text
        hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))
        press = re.search(r'name="press" value="([^"]*checkin\.send[^"]*)"', page)[1].replace("&#34;", '"')
        form = {**hidden, "press": press, "field:count.calls": "17", "field:commitment": "Send the offer"}
        page = browser.post(path, data=form).text
        assert "17 calls" in page
        answer = checkin(it)
        assert answer.status is CheckInStatus.ANSWERED
        assert answer.counts["calls"] == 17
        assert answer.answered_at == clock.at
        delivered(it)
        assert "17 calls" in browser.get(path).text, "what was answered stays to be seen after delivery had its turn"
        browser.post(path, data={**form, "field:count.calls": "99"})
        assert checkin(it).counts["calls"] == 17, "a double click counts once"
    assert len([one for one in smtp.letters if one["To"].addresses[0].addr_spec == "dana@acme.example"]) <= 2


def test_a_letter_is_in_the_companys_language(smtp: MailServer):
    german = replace(parcel().company, language="de")
    with speaking_to(german):
        send(smtp, parcel(company=german))
    (letter,) = smtp.letters
    text, page = letter.get_body(("plain",)).get_content(), letter.get_body(("html",)).get_content()
    assert letter["From"].addresses[0].display_name == "Coach von Acme Robotics"
    assert "Antworte hier: https://coach.example/answer/" in text
    assert '<html lang="de">' in page
    assert "frag Morgan Lee" in page
