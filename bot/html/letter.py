"""Card -> a whole e-mail: one column, styles inline, nothing fetched from outside, for phones and for the dark."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import assert_never

from markupsafe import Markup

from bot import plain
from bot.html.spans import BREAK, inline, words
from bot.links import Links, NoLinks
from bot.words import asked, line
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
from coaching.language import spoken, t

Answer = Callable[[Action], str | None]
"""The signed page where a button's question is answered; None leaves the button out."""
Pictures = Callable[[Picture], str | None]
"""`cid:…` of the attached picture; None says it in words."""

FONT = Markup("font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif")
INK, MUTED, EDGE, ACCENT = "#1c2430", "#5b6675", "#e3e7ee", "#1f5fd6"
_LINK = f"color:{ACCENT}"
LETTER, PHONE = 8.5, 308
"""Pixels of a letter at the size of a table, as wide as they come on average, and of what a phone of 390 leaves within
the edges of the page and the sheet."""
_CELL = f"padding:8px 0;border-bottom:1px solid {EDGE};font-size:15px;line-height:20px;vertical-align:top"

# Programs that read style sheets get the dark; the others keep the inline light.
_DARK = Markup(
    "@media (prefers-color-scheme:dark){"
    ".page{background:#10151d!important}.sheet{background:#1a212c!important;border-color:#2c3645!important}"
    ".sheet,.sheet h1,.sheet h2,.sheet p,.sheet li,.sheet td,.sheet th{color:#e6eaf0!important}"
    ".sheet td,.sheet th,.sheet .told{border-color:#2c3645!important}"
    ".sheet th,.sheet .quiet{color:#9aa6b6!important;border-color:#2c3645!important}"
    ".sheet a{color:#8ab4ff!important}.sheet a.button{background:#2c3645!important;color:#e6eaf0!important;"
    "border-color:#3a4659!important}"
    ".sheet a.primary{background:#3b7bf0!important;color:#fff!important;border-color:#3b7bf0!important}"
    ".sheet a.danger{color:#ff9a92!important}}"
    "@media (max-width:480px){.page{padding:0!important}"
    ".sheet{border:0!important;border-radius:0!important;padding:20px 16px!important}}"
)
_LETTER = Markup(
    '<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width,initial-scale=1">'
    '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">'
    "<title>{title}</title><style>:root{{color-scheme:light dark}}{dark}</style></head>\n"
    '<body class="page" style="margin:0;padding:0;background:#f4f6f9">'
    '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr>'
    '<td class="page" align="center" style="padding:24px 12px;background:#f4f6f9">'
    '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px"><tr>'
    '<td class="sheet" align="left" style="{font};'
    'background:#ffffff;border:1px solid {edge};border-radius:14px;padding:28px;color:{ink};word-break:break-word">\n'
    "{body}\n{footer}</td></tr></table></td></tr></table></body></html>\n"
)


@dataclass(frozen=True, slots=True)
class _Around:
    links: Links
    answer: Answer
    pictures: Pictures


def mail(
    card: Card,
    *,
    links: Links | None = None,
    answer: Answer = lambda _action: None,
    pictures: Pictures = lambda _picture: None,
    footer: str = "",
) -> str:
    """The document. `footer` says why it came and how to stop it."""
    around = _Around(links or NoLinks(), answer, pictures)
    body = Markup("\n").join(it for element in card.elements if (it := _element(element, around)))
    return str(
        _LETTER.format(
            title=plain.summary(card),
            language=spoken().code,
            dark=_DARK,
            font=FONT,
            edge=EDGE,
            ink=INK,
            body=body or _paragraph(words(card.summary)),
            footer=_quiet(words(footer), "border-top:1px solid " + EDGE + ";padding-top:14px;margin:24px 0 0")
            if footer
            else "",
        )
    )


def _element(element: Element, around: _Around) -> Markup:
    match element:
        case Heading(text):
            return _styled("h2", "font-size:20px;line-height:26px;margin:8px 0 10px;font-weight:650", line(text))
        case Text(spans, quiet):
            content = inline(spans, around.links, _LINK)
            return _quiet(content) if quiet else _paragraph(content)
        case Facts(pairs):
            return _grid((), [((name,), spans) for name, spans in pairs], frozenset([1]), around.links)
        case Bullets(items):
            style = "font-size:16px;line-height:24px;margin:0 0 6px"
            listed = Markup("").join(_styled("li", style, inline(it, around.links, _LINK)) for it in items)
            return _styled("ul", "margin:0 0 14px;padding:0 0 0 22px", listed)
        case Table(headers, rows, right):
            if _fits(element):
                return _grid(headers, rows, right, around.links)
            return Markup("").join(_told(headers, it, around.links) for it in rows)
        case Field():
            return _field(element)
        case Buttons(actions):
            return _buttons(actions, around.answer)
        case Picture():
            return _picture(element, around.pictures(element))
        case Maths():
            return _maths(element)
        case _:
            assert_never(element)


def _styled(tag: str, style: str, content: str) -> Markup:
    return Markup('<{} dir="auto" style="{}">{}</{}>').format(tag, style, content, tag)


def _paragraph(content: Markup) -> Markup:
    return _styled("p", "font-size:16px;line-height:24px;margin:0 0 14px", content)


def _quiet(content: Markup, more: str = "margin:0 0 14px") -> Markup:
    return Markup('<p class="quiet" dir="auto" style="font-size:13px;line-height:19px;color:{};{}">{}</p>').format(
        MUTED, more, content
    )


