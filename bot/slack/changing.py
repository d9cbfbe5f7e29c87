"""Whoever looks after a company's set-up changes it in Slack: one window, what would change on top of it, and Apply.

Who presses is looked up anew each time, and so is the company: nothing that comes back is believed but what was typed.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot import buttons
from bot.door import OK, Answer, Payload
from bot.languages import CODES, speaking_to
from bot.slack import change_views, inbound, setup_views
from bot.slack.inbound import Origin, Sort
from bot.slack.onboarding import FAILED, JSON, Place, picked
from bot.slack.views import View, told
from bot.slack.windows import Windows
from bot.slack.workspaces import Workspaces
from coaching.cadence import local_day
from coaching.changing import PICKED, pickable, with_people, with_week
from coaching.company import Company
from coaching.files_card import PLAN, WHO, not_theirs
from coaching.language import t, worded
from coaching.people import LOOKS_AFTER, Member, Role
from coaching.setting_up import Errors, Person

log = logging.getLogger(__name__)

_NAMES = frozenset({WHO, PLAN})
Found = tuple[Company, Errors]


class Keeper(Protocol):
    """Knows companies and changes them; in threads."""

    def member(self, team: str, user: str) -> tuple[Company, Member] | None:
        """Who that is, and of which company."""

    def faults(self, company: Company) -> Errors:
        """What its file would be refused for, by field."""

    def changes(self, before: Company, after: Company) -> list[str]:
        """What would go and what would come, in lines."""

    def change(self, before: Company, after: Company, by: Member, now: datetime) -> str:
        """Make it so; '' or why not."""


@dataclass(frozen=True, slots=True)
class _Step:
    """What was done, by whom, in which company as it is now."""

    name: str
    args: Mapping[str, str]
    place: Place
    company: Company
    member: Member


class Changing:
    """Called with verified payloads for which `is_change` holds."""

    def __init__(
        self,
        workspaces: Workspaces,
        keeper: Keeper,
        now: Callable[[], datetime],
    ) -> None:
        self._workspaces = workspaces
        self._keeper = keeper
        self._now = now
        self._windows = Windows(lambda them: workspaces.api_in(them.app, them.team, them.enterprise))

    async def __call__(self, payload: Payload) -> Answer:
        """The answer to Slack: the window's next view, or what is wrong with its fields."""
        them = inbound.origin(payload)
        step = await asyncio.to_thread(self._step, payload, them)
        pressed = inbound.sort(payload) is Sort.PRESS
        if step is None:
            return await self._answered(payload, told(t("I don't know you here.")), pressed=pressed)
        with speaking_to(step.company):
            if step.member.role not in LOOKS_AFTER:
                view = told(not_theirs(step.company, step.member).summary)
                return await self._answered(payload, view, pressed=pressed)
            if pressed:
                return await self._answered(payload, self._as_it_is(step), pressed=True)
            try:
                return _json(await self._sent(payload, step))
            except Exception:
                log.exception("the set-up of %s could not be changed", step.company.slug)
                return _json({"response_action": "update", "view": told(worded(FAILED))})

    async def _answered(self, payload: Payload, view: View, *, pressed: bool) -> Answer:
        if pressed:
            await self._windows.show(payload, view)
            return OK
        return _json({"response_action": "update", "view": view})

    def _step(self, payload: Payload, them: Origin) -> _Step | None:
        found = None if them.foreign else self._keeper.member(them.team, them.user)
        if found is None or not self._workspaces.speaks(them.app, found[0].slug, them.team):
            return None
        api = self._workspaces.api(found[0])
        if api is None:
            return None
        install = self._workspaces.install(them.app, them.team, them.enterprise)
        name, args = _carried(payload)
        return _Step(name, args, Place(them, api, install), *found)

    # --- the window ------------------------------------------------------------------------------------------------
    def _as_it_is(self, step: _Step) -> View:
        if step.name == PLAN:
            return change_views.week(step.company, self._today(step), {}, None)
        return change_views.people(step.company, _with_newcomer(step), None)

    async def _sent(self, payload: Payload, step: _Step) -> Mapping[str, Any]:
        typed = setup_views.filled(payload["view"])
        if step.name == PLAN:
            found: Found = with_week(step.company, typed, self._today(step))
        else:
            who = await _who(step, typed)
            if isinstance(who, dict):
                return _wrong(payload, who)
            found = with_people(step.company, typed | {"language": _code(typed, step.company)}, who)
        return await self._looked_at(payload, step, typed, found)

    async def _looked_at(
        self, payload: Payload, step: _Step, typed: Mapping[str, Any], found: Found
    ) -> Mapping[str, Any]:
        """Applied only when it is what its reader has seen."""
        after, errors = found
        errors = errors or await asyncio.to_thread(self._keeper.faults, after)
        if errors:
            return _wrong(payload, errors)
        changes = self._keeper.changes(step.company, after)
        if not changes or step.args.get(change_views.SEEN) != change_views.digest(changes):
            return {"response_action": "update", "view": self._shown(step, typed, changes)}
        why = await asyncio.to_thread(self._keeper.change, step.company, after, step.member, self._now())
        if why:
            return {"response_action": "update", "view": told(why)}
        with speaking_to(after):
            return {"response_action": "update", "view": change_views.changed(after, changes)}

    def _shown(self, step: _Step, typed: Mapping[str, Any], changes: Sequence[str]) -> View:
        if step.name == PLAN:
            return change_views.week(step.company, self._today(step), typed, changes)
        return change_views.people(step.company, typed, changes)

    def _today(self, step: _Step) -> Any:
        return local_day(self._now(), step.company.tz)


