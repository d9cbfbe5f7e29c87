"""What each routine can do on each channel: found out by doing it, not by saying so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import sqlalchemy as sa

from bot import html, opened, plain
from bot.slack import forms as slack_forms
from bot.slack import inbound as from_slack
from bot.slack.inbound import labelled
from bot.slack.render import render as for_slack
from bot.teams import forms as teams_forms
from bot.teams import inbound as from_teams
from bot.teams import views
from bot.teams.render import render as for_teams
from bot.web import inbound as from_web
from coaching.card import Action, Card, Field, Input
from coaching.events import Commanded, Expiring, Knocked, PersonEvent, Pressed
from coaching.routine import Routine, chosen
from coaching.routines import ROUTINES
from coaching.window import Ask, Window
from storage.store import SqlStore
from storage.tables import DeliveryRow
from tests import adaptive_lint, slack_lint
from tests.setup_windows import FORMS as SLACK_FORMS
from tests.setup_windows import TEAMS_FORMS
from tests.teams_activities import activity, submit

NOW = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
WORDS = {
    "checkin": ("today",),
    "forecast": ("forecast", "deals"),
    "accuracy": ("accuracy",),
    "escalate": ("ask", "queue"),
    "qualify": ("deal",),
    "review": ("review",),
    "majors": ("majors",),
    "digest": ("digest",),
    "recap": ("recap",),
    "arrival": ("brief",),
    "actions": ("actions",),
    "home": ("home",),
    "files": ("import", "set up", "company file"),
    "identity": ("newcomers",),
    "upkeep": (),
    "chat": ("help", "settings"),
}
"""What is typed to see each routine; a new one needs a word here, or is one that nobody asks for."""
OWN = {"escalation": "escalate", "escalations": "escalate"}
"""Whose messages begin with another word than the routine's name."""
MESSAGE = "message:1"
ENDS = Expiring(
    company="quillfern", key="upkeep:slack", at=NOW, workspace="Quillfern", until=NOW + timedelta(days=2),
    link="https://coach.example/slack/install",
)  # fmt: skip
KNOCK = Knocked(company="quillfern", key="knock", at=NOW, platform="slack", handle="U0NEW", name="Kim Novak")
ACTS = ("words", "card", "buttons", "form")


@dataclass(frozen=True, slots=True)
class Shown:
    """A routine's cards, for all of its readers; `unasked`, whether any of them came by itself."""

    cards: tuple[Card, ...]
    unasked: bool


def shown(store: SqlStore) -> dict[str, Shown]:
    """By routine: a week of the sample company, whose members ask for everything once."""
    engine = opened.engine(store)
    for happening in (KNOCK, ENDS):
        engine.handle(happening)
    asked = {it.name: tuple(_asked(engine.handle, it)) for it in ROUTINES}
    for hour in range(24 * 7):
        engine.tick(NOW + timedelta(hours=hour))
    own = list(_unasked(store))
    return {
        it.name: Shown((*asked[it.name], *(card for name, card in own if name == it.name)), it.name in dict(own))
        for it in ROUTINES
    }


def _asked(handle: Callable[[Commanded], Card | None], routine: Routine) -> Iterator[Card]:
    for word in WORDS[routine.name]:
        for who in ("theo", "mara", "oscar"):
            card = handle(
                Commanded(company="quillfern", member=who, key=f"{word}:{who}", at=NOW, name="coach", text=word)
            )
            if card is not None:
                yield card


def _unasked(store: SqlStore) -> Iterator[tuple[str, Card]]:
    with store.work("quillfern") as work:
        for key, member in work.session.execute(sa.select(DeliveryRow.key, DeliveryRow.member)).all():
            card = work.message(member, key)
            if card is not None:
                first = key.partition(":")[0]
                yield OWN.get(first, first), card


# --- a channel -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """`said` and `pressed` are what arrives; None where it can't. `whole`: nothing of a card is lost or refused."""

    name: str
    said: Callable[[str], PersonEvent | None]
    whole: Callable[[Card], bool]
    pressed: Callable[[Card, int, Mapping[str, str]], PersonEvent]


