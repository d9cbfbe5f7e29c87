"""One person's name taken out of what is kept about others, and others' names out of what one person is given."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.people import Member

# First names that are also words. Somebody called one of them is found by their whole name only, or a colleague's
# "Will call Acme" would be rewritten too.
_WORDS = frozenset(
    """
    Amber April Art August Autumn Basil Bill Bob Brook Carol Cash Chance Chase Chip Christian Clay Cliff Dale Dawn
    Dean Dell Dick Dolly Drew Earl Ernest Faith Fern Flora Forest Frank Gene Ginger Glen Grace Grant Guy Hank Harry
    Hazel Holly Hope Iris Ivy Jack Jade Jasmine Jewel Josh Joy June Lance Laurel Lily Major Mark Mason Max May
    Melody Merit Miles Norm Olive Pat Patience Pearl Penny Piper Price Prudence Ray Rich Rick River Rob Robin Rose
    Ruby Rusty Sage Sandy Skip Sky Sterling Stew Sue Summer Sunny Tanner Terry Tony Trip Tucker Victor Violet Wade
    Ward Will Woody
    """.split()  # noqa: SIM905 - a line each would be a hundred
)
# Our own words in the names of messages: somebody whose id is one of them isn't named by it.
_OURS = frozenset(
    """
    again alarm ask checkin checkins close command digest edit escalate escalation escalations event forecast
    imported last mail manager message morning notice overlay planned press queue remind rep reply review said slack
    teams view write
    """.split()  # noqa: SIM905 - a line each would be a hundred
)
_IDS = frozenset({"member", "args", "rows", "options", "value"})
"""The places of a kept card where a member's id may stand; elsewhere the same letters are only a word."""
Json = Any
"""What `json` reads: nested dicts and lists of anything."""


@dataclass(frozen=True)
class Redaction:
    """Of one person. `label` takes the place of their name, `alias` that of their id."""

    ids: tuple[str, ...]
    whole: tuple[str, ...]
    """Names in full, mail addresses and ids on platforms: nothing else is spelled like them."""
    first: str | None
    owners: tuple[str, ...]
    """What the CRM may call them as an owner."""
    label: str
    alias: str

    @classmethod
    def of(cls, member: Member, company: Company, *, label: str, alias: str, also: Iterable[str] = ()) -> Redaction:
        """`also` are further ids that are theirs alone, such as those of their escalations."""
        ids = {member.id, member.id[:24], *member.handles.values(), *also}
        names = [it for it in (member.name, member.crm_owner, member.email, *member.handles.values()) if it]
        alone = all(it.id == member.id or it.first_name != member.first_name for it in company.members)
        return cls(
            ids=_longest_first(it for it in ids if it not in _OURS),
            whole=_longest_first(it for it in names if not it.isalpha()),
            first=member.first_name if alone and member.first_name not in _WORDS else None,
            owners=tuple(_same(it) for it in (*names, member.id)),
            label=label,
            alias=alias,
        )

    def owns(self, owner: str) -> bool:
        """Whether an owner's name in the CRM is theirs."""
        return _same(owner) in self.owners

    def business(self, text: str) -> str:
        """Words about a deal: whole names only, for a first name may be half of an account's."""
        return self._whole.sub(self.label, text)

    def words(self, text: str) -> str:
        """What people and the coach wrote."""
        text = self.business(text)
        return self._first.sub(self.label, text) if self._first else text

    def key(self, text: str) -> str:
        """The name of a message or an event, in which an id stands between colons or slashes."""
        return self._ids.sub(self.alias, text)

    def inside(self, value: Json, *, ids: bool = False) -> Json:
        """A kept card."""
        match value:
            case str():
                return self.words(self._exactly(value) if ids else value)
            case list():
                return [self.inside(it, ids=ids) for it in value]
            case Mapping():
                return {
                    name: it if name == "is" else self.inside(it, ids=ids or name in _IDS) for name, it in value.items()
                }
            case _:
                return value

    def _exactly(self, text: str) -> str:
        return self.alias if text in self.ids else self.key(text)

    @cached_property
    def _whole(self) -> re.Pattern[str]:
        names = [r"\s+".join(map(re.escape, it.split())) for it in self.whole]
        return re.compile(rf"(?<!\w)(?:{'|'.join(names) or '(?!)'})(?!\w)", re.IGNORECASE)

    @cached_property
    def _first(self) -> re.Pattern[str] | None:
        return re.compile(rf"(?<!\w){re.escape(self.first)}(?!\w)") if self.first else None

    @cached_property
    def _ids(self) -> re.Pattern[str]:
        ids = "|".join(map(re.escape, self.ids)) or "(?!)"
        return re.compile(rf"(?<![\w-])(?:{ids})(?=[:/])|(?<=[:/])(?:{ids})(?![\w-])")


def _longest_first(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({it for it in names if it}, key=lambda it: (-len(it), it)))


def _same(name: str) -> str:
    return " ".join(name.casefold().split())
