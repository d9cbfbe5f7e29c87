"""The small words: help, settings, a pause, what is held about somebody, and the step ratios."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from coaching import cadence, hello
from coaching import chat_card as card
from coaching.card import Card, note
from coaching.chat_card import Held
from coaching.checkin_times import Plan
from coaching.checkins import CheckIn
from coaching.decision import NOTHING, Decision
from coaching.escalation import LIVE
from coaching.events import Commanded, Event, PersonEvent, Pressed, Said
from coaching.heard import ALL
from coaching.language import marked, t, worded
from coaching.naming import meant, only, told_whose, which
from coaching.numbers.ratios import WEEKS
from coaching.people import Hours, Member, Reminders, Role
from coaching.periods import Period
from coaching.ratios_card import FEWEST, maths_card, ratios_card, too_few
from coaching.ratios_view import Facts as RatioFacts
from coaching.ratios_view import View, view
from coaching.ratios_view import facts as ratio_facts
from coaching.routine import Routine, after_phrase, asked, in_place
from coaching.small_talk import Talk, talk
from coaching.wishes import pause_until, quiet_hours
from coaching.words import NotUnderstood

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.ports import Holidays, Records

MY_SETTINGS = tuple(it for heard in ALL for it in heard.my_settings)
PHRASES = (*(it for heard in ALL for it in heard.my_data), *MY_SETTINGS)
FIRST_DAY = date(2000, 1, 1)
_QUIET = tuple(re.compile(it.quiet, re.IGNORECASE) for it in ALL)
TOLD_ONCE_IN = timedelta(days=1)
"""How often somebody reads at most that another zone is followed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Who speaks, and what their word needs."""

    company: Company
    member: Member
    now: datetime
    today: date
    holidays: frozenset[date] = frozenset()
    latest: CheckIn | None = None
    """Their newest, so that a new wish doesn't ask twice on a day."""
    ratios: RatioFacts | None = None
    held: Held | None = None
    met: bool = False
    """Something of the coach's has reached them, wherever that was."""


# --- gather --------------------------------------------------------------------------------------------------------
def gather(records: Records, event: Event, holidays: Holidays) -> Facts | None:
    """Little for most words, more for the two that look back."""
    if not isinstance(event, Pressed | Said | Commanded):
        return None
    company, member = records.company, records.company.member(event.member)
    if member is None or not member.active:
        return None
    today = cadence.local_day(event.at, member.tz)
    facts = Facts(company=company, member=member, now=event.at, today=today)
    match _word(event)[0]:
        case "ratios" | "maths":
            return replace(facts, ratios=ratio_facts(records, today))
        case "data":
            return replace(facts, held=_held(records, member, today, event.at))
        case "hello":
            return replace(facts, met=member.id not in records.unmet())
        case _:
            week = timedelta(days=7)
            recent = records.checkins(today - week, today + week, member.id)
            away = holidays(company.country, today - week, today + timedelta(days=cadence.FAR + 20))
            return replace(facts, holidays=away, latest=recent[-1] if recent else None)


def _held(records: Records, member: Member, today: date, now: datetime) -> Held:
    checkins = records.checkins(FIRST_DAY, today + timedelta(days=1), member.id)
    settled = [it for it in records.settled_escalations(now - timedelta(weeks=WEEKS)) if it.member == member.id]
    period = records.company.period(today)
    return Held(
        checkins=len(checkins),
        commitments=len(records.commitments(FIRST_DAY, today, member.id)),
        calls=sum(len(records.calls(str(it), member.id)) for it in _last_four(period)),
        deals=len(records.open_opportunities(member.id)),
        matters=len(records.escalations(LIVE, member.id)) + len(settled),
        since=checkins[0].day if checkins else None,
    )


def _last_four(period: Period) -> tuple[Period, ...]:
    found = [period]
    while len(found) < 4:
        found.append(found[-1].previous)
    return tuple(found)


def _word(event: PersonEvent) -> tuple[str, str]:
    """What is meant, and what was said with it."""
    if isinstance(event, Pressed):
        return event.action.partition(".")[2], ""
    if talk(event.text) is Talk.GREETING:
        return "help", ""
    quiet = _about_quiet(event.text)
    if quiet is not None:
        return "quiet", quiet
    if after_phrase(event.text, PHRASES) is not None:
        return ("settings" if after_phrase(event.text, MY_SETTINGS) is not None else "data"), ""
    return asked(event)


# --- decide --------------------------------------------------------------------------------------------------------
def decide(facts: Facts | None, event: Event) -> Decision:
    """What follows from the word or the button."""
    if facts is None or not isinstance(event, Pressed | Said | Commanded):
        return NOTHING
    talked = _talked(facts, event)
    return in_place(event, talked) if talked else _meant(facts, event)