def acts(channel: Channel, routine: Routine, seen: Shown) -> list[str]:
    """Which of ACTS the routine can do there; what its cards don't have counts for nobody."""
    can = {
        "words": bool(WORDS[routine.name]) and all(_heard(channel, routine, it) for it in WORDS[routine.name]),
        "card": bool(seen.cards) and all(map(channel.whole, seen.cards)),
        "buttons": any(it.actions for it in seen.cards) and all(_comes_back(channel, it) for it in seen.cards),
        "form": any(it.fields for it in seen.cards) and all(_fields_come_back(channel, it) for it in seen.cards),
    }
    return [it for it in ACTS if can[it]]


def _heard(channel: Channel, routine: Routine, word: str) -> bool:
    event = channel.said(word)
    return event is not None and chosen(ROUTINES, event) == (routine,)


def _comes_back(channel: Channel, card: Card) -> bool:
    return all(_same(channel.pressed(card, at, {}), it) for at, it in enumerate(card.actions))


def _same(event: PersonEvent, action: Action) -> bool:
    assert isinstance(event, Pressed)
    return (event.action, dict(event.args), event.message) == (action.name, dict(action.args), MESSAGE)


def _fields_come_back(channel: Channel, card: Card) -> bool:
    if not card.fields or not card.actions:
        return True
    typed = {it.name: _typed(it) for it in card.fields}
    event = channel.pressed(card, 0, typed)
    assert isinstance(event, Pressed)
    return {name: event.fields.get(name) for name in typed} == typed


def _typed(field: Field) -> str:
    match field.input:
        case Input.NUMBER:
            return "1.234,50"
        case Input.LINE:
            return "Ünï <b> & “co”"
        case Input.LONG:
            return "two\nlines"
        case Input.DATE:
            return "2026-12-01"
        case Input.CHOICE:
            return field.options[-1][0] if field.options else "x"


# --- Slack -----------------------------------------------------------------------------------------------------------
SLACK_WHO = from_slack.Person("quillfern", "theo")


def _slack_said(text: str) -> PersonEvent:
    event = {"type": "message", "channel_type": "im", "user": "U0THEO", "text": text, "channel": "D1", "ts": "1.0"}
    payload = {"type": "event_callback", "team_id": "T0", "event_id": f"Ev{text}", "event": event}
    return from_slack.event(payload, SLACK_WHO, NOW)


def _slack_whole(card: Card) -> bool:
    return slack_lint.problems(for_slack(card)) == []


def _slack_pressed(card: Card, at: int, typed: Mapping[str, str]) -> PersonEvent:
    blocks = labelled(for_slack(card)["blocks"], MESSAGE)
    buttons = [(block, it) for block in blocks if block["type"] == "actions" for it in block["elements"]]
    block, button = buttons[at]
    state = {it["block_id"]: {"value": _slack_input(it, typed)} for it in blocks if it["type"] == "input"}
    action = button | {"block_id": block["block_id"], "action_ts": "1.0", "type": "button"}
    payload = {
        "type": "block_actions",
        "user": {"id": "U0THEO"},
        "team": {"id": "T0"},
        "actions": [action],
        "state": {"values": state},
    }
    return from_slack.event(payload, SLACK_WHO, NOW)


def _slack_input(block: Mapping[str, Any], typed: Mapping[str, str]) -> dict[str, Any]:
    value, kind = typed.get(block["block_id"].removeprefix("field:"), ""), block["element"]["type"]
    match kind:
        case "static_select":
            (option,) = [it for it in block["element"]["options"] if it["value"] == value] or [None]
            return {"type": kind, "selected_option": option}
        case "datepicker":
            return {"type": kind, "selected_date": value or None}
        case _:
            return {"type": kind, "value": value or None}


# --- Teams -----------------------------------------------------------------------------------------------------------
TEAMS_WHO = from_teams.Person("quillfern", "theo")


def _teams_said(text: str) -> PersonEvent:
    return _came(activity(text=text))


