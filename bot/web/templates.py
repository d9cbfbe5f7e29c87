"""The pages' templates, escaped by construction."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup


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
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
