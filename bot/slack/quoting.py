"""What was said in Slack, as a person reads it: names in place of ids, and whose words they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from coaching.company import Company
from coaching.events import Commanded, PersonEvent, Pressed, Said
from coaching.language import t

Payload = Mapping[str, Any]

_MENTIONED = re.compile(r"@([UW][A-Z0-9]{4,})\b")
_DOMAIN = re.compile(r"[a-z0-9-]+")
_CHANNEL = re.compile(r"[A-Z0-9]+")
_MOMENT = re.compile(r"\d+\.\d+")
PASSED_ON = "escalate.ask"
"""The shortcut that takes a message to the manager: it may be anybody's, so it says whose."""


def has_names(event: PersonEvent) -> bool:
    """Whether a company is needed to say it: most of what comes in has neither a name in it nor an author."""
    return bool(_MENTIONED.search(_text(event))) or (isinstance(event, Pressed) and event.action == PASSED_ON)


def in_words(event: PersonEvent, payload: Payload, company: Company) -> PersonEvent:
    """The same with people's names; of a message that is passed on, also who wrote it and where it is."""
    text = _MENTIONED.sub(lambda it: _name(it[1], company), _text(event))
    match event:
        case Pressed(action=action, args={"words": str()}) if event.direct:
            passed_on = action == PASSED_ON and payload.get("type") == "message_action"
            return replace(event, args={**event.args, "words": _whose(text, payload, company) if passed_on else text})
        case Said() | Commanded():
            return replace(event, text=text)
        case _:
            return event


def _text(event: PersonEvent) -> str:
    return event.args.get("words", "") if isinstance(event, Pressed) else getattr(event, "text", "")


def _name(handle: str, company: Company) -> str:
    found = next((it for it in company.members if it.handles.get("slack") == handle), None)
    return found.name if found else t("Somebody")


def _whose(text: str, payload: Payload, company: Company) -> str:
    link, author = permalink(payload), str(payload["message"].get("user") or "")
    if author == (payload.get("user") or {}).get("id"):
        return f"{text} ({link})" if link else text
    who = _name(author, company)
    if not link:
        return t("{who} wrote: {text}", who=who, text=text)
    return t("{who} wrote ({link}): {text}", who=who, link=link, text=text)


def permalink(payload: Payload) -> str:
    """Of the message that a shortcut was used at; '' where the payload doesn't say enough."""
    domain = str((payload.get("team") or {}).get("domain") or "")
    channel = str((payload.get("channel") or {}).get("id") or "")
    moment = str(payload.get("message_ts") or "")
    if not (_DOMAIN.fullmatch(domain) and _CHANNEL.fullmatch(channel) and _MOMENT.fullmatch(moment)):
        return ""
    return f"https://{domain}.slack.com/archives/{channel}/p{moment.replace('.', '')}"
