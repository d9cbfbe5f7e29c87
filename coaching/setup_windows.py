"""The windows in which a company is set up: who is who, the week, and what would come of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from coaching import roll
from coaching.card import Action, Buttons, Card, Heading, Look, say
from coaching.change_windows import SEEN, days, digest, language, public_holidays, zone
from coaching.changing import SLACK
from coaching.company import Company
from coaching.language import marked, t, worded
from coaching.people import Role
from coaching.setting_up import Draft, managed
from coaching.window import Ask, Lines, Part, Question, Way, Window

BEGIN = "setup.begin"
PEOPLE = Action("setup.people", marked("Next"))
WEEK = Action("setup.week", marked("See what comes of it"))
START = Action("setup.start", marked("Start"))
MOST_REPS = 50


def invitation(name: str, platform: str = SLACK) -> Card:
    """For whoever installed the app. `name` is the workspace's, if it is known."""
    title = t("Coach is in {name}", name=name) if name else _here(platform)
    words = t(
        "You installed it, so you set it up: who is who, the days, what is counted, the target. Two short forms, then "
        "a look at what comes of it; nothing is sent to anybody before you press Start."
    )
    begin = Action(BEGIN, t("Set up the coach"), look=Look.PRIMARY)
    return Card(title, (Heading(title), say(words), Buttons((begin,))))


def _here(platform: str) -> str:
    return t("Coach is in your workspace") if platform == SLACK else t("Coach is in your organisation")


def people(draft: Draft, platform: str = SLACK) -> Window:
    """Who is who."""
    lines = [(it.role, it.handle, roll.written(it.name, it.email)) for it in draft.people]
    by_role = {role: [(handle, line) for its, handle, line in lines if its is role] for role in Role}
    reps = Question(
        name="reps",
        label=t("The sales reps"),
        hint=t("They are asked for a minute every working morning."),
        most=MOST_REPS,
    )
    manager = Question(name="manager", label=t("The sales manager"), optional=True)
    owner = Question(
        name="owner",
        label=t("The owner"),
        hint=t("Gets the weekly digest; sees figures of four people or more."),
        optional=True,
    )
    fields = (
        Question(name="name", label=t("The company"), value=draft.name),
        language(draft.language),
        roll.several(reps, platform, by_role[Role.REP]),
        roll.one(manager, platform, by_role[Role.MANAGER]),
        roll.one(owner, platform, by_role[Role.OWNER]),
        zone(draft.zone, platform),
        Question(name="currency", label=t("Currency"), value=draft.currency, hint=t("Such as USD or EUR.")),
        public_holidays(draft.country),
    )
    return Window(t("Who is who"), fields, PEOPLE)


def week(draft: Draft, period: str) -> Window:
    """Days, habits, targets and stages."""
    each = draft.targets or "\n".join(f"{it.name}: " for it in draft.people if it.role is Role.REP)
    fields = (
        days("days", t("Days on which reps are asked"), draft.days),
        Question(name="at", label=t("At, on each one’s own clock"), ask=Ask.TIME, value=draft.at),
        *((days("visits", t("Days on which the manager works here"), draft.visits or ()),) if managed(draft) else ()),
        _count(draft, "calls", t("Calls a day, each rep")),
        _count(draft, "appointments", t("First appointments a week")),
        _count(
            draft,
            "proposals",
            t("Proposals a week"),
            t("What stays empty isn’t counted. Habits of your own come later, in the company’s file."),
        ),
        Question(
            name="target",
            label=t("Target for {period}", period=period),
            value=draft.target,
            hint=t("Such as 500k."),
            optional=True,
        ),
        _long("targets", t("Targets of the reps"), each, t("A line each; leave out whom you like.")),
        _long(
            "stages",
            t("Stages of a deal, with their chance"),
            worded(draft.stages),
            t("In order, as your CRM names them."),
        ),
    )
    return Window(t("The week"), fields, WEEK)


