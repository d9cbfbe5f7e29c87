"""The settings, the clock, the time zones, the keys and the database."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.exc import SQLAlchemyError

from bot import opened
from bot.checkup.finding import Finding, fail, ok, warn
from bot.checkup.undelivered import undelivered as undelivered_now
from bot.problem import Problem
from bot.settings import Settings
from storage import revision, wall
from storage.database import shown
from storage.installs import OURS, all_installs
from storage.secrets import BadKeyError, Secrets, UnreadableSecretError, names
from storage.store import SqlStore

FEW = 10
"""Undelivered messages that are named on the terminal; JSON and /readyz name all."""


def settings(chosen: Settings) -> Iterator[Finding]:
    """They fit together, or we wouldn't be here."""
    yield ok("settings", "all fit together")
    if chosen.coach_clock:
        yield warn("clock", f"COACH_CLOCK={chosen.coach_clock}: not the real time; for tests and demos only")
    if chosen.coach_public_url is None:
        yield warn("address", "COACH_PUBLIC_URL is not set, so messages carry no links; set the address people reach")
    elif chosen.coach_public_url.startswith("http://") and "://localhost" not in chosen.coach_public_url:
        yield warn("address", f"{chosen.coach_public_url} is not https; Slack and Teams call https addresses only")
    else:
        yield ok("address", chosen.coach_public_url)


def zones() -> Iterator[Finding]:
    """Days and mornings hang on them."""
    try:
        ZoneInfo("America/New_York"), ZoneInfo("Asia/Kolkata")
        yield ok("time zones", f"tzdata {version('tzdata')}")
    except (ZoneInfoNotFoundError, PackageNotFoundError):
        yield fail("time zones", "there is no time zone data; run: pip install tzdata")


def keys(chosen: Settings, store: SqlStore | None) -> Iterator[Finding]:
    """Needed as soon as something is sealed, or a link is signed. `store` is None when it can't be read."""
    sealed = tuple(_sealed(store)) if store else ()
    if chosen.coach_secret_keys is None:
        if sealed:
            yield fail("keys", f"credentials of {', '.join(sealed)} are sealed, but COACH_SECRET_KEYS is not set")
        elif chosen.coach_public_url:
            yield warn("keys", "COACH_SECRET_KEYS is not set, so links in mails can't be signed and are left out")
        else:
            yield ok("keys", "COACH_SECRET_KEYS is not set, and nothing needs it yet")
        return
    try:
        secrets = Secrets(chosen.coach_secret_keys.get_secret_value())
    except BadKeyError as problem:
        yield fail("keys", str(problem))
        return
    broken = [f"{slug}: {why}" for slug in sealed if store for why in _unreadable(store, slug, secrets)]
    yield from (fail("keys", it) for it in broken)
    if not broken:
        yield ok("keys", f"valid; companies with sealed credentials: {', '.join(sealed) or 'none'}")


def _sealed(store: SqlStore) -> Iterator[str]:
    """Whoever keeps credentials, or whose workspace installed the app: those tokens are sealed too."""
    served = [it for it in all_installs(store) if it.sealed]
    for slug in store.companies():
        with store.work(slug) as work:
            team = work.company.slack_team
            if names(work) or any(it.app == slug or (it.app == OURS and team and it.serves(team)) for it in served):
                yield slug


def _unreadable(store: SqlStore, slug: str, secrets: Secrets) -> Iterator[str]:
    with store.work(slug) as work:
        for name in names(work):
            try:
                secrets.find(work, name)
            except UnreadableSecretError as problem:
                yield str(problem)


def database(chosen: Settings) -> tuple[list[Finding], SqlStore | None]:
    """Reachable, at the newest schema, writable; and the store, if all of it is so."""
    where = "database"
    try:
        store = opened.store(chosen)
    except Problem as problem:
        return [fail(where, str(problem))], None
    try:
        store.try_writing()
    except SQLAlchemyError as problem:
        why = str(getattr(problem, "orig", None) or problem).strip().splitlines()[0]
        return [fail(where, f"it can be read but not written: {why}; check who owns it and whether it is full")], None
    told = ok(where, f"{shown(chosen.coach_database_url)}, schema {revision.head()}, writable")
    return [told, *_wall(store)], store


def _wall(store: SqlStore) -> Iterator[Finding]:
    with store.engine.connect() as it:
        if wall.stands(it) is False:
            yield warn(
                "database",
                "its user is a superuser, whom PostgreSQL shows the rows of all companies; connect as a user that only "
                "owns the database: CREATE ROLE coach LOGIN",
            )


def undelivered(store: SqlStore, chosen: Settings) -> Iterator[Finding]:
    """Each by name."""
    found = tuple(undelivered_now(store, chosen))
    if not found:
        yield ok("deliveries", "nothing is undelivered")
        return
    yield warn("deliveries", f"{len(found):,} undelivered; why is said with each")
    for it in found[:FEW]:
        yield warn("undelivered", f"{it.kind} to {it.member} of {it.company} ({it.key}): {it.reason}")
    if len(found) > FEW:
        yield warn("undelivered", f"and {len(found) - FEW:,} more; --format json names all")
