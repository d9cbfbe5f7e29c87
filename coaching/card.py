"""Content described once, rendered by each channel.

Text is data, never markup: an account called `<!channel>` is only a name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from enum import StrEnum

from coaching.language import t
from coaching.values import value


# --- spans: what a line of text is made of -------------------------------------------------------------------------
@value(frozen=True, slots=True)
class Bold:
    """Words that matter."""

    text: str


@value(frozen=True, slots=True)
class Mention:
    """A member, by id; where a channel can't mention, their name stands."""

    member: str
    name: str


@value(frozen=True, slots=True)
class Figure:
    """A number with its rows: `rows` names a page of ours (`digest/2026-11-27/won`) that lists what it was made from.

    Rendered as a link where the pages can be reached, else as plain text.
    """

    text: str
    rows: str


@value(frozen=True, slots=True, kw_only=True)
class Page:
    """The way to a page of ours that is one member's and opens for a day; `page` names it (`deals`).

    It is signed when it is shown, so that no way in is ever stored. `more` stands behind it; where our pages can't be
    reached, `otherwise` stands instead of both, or the text alone.
    """

    text: str
    page: str
    member: str
    more: str = ""
    otherwise: str = ""

    @property
    def instead(self) -> str:
        """Where it leads nowhere."""
        return self.otherwise or self.text


Span = str | Bold | Mention | Figure | Page
Spans = tuple[Span, ...]


# --- actions: what a button means ----------------------------------------------------------------------------------
class Look(StrEnum):
    """How a button stands out."""

    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


@value(frozen=True, slots=True)
class Action:
    """A name and its arguments. Never trusted when it comes back: whoever pressed must be allowed what it names."""

    name: str
    label: str
    args: Mapping[str, str] = field(default_factory=dict)
    look: Look = Look.PLAIN


# --- elements ------------------------------------------------------------------------------------------------------
@value(frozen=True, slots=True)
class Heading:
    """A title."""

    text: str


@value(frozen=True, slots=True)
class Text:
    """A paragraph; `quiet` is for footnotes and maths.

    `loose`: a language model may put it into other words, where a deployment has one. Nothing decides by them.
    """

    spans: Spans
    quiet: bool = False
    loose: bool = False


@value(frozen=True, slots=True)
class Facts:
    """Names and values, a line each."""

    pairs: tuple[tuple[str, Spans], ...]


@value(frozen=True, slots=True)
class Bullets:
    """A short list. `notes`: it is what people wrote, and a language model may sum it up above, where there is one."""

    items: tuple[Spans, ...]
    notes: bool = False


@value(frozen=True, slots=True)
class Table:
    """Rows under headers; `right` names the columns (from 0) that hold numbers."""

    headers: tuple[str, ...]
    rows: tuple[tuple[Spans, ...], ...]
    right: frozenset[int] = frozenset()


class Input(StrEnum):
    """What may be typed or chosen into a field."""

    NUMBER = "number"
    LINE = "line"
    LONG = "long"
    DATE = "date"
    CHOICE = "choice"


@value(frozen=True, slots=True, kw_only=True)
class Field:
    """Something to fill in. It is sent along with whichever button of the card is pressed, as text under `name`."""

    name: str
    label: str
    input: Input
    value: str = ""
    hint: str = ""
    optional: bool = True
    options: tuple[tuple[str, str], ...] = ()
    """For a choice: value and label."""
    error: str = ""
    """What was wrong with the value; shown beside the field."""


@value(frozen=True, slots=True)
class Buttons:
    """Actions in a row."""

    actions: tuple[Action, ...]


@value(frozen=True, slots=True)
class Bar:
    """One bar of a chart: solid to `value`, paler to `reach` when given."""

    label: str
    value: float
    reach: float | None = None


@value(frozen=True, slots=True)
class Bars:
    """Amounts side by side."""

    bars: tuple[Bar, ...]


@value(frozen=True, slots=True)
class Interval:
    """An estimate and how far it may be off: `low <= value <= high`. `note` stands behind it (`n = 12`)."""

    label: str
    value: float
    low: float
    high: float
    note: str = ""


