"""What came in from Teams, as events of ours. Pure; activities end here.

Nothing an activity says about itself is trusted beyond who sent it: whoever pressed must be allowed what a button
names.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from functools import lru_cache
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from bot import buttons
from bot.teams.place import Place
from bot.teams.render import FIELD, MESSAGE, PRESS
from coaching.events import Commanded, PersonEvent, Pressed, Said
from coaching.values import value
from storage.addresses import Address

Payload = Mapping[str, Any]  # Teams' JSON, which has no narrower type

INVOKE = "invoke"
STAMP = "stamp"
"""Which showing of a card was pressed: a second press on the same one is the first, brought again."""
FIELDS = "fields"
"""The names of the fields on the card."""
LOOK = "look"
"""The verb of a card that asks for what its reader may see."""
OLD_BUTTON = "unknown.old"
"""The action of a button that can't be read any more; no routine has it, so the engine answers kindly."""
TYPED = (str, int, float)
"""What an input's value is."""
COMMAND = "coach"
MOVED = "chat.zone"
ID_MAX = 300
AGAIN_SECONDS = 60
"""Teams brings an activity again within a quarter of a minute, a client an invoke within seconds."""


class Sort(Enum):
    """The activities we listen to."""

    WORDS = "a message"
    PRESS = "Action.Submit"
    ACTION = "Action.Execute"
    LOOK = "a refresh"
    FORM = "task/fetch"
    SUBMISSION = "task/submit"
    INSTALLED = "installationUpdate: add"
    MET = "conversationUpdate: the bot was added"
    REMOVED = "installationUpdate: remove"
    CORRECTED = "messageUpdate: editMessage"


DOINGS = frozenset({Sort.WORDS, Sort.PRESS, Sort.ACTION, Sort.SUBMISSION})
"""What a person did, rather than what happened to the app."""


@value(frozen=True, slots=True)
class Origin:
    """Who sent it, as Teams says. `foreign`: somebody of another organisation, in a chat shared with this one."""

    tenant: str
    person: str
    foreign: bool = False
    app: str = ""
    """By which app it came; empty from a test client."""


@value(frozen=True, slots=True)
class Came:
    """An activity that we listen to, with what is asked about each again and again."""

    payload: Payload
    sort: Sort
    origin: Origin
    linked: bool = False
    """By this very doing they became known, and read so."""


@value(frozen=True, slots=True)
class Person:
    """Who that is to us."""

    company: str
    member: str


# --- which sort ----------------------------------------------------------------------------------------------------
def came(payload: Payload, them: Origin) -> Came | None:
    """None for what is none of our business."""
    found = sort(payload)
    return None if found is None else Came(payload, found, them)


def sort(payload: Payload) -> Sort | None:
    """None for everything that is none of our business, other bots' and our own messages included."""
    if _is_bot(_part(payload, "from")):
        return None
    match payload["type"]:
        case "message":
            if PRESS in _part(payload, "value"):
                return Sort.PRESS
            return Sort.WORDS if _text(payload, "text").strip() or _is_wordless(payload) else None
        case "invoke":
            return _invoked(payload)
        case "installationUpdate":
            if payload.get("action") == "remove":
                return Sort.REMOVED
            return {"add": Sort.INSTALLED, "add-upgrade": Sort.MET}.get(_text(payload, "action"))
        case "messageUpdate":
            edited = _part(payload, "channelData").get("eventType") == "editMessage"
            return Sort.CORRECTED if edited and is_personal(payload) else None
        case "conversationUpdate":
            return Sort.MET if is_personal(payload) and _bot_was_added(payload) else None
    return None


def _invoked(payload: Payload) -> Sort | None:
    value = _part(payload, "value")
    match payload.get("name"):
        case "adaptiveCard/action":
            if _part(value, "action").get("verb") == LOOK:
                return Sort.LOOK
            return Sort.ACTION if PRESS in carried(payload) else None
        case "task/fetch":
            return Sort.FORM if {MESSAGE, PRESS} & carried(payload).keys() else None
        case "task/submit":
            return Sort.SUBMISSION if PRESS in carried(payload) else None
    return None


def _is_bot(sender: Payload) -> bool:
    return sender.get("role") in {"bot", "skill"} or _text(sender, "id").startswith("28:")


def _is_wordless(payload: Payload) -> bool:
    """A person sent a picture or a file alone. What else comes without words is no message of theirs."""
    return bool(payload.get("attachments")) and not payload.get("value")


