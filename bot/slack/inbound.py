"""What came in from Slack, as events of ours. Pure; payloads end here.

Nothing a payload says about itself is trusted beyond who sent it: whoever pressed must be allowed what a button names.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from html import unescape
from typing import Any

from bot import buttons
from coaching.events import Account, Commanded, PersonEvent, Pressed, Said

Payload = Mapping[str, Any]  # Slack's JSON, which has no narrower type

OLD_BUTTON = "unknown.old"
"""The action of a button that can't be read any more; no routine has it, so the engine answers kindly."""
APP = "coach.app"
"""Written into a payload by us, behind the door by which it came."""
_FIELD = "field:"
_LABEL = "in:"
_BLOCK_ID_MAX = 255
_KEY_PART_MAX = 100


OF_AN_INSTALLATION = frozenset({"app_uninstalled", "tokens_revoked", "team_access_granted", "team_access_revoked"})


SHORTCUTS = {"promise": "checkin.promise", "raise": "escalate.ask"}
"""What the shortcuts at a message mean, by their names in the manifest."""
WINDOWS = frozenset({"forecast.show", "escalate.ask", "escalate.open", "chat.settings"})
"""Forms that are longer than a message: opened in a window, wherever they are pressed."""
_WINDOWS = tuple(f'"a":"{it}"' for it in sorted(WINDOWS))
QUOTED_MAX = 2000
"""Of a message that a shortcut was used at."""


class Sort(Enum):
    """The payloads we listen to."""

    PRESS = "block_actions"
    SUBMISSION = "view_submission"
    COMMAND = "command"
    WORDS = "message"
    LIFE = "of the installation itself"
    HOME = "app_home_opened"
    PROFILE = "user_change"
    SHORTCUT = "message_action"


@dataclass(frozen=True, slots=True)
class Origin:
    """Who sent it, as Slack says. Someone of another workspace may speak in a channel shared with this one."""

    team: str
    """The workspace, or the whole organisation where none is named."""
    user: str
    elsewhere: frozenset[str] = frozenset()
    """Other places that are said to be theirs."""
    app: str = ""
    """The company whose own app it came by."""
    enterprise: str = ""

    @property
    def foreign(self) -> bool:
        """Of another place than the one they speak in."""
        return bool(self.elsewhere)


@dataclass(frozen=True, slots=True)
class Person:
    """Who that is to us."""

    company: str
    member: str


def sort(payload: Payload) -> Sort | None:
    """None for everything that is none of our business, other bots' and our own messages included."""
    match payload:
        case {"command": str()}:
            return Sort.COMMAND
        case {"type": "block_actions", "actions": [{"value": str(value)}, *_]} if value:
            return Sort.PRESS
        case {"type": "view_submission", "view": {"private_metadata": str(value)}} if value:
            return Sort.SUBMISSION
        case {"type": "event_callback", "event": {"type": "message"} as event} if _is_words(event):
            return Sort.WORDS
        case {"type": "event_callback", "event": {"type": str(kind)}} if kind in OF_AN_INSTALLATION:
            return Sort.LIFE
        case {"type": "event_callback", "event": {"type": "app_home_opened", "tab": "home"}}:
            return Sort.HOME
        case {"type": "event_callback", "event": {"type": "user_change", "user": {"id": str()}}}:
            return Sort.PROFILE
        case {"type": "message_action", "callback_id": str(name), "message": {"text": str()}} if name in SHORTCUTS:
            return Sort.SHORTCUT
    return None


def origin(payload: Payload) -> Origin:
    """Empty where the payload doesn't say; nobody is called that."""
    event = _part(payload, "event")
    user = _part(payload, "user")
    enterprise = _text(payload, "enterprise_id") or _text(_part(payload, "enterprise"), "id")
    team = _text(payload, "team_id") or _text(_part(payload, "team"), "id") or enterprise
    about = _part(event, "user")
    homes = {
        _text(user, "team_id"),
        _text(about, "team_id"),
        *(_text(event, it) for it in ("team", "user_team", "source_team")),
    } - {""}
    who = _text(payload, "user_id") or _text(user, "id") or _text(event, "user") or _text(about, "id")
    elsewhere = frozenset(homes - {team, enterprise})
    return Origin(team, who, elsewhere, app=payload.get(APP, ""), enterprise=enterprise)


def key(payload: Payload) -> str:
    """Unique per doing: a redelivery carries the same one."""
    match sort(payload):
        case Sort.COMMAND:
            return _key("command", _text(payload, "trigger_id") or _digest(repr(sorted(payload.items()))))
        case Sort.PRESS:
            action = _action(payload)
            where = _digest(f"{_text(action, 'action_id')}|{_text(action, 'block_id')}")
            them = origin(payload)
            return _key("press", f"{them.team}:{them.user}:{_text(action, 'action_ts')}:{where}")
        case Sort.SUBMISSION:
            view = _part(payload, "view")
            # A window that was told what is wrong in it keeps its hash: what is sent in then differs by what is typed.
            typed = _digest(repr(sorted(fields(_part(view, "state")).items())))
            return _key("view", f"{_text(view, 'id')}:{_text(view, 'hash')}:{typed}")
        case Sort.WORDS | Sort.PROFILE:
            return _key("event", _text(payload, "event_id") or _digest(repr(payload.get("event"))))
        case Sort.SHORTCUT:
            return _key("shortcut", _text(payload, "trigger_id") or _text(payload, "action_ts"))
        case Sort.LIFE | Sort.HOME | None:
            raise ValueError("only what we listen to has a key")


