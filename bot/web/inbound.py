"""What a browser's form says, as an Event. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot import buttons
from coaching.events import Commanded, PersonEvent, Pressed, Said

LONGEST = 10_000
"""Characters of one message; the rest is cut, as chat platforms do."""
COMMANDS = frozenset({"coach", "forecast"})


def said(company: str, member: str, form: Mapping[str, str], at: datetime, key: str) -> PersonEvent | None:
    """A message or, when it begins with a known `/command`, that command; None when there are no words."""
    text = form.get("text", "").strip()[:LONGEST]
    if not text:
        return None
    first, _, rest = text.removeprefix("/").partition(" ")
    if text.startswith("/") and first.lower() in COMMANDS:
        return Commanded(company=company, member=member, key=key, at=at, name=first.lower(), text=rest.strip())
    return Said(company=company, member=member, key=key, at=at, text=text)


def pressed(company: str, member: str, form: Mapping[str, str], at: datetime, key: str) -> Pressed:
    """A button: its value as rendered (`{"v":1,"a":name,"args":{…}}` under `press`), and the form's inputs as fields.

    Under `message` is the key of the message it was on. A value that can't be read is an action without a name, which
    the engine answers as an old button.
    """
    try:
        action, args = buttons.read(form.get("press", ""))
    except buttons.UnknownButton:
        action, args = "", {}
    fields = {name.removeprefix("field:"): value[:LONGEST] for name, value in form.items() if name.startswith("field:")}
    on = form.get("message") or None
    return Pressed(company=company, member=member, key=key, at=at, action=action, args=args, fields=fields, message=on)