def _came(payload: dict[str, Any]) -> PersonEvent:
    it = from_teams.came(payload, from_teams.origin(payload))
    assert it is not None
    return from_teams.event(it, TEAMS_WHO, NOW, 0)


def _teams_whole(card: Card) -> bool:
    return adaptive_lint.problems(for_teams(card, message=MESSAGE)) == []


def _teams_pressed(card: Card, at: int, typed: Mapping[str, str]) -> PersonEvent:
    made = views.stamped(for_teams(card, message=MESSAGE), "stamp")
    buttons = [it for block in made["body"] if block["type"] == "ActionSet" for it in block["actions"]]
    inputs = {it["id"]: it for it in made["body"] if it["type"].startswith("Input.")}
    filled = {name: typed.get(name.removeprefix("field:"), "") for name in inputs}
    for name, value in filled.items():
        choices = inputs[name].get("choices")
        assert not value or choices is None or value in [it["value"] for it in choices]
    # What is empty the client leaves out.
    return _came(submit(buttons[at]["data"] | {k: v for k, v in filled.items() if v}))


# --- pages: the local chat, and where a letter's buttons lead ----------------------------------------------------------
FORM = html.Form("/press", "token", {"message": MESSAGE})


class _Page(HTMLParser):
    """What a browser would send."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.presses: list[str] = []
        self.names: set[str] = set()
        self.text = ""
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "button" and found.get("name") == "press":
            self.presses.append(found["value"])
        elif "name" in found:
            self.names.add(found["name"])

    def handle_data(self, data: str) -> None:
        self.text += data


def _web_said(text: str) -> PersonEvent | None:
    return from_web.said("quillfern", "theo", {"text": text}, NOW, "key")


_pages: dict[int, tuple[Card, _Page]] = {}


def _page(card: Card) -> _Page:
    """Made once for all of its buttons; a card holds dictionaries, so it is known by its place."""
    kept, page = _pages.get(id(card), (None, None))
    if kept is not card or page is None:
        page = _Page(str(html.fragment(card, FORM)))
        _pages[id(card)] = (card, page)
    return page


def _web_whole(card: Card) -> bool:
    page = _page(card)
    return len(page.presses) == len(card.actions) and bool(page.text.strip())


def _web_pressed(card: Card, at: int, typed: Mapping[str, str]) -> PersonEvent:
    page = _page(card)
    assert {f"field:{it}" for it in typed} <= page.names
    form = {f"field:{name}": value for name, value in typed.items()}
    return from_web.pressed("quillfern", "theo", {"press": page.presses[at], "message": MESSAGE} | form, NOW, "key")


def _letter_whole(card: Card) -> bool:
    letter = html.mail(card, answer=lambda _: "https://coach.example/answer/token", footer="why")
    leads = letter.count('href="https://coach.example/answer/token"')
    return bool(plain.text(card).strip()) and leads >= bool(card.actions)


SLACK = Channel(name="Slack", said=_slack_said, whole=_slack_whole, pressed=_slack_pressed)
TEAMS = Channel(name="Teams", said=_teams_said, whole=_teams_whole, pressed=_teams_pressed)
MAIL = Channel(name="mail", said=lambda _: None, whole=_letter_whole, pressed=_web_pressed)
WEB = Channel(name="web", said=_web_said, whole=_web_whole, pressed=_web_pressed)
CHANNELS = (SLACK, TEAMS, MAIL, WEB)

# --- the table ---------------------------------------------------------------------------------------------------------
HEAD = """# What works where

Made by the tests, from what they did: a week of the sample company, whose cards were rendered, pressed and filled in on
every channel. `make golden` writes it anew; a test fails when it is out of date.

*words*: typed to the coach, they reach the routine. *card*: everything it shows is shown, within the platform's limits.
*buttons*, *form*: each press and each field comes back as it was meant. A letter's buttons and form are on the page that
it links to, without a login. By itself: the routine writes without being asked, on whichever channel reaches the person.

"""

TAIL = """
Ways in that not every channel has, and what stands for them. A window's or a dialog's fields come back as they were meant.

