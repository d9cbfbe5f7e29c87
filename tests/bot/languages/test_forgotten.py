"""Nothing that people read was forgotten: in a language of brackets, only what a company itself wrote stands outside."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache
from html import unescape
from pathlib import Path

import pytest

from bot import plain
from bot.files.csv_table import read_table
from bot.files.mapping import FIELDS, read_mapping
from bot.files.refusal import FileRefusedError
from bot.slack import forms as slack_forms
from bot.slack.views import told, window
from bot.teams import forms as teams_forms
from bot.teams import views as teams_views
from bot.teams.render import render as render_in_teams
from bot.web.shown import QUICK
from bot.web.templates import render
from coaching import change_windows, setup_windows
from coaching.card import Card, note
from coaching.escalation import EscalationState
from coaching.language import speaking
from coaching.people import Role
from coaching.setting_up import Draft, Person
from storage.store import SqlStore
from tests.bot.commands.conftest import NOW, runner
from tests.builders import MONDAY, a_company, a_member
from tests.cards import SAMPLES
from tests.faces import FACES
from tests.pseudo import PSEUDO, constants, imported_anew, outside

TESTS = Path(__file__).parents[2]
NONSENSE = ("nasty", "elements")
"""Cards that say nothing of ours, on purpose."""
READ = frozenset({"text", "title", "label", "alt_text", "altText", "placeholder", "fallbackText"})
"""Keys of Slack's and Teams' JSON under which there are words."""
NAMES = (
    "assistant coach",
    "bant",
    "meddicc",
    "spiced",
    "crm",
    "csv",
    "docs",
    "numbers",
    "usd",
    "auc",
    "brier",
    "another look at measures of forecast accuracy",
    "approve the discount for globex by tuesday",
    "clopper and pearson",
    "dana reyes asks whether to keep initech open",
    "garwood",
    "hyndman",
    "koehler",
    "coach export",
    "company acme",
    "member dana",
    "out dana",
    "zip",
    "md",
    "from the target to today’s actions",
    "smith",
    "coach",
    "textblock",
    "deutsch",
    "english",
)
"""What is called the same in each language: methods, sources, commands, the titles of our docs in English; and sample
sentences that are made of several spans.
"""


@cache
def samples() -> str:
    """What the people of the sample cards wrote."""
    return constants(
        [*TESTS.glob("golden_cards/*.py"), *(TESTS / it for it in ("builders.py", "faces.py", "solving.py"))]
    )


def forgotten(text: str, data: str) -> list[str]:
    """Stretches of words that nobody looked up and nobody wrote."""
    return [it for it in outside(text) if it.lower() not in data and not any(one in NAMES for one in _tails(it))]


def _tails(stretch: str) -> Iterable[str]:
    """The stretch, and its last word: people's second names are made up by the tests."""
    return stretch.lower(), stretch.lower().split()[-1]


@pytest.fixture(scope="module")
def cards() -> Iterator[dict[str, Card]]:
    """Each sample card, worded anew."""
    with speaking(PSEUDO), imported_anew("tests.golden_cards") as modules:
        yield {name: card for module in modules for name, card in module.CARDS.items()}


@pytest.mark.parametrize("name", [it for it in SAMPLES if not it.startswith(NONSENSE)])
def test_a_card_is_looked_up_as_a_whole(name: str, cards: dict[str, Card]):
    with speaking(PSEUDO):
        assert forgotten(plain.text(cards[name]), samples()) == []


@pytest.mark.parametrize("face", ["html", "mail.html", "slack.json", "teams.json"])
def test_each_face_says_its_own_words_in_the_language(face: str, cards: dict[str, Card]):
    """What a face adds to a card: its plain text has been looked at above."""
    for name, card in cards.items():
        if name.startswith(NONSENSE):
            continue
        with speaking(PSEUDO):
            words, shown = FACES["txt"](card), FACES[face](card)
        known = " ".join(words.split()).lower() + samples()
        assert forgotten(_words(shown, face), known) == [], name


