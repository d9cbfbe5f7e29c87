"""What becomes of a message, on both databases, with a channel that fails in every way it may."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from bot import delivery, places
from bot.channel import Busy, Parcel, Refused, Unknown
from bot.delivery import Delivery
from coaching.card import note
from coaching.decision import Decision, Kind
from storage.database import EVERY_COMPANY, session
from storage.deliveries import Pace, Patience
from storage.outbox import Outbox
from storage.tables import DeliveryRow
from tests.builders import a_company, a_manager, a_member
from tests.delivering import NOW, SOON, FakeChannel, World

Run = asyncio.run


@pytest.fixture
def world(each_engine: Engine) -> World:
    return World(each_engine)


def step(world: World) -> int:
    return Run(world.delivery.step())


def test_a_queued_message_is_sent_once_and_its_reference_kept(world: World) -> None:
    world.queue("hello")
    assert step(world) == 1
    assert step(world) == 0
    assert world.slack.sent == [("dana", "hello")]
    row = world.row("hello")
    assert (row.state, row.reference, row.platform, row.lease_until) == ("sent", {"n": "m0"}, "slack", None)


def test_nothing_goes_before_its_time(world: World) -> None:
    world.queue("later", not_before=NOW + timedelta(hours=1))
    assert step(world) == 0
    world.clock.move(hours=1)
    assert step(world) == 1


def test_what_was_withdrawn_never_goes(world: World) -> None:
    world.queue("hello", by_mail_too=True)
    world.apply(Decision(withdraw=("hello",)))
    assert step(world) == 0
    assert world.states() == {"hello": "withdrawn", "hello:mail": "withdrawn"}


# --- order, pace and fairness ----------------------------------------------------------------------------------------
def test_messages_to_one_person_keep_their_order_whatever_their_priority(world: World) -> None:
    world.queue("first", kind=Kind.DIGEST)
    world.queue("second", kind=Kind.REPLY)
    step(world)
    assert world.slack.said == ["first", "second"]


def test_one_that_waits_for_its_next_try_holds_back_the_later_ones_of_that_person_only(world: World) -> None:
    world.slack.next(Busy(timedelta(seconds=30), "not now", whole_company=False))
    world.queue("first")
    world.queue("second")
    world.queue("other", to="morgan")
    step(world)
    assert world.slack.said == ["other"]
    Run(world.later(seconds=34))
    assert world.slack.said == ["other", "first", "second"]


def test_the_urgent_goes_before_the_rest_of_a_company(each_engine: Engine) -> None:
    people = [a_member(f"p{n}") for n in range(12)]
    world = World(each_engine, a_company(*people))
    for n in range(11):
        world.queue(f"digest {n}", to=f"p{n}", kind=Kind.DIGEST)
    world.queue("help", to="p11", kind=Kind.ESCALATION)
    assert next(it.key for it in world.outbox.claim(NOW, 8)) == "help"


def test_a_conversation_goes_at_the_pace_of_its_channel(each_engine: Engine) -> None:
    world = World(
        each_engine, channels=(FakeChannel(pace=Pace(company=timedelta(0), conversation=timedelta(seconds=1))),)
    )
    world.queue("first")
    world.queue("second")
    assert [step(world), Run(world.later(seconds=0.9)), Run(world.later(seconds=0.1))] == [1, 0, 1]


def test_a_company_goes_at_the_pace_of_its_channel(each_engine: Engine) -> None:
    people = [a_member(f"p{n}") for n in range(10)]
    world = World(each_engine, a_company(*people), channels=(FakeChannel(pace=Pace()),))
    for n in range(10):
        world.queue(f"m{n}", to=f"p{n}")
    went = [step(world)] + [Run(world.later(seconds=0.25)) for _ in range(5)]
    assert went == [5, 0, 0, 0, 0, 5]


def test_a_company_with_few_messages_does_not_wait_on_anothers_backlog(each_engine: Engine) -> None:
    loud = a_company(*[a_member(f"p{n}") for n in range(40)], slug="loud")
    quiet = [a_company(slug=f"quiet{n}") for n in range(3)]
    world = World(each_engine, loud, *quiet)
    for n in range(40):
        world.queue(f"loud {n}", to=f"p{n}")
    for company in quiet:
        world.queue(company.slug, company=company.slug)
    went = [it.company.slug for it in world.outbox.claim(NOW, 8)]
    assert went.count("loud") == 5
    assert set(went) == {"loud", "quiet0", "quiet1", "quiet2"}


def test_retry_after_holds_the_whole_company_and_uses_no_attempt(each_engine: Engine) -> None:
    world = World(each_engine, a_company(), a_company(slug="other"))
    world.slack.next(Busy(timedelta(seconds=30), "slow down"))
    world.queue("first")
    step(world)
    world.queue("second", to="morgan")
    world.queue("elsewhere", company="other")
    step(world)
    assert world.slack.said == ["elsewhere"]
    assert world.row("first").attempts == 0
    Run(world.later(seconds=34))
    assert sorted(world.slack.said) == ["elsewhere", "first", "second"]


# --- unknown outcomes ------------------------------------------------------------------------------------------------
def test_a_message_whose_reply_was_lost_is_found_and_not_sent_again(world: World) -> None:
    world.slack.next(Unknown("dropped"), stored=True)
    world.queue("hello")
    step(world)
    assert world.slack.said == ["hello"]
    assert (world.row("hello").state, world.row("hello").reference) == ("sent", {"n": "m0"})


def test_a_message_that_did_not_arrive_is_sent_again_only_after_it_has_settled(world: World) -> None:
    world.slack.next(Unknown("dropped"))
    world.queue("hello")
    step(world)
    assert world.row("hello").state == "unknown"
    Run(world.later(seconds=29))
    assert world.row("hello").state == "unknown"
    Run(world.later(seconds=1))
    assert (world.row("hello").state, world.slack.said) == ("queued", [])
    Run(world.later(seconds=3))
    assert (world.row("hello").state, world.slack.said) == ("sent", ["hello"])


def test_a_message_that_arrives_while_it_settles_is_found(world: World) -> None:
    world.slack.next(Unknown("dropped"))
    world.queue("hello")
    step(world)
    world.slack.nonces[world.row("hello").nonce] = "m9"
    Run(world.later(seconds=31))
    assert (world.row("hello").reference, world.slack.said) == ({"n": "m9"}, [])


def test_an_exception_nobody_expected_counts_as_unknown(world: World) -> None:
    world.slack.next(ZeroDivisionError("a mistake of ours"), stored=True)
    world.queue("hello")
    step(world)
    assert (world.slack.said, world.row("hello").state) == (["hello"], "sent")


@pytest.mark.parametrize("kind", [Kind.CHECKIN, Kind.DIGEST, Kind.REVIEW, Kind.NOTICE])
def test_where_nobody_can_look_an_ordinary_message_is_not_repeated(each_engine: Engine, kind: Kind) -> None:
    channel = FakeChannel(finds=False)
    world = World(each_engine, channels=(channel,))
    channel.next(Unknown("dropped"))
    world.queue("hello", kind=kind)
    step(world)
    Run(world.later(hours=1))
    row = world.row("hello")
    assert (channel.said, row.state) == ([], "sent")
    assert "not repeated" in (row.reason or "")


@pytest.mark.parametrize("kind", [Kind.ESCALATION, Kind.REMINDER, Kind.REPLY])
def test_where_nobody_can_look_what_matters_is_repeated_once_and_says_so(each_engine: Engine, kind: Kind) -> None:
    channel = FakeChannel(finds=False)
    world = World(each_engine, channels=(channel,))
    for _ in range(2):
        channel.next(Unknown("dropped"), stored=True)
    world.queue("hello", kind=kind)
    step(world)
    Run(world.later(seconds=10))
    Run(world.later(seconds=60))
    assert channel.said == ["hello", "hello (this may be a repeat)"]
    assert world.row("hello").state == "sent"


def test_after_six_tries_a_message_is_dead_and_can_be_sent_afresh(world: World) -> None:
    for _ in range(6):
        world.slack.next(Unknown("HTTP 503"))
    world.queue("hello", kind=Kind.ESCALATION)
    for _ in range(14):
        Run(world.later(minutes=6))
    assert world.row("hello").state == "dead"
    [told] = world.outbox.undelivered(NOW)
    assert (told.key, told.member, told.kind, told.reason) == (
        "hello",
        "dana",
        "escalation",
        "it never arrived (tried 6 times)",
    )
    assert world.outbox.requeue("acme", "hello", NOW)
    assert not world.outbox.requeue("acme", "hello", NOW)
    step(world)
    assert world.slack.said == ["hello"]


# --- refusals --------------------------------------------------------------------------------------------------------
def test_a_refused_message_is_dead_with_the_reason(world: World) -> None:
    world.slack.next(Refused("channel_not_found"))
    world.queue("hello")
    step(world)
    assert [(it.key, it.reason) for it in world.outbox.undelivered(NOW)] == [("hello", "channel_not_found")]


def test_a_revoked_token_pauses_the_company_on_that_platform_and_loses_nothing(each_engine: Engine) -> None:
    people = (a_member(), a_member("sam"), a_member("kim", handles={}, email="kim@acme.example"))
    slack, mail = FakeChannel(), FakeChannel("mail")
    world = World(each_engine, a_company(*people), channels=(slack, mail))
    slack.next(Refused("token_revoked", whole_company=True))
    world.queue("first", kind=Kind.ESCALATION)
    step(world)
    world.queue("second", to="sam", kind=Kind.ESCALATION)
    world.queue("by mail", to="kim", kind=Kind.ESCALATION)
    step(world)
    assert (slack.said, mail.said) == ([], ["by mail"])
    assert world.row("first").attempts == world.row("second").attempts == 0
    world.outbox.resume("acme")
    step(world)
    assert sorted(slack.said) == ["first", "second"]


def test_a_member_nobody_reaches_is_named_with_what_to_do(each_engine: Engine) -> None:
    channels = (FakeChannel("teams"), FakeChannel("mail"))
    world = World(each_engine, a_company(a_member(handles={})), channels=channels)
    world.queue("hello")
    step(world)
    [told] = world.outbox.undelivered(NOW)
    assert told.reason == (
        "nothing reaches Dana Reyes: ask them to add the coach in Teams, or add teams: or email: to member dana in the "
        "company's file and run coach apply; what isn't too late by then goes by itself"
    )


def test_what_nobody_could_be_reached_with_goes_as_soon_as_they_can_be(each_engine: Engine) -> None:
    world = World(each_engine, a_company(a_member(handles={}), a_member("sam", handles={})))
    world.queue("check-in")
    world.queue("sam's", to="sam")
    step(world)
    assert set(world.states().values()) == {"dead"}
    with world.store.work("acme") as work:
        assert work.unreached() == {"dana", "sam"}
    with world.store.work("acme") as work:
        work.apply(Decision(records=(replace(a_member(), handles={"slack": "U0DANA"}),)), NOW)
    step(world)
    assert (world.slack.said, world.states()) == (["check-in"], {"check-in": "sent", "sam's": "dead"})
    with world.store.work("acme") as work:
        work.keep_company(replace(work.company, members=(a_member(), a_member("sam"))))
    step(world)
    assert world.slack.said == ["check-in", "sam's"]
    with world.store.work("acme") as work:
        assert not work.unreached()
    assert world.outbox.undelivered(NOW) == ()


def test_what_is_too_late_by_then_is_skipped_and_says_so(each_engine: Engine) -> None:
    world = World(each_engine, a_company(a_member(handles={})))
    world.queue("check-in")
    step(world)
    world.clock.move(hours=3)
    with world.store.work("acme") as work:
        work.apply(Decision(records=(a_member(),)), NOW)
    step(world)
    assert (world.slack.said, world.states()) == ([], {"check-in": "skipped_late"})
    [told] = world.outbox.undelivered(world.clock.now())
    assert told.reason == "its time was over before it could be sent"


def test_what_was_refused_for_another_reason_stays_as_it_is(each_engine: Engine) -> None:
    slack = FakeChannel()
    slack.next(Refused("channel_not_found"))
    world = World(each_engine, a_company(a_member()), channels=(slack,))
    world.queue("hello")
    step(world)
    with world.store.work("acme") as work:
        work.apply(Decision(records=(replace(a_member(), email="dana@acme.example"),)), NOW)
    assert world.states() == {"hello": "dead"}


def test_whoever_left_gets_nothing(world: World) -> None:
    world.queue("hello")
    with world.store.work("acme") as work:
        work.apply(Decision(records=(replace(a_member(), active=False),)), NOW)
    step(world)
    assert (world.states(), world.slack.said) == ({"hello": "withdrawn"}, [])


# --- lateness --------------------------------------------------------------------------------------------------------
def test_a_checkin_too_late_is_skipped_and_recorded(world: World) -> None:
    world.queue("hello")
    world.clock.move(hours=2, seconds=1)
    step(world)
    assert (world.states(), world.slack.said) == ({"hello": "skipped_late"}, [])
    assert [it.state for it in world.outbox.undelivered(world.clock.now())] == ["skipped_late"]


def test_an_escalation_is_never_too_late(world: World) -> None:
    world.queue("help", kind=Kind.ESCALATION)
    world.clock.move(days=3)
    step(world)
    assert world.slack.said == ["help"]


def test_lateness_is_judged_again_just_before_sending(world: World) -> None:
    world.queue("hello")
    [message] = world.outbox.claim(NOW, 1)
    world.clock.move(hours=3)
    done = Run(world.delivery._courier.send(message, float("inf")))
    world.outbox.finish([done])
    assert (world.states(), world.slack.said) == ({"hello": "skipped_late"}, [])


@pytest.mark.parametrize(("takes", "left", "begun"), [(12, 14, False), (12, 16, True), (40, 42, False), (40, 44, True)])
def test_a_message_is_not_begun_when_its_lease_might_end_before_the_answer(
    world: World, takes: float, left: float, begun: bool
) -> None:
    world.slack.takes = timedelta(seconds=takes)
    world.queue("hello")
    [message] = world.outbox.claim(NOW, 1)
    done = Run(world.delivery._courier.send(message, time.monotonic() + left))
    world.outbox.finish([done])
    assert (world.slack.said, world.row("hello").state) == ((["hello"], "sent") if begun else ([], "queued"))
    assert world.row("hello").attempts == int(begun)


def test_a_call_that_takes_too_long_is_unknown_and_looked_up(each_engine: Engine) -> None:
    world = World(each_engine, patience=replace(SOON, send=timedelta(seconds=0.05)))
    stored = world.slack.send

    async def slow(parcel: Parcel) -> Mapping[str, Any]:
        await stored(parcel)
        await asyncio.sleep(5)
        raise AssertionError("it should have been cut off")

    world.slack.send = slow
    world.queue("hello")
    step(world)
    assert (world.slack.said, world.row("hello").state) == (["hello"], "sent")


def test_the_audit_settles_what_is_late_and_counts_what_is_stuck(world: World) -> None:
    world.queue("late")
    world.queue("stuck", to="morgan", kind=Kind.ESCALATION)
    world.clock.move(hours=3)
    assert Run(world.delivery.audit()) == 1
    assert world.states() == {"late": "skipped_late", "stuck": "queued"}


# --- replacements ----------------------------------------------------------------------------------------------------
def test_a_newer_version_overwrites_the_message_that_is_there(world: World) -> None:
    world.queue("ask")
    step(world)
    world.queue("answered", replaces="ask", only_edit=True)
    step(world)
    assert (world.slack.said, world.slack.edited) == (["ask"], [("m0", "answered")])


@pytest.mark.parametrize("replaced", ["ask", "v2"])
def test_a_chain_of_versions_always_overwrites_the_first(world: World, replaced: str) -> None:
    world.queue("ask")
    step(world)
    world.queue("v2", replaces="ask")
    step(world)
    world.queue("v3", replaces=replaced)
    step(world)
    assert (world.slack.said, world.slack.edited) == (["ask"], [("m0", "v2"), ("m0", "v3")])


def test_a_newer_version_takes_the_place_of_one_that_was_never_sent(world: World) -> None:
    world.queue("ask", not_before=NOW + timedelta(hours=1))
    world.queue("newer", replaces="ask")
    step(world)
    world.clock.move(hours=1)
    step(world)
    assert (world.slack.said, world.states()) == (["newer"], {"ask": "withdrawn", "newer": "sent"})


def test_what_only_edits_changes_the_message_that_still_waits(world: World) -> None:
    world.queue("ask", not_before=NOW + timedelta(hours=1))
    world.queue("answered", replaces="ask", only_edit=True)
    step(world)
    assert world.slack.said == []
    world.clock.move(hours=1)
    step(world)
    assert (world.slack.said, world.states()) == (["answered"], {"ask": "sent", "answered": "withdrawn"})


def test_what_replaces_a_message_that_never_went_is_sent_as_new_unless_it_only_edits(world: World) -> None:
    world.slack.next(Refused("msg_too_long"))
    world.queue("ask")
    step(world)
    world.queue("newer", replaces="ask")
    world.queue("edit", replaces="ask", only_edit=True)
    step(world)
    assert (world.slack.said, world.states()["edit"]) == (["newer"], "withdrawn")


def test_an_edit_whose_outcome_is_unknown_is_made_again_once_it_has_settled(world: World) -> None:
    world.queue("ask")
    step(world)
    world.slack.next(Unknown("dropped"), stored=True)
    world.queue("answered", replaces="ask")
    step(world)
    Run(world.later(seconds=31))
    assert (world.slack.edited, world.slack.looked) == ([("m0", "answered")] * 2, 0)
    assert world.row("answered").state == "sent"


def test_an_edit_of_a_message_that_is_gone_is_sent_as_new(world: World) -> None:
    world.queue("ask")
    step(world)
    world.slack.next(Refused("message_not_found"))
    world.queue("newer", replaces="ask")
    step(world)
    assert world.slack.said == ["ask", "newer"]


def test_a_version_for_a_channel_that_cannot_edit_is_sent_as_new_unless_it_only_edits(each_engine: Engine) -> None:
    mail = FakeChannel("mail", edits=False)
    world = World(each_engine, a_company(a_member(email="dana@acme.example")), channels=(mail,))
    world.queue("ask")
    step(world)
    world.queue("edit", replaces="ask", only_edit=True)
    world.queue("newer", replaces="ask")
    step(world)
    assert (mail.said, mail.edited, world.states()["edit"]) == (["ask", "newer"], [], "withdrawn")


def test_a_newer_version_waits_while_the_earlier_is_unknown(world: World) -> None:
    world.slack.next(Unknown("dropped"))
    world.queue("ask")
    step(world)
    world.queue("newer", replaces="ask")
    step(world)
    assert world.slack.said == []
    world.slack.nonces[world.row("ask").nonce] = "m9"
    Run(world.later(seconds=31))
    assert world.slack.edited == [("m9", "newer")]


# --- mail as well ----------------------------------------------------------------------------------------------------
def test_the_digest_goes_to_chat_and_by_mail_each_with_its_own_fate(each_engine: Engine) -> None:
    slack, mail = FakeChannel(), FakeChannel("mail")
    world = World(each_engine, a_company(a_manager(email="m@lee.example")), channels=(slack, mail))
    slack.next(Refused("is_archived"))
    world.queue("digest", to="morgan", by_mail_too=True, kind=Kind.DIGEST)
    step(world)
    assert (slack.said, mail.said) == ([], ["digest"])
    assert world.states() == {"digest": "dead", "digest:mail": "sent"}


def test_whoever_is_reached_by_mail_alone_gets_one_mail(each_engine: Engine) -> None:
    mail = FakeChannel("mail")
    world = World(each_engine, a_company(a_manager(handles={}, email="m@lee.example")), channels=(FakeChannel(), mail))
    world.queue("digest", to="morgan", by_mail_too=True, kind=Kind.DIGEST)
    step(world)
    assert mail.said == ["digest"]


def test_without_mail_set_up_the_chat_is_enough(world: World) -> None:
    world.queue("digest", by_mail_too=True)
    step(world)
    assert (world.slack.said, world.outbox.undelivered(NOW)) == (["digest"], ())


# --- the runner ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("where", ["in its loop", "in a thread"])
def test_a_nudge_wakes_the_runner_and_stopping_drains_it(each_engine: Engine, monkeypatch: Any, where: str) -> None:
    monkeypatch.setattr(delivery, "IDLE", 3600)
    monkeypatch.setattr(delivery, "BUSY", 3600)
    world = World(each_engine)
    runner = Delivery(Outbox(world.store, Patience()), (world.slack,), world.clock)

    async def live() -> None:
        running = asyncio.create_task(runner.run())
        await asyncio.sleep(0.05)
        await asyncio.to_thread(world.queue, "hello")
        if where == "in its loop":
            runner.nudge()
        else:
            await asyncio.to_thread(runner.nudge)
        async with asyncio.timeout(60):
            while not world.slack.sent:
                await asyncio.sleep(0.005)
        runner.stop()
        await running

    Run(live())
    assert world.states() == {"hello": "sent"}


class Hanging(FakeChannel):
    """Never comes back for one company."""

    async def send(self, parcel: Parcel) -> Mapping[str, Any]:
        if parcel.company.slug == "hangs":
            await asyncio.Event().wait()
        return await super().send(parcel)


def test_a_company_whose_channel_hangs_holds_up_nobody_else(each_engine: Engine, monkeypatch: Any) -> None:
    monkeypatch.setattr(places, "SLOW", 0.05)
    members = [a_member(f"p{n}") for n in range(5)]
    slack = Hanging()
    world = World(each_engine, a_company(*members, slug="hangs"), a_company(*members, slug="well"), channels=(slack,))
    for slug in ("hangs", "well"):
        for n in range(5):
            world.queue(f"{slug} {n}", to=f"p{n}", company=slug)

    async def story() -> None:
        world.delivery = Delivery(world.outbox, (slack,), world.clock, at_once=2)
        running = asyncio.create_task(world.delivery.run())
        async with asyncio.timeout(10):
            while len(slack.sent) < 5:
                await asyncio.sleep(0.01)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    monkeypatch.setattr(delivery, "DRAIN", 0.1)
    asyncio.run(story())
    assert {it for it in slack.said if it.startswith("well")} == {f"well {n}" for n in range(5)}


def test_a_card_that_cannot_be_read_holds_up_nobody(world: World) -> None:
    world.queue("broken")
    world.queue("fine", to="morgan")
    with session(world.store.engine, EVERY_COMPANY) as it:
        it.query(DeliveryRow).where(DeliveryRow.key == "broken").update({"card": {"no": "card"}})
    step(world)
    assert world.slack.said == ["fine"]
    assert world.states() == {"broken": "dead", "fine": "sent"}


def test_a_summary_says_what_it_says(world: World) -> None:
    world.queue("k", card=note("<!channel> 🎉 שלום"))
    step(world)
    assert world.slack.said == ["<!channel> 🎉 שלום"]
