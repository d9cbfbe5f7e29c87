"""`coach slack-manifest`: what Slack's "create an app from a manifest" takes."""

from __future__ import annotations

import json

import click

from bot import opened
from bot.languages import language
from bot.problem import Problem
from bot.slack.manifest import manifest
from coaching.language import ENGLISH, speaking


@click.command("slack-manifest")
@click.option("--company", "slug", metavar="SLUG", help="The company that brings this app; without, yours for all.")
@click.option("--url", metavar="URL", help="The https address that people reach, if COACH_PUBLIC_URL isn't set.")
def command(slug: str | None, url: str | None) -> None:
    """A Slack app's manifest with your addresses in it.

    Paste it at api.slack.com/apps, "From a manifest".
    """
    chosen = opened.settings()
    base = url or chosen.coach_public_url
    if not base:
        raise Problem("Slack must know your address: set COACH_PUBLIC_URL, or add --url https://coach.example.com")
    spoken = language(opened.company(opened.store(chosen), slug).language) if slug else ENGLISH
    try:
        with speaking(spoken):
            click.echo(json.dumps(manifest(base, slug), indent=2, ensure_ascii=False))
    except ValueError as problem:
        raise Problem(str(problem)) from None
