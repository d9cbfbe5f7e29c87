"""Microsoft's SDK on the way out: its clients, and what they are given. Imported only once somebody is written to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botbuilder.schema import ChannelAccount, ConversationParameters
from botframework.connector.aio import ConnectorClient
from botframework.connector.auth import AppCredentials
from botframework.connector.bot_framework_sdk_client_async import BotFrameworkConnectorConfiguration
from msrest.pipeline import AsyncPipeline
from msrest.pipeline.universal import RawDeserializer

if TYPE_CHECKING:
    from bot.teams.transport import Transport


def client(url: str, app_id: str, transport: Transport) -> Any:
    """For one service; it takes milliseconds to make."""

    def pipeline(_config: object) -> AsyncPipeline:
        return AsyncPipeline([RawDeserializer()], transport)

    # The credentials are never asked: the transport has its own.
    nobody = AppCredentials(app_id)
    config = BotFrameworkConnectorConfiguration(nobody, url, pipeline_type=pipeline)
    return ConnectorClient(nobody, url, custom_configuration=config)


def conversation(bot: str, tenant: str, person: str) -> ConversationParameters:
    """The bot's with one person."""
    return ConversationParameters(
        is_group=False,
        bot=ChannelAccount(id=bot),
        members=[ChannelAccount(id=person)],
        tenant_id=tenant,
        channel_data={"tenant": {"id": tenant}},
    )