def _bot_was_added(payload: Payload) -> bool:
    added, ours = payload.get("membersAdded"), _text(_part(payload, "recipient"), "id")
    return isinstance(added, list) and any(isinstance(it, Mapping) and it.get("id") == ours for it in added if ours)


# --- who and where -------------------------------------------------------------------------------------------------
def origin(payload: Payload, app: str = "") -> Origin:
    """Empty where it doesn't say; nobody is called that. The door knows by which app it came."""
    sender = _part(payload, "from")
    tenant, home = _tenant(payload), _text(sender, "tenantId").lower()
    return Origin(tenant, _text(sender, "aadObjectId").lower(), bool(home) and home != tenant, app)


def _tenant(payload: Payload) -> str:
    """The organisation in which it happened."""
    # The conversation's second: some events leave it out there.
    tenant = _text(_part(_part(payload, "channelData"), "tenant"), "id")
    return (tenant or _text(_part(payload, "conversation"), "tenantId")).lower()


def is_personal(payload: Payload) -> bool:
    """In the person's own conversation with the bot; group chats and channels have other readers."""
    conversation = _part(payload, "conversation")
    kind = conversation.get("conversationType")
    return kind == "personal" or (kind is None and not conversation.get("isGroup"))


def took_the_app(payload: Payload) -> bool:
    """Whether somebody has it from now on, in their own chat; no new version of one that they have."""
    return is_personal(payload) and payload.get("action") != "add-upgrade"


def place(payload: Payload) -> Place:
    """Where it happened."""
    return Place(str(payload["serviceUrl"]), _text(_part(payload, "conversation"), "id"))


def user(payload: Payload) -> str:
    """What the sender is called towards this bot (`29:…`)."""
    return _text(_part(payload, "from"), "id")


def address(payload: Payload, them: Origin, zone: str) -> Address | None:
    """Where the sender is reached from now on; None when it doesn't say, or happened among others."""
    mine, conversation = user(payload), _text(_part(payload, "conversation"), "id")
    bot = _text(_part(payload, "recipient"), "id")
    if not (is_personal(payload) and 0 < len(mine) <= ID_MAX and 0 < len(conversation) <= ID_MAX >= len(bot)):
        return None
    return Address(
        tenant=them.tenant,
        person=them.person,
        user=mine,
        conversation=conversation,
        service_url=str(payload["serviceUrl"]),
        bot=bot,
        locale=locale(payload),
        zone=zone,
    )


def locale(payload: Payload) -> str:
    """The client's language and region, such as `de-DE`; '' when it doesn't say."""
    return _text(payload, "locale")[:40]


def zone(payload: Payload) -> str:
    """The device's time zone; '' when it doesn't say one that there is."""
    told = _text(payload, "localTimezone")
    if told and _is_zone(told):
        return told
    others = (_text(it, "timezone") for it in _entities(payload) if it.get("type") == "clientInfo")
    return next((it for it in others if it and _is_zone(it)), "")


@lru_cache(maxsize=1000)
def _is_zone(name: str) -> bool:
    try:
        return bool(len(name) <= 64 and "/" in name and ZoneInfo(name))
    except (OSError, ValueError):
        return False


# --- what was done -------------------------------------------------------------------------------------------------
def event(it: Came, who: Person, now: datetime, real: float) -> PersonEvent:
    """What that person did. `real` is in seconds since 1970. ValueError for anything not of `DOINGS`."""
    match it.sort:
        case Sort.PRESS | Sort.ACTION | Sort.SUBMISSION:
            return _pressed(it, who, now, real)
        case Sort.WORDS:
            payload = it.payload
            doing: dict[str, Any] = {"company": who.company, "member": who.member, "key": key(payload), "at": now}
            doing["again"] = _same_words(it)
            # Among others the answer goes to the one who asked alone, within the request, as to a command.
            if is_personal(payload):
                return Said(**doing, text=words(payload))
            return Commanded(**doing, name=COMMAND, text=words(payload))
        case _:
            raise ValueError("nothing that a person did")


def moved(payload: Payload, who: Person, zone: str, now: datetime) -> PersonEvent:
    """Their device is in that zone."""
    doing = {"company": who.company, "member": who.member, "key": f"{key(payload)}:zone", "at": now}
    return Pressed(**doing, action=MOVED, args={"zone": zone})  # type: ignore[arg-type]  # each by its name


def key(payload: Payload) -> str:
    """Unique per doing: a redelivery carries the same one, most of the time."""
    which = _text(payload, "id") or json.dumps(payload, sort_keys=True, default=str)
    return f"teams:{payload['type']}:{_digest(_text(_part(payload, 'conversation'), 'id'), which)}"


