"""Delivery, Slack's own client and a Slack that fails: what people end up seeing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from bot.clock import real_now
from bot.delivery import Delivery
from bot.slack.api import Api
from bot.slack.outbound import SlackChannel
from coaching.decision import Kind
from tests.builders import a_company
from tests.delivering import World
from tests.fake_slack import FakeSlack, Fault

OVERDUE = timedelta(minutes=3)


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as it:
        yield it


@pytest.fixture
def world(each_engine: Engine) -> World:
    world = World(each_engine, a_company(slack_team="T0ACME"))
    # Slack's history is asked from the attempt on, and the fake's clock is the machine's.
    world.real.at = real_now()
    return world


def on_slack(world: World, slack: FakeSlack, *steps: Callable[[Delivery], Awaitable[object]]) -> None:
    async def live() -> None:
        api = Api(slack.token, slack.url, timeout=1)
        delivery = Delivery(world.outbox, (SlackChannel(api),), world.clock)
        try:
            for it in steps:
                await it(delivery)
        finally:
            await api.close()

    asyncio.run(live())


async def now(delivery: Delivery) -> None:
    await delivery.step()


def after(world: World, **by: float) -> Callable[[Delivery], Awaitable[object]]:
    async def step(delivery: Delivery) -> None:
        world.real.move(**by)
        await delivery.step()

    return step


@pytest.mark.parametrize("fault", [Fault.DROPPED_STORED, Fault.ERROR_STORED, Fault.LATE_REPLY])
def test_a_message_whose_reply_was_lost_is_there_once(world: World, slack: FakeSlack, fault: Fault) -> None:
    slack.next(fault)
    world.queue("hello")
    on_slack(world, slack, now, after(world, seconds=31), after(world, seconds=10))
    assert [it.text for it in slack.to("U0DANA")] == ["hello"]
    assert world.row("hello").reference == {"channel": "D0DANA", "ts": slack.sent[0].ts}


@pytest.mark.parametrize("fault", [Fault.DROPPED, Fault.UNAVAILABLE, Fault.RATE_LIMITED])
def test_a_message_that_did_not_arrive_arrives_later_once(world: World, slack: FakeSlack, fault: Fault) -> None:
    slack.next(fault)
    world.queue("hello")
    on_slack(world, slack, now, after(world, seconds=31), after(world, seconds=10))
    assert [it.text for it in slack.to("U0DANA")] == ["hello"]


def test_without_the_right_to_look_a_lost_checkin_is_not_repeated_and_a_lost_escalation_says_so(
    world: World, slack: FakeSlack
) -> None:
    slack.scopes.discard("im:history")
    world.queue("good morning")
    world.queue("help", to="morgan", kind=Kind.ESCALATION)
    slack.next(Fault.DROPPED_STORED)
    slack.next(Fault.DROPPED_STORED)
    on_slack(world, slack, now, after(world, seconds=31), after(world, seconds=10))
    assert [it.text for it in slack.to("U0DANA")] == ["good morning"]
    assert [it.text for it in slack.to("U0MORGAN")] == ["help", "help (this may be a repeat)"]
    assert set(world.states().values()) == {"sent"}


def test_an_answered_card_is_overwritten_in_place(world: World, slack: FakeSlack) -> None:
    world.queue("ask")
    on_slack(world, slack, now)
    world.queue("answered", replaces="ask")
    on_slack(world, slack, after(world, seconds=1))
    assert [(it.text, it.edits) for it in slack.sent] == [("answered", 1)]


def test_a_revoked_token_holds_everything_until_it_is_mended(world: World, slack: FakeSlack) -> None:
    slack.revoke()
    world.queue("hello")
    on_slack(world, slack, now)
    [told] = world.outbox.undelivered(world.clock.now() + OVERDUE)
    assert (told.state, told.reason) == ("queued", "token_revoked")
    slack.tokens[slack.token] = "T0ACME"
    world.outbox.resume("acme")
    on_slack(world, slack, after(world, seconds=1))
    assert [it.text for it in slack.sent] == ["hello"]
