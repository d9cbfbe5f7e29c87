"""What only the owner can decide: a question with the money at stake, the answers there are, and the one that came."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coaching.money import Money

REST = timedelta(days=14)
"""How long a question that was answered isn't put again."""
REST_OF_TARGET = timedelta(days=28)
MOST = 5
"""Questions of one digest, those with most at stake."""


class Word(StrEnum):
    """What an owner may answer; in the order of the buttons."""

    YES = "yes"
    NO = "no"
    TAKE = "take"
    """They see to it themselves."""
    ASK = "ask"
    """The manager is asked first."""


class About(StrEnum):
    """What it is about."""

    OVERDUE = "overdue"
    """A large deal that is open past its close date."""
    REQUEST = "request"
    """A yes or no that somebody asked for, and that has waited too long."""
    WAITING = "waiting"
    """Anything else that has waited too long with the manager."""
    TARGET = "target"
    """A period that can't reach its target as it stands."""


WORDS = {
    About.OVERDUE: (Word.YES, Word.NO, Word.ASK),
    About.REQUEST: (Word.YES, Word.NO, Word.ASK),
    About.WAITING: (Word.TAKE, Word.ASK),
    About.TARGET: (Word.YES, Word.NO, Word.ASK),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate:
    """One question as it was put, and its answer. It is answered once; after `expires_at` not any more.

    `subject` (with `about`) makes it one: an escalation's id, or a period. `member` is whom it is about, if anybody.
    """

    id: str
    put_on: date
    about: About
    subject: str
    question: str
    expires_at: datetime
    by: date
    """Until when the answer is of use."""
    opportunity: str = ""
    member: str | None = None
    at_stake: Money | None = None
    word: Word | None = None
    answered_by: str | None = None
    answered_at: datetime | None = None

    @property
    def words(self) -> tuple[Word, ...]:
        """In order."""
        return WORDS[self.about]

    @property
    def answered(self) -> bool:
        """Whether it is decided."""
        return self.word is not None

    def open_at(self, now: datetime) -> bool:
        """Whether an answer still counts."""
        return not self.answered and now < self.expires_at


def named(about: About, subject: str, put_on: date) -> str:
    """The same from any process, and nobody's name in it."""
    digest = hashlib.sha256(f"{about}\n{subject}".encode()).hexdigest()
    return f"{about}-{put_on:%y%m%d}-{digest[:12]}"


def ruled(it: Mandate, word: Word, by: str, now: datetime) -> Mandate:
    """Decided; an answer that came before stands, and one that comes too late changes nothing."""
    if word not in it.words or not it.open_at(now):
        return it
    return replace(it, word=word, answered_by=by, answered_at=now)


def put(new: Iterable[Mandate], known: Iterable[Mandate], now: datetime) -> tuple[Mandate, ...]:
    """What a digest asks, most at stake first: an open question stays as it was put, and an answered one rests.

    One that was answered within the last week is among them, so that its answer is seen.
    """
    before: dict[tuple[About, str], Mandate] = {}
    for it in sorted(known, key=lambda it: (it.put_on, it.id)):
        before[it.about, it.subject] = it
    stand = (_stands(one, before.get((one.about, one.subject)), now) for one in new)
    found = [it for it in stand if it is not None]
    open_ = sorted((it for it in found if not it.answered), key=_rank)[:MOST]
    fresh = [it for it in before.values() if it.answered_at and now - timedelta(days=7) <= it.answered_at <= now]
    return (*open_, *sorted(fresh, key=_rank))


def _stands(new: Mandate, before: Mandate | None, now: datetime) -> Mandate | None:
    if before is None:
        return new
    if before.open_at(now):
        return before
    rest = REST_OF_TARGET if new.about is About.TARGET else REST
    resting = before.answered_at is not None and new.put_on < before.answered_at.date() + rest
    return None if resting else new


def _rank(it: Mandate) -> tuple[int, str]:
    return -(it.at_stake.minor if it.at_stake else 0), it.id


def as_of(found: Iterable[Mandate], now: datetime) -> tuple[Mandate, ...]:
    """As they stood at an instant: an answer that came later isn't known yet."""
    return tuple(
        replace(it, word=None, answered_by=None, answered_at=None) if it.answered_at and it.answered_at > now else it
        for it in found
    )