def carried(payload: Payload) -> Payload:
    """What a button brought: its action, the message it was on, and the fields."""
    value = _part(payload, "value")
    match payload.get("name"):
        case "adaptiveCard/action":
            return _part(_part(value, "action"), "data")
        case "task/fetch" | "task/submit":
            return _part(value, "data")
    return value


def action(payload: Payload) -> tuple[str, Mapping[str, str]]:
    """What a button was called, and its arguments; '' for one that is none of ours."""
    try:
        return buttons.read(_text(carried(payload), PRESS))
    except buttons.UnknownButton:
        return "", {}


def words(payload: Payload) -> str:
    """As the person typed it, without the mention of the bot and `/coach` before it; `help` where nothing is left."""
    text = _text(payload, "text")
    for it in _entities(payload):
        if it.get("type") == "mention" and _part(it, "mentioned").get("id") == _part(payload, "recipient").get("id"):
            # Once, and exactly as it stands: a deal may be called like the bot.
            text = text.replace(_text(it, "text") or "\0", " ", 1)
            break
    text = _ESCAPED.sub(lambda it: unescape(it[0]), _AT.sub(r"\1", text)).replace("\xa0", " ").strip()
    return _SLASH_COACH.sub("", text).strip() or "help"


def fields(data: Payload) -> Mapping[str, str]:
    """The inputs of a card by name, as they stood; an empty one is there, as '', also where the client left it out."""
    named = data.get(FIELDS)
    found = {it: "" for it in named if isinstance(it, str)} if isinstance(named, list) else {}
    for name, it in data.items():
        field = name.removeprefix(FIELD)
        if field != name and isinstance(it, TYPED):
            found[field] = _clean(it if isinstance(it, str) else json.dumps(it))
    return found


def _pressed(it: Came, who: Person, now: datetime, real: float) -> Pressed:
    data = carried(it.payload)
    try:
        action, args = buttons.read(_text(data, PRESS))
    except buttons.UnknownButton:
        action, args = OLD_BUTTON, {}
    return Pressed(
        company=who.company,
        member=who.member,
        key=key(it.payload),
        at=now,
        again=_same_press(it.origin, data, real),
        message=_text(data, MESSAGE) or None,
        action=_clean(action),
        args={_clean(name): _clean(it) for name, it in args.items()},
        fields=fields(data),
    )


def _same_press(them: Origin, data: Payload, real: float) -> tuple[str, ...]:
    """Brought again under a new id, it is the same showing of a card with the same in it, shortly after."""
    if not _text(data, STAMP):
        return ()
    return again((them.person, _sorted(data)), real)


def again(doing: Sequence[str], real: float) -> tuple[str, ...]:
    """Names of a doing that is the same one when it comes once more shortly after."""
    it, window = _digest(*doing), int(real // AGAIN_SECONDS)
    return (f"teams:again:{it}:{window}", f"teams:again:{it}:{window - 1}")


def _sorted(data: Payload) -> str:
    try:
        return orjson.dumps(data, option=orjson.OPT_SORT_KEYS).decode()
    except TypeError:  # halves of characters
        return json.dumps(data, sort_keys=True)


def _same_words(it: Came) -> tuple[str, ...]:
    payload = it.payload
    at = _text(payload, "localTimestamp") or _text(payload, "timestamp")
    where = _text(_part(payload, "conversation"), "id")
    return (f"teams:again:{_digest(where, it.origin.person, at, _text(payload, 'text'))}",) if at else ()


_AT = re.compile(r"<at(?:\s[^<>]*)?>([^<>]*)</at>", re.IGNORECASE)
_ESCAPED = re.compile(r"&(?:lt|gt|amp|quot|nbsp|#39);")
_SLASH_COACH = re.compile(r"^/coach(?!\S)", re.IGNORECASE)


def _entities(payload: Payload) -> Sequence[Payload]:
    found = payload.get("entities")
    return [it for it in found if isinstance(it, Mapping)] if isinstance(found, list) else []


def _part(payload: Payload, name: str) -> Payload:
    found = payload.get(name)
    return found if isinstance(found, dict) else {}


def _text(payload: Payload, name: str) -> str:
    found = payload.get(name)
    return _clean(found) if isinstance(found, str) else ""


def _clean(text: str) -> str:
    """Without what no database takes: NUL, and halves of characters."""
    return text if text.isascii() and "\0" not in text else text.encode("utf-8", "replace").decode().replace("\0", "")


def _digest(*them: str) -> str:
    """Of texts without NUL."""
    return hashlib.blake2b("\0".join(them).encode(), digest_size=16).hexdigest()