def event(payload: Payload, who: Person, now: datetime) -> PersonEvent:
    """What that person did. ValueError for a payload that `sort` knows nothing about."""
    doing: dict[str, Any] = {"company": who.company, "member": who.member, "key": key(payload), "at": now}
    match sort(payload):
        case Sort.COMMAND:
            name = _text(payload, "command").removeprefix("/").strip().lower()
            return Commanded(**doing, name=name, text=words(_text(payload, "text")))
        case Sort.PRESS:
            action = _action(payload)
            view = _part(payload, "view")
            doing["message"] = _label(_text(action, "block_id")) if not view else None
            doing["direct"] = bool(view) or _opens_a_window(payload)
            return _pressed(doing, _text(action, "value"), _part(view or payload, "state"))
        case Sort.SUBMISSION:
            view = _part(payload, "view")
            return _pressed(doing | {"direct": True}, _text(view, "private_metadata"), _part(view, "state"))
        case Sort.WORDS:
            return Said(**doing, text=words(_text(_part(payload, "event"), "text")))
        case Sort.PROFILE:
            zone = _text(_part(_part(payload, "event"), "user"), "tz")
            return Pressed(**doing, action="chat.zone", args={"zone": zone})
        case Sort.SHORTCUT:
            said = words(_text(_part(payload, "message"), "text"))[:QUOTED_MAX]
            return Pressed(**doing, action=SHORTCUTS[_text(payload, "callback_id")], args={"words": said}, direct=True)
        case Sort.LIFE | Sort.HOME | None:
            raise ValueError("nothing of ours")


def account(payload: Payload, company: str, now: datetime) -> Account:
    """What a change of somebody's profile says of their account."""
    return Account(
        company=company,
        key=f"{key(payload)}:account",
        at=now,
        platform="slack",
        handle=origin(payload).user,
        closed=is_closed(payload),
    )


def words(text: str) -> str:
    """As the person typed it: Slack escapes three characters, and wraps links, names and channels."""
    return unescape_three(_WRAPPED.sub(_unwrapped, text)).replace("\xa0", " ").strip()


def fields(state: Payload) -> Mapping[str, str]:
    """The inputs of a card by name, as they stood; an empty one is there, as ''."""
    values = _part(state, "values")
    return {
        block.removeprefix(_FIELD): _value(next(iter(inputs.values()), {}))
        for block, inputs in values.items()
        if block.startswith(_FIELD) and isinstance(inputs, Mapping)
    }


def labelled(blocks: Sequence[Payload], message: str) -> list[Payload]:
    """The blocks with the message's key on every row of buttons, so that a press says which message it was on."""
    return [
        {**it, "block_id": f"{_LABEL}{n}:{message}"[:_BLOCK_ID_MAX]} if it.get("type") == "actions" else it
        for n, it in enumerate(blocks)
    ]


def _label(block_id: str) -> str | None:
    if not block_id.startswith(_LABEL) or len(block_id) >= _BLOCK_ID_MAX:
        return None
    return block_id.removeprefix(_LABEL).partition(":")[2] or None


def is_closed(payload: Payload) -> bool:
    """Whether a change of somebody's profile says so of their account. A workspace's guests are its people."""
    user = _part(_part(payload, "event"), "user")
    return user.get("deleted") is True or user.get("is_stranger") is True


def wants_a_window(payload: Payload) -> bool:
    """Whether what comes of it is shown in a window: a press in the Home tab or in one, a long form, a shortcut."""
    match sort(payload):
        case Sort.SHORTCUT | Sort.SUBMISSION:
            return True
        case Sort.PRESS:
            return bool(_part(payload, "view")) or _opens_a_window(payload)
    return False


def _opens_a_window(payload: Payload) -> bool:
    written = _text(_action(payload), "value")
    return any(it in written for it in _WINDOWS) and bool(_text(payload, "trigger_id"))


def action_name(payload: Payload) -> str:
    """What a press or a window that was sent in is called; '' for anything else."""
    return action(payload)[0]


def action(payload: Payload) -> tuple[str, Mapping[str, str]]:
    """The same, and its arguments."""
    match payload:
        case {"type": "block_actions", "actions": [{"value": str(value)}, *_]}:
            pass
        case {"type": "view_submission", "view": {"private_metadata": str(value)}}:
            pass
        case _:
            return "", {}
    try:
        return buttons.read(value)
    except buttons.UnknownButton:
        return "", {}


