"""One worker of the torture: the program's own outbox, runner and Slack channel, in a process that may be killed.

`python -m tests.torture_worker '{"database": "sqlite:///…", "slack": "http://127.0.0.1:…/api/", …}'`
"""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import sys
from datetime import timedelta
from typing import Any

from bot.clock import RealClock
from bot.delivery import Delivery
from bot.slack.api import Api
from bot.slack.outbound import SlackChannel
from storage.database import create_engine
from storage.deliveries import Pace, Patience
from storage.outbox import Outbox
from storage.store import SqlStore
from tests.fake_slack import TOKEN


def patience(seconds: dict[str, float]) -> Patience:
    """From seconds by name."""
    return Patience(**{name: timedelta(seconds=it) for name, it in seconds.items()})


async def work(told: dict[str, Any]) -> None:
    """Until SIGTERM."""
    api = Api(TOKEN, told["slack"], timeout=told["timeout"])
    channel = SlackChannel(api)
    channel.pace = Pace(company=timedelta(0), conversation=timedelta(seconds=told["pace"]))
    store = SqlStore(create_engine(told["database"]))
    delivery = Delivery(Outbox(store, patience(told["patience"])), (channel,), RealClock())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, delivery.stop)
    try:
        await delivery.run()
    finally:
        await api.close()
        store.engine.dispose()


if __name__ == "__main__":
    logging.basicConfig(stream=sys.stderr, level=logging.ERROR)
    asyncio.run(work(json.loads(sys.argv[1])))
