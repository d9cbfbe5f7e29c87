"""A Slack that keeps what it is sent, metadata included, and fails on request. On loopback, in a thread of its own.

    with FakeSlack() as slack:
        client = AsyncWebClient(token=slack.token, base_url=slack.url, retry_handlers=[])

`slack.next(Fault.DROPPED_STORED)` makes the next post fail that way; `slack.chances = {Fault.ERROR_STORED: 0.02}` makes
it happen by chance, `slack.troubles = {token: Fault.HANGS}` always in one workspace. `slack.sent` is every message there
is, oldest first, `slack.calls` counts calls by method. With `slack.limited` it lets through what Slack lets through.
"""

from __future__ import annotations

import asyncio
import base64
import json
import math
import random
import time
from collections import Counter, defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from tests import limits
from tests.limits import Arrival
from tests.loopback import Loopback

TOKEN = "xoxb-fake"
TEAM = "T0ACME"
BOT = "U0COACH"
HANGS_FOR = 60.0
RESPONSE_URL = "response_url"
"""Among the arrivals, where others have a method."""


class Fault(StrEnum):
    """What can go wrong with chat.postMessage and chat.update."""

    DROPPED_STORED = "stored, and the connection dropped before the reply"
    DROPPED = "the connection dropped, nothing stored"
    LATE_REPLY = "stored, the reply after the client has given up"
    LATE_STORED = "the connection dropped, stored a while later"
    ERROR_STORED = "stored, and answered with a 500"
    UNAVAILABLE = "a 503, nothing stored"
    RATE_LIMITED = "a 429 with Retry-After"
    HANGS = "the connection stands, and no answer comes"


@dataclass(slots=True)
class Sent:
    """A message as Slack keeps it."""

    channel: str
    ts: str
    text: str
    blocks: list[Any]
    metadata: Mapping[str, Any]
    user: str
    at: float
    edits: int = 0
    thread_ts: str | None = None
    ephemeral_for: str | None = None


@dataclass(slots=True)
class Code:
    """What somebody agreed to on Slack's page."""

    redirect_uri: str
    user: str
    team: str | None
    enterprise: str | None


@dataclass(slots=True)
class _Rejected(Exception):
    error: str
    more: dict[str, Any] = field(default_factory=dict)


