"""What waits or was given up, with why as it is now: where nothing reached somebody, more may be set up since."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.checkup import teams
from bot.courier import MAIL, unreachable
from bot.settings import Settings
from coaching.company import Company
from storage.deliveries import NOTHING_REACHES, Undelivered
from storage.installs import OURS, all_installs
from storage.outbox import Outbox
from storage.store import SqlStore


def undelivered(store: SqlStore, chosen: Settings) -> Iterator[Undelivered]:
    """The oldest first."""
    for it in Outbox(store).undelivered(chosen.clock().now()):
        yield _as_it_is_now(it, store, chosen) if it.reason.startswith(NOTHING_REACHES) else it


def _as_it_is_now(it: Undelivered, store: SqlStore, chosen: Settings) -> Undelivered:
    company = store.company(it.company)
    member = company.member(it.member)
    return replace(it, reason=unreachable(member, list(_channels(company, store, chosen)))) if member else it


def _channels(company: Company, store: SqlStore, chosen: Settings) -> Iterator[str]:
    """Those that the company has."""
    team = company.slack_team
    if team and (
        _only_one(chosen) or any(it.serves(team) and it.app in {OURS, company.slug} for it in all_installs(store))
    ):
        yield "slack"
    if company.teams_tenant and (chosen.teams or company.slug in {it.company for it in teams.brought(chosen, store)}):
        yield "teams"
    if chosen.coach_smtp_url is not None:
        yield MAIL


def _only_one(chosen: Settings) -> bool:
    """One token speaks for whatever there is."""
    return chosen.slack and not chosen.many_workspaces
