"""botbuilder's adapter, with a `process` of our own and everything that it would make anew for each turn made once.

The stock `CloudAdapter.process` answers every card action and dialog with 500, and a turn costs it fifty times ours.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from botbuilder.core import CloudAdapterBase, InvokeResponse, TurnContext
from botbuilder.schema import Activity, ChannelAccount, ConversationAccount
from botframework.connector.auth import AuthenticateRequestResult, BotFrameworkAuthentication, ClaimsIdentity
from botframework.connector.auth.connector_factory import ConnectorFactory

from bot.door import JSON, OK, Answer, Payload
from bot.teams.inbound import INVOKE
from bot.teams.keys import ISSUER

INVOKE_RESPONSE = "invokeResponse"

Turn = Callable[[TurnContext], Awaitable[None]]


class Adapter(CloudAdapterBase):  # type: ignore[misc]  # botbuilder has no types
    """Takes activities whose origin is known already; nothing of the SDK's own checks is asked.

    One for all apps: what is to be said goes out another way, so that a turn needs no client and no credentials.
    """

    def __init__(self) -> None:
        known = _Known()
        super().__init__(known)
        self._result = known.result

    async def process(self, payload: Payload, turn: Turn) -> Answer:
        """One activity through the SDK's pipeline; what it answers an invoke with."""
        activity = _activity(payload)
        invoked = await self.process_activity(self._result, activity, turn)
        if activity.type != INVOKE:
            return OK
        status, body = (invoked.status, invoked.body) if isinstance(invoked, InvokeResponse) else (200, None)
        # An invoke that nobody answered is told so with an empty body: 501 would count against the bot.
        return Answer(200 if status == 501 else status, json.dumps(body or {}, ensure_ascii=False).encode(), JSON)


async def answer(context: TurnContext, body: Mapping[str, Any]) -> None:
    """What an invoke is answered with, as plain JSON: the SDK's own classes for it can't be serialized."""
    said = InvokeResponse(status=200, body=dict(body))
    await context.send_activity(Activity(type=INVOKE_RESPONSE, value=said))


class _Factory(ConnectorFactory):  # type: ignore[misc]  # botframework has no types
    async def create(self, service_url: str, audience: str) -> object:  # noqa: ARG002 - the base class's signature
        """Nobody is spoken to within a turn, but the SDK wants something there."""
        return self


class _Known(BotFrameworkAuthentication):  # type: ignore[misc]  # botframework has no types
    """Who calls was found out before; this only hands over what was made once."""

    def __init__(self) -> None:
        self.result = AuthenticateRequestResult()
        self.result.claims_identity = ClaimsIdentity({}, is_authenticated=True)
        self.result.audience = ISSUER
        self.result.connector_factory = _Factory()

    async def authenticate_request(self, activity: Activity, auth_header: str) -> Any:  # noqa: ARG002 - the SDK's signature - the SDK's
        raise PermissionError("the front door does this")

    async def authenticate_streaming_request(self, auth_header: str, channel_id_header: str) -> Any:  # noqa: ARG002
        raise PermissionError("nothing is streamed")

    def create_connector_factory(self, claims_identity: Any) -> Any:  # noqa: ARG002 - there is one identity
        return self.result.connector_factory

    async def create_user_token_client(self, claims_identity: Any) -> None:
        """Nobody signs in here."""


def _activity(payload: Payload) -> Activity:
    """What a turn needs, taken over by hand: the SDK's deserializer costs more than all the rest, and fails on news."""
    return Activity(
        type=payload["type"],
        id=payload.get("id"),
        name=payload.get("name"),
        channel_id=payload["channelId"],
        service_url=payload["serviceUrl"],
        from_property=_account(payload.get("from")),
        recipient=_account(payload.get("recipient")),
        conversation=_conversation(payload.get("conversation")),
        text=payload.get("text"),
        value=payload.get("value"),
        channel_data=payload.get("channelData"),
    )


def _account(it: Mapping[str, Any] | None) -> ChannelAccount:
    it = it or {}
    return ChannelAccount(id=it.get("id"), name=it.get("name"), aad_object_id=it.get("aadObjectId"))


def _conversation(it: Mapping[str, Any] | None) -> ConversationAccount:
    it = it or {}
    return ConversationAccount(
        id=it.get("id"), conversation_type=it.get("conversationType"), is_group=it.get("isGroup")
    )
