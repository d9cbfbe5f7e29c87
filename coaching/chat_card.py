"""Help, settings, a pause, and what is held about somebody, as cards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from coaching.cadence import checkin_time, days_of
from coaching.card import (
    Action,
    Bold,
    Bullets,
    Buttons,
    Card,
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
from coaching.people import Member, Reminders, Role
from coaching.phrases import day
from coaching.ratios_card import FEWEST
from coaching.wishes import NO_QUIET

if TYPE_CHECKING:
    from datetime import date

    from coaching.company import Company

NONE: Mapping[str, str] = {}
SETTINGS = Action("chat.settings", "Settings")
OWN_HABITS = ("today", "your own check-in, and how your habits have gone; in no figure of the team")


# --- help ----------------------------------------------------------------------------------------------------------
def help_card(member: Member, today: date, *, practises: bool = False) -> Card:
    """What to type, by role; the most used as buttons. `practises` is a manager with habits of their own."""
    own = (OWN_HABITS,) if practises and member.role is Role.MANAGER else ()
    lines: tuple[Spans, ...] = tuple((Bold(word), f": {what}") for word, what in (*own, *_words(member.role)))
    hello = f"Hello {member.first_name}. {_purpose(member.role)}"
    buttons = (Buttons(found),) if (found := _buttons(member.role, today)) else ()
    return Card(hello, (say(hello), Bullets(lines), *buttons, quiet("Plain words do: no command has to be exact.")))


def _purpose(role: Role) -> str:
    match role:
        case Role.REP:
            return "I’m here for the minute in the morning, the forecast, and anything you need the manager for."
        case Role.MANAGER:
            return "I keep the team’s rhythm on the days you’re not in, and hold what needs you until you are."
        case Role.OWNER:
            return "I show you where the period stands and what needs a decision of yours."
        case Role.ADMIN:
            return "You look after the set-up; the coaching is between the team and its manager."
        case _:
            assert_never(role)


def _words(role: Role) -> tuple[tuple[str, str], ...]:
    forecast = ("forecast", "where the period stands")
    personal = (("settings", "reminders, quiet hours, a pause"), ("my data", "what I hold about you, and who sees it"))
    match role:
        case Role.REP:
            return (
                ("today", "today’s check-in; or simply write “12 calls, 2 appointments, sent the Acme proposal”"),
                ("forecast", "your call, such as “forecast commit 120k best 150k because …”"),
                ("accuracy", "how your calls have come in so far"),
                ("deals", "your open deals, largest first; “deal acme” for all that is known of one"),
                ("review", "the few things in your pipeline that could move this week"),
                ("ratios", "what your work leads to, step by step"),
                ("actions", "what is left of your target, and what it asks for today"),
                ("ask …", "takes it to the manager; “queue” shows where it stands"),
                *personal,
            )
        case Role.MANAGER:
            return (
                ("queue", "what waits for you, in order"),
                (
                    "forecast",
                    "everybody’s last call; “forecast dana commit 100k best 140k because …” sets yours beside it",
                ),
                ("accuracy", "how the calls, yours, the coach’s and the simplest guesses have come in"),
                ("deals", "all open deals; “deal acme” for all that is known of one"),
                ("review", "how the week’s review went; “review dana” for one rep’s"),
                ("ratios", "the team’s steps; “ratios dana” for one"),
                ("actions", "who is on the way to their target, and what it asks for; “actions dana” for one"),
                ("digest", "the week, as the owner reads it"),
                *personal,
            )
        case Role.OWNER:
            return (
                ("digest", "the week on one page"),
                forecast,
                ("accuracy", "how good forecasts have been"),
                ("deals", "what stands in which stage"),
                ("review", "what changed in the pipeline since a week ago"),
                ("queue", "what waits with the manager"),
                ("ratios", "the team’s steps"),
                ("actions", "whether the target can still be reached, and how"),
                *personal,
            )
        case Role.ADMIN:
            return personal
        case _:
            assert_never(role)


def _buttons(role: Role, today: date) -> tuple[Action, ...]:
    checkin = Action("checkin.open", "Today’s check-in", {"day": today.isoformat()}, Look.PRIMARY)
    forecast, queue = Action("forecast.show", "Forecast"), Action("escalate.queue", "Queue")
    match role:
        case Role.REP:
            return checkin, forecast, Action("escalate.ask", "Talk to the manager"), SETTINGS
        case Role.MANAGER | Role.OWNER:
            return queue, forecast, SETTINGS
        case Role.ADMIN:
            return (SETTINGS,)
        case _:
            assert_never(role)


# --- settings ------------------------------------------------------------------------------------------------------
_REMINDERS = (
    (Reminders.LIGHT.value, "None"),
    (Reminders.STANDARD.value, "One, near the end of the window"),
    (Reminders.ACTIVE.value, "Two"),
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
        "quiet": "none" if member.quiet_hours == NO_QUIET else str(member.quiet_hours),
        "until": member.paused_until.isoformat() if member.paused_until and paused else "",
    }
    filled.update(typed)
    save = Action("chat.save", "Save", look=Look.PRIMARY)
    resume = (Action("chat.resume", "End the pause"),) if paused else ()
    return Card(
        done or "Your settings",
        (
            *((say(Bold(done)),) if done else (Heading("Your settings"),)),
            Facts(_facts(member, company)),
            *_settings_fields(filled, errors),
            Buttons((save, *resume)),
        ),
    )


def _facts(member: Member, company: Company) -> tuple[tuple[str, Spans], ...]:
    days = ", ".join(it.name.capitalize() for it in sorted(days_of(company, member)))
    asked: tuple[tuple[str, Spans], ...] = (("Check-in", (f"{checkin_time(company, member):%H:%M}, {days}",)),)
    zone: tuple[tuple[str, Spans], ...] = (("Your time zone", (member.zone,)),)
    return (*asked, *zone) if company.asks(member) else zone


def _settings_fields(filled: Mapping[str, str], errors: Mapping[str, str]) -> tuple[Field, ...]:
    return (
        Field(
            name="reminders",
            label="Reminders of a check-in",
            input=Input.CHOICE,
            value=filled["reminders"],
            options=_REMINDERS,
            error=errors.get("reminders", ""),
        ),
        Field(
            name="quiet",
            label="Quiet hours, in your zone",
            input=Input.LINE,
            value=filled["quiet"],
            hint="Such as 19:00-07:30, or none. Answers to what you ask come at any hour.",
            error=errors.get("quiet", ""),
        ),
        Field(
            name="until",
            label="Leave me alone until",
            input=Input.DATE,
            value=filled["until"],
            hint="The day on which I should be back; empty for no pause.",
            error=errors.get("until", ""),
        ),
    )


def pausing(today: date, error: str = "") -> Card:
    """How long."""
    spans = (("1", "Until tomorrow"), ("3", "3 days"), ("7", "A week"))
    buttons = tuple(Action("chat.pause", label, {"days": days, "on": today.isoformat()}) for days, label in spans)
    question = error or "How long shall I leave you alone? Or say “pause until 2026-12-01”."
    return Card("A pause", (say(question), Buttons(buttons)))


def paused(member: Member, today: date) -> Card:
    """Until when, and how to come back."""
    if member.paused_until is None or member.paused_until <= today:
        return note("I’m here: the next check-in comes as usual.")
    line = f"Paused. I’m back on {day(member.paused_until, today)}; until then nothing counts as missed."
    return Card(line, (say(line), Buttons((Action("chat.resume", "End the pause"),))))


def moved(before: Member, now: Member, company: Company) -> Card:
    """By which clock from now on, and how to stay with the other."""
    asked = f" Your check-in comes at {checkin_time(company, now):%H:%M} there." if company.asks(now) else ""
    line = f"Your chat says you are in {_place(now.zone)} now, so I go by the clock there.{asked}"
    stay = Action("chat.stay", f"Stay with {_place(before.zone)}", {"zone": before.zone})
    return Card(line, (say(line), Buttons((stay, SETTINGS))))


def stayed(member: Member, company: Company) -> Card:
    """Kept."""
    asked = f" Your check-in comes at {checkin_time(company, member):%H:%M} there." if company.asks(member) else ""
    return note(f"I go by the clock of {_place(member.zone)}.{asked}")


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
    since = f", since {day(it.since, today)}" if it.since else ""
    platforms = ", ".join(sorted(name.capitalize() for name in member.handles)) or "none"
    pairs: tuple[tuple[str, Spans], ...] = (
        ("Name and addresses", (f"{member.name}; {member.email or 'no e-mail'}; {platforms}",)),
        ("Check-ins", (f"{it.checkins:,}{since}",)),
        ("Commitments", (f"{it.commitments:,}",)),
        ("Forecast calls", (f"{it.calls:,} in the last four quarters",)),
        ("Open deals from the CRM", (f"{it.deals:,}",)),
        ("Matters with the manager", (f"{it.matters:,} open or closed lately",)),
    )
    return Card(
        "What I hold about you",
        (
            Heading("What I hold about you"),
            Facts(pairs),
            say(_who_sees(member, company)),
            say(
                "A file with all of it comes from whoever runs the coach: ",
                Bold(f"coach export --company {company.slug} --member {member.id} --out {member.id}.zip"),
                ". They can also erase it.",
            ),
            Buttons((Action("escalate.ask", "Something is wrong", {"about": "what is held about me"}),)),
        ),
    )


def _who_sees(member: Member, company: Company) -> str:
    if member.role is Role.MANAGER and company.habits_of(member):
        return (
            "Your check-ins are yours: they are in no figure of the team, and neither the owner nor the reps are shown"
            " them. Whoever runs the coach can list them."
        )
    if member.role is not Role.REP:
        return "Your settings and what you asked or decided here; nothing else is kept about you."
    manager = company.manager
    name = manager.first_name if manager else "The manager"
    return (
        f"{name} sees your check-ins, calls and deals. The owner sees figures of {FEWEST} people or more, never yours"
        " alone. Colleagues see nothing of it."
    )
