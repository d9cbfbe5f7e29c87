"""`coach connect slack`: the Slack app that a company brought."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click
from pydantic import SecretStr
from sqlalchemy.exc import IntegrityError

from bot import opened
from bot.clock import real_now
from bot.greeting import greet
from bot.holidays import public_holidays
from bot.problem import Problem
from bot.settings import Settings
from bot.slack.front import secrets_in
from bot.slack.trying import NotTaken, client_taken, who_am_i
from bot.slack.workspaces import SECRET
from coaching.company import Company
from coaching.events import Planned
from storage.installs import Install, Installs, Tokens, resume
from storage.outbox import Outbox
from storage.secrets import Secrets, UnreadableSecretError
from storage.store import SqlStore

if TYPE_CHECKING:
    from collections.abc import Coroutine

NAMES = ("slack_signing_secret", "slack_bot_token", "slack_client_id", "slack_client_secret")
LEARNED = "learned_team"
"""Kept with the app: the workspace that the company has from it, as its file named none."""
SHAPE = re.compile("[0-9a-f]{32}")
"""Of a signing secret. Slack doesn't promise it, so another one is doubted and not refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What Slack's pages show: `token` under OAuth & Permissions, the rest under Basic Information.

    `environment` names the settings that some of it was taken from.
    """

    signing_secret: str
    token: str = ""
    client_id: str = ""
    client_secret: str = ""
    environment: tuple[str, ...] = ()


def connect(chosen: Settings, store: SqlStore, secrets: Secrets, company: Company, *, ask: bool) -> list[str]:
    """Try what is given, keep it, and say what is left to do."""
    given = _of_its_own(company) if ask or chosen.many_workspaces else _given(chosen)
    doubts = list(_doubts(given))
    learned = _learned(store, secrets, company)
    if not given.token:
        _carried_out(client_taken(chosen.slack_api_url, given.client_id, given.client_secret))
        with store.work(company.slug) as work:
            secrets.keep(work, SECRET, _app(given, company.slack_team if learned else None))
        return [*doubts, *_address(chosen, company), _install_link(chosen, company)]
    company = replace(company, slack_team=None) if learned else company
    found = _carried_out(who_am_i(chosen.slack_api_url, given.token))
    team = _team(found, company)
    _keep(store, secrets, company, given, found)
    go_on(chosen, store, company)
    named = f"{found.get('team')} ({team})"
    told = [f"connected to {named} as @{found.get('user')}; the token is kept sealed"]
    if company.slack_team is None:
        told.append(f"its file names no workspace yet; write into it: slack: {{team: {team}}}")
    return [*told, *doubts, *_address(chosen, company)]


def disconnect(store: SqlStore, secrets: Secrets, company: Company) -> list[str]:
    """Forget the app; what was said through it stays."""
    installs = Installs(store, secrets)
    learned = _learned(store, secrets, company)
    with store.work(company.slug) as work:
        there = secrets.find(work, SECRET) is not None
        secrets.forget(work, SECRET)
        if learned:
            work.keep_company(replace(work.company, slack_team=None))
    installs.remove(company.slug)
    if not there:
        raise Problem(f"{company.slug} has no Slack app of its own here")
    told = [f"the Slack app of {company.slug} is forgotten; delete it at api.slack.com/apps too"]
    if learned:
        told.append(
            f"so is workspace {company.slack_team}, first known from that app; if the file names it by now, apply it "
            "again"
        )
    elif company.slack_team:
        told.append(f"its workspace stays {company.slack_team}, which its file names")
    return told


def _learned(store: SqlStore, secrets: Secrets, company: Company) -> bool:
    """Whether the company's workspace is known from its app."""
    with store.work(company.slug) as work:
        try:
            kept = secrets.find(work, SECRET)
        except UnreadableSecretError:
            return False
    return kept is not None and company.slack_team is not None and kept.get(LEARNED) == company.slack_team


# --- what is given -------------------------------------------------------------------------------------------------
def _given(chosen: Settings) -> Given:
    """From the environment, and what is missing there from whoever runs the command."""
    token, client = _said(chosen.slack_bot_token), chosen.slack_client_id or ""
    signing = _said(chosen.slack_signing_secret) or _asked("Signing secret (Basic Information)")
    if not token and not client:
        token = _asked("Bot token, xoxb-… (OAuth & Permissions)")
    secret = _said(chosen.slack_client_secret) if client else ""
    if client and not token and not secret:
        secret = _asked("Client secret (Basic Information)")
    there = tuple(name.upper() for name in NAMES if getattr(chosen, name))
    return _checked(
        Given(signing_secret=signing, token=token, client_id=client, client_secret=secret, environment=there)
    )