def _talked(facts: Facts, event: PersonEvent) -> Card | None:
    """What isn't about work; None for everything else."""
    match None if isinstance(event, Pressed) else talk(event.text):
        case Talk.THANKS:
            return note(t("You’re welcome, {name}.", name=facts.member.first_name))
        case Talk.TROUBLE | Talk.DANGER as said:
            return card.for_a_human(facts.member, facts.company, danger=said is Talk.DANGER)
        case _:
            return None


def _meant(facts: Facts, event: PersonEvent) -> Decision:
    word, rest = _word(event)
    match word:
        case "settings":
            return in_place(event, card.settings(facts.member, facts.company, facts.today))
        case "reminders" | "quiet":
            return (_reminders if word == "reminders" else _quieted)(facts, event, rest)
        case "save":
            return _saved(facts, event)
        case "pause":
            return _paused(facts, event, rest)
        case "resume":
            return _wished(facts, event, facts.member.with_pause(None, facts.today))
        case "data":
            return in_place(event, _data(facts))
        case "hello":
            return _here(facts, event)
        case "zone":
            return _moved(facts, event)
        case "stay":
            return _stayed(facts, event)
        case "ratios":
            return told_whose(facts.company, facts.member, event, in_place(event, _ratios(facts, event, ratios_card)))
        case "maths":
            return Decision(reply=_ratios(facts, event, maths_card))
        case _:
            return in_place(event, card.help_card(facts.member, facts.company, facts.today))


def _here(facts: Facts, event: PersonEvent) -> Decision:
    """They have taken the app. Who writes is said before anything that waits for them, and once."""
    it, elsewhere = facts.member, len(facts.member.open_handles) > 1
    if facts.met and isinstance(event, Pressed) and event.args.get("linked"):
        return NOTHING  # they have just read how they are known here
    if facts.met:
        return Decision(reply=card.here_too(it) if elsewhere else card.here_again(it))
    if elsewhere:
        # Said where they are now: the one that waits would go to the other place.
        return Decision(reply=card.introduction(it, facts.company), withdraw=(hello.key(it.id),))
    return Decision(messages=(hello.hello(facts.company, it, at_once=True),))


_REMINDERS = {
    Reminders.LIGHT: marked("light"),
    Reminders.STANDARD: marked("standard"),
    Reminders.ACTIVE: marked("active"),
}


def _reminders(facts: Facts, event: PersonEvent, rest: str) -> Decision:
    said = rest.lower().rstrip(".")
    meant = next((it.reminders[said] for it in ALL if said in it.reminders), said)
    wanted = next((it for it in Reminders if it.value == meant), None)
    if wanted is None:
        return in_place(event, card.settings(facts.member, facts.company, facts.today))
    member = _reminded(facts.member, wanted)
    done = t("Reminders are {what} now.", what=worded(_REMINDERS[wanted]))
    return Decision(records=(member,)) + in_place(event, card.settings(member, facts.company, facts.today, done=done))


def _about_quiet(text: str) -> str | None:
    """Which quiet hours are asked for, '' for none named yet; None for what is about something else."""
    found = next((it for pattern in _QUIET if (it := pattern.fullmatch(text.strip().rstrip(".!")))), None)
    return None if found is None else found["rest"] or ""


def _quieted(facts: Facts, event: PersonEvent, rest: str) -> Decision:
    errors: dict[str, str] = {}
    quiet = _quiet(facts, rest, errors)
    if errors or not rest:
        typed = {"quiet": rest} if rest else {}
        return in_place(event, card.settings(facts.member, facts.company, facts.today, typed=typed, errors=errors))
    member = _undisturbed(facts.member, quiet)
    return _kept(facts, member) + in_place(event, card.settings(member, facts.company, facts.today, done=t("Saved.")))


def _saved(facts: Facts, event: PersonEvent) -> Decision:
    """All three at once, or what is wrong with which."""
    fields = event.fields if isinstance(event, Pressed) else {}
    errors: dict[str, str] = {}
    quiet = _quiet(facts, fields.get("quiet", ""), errors)
    until = _until(facts, fields.get("until", "").strip(), errors)
    wanted = next((it for it in Reminders if it.value == fields.get("reminders")), facts.member.reminders)
    if errors:
        shown = card.settings(facts.member, facts.company, facts.today, typed=fields, errors=errors)
        return in_place(event, shown)
    # The form holds all three: what stands there as it was is no wish.
    member = facts.member.with_pause(until, facts.today)
    member = _reminded(member, wanted) if wanted is not member.reminders else member
    member = _undisturbed(member, quiet) if quiet != member.quiet_hours else member
    shown = card.settings(member, facts.company, facts.today, done=t("Saved."))
    return _kept(facts, member) + in_place(event, shown)


def _reminded(it: Member, wanted: Reminders) -> Member:
    """As they want it, with what the file said before."""
    return replace(it, reminders=wanted, reminders_filed=it.reminders_filed or it.reminders)


