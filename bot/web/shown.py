"""What the local chat's templates show: bubbles, the clock, and who is there. Pure but for each form's own key."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot import html
from bot.links import Links
from coaching.card import Text, plain
from coaching.company import Company
from coaching.language import marked, t
from coaching.people import Member, Role
from coaching.phrases import day
from storage.chat import Line

ORDER = (Role.REP, Role.MANAGER, Role.OWNER, Role.ADMIN)
ROLES = (marked("rep"), marked("manager"), marked("owner"), marked("admin"))
"""As they stand in a company's file."""
QUICK = {
    Role.REP: (marked("today"), "/forecast", marked("deals"), marked("ratios"), marked("manager"), marked("help")),
    Role.MANAGER: (marked("today"), marked("queue"), "/forecast", marked("digest"), marked("help")),
    Role.OWNER: (marked("digest"), "/forecast", marked("queue"), marked("help")),
    Role.ADMIN: (marked("help"),),
}
"""Words worth a button."""


@dataclass(frozen=True, slots=True)
class Shown:
    """To whom, with which token in the forms and which links behind the figures."""

    to: Member
    token: str
    links: Links


def ordered(company: Company) -> list[Member]:
    """Those who are still there: reps first, for that is where a newcomer begins."""
    return sorted((it for it in company.members if it.active), key=lambda it: ORDER.index(it.role))


def bubble(line: Line, shown: Shown) -> Mapping[str, object]:
    """One line; `version` changes when its card does."""
    hidden = {"key": secrets.token_hex(8), "line": str(line.order), "message": line.key or ""}
    form = html.Form(f"/as/{shown.to.id}/press", shown.token, hidden)
    return {
        "author": line.author,
        "card": html.fragment(line.card, form, links=shown.links),
        "words": "".join(plain(it.spans) for it in line.card.elements if isinstance(it, Text)),
        "at": local(line.at, shown.to.tz),
        "changed": line.changed_at != line.at,
        "version": f"{line.changed_at:%Y%m%d%H%M%S%f}",
        "order": line.order,
    }


def clock(now: datetime, upcoming: tuple[datetime, str] | None, member: Member) -> Mapping[str, str]:
    """On the member's own wall; what comes next without its day when that is today."""
    here, place = local(now, member.tz), member.zone.split("/")[-1].replace("_", " ")
    if upcoming is None:
        return {"now": here, "place": place, "next": t("nothing is planned")}
    at, what = upcoming
    same_day = at.astimezone(member.tz).date() == now.astimezone(member.tz).date()
    when = f"{at.astimezone(member.tz):%H:%M}" if same_day else local(at, member.tz)
    return {"now": here, "place": place, "next": f"{when}: {what}"}


def local(at: datetime, zone: ZoneInfo) -> str:
    """`Mon 23 Nov, 08:30` on the member's own wall."""
    there = at.astimezone(zone)
    return f"{day(there.date())}, {there:%H:%M}"
