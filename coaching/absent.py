"""Whom nothing has ever reached, for whoever answers for them: they are asked nothing until they can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coaching.accounts import is_closed
from coaching.card import Bold, Spans
from coaching.identity import PLATFORMS
from coaching.language import ts
from coaching.phrases import listed

if TYPE_CHECKING:
    from collections.abc import Collection

    from coaching.company import Company

MOST_NAMED = 3


def not_here(company: Company, absent: Collection[str]) -> tuple[Spans, ...]:
    """One line with what they can do about it, or none. Closed accounts have a line of their own."""
    there = (it for it in company.members if it.active and it.id in absent)
    called = company.names
    names = [called[it.id] for it in there if not any(is_closed(it, platform) for platform in PLATFORMS)]
    if not names:
        return ()
    values = {"names": Bold(listed(names, MOST_NAMED))}
    if company.teams_tenant and company.slack_team:
        return (
            ts(
                "Not here yet: {names}. They read me once they write to me in Slack or add me in Teams, or by mail, "
                "where that is set up and I have their address.",
                **values,
            ),
        )
    if company.teams_tenant:
        return (
            ts(
                "Not here yet: {names}. They read me once they add me in Teams, or by mail, where that is set up and "
                "I have their address.",
                **values,
            ),
        )
    if company.slack_team:
        return (
            ts(
                "Not here yet: {names}. They read me once they write to me in Slack, or by mail, where that is set up "
                "and I have their address.",
                **values,
            ),
        )
    return (ts("Not here yet: {names}. They read me once I have an address that reaches them.", **values),)
