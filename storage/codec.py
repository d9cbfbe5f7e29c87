"""Values to JSON and back: a company's plan, a member's profile, a card. Formats may grow, never change meaning."""

from __future__ import annotations

from datetime import time, timedelta
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from cattrs.preconf.json import make_converter
from cattrs.strategies import configure_tagged_union

from coaching.card import Bold, Element, Figure, Mention, Page, Span, Spans

if TYPE_CHECKING:
    from cattrs.preconf.json import JsonConverter

Value = TypeVar("Value")
_STYLED: Any = Bold | Mention | Figure | Page


def dump(value: object) -> dict[str, Any]:
    """As JSON holds it."""
    written: dict[str, Any] = _converter().unstructure(value, unstructure_as=type(value))
    return written


def load(kind: type[Value], written: dict[str, Any]) -> Value:
    """Back to the value. Keys that this version doesn't know are passed over, so that an older program can read on."""
    return _converter().structure(written, kind)


@cache
def _converter() -> JsonConverter:
    converter = make_converter()
    converter.register_unstructure_hook(Decimal, str)
    converter.register_structure_hook(Decimal, lambda written, _: Decimal(written))
    converter.register_unstructure_hook(time, lambda at: f"{at:%H:%M}")
    converter.register_structure_hook(time, lambda written, _: time.fromisoformat(written))
    converter.register_unstructure_hook(timedelta, lambda span: span.total_seconds())
    converter.register_structure_hook(timedelta, lambda written, _: timedelta(seconds=written))
    configure_tagged_union(_STYLED, converter, tag_name="is")
    styled = converter.get_unstructure_hook(_STYLED)
    converter.register_unstructure_hook_func(
        lambda kind: kind == Spans, lambda spans: [it if isinstance(it, str) else styled(it) for it in spans]
    )
    converter.register_structure_hook(
        Span, lambda it, _: it if isinstance(it, str) else converter.structure(it, _STYLED)
    )
    configure_tagged_union(Element, converter, tag_name="is")
    return converter