def _words(shown: str, face: str) -> str:
    return _of_page(shown) if face.endswith("html") else "\n".join(_of_json(json.loads(shown)))


def _of_page(page: str) -> str:
    page = re.sub(r"<(style|script)\b.*?</\1>", "", page, flags=re.DOTALL)
    read = [*re.findall(r'(?:alt|title|aria-label|placeholder)="([^"]*)"', page), re.sub(r"<[^>]*>", "\n", page)]
    return unescape("\n".join(read))


def _of_json(node: object, key: str = "", within: str = "") -> Iterator[str]:
    """A `value` is shown in a list of facts only; elsewhere it is what comes back."""
    if isinstance(node, dict):
        for name, it in node.items():
            yield from _of_json(it, name, key)
    elif isinstance(node, list):
        for it in node:
            yield from _of_json(it, key)
    elif isinstance(node, str) and (key in READ or (key == "value" and within == "facts")):
        yield node


# --- what stands around cards --------------------------------------------------------------------------------------
DRAFT = Draft(
    name="Acme",
    zone="Europe/Berlin",
    people=(Person(handle="U0DANA", name="Dana", zone="Europe/Berlin", role=Role.REP),),
)


ACME = a_company(name="Acme")
MANY = a_company(*(a_member(f"dana{n}", name=f"Dana {'x' * 60}") for n in range(60)), name="Acme")


@pytest.mark.parametrize(
    "view",
    [
        lambda: slack_forms.home(setup_windows.invitation("Acme")),
        lambda: slack_forms.home(setup_windows.invitation("")),
        lambda: slack_forms.view(setup_windows.people(DRAFT)),
        lambda: slack_forms.view(setup_windows.week(DRAFT, "2026-Q4")),
        lambda: slack_forms.view(setup_windows.outcome(["Acme"], "Dana", "Dana")),
        lambda: slack_forms.view(setup_windows.done(a_company(name="Acme"), "", "")),
        lambda: slack_forms.view(
            setup_windows.done(a_company(name="Acme"), "https://coach.example/deals", "https://coach.example/company")
        ),
        lambda: slack_forms.view(change_windows.people(ACME, {}, None)),
        lambda: slack_forms.view(change_windows.people(ACME, {"reps": ["U0DANA"]}, [])),
        lambda: slack_forms.view(change_windows.week(ACME, MONDAY, {}, ["Acme"])),
        lambda: slack_forms.view(change_windows.changed(ACME, ["Acme"])),
        lambda: teams_forms.card(change_windows.people(ACME, {}, None, "teams")),
        lambda: teams_forms.card(change_windows.week(ACME, MONDAY, {}, ["Acme"]), {"days": "Acme"}),
        lambda: teams_forms.card(change_windows.to_mend(change_windows.people(MANY, {}, None, "teams"))),
        lambda: render_in_teams(setup_windows.invitation("", "teams")),
        lambda: teams_forms.card(setup_windows.people(DRAFT, "teams")),
        lambda: teams_forms.card(setup_windows.done(a_company(name="Acme"), "", "", "teams")),
        lambda: told("Acme"),
        lambda: window(note("Acme"), mentions=lambda _: None, links=None),
        lambda: teams_views.cover(teams_views.covering("Dana"), "key", "user"),
        lambda: teams_views.opening({"body": []}, "key"),
    ],
)
def test_windows_are_looked_up_as_a_whole(view: Callable[[], object]):
    data = "acme\ndana\nberlin\neurope\nhttps\nexample\ndeals\ncompany\ncalls\nfirst appointments\nproposals sent\nslack\nteams"
    with speaking(PSEUDO):
        said = "\n".join(_of_json(view()))
    assert forgotten(said.replace("coach import FILE.csv --company acme", ""), data) == []


