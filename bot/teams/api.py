"""Teams' connector: one client per service URL, kept; each call tried once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from botbuilder.schema import Activity, Attachment, ChannelAccount, ConversationParameters
from botframework.connector.aio import ConnectorClient
from botframework.connector.auth import AppCredentials
from botframework.connector.bot_framework_sdk_client_async import BotFrameworkConnectorConfiguration
from msrest.pipeline import AsyncPipeline
from msrest.pipeline.universal import RawDeserializer

from bot.settings import AppType, Settings
from bot.teams.keys import Keys
from bot.teams.login import Login, ManagedLogin, SecretLogin
from bot.teams.place import Place
from bot.teams.service_urls import GLOBAL, ServiceUrls
from bot.teams.transport import Rejected, Transport

CARD = "application/vnd.microsoft.card.adaptive"
MANY_TENANTS = "botframework.com"
"""Where a bot of several tenants logs in."""
CONNECTIONS_MAX = 64
CLIENTS_MAX = 64


class WrongPlace(Exception):  # noqa: N818 - a state, not a mistake
    """Not one of Microsoft's, nor of the settings': nothing of ours is sent there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A card with its line for the notification, or plain words. Never both: Teams would make two messages of it."""

    card: Mapping[str, Any] | None = None
    words: str = ""
    alert: bool = True


class Api:
    """Opened in the loop that first uses it; `close` it there. Raises what `Transport` does, and WrongPlace."""

    def __init__(self, settings: Settings) -> None:
        self.app_id = settings.microsoft_app_id or ""
        self.services = ServiceUrls(
            settings.microsoft_service_urls, any_loopback=settings.coach_teams_dangerously_unauthenticated
        )
        self.begin_at = next(iter(settings.microsoft_service_urls), GLOBAL)
        """Where a conversation is opened with somebody of a company that nobody was ever heard from."""
        self._session: aiohttp.ClientSession | None = None
        self.keys = Keys(settings.microsoft_openid_metadata_url, self.session)
        self.login = _login(settings, self)
        self._clients: dict[str, Any] = {}

    @property
    def bot(self) -> str:
        """What the bot is called in Teams."""
        return f"28:{self.app_id}"

    def session(self) -> aiohttp.ClientSession:
        """One for everything that goes to Microsoft. No proxies or passwords from the environment, no cookies."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS_MAX), cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._session

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
        self._session = None

    # --- calls -----------------------------------------------------------------------------------------------------
    async def send(self, place: Place, content: Content) -> str:
        """The message's id."""
        activity = _activity(content)
        made = await self.client(place.service_url).conversations.send_to_conversation(place.conversation, activity)
        return _id(made)

    async def update(self, place: Place, message: str, content: Content) -> None:
        """Overwrite a message of ours."""
        activity = _activity(content)
        activity.id = message
        await self.client(place.service_url).conversations.update_activity(place.conversation, message, activity)

    async def open(self, service_url: str, tenant: str, person: str) -> Place:
        """The conversation with somebody who has the app; the same each time it is asked for."""
        wanted = ConversationParameters(
            is_group=False,
            bot=ChannelAccount(id=self.bot),
            members=[ChannelAccount(id=person)],
            tenant_id=tenant,
            channel_data={"tenant": {"id": tenant}},
        )
        return Place(service_url, _id(await self.client(service_url).conversations.create_conversation(wanted)))

    def client(self, service_url: str) -> Any:
        """The SDK's, which takes milliseconds to make. Only where it is allowed, whoever named the place."""
        if not self.services.allow(service_url):
            raise WrongPlace(service_url)
        url = service_url.rstrip("/") + "/"
        if url not in self._clients:
            if len(self._clients) >= CLIENTS_MAX:
                self._clients.clear()
            self._clients[url] = self._made(url)
        return self._clients[url]

    def _made(self, url: str) -> Any:
        transport = Transport(self.session, self.login)

        def pipeline(_config: object) -> AsyncPipeline:
            return AsyncPipeline([RawDeserializer()], transport)

        # The credentials are never asked: the transport has its own.
        nobody = AppCredentials(self.app_id)
        config = BotFrameworkConnectorConfiguration(nobody, url, pipeline_type=pipeline)
        return ConnectorClient(nobody, url, custom_configuration=config)


def _login(settings: Settings, api: Api) -> Login | None:
    if settings.microsoft_app_id is None:
        return None
    if settings.app_type is AppType.MANAGED_IDENTITY:
        return ManagedLogin(settings.microsoft_app_id)
    assert settings.microsoft_app_password
    tenant = settings.microsoft_app_tenant_id
    return SecretLogin(
        settings.microsoft_login_url,
        MANY_TENANTS if settings.app_type is AppType.MULTI_TENANT or tenant is None else tenant,
        settings.microsoft_app_id,
        settings.microsoft_app_password.get_secret_value(),
        api.session,
    )


def _activity(content: Content) -> Activity:
    if content.card is None:
        return Activity(type="message", text=content.words, text_format="plain")
    return Activity(
        type="message",
        summary=content.words,
        attachments=[Attachment(content_type=CARD, content=dict(content.card))],
        channel_data={"notification": {"alert": True}} if content.alert else None,
    )


def _id(made: Any) -> str:
    found = getattr(made, "id", None)
    if not isinstance(found, str) or not found:
        raise Rejected(200, "NoId")
    return found
