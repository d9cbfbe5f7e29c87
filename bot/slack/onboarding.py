"""Whoever installed the app sets a company up in Slack: two forms, a dry run, and Start.

What was typed is kept with the installation, so that a closed window loses nothing and nothing that comes back from a
window is believed but the names of fields. Only the installer may, and only as long as there is no company.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, assert_never

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.changing import Refused, Wrong
from bot.door import OK, Answer, Payload
from bot.languages import language
from bot.proposing import proposed
from bot.setting_up import ALREADY, FAILED, Founder, Made, Making, code, known
from bot.slack import forms, inbound
from bot.slack.api import Api
from bot.slack.inbound import Origin, Sort
from bot.slack.views import View, told
from bot.slack.workspaces import Workspaces
from coaching import setup_windows
from coaching.changing import SLACK
from coaching.language import ENGLISH, Language, marked, speaking, t, worded
from coaching.people import LOOKS_AFTER, Role, spoken
from coaching.setting_up import Draft, Errors, Person, at_once
from coaching.window import Typed, Window, several_of, text_of
from storage import codec
from storage.installs import Install

log = logging.getLogger(__name__)

SECONDS = 2.2
"""Slack waits for three."""
NOT_YOURS = marked(
    "Only whoever installed the coach can set it up, and only once. Its Home tab shows how things stand."
)
SLOW = marked("Slack didn’t tell who these people are in time. Press again.")
NO_NAMES = marked("The app may not read names here (users:read). Install it again and allow that.")
JSON = "application/json"
_NAMED = '"setup.'


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is, and who asks Slack there. `install` is None for the one workspace of the environment."""

    them: Origin
    api: Api
    install: Install | None

    def serves(self, team: str) -> bool:
        """Whether that is another workspace of the same organisation, where the app is in the whole of it."""
        return self.install is not None and self.install.org_wide and self.install.serves(team)


@dataclass(frozen=True, slots=True)
class _Step:
    """What was done, by whom, in which installation."""

    name: str
    args: Mapping[str, str]
    them: Origin
    install: Install
    api: Api

    @property
    def place(self) -> Place:
        """For whoever asks Slack about people."""
        return Place(self.them, self.api, self.install)