@value(frozen=True, slots=True)
class Intervals:
    """Estimates under each other, on one scale."""

    intervals: tuple[Interval, ...]


@value(frozen=True, slots=True)
class Curve:
    """A line through `points` (across, up), from left to right; `band` gives the lowest and highest at each point.

    `stepped`: what was so at a point stays so until the next, as a share of deals still open does.
    """

    label: str
    points: tuple[tuple[float, float], ...]
    band: tuple[tuple[float, float], ...] = ()
    stepped: bool = False


@value(frozen=True, slots=True)
class Curves:
    """Lines over one axis. `across` names it; with `days`, its numbers are dates (`date.toordinal()`)."""

    curves: tuple[Curve, ...]
    across: str = ""
    days: bool = False


@value(frozen=True, slots=True)
class Step:
    """One step of a way from one sum to another. A `total` stands on the ground; the others add `value` to the way.

    `good`: what it takes away is a success, as what was won is no longer open.
    """

    label: str
    value: float
    total: bool = False
    good: bool = False


@value(frozen=True, slots=True)
class Steps:
    """How a sum became another, step by step: a waterfall. It begins and ends with a total."""

    steps: tuple[Step, ...]

    @property
    def spans(self) -> tuple[tuple[float, float], ...]:
        """Of each step, from where to where it goes."""
        found, at = [], 0.0
        for it in self.steps:
            begin, at = (0.0, it.value) if it.total else (at, at + it.value)
            found.append((begin, at))
        return tuple(found)


Plot = Bars | Intervals | Curves | Steps


@value(frozen=True, slots=True)
class Picture:
    """A chart, with the words that say the same. `mark` draws a line across it at that amount (the target)."""

    alt: str
    title: str
    plot: Plot
    unit: str = ""
    mark: float | None = None
    mark_label: str = ""


@value(frozen=True, slots=True, kw_only=True)
class Maths:
    """How a figure was made, for whoever wants to see it. Pages fold it away; other channels show it when asked.

    `value` reads as it does where the figure stands. `inputs` are what went into `formula`, each with where it is
    from (`("won so far", "$96,000, 4 deals")`). `source` names where a formula is published.
    """

    figure: str
    value: str
    formula: str
    inputs: tuple[tuple[str, str], ...] = ()
    n: str = ""
    uncertainty: str = ""
    source: str = ""

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """All of it, named, in the order in which it is read; what is empty is left out."""
        more = ((t("How many"), self.n), (t("How sure"), self.uncertainty), (t("Source"), self.source))
        return ((t("Formula"), self.formula), *self.inputs, *(it for it in more if it[1]))


Element = Heading | Text | Facts | Bullets | Table | Field | Buttons | Picture | Maths


@value(frozen=True, slots=True)
class Card:
    """A message. `summary` is one plain line: the notification, the mail's subject, the screen reader's words."""

    summary: str
    elements: tuple[Element, ...] = ()

    @property
    def fields(self) -> tuple[Field, ...]:
        """Those to fill in."""
        return tuple(it for it in self.elements if isinstance(it, Field))

    @property
    def actions(self) -> tuple[Action, ...]:
        """All buttons, in order."""
        return tuple(act for it in self.elements if isinstance(it, Buttons) for act in it.actions)


def say(*spans: Span) -> Text:
    """A paragraph from its spans."""
    return Text(spans)


def loose(*spans: Span) -> Text:
    """A paragraph whose words are free, its names and figures not."""
    return Text(spans, loose=True)


def quiet(*spans: Span) -> Text:
    """A footnote from its spans."""
    return Text(spans, quiet=True)


def plain(spans: Spans) -> str:
    """The words alone."""
    return "".join(it if isinstance(it, str) else it.name if isinstance(it, Mention) else it.text for it in spans)


def note(text: str) -> Card:
    """A card of one sentence."""
    return Card(text, (say(text),))


def led_by(text: str, then: Card) -> Card:
    """A card with a sentence before it."""
    return replace(then, summary=text, elements=(say(text), *then.elements))
