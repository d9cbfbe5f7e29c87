"""Card -> Adaptive Card 1.5. Pure: whom a mention means, and where pages and pictures are, is passed in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, assert_never

from bot import buttons, plain
from bot.links import Links, NoLinks
from bot.teams import fit
from bot.teams.fold import asked_for, fold
from bot.teams.inputs import input_items
from bot.teams.markdown import Mentions, People, alone, lines, markdown
from bot.teams.table import table_items
from bot.words import clean, cut, line
from coaching.card import (
    Action,
    Bullets,
    Buttons,
    Card,
    Element,
    Facts,
    Field,
    Heading,
    Look,
    Maths,
    Picture,
    Spans,
    Table,
    Text,
)
from coaching.files_card import PLAN, WHO
from coaching.setup_windows import BEGIN

Item = dict[str, Any]  # an element of the card; its JSON has no narrower type
Pictures = Callable[[Picture], str | None]
"""Where Teams finds the picture: an https address, or the picture itself as `data:image/png;base64,…`."""

VERSION = "1.5"  # the newest that Teams shows for a bot
FIELD = "field:"
"""Begins the name under which a field's value comes back; the rest is the field's own."""
PRESS = "press"
"""What was pressed, as `buttons.write` wrote it."""
MESSAGE = "message"
"""The key of the message that was pressed on."""

LINE_MAX = 600  # ours: one item of a list never pushes out the others
PARAGRAPH_MAX = 3000
HEADING_MAX = 150
NAME_MAX = 100
BUTTON_TEXT_MAX = 75
BUTTON_VALUE_MAX = 2000  # as on Slack, so that a card that works there works here
BUTTONS_SHOWN = 5
"""Teams shows six; Microsoft's renderer five. The rest go behind `…`."""
ALT_MAX = 2000
ID_MAX = 200
OPENS = frozenset({WHO, PLAN, BEGIN})
"""The buttons that open a dialog."""
TO_OPEN = {"msteams": {"type": "task/fetch"}}
"""Makes Teams ask for the dialog."""
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"


def nobody(_member: str) -> None:
    """Mentions as names."""


def no_picture(_picture: Picture) -> None:
    """Pictures as words."""


def _only(pictures: Pictures, these: Sequence[Picture]) -> Pictures:
    return lambda it: pictures(it) if it in these else None


def render(
    card: Card,
    *,
    mentions: Mentions = nobody,
    links: Links | None = None,
    pictures: Pictures = no_picture,
    message: str = "",
) -> dict[str, Any]:
    """The content of an attachment; whom it calls is in its `msteams`.

    A press brings back `{PRESS: …, MESSAGE: message, FIELD + name: value}`. ValueError: a button carries too much.
    """
    drawn = [it for it in card.elements if isinstance(it, Picture)]
    for most in range(len(drawn), -1, -1):  # words before pictures, which say the same; the last picture goes first
        shown = _only(pictures, drawn[:most])
        renderer = _Renderer(mentions, links or NoLinks(), shown, message)
        items = renderer.items(card)
        if fit.fits(items):
            break
    body = fit.fit(items) or [_block(alone(plain.summary(card), PARAGRAPH_MAX))]
    return {
        "$schema": SCHEMA,
        "type": "AdaptiveCard",
        "version": VERSION,
        "fallbackText": plain.summary(card),
        "body": body,
        "msteams": _teams(renderer, card, body),
    }


def _teams(renderer: _Renderer, card: Card, body: Sequence[Item]) -> Item:
    entities = renderer.people.entities(body)
    wide = any(isinstance(it, Table | Picture) for it in card.elements)
    return ({"entities": entities} if entities else {}) | ({"width": "Full"} if wide else {})


