"""The pages' templates, escaped by construction."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from coaching.language import spoken, t, worded


def render(template: str, **values: object) -> str:
    """A whole page."""
    return _environment().get_template(template).render(**values)


@cache
def styles() -> Markup:
    """The pages' style sheets, for a page that stands alone in a file."""
    static = Path(__file__).parent / "static"
    return Markup("\n".join((static / it).read_text("utf-8") for it in ("coach.css", "chat.css", "report.css")))  # noqa: S704 - ours


@cache
def _environment() -> Environment:
    loader = PackageLoader("bot.web", "pages")
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.globals |= {"t": t, "said": _said, "worded": worded, "language": lambda: spoken().code}
    return made


def _said(text: str, **values: object) -> Markup:
    """`t` for texts with markup of ours in them; what is filled in is escaped."""
    return Markup(t(text, **{name: escape(it) for name, it in values.items()}))  # noqa: S704 - ours, its values escaped
