"""Messages out to Slack: one try each, and a plain word about how it went."""

from __future__ import annotations

import asyncio
import logging
import math
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.channel import Busy, Parcel, Reference, Refused, Unknown
from bot.links import Links, NoLinks
from bot.slack.api import Api, Reply
from bot.slack.app import PLATFORM, slack_id
from bot.slack.inbound import labelled
from bot.slack.render import ALT_MAX, render
from bot.slack.replies import Replies
from bot.slack.workspaces import Workspaces
from coaching.card import Picture
from coaching.company import Company
from coaching.people import Member

log = logging.getLogger(__name__)

EVENT_TYPE = "coach_delivery"
Draw = Callable[[Picture], bytes]

LOOK_BACK = timedelta(seconds=60)
"""Slack's clock and ours needn't agree."""
PAGES_MAX = 5
PAGE = 100
RETRY_AFTER_MAX = timedelta(hours=1)
RETRY_AFTER = timedelta(seconds=30)
UNREACHABLE = timedelta(seconds=10)
PICTURES_KEPT = 200
PICTURE_TRIES = 3
PICTURE_WAIT = timedelta(seconds=3)
NOT_INSTALLED = "the app was taken out of the workspace; connect it again"

# Slack says of these that some of it may have happened all the same.
PERHAPS_DONE = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
NO_RIGHT = "missing_scope"
# About the installation: every other message of the company would fail the same way.
WHOLE_COMPANY = frozenset(
    {
        "account_inactive",
        "access_denied",
        "ekm_access_denied",
        "enterprise_is_restricted",
        "invalid_auth",
        NO_RIGHT,
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
        "two_factor_setup_required",
    }
)
# About an account: there is nobody to write to any more.
CLOSED = frozenset({"cannot_dm_bot", "user_disabled", "user_not_found", "user_not_visible"})
NOBODY_THERE = "channel_not_found"
"""What Slack says of an id that it can't place: a closed account's, or one that never was in this workspace."""
LATER = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded", "team_added_to_org"})


