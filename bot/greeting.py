"""Introduces the coach to whoever has never heard of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.languages import speaking_to
from coaching import cadence
from coaching.hello import hellos, roles_changed

if TYPE_CHECKING:
    from datetime import datetime

    from coaching.company import Company
    from coaching.ports import Holidays
    from storage.store import SqlStore
    from storage.work import CompanyWork


def greet(store: SqlStore, holidays: Holidays, slug: str, now: datetime) -> None:
    """Who is written to every day should know by whom, before the first question. Done again, it says nothing twice."""
    with store.work(slug) as work:
        introduce(work, None, work.company, holidays, now)


def introduce(work: CompanyWork, before: Company | None, company: Company, holidays: Holidays, now: datetime) -> None:
    """The same, within the transaction that keeps the company: what is free to go from then on has its hour.

    With how it was `before`, whoever knows the coach reads what another role of theirs, or of others, means for them.
    """
    unmet = work.unmet()
    if not unmet and (before is None or before.members == company.members):
        return
    first = now.date() - cadence.DAY * 10
    away = holidays(company.country, first, first + cadence.DAY * 440)
    with speaking_to(company):
        told = hellos(company, unmet, now, away)
        work.apply(told + roles_changed(before, company, unmet, now, away) if before else told, now)
