"""Puts the sample company into a database, and its CRM's exports as the days go by."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from bot.commands.apply import apply
from bot.commands.import_csv import import_rows
from bot.sample.days import BEFORE
from bot.sample.mondays import mondays
from bot.sample.story import MORNING, story
from coaching import cadence
from coaching.decision import Decision, Record

if TYPE_CHECKING:
    from bot.sample.story import Story
    from storage.store import SqlStore


TOLD_ON = "sample.told_on"


def load(store: SqlStore, on: date) -> Story:
    """The story of the week of `on`; the one that is there already, if one is.

    What follows from it (alarms, what is worth raising) is the engine's: tell it Planned and Imported afterwards.
    """
    before = store.setting(TOLD_ON)
    if before is not None:
        return story(date.fromisoformat(before))
    told = story(on)
    at = datetime.combine(told.monday - timedelta(weeks=BEFORE), time(12), UTC)
    apply(store, told.company, at)
    mornings = tuple(told.mornings(on))
    with store.work(told.company.slug) as work:
        diaries: tuple[Record, ...] = (*told.checkins, *told.commitments, *told.calls, *told.evidence)
        kept = (*diaries, *mornings, *told.agreed(on, mornings))
        work.apply(Decision(records=kept), at)
    catch_up(store, told, on)
    with store.work(told.company.slug) as work:
        work.apply(Decision(records=tuple(mondays(work, on))), cadence.instant(on, MORNING, told.company.tz))
    store.keep_setting(TOLD_ON, on.isoformat())
    return told


def catch_up(store: SqlStore, told: Story, until: date) -> int:
    """Import the exports of the days since the last one, up to `until`; how many there were."""
    slug = told.company.slug
    with store.work(slug) as work:
        last = work.imported_on()
    days = [it for it in told.export_days(until) if last is None or it > last]
    for day in days:
        at = cadence.instant(day, MORNING, told.company.tz)
        import_rows(store, slug, told.crm.export(day), day, complete=True, at=at)
    return len(days)
