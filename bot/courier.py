"""One message to one channel: which one, whether it may still go, and what its answer means."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.channel import Busy, Channel, Parcel, Refused, Unknown
from bot.languages import speaking_to
from coaching import accounts
from coaching.card import Card, quiet
from coaching.decision import Kind
from coaching.identity import PLATFORMS
from coaching.language import t
from coaching.phrases import listed
from storage.deliveries import (
    NOTHING_REACHES,
    Again,
    AsNew,
    Done,
    Later,
    LookLater,
    Lost,
    Outcome,
    Over,
    Pace,
    Patience,
    Paused,
    Sent,
    State,
    Waiting,
)

if TYPE_CHECKING:
    from bot.clock import Clock
    from coaching.company import Company
    from coaching.people import Member

log = logging.getLogger(__name__)

# Where a channel can't be asked whether a message arrived: these are worth a second one that says so; of the others a
# person would rather miss one than get two.
REPEATED = frozenset({Kind.ESCALATION, Kind.REMINDER, Kind.REPLY})

MAIL = "mail"
LINK = "link"
"""Where a tap on a member's own page comes from: its answer is on that page."""
ADDRESSES: Mapping[str, str] = {"slack": "slack:", "teams": "teams:", MAIL: "email:"}
"""What the company's file calls a member's address, by platform."""
JOINING: Mapping[str, str] = {"slack": "write to the coach in Slack", "teams": "add the coach in Teams"}
"""What somebody does there to be known, for whoever looks after the installation."""


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    """That channel has no way to the member, for now."""

    channel: Channel
    why: str


def unreachable(member: Member, there: Sequence[str]) -> str:
    """Why nothing does, and what mends it, where the company has these channels."""
    closed = [it for it in there if accounts.is_closed(member, it)]
    if closed:
        where = listed([PLATFORMS.get(it, it) for it in closed])
        return f"{NOTHING_REACHES}{member.name}: their account in {where} is closed; it goes when that opens again"
    wanted = [ADDRESSES[it] for it in there if it in ADDRESSES]
    if not wanted:
        return f"{NOTHING_REACHES}{member.name}: neither Slack nor Teams nor mail is set up here; run coach doctor"
    joining = " or ".join(JOINING[it] for it in there if it in JOINING)
    ask = f"ask them to {joining}, or " if joining else ""
    return (
        f"{NOTHING_REACHES}{member.name}: {ask}add {' or '.join(wanted)} to member {member.id} in the company's "
        "file and run coach apply; what isn't too late by then goes by itself"
    )


