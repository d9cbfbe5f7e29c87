"""The sample company's story: the same every time, moved along to the week it is told in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from importlib.resources import files

from bot.files.company import read_company
from bot.holidays import public_holidays
from bot.sample.agreeing import locks, remarks
from bot.sample.buyers import evidence
from bot.sample.calls import calls
from bot.sample.days import BEFORE, HABITUDES, WEEKS, Setting, diary
from bot.sample.deals import Crm
from bot.sample.pipeline import pipeline
from coaching import cadence
from coaching.checkins import CheckIn, Commitment
from coaching.company import Company, Target
from coaching.estimating import estimates
from coaching.forecasts import Call, Estimate, Locked, Remark
from coaching.opportunities import Book, Opportunity
from coaching.people import Member, TimeOff
from coaching.periods import Period
from coaching.qualification import Evidence
from coaching.track_record import ended, marks

MONDAY = date(2026, 11, 23)
"""When the story was written for."""
MORNING = time(6)
"""At which it is told."""
AHEAD = timedelta(weeks=3)
"""How far the deals go on after its Monday."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Everything to keep, as of the morning it is told. The deals go on for some weeks after it."""

    company: Company
    monday: date
    crm: Crm
    checkins: tuple[CheckIn, ...]
    commitments: tuple[Commitment, ...]
    calls: tuple[Call, ...]
    evidence: tuple[Evidence, ...]

    def export_days(self, until: date) -> tuple[date, ...]:
        """Weekly before the last week, daily from then on, none at weekends or after the story has ended."""
        weekly = [self.monday - timedelta(weeks=it) for it in range(WEEKS, 1, -1)]
        last = min(until, self.monday + AHEAD)
        first = self.monday - timedelta(weeks=1)
        daily = [first + timedelta(days=it) for it in range((last - first).days + 1)]
        return tuple(it for it in (*weekly, *daily) if it <= last and it.weekday() < 5)

    def mornings(self, until: date) -> Iterator[Estimate]:
        """What the coach would have expected: on the fixed days of the periods that have calls, lately every week."""
        company, running = self.company, self.company.period(until)
        for period in (it for it in (*ended(company, until), running) if str(it) in {one.period for one in self.calls}):
            days = set(marks(period).values())
            if period == running:
                weeks = (until - period.start).days // 7
                days |= {period.start + timedelta(weeks=it) for it in range(weeks + 1)}
            for day in sorted(it for it in days if it <= until):
                deals = tuple(self.crm.export(day))
                book = Book(deals=deals, open=tuple(it for it in deals if it.is_open))
                yield from estimates(book, company, day, first=day == period.start)

    def agreed(self, until: date, mornings: Iterable[Estimate]) -> tuple[Remark | Locked, ...]:
        """What was said about the running period's calls, and how it was locked, before the morning of `until`."""
        company, period = self.company, self.company.period(until)
        morning = cadence.instant(until, MORNING, company.tz)
        said = tuple(remarks(company, period, self.calls, morning))
        ours = [it for it in mornings if it.period == str(period)]
        return (*said, *locks(company, period, self.calls, said, ours, self.crm.export, morning))


def story(on: date) -> Story:
    """The story with its Monday in the week of `on`, told on the morning of `on`."""
    monday = on - timedelta(days=on.weekday())
    company = _company(monday)
    deals = pipeline()
    crm = Crm(deals, monday)
    holidays = public_holidays(company.country, monday - timedelta(weeks=BEFORE + 2), monday + timedelta(weeks=6))

    def own(day: date, member: str) -> Sequence[Opportunity]:
        return [it for it in crm.export(day) if it.member == member and it.is_open]

    setting = Setting(company=company, monday=monday, until=on, holidays=holidays, pipeline=own)
    days = [it for member in HABITUDES for it in diary(setting, member)]
    return Story(
        company=company,
        monday=monday,
        crm=crm,
        checkins=tuple(it for it in days if isinstance(it, CheckIn)),
        commitments=tuple(it for it in days if isinstance(it, Commitment)),
        calls=calls(company, monday, crm.export),
        evidence=evidence(deals, monday, on),
    )


def _company(monday: date) -> Company:
    """As its file says, with the dates moved by whole weeks and the periods named as of then."""
    written = read_company(files("bot.sample").joinpath("company.yaml").read_bytes())
    moved = monday - MONDAY
    start = written.engagement.start
    return replace(
        written,
        engagement=replace(written.engagement, start=start + moved if start else None),
        members=tuple(_member(it, moved) for it in written.members),
        targets=tuple(_target(it, written, monday) for it in written.targets),
    )


def _member(it: Member, moved: timedelta) -> Member:
    return replace(it, time_off=tuple(TimeOff(off.first + moved, off.last + moved) for off in it.time_off))


def _target(it: Target, company: Company, monday: date) -> Target:
    """As far from the running period as it is in the file from the story's own."""
    quarters = _count(Period.parse(it.period)) - _count(company.period(MONDAY)) + _count(company.period(monday))
    return replace(it, period=str(Period(quarters // 4, quarters % 4 + 1)))


def _count(period: Period) -> int:
    return period.year * 4 + period.quarter - 1
