"""Card -> Block Kit. Pure: whom a mention means, and where pages and pictures are, is passed in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, assert_never

from bot import buttons, plain
from bot.links import Links, NoLinks
from bot.slack import table
from bot.slack.inputs import input_block, plain_text
from bot.slack.mrkdwn import URL_MAX, Mentions, escape, mrkdwn, neutral, shorten
from bot.words import clean, line
from coaching.card import (
    Action,
    Bold,
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
from coaching.language import t

Block = dict[str, Any]  # Slack's JSON, which has no narrower type
Pictures = Callable[[Picture], str | None]
"""Where Slack finds the picture: an https address, or the id of a file (`F…`) that the reader may see."""

BLOCKS_MAX = 50
CHARACTERS_MAX = 12_000  # of all blocks together; ours, well under where Slack answers msg_too_long
SUMMARY_MAX = 1000
SECTION_MAX = 3000
HEADER_MAX = 150
BUTTONS_MAX = 25
BUTTON_TEXT_MAX = 75
BUTTON_VALUE_MAX = 2000
ID_MAX = 255
ALT_MAX = 2000
LINE_MAX = 600  # ours: one item of a list never pushes out the others

_FILE_ID = re.compile(r"F[A-Z0-9]{2,20}")
_INTERACTIVE = frozenset(["input", "actions"])
_OFFERS = frozenset(["actions", "static_select"])
_READ = frozenset(["text", "alt_text"])


def _rest() -> Block:
    words = plain_text(t("… There is more than fits into one message."), SECTION_MAX)
    return {"type": "context", "elements": [words]}


def nobody(_member: str) -> None:
    """Mentions as names."""


def no_picture(_picture: Picture) -> None:
    """Pictures as words."""


def render(
    card: Card, *, mentions: Mentions = nobody, links: Links | None = None, pictures: Pictures = no_picture
) -> dict[str, Any]:
    """`{"text": …, "blocks": […]}`, for chat.postMessage and chat.update. ValueError: a button carries too much."""
    renderer = _Renderer(mentions, links or NoLinks(), pictures)
    blocks = [block for it in card.elements for block in renderer.element(it)]
    summary = shorten(escape(plain.summary(card)), SUMMARY_MAX)
    return {"text": summary, "blocks": _fit(blocks) or [_section(plain_text(plain.summary(card), SECTION_MAX))]}


def blocks(card: Card, *, mentions: Mentions = nobody, links: Links | None = None) -> list[Block]:
    """For a Home tab or a window, where tables and uploaded pictures are not taken: words stand for both."""
    renderer = _Renderer(mentions, links or NoLinks(), no_picture, tables=False)
    found = [block for it in card.elements for block in renderer.element(it)]
    return _fit(found) or [_section(plain_text(plain.summary(card), SECTION_MAX))]


class _Renderer:
    """One card, once: it remembers the ids it gave away and whether the message has its one table."""

    def __init__(self, mentions: Mentions, links: Links, pictures: Pictures, *, tables: bool = True) -> None:
        self._mentions, self._links, self._pictures = mentions, links, pictures
        self._ids: set[str] = set()
        self._has_table = not tables

    def element(self, element: Element) -> Iterable[Block]:
        match element:
            case Heading(text):
                return [{"type": "header", "text": plain_text(text, HEADER_MAX)}] if line(text) else []
            case Text(spans, quiet):
                return self._text(spans, quiet=quiet)
            case Facts(pairs):
                return _sections(self._spans((Bold(f"{line(name)}:"), " ", *it)) for name, it in pairs)
            case Bullets(items):
                return _sections(f"• {self._spans(it)}" for it in items)
            case Table():
                return self._table(element)
            case Field():
                return self._field(element)
            case Buttons(actions):
                return self._buttons(actions)
            case Picture():
                return [self._picture(element)]
            case Maths():
                return self._maths(element)
            case _:
                assert_never(element)

    def _spans(self, spans: Spans, limit: int = LINE_MAX) -> str:
        return mrkdwn(spans, self._mentions, self._links, limit).strip()

    def _text(self, spans: Spans, *, quiet: bool) -> list[Block]:
        if all(isinstance(it, str) for it in spans):
            words = shorten(escape(plain.words(spans)).strip(), SECTION_MAX)
            written = {"type": "plain_text", "text": words, "emoji": False}
        else:
            written = _mrkdwn(self._spans(spans, SECTION_MAX))
        if not written["text"]:
            return []
        return [{"type": "context", "elements": [written]} if quiet else _section(written)]

    def _table(self, wanted: Table) -> list[Block]:
        if self._has_table:  # Slack takes one per message
            written = table.typeset(wanted, SECTION_MAX)
            if written:
                return [_section(_mrkdwn(written))]
            return list(_sections(f"• {self._spans(it)}" for it in table.by_row(wanted)))
        block = table.native(wanted, self._mentions, self._links)
        self._has_table = block is not None
        return [block] if block else []

    def _field(self, field: Field) -> list[Block]:
        block = input_block(field, self._unique(f"field:{field.name}"))
        if not line(field.error):
            return [block]
        return [block, {"type": "context", "elements": [plain_text(f"⚠️ {field.error}", SECTION_MAX)]}]

    def _buttons(self, actions: Sequence[Action]) -> Iterator[Block]:
        for start in range(0, len(actions), BUTTONS_MAX):
            yield {"type": "actions", "elements": [self._button(it) for it in actions[start : start + BUTTONS_MAX]]}

    def _button(self, action: Action) -> Block:
        value = buttons.write(action)
        if len(value) > BUTTON_VALUE_MAX:
            raise ValueError(
                f"the button {action.name} carries {len(value)} characters; Slack takes {BUTTON_VALUE_MAX}"
            )
        button: Block = {
            "type": "button",
            "action_id": self._unique(action.name),
            "text": plain_text(action.label, BUTTON_TEXT_MAX, action.name),
            "value": value,
        }
        return button if action.look is Look.PLAIN else button | {"style": action.look.value}

    def _picture(self, picture: Picture) -> Block:
        place = self._pictures(picture) or ""
        # The title is drawn in it; above it Slack would show it a second time.
        said = f"{picture.title}. {picture.alt}" if line(picture.title) else picture.alt
        image: Block = {"type": "image", "alt_text": plain_text(said, ALT_MAX)["text"]}
        if _FILE_ID.fullmatch(place):
            return image | {"slack_file": {"id": place}}
        if place.startswith("https://") and len(place) <= URL_MAX:
            return image | {"image_url": place}
        words = [f"*{neutral(line(picture.title))}*"] if line(picture.title) else []
        return _section(_mrkdwn(shorten("\n".join([*words, neutral(picture.alt).strip() or "…"]), SECTION_MAX)))

    def _maths(self, it: Maths) -> Iterable[Block]:
        title = self._spans((Bold(t("The maths of {figure}: {value}", figure=line(it.figure), value=line(it.value))),))
        return _sections([title, *(f"• {self._spans((f'{line(name)}: {line(value)}',))}" for name, value in it.pairs)])

    def _unique(self, wanted: str) -> str:
        """The same id again gets a number: `answer`, `answer:2`."""
        name = free = clean(wanted)[: ID_MAX - 10] or "button"
        at = 1
        while free in self._ids:
            at += 1
            free = f"{name}:{at}"
        self._ids.add(free)
        return free


def _mrkdwn(text: str) -> Block:
    # verbatim: Slack links no addresses and calls no names by itself; what we link is written as a link.
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _section(text: Block) -> Block:
    return {"type": "section", "text": text}


def _sections(lines: Iterable[str]) -> Iterator[Block]:
    """Lines packed into as few sections as they need."""
    packed = ""
    for it in lines:
        if packed and len(packed) + 1 + len(it) > SECTION_MAX:
            yield _section(_mrkdwn(packed))
            packed = ""
        packed = f"{packed}\n{it}" if packed else it
    if packed:
        yield _section(_mrkdwn(packed))


def _fit(blocks: Sequence[Block]) -> list[Block]:
    """What one message takes. What can be answered goes first; words that don't fit leave a line that says so."""
    if len(blocks) <= BLOCKS_MAX and _size(blocks) <= CHARACTERS_MAX:
        return list(blocks)
    kept: set[int] = set()
    room = CHARACTERS_MAX - _size(_rest())
    for at, block in sorted(enumerate(blocks), key=lambda it: it[1]["type"] not in _INTERACTIVE):
        if len(kept) + 1 < BLOCKS_MAX and _size(block) <= room:
            kept.add(at)
            room -= _size(block)
    first_left_out = min(set(range(len(blocks))) - kept)
    return [
        *(blocks[it] for it in range(first_left_out)),
        _rest(),
        *(blocks[it] for it in sorted(kept) if it > first_left_out),
    ]


def _size(blocks: object) -> int:
    """Characters to be read in them; what a menu or a button offers is not counted."""
    said = 0
    left = [blocks]
    for node in left:  # it grows meanwhile
        if isinstance(node, list):
            left += node
        elif isinstance(node, dict) and node.get("type") not in _OFFERS:
            for key, it in node.items():
                if not isinstance(it, str):
                    left.append(it)
                elif key in _READ:
                    said += len(it)
    return said
