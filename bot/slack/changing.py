"""Whoever looks after a company's set-up changes it in Slack: one window, what would change on top of it, and Apply.

Who presses is looked up anew each time, and so is the company: nothing that comes back is believed but what was typed.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot import changing
from bot.changing import Applied, Outcome, Step
from bot.door import OK, Answer, Payload
from bot.languages import speaking_to
from bot.setting_up import FAILED
from bot.slack import forms, inbound
from bot.slack.inbound import Origin, Sort
from bot.slack.onboarding import JSON, Place, answer, picked
from bot.slack.views import View, told
from bot.slack.windows import Windows
from bot.slack.workspaces import Workspaces
from coaching.changing import PICKED, SLACK, pickable
from coaching.company import Company
from coaching.files_card import WHO, not_theirs
from coaching.language import t, worded
from coaching.people import LOOKS_AFTER, Member, Role
from coaching.setting_up import Errors, Person
from coaching.window import Typed, several_of

log = logging.getLogger(__name__)


class Keeper(changing.Keeper, Protocol):
    """Knows companies and changes them; in threads."""

    def member(self, team: str, user: str) -> tuple[Company, Member] | None:
        """Who that is in Slack, and of which company."""


@dataclass(frozen=True, slots=True)
class _Step:
    """What was done, and who asks Slack there."""

    done: Step
    place: Place


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
        company, member = step.done.company, step.done.member
        with speaking_to(company):
            if member.role not in LOOKS_AFTER:
                view = told(not_theirs(company, member).summary)
                return await self._answered(payload, view, pressed=pressed)
            if pressed:
                return await self._answered(payload, forms.view(changing.opened(step.done)), pressed=True)
            try:
                return _json(await self._sent(payload, step))
            except Exception:
                log.exception("the set-up of %s could not be changed", company.slug)
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
        return _Step(self._done(payload, *found), Place(them, api, install))

    def _done(self, payload: Payload, company: Company, member: Member) -> Step:
        name, args = inbound.action(payload)
        here, handle = args.get("platform") == SLACK, args.get("handle", "")
        return Step(
            name=name,
            args=args,
            company=company,
            member=member,
            now=self._now(),
            platform=SLACK,
            newcomer=self._keeper.newcomer(company, SLACK, handle) if here and handle else None,
        )

    # --- the window ------------------------------------------------------------------------------------------------
    async def _sent(self, payload: Payload, step: _Step) -> Mapping[str, Any]:
        typed = forms.filled(payload["view"])
        people, unpicked = await _who(step, typed) if step.done.name == WHO else ((), {})
        outcome = await asyncio.to_thread(changing.sent, self._keeper, step.done, typed, people, unpicked)
        return _answered(payload, outcome)


def _answered(payload: Payload, outcome: Outcome) -> Mapping[str, Any]:
    if not isinstance(outcome, Applied):
        return answer(payload, outcome)
    with speaking_to(outcome.after):
        return answer(payload, outcome.window)


def is_change(payload: Payload) -> bool:
    """Whether a press or a window is one of these."""
    if payload.get("type") == "block_actions" and '"files.' not in str(payload["actions"][0].get("value")):
        return False  # nearly every press: not worth reading twice
    return inbound.action_name(payload) in changing.NAMES


async def _who(step: _Step, typed: Typed) -> tuple[tuple[Person, ...], Errors]:
    """And who can't be. Slack is asked about those only who aren't there yet."""
    known = {it.open_handles[SLACK]: it for it in pickable(step.done.company)}
    chosen = [(name, it, role) for name, role in PICKED.items() for it in several_of(typed, name, ())]
    there = tuple(_as_known(known[it], it, role) for _, it, role in chosen if it in known)
    new = [it for it in chosen if it[1] not in known]
    found, unpicked = await picked(step.place, new)
    return (*there, *found), unpicked


def _as_known(it: Member, handle: str, role: Role) -> Person:
    return Person(handle=handle, name=it.name, zone=it.zone, role=role, email=it.email or "")


def _json(body: Mapping[str, Any]) -> Answer:
    return Answer(200, json.dumps(body).encode(), JSON)
