"""Help, settings, a pause, and what is held about somebody, as cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from coaching.cadence import checkin_time, days_of
from coaching.card import (
    Action,
    Bold,
    Bullets,
    Buttons,
    Card,
    Element,
    Facts,
    Field,
    Heading,
    Input,
    Look,
    Spans,
    note,
    quiet,
    say,
)
from coaching.files_card import deals_button, file_button, setup_button
from coaching.language import marked, spoken, t, tn, ts, worded
from coaching.people import Member, Reminders, Role
from coaching.phrases import day, managers, takers
from coaching.ratios_card import FEWEST
from coaching.talk import talk
from coaching.wishes import NO_QUIET

if TYPE_CHECKING:
    from datetime import date

    from coaching.company import Company

NONE: Mapping[str, str] = {}


def settings_button() -> Action:
    """Opens them."""
    return Action("chat.settings", t("Settings"))


# --- help ----------------------------------------------------------------------------------------------------------
def help_card(member: Member, company: Company, today: date) -> Card:
    """What to type, by role; the most used as buttons."""
    practice = (t("today"), t("your own check-in, and how your habits have gone; in no figure of the team"))
    own = (practice,) if member.role is Role.MANAGER and company.asks(member) else ()
    lines: tuple[Spans, ...] = tuple((Bold(word), f": {what}") for word, what in (*own, *_words(member, company)))
    hello = t("Hello {name}. {purpose}", name=member.first_name, purpose=_purpose(member, company))
    buttons = (Buttons(found),) if (found := _buttons(member, company, today)) else ()
    return Card(hello, (say(hello), Bullets(lines), *buttons, quiet(t("Plain words do: no command has to be exact."))))


def introduction(member: Member, company: Company, known_by: Sequence[str] = ()) -> Card:
    """To somebody who has never heard of it: who this is, what it does, what is kept, and how to stop it.

    `known_by` says how the coach knows who they are, where that isn't plain.
    """
    hello = t(
        "Hello {name}, I’m the sales coach of {company}: a program, not a person. {purpose}",
        name=member.first_name,
        company=company.name,
        purpose=_purpose(member, company),
    )
    asked = t(
        "On the days you work I write at {time} and ask how the day before went; a minute is enough.",
        time=f"{checkin_time(company, member):%H:%M}",
    )
    kept = t("What I keep: {who_sees} Say “my data” for all of it.", who_sees=_who_sees(member, company))
    stop = (
        t("Say “pause”, and I leave you alone for as long as you like; “settings” has quiet hours and reminders.")
        if company.asks(member)
        else t("Say “pause”, and I leave you alone for as long as you like; “settings” has your quiet hours.")
    )
    parts = (hello, *known_by, *((asked,) if company.asks(member) else ()), kept, stop)
    return Card(hello, (*map(say, parts), _first_steps()))


def here_too(member: Member) -> Card:
    """To somebody who read all that elsewhere."""
    line = t(
        "Hello {name}, we know each other. I’m here too: what you do here counts there, and the other way round.",
        name=member.first_name,
    )
    return Card(line, (say(line), _first_steps()))


def here_again(member: Member) -> Card:
    """To somebody who took the app away, and has it again."""
    line = t("Hello {name}, we know each other. I’m here again, and all is as it was.", name=member.first_name)
    return Card(line, (say(line), _first_steps()))


def _first_steps() -> Buttons:
    return Buttons((Action("chat.help", t("What I can do")), settings_button()))


def _purpose(member: Member, company: Company) -> str:
    match member.role:
        case Role.REP:
            return _for_a_rep(company, takers(company, member.id))
        case Role.MANAGER:
            return t("I keep the team’s rhythm on the days you’re not in, and hold what needs you until you are.")
        case Role.OWNER:
            return t("I show you where the period stands and what needs a decision of yours.")
        case Role.ADMIN:
            return for_an_admin(company)
        case _:
            assert_never(member.role)


def _for_a_rep(company: Company, name: str) -> str:
    if company.managers:
        return t("I’m here for the minute in the morning, the forecast, and anything you need the manager for.")
    if name:
        return t("I’m here for the minute in the morning, the forecast, and anything you need {name} for.", name=name)
    return t("I’m here for the minute in the morning and the forecast.")


def for_an_admin(company: Company) -> str:
    """What they do here, and what is none of theirs."""
    if company.managers:
        return t("You look after the set-up; the coaching is between the team and its manager.")
    return t("You look after the set-up; the coaching is the team’s.")


def _words(member: Member, company: Company) -> tuple[tuple[str, str], ...]:
    role, waits = member.role, t("what waits for you, in order")
    forecast = (t("forecast"), t("where the period stands"))
    personal = (
        (t("settings"), t("reminders, quiet hours, a pause") if company.asks(member) else t("quiet hours, a pause")),
        (t("my data"), t("what I hold about you, and who sees it")),
    )
    match role:
        case Role.REP:
            return (
                (t("today"), t("today’s check-in; or simply write “12 calls, 2 appointments, sent the Acme proposal”")),
                (t("forecast"), t("your call, such as “forecast commit 120k best 150k because …”")),
                (t("accuracy"), t("how your calls have come in so far")),
                (t("deals"), t("your open deals, largest first; “deal acme” for all that is known of one")),
                (t("review"), t("the few things in your pipeline that could move this week")),
                (t("majors"), t("the three deals to work this week, and what you might drop")),
                (t("ratios"), t("what your work leads to, step by step")),
                (t("actions"), t("what is left of your target, and what it asks for today")),
                (t("recap"), t("your week, against your own plan")),
                *_asking(company, takers(company, member.id)),
                *personal,
            )
        case Role.MANAGER:
            return (
                (t("queue"), waits),
                (
                    t("forecast"),
                    t("everybody’s last call; “forecast dana commit 100k best 140k because …” sets yours beside it"),
                ),
                (t("accuracy"), t("how the calls, yours, the coach’s and the simplest guesses have come in")),
                (t("deals"), t("all open deals; “deal acme” for all that is known of one")),
                (t("review"), t("how the week’s review went; “review dana” for one rep’s")),
                (t("majors"), t("which deals the team works first; “majors dana” for one rep’s")),
                (t("ratios"), t("the team’s steps; “ratios dana” for one")),
                (t("actions"), t("who is on the way to their target, and what it asks for; “actions dana” for one")),
                (t("digest"), t("the team’s week; the owner reads the same without names")),
                (t("brief"), t("what your next visit is best spent on")),
                (t("newcomers"), t("who wrote to me and isn’t known yet")),
                *_looks_after(),
                *personal,
            )
        case Role.OWNER:
            return (
                (t("digest"), t("the week on one page")),
                forecast,
                (t("accuracy"), t("how good forecasts have been")),
                (t("deals"), t("what stands in which stage")),
                (t("review"), t("what changed in the pipeline since a week ago")),
                (t("majors"), t("which deals the team works first this week")),
                (t("queue"), t("what waits with the manager") if company.managers else waits),
                (t("ratios"), t("the team’s steps")),
                (t("actions"), t("whether the target can still be reached, and how")),
                *_looks_after(),
                *personal,
            )
        case Role.ADMIN:
            return (*_looks_after(), *personal)
        case _:
            assert_never(role)


def _asking(company: Company, name: str) -> tuple[tuple[str, str], ...]:
    if company.managers:
        return ((t("ask …"), t("takes it to the manager; “queue” shows where it stands")),)
    return ((t("ask …"), t("takes it to {name}; “queue” shows where it stands", name=name)),) if name else ()


def _looks_after() -> tuple[tuple[str, str], ...]:
    return (
        (t("import"), t("a fresh link to the page that takes your CRM’s export")),
        (t("set up"), t("who is who, the days, the habits and the targets, to be changed")),
        (t("company file"), t("people, habits, targets and stages, as a file")),
    )


def _buttons(member: Member, company: Company, today: date) -> tuple[Action, ...]:
    checkin = Action("checkin.open", t("Today’s check-in"), {"day": today.isoformat()}, Look.PRIMARY)
    forecast, queue = Action("forecast.show", t("Forecast")), Action("escalate.queue", t("Queue"))
    match member.role:
        case Role.REP:
            return (checkin, forecast, *talk(company, member.id), settings_button())
        case Role.MANAGER | Role.OWNER:
            return queue, forecast, deals_button(), settings_button()
        case Role.ADMIN:
            return setup_button(), deals_button(), file_button(), settings_button()
        case _:
            assert_never(member.role)


# --- not about work ------------------------------------------------------------------------------------------------
def for_a_human(member: Member, company: Company, *, danger: bool) -> Card:
    """Not for a program to answer, weigh or remember; a tap takes it to somebody, without a word of it."""
    line = t("Thank you for telling me, {name}. That is for a human, not for me.", name=member.first_name)
    now = t("If you may be in danger, please call your emergency number, or somebody you trust, now.")
    parts: list[Element] = [say(line), *((say(Bold(now)),) if danger else ())]
    # What goes to one manager stands in every manager's queue: whoever reads of it is named before it is sent.
    name = takers(company, member.id)
    if not name:
        return Card(line, tuple(parts))
    kept = t("I keep nothing of what you wrote. Shall I tell {name} that you’d like to talk?", name=name)
    label = t("Tell {name} I’d like to talk", name=name)
    return Card(line, (*parts, say(kept), Buttons((Action("escalate.talk", label, look=Look.PRIMARY),))))


# --- settings ------------------------------------------------------------------------------------------------------
_REMINDERS = (
    (Reminders.LIGHT.value, marked("None")),
    (Reminders.STANDARD.value, marked("One, near the end of the window")),
    (Reminders.ACTIVE.value, marked("Two")),
)


def settings(
    member: Member,
    company: Company,
    today: date,
    *,
    typed: Mapping[str, str] = NONE,
    errors: Mapping[str, str] = NONE,
    done: str = "",
) -> Card:
    """As they are, and to be changed."""
    paused = member.paused_until is not None and member.paused_until > today
    filled = {
        "reminders": member.reminders.value,
        "quiet": t("none") if member.quiet_hours == NO_QUIET else str(member.quiet_hours),
        "until": member.paused_until.isoformat() if member.paused_until and paused else "",
    }
    filled.update(typed)
    save = Action("chat.save", t("Save"), look=Look.PRIMARY)
    resume = (Action("chat.resume", t("End the pause")),) if paused else ()
    return Card(
        done or t("Your settings"),
        (
            *((say(Bold(done)),) if done else (Heading(t("Your settings")),)),
            Facts(_facts(member, company)),
            *_settings_fields(filled, errors, asks=company.asks(member)),
            Buttons((save, *resume)),
        ),
    )


def _facts(member: Member, company: Company) -> tuple[tuple[str, Spans], ...]:
    days = ", ".join(spoken().weekdays[it] for it in sorted(days_of(company, member)))
    asked: tuple[tuple[str, Spans], ...] = ((t("Check-in"), (f"{checkin_time(company, member):%H:%M}, {days}",)),)
    zone: tuple[tuple[str, Spans], ...] = ((t("Your time zone"), (member.zone,)),)
    return (*asked, *zone) if company.asks(member) else zone


def _settings_fields(filled: Mapping[str, str], errors: Mapping[str, str], *, asks: bool) -> tuple[Field, ...]:
    """Who isn't asked isn't reminded."""
    reminders = Field(
        name="reminders",
        label=t("Reminders of a check-in"),
        input=Input.CHOICE,
        value=filled["reminders"],
        options=tuple((value, worded(label)) for value, label in _REMINDERS),
        error=errors.get("reminders", ""),
    )
    return (
        *((reminders,) if asks else ()),
        Field(
            name="quiet",
            label=t("Quiet hours, in your zone"),
            input=Input.LINE,
            value=filled["quiet"],
            hint=t("Such as 19:00-07:30, or none. Answers to what you ask come at any hour."),
            error=errors.get("quiet", ""),
        ),
        Field(
            name="until",
            label=t("Leave me alone until"),
            input=Input.DATE,
            value=filled["until"],
            hint=t("The day on which I should be back; empty for no pause."),
            error=errors.get("until", ""),
        ),
    )


def pausing(today: date, error: str = "") -> Card:
    """How long."""
    spans = (("1", t("Until tomorrow")), ("3", t("3 days")), ("7", t("A week")))
    buttons = tuple(Action("chat.pause", label, {"days": days, "on": today.isoformat()}) for days, label in spans)
    question = error or t("How long shall I leave you alone? Or say “pause until 2026-12-01”.")
    return Card(t("A pause"), (say(question), Buttons(buttons)))


def paused(member: Member, today: date) -> Card:
    """Until when, and how to come back."""
    if member.paused_until is None or member.paused_until <= today:
        return note(t("I’m here: the next check-in comes as usual."))
    line = t("Paused. I’m back on {day}; until then nothing counts as missed.", day=day(member.paused_until, today))
    return Card(line, (say(line), Buttons((Action("chat.resume", t("End the pause")),))))


def moved(before: Member, now: Member, company: Company) -> Card:
    """By which clock from now on, and how to stay with the other."""
    asked = (
        t(" Your check-in comes at {checkin_time} there.", checkin_time=f"{checkin_time(company, now):%H:%M}")
        if company.asks(now)
        else ""
    )
    line = t(
        "Your chat says you are in {place} now, so I go by the clock there.{asked}", place=_place(now.zone), asked=asked
    )
    stay = Action("chat.stay", t("Stay with {place}", place=_place(before.zone)), {"zone": before.zone})
    return Card(line, (say(line), Buttons((stay, settings_button()))))


def stayed(member: Member, company: Company) -> Card:
    """Kept."""
    asked = (
        t(" Your check-in comes at {checkin_time} there.", checkin_time=f"{checkin_time(company, member):%H:%M}")
        if company.asks(member)
        else ""
    )
    return note(t("I go by the clock of {place}.{asked}", place=_place(member.zone), asked=asked))


def _place(zone: str) -> str:
    """`Chicago`, of `America/Chicago`."""
    return zone.rpartition("/")[2].replace("_", " ")


# --- what is held --------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """How much of each; `since` is the day of the first check-in."""

    checkins: int
    commitments: int
    calls: int
    deals: int
    matters: int
    since: date | None = None


def held(member: Member, company: Company, it: Held, today: date) -> Card:
    """Counts, who sees them, and how to have them out, or corrected."""
    since = t(", since {day}", day=day(it.since, today)) if it.since else ""
    platforms = ", ".join(sorted(name.capitalize() for name in member.handles)) or t("none")
    email = member.email or t("no e-mail")
    pairs: tuple[tuple[str, Spans], ...] = (
        (t("Name and addresses"), (f"{member.name}; {email}; {platforms}",)),
        (t("Check-ins"), (f"{it.checkins:,}{since}",)),
        (t("Commitments"), (f"{it.commitments:,}",)),
        (t("Forecast calls"), (t("{calls} in the last four quarters", calls=it.calls),)),
        (t("Open deals from the CRM"), (f"{it.deals:,}",)),
        (_matters_with(member, company), (t("{matters} open or closed lately", matters=it.matters),)),
    )
    return Card(
        t("What I hold about you"),
        (
            Heading(t("What I hold about you")),
            Facts(pairs),
            say(_who_sees(member, company)),
            say(
                *ts(
                    "A file with all of it comes from whoever runs the coach: {command}. They can also erase it.",
                    command=Bold(f"coach export --company {company.slug} --member {member.id} --out {member.id}.zip"),
                )
            ),
            Buttons((Action("escalate.ask", t("Something is wrong"), {"about": t("what is held about me")}),)),
        ),
    )


def _matters_with(member: Member, company: Company) -> str:
    if company.managers:
        return t("Matters with the manager")
    name = takers(company, member.id)
    return t("Matters with {name}", name=name) if name else t("Your matters")


def _who_sees(member: Member, company: Company) -> str:
    if member.role is Role.MANAGER and company.habits_of(member):
        return t(
            "Your check-ins are yours: they are in no figure of the team, and neither the owner nor the reps "
            "are shown them. Whoever runs the coach can list them."
        )
    if member.role is not Role.REP:
        return t("Your settings and what you asked or decided here; nothing else is kept about you.")
    if not company.managers:
        return _nobody_manages(company)
    if company.owner is None:
        return tn(
            "{name} sees your check-ins, calls and deals. Colleagues see nothing of it.",
            "{name} see your check-ins, calls and deals. Colleagues see nothing of it.",
            len(company.managers),
            name=managers(company),
        )
    return tn(
        "{name} sees your check-ins, calls and deals. The owner sees figures of {fewest} people or more, "
        "never yours alone. Colleagues see nothing of it.",
        "{name} see your check-ins, calls and deals. The owner sees figures of {fewest} people or more, "
        "never yours alone. Colleagues see nothing of it.",
        len(company.managers),
        name=managers(company),
        fewest=FEWEST,
    )


def _nobody_manages(company: Company) -> str:
    if company.owner is None:
        return t("Your check-ins, calls and deals are shown to nobody else here.")
    return t(
        "Your check-ins and calls are shown to nobody else here. The owner sees figures of {fewest} people or more, "
        "never yours alone; what is raised about you goes to {name}, and you read it first.",
        fewest=FEWEST,
        name=company.called(company.owner),
    )