class FakeSlack(Loopback):
    """Threads may read its attributes while it runs; `next`, `revoke` and the settings take effect at once."""

    def __init__(self, *, port: int = 0, seed: int = 7) -> None:
        super().__init__(port)
        self.token = TOKEN
        self.tokens = {TOKEN: TEAM}
        self.names = {TEAM: "Acme"}
        self.tokens_used: dict[str, list[str]] = defaultdict(list)
        """By method."""
        self.clients: dict[str, str] = {}
        """Client secrets by client id."""
        self.codes: dict[str, Code] = {}
        self.rotation = False
        self.refresh_tokens: dict[str, str] = {}
        self.workspaces: dict[str, list[str]] = {}
        """Of an enterprise."""
        self.enterprises: dict[str, str] = {}
        """Of workspaces and of organisation-wide installations, by team or by the enterprise itself."""
        self.users: dict[str, dict[str, Any]] = {}
        self.channels = {"C0SALES"}
        self.scopes = {
            "chat:write",
            "im:write",
            "im:history",
            "users:read",
            "users:read.email",
            "files:write",
            "commands",
        }
        self.chances: dict[Fault, float] = {}
        self.per_channel: float | None = None
        """Posts a second to one channel; above it, 429."""
        self.retry_after = 1
        self.late_by = 2.0
        """Seconds by which a late reply, or late storing, is late."""
        self.history_lag = 0.0
        self.latency = 0.0
        """Seconds before a post or an update is answered."""
        self.latest = 0.0
        """With this, each takes its own time between `latency` and so many seconds."""
        self.closed_as = "user_disabled"
        """What writing to a closed account is refused with."""
        self.limited = False
        self.troubles: dict[str, Fault] = {}
        """What befalls every post and update with that token."""
        self.arrivals: list[Arrival] = []
        """Of posts and updates, while it is `limited`."""
        self.sent: list[Sent] = []
        self.edits: list[tuple[str, str]] = []
        self.calls: Counter[str] = Counter()
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.injected: Counter[Fault] = Counter()
        self.opened: list[tuple[str, dict[str, Any]]] = []
        """Modals: the trigger and the view."""
        self.published: dict[str, dict[str, Any]] = {}
        """Home tabs by user."""
        self.publications: list[tuple[str, dict[str, Any]]] = []
        self.hashes: dict[str, str] = {}
        """Of views, as last written."""
        self.versions = 0
        self.updated: dict[str, dict[str, Any]] = {}
        """Views by id, as last written."""
        self.files: dict[str, bytes] = {}
        self.completed: list[dict[str, Any]] = []
        self.responses: list[tuple[str, dict[str, Any]]] = []
        """What was posted to a response_url (`slack.response_url('any')`)."""
        self._planned: dict[str, deque[Fault]] = defaultdict(deque)
        self._by_place: dict[tuple[str, str], Sent] = {}
        self._last_post: dict[str, float] = {}
        self._turnstile = limits.Turnstile()
        self._ts = time.time()
        self._random = random.Random(seed)
        for user, zone in (
            ("U0MORGAN", "America/New_York"),
            ("U0OLIVIA", "America/New_York"),
            ("U0DANA", "America/Chicago"),
        ):
            self.add_user(user, zone=zone)

    # --- for tests -------------------------------------------------------------------------------------------------
    @property
    def url(self) -> str:
        """For SLACK_API_URL."""
        return f"{self.origin}/api/"

    def response_url(self, name: str) -> str:
        """Of a message it is that one's when it is named `channel:ts`."""
        return f"{self.origin}/response/{name}"

    def add_user(
        self, user: str, *, name: str = "", zone: str = "America/New_York", email: str | None = None, **more: Any
    ) -> None:
        """`more` as Slack says it: is_bot, deleted, is_restricted, is_stranger, team_id, and locale to whoever asks for it."""
        self.users[user] = {"id": user, "name": name or user.lower(), "tz": zone, "email": email, "more": more}

    def next(self, fault: Fault, method: str = "chat.postMessage") -> None:
        """The next call of the method fails so; several queue up."""
        self._planned[method].append(fault)

    def revoke(self, token: str = TOKEN) -> None:
        self.tokens.pop(token, None)

    def to(self, user: str) -> list[Sent]:
        """What a person sees in their direct message, oldest first."""
        return [it for it in self.sent if it.channel == _dm(user)]

    def say(self, user: str, text: str) -> Sent:
        """A person writes into their direct message with the bot (into its history only; no event is sent)."""
        return self._store({"text": text}, _dm(user), user=user)

    # --- running ---------------------------------------------------------------------------------------------------
    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_route("*", "/api/{method}", self._call)
        router.add_post("/upload/v1/{file}", self._upload)
        router.add_post("/response/{name}", self._respond)

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        args = await _arguments(request)
        self.calls[method] += 1
        self.asked.append((method, {key: value for key, value in args.items() if key != "token"}))
        try:
            if method == "oauth.v2.access":  # an app without a token yet
                args["authorization"] = request.headers.get("Authorization", "")
                return web.json_response({"ok": True, **self._do_oauth_v2_access(args)})
            self._authorise(request, args)
            wait = self._wait(method, args) if self.limited else 0
            if wait:
                return await self._turned_away(wait)
            if method in ("chat.postMessage", "chat.update"):
                return await self._write(request, method, args)
            handler = getattr(self, "_do_" + method.replace(".", "_"), None)
            if handler is None:
                raise _Rejected("unknown_method", {"req_method": method})
            # Slack says with every answer what the token may do.
            scopes = {"x-oauth-scopes": ",".join(sorted(self.scopes))}
            return web.json_response({"ok": True, **handler(args)}, headers=scopes)
        except _Rejected as why:
            return web.json_response({"ok": False, "error": why.error, **why.more})

    def _authorise(self, request: web.Request, args: dict[str, Any]) -> None:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or args.get("token")
        if not token:
            raise _Rejected("not_authed")
        self._token = token
        self.tokens_used[request.match_info["method"]].append(token)
        if token not in self.tokens:
            raise _Rejected("token_revoked" if token == self.token else "invalid_auth")

    # --- limits ----------------------------------------------------------------------------------------------------
    def _wait(self, method: str, args: dict[str, Any]) -> int:
        """As Retry-After says it; 0 lets it through."""
        place = str(args.get("channel") or args.get("user") or args.get("user_id") or "")
        rules: list[tuple[Any, Any]] = [((self._token, method), limits.SLACK_METHODS.get(method, ()))]
        if method == "chat.postMessage":
            rules.append(((self._token, place), limits.SLACK_CHANNEL))
        now = time.monotonic()
        wait = math.ceil(self._turnstile.wait(rules, now))
        self.arrivals.append(Arrival(self._token, method, place, now, 429 if wait else 200, wait))
        return wait

    async def _turned_away(self, wait: int) -> web.Response:
        await self._thought()
        body = {"ok": False, "error": "ratelimited"}
        return web.json_response(body, status=429, headers={"Retry-After": str(wait)})

    async def _thought(self) -> None:
        seconds = self._random.uniform(self.latency, self.latest) if self.latest else self.latency
        if seconds:
            await asyncio.sleep(seconds)

    # --- messages --------------------------------------------------------------------------------------------------
    async def _write(self, request: web.Request, method: str, args: dict[str, Any]) -> web.StreamResponse:
        # Another's call may come while this one waits.
        fault = self.troubles.get(self._token)
        await self._thought()
        write = self._prepare_post(args) if method == "chat.postMessage" else self._prepare_update(args)
        fault = fault or self._fault(method, args)
        if fault:
            self.injected[fault] += 1
        match fault:
            case None:
                return web.json_response(write())
            case Fault.RATE_LIMITED:
                body = {"ok": False, "error": "ratelimited"}
                return web.json_response(body, status=429, headers={"Retry-After": str(self.retry_after)})
            case Fault.UNAVAILABLE:
                return web.Response(status=503, text="upstream connect error")
            case Fault.ERROR_STORED:
                write()
                return web.json_response({"ok": False, "error": "internal_error"}, status=500)
            case Fault.LATE_REPLY:
                write()
                await asyncio.sleep(self.late_by)
            case Fault.DROPPED_STORED:
                write()
            case Fault.LATE_STORED:
                self._loop.call_later(self.late_by, write)
            case Fault.HANGS:
                await asyncio.sleep(HANGS_FOR)
            case Fault.DROPPED:
                pass
        if request.transport:
            request.transport.abort()
        return web.Response()

    def _fault(self, method: str, args: dict[str, Any]) -> Fault | None:
        if self._planned[method]:
            return self._planned[method].popleft()
        if method == "chat.postMessage" and self._too_fast(args["channel"]):
            return Fault.RATE_LIMITED
        at = self._random.random()
        for fault, chance in self.chances.items():
            if at < chance:
                return fault
            at -= chance
        return None

    def _too_fast(self, channel: str) -> bool:
        if self.per_channel is None:
            return False
        now = time.monotonic()
        if now - self._last_post.get(channel, -1e9) < 0.9 / self.per_channel:
            return True
        self._last_post[channel] = now
        return False

    def _prepare_post(self, args: dict[str, Any]) -> Any:
        channel = self._channel(_needed(args, "channel"))
        _check_content(args)
        return lambda: self._posted(self._store(args, channel))

    def _prepare_update(self, args: dict[str, Any]) -> Any:
        place = (_needed(args, "channel"), _needed(args, "ts"))
        if place[0] not in self.channels and not place[0].startswith("D"):
            raise _Rejected("channel_not_found")
        if place not in self._by_place:
            raise _Rejected("message_not_found")
        if self._by_place[place].user != BOT:
            raise _Rejected("cant_update_message")
        _check_content(args)
        return lambda: self._posted(self._overwrite(self._by_place[place], args))

    def _store(self, args: dict[str, Any], channel: str, user: str = BOT) -> Sent:
        self._ts = max(self._ts + 0.000_001, time.time())
        message = Sent(
            channel=channel,
            ts=f"{self._ts:.6f}",
            text=args.get("text", ""),
            blocks=args.get("blocks", []),
            metadata=args.get("metadata", {}),
            user=user,
            at=time.monotonic(),
            thread_ts=args.get("thread_ts"),
        )
        self.sent.append(message)
        self._by_place[channel, message.ts] = message
        return message

    def _overwrite(self, message: Sent, args: dict[str, Any]) -> Sent:
        message.text = args.get("text", message.text)
        message.blocks = args.get("blocks", [])
        message.metadata = args.get("metadata", message.metadata)
        message.edits += 1
        self.edits.append((message.channel, message.ts))
        return message

    def _posted(self, message: Sent) -> dict[str, Any]:
        return {
            "ok": True,
            "channel": message.channel,
            "ts": message.ts,
            "text": message.text,
            "message": _shown(message),
        }

    def _channel(self, channel: str) -> str:
        if channel in self.users:
            if self.users[channel]["more"].get("deleted"):
                raise _Rejected(self.closed_as)
            return _dm(channel)
        if channel in self.channels or any(channel == _dm(user) for user in self.users):
            return channel
        raise _Rejected("channel_not_found")

    def _scope(self, needed: str) -> None:
        if needed not in self.scopes:
            raise _Rejected("missing_scope", {"needed": needed, "provided": ",".join(sorted(self.scopes))})

    def _do_conversations_history(self, args: dict[str, Any]) -> dict[str, Any]:
        self._scope("im:history")
        channel = self._channel(_needed(args, "channel"))
        oldest, latest = float(args.get("oldest") or 0), float(args.get("latest") or 1e12)
        seen = time.monotonic() - self.history_lag
        there = [it for it in self.sent if it.channel == channel and oldest < float(it.ts) < latest and it.at <= seen]
        start, limit = int(args.get("cursor") or 0), int(args.get("limit") or 100)
        newest_first = there[::-1]
        page = newest_first[start : start + limit]
        more = len(newest_first) > start + limit
        metadata = str(args.get("include_all_metadata", "")).lower() in {"1", "true"}
        return {
            "messages": [_shown(it, metadata=metadata) for it in page],
            "has_more": more,
            "response_metadata": {"next_cursor": str(start + limit) if more else ""},
        }

    def _do_chat_postEphemeral(self, args: dict[str, Any]) -> dict[str, Any]:
        _check_content(args)
        message = self._store(args, self._channel(_needed(args, "channel")))
        message.ephemeral_for = _needed(args, "user")
        self.sent.remove(message)
        return {"message_ts": message.ts}

    def _do_conversations_open(self, args: dict[str, Any]) -> dict[str, Any]:
        self._scope("im:write")
        user = _needed(args, "users")
        if user not in self.users:
            raise _Rejected("user_not_found")
        return {"channel": {"id": _dm(user)}}

    # --- installing --------------------------------------------------------------------------------------------------
    def _do_oauth_v2_access(self, args: dict[str, Any]) -> dict[str, Any]:
        client, secret = _client_of(args)
        if client not in self.clients:
            raise _Rejected("invalid_client_id")
        if self.clients[client] != secret:
            raise _Rejected("bad_client_secret")
        if args.get("grant_type") == "refresh_token":
            return self._refreshed(args.get("refresh_token", ""))
        code = self.codes.pop(args.get("code", ""), None)
        if code is None:
            raise _Rejected("invalid_code")
        if args.get("redirect_uri") != code.redirect_uri:
            raise _Rejected("bad_redirect_uri")
        return self._granted(code)

    def _granted(self, code: Code) -> dict[str, Any]:
        """As Slack answers: no team for an organisation-wide installation, tokens that expire only with rotation."""
        home = code.team or code.enterprise
        assert home
        named = {"id": code.enterprise, "name": self.names.get(code.enterprise, "")} if code.enterprise else None
        if code.enterprise:
            self.enterprises[home] = code.enterprise
        return {
            "access_token": self._new_token(home),
            "token_type": "bot",
            "scope": ",".join(sorted(self.scopes)),
            "bot_user_id": BOT,
            "app_id": "A0COACH",
            "team": {"id": code.team, "name": self.names.get(code.team, "")} if code.team else None,
            "enterprise": named,
            "is_enterprise_install": code.team is None,
            "authed_user": {"id": code.user},
            **self._rotating(home),
        }

    def _refreshed(self, refresh: str) -> dict[str, Any]:
        home = self.refresh_tokens.pop(refresh, None)
        if home is None:
            raise _Rejected("invalid_refresh_token")
        return {
            "access_token": self._new_token(home),
            "token_type": "bot",
            "scope": ",".join(sorted(self.scopes)),
            "bot_user_id": BOT,
            "app_id": "A0COACH",
            **self._rotating(home),
        }

    def _new_token(self, home: str) -> str:
        token = f"{'xoxe.xoxb' if self.rotation else 'xoxb'}-{home}-{len(self.tokens)}"
        self.tokens[token] = home
        return token

    def _rotating(self, home: str) -> dict[str, Any]:
        if not self.rotation:
            return {}
        refresh = f"xoxe-1-{home}-{len(self.tokens)}"
        self.refresh_tokens[refresh] = home
        return {"refresh_token": refresh, "expires_in": 43200}

    def grant(
        self, redirect_uri: str, *, user: str = "U0MORGAN", team: str | None = TEAM, enterprise: str | None = None
    ) -> str:
        """Somebody said yes on Slack's page; the code that comes back with them."""
        code = f"code.{len(self.codes) + self.calls['oauth.v2.access']}"
        self.codes[code] = Code(redirect_uri, user, team, enterprise)
        return code

    def _do_auth_revoke(self, args: dict[str, Any]) -> dict[str, Any]:
        self.tokens.pop(self._token, None)
        return {"revoked": True}

    def _do_auth_teams_list(self, args: dict[str, Any]) -> dict[str, Any]:
        home = self.tokens[self._token]
        there = self.workspaces.get(home, [home])
        start = int(args.get("cursor") or 0)
        page, more = there[start : start + 2], len(there) > start + 2
        return {
            "teams": [{"id": it, "name": self.names.get(it, it)} for it in page],
            "response_metadata": {"next_cursor": str(start + 2) if more else ""},
        }

    # --- people, views, files --------------------------------------------------------------------------------------
    def _do_auth_test(self, args: dict[str, Any]) -> dict[str, Any]:
        home = self.tokens[self._token]
        enterprise = self.enterprises.get(home)
        return {
            "url": self.origin,
            "team": self.names.get(home, home),
            "user": "coach",
            "team_id": home,
            "user_id": BOT,
            "bot_id": "B0COACH",
            "is_enterprise_install": home.startswith("E"),
            **({"enterprise_id": enterprise} if enterprise else {}),
        }

    def _do_users_info(self, args: dict[str, Any]) -> dict[str, Any]:
        self._scope("users:read")
        known = self.users.get(_needed(args, "user"))
        if known is None:
            raise _Rejected("user_not_found")
        offset = int(datetime.now(ZoneInfo(known["tz"])).utcoffset().total_seconds())
        profile = {"real_name": known["name"]}
        if "users:read.email" in self.scopes and known["email"]:
            profile["email"] = known["email"]
        user = {"id": known["id"], "name": known["name"], "tz": known["tz"], "tz_offset": offset}
        flags = {"deleted": False, "is_bot": False, "is_restricted": False, "team_id": self.tokens[self._token]}
        more = {name: it for name, it in known["more"].items() if name != "locale" or args.get("include_locale")}
        return {"user": {**user, **flags, **more, "profile": profile}}

    def _do_views_open(self, args: dict[str, Any]) -> dict[str, Any]:
        trigger = _needed(args, "trigger_id")
        if trigger.startswith("expired"):
            raise _Rejected("expired_trigger_id")
        if any(trigger == it for it, _ in self.opened):
            raise _Rejected("exchanged_trigger_id")
        view = _view(args, "modal")
        self.opened.append((trigger, view))
        return {"view": self._versioned(f"V{len(self.opened):08}", view)}

    def _do_views_update(self, args: dict[str, Any]) -> dict[str, Any]:
        view_id = args.get("view_id") or _needed(args, "external_id")
        self._same_version(view_id, args)
        self.updated[view_id] = _view(args, "modal")
        return {"view": self._versioned(view_id, self.updated[view_id])}

    def _same_version(self, view_id: str, args: dict[str, Any]) -> None:
        if args.get("hash") and args["hash"] != self.hashes.get(view_id, args["hash"]):
            raise _Rejected("hash_conflict")

    def _versioned(self, view_id: str, view: dict[str, Any]) -> dict[str, Any]:
        """As Slack gives it back, with a new hash for each version."""
        self.versions += 1
        self.hashes[view_id] = f"{1763991000 + self.versions}.{self.versions:06x}"
        return {"id": view_id, "team_id": self.tokens[self._token], "hash": self.hashes[view_id], **view}

    def _do_views_publish(self, args: dict[str, Any]) -> dict[str, Any]:
        user = _needed(args, "user_id")
        self._same_version(f"VH{user}", args)
        self.published[user] = _view(args, "home")
        self.publications.append((user, self.published[user]))
        return {"view": self._versioned(f"VH{user}", self.published[user])}

    def _do_files_getUploadURLExternal(self, args: dict[str, Any]) -> dict[str, Any]:
        self._scope("files:write")
        _needed(args, "filename")
        if int(_needed(args, "length")) <= 0:
            raise _Rejected("invalid_arguments")
        file = f"F{len(self.files) + 1:08}"
        self.files[file] = b""
        return {"upload_url": f"{self.origin}/upload/v1/{file}", "file_id": file}

    async def _upload(self, request: web.Request) -> web.Response:
        file = request.match_info["file"]
        if request.content_type == "multipart/form-data":
            form = await request.post()
            parts = [it.file.read() for it in form.values() if isinstance(it, web.FileField)]
            self.files[file] = parts[0] if parts else b""
        else:
            self.files[file] = await request.read()
        return web.Response(text=f"OK - {len(self.files[file])}")

    def _do_files_completeUploadExternal(self, args: dict[str, Any]) -> dict[str, Any]:
        wanted = _needed(args, "files")
        files = json.loads(wanted) if isinstance(wanted, str) else wanted
        if any(not self.files.get(it["id"]) for it in files):
            raise _Rejected("file_not_found")
        self.completed.append({**args, "files": files})
        return {
            "files": [
                {"id": it["id"], "title": it.get("title"), "permalink": f"{self.origin}/{it['id']}"} for it in files
            ]
        }

    async def _respond(self, request: web.Request) -> web.Response:
        name, body = request.match_info["name"], await request.json()
        self.responses.append((name, body))
        channel, _, ts = name.partition(":")
        found = self._by_place.get((channel, ts))
        if found is not None and body.get("replace_original"):
            if self.limited:
                self.arrivals.append(Arrival("", RESPONSE_URL, channel, time.monotonic(), 200))
            self._overwrite(found, body)
        return web.Response(text="ok")


