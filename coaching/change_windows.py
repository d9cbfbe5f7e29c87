"""The windows in which a company's set-up is changed: filled with what is, then with what would change on top.

A window holds everything that is asked in it, so that nothing is kept meanwhile: what comes back is read anew over the
company as it then is, and applied only if it changes what its reader has seen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from coaching import roll
from coaching.card import Action
from coaching.changing import (
    HABIT,
    PICKED,
    SLACK,
    TARGET,
    TARGETS,
    habits_to_ask,
    periods,
    pickable,
    typed_target,
    typed_targets,
)
from coaching.company import Company, Weekday
from coaching.files_card import PLAN, WHO
from coaching.language import marked, t, worded
from coaching.setting_up import Person
from coaching.window import LONGEST, PICKERS, Ask, Lines, Part, Question, Typed, Window, several_of, text_of

MOST_HABITS = 40
LINES_SHOWN = 60
SEEN = "seen"
"""Carries what the reader has seen of what would change."""
_LABELS = {
    "reps": marked("The sales reps"),
    "managers": marked("Managers"),
    "owners": marked("Owners"),
    "admins": marked("Admins: they look after the set-up only"),
}


def people(
    company: Company,
    typed: Typed,
    changes: Sequence[str] | None,
    platform: str = SLACK,
    newcomer: Person | None = None,
) -> Window:
    """Who is who; `typed` over what is, `changes` once they were worked out. `newcomer` asked to be known."""
    country = text_of(typed, "country", company.country or "")
    fields = (
        Question(name="name", label=t("The company"), value=text_of(typed, "name", company.name)),
        language(text_of(typed, "language", company.language)),
        *(it for name in PICKED for it in _people(name, company, typed, platform)),
        *_others(company, platform),
        zone(text_of(typed, "zone", company.zone), platform),
        public_holidays(country),
    )
    carried = {"platform": newcomer.platform, "handle": newcomer.handle} if newcomer else {}
    return _window(t("Who is who"), Action(WHO, "", carried), changes, fields)


def language(chosen: str) -> Question:
    """In which everybody is spoken to."""
    return Question(name="language", label=t("The language I speak to everybody"), ask=Ask.LANGUAGE, value=chosen)


def zone(typed: str, platform: str) -> Question:
    """The company's."""
    return Question(name="zone", label=t("The company’s time zone"), value=typed, hint=roll.zone_hint(platform))


def public_holidays(typed: str) -> Question:
    """Whose they are."""
    hint = t("Such as US, DE or US-NY.")
    return Question(name="country", label=t("Country, for public holidays"), value=typed, hint=hint, optional=True)


def _people(name: str, company: Company, typed: Typed, platform: str) -> Iterable[Part]:
    now = [it for it in pickable(company, platform) if it.role is PICKED[name]]
    lines = roll.lines_of(company)
    them = [(it.handles.get(platform, ""), lines[it.id]) for it in now]
    asked = roll.several(Question(name=name, label=worded(_LABELS[name]), optional=name != "reps"), platform, them)
    if name in typed:
        yield roll.again(asked, typed[name])
    elif now or platform in PICKERS or not any(it.role is PICKED[name] for it in company.members if it.active):
        yield asked


def _others(company: Company, platform: str) -> tuple[str, ...]:
    shown = {it.id for it in pickable(company, platform)}
    left = [it.name for it in company.members if it.active and it.id not in shown]
    if platform not in PICKERS:
        return (t("Too many to be written here, and left as they are: {n} people.", n=len(left)),) if left else ()
    names = ", ".join(left)
    return (t("Without an account here, and left as they are: {names}", names=names),) if names else ()


def week(company: Company, today: date, typed: Typed, changes: Sequence[str] | None) -> Window:
    """Days, habits and targets."""
    at = text_of(typed, "at", f"{company.checkin.at:%H:%M}")
    fields = (
        days("days", t("Days on which reps are asked"), several_of(typed, "days", _names(company.checkin.days))),
        Question(name="at", label=t("At, on each one’s own clock"), ask=Ask.TIME, value=at),
        days(
            "visits",
            t("Days on which the manager works here"),
            several_of(typed, "visits", _names(company.engagement.days)),
        ),
        *(_habit(it, typed) for it in habits_to_ask(company)[:MOST_HABITS]),
        *_targets(company, today, typed),
    )
    return _window(t("The week"), Action(PLAN, ""), changes, fields)


def days(name: str, label: str, ticked: Sequence[str]) -> Question:
    """Some of the week's."""
    return Question(name=name, label=label, ask=Ask.DAYS, value=tuple(ticked))


def _habit(it: tuple[str, str, bool, str], typed: Typed) -> Question:
    habit, name, by_day, count = it
    label = t("{habit}, a day, each rep", habit=name) if by_day else t("{habit}, a week, each rep", habit=name)
    field, hint = f"{HABIT}{habit}", t("What stays empty isn’t counted.")
    return Question(name=field, label=label, value=text_of(typed, field, count), optional=True, hint=hint)


def _targets(company: Company, today: date, typed: Typed) -> Iterable[Question]:
    for it in periods(company, today):
        whole, each = f"{TARGET}{it}", f"{TARGETS}{it}"
        value = text_of(typed, whole, typed_target(company, it))
        label = t("Target for {period}", period=it)
        yield Question(name=whole, label=label, value=value, optional=True, hint=t("Such as 500k."))
        lines = typed_targets(company, it)
        if len(lines) <= LONGEST:  # what a field can't hold isn't asked for, and stays
            yield Question(
                name=each,
                label=t("Targets of the reps for {period}", period=it),
                ask=Ask.LONG,
                value=text_of(typed, each, lines),
                hint=t("A line each; leave out whom you like."),
                optional=True,
            )


def changed(company: Company, changes: Sequence[str]) -> Window:
    """Done."""
    done = t("{name} is changed. Whoever is new hears from me within their own working day.", name=company.name)
    return Window(t("Set up"), (done, Lines(tuple(changes[:LINES_SHOWN]))))


def to_mend(window: Window) -> Window:
    """As it was sent, where what is wrong stands in the window itself."""
    said = t("Nothing has changed. What can’t be is said under its field.")
    fields = window.parts[1:] if isinstance(window.parts[0], str) else window.parts
    return replace(window, parts=(said, *fields))


def digest(changes: Sequence[str]) -> str:
    """Of what a reader has seen."""
    return hashlib.sha256("\n".join(changes).encode()).hexdigest()[:32]


def _window(title: str, action: Action, changes: Sequence[str] | None, fields: Sequence[Part]) -> Window:
    label = marked("Apply") if changes else marked("See what comes of it")
    return Window(title, (*_told(changes), *fields), Action(action.name, label, {**action.args, **_seen(changes)}))


def _seen(changes: Sequence[str] | None) -> Mapping[str, str]:
    return {SEEN: digest(changes)} if changes else {}


def _told(changes: Sequence[str] | None) -> tuple[Part, ...]:
    if changes is None:
        return (t("As it is now. Nothing changes before you have seen what would, and pressed Apply."),)
    if not changes:
        return (t("Nothing would change."),)
    more = len(changes) - LINES_SHOWN
    left = (t("And {n} more.", n=more),) if more > 0 else ()
    said = t("This would change. Apply does it; change a field below, and you see anew what would.")
    return (said, Lines(tuple(changes[:LINES_SHOWN])), *left)


def _names(days: Iterable[Weekday]) -> list[str]:
    return [it.name.lower() for it in sorted(days)]