class SlackChannel:
    """Implements `bot.channel.Channel`, each company in its own workspace."""

    platform = PLATFORM

    def __init__(
        self,
        api: Api,
        *,
        workspaces: Workspaces | None = None,
        links: Callable[[str], Links] = lambda _company: NoLinks(),
        draw: Draw | None = None,
        replies: Replies | None = None,
        closed: Callable[[Company, Member], None] = lambda *_: None,
    ) -> None:
        """`api` speaks for everybody where no `workspaces` know better. `closed` is told, in a thread, of accounts."""
        self._api = api
        self._workspaces = workspaces
        self._links = links
        self._pictures = _Pictures(draw)
        self._replies = replies or Replies()
        self._closed = closed
        self._conversations: dict[tuple[str, str], str] = {}
        """A person's direct message with us never moves."""

    def reaches(self, company: Company, member: Member) -> bool:
        """Whether the company has a workspace and the member an id in it, whose account isn't closed."""
        return bool(member.open_handles.get(PLATFORM)) and self.speaks(company)

    def speaks(self, company: Company) -> bool:
        """Whether it has a workspace with an app in it."""
        return bool(company.slack_team) and (self._workspaces is None or self._workspaces.connected(company))

    async def send(self, parcel: Parcel) -> Reference:
        """Post it, or overwrite `replaces`. Raises Busy, Refused or Unknown."""
        api = self._speaker(parcel.company)
        files = await self._pictures.of(parcel, api)
        method, body = self._written(parcel, files)
        if parcel.replaces and await self._replied(parcel, body):
            return dict(parcel.replaces)
        try:
            reply = await _tried(_taken(api.write(method, body)))
        except Refused as refused:
            if files and str(refused) == "invalid_blocks":
                self._pictures.doubt(parcel)
                raise Busy(PICTURE_WAIT, "Slack is still busy with the picture", whole_company=False) from None
            if not parcel.replaces:
                await self._nobody(parcel, str(refused))
            raise
        place = _place(reply)
        if not parcel.replaces:
            self._conversations[parcel.company.slug, parcel.member.handles[PLATFORM]] = place["channel"]
        return place

    async def find(self, parcel: Parcel) -> Reference | None:
        """Its place, when the conversation has a message with its nonce. Refused without `im:history`."""
        client = self._speaker(parcel.company).client
        channel = await self._conversation(parcel, client)
        asked: dict[str, Any] = {"channel": channel, "limit": PAGE, "include_all_metadata": True}
        if parcel.attempt_at:
            asked["oldest"] = f"{(parcel.attempt_at - LOOK_BACK).timestamp():.6f}"
        for _ in range(PAGES_MAX):
            reply = await _looked(client.conversations_history(**asked))
            for message in reply.get("messages") or ():
                if _nonce(message) == parcel.nonce:
                    return {"channel": channel, "ts": message["ts"]}
            asked["cursor"] = (reply.get("response_metadata") or {}).get("next_cursor")
            if not asked["cursor"]:
                return None
        raise Refused("there is more in the conversation than can be looked through")

    async def _replied(self, parcel: Parcel, body: Mapping[str, Any]) -> bool:
        """Where the card was pressed just now. What goes wrong there is made good by the ordinary way."""
        assert parcel.replaces
        place = (parcel.company.slug, parcel.replaces["channel"], parcel.replaces["ts"])
        url = self._replies.use(place)
        shown = {"replace_original": True, "text": body["text"], "blocks": body["blocks"]}
        return url is not None and await self._api.respond(url, shown)

    async def _nobody(self, parcel: Parcel, error: str) -> None:
        """Where there is nobody to write to, another channel is tried, or the message waits."""
        name, handle = parcel.member.name, parcel.member.handles[PLATFORM]
        if error in CLOSED:
            await asyncio.to_thread(self._closed, parcel.company, parcel.member)
            raise Refused(f"{name}'s account in Slack is closed ({handle}: {error})", elsewhere=True) from None
        if error == NOBODY_THERE:
            why = f"Slack knows no {handle} in this workspace, which is {name}'s id ({error})"
            raise Refused(why, elsewhere=True) from None

    def _speaker(self, company: Company) -> Api:
        api = self._workspaces.api(company) if self._workspaces else self._api
        if api is None:
            raise Refused(NOT_INSTALLED, whole_company=True)
        return api

    def _written(self, parcel: Parcel, files: Mapping[Picture, str]) -> tuple[str, dict[str, Any]]:
        """The method and what it is told."""
        company, slug = parcel.company, parcel.company.slug
        message = render(
            parcel.card,
            mentions=lambda member: slack_id(company, member),
            links=self._links(slug),
            pictures=files.get,
        )
        body = {
            "text": message["text"],
            "blocks": labelled(message["blocks"], parcel.key),
            # Metadata is readable by everyone in the workspace: an opaque key, and nothing else.
            "metadata": {"event_type": EVENT_TYPE, "event_payload": {"k": parcel.nonce}},
            "link_names": False,
        }
        if parcel.replaces:
            return "chat.update", {"channel": parcel.replaces["channel"], "ts": parcel.replaces["ts"], **body}
        channel = parcel.member.handles[PLATFORM]
        return "chat.postMessage", {"channel": channel, **body, "unfurl_links": False, "unfurl_media": False}

    async def _conversation(self, parcel: Parcel, client: AsyncWebClient) -> str:
        if parcel.replaces:
            return str(parcel.replaces["channel"])
        them = (parcel.company.slug, parcel.member.handles[PLATFORM])
        if them not in self._conversations:
            reply = await _looked(client.conversations_open(users=them[1]))
            self._conversations[them] = str(reply["channel"]["id"])
        return self._conversations[them]