def _undisturbed(it: Member, quiet: Hours) -> Member:
    """The same."""
    return replace(it, quiet_hours=quiet, quiet_filed=it.quiet_filed or it.quiet_hours)


def _quiet(facts: Facts, text: str, errors: dict[str, str]) -> Hours:
    if not text.strip():
        return facts.member.quiet_hours
    try:
        return quiet_hours(text)
    except NotUnderstood as why:
        errors["quiet"] = str(why)
        return facts.member.quiet_hours


def _until(facts: Facts, text: str, errors: dict[str, str]) -> date | None:
    if not text:
        return None
    try:
        return pause_until(text, facts.today)
    except NotUnderstood as why:
        errors["until"] = str(why)
        return None


def _paused(facts: Facts, event: PersonEvent, rest: str) -> Decision:
    wish = _pressed_pause(event) if isinstance(event, Pressed) else rest
    if not wish:
        return in_place(event, card.pausing(facts.today))
    try:
        until = pause_until(wish, facts.today)
    except NotUnderstood as why:
        return in_place(event, card.pausing(facts.today, str(why)))
    return _wished(facts, event, facts.member.with_pause(until, facts.today))


def _pressed_pause(event: Pressed) -> str:
    """Counted from the day the card was shown, so that pressing it again later adds nothing."""
    try:
        return (date.fromisoformat(event.args["on"]) + timedelta(days=int(event.args["days"]))).isoformat()
    except (KeyError, ValueError, OverflowError):
        return ""


def _wished(facts: Facts, event: PersonEvent, member: Member) -> Decision:
    return _kept(facts, member) + in_place(event, card.paused(member, facts.today))


def _moved(facts: Facts, event: PersonEvent) -> Decision:
    """Their chat says that they are in another zone: it is followed, and said so, once a day at most.

    Back where they were needs no words: they know, and two devices in two zones would say it all day long.
    """
    zone, it = _zone(event), facts.member
    if zone is None or zone == it.zone_seen:
        return NOTHING
    seen = replace(it, zone_seen=zone, zone_filed=it.zone_filed or it.zone, zone_before=it.zone_seen or it.zone)
    if zone in {it.zone, it.zone_refused}:
        return Decision(records=(seen,))
    lately = it.zone_told_at is not None and facts.now - it.zone_told_at < TOLD_ONCE_IN
    quiet = zone == it.zone_before or lately
    member = replace(seen, zone=zone, zone_refused="", zone_told_at=it.zone_told_at if quiet else facts.now)
    kept = _kept(facts, member)
    return kept if quiet else kept + Decision(reply=card.moved(it, member, facts.company))


def _stayed(facts: Facts, event: PersonEvent) -> Decision:
    """Or not: they go by the clock they are used to."""
    zone, it = _zone(event), facts.member
    if zone is None:
        return in_place(event, card.settings(it, facts.company, facts.today))
    refused = next((other for other in (it.zone_seen, it.zone, it.zone_before) if other != zone), "")
    member = replace(it, zone=zone, zone_refused=refused)
    return _kept(facts, member) + in_place(event, card.stayed(member, facts.company))


def _zone(event: PersonEvent) -> str | None:
    """None for what is no zone."""
    wanted = event.args.get("zone", "") if isinstance(event, Pressed) else ""
    try:
        return ZoneInfo(wanted).key if wanted else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _kept(facts: Facts, member: Member) -> Decision:
    """With the next check-in moved to where the new wish puts it."""
    plan = Plan(company=facts.company, member=member, holidays=facts.holidays, latest=facts.latest)
    return Decision(records=(member,), alarms=(plan.next_ask(facts.now),) if plan.asks else ())


def _data(facts: Facts) -> Card:
    empty = Held(checkins=0, commitments=0, calls=0, deals=0, matters=0)
    return card.held(facts.member, facts.company, facts.held or empty, facts.today)


def _ratios(facts: Facts, event: PersonEvent, told: Callable[[View, Member | None, Member], Card]) -> Card:
    """A rep's own, the manager's choice, the team's for the owner; who is named is never trusted to be allowed."""
    role = facts.member.role
    if role is Role.ADMIN or facts.ratios is None:
        return note(t("Ratios are for the reps, the manager and the owner."))
    found = view(facts.ratios)
    if role is Role.OWNER and found.people < FEWEST:
        return too_few(found.people)
    them = meant(facts.company, event) if role is Role.MANAGER else (facts.member,) if role is Role.REP else ()
    return which(facts.company, them) if len(them) > 1 else told(found, only(them), facts.member)


ROUTINE = Routine(
    name="chat",
    gather=gather,
    decide=decide,
    words=frozenset({"help", "hi", "hello", "hey", "settings", "reminders", "pause", "resume", "data", "ratios"}),
    phrases=PHRASES,
    hears=lambda text: talk(text) is not None or _about_quiet(text) is not None,
)
