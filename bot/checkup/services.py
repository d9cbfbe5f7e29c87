"""Slack and the mail server, asked with the credentials that are set; nothing is posted or sent."""

from __future__ import annotations

import asyncio
import smtplib
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from urllib.parse import urlsplit

import aiohttp
from pydantic import SecretStr
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.checkup.finding import Finding, fail, ok, warn
from bot.mail.outbound import MailChannel
from bot.settings import Settings
from bot.slack.api import Api
from bot.slack.connecting import reinstall
from coaching.company import Company
from coaching.phrases import listed
from coaching.rewording import Doubt, Draft
from storage.installs import OURS, Install, Installs, all_installs
from storage.secrets import BadKeyError, Secrets, UnreadableSecretError
from storage.store import SqlStore

SCOPES = {
    "chat:write": "messages can't be sent",
    "commands": "there is no /coach and no /forecast",
    "users:read": "zones aren't kept right when people travel",
    "users:read.email": "whoever writes without being in the company's file is always a question for the manager",
    "im:history": "answers in words aren't heard, and a message in doubt can't be looked up",
    "im:write": "who was never written to can't be looked up in doubt",
    "files:write": "the digest's picture is replaced by words",
}
"""What Slack must allow, and what is missed without it."""
AT_ONCE = 10


def slack(chosen: Settings, companies: Collection[Company] | None) -> Iterator[Finding]:
    """The token works, is of a company's workspace, and may do what is needed. None: the companies aren't known."""
    if chosen.many_workspaces:
        base = chosen.coach_public_url or "COACH_PUBLIC_URL + "
        yield ok("Slack", f"workspaces install the app at {base}/slack/install")
        return
    if chosen.slack_bot_token is None:
        yield ok("Slack", "no app of the deployment's; companies bring theirs with coach connect slack, if they use it")
        return
    try:
        answer = asyncio.run(_asked(Api(chosen.slack_bot_token.get_secret_value(), chosen.slack_api_url)))
    except SlackApiError as problem:
        why = problem.response.get("error", "no reason")
        yield fail("Slack", f"it refuses SLACK_BOT_TOKEN ({why}); take the token from OAuth & Permissions of the app")
        return
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as problem:
        yield fail("Slack", f"{chosen.slack_api_url} can't be reached ({type(problem).__name__}); check the network")
        return
    yield _workspace(answer, companies)
    yield from _scopes(answer)


async def _asked(api: Api) -> AsyncSlackResponse:
    try:
        return await api.client.auth_test()
    finally:
        await api.close()


def _workspace(answer: AsyncSlackResponse, companies: Collection[Company] | None) -> Finding:
    team = str(answer.get("team_id"))
    named = f"{answer.get('team')} ({team})"
    if companies is None:
        return ok("Slack", f"connected to {named} as @{answer.get('user')}")
    home = [it.slug for it in companies if it.slack_team == team]
    if home:
        return ok("Slack", f"connected to {named} as @{answer.get('user')}, the workspace of {', '.join(home)}")
    return fail("Slack", f"the token is of {named}, which is no company's; write slack: {{team: {team}}} into its file")


def _scopes(answer: AsyncSlackResponse) -> Iterator[Finding]:
    told = answer.headers.get("x-oauth-scopes")
    if told is None:
        return
    granted = {it.strip() for it in told.split(",")}
    for scope, without in SCOPES.items():
        if scope not in granted:
            kind = fail if scope == "chat:write" else warn
            yield kind("Slack", f"the app lacks {scope}: {without}. Add it under OAuth & Permissions, then reinstall")


def installs(chosen: Settings, store: SqlStore | None) -> Iterator[Finding]:
    """Each app that a company brought, and each workspace that installed ours: asked with its own token."""
    if store is None or chosen.coach_secret_keys is None:
        return
    try:
        kept = Installs(store, Secrets(chosen.coach_secret_keys.get_secret_value()))
    except BadKeyError:
        return  # said where the keys are looked at
    homes = {it.team: it.slug for it in kept.homes()}
    yield from asyncio.run(_all_asked(chosen, kept, homes))


async def _all_asked(chosen: Settings, kept: Installs, homes: Mapping[str | None, str]) -> list[Finding]:
    api, at_once = Api(url=chosen.slack_api_url), asyncio.Semaphore(AT_ONCE)

    async def asked(it: Install) -> list[Finding]:
        async with at_once:
            return [one async for one in _install(api, kept, it, homes, chosen.coach_public_url)]

    try:
        found = await asyncio.gather(*(asked(it) for it in kept.all()))
    finally:
        await api.close()
    return [it for some in found for it in some]


