"""Creates a company that was set up in a chat, by the very road that its file would take."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime

from bot import plain
from bot.commands.apply import apply
from bot.files.company import read_company
from bot.files.diff import changes
from bot.files.plain import dump
from bot.files.refusal import FileRefusedError
from bot.greeting import greet
from bot.links import SignedLinks
from bot.problem import Problem
from coaching import cadence, checkin_card, checkin_plan
from coaching.checkin_times import Plan
from coaching.company import Company
from coaching.events import Event, Planned
from coaching.language import t
from coaching.people import LOOKS_AFTER, Member
from coaching.phrases import moment
from coaching.ports import Holidays
from storage.store import SqlStore

_FAULT = re.compile(r"(?:line \d+: )?(?P<field>[a-z_]+)[^:]*: (?P<why>.*)")


class ByFile:
    """Implements `bot.slack.onboarding.Founder`."""

    def __init__(
        self, store: SqlStore, holidays: Holidays, handle: Callable[[Event], object], links: SignedLinks | None
    ) -> None:
        self._store = store
        self._holidays = holidays
        self._handle = handle
        self._links = links

    def slugs(self) -> Iterable[str]:
        """Those that are taken."""
        return self._store.companies()

    def here(self, team: str) -> Company | None:
        """The company whose workspace that is."""
        slug = self._store.company_of("slack", team)
        return self._store.company(slug) if slug else None

    def faults(self, company: Company) -> dict[str, str]:
        """What its file would be refused for: what is set up here can always be applied again."""
        try:
            read_company(dump(company).encode())
        except FileRefusedError as refused:
            return dict(_fault(it) for it in str(refused).splitlines())
        return {}

    def described(self, company: Company) -> list[str]:
        """As `coach apply --dry-run` says it."""
        return changes(None, company)

    def first(self, company: Company, now: datetime) -> tuple[str, str]:
        """Who is asked first and when, in a sentence; and what they will read."""
        asked = [(at, it) for it in company.members if (at := self._asked(company, it, now))]
        if not asked:
            return t("Nobody is asked: no working day is in sight."), ""
        at, rep = min(asked, key=lambda it: it[0])
        today = cadence.local_day(at, rep.tz)
        away = self._away(company, now)
        facts = checkin_plan.Facts(company=company, member=rep, today=today, holidays=away)
        form = checkin_card.form(facts, checkin_plan.fresh(facts, today))
        first = t(
            "The first check-in: {name}, {at} ({zone}). It reads:", name=rep.name, at=moment(at, rep), zone=rep.zone
        )
        return first, plain.text(form)

    def found(self, company: Company, now: datetime) -> str:
        """Create it; '' or why not."""
        if company.slug in self._store.companies():
            return t("A company of that name was created just now. Close this window and press the button again.")
        try:
            apply(self._store, company, now)
        except Problem as why:
            return str(why)
        greet(self._store, self._holidays, company.slug, now)
        self._handle(Planned(company=company.slug, key=f"planned:{now.isoformat()}", at=now))
        return ""

    def page_url(self, company: Company, handle: str, page: str) -> str:
        """Where that person may bring its deals in, or take its file; '' where nowhere."""
        them = next((it for it in company.members if it.handles.get("slack") == handle), None)
        if self._links is None or them is None or them.role not in LOOKS_AFTER:
            return ""
        return self._links.page_url(company.slug, them.id, page)

    def _asked(self, company: Company, member: Member, now: datetime) -> datetime | None:
        return Plan(company=company, member=member, holidays=self._away(company, now)).next_ask(now).at

    def _away(self, company: Company, now: datetime) -> frozenset[date]:
        first = now.date() - cadence.DAY * 10
        return self._holidays(company.country, first, first + cadence.DAY * 440)


def _fault(line: str) -> tuple[str, str]:
    found = _FAULT.fullmatch(line)
    return (found["field"], found["why"]) if found else ("name", line)