def opened_for(payload: Payload) -> str:
    """Whose window it was done in, as `views.window` wrote it; '' in none, and where it doesn't say."""
    written = _text(_part(payload, "view"), "private_metadata")
    return buttons.whose(written) if written else ""


def answers_to(payload: Payload, message: str) -> bool:
    """Whether a message came of an earlier press by the same person: its key says so, and such go to nobody else."""
    them = origin(payload)
    return message.startswith(f"reply:slack:press:{them.team}:{them.user}:")


def trigger(payload: Payload) -> str:
    """With which a window may be opened, within three seconds."""
    return _text(payload, "trigger_id")


def window(payload: Payload) -> tuple[str, str]:
    """The window that it was done in, by id and version; empty in none, and in the Home tab, which is no window."""
    view = _part(payload, "view")
    return (_text(view, "id"), _text(view, "hash")) if view.get("type") == "modal" else ("", "")


def view_hash(payload: Payload) -> str:
    """Which version of the Home tab somebody opened; '' when it was never published."""
    return _text(_part(_part(payload, "event"), "view"), "hash")


def shown_in(payload: Payload) -> frozenset[str]:
    """The ids of the blocks of the window that was sent in."""
    blocks = _part(payload, "view").get("blocks")
    if not isinstance(blocks, list):
        return frozenset()
    return frozenset(_text(it, "block_id") for it in blocks if isinstance(it, Mapping))


def is_ephemeral(payload: Payload) -> bool:
    """Whether the card that was pressed is shown to that person only, and can't be rewritten by the outbox."""
    return _part(payload, "container").get("is_ephemeral") is True


def response_url(payload: Payload) -> str:
    """Where this one doing may be answered for half an hour; '' when nowhere."""
    return _text(payload, "response_url")


def message_in(payload: Payload) -> tuple[str, str]:
    """The conversation and the message that was pressed; empty when everybody but that person can't see it."""
    there = _part(payload, "container")
    if is_ephemeral(payload) or there.get("type") != "message":
        return "", ""
    return _text(there, "channel_id"), _text(there, "message_ts")


def channel(payload: Payload) -> str:
    """The conversation it happened in; '' when in none."""
    return (
        _text(payload, "channel_id")
        or _text(_part(payload, "channel"), "id")
        or _text(_part(payload, "event"), "channel")
    )


def _pressed(doing: Mapping[str, Any], value: str, state: Payload) -> Pressed:
    try:
        action, args = buttons.read(value)
    except buttons.UnknownButton:
        action, args = OLD_BUTTON, {}
    args = {_clean(name): _clean(it) for name, it in args.items()}
    return Pressed(**doing, action=_clean(action), args=args, fields=fields(state))


def _is_words(event: Payload) -> bool:
    """A person's own words in a direct message. Edits, joins and bots have a subtype or a bot_id."""
    return (
        event.get("channel_type") == "im"
        and event.get("subtype") in {None, "file_share"}
        and not event.get("bot_id")
        and not event.get("hidden")
        and bool(_text(event, "user"))
        and bool(_text(event, "text").strip())
    )


def _value(element: object) -> str:
    return _clean(_entered(element))


def _entered(element: object) -> str:
    """Every kind of input there is: typed, chosen, a day, a time."""
    match element:
        case {"selected_option": {"value": str(value)}}:
            return value
        case {"selected_options": [*chosen]}:
            return ",".join(_text(it, "value") for it in chosen if isinstance(it, Mapping))
        case {"selected_date": str(value)} | {"selected_time": str(value)} | {"selected_user": str(value)}:
            return value
        case {"value": str(value)}:
            return value
        case {"value": int(value) | float(value)}:
            return str(value)
    return ""


_WRAPPED = re.compile(r"<(?P<target>[^<>|]+)(?:\|(?P<label>[^<>]*))?>")


def _unwrapped(found: re.Match[str]) -> str:
    target, label = found["target"], found["label"]
    if target[0] in "@#!":
        return f"{'#' if target[0] == '#' else '@'}{label or target[1:]}".replace("@@", "@")
    return label or target


def unescape_three(text: str) -> str:
    """`&lt;`, `&gt;` and `&amp;`, which are all that Slack escapes."""
    return re.sub(r"&(?:lt|gt|amp);", lambda it: unescape(it[0]), text)


def _action(payload: Payload) -> Payload:
    first: Payload = payload["actions"][0]
    return first


def _part(payload: Payload, name: str) -> Payload:
    found = payload.get(name)
    return found if isinstance(found, Mapping) else {}


def _text(payload: Payload, name: str) -> str:
    found = payload.get(name)
    return _clean(found) if isinstance(found, str) else ""


def _clean(text: str) -> str:
    """Without what no database takes: NUL, and halves of characters."""
    return text if text.isascii() and "\0" not in text else text.encode("utf-8", "replace").decode().replace("\0", "")


def _key(sort_of: str, what: str) -> str:
    return f"slack:{sort_of}:{what if len(what) <= _KEY_PART_MAX else _digest(what)}"


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()