def _maths(it: Maths) -> Markup:
    """A mail folds nothing away, so that it is small print."""
    rows = (Markup("{}: {}").format(line(name), words(value)) for name, value in it.pairs)
    title = Markup("<strong>{}</strong>").format(
        line(t("The maths of {figure}: {value}", figure=it.figure, value=it.value))
    )
    return _quiet(BREAK.join((title, *rows)))


def _grid(headers: tuple[str, ...], rows: Iterable[tuple[Spans, ...]], right: frozenset[int], links: Links) -> Markup:
    head = Markup("").join(_cell("th", at, right, line(it)) for at, it in enumerate(headers))
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(_cell("td", at, right, inline(it, links, _LINK)) for at, it in enumerate(row))
        )
        for row in rows
    )
    return Markup(
        '<table width="100%" cellpadding="0" cellspacing="0" border="0"'
        ' style="border-collapse:collapse;margin:0 0 16px">{}{}</table>'
    ).format(Markup("<tr>{}</tr>").format(head) if head else "", body)


def _fits(table: Table) -> bool:
    """On a phone: a letter doesn't scroll sideways, it shrinks, until nothing of it can be read.

    A space that doesn't break (`24.500,50 €`) keeps its two sides in one line.
    """
    rows = [tuple((it,) for it in table.headers), *table.rows]
    longest = [0] * max(map(len, rows), default=0)
    for row in rows:
        for at, cell in enumerate(row):
            longest[at] = max(longest[at], *map(len, plain.words(cell).split(" ")))
    return sum(longest) * LETTER + max(len(longest) - 1, 0) * 12 <= PHONE


def _told(headers: tuple[str, ...], row: tuple[Spans, ...], links: Links) -> Markup:
    """A row by itself: what it is about, and under it each cell with its header; what is empty is left out."""
    named = [(headers[at] if at < len(headers) else "", it) for at, it in enumerate(row) if line(plain.words(it))]
    if not named:
        return Markup("")
    (_, first), *others = named
    lines = [Markup("<strong>{}</strong>").format(inline(first, links, _LINK))]
    for name, cell in others:
        shown = inline(cell, links, _LINK)
        lines.append(Markup('<span class="quiet" style="color:{}">{}:</span> {}').format(MUTED, line(name), shown)
                     if line(name) else shown)  # fmt: skip
    style = f"font-size:15px;line-height:22px;margin:0 0 10px;padding:0 0 10px;border-bottom:1px solid {EDGE}"
    return Markup('<p class="told" dir="auto" style="{}">{}</p>').format(style, BREAK.join(lines))


def _cell(tag: str, at: int, right: frozenset[int], content: str) -> Markup:
    more = f"font-size:13px;color:{MUTED};font-weight:600;" if tag == "th" else ""
    more += "padding-left:12px" if at else ""
    return Markup('<{} align="{}" style="{};{}">{}</{}>').format(
        tag, "right" if at in right else "left", _CELL, more, content, tag
    )


def _field(field: Field) -> Markup:
    """A mail can't be filled in: it shows what will be asked, and the button leads there."""
    value = dict(field.options).get(field.value, field.value)
    content = Markup("<strong>{}</strong> {}").format(asked(field.label or field.name), line(value) or "–")
    hint = _quiet(words(field.error or field.hint), "margin:0 0 10px") if field.error or field.hint else ""
    below = 2 if hint else 10
    return _styled("p", f"font-size:16px;line-height:24px;margin:0 0 {below}px", content) + hint


def _buttons(actions: Iterable[Action], answer: Answer) -> Markup:
    links = [(it, url) for it in actions if (url := answer(it)) and url.startswith(("https://", "http://"))]
    if not links:
        return Markup("")
    return Markup('<div style="margin:6px 0 14px">{}</div>').format(
        Markup(" ").join(_button(it, url) for it, url in links)
    )


def _button(action: Action, url: str) -> Markup:
    back, ink, edge = {
        Look.PRIMARY: (ACCENT, "#ffffff", ACCENT),
        Look.DANGER: ("#ffffff", "#b3261e", "#e6b8b4"),
        Look.PLAIN: ("#ffffff", INK, "#cfd6e0"),
    }[action.look]
    style = (
        "display:inline-block;margin:0 6px 8px 0;padding:11px 18px;border-radius:9px;font-size:16px;line-height:20px;"
        f"font-weight:600;text-decoration:none;background:{back};color:{ink};border:1px solid {edge}"
    )
    return Markup('<a class="button {}" href="{}" style="{}">{}</a>').format(
        action.look.value, url, style, line(action.label) or action.name
    )


def _picture(picture: Picture, source: str | None) -> Markup:
    """Its title is drawn in it; where pictures are blocked, its words stand there, so they begin with the title."""
    if not source or not source.startswith(("cid:", "https://")):
        title = _styled("p", "font-size:15px;line-height:20px;margin:6px 0 8px;font-weight:600", line(picture.title))
        return title + _paragraph(words(picture.alt))
    # A sheet of its own: its ground is white in a dark letter, too, and looks as if it were meant to.
    return Markup('<img src="{}" alt="{}" width="440" style="{}">').format(
        source,
        line(f"{picture.title}. {picture.alt}" if picture.title else picture.alt),
        "display:block;box-sizing:border-box;width:100%;max-width:440px;height:auto;padding:6px;background:#ffffff;"
        "border:1px solid #e3e7ee;border-radius:10px;margin:6px 0 16px;"
        "font-size:15px;line-height:22px",
    )
