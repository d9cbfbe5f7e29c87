"""The reports of the `coach` command: read only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

import click

from bot import opened
from bot.holidays import public_holidays
from bot.languages import speaking_to
from bot.problem import Problem
from bot.reports.actions import with_actions
from bot.reports.checkins import checkins
from bot.reports.deal import deal
from bot.reports.digest import weekly
from bot.reports.forecast import forecast
from bot.reports.managers_week import managers
from bot.reports.queue import Beside, Waiting, queue
from bot.reports.ratios import step_ratios
from bot.reports.recap import recap_of
from bot.reports.report import Report, written
from bot.reports.review import pipeline_review
from bot.settings import Settings
from coaching import cadence
from coaching.company import Company
from coaching.escalation import EscalationState
from coaching.escalations import live_at
from coaching.identity import Standing
from coaching.language import ENGLISH, speaking
from coaching.people import Member
from coaching.periods import Period
from coaching.ports import Records
from storage.store import SqlStore

Command = TypeVar("Command", bound=Callable[..., Any])
LOOK_BACK = timedelta(days=27)
EARLIEST, LATEST = date(1970, 1, 1), date(2199, 12, 31)
"""Room for the weeks and quarters around a day."""


class Day(click.ParamType[date]):
    """`2026-11-23`."""

    name = "DATE"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Wrong usage when it is none."""
        if isinstance(value, date):
            return value
        try:
            day = date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"'{value}' is not a day; write it like 2026-11-23", param, ctx)
        if not EARLIEST <= day <= LATEST:
            self.fail(f"{day} is too far away; the days from {EARLIEST} to {LATEST} can be asked about", param, ctx)
        return day


def options(*, member: bool = False, company: bool = True) -> Callable[[Command], Command]:
    """What reports have in common."""

    def add(command: Command) -> Command:
        command = click.option("--on", type=Day(), help="The day it is about. Default: today in the company's zone.")(
            command
        )
        form = click.Choice(["text", "json", "html"])
        command = click.option("--format", "form", type=form, default="text", help="How to write it.")(command)
        if member:
            command = click.option("--member", metavar="ID", help="Only this member. Default: all.")(command)
        return click.option("--company", metavar="SLUG", required=company, help="Which company.")(command)

    return add


@click.command("checkins")
@options(member=True)
@click.option("--from", "first", type=Day(), help="First day. Default: four weeks before the last.")
@click.option("--to", "last", type=Day(), help="Last day. Default: --on.")
def checkins_command(  # noqa: PLR0917 - click passes by name
    company: str, form: str, on: date | None, member: str | None, first: date | None, last: date | None
) -> None:
    """Check-ins as kept."""

    def report(records: Records, today: date, _now: datetime) -> Report:
        end = last or (max(first, today) if first else today)
        start = first or end - LOOK_BACK
        if start > end:
            raise click.UsageError(f"--from {start} is after the last day, {end}")
        return checkins(records, start, end, known_member(records.company, member))

    _tell(company, on, form, report)


@click.command("forecast")
@options()
@click.option("--period", metavar="PERIOD", help="Such as 2026-Q4. Default: the running one.")
def forecast_command(company: str, form: str, on: date | None, period: str | None) -> None:
    """Calls per member, the range, accuracy and bias so far."""

    def report(records: Records, today: date, until: datetime) -> Report:
        return forecast(records, _period(records.company, period, today), today, until)

    _tell(company, on, form, report)


@click.command("digest")
@options()
@click.option("--for", "whose", metavar="WHO", default="owner", help="owner, manager, or a rep's ID. Default: owner.")
def digest_command(company: str, form: str, on: date | None, whose: str) -> None:
    """The owner's weekly digest; the manager's, with names; or a rep's own recap."""

    def report(records: Records, today: date, _now: datetime) -> Report:
        match whose:
            case "owner":
                return weekly(records, today, public_holidays)
            case "manager":
                return managers(records, today, public_holidays)
            case _:
                return recap_of(records, _rep(records.company, whose), today)

    _tell(company, on, form, report)


def _rep(company: Company, whose: str) -> Member:
    """Problem, naming those there are, when there is none of that id."""
    found = next((it for it in company.reps if it.id == whose), None)
    if found is None:
        there = ", ".join(it.id for it in company.reps)
        raise Problem(f"--for: {company.slug} has no rep '{whose}'; there are: owner, manager, {there}")
    return found