async def _arguments(request: web.Request) -> dict[str, Any]:
    """From the query, a form or JSON: the SDK uses all three."""
    args: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        args |= await request.json()
    elif request.can_read_body:
        args |= dict(await request.post())
    for name in ("blocks", "metadata", "view"):
        if isinstance(args.get(name), str):
            args[name] = json.loads(args[name])
    return args


def _client_of(args: Mapping[str, Any]) -> tuple[str, str]:
    """HTTP Basic, as Slack prefers, or among the arguments."""
    basic = args.get("authorization", "")
    if basic.startswith("Basic "):
        client, _, secret = base64.b64decode(basic.removeprefix("Basic ")).decode().partition(":")
        return client, secret
    return args.get("client_id", ""), args.get("client_secret", "")


def _needed(args: Mapping[str, Any], name: str) -> Any:
    if args.get(name) in (None, ""):
        raise _Rejected(
            "invalid_arguments", {"response_metadata": {"messages": [f"[ERROR] missing required field: {name}"]}}
        )
    return args[name]


def _check_content(args: Mapping[str, Any]) -> None:
    blocks = args.get("blocks") or []
    if not args.get("text") and not blocks:
        raise _Rejected("no_text")
    if len(args.get("text") or "") > 40_000:
        raise _Rejected("msg_too_long")
    if (
        not isinstance(blocks, list)
        or len(blocks) > 50
        or not all(isinstance(it, dict) and it.get("type") for it in blocks)
    ):
        raise _Rejected("invalid_blocks")
    metadata = args.get("metadata")
    if metadata and not (metadata.get("event_type") and isinstance(metadata.get("event_payload"), dict)):
        raise _Rejected("invalid_metadata_schema")