def _of_its_own(company: Company) -> Given:
    """Asked for, whatever stands in the environment: an app there that workspaces install is for all companies."""
    try:
        return _checked(_asked_for())
    except click.Abort:
        raise Problem(
            f"nothing was kept: what stands in the environment isn't taken, as only {company.slug}'s own app may be "
            "kept with it. Run this where it can ask you, or with SLACK_SIGNING_SECRET and SLACK_BOT_TOKEN of that "
            "app and without SLACK_CLIENT_ID and SLACK_CLIENT_SECRET"
        ) from None


def _asked_for() -> Given:
    signing = _asked("Signing secret (Basic Information)")
    token = _asked("Bot token, xoxb-… (OAuth & Permissions); empty if it isn't installed yet", empty=True)
    if token:
        return Given(signing_secret=signing, token=token)
    client = _asked("Client ID (Basic Information)")
    return Given(signing_secret=signing, client_id=client, client_secret=_asked("Client secret (Basic Information)"))


def _doubts(given: Given) -> Iterator[str]:
    """What can't be tried from here, and where it is from."""
    if given.environment:
        yield (
            f"taken from the environment ({', '.join(given.environment)}); take those out before coach serve starts, "
            "or it uses them itself (--ask asks instead)"
        )
    if not all(SHAPE.fullmatch(it) for it in secrets_in(given.signing_secret)):
        yield "that signing secret doesn't look like one of Slack's, 32 digits and letters a to f; copy it again"


def _checked(it: Given) -> Given:
    if it.token.startswith(("xapp-", "xoxp-")):
        raise Problem("that is another kind of token; take the Bot User OAuth Token, which begins with xoxb-")
    return it


def _said(value: SecretStr | None) -> str:
    return value.get_secret_value() if value else ""


def _asked(what: str, *, empty: bool = False) -> str:
    default = "" if empty else None
    answer = str(click.prompt(what, hide_input=True, default=default, show_default=False)).strip()
    if (not answer and not empty) or " " in answer:
        raise Problem(f"{what.partition(' (')[0]}: one word is wanted; nothing was kept")
    return answer


def _app(given: Given, learned: str | None) -> Mapping[str, str]:
    values = {
        "signing_secret": given.signing_secret,
        "client_id": given.client_id,
        "client_secret": given.client_secret,
        LEARNED: learned or "",
    }
    return {name: it for name, it in values.items() if it}


# --- tried and kept ------------------------------------------------------------------------------------------------
def _carried_out(trying: Coroutine[Any, Any, Mapping[str, Any]]) -> Mapping[str, Any]:
    try:
        return asyncio.run(trying)
    except NotTaken as why:
        raise Problem(f"{why}; nothing was kept") from None


def _team(found: Mapping[str, Any], company: Company) -> str:
    team = str(found.get("team_id") or "")
    if company.slack_team is not None and team != company.slack_team:
        raise Problem(
            f"that token is of {found.get('team')} ({team}), but the file of {company.slug} names "
            f"{company.slack_team}; take the token of that workspace, or mend the file and apply it. Nothing was kept"
        )
    return team


def _keep(store: SqlStore, secrets: Secrets, company: Company, given: Given, found: Mapping[str, Any]) -> None:
    installs = Installs(store, secrets)
    install = Install(
        app=company.slug,
        home=str(found["team_id"]),
        enterprise=found.get("enterprise_id") or None,
        name=str(found.get("team") or ""),
        bot=str(found.get("user_id") or ""),
        scopes=str(found.get("scopes") or ""),
        installed_at=real_now(),
    )
    try:
        with store.work(company.slug) as work:
            secrets.keep(work, SECRET, _app(given, install.home if company.slack_team is None else None))
            installs.remove_within(work.session.connection(), company.slug)
            sealed = installs.sealed(install, Tokens(bot=given.token))
            installs.keep_within(work.session.connection(), replace(install, sealed=sealed))
            if company.slack_team is None:
                work.keep_company(replace(work.company, slack_team=install.home))
    except IntegrityError:
        raise Problem(f"workspace {install.home} belongs to another company here; nothing was kept") from None


def go_on(chosen: Settings, store: SqlStore, company: Company) -> None:
    """What was paused because an app had been taken out, or was refused, goes on."""
    now = chosen.clock().now()
    greet(store, public_holidays, company.slug, now)
    if resume(store, company.slug):
        opened.engine(store).handle(Planned(company=company.slug, key=f"planned:{now.isoformat()}", at=now))
    Outbox(store).resume(company.slug)


def _address(chosen: Settings, company: Company) -> Iterator[str]:
    base = chosen.coach_public_url or "https://YOUR-ADDRESS"
    yield f"the app's one address for events, commands and buttons: {base}/slack/events/{company.slug}"
    yield f"a manifest that has it: coach slack-manifest --company {company.slug}"
    yield "the signing secret can't be tried from here: Slack tries it as soon as it knows that address"


def _install_link(chosen: Settings, company: Company) -> str:
    base = chosen.coach_public_url or "https://YOUR-ADDRESS"
    return f"the workspace installs it at: {base}/slack/install?company={company.slug}"
