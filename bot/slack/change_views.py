"""The windows in which a company's set-up is changed: filled with what is, then with what would change on top. Pure.

A window holds everything that is asked in it, so that nothing is kept meanwhile: what comes back is read anew over the
company as it then is, and applied only if it changes what its reader has seen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from bot import buttons
from bot.slack.inputs import plain_text
from bot.slack.setup_views import Block, code, language_picker, line, long, picker, says, ticked, timed, view
from bot.slack.views import SUBMIT_MAX, View
from coaching.card import Action
from coaching.changing import HABIT, PICKED, TARGET, TARGETS, habits_to_ask, periods, typed_target, typed_targets
from coaching.changing import pickable as pickable_of
from coaching.company import Company, Weekday
from coaching.files_card import PLAN, WHO
from coaching.language import marked, t, worded

MOST_HABITS = 40
LINES_SHOWN = 60
LONGEST = 3000
"""Characters of a field, in Slack."""
SEEN = "seen"
"""Carries what the reader has seen of what would change."""
_LABELS = {
    "reps": marked("The sales reps"),
    "managers": marked("Managers"),
    "owners": marked("Owners"),
    "admins": marked("Admins: they look after the set-up only"),
}
Typed = Mapping[str, str | Sequence[str]]


def people(company: Company, typed: Typed, changes: Sequence[str] | None) -> View:
    """Who is who; `typed` over what is, `changes` once they were worked out."""
    said = {"name": company.name, "language": company.language, "zone": company.zone, "country": company.country or ""}
    said |= {it: typed[it] for it in said if it in typed}  # type: ignore[misc]  # texts, as these fields are
    return _form(
        t("Who is who"),
        WHO,
        changes,
        line("name", t("The company"), said["name"]),
        language_picker(said["language"]),
        *(_people(name, company, typed) for name in PICKED),
        *_others(company),
        line("zone", t("The company’s time zone"), said["zone"], hint=t("Each person’s own comes from Slack.")),
        line(
            "country",
            t("Country, for public holidays"),
            said["country"],
            optional=True,
            hint=t("Such as US, DE or US-NY."),
        ),
    )


def _people(name: str, company: Company, typed: Typed) -> Block:
    now = [it.handles["slack"] for it in pickable_of(company) if it.role is PICKED[name]]
    chosen = list(typed[name]) if name in typed else now
    element: Block = {"type": "multi_users_select"}
    return picker(name, worded(_LABELS[name]), element, {"initial_users": chosen}, optional=name != "reps")


def _others(company: Company) -> tuple[Block, ...]:
    shown = {it.id for it in pickable_of(company)}
    names = ", ".join(it.name for it in company.members if it.active and it.id not in shown)
    return (says(t("Without an account here, and left as they are: {names}", names=names)),) if names else ()


def week(company: Company, today: date, typed: Typed, changes: Sequence[str] | None) -> View:
    """Days, habits and targets."""
    days = _texts(typed, "days", _names(company.checkin.days))
    visits = _texts(typed, "visits", _names(company.engagement.days))
    return _form(
        t("The week"),
        PLAN,
        changes,
        ticked("days", t("Days on which reps are asked"), days),
        timed("at", t("At, on each one’s own clock"), _text(typed, "at", f"{company.checkin.at:%H:%M}")),
        ticked("visits", t("Days on which the manager works here"), visits),
        *(_habit(it, typed) for it in habits_to_ask(company)[:MOST_HABITS]),
        *_targets(company, today, typed),
    )


def _habit(it: tuple[str, str, bool, str], typed: Typed) -> Block:
    habit, name, by_day, count = it
    label = t("{habit}, a day, each rep", habit=name) if by_day else t("{habit}, a week, each rep", habit=name)
    field = f"{HABIT}{habit}"
    return line(field, label, _text(typed, field, count), optional=True, hint=t("What stays empty isn’t counted."))


def _targets(company: Company, today: date, typed: Typed) -> Iterable[Block]:
    for it in periods(company, today):
        whole, each = f"{TARGET}{it}", f"{TARGETS}{it}"
        yield line(
            whole,
            t("Target for {period}", period=it),
            _text(typed, whole, typed_target(company, it)),
            optional=True,
            hint=t("Such as 500k."),
        )
        lines = typed_targets(company, it)
        if len(lines) <= LONGEST:  # what a field can't hold isn't asked for, and stays
            hint = t("A line each; leave out whom you like.")
            yield long(each, t("Targets of the reps for {period}", period=it), _text(typed, each, lines), hint=hint)


def changed(company: Company, changes: Sequence[str]) -> View:
    """Done."""
    return view(
        t("Set up"),
        [
            says(t("{name} is changed. Whoever is new hears from me within their own working day.", name=company.name)),
            *code(changes[:LINES_SHOWN]),
        ],
    )


def digest(changes: Sequence[str]) -> str:
    """Of what a reader has seen."""
    return hashlib.sha256("\n".join(changes).encode()).hexdigest()[:32]


def _form(title: str, name: str, changes: Sequence[str] | None, *fields: Block) -> View:
    ready = bool(changes)
    action = Action(name, marked("Apply") if ready else marked("See what comes of it"), _seen(changes))
    sent = {"submit": plain_text(worded(action.label), SUBMIT_MAX), "private_metadata": buttons.write(action)}
    return view(title, [*_told(changes), *fields]) | sent


def _seen(changes: Sequence[str] | None) -> Mapping[str, str]:
    return {SEEN: digest(changes)} if changes else {}


def _told(changes: Sequence[str] | None) -> tuple[Block, ...]:
    if changes is None:
        return (says(t("As it is now. Nothing changes before you have seen what would, and pressed Apply.")),)
    if not changes:
        return (says(t("Nothing would change.")),)
    more = len(changes) - LINES_SHOWN
    left = (says(t("And {n} more.", n=more)),) if more > 0 else ()
    said = says(t("This would change. Apply does it; change a field below, and you see anew what would."))
    return (said, *code(changes[:LINES_SHOWN]), *left)


def _names(days: Iterable[Weekday]) -> list[str]:
    return [it.name.lower() for it in sorted(days)]


def _text(typed: Typed, name: str, otherwise: str) -> str:
    found = typed.get(name, otherwise)
    return found if isinstance(found, str) else otherwise


def _texts(typed: Typed, name: str, otherwise: Sequence[str]) -> Sequence[str]:
    found = typed.get(name, otherwise)
    return otherwise if isinstance(found, str) else found