def _count(draft: Draft, name: str, label: str, hint: str = "") -> Question:
    return Question(name=name, label=label, value=draft.counts.get(name, ""), hint=hint, optional=True)


def _long(name: str, label: str, value: str, hint: str) -> Question:
    return Question(name=name, label=label, ask=Ask.LONG, value=value, hint=hint, optional=True)


def outcome(lines: Sequence[str], first: str, preview: str, platform: str = SLACK, *, anew: bool = False) -> Window:
    """A dry run: what would be created, and what the first rep reads. `anew`: another was seen."""
    parts: tuple[Part, ...] = (
        t("It was filled in differently meanwhile, so nothing is created yet. This is what Start would do now:")
        if anew
        else t("Nothing is created yet. This is what Start would do:"),
        Lines(tuple(lines)),
        first,
        Lines(tuple(preview.splitlines())),
        _greets(platform),
    )
    return Window(t("A dry run"), parts, replace(START, args={SEEN: digest(lines)}))


def _greets(platform: str) -> str:
    """In Slack everybody is found; in Teams only who has the app."""
    if platform == SLACK:
        return t(
            "Start greets everybody, each within their own working day. To change something, close this window and "
            "begin again; what you filled in is kept."
        )
    return t(
        "Start greets whoever has added me in Teams, and others by mail where that is set up, each within their own "
        "working day. To change something, close this window and begin again; what you filled in is kept."
    )


def done(made: Company, upload: str, file: str, platform: str = SLACK) -> Window:
    """Created. Where the deals can be brought in and the file is; '' where our pages can't be reached."""
    parts = (
        *_set_up(made, platform),
        *_nobody_manages(made),
        *_nobody_reads_the_week(made),
        _deals(made, upload),
        _file(made, file),
    )
    return Window(t("Set up"), parts)


def _set_up(made: Company, platform: str) -> tuple[str, ...]:
    if platform == SLACK:
        return (
            t(
                "{name} is set up. Each rep is asked on their next working morning; your Home tab shows the rest.",
                name=made.name,
            ),
        )
    return (
        t(
            "{name} is set up. Each rep whom I reach is asked on their next working morning; write “home” to me for "
            "the rest.",
            name=made.name,
        ),
        t("The others add me in Teams, or write to me there: by their e-mail address I know who they are."),
        t("To pass on to them: In Teams, open Apps, look for Coach, press Add and write “hello” to it."),
    )


def _deals(made: Company, upload: str) -> Part:
    if not upload:
        return t(
            "Next, the open deals, from your CRM’s export as CSV: coach import FILE.csv --company {slug}",
            slug=made.slug,
        )
    more = t(
        ", as your CRM exports them to CSV. The link opens for a day; for another one write “import” to me.",
    )
    return Way(t("Bring in the open deals"), upload, more)


def _file(made: Company, file: str) -> Part:
    if not file:
        return t("The whole set-up as a file, to look at or change: coach company --company {slug}", slug=made.slug)
    more = t(", to keep or to change. The link opens for a day; for another one write “company file” to me.")
    return Way(t("The whole set-up as a file"), file, more)


def _nobody_manages(made: Company) -> tuple[str, ...]:
    """Who has the matters of a manager meanwhile."""
    if made.managers:
        return ()
    if made.owner:
        return (
            t(
                "No manager was named: what a rep can’t settle goes to the owner, {name}. "
                "To name one later, write “set up” to me.",
                name=made.owner.name,
            ),
        )
    return (
        t("Neither a manager nor an owner was named: what a rep can’t settle goes to nobody until you write “set up”."),
    )


def _nobody_reads_the_week(made: Company) -> tuple[str, ...]:
    """An owner may be named later, so it is said what is missing until then."""
    if made.digest.to:
        return ()
    return (t("Nobody gets the page of the week yet: no owner was named. To name one later, write “set up” to me."),)
