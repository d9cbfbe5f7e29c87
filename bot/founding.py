"""Creates a company that was set up in a chat, and changes one, by the very road that its file would take."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from bot import plain
from bot.commands.apply import keep
from bot.files.company import read_company
from bot.files.diff import changes
from bot.files.plain import dump
from bot.files.refusal import Fault, FileRefusedError
from bot.greeting import introduce
from bot.languages import speaking_to
from bot.links import SignedLinks
from bot.outline import changed, outline
from bot.problem import Problem
from coaching import cadence, checkin_card, checkin_plan
from coaching.checkin_times import Plan
from coaching.company import Company
from coaching.decision import Decision
from coaching.events import Happening, Planned
from coaching.identity import How, Newcomer, Standing, settled_unasked
from coaching.language import marked, t, worded
from coaching.people import LOOKS_AFTER, Member, Role, spoken
from coaching.phrases import moment
from coaching.ports import Holidays
from coaching.setting_up import Person
from storage.store import SqlStore
from storage.work import CompanyWork

_JUST_NOW = marked("A company of that name was created just now. Close this window and press the button again.")
_FIELD = re.compile(r"[a-z_]+")


class ByFile:
    """Implements `bot.setting_up.Founder` and `bot.changing.Keeper`."""

    def __init__(
        self, store: SqlStore, holidays: Holidays, handle: Callable[[Happening], object], links: SignedLinks | None
    ) -> None:
        self._store = store
        self._holidays = holidays
        self._handle = handle
        self._links = links

    def slugs(self) -> Iterable[str]:
        """Those that are taken."""
        return self._store.companies()

    def here(self, platform: str, workspace: str) -> Company | None:
        """The company whose place on that platform that is."""
        slug = self._store.company_of(platform, workspace)
        return self._store.company(slug) if slug else None

    def faults(self, company: Company) -> dict[str, str]:
        """What its file would be refused for: what is set up here can always be applied again."""
        try:
            read_company(dump(company).encode())
        except FileRefusedError as refused:
            return dict(_fault(it) for it in refused.faults)
        return {}

    def described(self, company: Company) -> list[str]:
        """What Start would create, in the language that was picked."""
        with speaking_to(company):
            return outline(company)

    def member(self, team: str, user: str) -> tuple[Company, Member] | None:
        """Who that is in Slack, and of which company."""
        found = self._store.who("slack", team, user)
        if found is None:
            return None
        company = self._store.company(found[0])
        member = company.member(found[1])
        return (company, member) if member else None

    def newcomer(self, company: Company, platform: str, handle: str) -> Person | None:
        """Somebody of that account who asked to be known, and isn't yet."""
        with self._store.work(company.slug) as work:
            it = work.newcomer(platform, handle)
            if it is None or it.standing is Standing.KNOWN or work.holder(platform, handle) is not None:
                return None
        return Person(handle=handle, platform=platform, name=spoken(it.called), zone=company.zone, role=Role.REP)

    def changes(self, before: Company, after: Company) -> list[str]:
        """In the language that its people are spoken to in; as `coach apply` says it where the lines read alike."""
        with speaking_to(before):
            return changed(before, after) or changes(before, after)

    def change(self, before: Company, after: Company, by: Member, now: datetime) -> str:
        """Make it so, if the company still is what was looked at; '' or why not. Whoever is new is greeted."""
        new = tuple(it for it in after.members if it.active and not _there(before, it))
        try:
            with self._store.opened(before, now) as work:
                if work.new or work.company != before:
                    raise Problem(t("Somebody changed it a moment ago. Close this window and look again."))
                keep(work, before, after, now)
                settled = tuple(_settled(work, new, by, now))
                unasked = settled_unasked(settled, work.newcomers(Standing.WAITING), now) if settled else ()
                work.apply(Decision(records=settled, withdraw=unasked), now)
                introduce(work, before, after, self._holidays, now)
        except (Problem, IntegrityError) as why:
            return str(why) if isinstance(why, Problem) else t("That id or address is somebody else’s here already.")
        self._handle(Planned(company=after.slug, key=f"planned:{now.isoformat()}", at=now))
        return ""

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
        try:
            with self._store.opened(company, now) as work:
                if not work.new:
                    raise Problem(_JUST_NOW)
                keep(work, None, company, now)
                introduce(work, None, company, self._holidays, now)
        except (Problem, IntegrityError):  # of that name, or in that very place: pressed twice, or by two
            return worded(_JUST_NOW)
        self._handle(Planned(company=company.slug, key=f"planned:{now.isoformat()}", at=now))
        return ""

    def page_url(self, company: Company, platform: str, handle: str, page: str) -> str:
        """Where that person may bring its deals in, or take its file; '' where nowhere."""
        them = next((it for it in company.members if it.handles.get(platform) == handle), None)
        if self._links is None or them is None or them.role not in LOOKS_AFTER:
            return ""
        return self._links.page_url(company.slug, them.id, page)

    def _asked(self, company: Company, member: Member, now: datetime) -> datetime | None:
        return Plan(company=company, member=member, holidays=self._away(company, now)).next_ask(now).at

    def _away(self, company: Company, now: datetime) -> frozenset[date]:
        first = now.date() - cadence.DAY * 10
        return self._holidays(company.country, first, first + cadence.DAY * 440)


def alone(handle: Callable[[Sequence[Happening]], Sequence[object]]) -> Callable[[Happening], object]:
    """One happening by itself; raises what stopped it."""

    def one(event: Happening) -> object:
        (outcome,) = handle((event,))
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return one


def _there(company: Company, member: Member) -> bool:
    known = company.member(member.id)
    return known is not None and known.active and known.handles.items() >= member.handles.items()


def _settled(work: CompanyWork, new: Iterable[Member], by: Member, now: datetime) -> Iterable[Newcomer]:
    """Who was waiting to be known is known: whoever added them said who they are."""
    for it in new:
        known = (work.newcomer(platform, handle) for platform, handle in it.handles.items())
        for found in filter(None, known):
            yield replace(
                found, standing=Standing.KNOWN, member=it.id, how=How.MANAGER, by=by.id, settled_at=now, doubt=None
            )


def _fault(it: Fault) -> tuple[str, str]:
    """The field of the window that it is about, and what to say beside it."""
    found = _FIELD.match(it.place)
    return found[0] if found else "name", it.why