@click.command("ratios")
@options(member=True)
def ratios_command(company: str, form: str, on: date | None, member: str | None) -> None:
    """Counts and yields of each step, with their n; cycle length; today's actions from the target."""

    def report(records: Records, today: date, _now: datetime) -> Report:
        who = known_member(records.company, member)
        return with_actions(
            step_ratios(records, today, who), records, today, who, public_holidays, folded=form == "html"
        )

    _tell(company, on, form, report)


@click.command("deal")
@options()
@click.option("--id", "opportunity_id", metavar="OPPORTUNITY_ID", required=True, help="The CRM's own id.")
def deal_command(company: str, form: str, on: date | None, opportunity_id: str) -> None:
    """One opportunity: qualification, evidence, history, and its chance with its parts."""

    def report(records: Records, today: date, now: datetime) -> Report:
        found = records.opportunity(opportunity_id)
        if found is None:
            raise Problem(f"{company} has no opportunity '{opportunity_id}'; ids are the CRM's own, as imported")
        told = deal(records, found.id, today, now)
        if told is None:
            begun = min(it for it in (found.created_on, found.closed_on) if it)
            raise Problem(f"opportunity '{opportunity_id}' began on {begun}; ask for that day or a later one")
        return told

    _tell(company, on, form, report)


@click.command("review")
@options(member=True)
def review_command(company: str, form: str, on: date | None, member: str | None) -> None:
    """The pipeline review: what each rep is asked, ranked, with reasons."""

    def report(records: Records, today: date, _now: datetime) -> Report:
        return pipeline_review(records, today, known_member(records.company, member))

    _tell(company, on, form, report)


@click.command("queue")
@options(company=False)
def queue_command(company: str | None, form: str, on: date | None) -> None:
    """The manager's queue; without a company, across all."""
    settings = opened.settings()
    store = opened.store(settings)
    one = opened.company(store, company) if company else None
    slugs = (one.slug,) if one else store.companies()
    found = [it for slug in slugs for it in _waiting(settings, store, slug, on)]
    # Who is unknown or can't be reached is known of now only.
    beside = [] if on else [_beside(store, slug) for slug in slugs]
    # Across all of them it is for whoever runs the coach.
    with speaking_to(one) if one else speaking(ENGLISH):
        click.echo(written(queue(found, beside), form))


def _waiting(settings: Settings, store: SqlStore, slug: str, on: date | None) -> list[Waiting]:
    """A transaction for each company."""
    with store.work(slug) as work:
        _, at = _moment(settings, work.company, on)
        return [(work.company, it) for it in live_at(work.escalations(tuple(EscalationState)), at)]


def _beside(store: SqlStore, slug: str) -> Beside:
    with store.work(slug) as work:
        return work.company, work.newcomers(Standing.WAITING)


def _tell(company: str, on: date | None, form: str, report: Callable[[Records, date, datetime], Report]) -> None:
    settings = opened.settings()
    store = opened.store(settings)
    found = opened.company(store, company)
    today, now = _moment(settings, found, on)
    with speaking_to(found):
        with store.work(company) as work:
            told = report(work, today, now)
        click.echo(written(told, form))


def _moment(settings: Settings, company: Company, on: date | None) -> tuple[date, datetime]:
    """The day, and its end: whatever happened on it belongs to it, also what a clock ahead of ours wrote down."""
    day = on or cadence.local_day(settings.clock().now(), company.tz)
    return day, cadence.instant(day + timedelta(days=1), time(0), company.tz)


def known_member(company: Company, member: str | None) -> str | None:
    """Problem, naming those there are, when there is none of that id."""
    if member is None or company.member(member):
        return member
    there = ", ".join(it.id for it in company.members)
    raise Problem(f"{company.slug} has no member '{member}'; there are: {there}")


def _period(company: Company, written_: str | None, today: date) -> Period:
    if written_ is None:
        return company.period(today)
    try:
        return Period.parse(written_, company.fiscal_year_start)
    except ValueError as problem:
        named = sorted({it.period for it in company.targets})
        there = f"; {company.slug} has targets for {', '.join(named)}" if named else ""
        raise Problem(f"--period: {problem}{there}") from None