class Courier:
    """Knows the channels, in the order in which they are tried."""

    def __init__(self, channels: tuple[Channel, ...], clock: Clock, patience: Patience) -> None:
        self._channels = channels
        self._clock = clock
        self._patience = patience
        self._paces: dict[str, Pace] = {}

    def pace(self, company: Company) -> Pace:
        """Its last message's; asked while the database is held, so it asks nobody."""
        first = _pace(self._channels[0]) if self._channels else Pace()
        return self._paces.get(company.slug, first)

    async def send(self, message: Waiting, lease_until: float) -> Done:
        """Carry it, unless it may not go any more. `lease_until` is on the monotonic clock."""
        member = message.company.member(message.member)
        if member is None or not member.active:
            return Done(message, Over(State.WITHDRAWN, f"{message.member} is no longer a member"))
        channel = self._channel(message, member)
        if isinstance(channel, Over):
            return Done(message, channel)
        done = await self._by(channel, message, member, lease_until)
        while isinstance(done, _Elsewhere):
            other = self._after(done.channel, message, member)
            if other is None:
                # They may come back to it at any hour; what is too late by then is skipped, and says why.
                return Done(message, Later(self._patience.pause, done.why))
            if other.platform == MAIL and message.kind is Kind.DIGEST:
                return Done(message, Over(State.WITHDRAWN, f"{done.why}; it goes by mail already"))
            done = await self._by(other, message, member, lease_until)
        return done

    async def look(self, message: Waiting) -> Done:
        """Find out what became of one whose outcome is unknown, now that it has settled."""
        member = message.company.member(message.member)
        channel = next((it for it in self._channels if it.platform == message.platform), None)
        channel = channel or (self._first(message, member) if member else None)
        if member is None or channel is None:
            return Done(message, Over(State.DEAD, "nobody can be asked whether it arrived"))
        return Done(message, await self._found(channel, message, member))

    async def first_look(self, done: Done) -> Done:
        """A moment after losing sight of it. If it is there, all is well at once; if not, that doesn't count yet."""
        if not isinstance(done.outcome, Lost):
            return done
        await asyncio.sleep(self._patience.first_look.total_seconds())
        looked = await self.look(replace(done.message, platform=done.outcome.platform))
        match looked.outcome:
            case Sent() | Again(repeat=True):
                return Done(done.message, looked.outcome, done.pace)
            case _:
                return done

    async def _by(self, channel: Channel, message: Waiting, member: Member, lease_until: float) -> Done | _Elsewhere:
        if channel.platform in message.paused:
            return Done(message, Later(message.paused[channel.platform]))
        if message.expires_at is not None and message.expires_at < self._clock.now():
            return Done(message, Over(State.SKIPPED_LATE, "its time was over before it could be sent"))
        # A process may be frozen at any point, and wake when the message is another's.
        if lease_until - time.monotonic() < self._needs(channel):
            return Done(message, Later(timedelta(0)))
        outcome = await self._sent(channel, _parcel(message, member, channel), only_edit=message.only_edit)
        if isinstance(outcome, _Elsewhere):
            return outcome
        if not message.by_mail:
            self._paces[message.company.slug] = _pace(channel)
        return Done(message, outcome, _pace(channel))

    # --- which channel ---------------------------------------------------------------------------------------------
    def _first(self, message: Waiting, member: Member) -> Channel | None:
        """Where they asked, if it is an answer; anything else by the channels' order, so that it comes once."""
        there = self._reaching(message, member)
        asked = _asked_on(message.key) or _asked_on(message.replaces or "")
        return next((it for it in there if it.platform == asked), there[0] if there else None)

    def _after(self, channel: Channel, message: Waiting, member: Member) -> Channel | None:
        """The next one in order, when that one has no way to them after all."""
        there = self._reaching(message, member)
        left = there[there.index(channel) + 1 :] if channel in there else ()
        return None if message.by_mail else next(iter(left), None)

    def _reaching(self, message: Waiting, member: Member) -> tuple[Channel, ...]:
        return tuple(it for it in self._channels if it.reaches(message.company, member))

    def _channel(self, message: Waiting, member: Member) -> Channel | Over:
        first = self._first(message, member)
        if message.by_mail:
            return self._mail(message, member, first)
        if message.reference is not None:
            standing = next((it for it in self._channels if _can_edit(it, message, member)), None)
            if standing:
                return standing
            if message.only_edit:
                return Over(State.WITHDRAWN, "the message it would change can't be changed there")
        if _asked_on(message.key) == LINK:
            return Over(State.WITHDRAWN, "the page that was tapped shows it")
        return first or Over(State.DEAD, self._unreachable(message.company, member))

    def _mail(self, message: Waiting, member: Member, first: Channel | None) -> Channel | Over:
        mail = next((it for it in self._channels if it.platform == MAIL), None)
        if mail is None:
            return Over(State.WITHDRAWN, "mail isn't set up here")
        if mail is first:
            return Over(State.WITHDRAWN, "the message itself goes by mail already")
        if not mail.reaches(message.company, member):
            return Over(State.WITHDRAWN, f"{member.name} has no e-mail address")
        return mail

    def _unreachable(self, company: Company, member: Member) -> str:
        return unreachable(member, [it.platform for it in self._channels if _speaks(it, company)])

    # --- what its answer means -------------------------------------------------------------------------------------
    async def _sent(self, channel: Channel, parcel: Parcel, *, only_edit: bool) -> Outcome | _Elsewhere:
        edit = parcel.replaces is not None
        try:
            async with asyncio.timeout(self._takes(channel).total_seconds()):
                with speaking_to(parcel.company):
                    return Sent(channel.platform, await channel.send(parcel))
        except Busy as busy:
            spread = random.uniform(1, 1.1)  # noqa: S311 - nothing secret
            return Later(busy.after * spread, str(busy), whole_company=busy.whole_company)
        except Refused as refused:
            if refused.elsewhere and not edit:
                return _Elsewhere(channel, str(refused))
            if edit and only_edit and not refused.whole_company:
                return Over(State.WITHDRAWN, f"the message it would change can't be changed: {refused}")
            return _refused(channel, str(refused), whole_company=refused.whole_company, edit=edit)
        except (Unknown, TimeoutError) as unknown:
            why = str(unknown) or "no answer in time"
        except Exception as problem:
            log.exception("%s of %s failed on %s", parcel.key, parcel.company.slug, channel.platform)
            why = f"{type(problem).__name__} in the {channel.platform} channel"
        # Overwriting twice is the same as once.
        return Again(why) if edit else Lost(channel.platform, why)

    async def _found(self, channel: Channel, message: Waiting, member: Member) -> Outcome:
        wait = self._patience.settle
        try:
            async with asyncio.timeout(self._takes(channel).total_seconds()):
                reference = await channel.find(_parcel(replace(message, reference=None), member, channel))
        except Busy as busy:
            return LookLater(busy.after, str(busy))
        except Refused as refused:
            if refused.whole_company:
                return LookLater(self._patience.pause, str(refused))
            return _by_kind(message, channel)
        except (Unknown, TimeoutError) as unknown:
            return LookLater(wait, str(unknown) or "no answer in time")
        except Exception:
            log.exception("%s of %s can't be looked up on %s", message.key, message.company.slug, channel.platform)
            return LookLater(wait, f"the {channel.platform} channel can't look it up")
        return Again("it never arrived") if reference is None else Sent(channel.platform, reference)

    def _takes(self, channel: Channel) -> timedelta:
        takes = getattr(channel, "takes", None)
        return takes if isinstance(takes, timedelta) else self._patience.send

    def _needs(self, channel: Channel) -> float:
        """Seconds of the lease without which it isn't begun."""
        return (self._patience.fence + self._takes(channel) - self._patience.send).total_seconds()


