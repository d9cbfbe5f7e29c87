"""Introduces the coach to whoever has never heard of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.languages import speaking_to
from coaching import cadence
from coaching.hello import hellos

if TYPE_CHECKING:
    from datetime import datetime

    from coaching.ports import Holidays
    from storage.store import SqlStore


def greet(store: SqlStore, holidays: Holidays, slug: str, now: datetime) -> None:
    """Who is written to every day should know by whom, before the first question. Done again, it says nothing twice."""
    first = now.date() - cadence.DAY * 10
    with store.work(slug) as work:
        company = work.company
        unmet = work.unmet()
        if not unmet:
            return
        away = holidays(company.country, first, first + cadence.DAY * 440)
        with speaking_to(company):
            work.apply(hellos(company, unmet, now, away), now)
