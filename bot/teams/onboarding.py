"""Whoever adds the app first, of a tenant that the settings accept, sets its company up in Teams, in dialogs.

Only they may, and only as long as there is no company. Who they are, Teams says; what they typed is kept with that.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, assert_never

from bot.changing import Refused, Wrong
from bot.introductions import Away, Nobody
from bot.languages import language
from bot.proposing import proposed
from bot.setting_up import ALREADY, Founder, Made, Making, code, known
from bot.teams import forms, inbound, introductions, views
from bot.teams.api import Api
from bot.teams.inbound import Came, Origin, Sort
from coaching import setup_windows
from coaching.card import Card
from coaching.language import ENGLISH, marked, speaking, t, worded
from coaching.people import LOOKS_AFTER, Role, spoken
from coaching.roll import Roll
from coaching.setting_up import Draft, Errors, Person
from coaching.window import Typed, Window, text_of
from storage import codec
from storage.addresses import TEAMS
from storage.setups import Setups

log = logging.getLogger(__name__)

DIALOGS = frozenset({Sort.FORM, Sort.SUBMISSION})
NOT_YOURS = marked("Only whoever added the coach first can set it up, and only once.")
AS_IT_STANDS = marked("It is set up. Write “home” to me to see how things stand.")
_ROLES = {"reps": Role.REP, "manager": Role.MANAGER, "owner": Role.OWNER}


@dataclass(frozen=True, slots=True)
class _Draft:
    """As it is kept: whose it is, as Teams knows them, and what they filled in."""

    me: Person
    typed: Draft = field(default_factory=Draft)


class Onboarding:
    """`accepted` is what the settings say: tenants, or `tenant/person`. `ours` is the deployment's own app."""

    def __init__(
        self,
        setups: Setups,
        founder: Founder,
        now: Callable[[], datetime],
        accepted: Iterable[str],
        ours: str | None,
    ) -> None:
        self._setups = setups
        self._founder = founder
        self._now = now
        self._ours = ours
        self._accepted: dict[str, set[str]] = {}
        for it in accepted:
            tenant, _, person = it.partition("/")
            self._accepted.setdefault(tenant, set()).add(person)

    def accepts(self, did: Came) -> bool:
        """Whether who did that in their own chat may, should they be the first."""
        return inbound.is_personal(did.payload) and self._may(did.origin)

    def _may(self, them: Origin) -> bool:
        named = self._accepted.get(them.tenant, set())
        return not them.foreign and them.app == self._ours and bool(them.person) and bool({"", them.person} & named)

    # --- the way there ---------------------------------------------------------------------------------------------
    async def invitation(self, did: Came, api: Api) -> Card | str | None:
        """For whoever is the first; why not, for others. None where Teams doesn't say that they are one of theirs."""
        them = did.origin
        mine = await asyncio.to_thread(self._mine, them)
        if mine is None:
            if await asyncio.to_thread(self._setups.taken, them.tenant, them.person, self._now()):
                return t("I am here, but not set up yet: somebody who added me before you is at it. Write again later.")
            person = await self._person(did, api)
            if person is None:
                return None
            mine = _Draft(person, Draft(language=proposed(Draft(), inbound.locale(did.payload)).language))
            begun = codec.dump(mine)
            if not await asyncio.to_thread(self._setups.begin, them.tenant, them.person, begun, self._now()):
                return None
        with speaking(language(_first(mine, did).language)):
            return setup_windows.invitation("", TEAMS)

    def removed(self, them: Origin) -> None:
        """They took the app away: somebody else may."""
        self._setups.forget(them.tenant, them.person)

    async def _person(self, did: Came, api: Api) -> Person | None:
        """As a member of their own chat. A guest only where the settings name that very person."""
        them = did.origin
        try:
            seen = await introductions.look(api, inbound.place(did.payload), inbound.user(did.payload), them)
        except (Nobody, Away) as why:
            log.info("somebody who added the app can't be looked up: %s", type(why).__name__)
            return None
        if seen.guest and them.person not in self._accepted.get(them.tenant, set()):
            return None
        return Person(
            handle=them.person,
            platform=TEAMS,
            name=spoken(seen.name) or them.person,
            zone=inbound.zone(did.payload) or "UTC",
            role=Role.MANAGER,
            email=seen.addresses[-1] if seen.addresses else "",
        )

    # --- the dialogs, in threads -----------------------------------------------------------------------------------
    def hears(self, did: Came) -> bool:
        """Whether it is one of these."""
        return did.sort in DIALOGS and inbound.action(did.payload)[0].startswith("setup.")

    def __call__(self, did: Came) -> Mapping[str, Any]:
        """What the invoke is answered with: the next dialog, or the last word."""
        them = did.origin
        mine = self._mine(them)
        if mine is None:
            return self._not_theirs(them)
        typed = forms.filled(inbound.fields(inbound.carried(did.payload)))
        first = _first(mine, did)
        with speaking(language(code(typed) or first.language)):
            if did.sort is Sort.FORM:
                return forms.dialog(setup_windows.people(first, TEAMS))
            return _answer(self._sent(did, mine, typed))

    def _not_theirs(self, them: Origin) -> Mapping[str, Any]:
        """What to write instead, for those whom that leads somewhere."""
        found = self._founder.here(TEAMS, them.tenant)
        member = None if them.foreign else known(found, TEAMS, them.person)
        words = NOT_YOURS if member is None else ALREADY if member.role in LOOKS_AFTER else AS_IT_STANDS
        with speaking(language(found.language) if found else ENGLISH):
            return views.closing(worded(words))

    def _mine(self, them: Origin) -> _Draft | None:
        """As it is now: somebody may have pressed Start in another dialog."""
        kept = self._setups.find(them.tenant) if self._may(them) else None
        if kept is None or kept.person != them.person or self._founder.here(TEAMS, them.tenant):
            return None
        return codec.load(_Draft, dict(kept.draft))

    def _sent(self, did: Came, mine: _Draft, typed: Typed) -> Made:
        making = self._making(did.origin, mine)
        name, args = inbound.action(did.payload)
        match name:
            case "setup.people":
                errors: Errors = {}
                return making.people(typed, _people(_here(mine.me, did), typed, errors), errors)
            case "setup.week":
                return making.week(typed)
            case "setup.start":
                return making.start(args)
            case _:
                return Refused(worded(NOT_YOURS))

    def _making(self, them: Origin, mine: _Draft) -> Making:
        def keep(draft: Draft) -> None:
            self._setups.keep(them.tenant, them.person, codec.dump(_Draft(mine.me, draft)), self._now())

        return Making(
            founder=self._founder,
            draft=mine.typed,
            platform=TEAMS,
            handle=them.person,
            where={"teams_tenant": them.tenant},
            now=self._now(),
            keep=keep,
            done=lambda: self._setups.forget(them.tenant, them.person),
        )


def _first(mine: _Draft, did: Came) -> Draft:
    """What was filled in before; or who they are and where, and what their device says of that."""
    if mine.typed.people or mine.typed.zone:
        return mine.typed
    me = _here(mine.me, did)
    return proposed(replace(mine.typed, zone=me.zone, people=(me,)), inbound.locale(did.payload))


def _here(me: Person, did: Came) -> Person:
    """Their device says which zone it is in, but not when the app is added."""
    return replace(me, zone=inbound.zone(did.payload) or me.zone)


def _people(me: Person, typed: Typed, errors: Errors) -> tuple[Person, ...]:
    """Whoever sets it up looks after it from then on, though they may be nobody whom it coaches or shows anything."""
    found = Roll(zone=text_of(typed, "zone", ""), platform=TEAMS, newcomer=me).read(typed, _ROLES, errors)
    there = any(it.handle == me.handle for it in found)
    return found if there else (*found, replace(me, role=Role.ADMIN))


def _answer(made: Made) -> Mapping[str, Any]:
    match made:
        case Window():
            return forms.dialog(made)
        case Wrong(errors, window):
            return forms.dialog(window, errors)
        case Refused(words):
            return views.closing(words)
        case _:
            assert_never(made)
