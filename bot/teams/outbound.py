"""Messages out to Teams: one try each, and a plain word about how it went."""

from __future__ import annotations

import asyncio
import base64
import logging
import math
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bot.channel import Busy, Parcel, Reference, Refused, Unknown
from bot.links import Links, NoLinks
from bot.teams import views
from bot.teams.api import Api, Content, Voices, WrongPlace
from bot.teams.away import Unreachable
from bot.teams.desk import VIEW, teams_id
from bot.teams.login import LoginRefused
from bot.teams.place import Place
from bot.teams.rejected import Rejected
from bot.teams.render import render
from coaching.card import Card, Picture
from coaching.company import Company
from coaching.people import Member
from storage.addresses import TEAMS, Address, Addresses
from storage.deliveries import Pace

log = logging.getLogger(__name__)

T = TypeVar("T")
Draw = Callable[[Picture], bytes]

RETRY_AFTER_MAX = timedelta(hours=1)
RETRY_AFTER = timedelta(seconds=5)
LATER = timedelta(seconds=2)
SUMMARY_MAX = 250

# About the app: every other message of the company would fail the same way.
WHOLE_COMPANY = frozenset({"BotDisabledByAdmin", "BotNotRegistered", "TenantNotFound"})
CONVERSATION_GONE = "ConversationNotFound"


class TeamsChannel:
    """Implements `bot.channel.Channel`."""

    platform = TEAMS
    # Teams takes 50 a second from an app in one organisation, and 60 in half a minute in one conversation.
    pace = Pace(company=timedelta(seconds=0.04), conversation=timedelta(seconds=0.5), edit=timedelta(seconds=0.04))

    def __init__(
        self,
        voices: Voices,
        addresses: Addresses,
        now: Callable[[], datetime],
        *,
        links: Callable[[str], Links] = lambda _company: NoLinks(),
        draw: Draw | None = None,
        small: Draw | None = None,
    ) -> None:
        self._voices = voices
        self._addresses = addresses
        self._now = now
        self._links = links
        self._draw, self._small = draw, small

    def reaches(self, company: Company, member: Member) -> bool:
        """Whether an app speaks for the company, and the member has an id in its tenant.

        Whether they have the app is seen on sending.
        """
        return bool(company.teams_tenant and member.handles.get(TEAMS)) and self.speaks(company)

    def speaks(self, company: Company) -> bool:
        """Whether there is an app for it."""
        return self._voices.apps.speaks(company.slug)

    async def send(self, parcel: Parcel) -> Reference:
        """Post it, or overwrite `replaces`. Raises Busy, Refused or Unknown."""
        if parcel.replaces and parcel.replaces.get(VIEW):
            return dict(parcel.replaces)  # whoever may see it asks for it as it stands
        api = self._api(parcel.company)
        content = await self._content(parcel)
        if parcel.replaces:
            place = Place(parcel.replaces["service_url"], parcel.replaces["conversation"])
            await _tried(api.update(place, parcel.replaces["activity"], content))
            return dict(parcel.replaces)
        return await self._posted(api, parcel, content)

    async def find(self, parcel: Parcel) -> Reference | None:  # noqa: ARG002 - nothing can be looked up by anything
        """Never: a bot can't read what was said."""
        raise Refused("Teams doesn't let a bot look for its messages")

    # --- where -----------------------------------------------------------------------------------------------------
    def _api(self, company: Company) -> Api:
        api = self._voices.of(company.slug)
        if api is None:
            again = f"coach connect teams --company {company.slug}"
            raise Refused(f"the credentials of its Teams app can't be read; run: {again}", whole_company=True)
        return api

    async def _posted(self, api: Api, parcel: Parcel, content: Content) -> Reference:
        """Into the conversation that is known, or one that is opened for it."""
        company, member = parcel.company.slug, parcel.member
        known = await asyncio.to_thread(self._addresses.of, company, member.id)
        if known and (known.person != teams_id(parcel.company, member.id) or not api.is_bot(known.bot)):
            known = None
        if known and known.removed_at:
            raise Refused(f"{member.name} has taken the coach out of Teams", elsewhere=True)
        if known:
            try:
                return await self._into(api, Place(known.service_url, known.conversation), content)
            except _Gone:
                await asyncio.to_thread(self._addresses.forget, company, member.id)
            except Refused as refused:
                if refused.elsewhere:
                    await asyncio.to_thread(self._addresses.close, company, member.id, self._now())
                raise
        return await self._into(api, await self._opened(api, parcel, known), content)

    async def _into(self, api: Api, place: Place, content: Content) -> Reference:
        message = await _tried(api.send(place, content))
        return {"conversation": place.conversation, "service_url": place.service_url, "activity": message}

    async def _opened(self, api: Api, parcel: Parcel, known: Address | None) -> Place:
        """Only for whoever has the app; the same conversation each time, so that asking twice does no harm."""
        company, member = parcel.company, parcel.member
        assert company.teams_tenant
        url = known.service_url if known else await asyncio.to_thread(self._addresses.any_service_url, company.slug)
        try:
            return await _tried(api.open(url or api.begin_at, company.teams_tenant, member.handles[TEAMS]))
        except Unknown as unclear:
            raise Busy(LATER, str(unclear), whole_company=False) from None
        except _Gone:
            raise Refused(f"{member.name} doesn't have the coach in Teams", elsewhere=True) from None
        except Refused as refused:
            if refused.elsewhere:
                raise Refused(f"{member.name} doesn't have the coach in Teams", elsewhere=True) from None
            raise

    # --- what ------------------------------------------------------------------------------------------------------
    async def _content(self, parcel: Parcel) -> Content:
        pictures = await self._pictures(parcel.card)
        written = self._written(parcel, parcel.card, pictures)
        return Content(card=written, words=parcel.card.summary[:SUMMARY_MAX], alert=not parcel.replaces)

    def _written(self, parcel: Parcel, card: Card, pictures: Mapping[Picture, str]) -> dict[str, Any]:
        company = parcel.company
        long = views.is_long(card)
        written = render(
            views.without_form(card) if long else card,
            mentions=lambda member: teams_id(company, member),
            links=self._links(company.slug),
            pictures=pictures.get,
            message=parcel.key,
        )
        # A retry of the same message is the same showing.
        written = views.stamped(written, parcel.nonce)
        return views.opening(written, parcel.key) if long else written

    async def _pictures(self, card: Card) -> Mapping[Picture, str]:
        """Inside the message: nothing has to be fetched from us. Too large a one is replaced by its words."""
        found: dict[Picture, str] = {}
        pictures = [it for it in card.elements if isinstance(it, Picture)]
        draw = self._draw if len(pictures) < 2 else self._small or self._draw
        if draw is None:
            return found
        for it in pictures:
            drawn = await asyncio.to_thread(draw, it)
            found[it] = f"data:image/png;base64,{base64.b64encode(drawn).decode()}"
        return found