class _Pictures:
    """Uploaded once per message, so that a retry doesn't fill the workspace with copies."""

    def __init__(self, draw: Draw | None) -> None:
        self._draw = draw
        self._uploaded: OrderedDict[str, dict[Picture, str]] = OrderedDict()
        self._doubts: dict[str, int] = {}

    async def of(self, parcel: Parcel, api: Api) -> Mapping[Picture, str]:
        """File ids by picture; empty where files may not be written, and the pictures' words stand for them."""
        pictures = [it for it in parcel.card.elements if isinstance(it, Picture)]
        if not pictures or self._draw is None or self._doubts.get(parcel.nonce, 0) >= PICTURE_TRIES:
            return {}
        if parcel.nonce not in self._uploaded:
            self._keep(parcel.nonce, {it: file for it in pictures if (file := await self._file(it, api.client))})
        return self._uploaded[parcel.nonce]

    def doubt(self, parcel: Parcel) -> None:
        """Slack works on a new file for a while and refuses it until then; after a few tries it goes without."""
        self._doubts[parcel.nonce] = self._doubts.get(parcel.nonce, 0) + 1

    async def _file(self, picture: Picture, client: AsyncWebClient) -> str | None:
        assert self._draw is not None
        try:
            drawn = await asyncio.to_thread(self._draw, picture)
            reply = await client.files_upload_v2(
                file=drawn, filename="chart.png", title=picture.title, alt_txt=picture.alt[:ALT_MAX]
            )
        except (SlackClientError, aiohttp.ClientError, TimeoutError) as problem:
            log.info("a picture goes as words: %s", type(problem).__name__)
            return None
        return str(reply["files"][0]["id"])

    def _keep(self, nonce: str, files: dict[Picture, str]) -> None:
        self._uploaded[nonce] = files
        while len(self._uploaded) > PICTURES_KEPT:
            gone, _ = self._uploaded.popitem(last=False)
            self._doubts.pop(gone, None)


async def _taken(call: Awaitable[Reply]) -> Mapping[str, Any]:
    reply = await call
    if not reply.ok:
        raise _told(reply.status, str(reply.data.get("error") or ""), reply.retry_after)
    return reply.data


async def _tried(call: Awaitable[Any]) -> Any:
    """A call that changes something, its failure told as one of ours."""
    try:
        return await call
    except (Busy, Refused, Unknown):
        raise
    except SlackApiError as problem:
        raise _of_client(problem.response) from None
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as problem:
        # No byte of the request has left: no address, no connection, no TLS.
        raise Busy(UNREACHABLE, type(problem).__name__) from None
    except Exception as problem:  # noqa: BLE001 - the client trips over odd replies in odd ways, and each leaves it open
        raise Unknown(type(problem).__name__) from None


async def _looked(call: Awaitable[Any]) -> Any:
    """A call that only looks: what is unclear is simply asked again later."""
    try:
        return await _tried(call)
    except Unknown as unclear:
        raise Busy(RETRY_AFTER, str(unclear), whole_company=False) from None
    except Refused as refused:
        # Reading is a right of its own: without it messages can still be sent.
        raise Refused(str(refused), whole_company=refused.whole_company and str(refused) != NO_RIGHT) from None


def _of_client(response: Any) -> Busy | Refused | Unknown:
    # The client hands over its own response, or aiohttp's when the body was no JSON.
    status: int = getattr(response, "status_code", None) or getattr(response, "status", 0) or 0
    data = getattr(response, "data", None)
    error = str(data.get("error") or "") if isinstance(data, dict) else ""
    return _told(status, error, response.headers.get("Retry-After"))


def _told(status: int, error: str, wait: str | None) -> Busy | Refused | Unknown:
    if status == 429 or error in LATER:
        return Busy(retry_after(wait), error or "ratelimited")
    if status >= 500 or not error or error in PERHAPS_DONE:
        return Unknown(error or f"HTTP {status}")
    return Refused(error, whole_company=error in WHOLE_COMPANY)


def retry_after(header: str | None) -> timedelta:
    """What Slack asks for, in seconds, within reason."""
    try:
        seconds = float(header or "")
    except ValueError:
        return RETRY_AFTER
    if not math.isfinite(seconds):
        return RETRY_AFTER
    return timedelta(seconds=min(max(seconds, 1.0), RETRY_AFTER_MAX.total_seconds()))


def _place(reply: Any) -> dict[str, str]:
    channel, ts = reply.get("channel"), reply.get("ts")
    if not isinstance(channel, str) or not isinstance(ts, str):
        raise Unknown("an answer that doesn't say where the message is")
    return {"channel": channel, "ts": ts}


def _nonce(message: Mapping[str, Any]) -> str | None:
    match message.get("metadata"):
        case {"event_type": str(kind), "event_payload": {"k": str(nonce)}} if kind == EVENT_TYPE:
            return nonce
    return None