| | Slack | Teams | mail and web |
| --- | --- | --- | --- |
| setting up a company in the chat | {windows} | {dialogs}, where `MICROSOFT_SETUP_TENANTS` names the organisation; else the company's file: `coach apply` | the company's file |
| changing the set-up | {changed} | {changed_in_teams} | the company's file |
| a day at a glance | the Home tab | `home`; its parts: `today`, `queue`, `settings`, `my data` | as in Teams |
| a message made a commitment | *Make this a commitment*, at the message | words, such as “I'll send Globex the offer”, or the line in the check-in's card | as in Teams |
| a message raised to the manager | *Raise to the manager*, at the message | “ask …”, or *Talk to the manager* on a card | as in Teams |
"""


# --- windows and dialogs -----------------------------------------------------------------------------------------------
TYPED_IN: Mapping[Ask, str | list[str]] = {
    Ask.LINE: "Ünï <b> & “co”", Ask.LONG: "two\nlines, x@y.example", Ask.DAYS: ["mon", "sun"], Ask.TIME: "09:15", Ask.LANGUAGE: "de",
    Ask.PERSON: "U0DANA", Ask.PEOPLE: ["U0DANA", "U0MORGAN"],
}  # fmt: skip


def windows_come_back(begin: str) -> bool:
    """Each question of Slack's windows of that kind, filled in and sent."""
    return all(_window_comes_back(it) for name, it in SLACK_FORMS.items() if name.startswith(begin))


def dialogs_come_back(begin: str) -> bool:
    """The same in Teams."""
    return all(_dialog_comes_back(it) for name, it in TEAMS_FORMS.items() if name.startswith(begin))


def _window_comes_back(window: Window) -> bool:
    view = slack_forms.view(window)
    typed = {it.name: TYPED_IN[it.ask] for it in window.questions}
    blocks = [it["block_id"] for it in view["blocks"] if it["type"] == "input"]
    values = {it: {"value": _entered(typed[it.partition(":")[2]])} for it in blocks}
    return slack_forms.filled({"state": {"values": values}}) == typed


def _entered(value: str | list[str]) -> dict[str, Any]:
    if isinstance(value, str):
        return {"value": value}
    if value[0].startswith("U0"):
        return {"selected_users": value}
    return {"selected_options": [{"value": it} for it in value]}


def _dialog_comes_back(window: Window) -> bool:
    typed = {it.name: TYPED_IN[it.ask] for it in window.questions}
    card = views.stamped(teams_forms.card(window), "stamp")
    ids = [it["id"] for it in card["body"] if it["type"].startswith("Input.")]
    sent = {it: typed[it.rpartition(":")[2]] for it in ids}
    fields = from_teams.fields({it: ",".join(one) if isinstance(one, list) else one for it, one in sent.items()})
    lacks = adaptive_lint.problems(card, hosts=("https://coach.example/",))
    return lacks == [] and teams_forms.filled(fields) == typed


def table(seen: Mapping[str, Shown]) -> dict[tuple[str, str], list[str]]:
    """What each routine can do, by channel and routine."""
    return {(channel.name, it.name): acts(channel, it, seen[it.name]) for channel in CHANNELS for it in ROUTINES}


def document(seen: Mapping[str, Shown], can: Mapping[tuple[str, str], list[str]]) -> str:
    rows = [["routine", "by itself", *(it.name for it in CHANNELS)]]
    rows.append(["---"] * len(rows[0]))
    for it in ROUTINES:
        cells = (", ".join(can[channel.name, it.name]) or "–" for channel in CHANNELS)
        rows.append([it.name, "yes" if seen[it.name].unasked else "", *cells])
    return HEAD + "\n".join(f"| {' | '.join(it)} |" for it in rows) + "\n" + _tail()


def _tail() -> str:
    return TAIL.format(
        windows="windows" if windows_come_back("setup") else "–",
        dialogs="dialogs" if dialogs_come_back("setup") else "–",
        changed="`set up`: windows" if windows_come_back("change") else "–",
        changed_in_teams="`set up`: dialogs" if dialogs_come_back("change") else "–",
    )