class Onboarding:
    """Called with verified payloads whose button or window is named `setup.…`."""

    def __init__(
        self,
        workspaces: Workspaces,
        founder: Founder,
        now: Callable[[], datetime],
    ) -> None:
        self._workspaces = workspaces
        self._founder = founder
        self._now = now

    async def __call__(self, payload: Payload) -> Answer:
        """The answer to Slack: a window's next view, or what is wrong with its fields."""
        step = await asyncio.to_thread(self._step, payload)
        if inbound.sort(payload) is Sort.PRESS:
            await self._begun(payload, step)
            return OK
        if step is None:
            view = await asyncio.to_thread(self._not_yours, inbound.origin(payload))
            return _json({"response_action": "update", "view": view})
        typed = forms.filled(payload["view"])
        with speaking(_language(typed, step)):
            try:
                return _json(await self._sent(payload, step, typed))
            except Exception:
                log.exception("a company could not be set up")
                return _json({"response_action": "update", "view": told(worded(FAILED))})

    def invitation(self, them: Origin) -> View | None:
        """What the installer's Home tab shows; None for anybody else."""
        install = self._open_to(them)
        if install is None or self._workspaces.installs is None:
            return None
        # As it was typed a moment ago: between two forms it speaks the language that the first one asked for.
        fresh = self._workspaces.installs.find(install.app, install.home) or install
        with speaking(language_picked(fresh, them.team)):
            return forms.home(setup_windows.invitation(fresh.name))

    # --- whose it is -----------------------------------------------------------------------------------------------
    def _open_to(self, them: Origin) -> Install | None:
        install = self._workspaces.install(them.app, them.team, them.enterprise)
        if install is None or them.foreign or install.setup is None or install.setup.get("by") != them.user:
            return None
        # An installation in a whole organisation is open for as long as one of its workspaces has no company.
        return None if self._founder.here(SLACK, them.team) else install

    def _not_yours(self, them: Origin) -> View:
        """In the language of whose workspace it is by now, and what to write instead for whoever looks after it."""
        found = self._founder.here(SLACK, them.team)
        member = None if them.foreign else known(found, SLACK, them.user)
        with speaking(language(found.language) if found else ENGLISH):
            return told(worded(ALREADY if member and member.role in LOOKS_AFTER else NOT_YOURS))

    def _step(self, payload: Payload) -> _Step | None:
        them = inbound.origin(payload)
        install = self._open_to(them)
        if install is None or self._workspaces.installs is None:
            return None
        # As it is now, not as it was half a minute ago: somebody may have pressed Start in another window.
        fresh = self._workspaces.installs.find(install.app, install.home)
        api = self._workspaces.api_of(install)
        if fresh is None or api is None or (fresh.setup or {}).get("by") != them.user:
            return None
        return _Step(*inbound.action(payload), them, fresh, api)

    # --- steps -----------------------------------------------------------------------------------------------------
    async def _begun(self, payload: Payload, step: _Step | None) -> None:
        try:
            if step is not None:
                draft = await self._first_draft(step)
                with speaking(language(draft.language)):
                    view = forms.view(setup_windows.people(draft))
                await step.api.client.views_open(trigger_id=inbound.trigger(payload), view=view)
                return
            them = inbound.origin(payload)
            api = self._workspaces.api_in(them.app, them.team, them.enterprise)
            if api:
                view = await asyncio.to_thread(self._not_yours, them)
                await api.client.views_open(trigger_id=inbound.trigger(payload), view=view)
        except (SlackClientError, aiohttp.ClientError, TimeoutError) as problem:
            log.info("the set-up could not be opened: %s", type(problem).__name__)

    async def _first_draft(self, step: _Step) -> Draft:
        draft = _draft(step.install, step.them.team)
        if draft.people or draft.zone:
            return draft
        draft = replace(draft, name=step.install.name, zone="UTC")
        found = await _looked_up(step.place, step.them.user)
        me = found if isinstance(found, str) else _known(str(found["id"]), found, Role.MANAGER, step.place)
        if isinstance(found, str) or isinstance(me, str):
            return draft
        return proposed(replace(draft, zone=me.zone, people=(me,)), str(found.get("locale") or ""))

    async def _sent(self, payload: Payload, step: _Step, typed: Typed) -> Mapping[str, Any]:
        making = self._making(step)
        match step.name:
            case "setup.people":
                people, errors = await _picked(step, typed)
                return answer(payload, await asyncio.to_thread(making.people, typed, people, errors))
            case "setup.week":
                return answer(payload, await asyncio.to_thread(making.week, typed))
            case "setup.start":
                return answer(payload, await asyncio.to_thread(making.start, step.args))
            case _:
                return answer(payload, Refused(worded(NOT_YOURS)))

    # --- the draft -------------------------------------------------------------------------------------------------
    def _making(self, step: _Step) -> Making:
        return Making(
            founder=self._founder,
            draft=_draft(step.install, step.them.team),
            platform=SLACK,
            handle=step.them.user,
            where={"slack_team": step.them.team},
            now=self._now(),
            keep=lambda draft: self._keep(step, {"team": step.them.team, "draft": codec.dump(draft)}),
            # Of an organisation the next workspace may follow.
            done=lambda: self._keep(step, {} if step.install.org_wide else None),
        )

    def _keep(self, step: _Step, setup: Mapping[str, Any] | None) -> None:
        assert self._workspaces.installs is not None
        kept = None if setup is None else {"by": step.them.user, **setup}
        self._workspaces.installs.set_up(step.install.app, step.install.home, kept)
        self._workspaces.refresh()  # or others are answered in the language of a while ago


def answer(payload: Payload, outcome: Made) -> Mapping[str, Any]:
    """To a window that was sent in."""
    match outcome:
        case Wrong(errors):
            return wrong(payload, errors)
        case Refused(words):
            return {"response_action": "update", "view": told(words)}
        case Window():
            return {"response_action": "update", "view": forms.view(outcome)}
        case _:
            assert_never(outcome)


def wrong(payload: Payload, found: Mapping[str, str]) -> Mapping[str, Any]:
    """Beside the fields of the window that was sent in."""
    return {"response_action": "errors", "errors": forms.errors(found, sorted(inbound.shown_in(payload)))}


def _draft(install: Install, team: str) -> Draft:
    """As typed so far for that workspace: an organisation has many."""
    setup = install.setup or {}
    kept = setup.get("draft")
    mine = setup.get("team", team) == team
    if mine and isinstance(kept, dict):
        return codec.load(Draft, kept)
    return Draft(language=proposed(Draft(), setup.get("locale", "")).language)


def _language(typed: Typed, step: _Step) -> Language:
    return language(code(typed) or _draft(step.install, step.them.team).language)


def language_picked(install: Install, team: str) -> Language:
    """By whoever is setting a workspace up; English until then."""
    return language(_draft(install, team).language)