def _speaks(channel: Channel, company: Company) -> bool:
    speaks = getattr(channel, "speaks", None)
    return bool(speaks(company)) if callable(speaks) else True


def _asked_on(key: str) -> str | None:
    """The platform of what a message answers: an event's key begins with it."""
    return key.split(":", 2)[1] if key.startswith("reply:") and key.count(":") > 1 else None


def _refused(channel: Channel, why: str, *, whole_company: bool, edit: bool) -> Outcome:
    if whole_company:
        return Paused(channel.platform, why)
    return AsNew(why) if edit else Over(State.DEAD, why)


def _by_kind(message: Waiting, channel: Channel) -> Outcome:
    if message.kind in REPEATED and not message.repeat:
        return Again("whether it arrived can't be found out; sent once more, saying so", repeat=True)
    return Sent(channel.platform, None, doubt="whether it arrived can't be found out; not repeated")


def _parcel(message: Waiting, member: Member, channel: Channel) -> Parcel:
    return Parcel(
        company=message.company,
        member=member,
        card=_saying_so(message.card, message.company) if message.repeat else message.card,
        key=message.key,
        nonce=message.nonce,
        replaces=message.reference if _can_edit(channel, message, member) else None,
        attempt_at=message.attempt_at,
    )


def _can_edit(channel: Channel, message: Waiting, member: Member) -> bool:
    there = message.reference is not None and channel.platform == message.platform
    return there and bool(getattr(channel, "edits", True)) and channel.reaches(message.company, member)


def _pace(channel: Channel) -> Pace:
    pace = getattr(channel, "pace", None)
    return pace if isinstance(pace, Pace) else Pace()


def _saying_so(card: Card, company: Company) -> Card:
    with speaking_to(company):
        repeat = t("(this may be a repeat)")
    return replace(card, summary=f"{card.summary} {repeat}", elements=(*card.elements, quiet(repeat)))
