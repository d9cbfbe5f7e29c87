"""An account on a platform that was closed: nobody is written to there, until it is open again.

The id stays its member's. Whoever becomes a guest later stays who they are, too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from coaching.card import Bold, Card, Spans, note
from coaching.decision import NOTHING, Decision, Kind, Message
from coaching.identity import PLATFORMS
from coaching.language import t, ts
from coaching.phrases import listed

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.events import Account
    from coaching.people import Member


def holder(company: Company, platform: str, handle: str) -> Member | None:
    """The active member whose id that is, whether its account is open or not."""
    return next((it for it in company.members if it.active and it.handles.get(platform) == handle), None)


def is_closed(member: Member, platform: str) -> bool:
    """Whether theirs there is."""
    return platform in member.handles and platform not in member.open_handles


def closed(company: Company, member: Member, event: Account) -> Decision:
    """Kept, and whoever answers for the team reads of it."""
    if is_closed(member, event.platform):
        return NOTHING
    now = replace(member, closed={**member.closed, event.platform: event.handle})
    kept = Decision(records=(now,))
    to = next((it for it in (company.manager, company.owner) if it and it.id != member.id), None)
    if to is None:
        return kept
    key = f"identity:closed:{event.platform}:{event.handle}:{event.at:%Y%m%dT%H%M%S}"
    return kept + Decision(messages=(Message(key=key, to=to.id, card=_told(now, event), kind=Kind.NOTICE),))


def opened(member: Member, platform: str) -> Decision:
    """What waited for them goes on with it."""
    if not is_closed(member, platform):
        return NOTHING
    return Decision(records=(replace(member, closed=_without(member, platform)),))


def _without(member: Member, platform: str) -> dict[str, str]:
    return {name: handle for name, handle in member.closed.items() if name != platform}


def _told(member: Member, event: Account) -> Card:
    there = PLATFORMS.get(event.platform, event.platform)
    others = [PLATFORMS.get(it, it) for it in member.open_handles] + (
        [t("e-mail where that is set up")] if member.email else []
    )
    if others:
        return note(
            t(
                "{name}’s account in {platform} is closed. Instead I write to them by {others}, and in {platform} "
                "again once it is open. If they have left, have them taken out of my list.",
                name=member.name,
                platform=there,
                others=listed(others),
            )
        )
    return note(
        t(
            "{name}’s account in {platform} is closed, and I know no other way to reach them. Once it is open again I "
            "go on by myself. If they have left, have them taken out of my list.",
            name=member.name,
            platform=there,
        )
    )


def gone(members: Iterable[Member]) -> tuple[Spans, ...]:
    """Who has a closed account, a line for each platform; for whoever answers for them."""
    there = [it for it in members if it.active]
    found = {it: [one.name for one in there if is_closed(one, it)] for it in PLATFORMS}
    return tuple(
        ts(
            "Not reached in {platform}, where the account is closed: {names}.",
            platform=PLATFORMS[it],
            names=Bold(listed(names)),
        )
        for it, names in found.items()
        if names
    )
