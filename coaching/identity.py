"""Who somebody on a platform is: by an address that the platform vouches for, or by the manager's word. Never guessed.

The company's file says it first of all; this is about whoever it doesn't name there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, assert_never

from coaching.language import t
from coaching.people import Role

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.people import Member

PLATFORMS = {"slack": "Slack", "teams": "Teams"}
"""What a person calls them."""
SILENT = timedelta(days=1)
"""Somebody unknown who keeps writing is written to once in so long."""
DAY = timedelta(days=1)
LONGEST_PUT_OFF = 20
"""Days that a question may wait, over holidays and days off."""
FORGOTTEN = timedelta(days=90)
"""After so long without a word, whoever is nobody of ours isn't remembered any more."""


class Standing(StrEnum):
    """How far it is."""

    WAITING = "waiting"
    """For the manager's word."""
    NOBODY = "nobody"
    """Of ours, as the manager says."""
    KNOWN = "known"


class How(StrEnum):
    """By what it is known."""

    EMAIL = "email"
    MANAGER = "manager"


class Doubt(StrEnum):
    """Why an address alone doesn't say it."""

    STRANGE = "strange"
    """No member has it."""
    UNVERIFIED = "unverified"
    """The platform vouches for none."""
    GUEST = "guest"
    SHARED = "shared"
    """Several members have it, or the account has those of several."""
    TAKEN = "taken"
    """Its member is known there by another id."""
    DENIED = "denied"
    """The manager said once that it isn't them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """Somebody whom the file doesn't name on a platform, and what became of it: who they are, by what, since when."""

    platform: str
    handle: str
    name: str
    """As they call themselves there; it proves nothing."""
    standing: Standing
    seen_at: datetime
    doubt: Doubt | None = None
    member: str | None = None
    """Whose id it is; while it waits, whose address it has."""
    how: How | None = None
    by: str | None = None
    """The manager who said so."""
    settled_at: datetime | None = None
    told_at: datetime | None = None

    @property
    def refused(self) -> bool:
        """The manager said that it isn't whose address it is, or took a link back: no address undoes that."""
        nobodys = self.standing is Standing.NOBODY and self.member is not None
        taken_back = self.standing is Standing.WAITING and self.by is not None
        return self.standing is not Standing.KNOWN and (self.doubt is Doubt.DENIED or nobodys or taken_back)

    @property
    def called(self) -> str:
        """Their name, or their id where the platform tells none."""
        return self.name or self.handle


def asked_about(it: Newcomer, day: date) -> str:
    """The name of the message in which that is asked, once a day at most."""
    return f"identity:who:{it.platform}:{it.handle}:{day}"


def asked_about_all(day: date) -> str:
    """Of the one about many."""
    return f"identity:several:{day}"


def settled_unasked(them: Iterable[Newcomer], waiting: Iterable[Newcomer], now: datetime) -> tuple[str, ...]:
    """What need not be asked any more, should it still wait for an hour that is right; about all, once nobody waits."""
    here = {(it.platform, it.handle) for it in them}
    left = any((it.platform, it.handle) not in here for it in waiting)
    days = [now.date() - n * DAY for n in range(-1, LONGEST_PUT_OFF)]
    each = (asked_about(it, day) for it in them for day in days)
    return (*each, *(() if left else map(asked_about_all, days)))


def decides(company: Company, reader: Member) -> bool:
    """Who is asked, and believed: a manager; the owner where there is none."""
    return reader.role is Role.MANAGER or (reader.role is Role.OWNER and company.manager is None)


def same_address(one: str, other: str) -> bool:
    """In capitals or not, where that is safe: beyond ASCII different mailboxes may look alike once folded."""
    one, other = one.strip(), other.strip()
    return bool(one) and (one == other or (one.isascii() and other.isascii() and one.lower() == other.lower()))


def having(company: Company, addresses: Iterable[str]) -> tuple[Member, ...]:
    """The active members who have one of these addresses."""
    vouched = tuple(addresses)
    return tuple(
        it for it in company.members if it.active and any(same_address(it.email or "", one) for one in vouched)
    )


def without_an_id(company: Company, platform: str) -> tuple[Member, ...]:
    """The active members who aren't known there yet, or whose account there is closed."""
    return tuple(it for it in company.members if it.active and not it.open_handles.get(platform))


def choice(company: Company, it: Newcomer) -> tuple[Member, ...]:
    """Who it may be. Somebody known there by another id only where that is the question."""
    known_by_another = company.member(it.member) if it.member and it.doubt is Doubt.TAKEN else None
    others = without_an_id(company, it.platform)
    return (known_by_another, *others) if known_by_another and known_by_another not in others else others


def doubt_of(
    company: Company, addresses: tuple[str, ...], platform: str, *, guest: bool
) -> tuple[Doubt | None, Member | None]:
    """Why these addresses don't say who it is, and whose they are as far as they say. No doubt: that member it is."""
    if guest:
        return Doubt.GUEST, None
    if not addresses:
        return Doubt.UNVERIFIED, None
    match having(company, addresses):
        case ():
            return Doubt.STRANGE, None
        case (member,) if member.handles.get(platform):
            return Doubt.TAKEN, member
        case (member,):
            return None, member
        case _:
            return Doubt.SHARED, None


def reason(doubt: Doubt | None, platform: str, name: str) -> str:
    """In a sentence, for the manager; `name` is whose account it may be, if anybody's."""
    there = PLATFORMS.get(platform, platform)
    match doubt:
        case None | Doubt.STRANGE:
            return t("No member in your list has the e-mail address they have there.")
        case Doubt.UNVERIFIED:
            return t("{platform} tells me no e-mail address of theirs that it has checked.", platform=there)
        case Doubt.GUEST:
            return t("They are a guest there, so the e-mail address proves nothing.")
        case Doubt.SHARED:
            return t("Their e-mail address there fits more than one member in your list.")
        case Doubt.TAKEN:
            return t(
                "They have the e-mail address of {name}, who is known in {platform} by another account. "
                "If you choose {name}, this account takes its place.",
                name=name,
                platform=there,
            )
        case Doubt.DENIED:
            return t("They have the e-mail address of {name}; you said that it isn’t {name}.", name=name)
        case _:
            assert_never(doubt)
