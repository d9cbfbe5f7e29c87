"""Whoever looks after a company's set-up changes it in a window: what would change on top of it, and Apply.

The same on every platform that has windows: it renders what comes of it here, and reads what was typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.languages import CODES, speaking_to
from coaching import change_windows
from coaching.cadence import local_day
from coaching.changing import with_lines, with_people, with_week
from coaching.company import Company
from coaching.files_card import PLAN, WHO
from coaching.language import t
from coaching.people import LOOKS_AFTER, Member
from coaching.phrases import listed, managers
from coaching.setting_up import Errors, Person
from coaching.window import Typed, Window, text_of

NAMES = frozenset({WHO, PLAN})
"""The buttons that open the windows, and whose names the windows carry."""


_AS_TYPED = frozenset({"name", "country"})


class Keeper(Protocol):
    """Knows companies and changes them; in threads."""

    def faults(self, company: Company) -> Errors:
        """What its file would be refused for, by field."""

    def changes(self, before: Company, after: Company) -> list[str]:
        """What would go and what would come, in lines."""

    def change(self, before: Company, after: Company, by: Member, now: datetime) -> str:
        """Make it so; '' or why not."""

    def newcomer(self, company: Company, platform: str, handle: str) -> Person | None:
        """Somebody of that account who asked to be known, and isn't yet."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """By field, what has to be said differently; and the window as it was sent."""

    errors: Errors
    window: Window


@dataclass(frozen=True, slots=True)
class Refused:
    """In words."""

    words: str


@dataclass(frozen=True, slots=True)
class Applied:
    """What it is now, and the last window."""

    after: Company
    window: Window


Outcome = Window | Wrong | Refused | Applied


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What was done, by whom, in which company as it is now, and where."""

    name: str
    args: Mapping[str, str]
    company: Company
    member: Member
    now: datetime
    platform: str
    newcomer: Person | None = None

    @property
    def today(self) -> date:
        """Where the company is."""
        return local_day(self.now, self.company.tz)

    def window(self, typed: Typed, changes: list[str] | None) -> Window:
        """Filled with what was typed over what is, and what would change on top."""
        if self.name == PLAN:
            return change_windows.week(self.company, self.today, typed, changes)
        return change_windows.people(self.company, typed, changes, self.platform, self.newcomer)


def opened(step: Step) -> Window:
    """As it is. Who asked to be known stands among the reps already, for their manager to look at."""
    return step.window({} if step.name == PLAN else _with_newcomer(step), None)


def sent(
    keeper: Keeper, step: Step, typed: Typed, people: tuple[Person, ...] | None = None, unpicked: Errors | None = None
) -> Outcome:
    """Applied only when it is what its reader has seen. `people` were picked; without, they were written down.

    `unpicked` says, by field, who of them can't be.
    """
    after, errors = _meant(step, typed, people)
    errors |= unpicked or {}
    faults = keeper.faults(after)
    # Beside what can't be read, for which what is stands meanwhile, only what was typed as it is.
    errors = {name: it for name, it in faults.items() if not errors or name in _AS_TYPED} | errors
    if errors:
        return Wrong(errors, change_windows.to_mend(step.window(typed, None)))
    changes = [
        *keeper.changes(step.company, after),
        *_left_open(step.company, after),
        *_theirs_no_more(step.member, after),
    ]
    if not changes or step.args.get(change_windows.SEEN) != change_windows.digest(changes):
        return step.window(typed, changes)
    why = keeper.change(step.company, after, step.member, step.now)
    if why:
        return Refused(why)
    with speaking_to(after):
        return Applied(after, change_windows.changed(after, changes))


def _left_open(before: Company, after: Company) -> tuple[str, ...]:
    """What becomes of the deals and matters of reps who leave."""
    here = {it.id for it in after.members if it.active}
    names = [it.name for it in before.reps if it.id not in here]
    to = managers(after) or (after.called(after.owner) if after.owner else "")
    if not names or not to:
        return ()
    return (t("Open matters of {names} close, and their open deals are with {to} then.", names=listed(names), to=to),)


def _theirs_no_more(member: Member, after: Company) -> tuple[str, ...]:
    """Who takes themself out, or makes themself a rep, should know before."""
    now = after.member(member.id)
    if now is not None and now.active and now.role in LOOKS_AFTER:
        return ()
    return (t("You then don’t look after the set-up any more yourself, and can’t take this back."),)


def _meant(step: Step, typed: Typed, people: tuple[Person, ...] | None) -> tuple[Company, Errors]:
    if step.name == PLAN:
        return with_week(step.company, typed, step.today)
    texts = {name: it for name, it in typed.items() if isinstance(it, str)} | {"language": _code(typed, step.company)}
    if people is None:
        return with_lines(step.company, texts, step.platform, step.newcomer)
    return with_people(step.company, texts, people)


def _code(typed: Typed, company: Company) -> str:
    code = text_of(typed, "language", "")
    return code if code in CODES else company.language


def _with_newcomer(step: Step) -> Typed:
    it = step.newcomer
    if it is None:
        return {}
    window = step.window({}, None)
    (reps,) = (one for one in window.questions if one.name == "reps")
    if isinstance(reps.value, str):
        return {"reps": "\n".join(filter(None, (reps.value, it.name)))}
    return {"reps": [*reps.value, it.handle]}