def test_pages_are_looked_up_as_a_whole():
    acme = {"id": "dana", "name": "Dana", "first_name": "Dana", "role": Role.REP, "zone": "Europe/Berlin"}
    chat = {
        "member": acme,
        "people": [acme],
        "unseen": {"dana"},
        "bubbles": [],
        "clock": {"now": "9", "place": "Berlin", "next": "9"},
        "nothing": True,
        "quick": QUICK[Role.OWNER],
        "mark": "1",
        "token": "t",
        "fresh": lambda: "f",
    }
    with speaking(PSEUDO):
        pages = [
            render("chat.html", **chat),
            render("front.html", company=acme, people=[acme], cast={}, problem="", token="t", fresh=lambda: "f"),
            render("page.html", title="Dana", card="Dana"),
            render("upload.html", title="Dana", card="Dana", action="/there", csrf="t"),
        ]
    assert [forgotten(_of_page(it), "dana\nberlin\nd\nforecast") for it in pages] == [[], [], [], []]
    assert all('<html lang="xx">' in it for it in pages)


# --- files that people send in -------------------------------------------------------------------------------------
SLIPS = (
    "columns: {owners: x}",
    "columns: {zz: x}",
    "columns: [owner]",
    "columns: {owner: [1]}",
    "columns: {owner: 5}",
    "columns: {owner: {a: 1}}",
    "columns: {owner: ''}",
    'dates: "%Y"',
    "decimal: zz",
    "currency: zz",
    "currency: usd",
    "stages: {A: {won: true, lost: true}}",
    "stages: {A: {won: 5, probability: 2}}",
    "stages: {A: {probability: zz}}",
    "stages: {A: {exit: zz}}",
    "decimal: a\ndecimal: b",
    "decimal: &a [*a]",
    "a: b\n---\na: b",
    "\tdecimal: a",
    "decimal: a: b",
    "decimal: \x00",
    "",
)


def refusal(read: Callable[[bytes], object], content: bytes) -> str:
    with pytest.raises(FileRefusedError) as refused, speaking(PSEUDO):
        read(content)
    with speaking(PSEUDO):
        return str(refused.value)


@pytest.mark.parametrize("content", [*SLIPS, "x" * 1_000_001, "a: " + "[" * 2_000, "decimal: \udce4"])
def test_what_refuses_a_mapping_is_looked_up_as_a_whole(content: str):
    said = refusal(read_mapping, content.encode("utf-8", "surrogateescape"))
    keys = "columns owners zz dates decimal currency stages won lost probability exit hours_per_week usd"
    assert forgotten(said, " ".join((keys, *FIELDS))) == []


@pytest.mark.parametrize("content", [b"a," * 1_001 + b"\n1", b"PK\x03\x04", b""])
def test_what_refuses_an_export_is_looked_up_as_a_whole(content: bytes):
    assert forgotten(refusal(read_table, content), "") == []


# --- reports -------------------------------------------------------------------------------------------------------
REPORTS = (
    ("checkins",),
    ("ratios",),
    ("ratios", "--member", "dana"),
    ("review",),
    ("deal", "--id"),
    ("forecast",),
    ("digest",),
    ("queue",),
)


@pytest.mark.parametrize("words", REPORTS, ids=" ".join)
def test_a_report_is_looked_up_as_a_whole(words: tuple[str, ...], sample_file: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("bot.commands.reports.speaking_to", lambda _company: speaking(PSEUDO))
    from storage.database import create_engine

    store = SqlStore(create_engine(f"sqlite:///{sample_file}"))
    with store.work("quillfern") as work:
        deal = next(it.id for it in work.open_opportunities())
        found = (work.open_opportunities(), work.escalations(tuple(EscalationState)), work.evidence(), (work.company,))
        year = (date(2026, 1, 1), date(2026, 12, 31))
        kept = (work.checkins(*year), work.reviewed(*year))
        stored = " ".join(str(it) for these in (*found, *kept) for it in these).lower()
    store.engine.dispose()
    given = (*words, deal) if words[0] == "deal" else words
    coach = runner(monkeypatch, f"sqlite:///{sample_file}", NOW)
    shown = coach(*given, "--company", "quillfern", "--format", "html")
    assert shown.exit_code == 0
    written = constants(Path("bot/sample").glob("*.py")) + stored
    assert sorted(set(forgotten(_of_page(shown.output), written))) == []