def _view(args: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """What Slack refuses of a view: another kind, tables, inputs without a button that sends them."""
    view: dict[str, Any] = _needed(args, "view")
    blocks = view.get("blocks", [])
    if view.get("type") != kind or not 0 < len(blocks) <= 100 or any(it["type"] == "table" for it in blocks):
        raise _Rejected("invalid_arguments")
    if kind == "modal" and ("title" not in view or len(view["title"]["text"]) > 24):
        raise _Rejected("invalid_arguments")
    if kind == "modal" and any(it["type"] == "input" for it in blocks) and "submit" not in view:
        raise _Rejected("invalid_arguments")
    if len(view.get("private_metadata", "")) > 3000 or len(view.get("submit", {}).get("text", "")) > 24:
        raise _Rejected("invalid_arguments")
    if len(json.dumps(view)) > 250_000:
        raise _Rejected("view_too_large")
    return view


def _shown(message: Sent, *, metadata: bool = True) -> dict[str, Any]:
    shown: dict[str, Any] = {"type": "message", "user": message.user, "ts": message.ts, "text": message.text}
    if message.user == BOT:
        shown["bot_id"] = "B0COACH"
    if message.blocks:
        shown["blocks"] = message.blocks
    if message.metadata and metadata:
        shown["metadata"] = message.metadata
    return shown


def _dm(user: str) -> str:
    return "D" + user.removeprefix("U")
