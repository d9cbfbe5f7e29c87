"""A company's file against what is known: what the company becomes. Nobody's history is lost by it."""

from __future__ import annotations

from dataclasses import replace

from coaching.company import Company
from coaching.people import Member


def revised(known: Company | None, file: Company) -> Company:
    """The company as its file now says.

    Members that the file no longer names stay, inactive. What was said in chat and a file can't say is kept: a pause,
    who somebody is on a platform that the file leaves out for them, that their account there is closed, the zone they
    are in, how they want to be reminded and when not to be disturbed, while the file says of it what it always said or
    leaves it to the company, and where the company itself is that was connected.
    So is what imports' mappings said of stages.
    """
    if known is None:
        return file
    taken = {pair for it in file.members for pair in it.handles.items()}
    named = tuple(_continued(known.member(it.id), it, taken, file) for it in file.members)
    ids = {it.id for it in named}
    left = tuple(replace(it, active=False) for it in known.members if it.id not in ids)
    return replace(
        file,
        members=named + left,
        mapped_stages=known.mapped_stages,
        slack_team=file.slack_team or known.slack_team,
        teams_tenant=file.teams_tenant or known.teams_tenant,
    )


def _continued(known: Member | None, now: Member, taken: set[tuple[str, str]], file: Company) -> Member:
    if known is None:
        return now
    learned = {name: handle for name, handle in known.handles.items() if (name, handle) not in taken}
    handles = {**learned, **now.handles}
    stays = _zone_stays(known, now)
    return replace(
        _with_wishes(known, now, file),
        paused_until=known.paused_until,
        paused_from=known.paused_from,
        zone=known.zone if stays else now.zone,
        zone_seen=known.zone_seen,
        zone_filed=now.zone if known.zone_seen else "",
        zone_before=known.zone_before,
        zone_refused=known.zone_refused,
        zone_told_at=known.zone_told_at,
        handles=handles,
        closed={it: handle for it, handle in known.closed.items() if handles.get(it) == handle},
    )


def _with_wishes(known: Member, now: Member, file: Company) -> Member:
    """With what they chose in chat; the file's own word for them counts when it is another than before."""
    if known.reminders_filed and _stays(now.reminders, known.reminders_filed, known.reminders, file.checkin.reminders):
        now = replace(now, reminders=known.reminders, reminders_filed=now.reminders)
    if known.quiet_filed and _stays(now.quiet_hours, known.quiet_filed, known.quiet_hours, file.quiet_hours):
        now = replace(now, quiet_hours=known.quiet_hours, quiet_filed=now.quiet_hours)
    return now


def _stays(filed: object, before: object, wish: object, company: object) -> bool:
    return filed in (before, wish, company)


def _zone_stays(known: Member, now: Member) -> bool:
    """Whether the file says no more than it did. Of what was applied before that was kept, only if chat moved them."""
    if known.zone_filed:
        return now.zone == known.zone_filed
    return bool(known.zone_seen) and known.zone == known.zone_seen
