"""A company's file against what is known: what the company becomes. Nobody's history is lost by it."""

from __future__ import annotations

from dataclasses import replace

from coaching.company import Company
from coaching.people import Member


def revised(known: Company | None, file: Company) -> Company:
    """The company as its file now says.

    Members that the file no longer names stay, inactive. What was said in chat and a file can't say is kept: a pause,
    who somebody is on a platform that the file leaves out for them, and where the company itself is that was connected.
    So is what imports' mappings said of stages.
    """
    if known is None:
        return file
    taken = {pair for it in file.members for pair in it.handles.items()}
    named = tuple(_continued(known.member(it.id), it, taken) for it in file.members)
    ids = {it.id for it in named}
    left = tuple(replace(it, active=False) for it in known.members if it.id not in ids)
    return replace(
        file,
        members=named + left,
        mapped_stages=known.mapped_stages,
        slack_team=file.slack_team or known.slack_team,
        teams_tenant=file.teams_tenant or known.teams_tenant,
    )


def _continued(known: Member | None, now: Member, taken: set[tuple[str, str]]) -> Member:
    if known is None:
        return now
    learned = {name: handle for name, handle in known.handles.items() if (name, handle) not in taken}
    return replace(now, paused_until=known.paused_until, zone_seen=known.zone_seen, handles={**learned, **now.handles})