def _json(body: Mapping[str, Any]) -> Answer:
    return Answer(200, json.dumps(body).encode(), JSON)


# --- people --------------------------------------------------------------------------------------------------------
async def _picked(step: _Step, typed: Typed) -> tuple[tuple[Person, ...], Errors]:
    """As Slack knows them; and, by field, who can't be coached."""
    wanted = [("reps", it, Role.REP) for it in several_of(typed, "reps", ())][: setup_windows.MOST_REPS]
    for name, role in (("manager", Role.MANAGER), ("owner", Role.OWNER)):
        if who := text_of(typed, name, ""):
            wanted.append((name, who, role))
    found, errors = await picked(step.place, wanted)
    if errors or any(it.handle == step.them.user for it in found):
        return found, errors
    # Whoever sets it up looks after it from then on, though they may be nobody whom it coaches or shows anything.
    them, errors = await picked(step.place, [("reps", step.them.user, Role.ADMIN)])
    return (*found, *them), errors


async def picked(place: Place, wanted: Sequence[tuple[str, str, Role]]) -> tuple[tuple[Person, ...], Errors]:
    """The same for any fields: each with who was picked in it, and as what.

    Who can't be is among the people by their account alone, so that the rest of what is wrong can be told, too.
    """
    try:
        async with asyncio.timeout(SECONDS):
            found = await asyncio.gather(*(_person(place, user, role) for _, user, role in wanted))
    except TimeoutError:
        return tuple(_unknown(user, role) for _, user, role in wanted), {wanted[0][0]: worded(SLOW)}
    people: list[Person] = []
    wrong: dict[str, list[str]] = {}
    for (name, user, role), it in zip(wanted, found, strict=True):
        if isinstance(it, str):
            wrong.setdefault(name, []).append(it)
        people.append(_unknown(user, role) if isinstance(it, str) else it)
    return tuple(people), {name: at_once(lines) for name, lines in wrong.items()}


def _unknown(user: str, role: Role) -> Person:
    return Person(handle=user, name=user, zone="UTC", role=role)


async def _person(place: Place, user: str, role: Role) -> Person | str:
    """Somebody of this workspace; else why not. Guests are people too: a manager on hire often is one."""
    found = await _looked_up(place, user)
    return found if isinstance(found, str) else _known(str(found["id"]), found, role, place)


async def _looked_up(place: Place, user: str) -> Mapping[Any, Any] | str:
    """What Slack knows of them; else why it doesn't."""
    try:
        answer = await place.api.client.users_info(user=user, include_locale=True)
    except SlackApiError as problem:
        error = str(problem.response.get("error"))
        return (
            worded(NO_NAMES)
            if error == "missing_scope"
            else t("Slack doesn’t know {user} ({error}).", user=user, error=error)
        )
    except (SlackClientError, aiohttp.ClientError, TimeoutError):
        return worded(SLOW)
    match answer.get("user"):
        case {"id": str(handle), **more}:
            return {**more, "id": handle}
    return t("Slack doesn’t know {user}.", user=user)


def _known(handle: str, more: Mapping[Any, Any], role: Role, place: Place) -> Person | str:
    profile = more.get("profile") or {}
    name = str(profile.get("real_name") or more.get("real_name") or more.get("name") or handle)[:80]
    if more.get("is_bot") or handle == "USLACKBOT":
        return t("{name} is an app. Pick people.", name=name)
    if more.get("deleted"):
        return t("{name} is deactivated in Slack. Pick somebody who is here.", name=name)
    home = more.get("team_id", place.them.team)
    ours = home in {place.them.team, place.them.enterprise} or place.serves(home)
    if more.get("is_stranger") or not ours:
        return t("{name} belongs to another company’s workspace. I coach the people of this one only.", name=name)
    zone = str(more.get("tz") or "")
    address = _address(more, profile)
    return Person(handle=handle, name=spoken(name), zone=zone or "UTC", role=role, email=address, there=bool(zone))


def _address(more: Mapping[Any, Any], profile: Mapping[Any, Any]) -> str:
    """Not one that Slack says is yet to be confirmed: mail might go to a stranger. Empty without users:read.email."""
    confirmed = more.get("is_email_confirmed", True) is True and not more.get("is_invited_user")
    address = profile.get("email")
    return address.strip() if confirmed and isinstance(address, str) else ""


def is_setup(payload: Payload) -> bool:
    """Whether a press or a window is one of these."""
    if payload.get("type") == "block_actions" and _NAMED not in str(payload["actions"][0].get("value")):
        return False  # nearly every press: not worth reading twice
    return inbound.action_name(payload).startswith("setup.")