class _Gone(Refused):
    """There is no such conversation (any more)."""


async def _tried(call: Awaitable[T]) -> T:
    """A call, its failure told as one of ours."""
    try:
        return await call
    except Rejected as why:
        raise _told(why) from None
    except LoginRefused as why:
        raise Refused(f"Microsoft doesn't take the bot's credentials: {why}", whole_company=True) from None
    except Unreachable as why:
        # Nothing else of the company's has to wait for Microsoft: not its mail, not its Slack.
        raise Busy(why.after, str(why), whole_company=False) from None
    except WrongPlace as why:
        raise Refused(f"{why} is no service URL that is allowed; see MICROSOFT_SERVICE_URLS") from None
    except Exception as problem:  # noqa: BLE001 - the SDK trips over odd replies in odd ways, and each leaves it open
        raise Unknown(type(problem).__name__) from None


def _told(why: Rejected) -> Exception:
    match why.status:
        case 429:
            return Busy(retry_after(why.retry_after), str(why))
        case 412:
            return Busy(LATER, str(why), whole_company=False)
        case 401:
            return Refused(str(why), whole_company=True)
        case 403 if why.code not in WHOLE_COMPANY:
            return Refused(str(why), elsewhere=True)
        case 404 if why.code == CONVERSATION_GONE:
            return _Gone(str(why))
        case it if 400 <= it < 500 and it != 408:
            return Refused(str(why), whole_company=why.code in WHOLE_COMPANY)
        case _:
            # A 2xx without an id among them: it is there, and we can't say where.
            return Unknown(str(why))


def retry_after(header: str | None) -> timedelta:
    """What Teams asks for, in seconds, within reason."""
    try:
        seconds = float(header or "")
    except ValueError:
        return RETRY_AFTER
    if not math.isfinite(seconds):
        return RETRY_AFTER
    return timedelta(seconds=min(max(seconds, 1.0), RETRY_AFTER_MAX.total_seconds()))