class _Renderer:
    """One card, once: it remembers the ids it gave away and whom it called."""

    def __init__(self, mentions: Mentions, links: Links, pictures: Pictures, message: str) -> None:
        self._links, self._pictures, self._message = links, pictures, message
        self._ids: set[str] = set()
        self._asked = self._alone = False
        self._room = fit.PICTURES_MAX
        self.people = People(mentions)

    def items(self, card: Card) -> list[list[Item]]:
        """Of each element."""
        self._asked = asked_for(card)
        self._alone = self._asked and sum(isinstance(it, Maths) for it in card.elements) == 1
        return [self._element(it) for it in card.elements]

    def _element(self, element: Element) -> list[Item]:
        match element:
            case Heading(text):
                return _heading(text)
            case Text(spans, quiet):
                return self._text(spans, quiet=quiet)
            case Facts(pairs):
                return self._facts(pairs)
            case Bullets(items):
                return self._bullets(items)
            case Table():
                return table_items(element, self.people, self._links)
            case Field():
                return input_items(element, self._unique(f"{FIELD}{element.name}"))
            case Buttons(actions):
                return self._buttons(actions)
            case Picture():
                return self._picture(element)
            case Maths():
                return fold(element, self._unique("maths"), asked=self._asked, opened=self._alone)
            case _:
                assert_never(element)

    def _text(self, spans: Spans, *, quiet: bool) -> list[Item]:
        look: dict[str, str | bool] = {"isSubtle": True, "size": "Small"} if quiet else {}
        written = lines(spans, self.people, self._links, PARAGRAPH_MAX)
        return [_block(it, **look) | ({"spacing": "None"} if at else {}) for at, it in enumerate(written)]

    def _facts(self, pairs: Iterable[tuple[str, Spans]]) -> list[Item]:
        facts = [
            {"title": alone(name, NAME_MAX), "value": self._line(spans) or "–"}
            for name, spans in pairs
            if line(name) or line(plain.words(spans))
        ]
        return [{"type": "FactSet", "facts": facts}] if facts else []

    def _bullets(self, items: Iterable[Spans]) -> list[Item]:
        """A list of Markdown each, so that an item that doesn't fit takes no other with it."""
        written = [it for it in map(self._line, items) if it]
        return [_block(f"- {it}", spacing="Small") for it in written]

    def _line(self, spans: Spans) -> str:
        one = tuple(it.replace("\n", " ") if isinstance(it, str) else it for it in spans)
        return markdown(one, self.people, self._links, LINE_MAX)

    def _buttons(self, actions: Sequence[Action]) -> list[Item]:
        if not actions:
            return []
        written = [self._button(it) for it in actions]
        hidden = [it | {"mode": "secondary"} for it in written[BUTTONS_SHOWN:]]
        return [{"type": "ActionSet", "actions": [*written[:BUTTONS_SHOWN], *hidden]}]

    def _button(self, action: Action) -> Item:
        value = buttons.write(action)
        if len(value) > BUTTON_VALUE_MAX:
            raise ValueError(f"the button {action.name} carries {len(value)} characters, over {BUTTON_VALUE_MAX}")
        opening = TO_OPEN if action.name in OPENS else {}
        button: Item = {
            "type": "Action.Submit",
            "title": cut(line(action.label) or line(action.name) or "…", BUTTON_TEXT_MAX),
            "data": {PRESS: value, **({MESSAGE: self._message} if self._message else {}), **opening},
            # Otherwise Teams writes "Your response was sent to the app" under a card that we change anyway.
            "msTeams": {"feedback": {"hide": True}},
        }
        return button if action.look is Look.PLAIN else button | {"style": _STYLES[action.look]}

    def _picture(self, picture: Picture) -> list[Item]:
        place = self._pictures(picture) or ""
        cost = fit.picture_cost(place)
        if cost is None or cost > self._room:
            title = [_block(alone(picture.title, HEADING_MAX), weight="Bolder")] if line(picture.title) else []
            return [*title, *self._text((picture.alt,), quiet=False)]
        self._room -= cost
        # Its title is drawn in it.
        words = cut(". ".join(filter(None, (line(picture.title), line(picture.alt)))) or "…", ALT_MAX)
        return [{"type": "Image", "url": place, "altText": words, "size": "Stretch", "msTeams": {"allowExpand": True}}]

    def _unique(self, wanted: str) -> str:
        """The same id again gets a number: `answer`, `answer:2`."""
        name = clean(wanted).strip()[:ID_MAX]
        free = next(
            it for it in (name, *(f"{name}:{at}" for at in range(2, len(self._ids) + 3))) if it not in self._ids
        )
        self._ids.add(free)
        return free


_STYLES = {Look.PRIMARY: "positive", Look.DANGER: "destructive"}


def _heading(text: str) -> list[Item]:
    words = alone(text, HEADING_MAX)
    # In Teams "Medium" is as small as the text.
    return [_block(words, size="Large", weight="Bolder", style="heading")] if words else []


def _block(text: str, **look: str | bool) -> Item:
    return {"type": "TextBlock", "text": text, "wrap": True, **look}
