"""Whoever looks after a company's set-up changes it in Teams, in dialogs. In threads.

Who presses is looked up anew each time, and so is the company: nothing that comes back is believed but what was typed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol, assert_never

from bot import changing
from bot.changing import Applied, Keeper, Outcome, Refused, Step, Wrong
from bot.languages import speaking_to
from bot.teams import forms, inbound, views
from bot.teams.inbound import Came, Sort
from coaching.company import Company
from coaching.files_card import not_theirs
from coaching.language import t
from coaching.people import LOOKS_AFTER, Member
from coaching.window import Window
from storage.addresses import TEAMS, Addresses

log = logging.getLogger(__name__)

DIALOGS = frozenset({Sort.FORM, Sort.SUBMISSION})


class Companies(Protocol):
    """By their short name."""

    def company(self, slug: str, /) -> Company:
        """With its members."""


class Changing:
    """Called with what `hears` says yes to."""

    def __init__(
        self, addresses: Addresses, companies: Companies, keeper: Keeper, now: Callable[[], datetime], ours: str | None
    ) -> None:
        """`ours` is the deployment's own app, if it has one."""
        self._addresses = addresses
        self._companies = companies
        self._keeper = keeper
        self._now = now
        self._ours = ours

    def hears(self, did: Came) -> bool:
        """Whether it is one of these dialogs."""
        return did.sort in DIALOGS and inbound.action(did.payload)[0] in changing.NAMES

    def __call__(self, did: Came) -> Mapping[str, Any]:
        """What the invoke is answered with: the next dialog, or the last word."""
        found = self._who(did)
        if found is None:
            return views.closing(t("I don't know you here."))
        company, member = found
        with speaking_to(company):
            if member.role not in LOOKS_AFTER:
                return views.closing(not_theirs(company, member).summary)
            step = self._step(did, company, member)
            if did.sort is Sort.FORM:
                return forms.dialog(changing.opened(step))
            typed = forms.filled(inbound.fields(inbound.carried(did.payload)))
            return self._answer(changing.sent(self._keeper, step, typed))

    def _who(self, did: Came) -> tuple[Company, Member] | None:
        them = did.origin
        if them.foreign or not them.person:
            return None
        (known,) = self._addresses.who([(them.tenant, them.person, them.app)], self._ours)
        company = self._companies.company(known.company) if known else None
        member = company.member(known.member) if company and known else None
        return (company, member) if company and member and member.active else None

    def _step(self, did: Came, company: Company, member: Member) -> Step:
        name, args = inbound.action(did.payload)
        platform, handle = args.get("platform", ""), args.get("handle", "")
        return Step(
            name=name,
            args=args,
            company=company,
            member=member,
            now=self._now(),
            platform=TEAMS,
            newcomer=self._keeper.newcomer(company, platform, handle) if platform and handle else None,
        )

    def _answer(self, outcome: Outcome) -> Mapping[str, Any]:
        match outcome:
            case Window():
                return forms.dialog(outcome)
            case Wrong(errors, window):
                return forms.dialog(window, errors)
            case Refused(words):
                return views.closing(words)
            case Applied(after, window):
                with speaking_to(after):
                    return forms.dialog(window)
            case _:
                assert_never(outcome)