async def _install(
    api: Api, kept: Installs, it: Install, homes: Mapping[str | None, str], base: str | None
) -> AsyncIterator[Finding]:
    company = it.app or ", ".join(slug for team, slug in homes.items() if team and it.serves(team))
    what, named = company or "Slack", f"{it.name} ({it.home})"
    anew = f"open {reinstall(base, it.app)} and allow it again"
    again = f"coach connect slack --company {it.app}" if it.app else anew
    try:
        tokens = kept.tokens(it)
    except UnreadableSecretError as problem:
        yield fail(what, f"the Slack tokens of {named}: {problem}")
        return
    if tokens is None:
        yield fail(what, f"the app was taken out of {named}, so the company is left alone; {again}")
        return
    if it.stuck_at and it.expires_at:
        ends = f"{it.expires_at:%Y-%m-%d %H:%M} UTC"
        yield fail(what, f"what renews the Slack tokens of {named} was used up or revoked; they end at {ends}: {anew}")
    try:
        answer = await api.with_token(tokens.bot).client.auth_test()
    except SlackApiError as problem:
        yield fail(what, f"Slack refuses the token of {named} ({problem.response.get('error')}); {again}")
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as problem:
        yield fail(what, f"Slack can't be reached ({type(problem).__name__}); check the network")
    else:
        unnamed = "" if company else "; no company is connected to it yet"
        yield ok(what, f"connected to {named} as @{answer.get('user')}{unnamed}")
        for finding in _scopes(answer):
            yield finding


def unspoken(chosen: Settings, store: SqlStore, company: Company) -> Iterator[Finding]:
    """A workspace is named, and no app is in it: whoever has an address of another kind may still be reached."""
    team = company.slack_team
    if team is None or (chosen.slack and not chosen.many_workspaces):
        return
    if any(it.serves(team) and it.app in {OURS, company.slug} for it in all_installs(store)):
        return
    mend = f"coach connect slack --company {company.slug}"
    if chosen.many_workspaces:
        mend = f"install the app at {chosen.coach_public_url or 'COACH_PUBLIC_URL + '}/slack/install, or: {mend}"
    only = [it.id for it in company.members if it.active and set(it.handles) == {"slack"} and not it.email]
    alone = f", and {listed(only)} can't be reached in any other way" if only else ""
    kind = fail if only else warn
    yield kind(company.slug, f"its file names Slack workspace {team}, but no app is connected to it{alone}; {mend}")


def model(chosen: Settings) -> Iterator[Finding]:
    """The language model answers in the form that is asked for; it is shown one sentence of ours."""
    if chosen.coach_llm_url is None or chosen.coach_llm_model is None:
        yield ok("language model", "not set up; everything works without")
        return
    yield asyncio.run(_reworded(chosen.coach_llm_url, chosen.coach_llm_model, chosen.coach_llm_key))


async def _reworded(url: str, name: str, key: SecretStr | None) -> Finding:
    # Imported here: few have one, and its client takes a while to import.
    from bot.rewording.model import Model, UnusableError  # noqa: PLC0415 - only where there is a model
    from bot.rewording.tasks import rephrase  # noqa: PLC0415 - as above

    there = Model(url, key.get_secret_value() if key else "", name)
    draft = Draft.of(("The next step with Acme Robotics is a call on Tuesday at 10:00.",))
    try:
        draft.filled(await there.text(rephrase("en"), draft.text))
    except UnusableError as problem:
        return fail("language model", f"{url} can't be used ({problem}); check COACH_LLM_URL, _KEY and _MODEL")
    except Doubt as doubt:
        return warn("language model", f"{name} answers, but not so that it can be believed ({doubt}); try another")
    finally:
        await there.close()
    return ok("language model", f"{name} puts the coach's words into others")


def mail(chosen: Settings) -> Iterator[Finding]:
    """The server takes us; nothing is sent."""
    if chosen.coach_smtp_url is None or chosen.coach_mail_from is None:
        yield ok("mail", "not set up")
        return
    url = chosen.coach_smtp_url.get_secret_value()
    host = urlsplit(url).hostname or "localhost"
    try:
        MailChannel(url, chosen.coach_mail_from, None).greet()
    except smtplib.SMTPAuthenticationError:
        yield fail("mail", f"{host} refuses the user or the password of COACH_SMTP_URL")
    except smtplib.SMTPException as problem:
        yield fail("mail", f"{host} doesn't take us: {problem}; check COACH_SMTP_URL")
    except (OSError, ValueError) as problem:
        yield fail("mail", f"{host} can't be reached: {problem}; check COACH_SMTP_URL and the network")
    else:
        yield ok("mail", f"{host} takes us; mails come from {chosen.coach_mail_from}")


def reach(chosen: Settings, *, chat: bool) -> Iterator[Finding]:
    """Whether anybody can be reached at all; `chat` when some workspace is connected."""
    if not chat and not chosen.coach_smtp_url:
        yield warn(
            "reach",
            "neither Slack nor Teams nor mail is set up, so nobody can be reached; see docs/slack.md and docs/teams.md",
        )
    elif chosen.coach_smtp_url and not (chosen.coach_public_url and chosen.coach_secret_keys):
        yield warn("reach", "mails can't be answered without COACH_PUBLIC_URL and COACH_SECRET_KEYS")
