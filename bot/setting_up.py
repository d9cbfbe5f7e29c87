"""Whoever brought the coach in sets a company up: two forms, a dry run, and Start.

The same on every platform that has windows. What was typed is kept where the installation is, so that a closed window
loses nothing and nothing that comes back from one is believed but what was typed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from bot.changing import Refused, Wrong
from bot.languages import CODES
from coaching import setup_windows
from coaching.change_windows import SEEN, digest, to_mend
from coaching.company import Company
from coaching.files_card import COMPANY, DEALS
from coaching.language import ENGLISH, marked, worded
from coaching.people import Member
from coaching.setting_up import Draft, Errors, Person, company, period_of, slug_of
from coaching.window import Typed, Window, as_sent, several_of, text_of

FAILED = marked("That didn’t get through, and nothing was created. Please press again in a moment.")
ALREADY = marked("It is set up. Write “set up” to me to change it.")
Made = Window | Wrong | Refused
_OF_PEOPLE = frozenset({"name", "language", "zone", "currency", "country", "reps", "manager", "owner"})
_PICKED = frozenset({"reps", "manager", "owner"})
_AS_TYPED = frozenset({"name", "currency", "country"})
_COUNTS = ("calls", "appointments", "proposals")


class Founder(Protocol):
    """Makes companies; in threads."""

    def slugs(self) -> Iterable[str]:
        """Those that are taken."""

    def here(self, platform: str, workspace: str) -> Company | None:
        """The company whose place on that platform that is."""

    def faults(self, company: Company) -> Errors:
        """What its file would be refused for, by field."""

    def described(self, company: Company) -> list[str]:
        """What creating it changes, in lines."""

    def first(self, company: Company, now: datetime) -> tuple[str, str]:
        """Who is asked first and when, in a sentence; and what they will read."""

    def found(self, company: Company, now: datetime) -> str:
        """Create it; '' or why not."""

    def page_url(self, company: Company, platform: str, handle: str, page: str) -> str:
        """Where that person may bring its deals in, or take its file; '' where nowhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """A company in the making, as its draft stands. In threads.

    `where` is its place, as a company names it; `keep` keeps a draft, `done` is called when the company is there.
    """

    founder: Founder
    draft: Draft
    platform: str
    handle: str
    """Of whoever does it."""
    where: Mapping[str, str]
    now: datetime
    keep: Callable[[Draft], None]
    done: Callable[[], None]

    def people(self, typed: Typed, people: Sequence[Person], errors: Errors) -> Made:
        """Who is who was sent in. `errors` say who couldn't be read: the rest of what is wrong comes with them."""
        draft = replace(
            self.draft,
            name=text_of(typed, "name", ""),
            language=code(typed) or ENGLISH.code,
            zone=text_of(typed, "zone", ""),
            currency=text_of(typed, "currency", ""),
            country=text_of(typed, "country", ""),
            people=tuple(people),
        )
        if not errors:
            self.keep(draft)
        asked = _OF_PEOPLE if people else _OF_PEOPLE - _PICKED
        found = {name: it for name, it in self._company(draft)[1].items() if name in asked} | errors
        if found:
            return Wrong(found, to_mend(as_sent(setup_windows.people(draft, self.platform), typed)))
        return setup_windows.week(draft, str(period_of(draft, self._today)))

    def week(self, typed: Typed) -> Made:
        """Days, habits, targets and stages were sent in."""
        draft = replace(
            self.draft,
            days=several_of(typed, "days", ()),
            at=text_of(typed, "at", ""),
            visits=several_of(typed, "visits", ()),
            counts={name: text_of(typed, name, "") for name in _COUNTS},
            target=text_of(typed, "target", ""),
            targets=text_of(typed, "targets", ""),
            stages=text_of(typed, "stages", ""),
        )
        self.keep(draft)
        made, found = self._company(draft)
        if made is None:
            return Wrong(found, to_mend(as_sent(setup_windows.week(draft, str(period_of(draft, self._today))), typed)))
        return self._dry_run(made)

    def start(self, carried: Mapping[str, str]) -> Window | Refused:
        """From what is kept, never from what a window carries; only once that is what its reader has seen."""
        made, found = self._company(self.draft)
        if made is None:
            return Refused("; ".join(found.values()))
        if carried.get(SEEN) != digest(self.founder.described(made)):
            return Refused(worded(ALREADY)) if self._there() else self._dry_run(made, anew=True)
        why = self.founder.found(made, self.now)
        if why:
            return Refused(why)
        self.done()
        deals, file = (self.founder.page_url(made, self.platform, self.handle, it) for it in (DEALS, COMPANY))
        return setup_windows.done(made, deals, file, self.platform)

    def _dry_run(self, made: Company, *, anew: bool = False) -> Window:
        lines, first = self.founder.described(made), self.founder.first(made, self.now)
        return setup_windows.outcome(lines, *first, self.platform, anew=anew)

    def _there(self) -> bool:
        """Whether another Start came first: what is taken since is its own name."""
        return any(self.founder.here(self.platform, it) for it in self.where.values())

    @property
    def _today(self) -> date:
        return self.now.date()

    def _company(self, draft: Draft) -> tuple[Company | None, Errors]:
        slug = slug_of(draft.name, self.founder.slugs())
        made, found = company(draft, slug, self._today, **self.where)
        faults = self.founder.faults(made)
        # Beside what can't be read, for which something else stands meanwhile, only what was typed as it is.
        found = {name: it for name, it in faults.items() if not found or name in _AS_TYPED} | found
        return (None if found else made), found


def known(found: Company | None, platform: str, handle: str) -> Member | None:
    """Who that is in it by now."""
    members = found.members if found else ()
    return next((it for it in members if it.active and it.open_handles.get(platform) == handle), None)


def code(typed: Typed) -> str:
    """The language as picked in this window; empty where it doesn't ask, or brings back what it didn't offer."""
    found = text_of(typed, "language", "")
    return found if found in CODES else ""