def is_change(payload: Payload) -> bool:
    """Whether a press or a window is one of these."""
    if payload.get("type") == "block_actions" and '"files.' not in str(payload["actions"][0].get("value")):
        return False  # nearly every press: not worth reading twice
    return inbound.action_name(payload) in _NAMES


def _carried(payload: Payload) -> tuple[str, Mapping[str, str]]:
    """Of what `is_change` has read once already."""
    if payload.get("type") == "block_actions":
        return buttons.read(payload["actions"][0]["value"])
    return buttons.read(payload["view"]["private_metadata"])


async def _who(step: _Step, typed: Mapping[str, Any]) -> tuple[Person, ...] | Errors:
    """Slack is asked about those only who aren't there yet."""
    known = {it.open_handles["slack"]: it for it in pickable(step.company)}
    chosen = [(name, it, role) for name, role in PICKED.items() for it in _list(typed.get(name))]
    there = tuple(_as_known(known[it], it, role) for _, it, role in chosen if it in known)
    new = [it for it in chosen if it[1] not in known]
    found = await picked(step.place, new) if new else ()
    return found if isinstance(found, dict) else (*there, *found)


def _as_known(it: Member, handle: str, role: Role) -> Person:
    return Person(handle=handle, name=it.name, zone=it.zone, role=role, email=it.email or "")


def _list(found: object) -> list[str]:
    return found if isinstance(found, list) else []


def _with_newcomer(step: _Step) -> Mapping[str, Sequence[str]]:
    """Who asked to be known is picked as a rep already, for their manager to look at."""
    handle = step.args.get("handle", "")
    known = {it.handles.get("slack") for it in step.company.members if it.active}
    if step.args.get("platform") != "slack" or not handle or handle in known:
        return {}
    reps = [it.open_handles["slack"] for it in step.company.reps if "slack" in it.open_handles]
    return {"reps": [*reps, handle]}


def _code(typed: Mapping[str, Any], company: Company) -> str:
    code = str(typed.get("language", ""))
    return code if code in CODES else company.language


def _wrong(payload: Payload, found: Mapping[str, str]) -> Mapping[str, Any]:
    return {"response_action": "errors", "errors": setup_views.errors(found, sorted(inbound.shown_in(payload)))}


def _json(body: Mapping[str, Any]) -> Answer:
    return Answer(200, json.dumps(body).encode(), JSON)
