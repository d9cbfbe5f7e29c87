"""A company's own file and data: who can't be reached, what is missing, what is old. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.checkup.finding import Finding, Verdict, fail, ok, warn
from bot.courier import JOINING
from coaching import accounts
from coaching.company import Company
from coaching.people import Member, Role
from coaching.phrases import count, listed

OLD = timedelta(days=7)
APPLY = "then run: coach apply"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of it. `chat` (Slack), `teams` and `mail`: whether the program has such a channel."""

    company: Company
    today: date
    imported_on: date | None
    chat: bool
    mail: bool
    teams: bool = False


def company(facts: Facts) -> list[Finding]:
    """What is wrong with it; or one line that it is well."""
    parts = (_people(facts), _unreachable(facts), _closed(facts), _digest(facts), _targets(facts), _pipeline(facts))
    found = [it for part in parts for it in part]
    if found:
        return found
    it = facts.company
    reps = count(len(it.reps), "rep")
    return [ok(it.slug, f"{reps}, manager {it.manager.name if it.manager else ''}, imported {facts.imported_on}")]


def healthy(found: list[Finding]) -> bool:
    """Whether nothing fails."""
    return all(it.verdict is not Verdict.FAIL for it in found)


def _people(facts: Facts) -> Iterator[Finding]:
    it = facts.company
    if not it.reps:
        yield warn(it.slug, f"there is no rep, so nobody is asked; add one to its file, {APPLY}")
    if it.manager is None:
        yield warn(it.slug, f"there is no manager, so what is raised goes to the owner at best; add one, {APPLY}")
    if not it.with_role(Role.OWNER):
        yield warn(it.slug, f"there is no owner to fall back on or to send the digest to; add one, {APPLY}")


def _unreachable(facts: Facts) -> Iterator[Finding]:
    it = facts.company
    here = [one for one in it.members if one.active and one.role is not Role.ADMIN]
    nowhere = [one.id for one in here if not one.handles and not one.email]
    ask = _ask_them(facts)
    if nowhere:
        first = f"{ask}, or " if ask else ""
        yield fail(it.slug, f"no way to reach {listed(nowhere)}: {first}give each a slack:, teams: or email:, {APPLY}")
    if not (facts.chat or facts.teams or facts.mail):
        return
    shut = _shut(it, "slack")
    waiting = [one.id for one in here if one.id not in {*nowhere, *shut} and not _reached(one, facts)]
    if waiting:
        missing = "mail isn't set up" if facts.chat or facts.teams else "Slack and Teams aren't set up"
        in_slack, in_teams = facts.chat and (it.slack_team or not facts.teams), facts.teams
        ids = " or ".join(name for name, there in (("slack:", in_slack), ("teams:", in_teams)) if there) or "slack:"
        last = f"; {ask}" if ask else ""
        yield warn(it.slug, f"{listed(waiting)} can't be reached yet: {missing}, or they lack a {ids} id{last}")


def _ask_them(facts: Facts) -> str:
    """What each can do by themselves, where the company is: it takes nobody's file."""
    it = facts.company
    there = (("slack", facts.chat and it.slack_team), ("teams", facts.teams and it.teams_tenant))
    joining = " or ".join(JOINING[name] for name, is_there in there if is_there)
    return f"ask them to {joining}" if joining else ""


def _closed(facts: Facts) -> Iterator[Finding]:
    """Somebody left, mostly, and the file hasn't heard of it."""
    it = facts.company
    shut = _shut(it, "slack")
    if not shut or not facts.chat:
        return
    members = {one.id: one for one in it.members}
    nowhere = [who for who in shut if not _reached(members[who], facts)]
    alone = f", and nothing else reaches {listed(nowhere)}" if nowhere else ""
    account = "account of {} is" if len(shut) == 1 else "accounts of {} are"
    yield warn(
        it.slug,
        f"the Slack {account.format(listed(shut))} closed{alone}; who has left comes out of the file, {APPLY}; "
        "an account that opens again is written to by itself",
    )


def _shut(it: Company, platform: str) -> list[str]:
    return [one.id for one in it.members if one.active and accounts.is_closed(one, platform)]


def _reached(member: Member, facts: Facts) -> bool:
    there = member.open_handles
    in_chat = (facts.chat and "slack" in there) or (facts.teams and "teams" in there)
    return in_chat or (facts.mail and bool(member.email))


def _digest(facts: Facts) -> Iterator[Finding]:
    it = facts.company
    owners = it.with_role(Role.OWNER)
    if not it.digest.to:
        yield warn(it.slug, f"nobody gets the weekly digest; name somebody under digest: to:, {APPLY}")
    elif owners and not any(one.id in it.digest.to for one in owners):
        yield warn(it.slug, f"the digest does not go to the owner, {owners[0].id}; see digest: to: in its file")


def _targets(facts: Facts) -> Iterator[Finding]:
    it, period = facts.company, facts.company.period(facts.today)
    if it.target(period) is None:
        yield warn(it.slug, f"there is no target for {period}; add one under targets:, {APPLY}")
    without = [one.id for one in it.reps if it.target(period, one.id) is None]
    if without and len(without) < len(it.reps):
        yield warn(it.slug, f"in {period} there is no target for {listed(without)}; add them under targets:, {APPLY}")


def _pipeline(facts: Facts) -> Iterator[Finding]:
    it, last = facts.company, facts.imported_on
    todo = f"coach import FILE.csv --company {it.slug}"
    if last is None:
        yield warn(it.slug, f"no opportunities have been imported yet; run: {todo}")
    elif facts.today - last > OLD:
        days = (facts.today - last).days
        yield warn(it.slug, f"opportunities are of {last}, {days} days old; export them afresh and run: {todo}")
