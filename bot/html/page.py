"""Card -> a fragment of a page, with real fields and buttons: it works without a line of script."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import assert_never

from markupsafe import Markup

from bot import buttons
from bot.html.charts import drawn
from bot.html.spans import inline, words
from bot.links import Links, NoLinks
from bot.words import clean, line
from coaching.card import (
    Action,
    Bullets,
    Buttons,
    Card,
    Element,
    Facts,
    Field,
    Heading,
    Input,
    Look,
    Maths,
    Picture,
    Spans,
    Table,
    Text,
)
from coaching.language import t

Pictures = Callable[[Picture], str | None]
"""A picture's address; None draws it in the page."""


@dataclass(frozen=True, slots=True)
class Form:
    """Where a press is posted: `press` holds the button, `field:{name}` each field, `csrf` the token; `hidden` too."""

    post_to: str
    csrf: str
    hidden: Mapping[str, str] = field(default_factory=dict)


def fragment(
    card: Card, form: Form | None = None, *, links: Links | None = None, pictures: Pictures = lambda _picture: None
) -> Markup:
    """An article; without a form its fields and buttons are shown but rest."""
    where = links or NoLinks()
    body = Markup("\n").join(_element(it, where, pictures) for it in card.elements)
    if card.fields or card.actions:
        body = (
            _posting(body, form) if form else Markup('<fieldset disabled class="bare">\n{}\n</fieldset>').format(body)
        )
    return Markup('<article class="card" aria-label="{}">\n{}\n</article>\n').format(
        line(card.summary), body or Markup('<p dir="auto">{}</p>').format(words(card.summary))
    )


def _posting(body: Markup, form: Form) -> Markup:
    carried = {"csrf": form.csrf, **form.hidden}
    hidden = Markup("").join(
        Markup('<input type="hidden" name="{}" value="{}">').format(name, value) for name, value in carried.items()
    )
    return Markup('<form method="post" action="{}" autocomplete="off">{}\n{}\n</form>').format(
        form.post_to, hidden, body
    )


def _element(element: Element, links: Links, pictures: Pictures) -> Markup:
    match element:
        case Heading(text):
            return Markup('<h2 dir="auto">{}</h2>').format(line(text))
        case Text(spans, quiet):
            return Markup('<p{} dir="auto">{}</p>').format(
                Markup(' class="quiet"') if quiet else "", inline(spans, links)
            )
        case Facts(pairs):
            rows = (_FACT.format(line(name), inline(spans, links)) for name, spans in pairs)
            return Markup('<dl class="facts">{}</dl>').format(Markup("").join(rows))
        case Bullets(items):
            rows = (Markup('<li dir="auto">{}</li>').format(inline(it, links)) for it in items)
            return Markup("<ul>{}</ul>").format(Markup("").join(rows))
        case Table():
            return _table(element, links)
        case Field():
            return _field(element)
        case Buttons(actions):
            return Markup('<div class="buttons">{}</div>').format(Markup("").join(map(_button, actions)))
        case Picture():
            return _picture(element, pictures(element))
        case Maths():
            return _maths(element)
        case _:
            assert_never(element)


_FACT = Markup('<div><dt dir="auto">{}</dt><dd dir="auto">{}</dd></div>')


def _maths(it: Maths) -> Markup:
    rows = (_FACT.format(line(name), words(value)) for name, value in it.pairs)
    return _FOLD.format(t("See the maths"), line(it.figure), line(it.value), Markup("").join(rows))


_FOLD = Markup(
    '<details class="maths"><summary dir="auto">{}: {} <strong>{}</strong></summary><dl class="facts">{}</dl></details>'
)


def _table(table: Table, links: Links) -> Markup:
    head = Markup("").join(_cell("th", at in table.right, line(it)) for at, it in enumerate(table.headers))
    body = Markup("").join(_row(it, table.right, links) for it in table.rows)
    return Markup(
        '<div class="scroll" tabindex="0" role="group"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>'
    ).format(head, body)


def _row(row: tuple[Spans, ...], right: frozenset[int], links: Links) -> Markup:
    cells = (_cell("td", at in right, inline(it, links)) for at, it in enumerate(row))
    return Markup("<tr>{}</tr>").format(Markup("").join(cells))


def _cell(tag: str, right: bool, content: str) -> Markup:  # noqa: FBT001 - beside its column
    return Markup('<{}{} dir="auto">{}</{}>').format(tag, Markup(' class="number"') if right else "", content, tag)


def _field(field: Field) -> Markup:
    hint = Markup('<span class="hint" dir="auto">{}</span>').format(line(field.hint)) if line(field.hint) else ""
    error = (
        Markup('<span class="error" role="alert" dir="auto">{}</span>').format(line(field.error))
        if line(field.error)
        else ""
    )
    return Markup('<label class="field{}"><span class="label" dir="auto">{}</span>{}{}{}</label>').format(
        " wrong" if error else "", line(field.label) or field.name, _input(field), hint, error
    )


def _input(field: Field) -> Markup:
    name, value = f"field:{field.name}", clean(field.value)
    match field.input:
        case Input.NUMBER:
            # Not type=number: it would refuse `1.234,50`, which we read, and drop what was typed without a word.
            return Markup('<input type="text" inputmode="decimal" name="{}" value="{}">').format(name, value)
        case Input.LINE:
            return Markup('<input type="text" dir="auto" name="{}" value="{}">').format(name, value)
        case Input.LONG:
            # The first line break after the tag is not part of the value.
            return Markup('<textarea rows="3" dir="auto" name="{}">\n{}</textarea>').format(name, value)
        case Input.DATE:
            return Markup('<input type="date" name="{}" value="{}">').format(name, value)
        case Input.CHOICE:
            return _select(name, field)
        case _:
            assert_never(field.input)


def _select(name: str, field: Field) -> Markup:
    options = field.options
    if field.optional or field.value not in dict(options):
        options = (("", "–"), *(it for it in options if it[0]))
    written = (
        Markup('<option value="{}"{}>{}</option>').format(
            value, Markup(" selected") if value == field.value else "", line(label)
        )
        for value, label in options
    )
    return Markup('<select name="{}">{}</select>').format(name, Markup("").join(written))


def _button(action: Action) -> Markup:
    look = "" if action.look is Look.PLAIN else Markup(' class="{}"').format(action.look.value)
    return Markup('<button type="submit" name="press" value="{}"{}>{}</button>').format(
        buttons.write(action), look, line(action.label) or action.name
    )


def _picture(picture: Picture, url: str | None) -> Markup:
    if not url:
        return drawn(picture)
    return Markup(
        '<figure class="chart"><figcaption dir="auto">{}</figcaption><img src="{}" alt="{}"></figure>'
    ).format(line(picture.title), url, line(picture.alt))
