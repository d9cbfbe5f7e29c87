"""The check-in as people see it: the form, the confirmation, and what is said around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from coaching import away, cadence, streaks, yields
from coaching import checkin_answer as asked
from coaching.actions_card import see_the_maths
from coaching.card import (
    Action,
    Bold,
    Bullets,
    Buttons,
    Card,
    Element,
    Field,
    Input,
    Look,
    Spans,
    Text,
    note,
    quiet,
    say,
)
from coaching.chat_card import settings_button
from coaching.checkin_plan import Facts, hint, is_first
from coaching.checkins import CheckIn, CheckInStatus, Commitment, CommitmentState
from coaching.habits import Habit
from coaching.language import marked, t, tn, ts, worded
from coaching.people import Member, Role
from coaching.phrases import weekday, whole_day
from coaching.questions import shortened, stuck_words, words_of
from coaching.talk import talk

BECAME = (
    (CommitmentState.KEPT, marked("Kept")),
    (CommitmentState.MOVED, marked("Moved to today")),
    (CommitmentState.DROPPED, marked("Dropped")),
)
FOR_A_DEAL = (marked("What will you do today that moves a deal?"), marked("send Globex the offer by noon"))
FOR_THE_TEAM = (marked("What will you do for the team today?"), marked("join one customer call before noon"))
EXAMPLE = marked("12 calls, 2 appointments, sent the Acme proposal")


# --- the form ------------------------------------------------------------------------------------------------------
def form(
    facts: Facts,
    checkin: CheckIn,
    *,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    may_wait: bool = False,
    opening: str = "",
) -> Card:
    """To fill in: with what is known, or with what was typed and what was wrong with it."""
    day = facts.day_before(checkin.day)
    values = {**asked.shown(facts, checkin), **(typed or {})}
    fields = (
        *_numbers(facts, checkin, day, values, errors or {}),
        *_promise_before(facts, checkin, values),
        *_question(facts, checkin, values),
        *_promise(facts, checkin, values),
        Field(
            name=asked.NOTE,
            label=t("Anything else?"),
            input=Input.LINE,
            value=values[asked.NOTE],
            hint=t("Optional") if facts.manages else t("Optional. If you are stuck, say so; I'll come back to it"),
        ),
    )
    summary = (
        t(
            "Your check-in for {weekday}: {weekday2}'s numbers, and one thing for today",
            weekday=weekday(checkin.day),
            weekday2=weekday(day),
        )
        if facts.habits
        else t("Your check-in for {weekday}: one thing for today", weekday=weekday(checkin.day))
    )
    buttons = _form_buttons(facts, checkin, may_wait=may_wait)
    greeting = say(opening) if opening else _greeting(facts, checkin, day, wrong=len(errors or ()))
    return Card(summary, (greeting, *fields, buttons))


def _greeting(facts: Facts, checkin: CheckIn, day: date, *, wrong: int) -> Text:
    name = facts.member.first_name
    if wrong:
        return say(
            tn(
                "Nearly there, {name}. One thing below needs another look; everything is as you typed it.",
                "Nearly there, {name}. {n} things below need another look; everything is as you typed it.",
                wrong,
                name=name,
            )
        )
    if checkin.status is CheckInStatus.ANSWERED:
        return say(
            t("Here is what you sent for {weekday}, {name}. Change what you like.", weekday=weekday(day), name=name)
        )
    if not facts.habits:
        return say(_without_numbers(facts, checkin))
    if facts.today > checkin.day:
        return say(
            t(
                "{weekday}'s check-in, {name}: {weekday2}'s numbers. Late is fine.",
                weekday=weekday(checkin.day),
                name=name,
                weekday2=weekday(day),
            )
        )
    if is_first(facts, checkin.day):
        return say(
            t(
                "Hello {name}. If you know {weekday}'s numbers, write them down; what stays empty isn't counted. "
                "Then one thing for today.",
                name=name,
                weekday=weekday(day),
            )
        )
    return say(
        t(
            "Hello {name}. {weekday}'s numbers, then one thing for today: a minute is enough.",
            name=name,
            weekday=weekday(day),
        )
    )


def _without_numbers(facts: Facts, checkin: CheckIn) -> str:
    """Where nothing is counted, none are asked for."""
    name = facts.member.first_name
    if facts.today > checkin.day:
        return t("{weekday}'s check-in, {name}. Late is fine.", weekday=weekday(checkin.day), name=name)
    return t("Hello {name}. One thing for today: a minute is enough.", name=name)


def _numbers(
    facts: Facts, checkin: CheckIn, day: date, values: Mapping[str, str], errors: Mapping[str, str]
) -> tuple[Field, ...]:
    return tuple(
        Field(
            name=asked.count_field(it.id),
            label=t("{name} on {weekday}", name=it.name, weekday=weekday(day)),
            input=Input.NUMBER,
            value=values[asked.count_field(it.id)],
            hint=hint(facts, checkin, it, values[asked.count_field(it.id)]),
            error=errors.get(asked.count_field(it.id), ""),
        )
        for it in facts.habits
    )


def _promise_before(facts: Facts, checkin: CheckIn, values: Mapping[str, str]) -> tuple[Field, ...]:
    promise = facts.promise_before(checkin.day)
    if promise is None:
        return ()
    options = tuple((state.value, worded(label)) for state, label in BECAME)
    label = t(
        "On {weekday} you said “{text}”. What became of it?",
        weekday=weekday(promise.made_on),
        text=shortened(promise.text),
    )
    return (Field(name=asked.BEFORE, label=label, input=Input.CHOICE, value=values[asked.BEFORE], options=options),)


def _promise(facts: Facts, checkin: CheckIn, values: Mapping[str, str]) -> tuple[Field, ...]:
    """Of that day only: a day later there is nothing left to promise for it."""
    if facts.today > checkin.day and not checkin.commitment:
        return ()
    label, example = map(worded, FOR_THE_TEAM if facts.manages else FOR_A_DEAL)
    return (
        Field(
            name=asked.COMMITMENT,
            label=label,
            input=Input.LINE,
            value=values[asked.COMMITMENT],
            hint=t("One thing, as specific as “{example}”", example=example),
        ),
    )


def promise_form(facts: Facts, typed: str, error: str = "") -> Card:
    """One thing for today, when the check-in is settled or there is none."""
    label, example = map(worded, FOR_THE_TEAM if facts.manages else FOR_A_DEAL)
    hint = t("One thing, as specific as “{example}”", example=example)
    field = Field(
        name=asked.COMMITMENT, label=label, input=Input.LONG, value=typed, hint=hint, optional=False, error=error
    )
    return Card(
        t("A promise for today"), (field, Buttons((Action("checkin.promised", t("Keep it"), look=Look.PRIMARY),)))
    )


def promised(made: Commitment) -> Card:
    """Kept; the next check-in asks what became of it."""
    line = t("You’ll do: {text}", text=made.text)
    return Card(
        line,
        (say(*ts("You’ll do: {text}", text=Bold(shortened(made.text, 300)))), quiet(t("I’ll ask what became of it."))),
    )


def _question(facts: Facts, checkin: CheckIn, values: Mapping[str, str]) -> tuple[Field, ...]:
    words = words_of(checkin.question, facts.background)
    return (Field(name=asked.ANSWER, label=words, input=Input.LINE, value=values[asked.ANSWER]),) if words else ()


def _form_buttons(facts: Facts, checkin: CheckIn, *, may_wait: bool) -> Buttons:
    if checkin.status is CheckInStatus.ANSWERED:
        return Buttons(
            (_button("send", t("Save"), checkin, Look.PRIMARY), _button("keep", t("Leave it as it was"), checkin))
        )
    later = (_button("later", t("Later"), checkin),) if may_wait else ()
    off = (_button("off", t("Day off"), checkin),) if facts.today == checkin.day else ()
    send = _button("send", t("Send"), checkin, Look.PRIMARY)
    maths = (see_the_maths(facts.member.id),) if facts.solution and facts.solution.needs else ()
    return Buttons((send, *_same(checkin), *off, *later, *maths))


def _same(checkin: CheckIn) -> tuple[Action, ...]:
    """Not where nothing was planned: then it would keep nothing."""
    return (_button("same", t("Same as planned"), checkin),) if checkin.suggested else ()


# --- afterwards ----------------------------------------------------------------------------------------------------
def thanks(facts: Facts) -> str:
    """How the first answer is met."""
    return t("Thank you, {name}.", name=facts.member.first_name)


def confirmation(facts: Facts, checkin: CheckIn, opening: str, aside: str = "") -> Card:
    """What was kept, each count with its yield, and what it is good for today. `aside`: what was not understood."""
    day = facts.day_before(checkin.day)
    counts = checkin.counts
    others = [it for it in facts.checkins if it.day != checkin.day]
    counted = ", ".join([yields.amount(counts[it.id], it.unit) for it in facts.habits if it.id in counts])
    elements: tuple[Element, ...] = (
        say(f"{opening} {_is_kept(weekday(day), late=checkin.late, counted=bool(counted))}"),
        *((Bullets(_lines(facts, checkin, day, others)),) if counted else ()),
        *((say(aside),) if aside else ()),
        *(
            (say(*ts("You'll do today: {commitment}", commitment=Bold(shortened(checkin.commitment, 300)))),)
            if checkin.commitment
            else ()
        ),
        *((say(_rest_well()),) if _is_away(facts, checkin) else ()),
        *_footnote(facts, checkin, others),
        Buttons(
            (
                _button("open", t("Edit"), checkin),
                *((settings_button(),) if _is_away(facts, checkin) else ()),
                *_to_the_manager(facts, checkin),
            )
        ),
    )
    return Card(t("{day} is kept: {counted}", day=weekday(day), counted=counted or t("no numbers")), elements)


def _is_kept(day: str, *, late: bool, counted: bool) -> str:
    match late, counted:
        case True, True:
            return t("{day} is kept (answered late, and welcome):", day=day)
        case True, False:
            return t("{day} is kept (answered late, and welcome), without numbers.", day=day)
        case False, True:
            return t("{day} is kept:", day=day)
        case _:
            return t("{day} is kept, without numbers.", day=day)


def status(facts: Facts, checkin: CheckIn) -> Card:
    """Today, once it is answered: what was sent, what is planned, how the run stands."""
    return confirmation(facts, checkin, t("You are checked in for today, {name}.", name=facts.member.first_name))


def _lines(facts: Facts, checkin: CheckIn, counted_on: date, others: Sequence[CheckIn]) -> tuple[Spans, ...]:
    before = facts.checkin(counted_on)
    # Of a habit by the week a day's target is all that was left of the week: the week's goal is what it stands against.
    daily = {it.id for it in facts.habits if it.per_day is not None}
    plan = {name: target for name, target in before.targets.items() if name in daily} if before else {}
    known = [it for it in facts.habits if it.id in checkin.counts]
    return tuple([(yields.line(facts.company, it, checkin.counts, plan, others),) for it in known])


def _is_away(facts: Facts, checkin: CheckIn) -> bool:
    """Whether they wrote today that they are: nothing is asked of them then."""
    # Most write none, and every answer asks.
    return bool(checkin.note) and checkin.day == facts.today and away.noted(checkin.note)


def _rest_well() -> str:
    return t("If you are ill or away: rest well. Say until when in the settings, and I leave you alone until then.")


def about_time_off() -> Card:
    """Where it is said."""
    words = _rest_well()
    return Card(words, (say(words), Buttons((settings_button(),))))


def _footnote(facts: Facts, checkin: CheckIn, others: Sequence[CheckIn]) -> tuple[Text, ...]:
    plan = _plan(facts, checkin) if checkin.day == facts.today and not _is_away(facts, checkin) else ""
    run = streaks.in_words(streaks.streak((*facts.before, *others, checkin)))
    words = f"{plan} {run}".strip()
    return (quiet(words),) if words else ()


def _plan(facts: Facts, checkin: CheckIn) -> str:
    wanted = [_wanted(it, checkin.targets[it.id]) for it in facts.habits if checkin.targets.get(it.id)]
    return t("Today's targets: {targets}.", targets=", ".join(wanted)) if wanted else ""


def _wanted(habit: Habit, target: int) -> str:
    return yields.amount(target, habit.unit) + (f" ({habit.cue})" if habit.cue else "")


def day_off(checkin: CheckIn) -> Card:
    """Nothing counted, nothing broken."""
    words = t("Enjoy your day off. Nothing is counted, and your run stays as it is.")
    return Card(words, (say(words), Buttons((_button("open", t("Answer anyway"), checkin),))))


def waits(facts: Facts, checkin: CheckIn, until: datetime, typed: Mapping[str, str]) -> Card:
    """Asked to come back later; whatever was typed already stays where it is."""
    words = t("Fine. I'll ask again at {time}.", time=f"{until.astimezone(facts.member.tz):%H:%M}")
    before = asked.shown(facts, checkin)
    if any(before.get(name, "") != value.strip() for name, value in typed.items()):
        return form(facts, checkin, typed=typed, opening=t("{words} What you typed is still here.", words=words))
    return Card(words, (say(words), Buttons((_button("open", t("Answer now"), checkin),))))


def no_later(facts: Facts, checkin: CheckIn) -> Card:
    """No room to ask again within the window."""
    closes = checkin.closes_at.astimezone(facts.member.tz) if checkin.closes_at else None
    words = (
        t(
            "There is no room to ask again before this one closes at {time}. "
            "An answer after that is still welcome, today or tomorrow.",
            time=f"{closes:%H:%M}",
        )
        if closes
        else t(
            "There is no room to ask again before this one closes. "
            "An answer after that is still welcome, today or tomorrow."
        )
    )
    return Card(words, (say(words), Buttons((_button("open", t("Answer now"), checkin),))))


def nothing_waits(checkin: CheckIn) -> Card:
    """Put off, where there is nothing to put off."""
    words = t("Nothing is waiting for an answer just now. Your card is here whenever it suits you.")
    return Card(words, (say(words), Buttons((_button("open", t("Open the card"), checkin),))))


def closed(facts: Facts, checkin: CheckIn) -> Card:
    """The window has passed."""
    words = t(
        "{weekday}'s check-in closed without an answer. No harm done: you can still send it, today or tomorrow.",
        weekday=weekday(checkin.day),
    )
    return Card(
        words, (say(words), Buttons((_button("open", t("Answer late"), checkin), *_to_the_manager(facts, checkin))))
    )


def not_theirs() -> Card:
    """Of somebody whose role, or whose habits, are others by now."""
    return note(t("This check-in needs no answer any more: you don’t count what it asks for now."))


def reminder(facts: Facts, checkin: CheckIn, *, last: bool) -> Card:
    """One tap from done."""
    closes = checkin.closes_at.astimezone(facts.member.tz) if checkin.closes_at else None
    until = t(" It closes at {closes}.", closes=f"{closes:%H:%M}") if closes else ""
    name = facts.member.first_name
    words = (
        t("A last nudge for today's check-in, {name}: a minute is enough.{until}", name=name, until=until)
        if last
        else t("Still time for today's check-in, {name}: a minute is enough.{until}", name=name, until=until)
    )
    buttons = (_button("open", t("Answer"), checkin, Look.PRIMARY), *_same(checkin))
    return Card(words, (say(words), Buttons(buttons)))


def too_late(checkin_day: date, today: date, name: str) -> Card:
    """Refused, with what to do instead."""
    words = t(
        "{name}, the check-in of {weekday} {date} is too far back to answer now. Today's is open, if you like.",
        name=name,
        weekday=weekday(checkin_day),
        date=whole_day(checkin_day),
    )
    button = Action("checkin.open", t("Open today's"), {"day": today.isoformat()}, Look.PRIMARY)
    return Card(words, (say(words), Buttons((button,))))


def answered_already(checkin: CheckIn) -> Card:
    """A day off after an answer."""
    words = t("You have already sent this check-in, and it stays as you sent it. Change it here if you like.")
    return Card(words, (say(words), Buttons((_button("open", t("Edit"), checkin),))))


def not_understood(checkin: CheckIn, why: str = "") -> Card:
    """Nothing of it was a check-in."""
    words = t(
        "{why} Write it like “{example}”, or say “today” for your card, “forecast”, “deals” or “help”.",
        why=why or t("I didn't recognise a check-in in that."),
        example=worded(EXAMPLE),
    )
    return Card(words, (say(words), Buttons((_button("open", t("Open today's card"), checkin),))))


def meant(words: str) -> str:
    """What may have been mistyped; empty where nothing is near."""
    return t("Did you mean “{words}”?", words=shortened(words, 60)) if words else ""


def for_others() -> Card:
    """A manager or owner asks for a card that only reps have."""
    return note(t("The daily check-in is for the reps. Say “queue” for what waits for you, or “digest” for the week."))


def no_promise(member: Member | None) -> Card:
    """A promise is asked about in a check-in; whoever has none would make it to nobody."""
    if member is not None and member.role is Role.MANAGER:
        return note(
            t(
                "I kept nothing: I ask what became of a promise in the daily check-in, and you have none. "
                "With habits of your own in the company’s file you are asked, too, and can promise here."
            )
        )
    return note(t("I kept nothing: I ask what became of a promise in the daily check-in, and that is for the reps."))


def _to_the_manager(facts: Facts, checkin: CheckIn) -> tuple[Action, ...]:
    if facts.manages:
        return ()
    about = shortened(stuck_words(checkin)) or t("my check-in of {weekday}", weekday=weekday(checkin.day))
    return talk(facts.company, facts.member.id, about)


def _button(name: str, label: str, checkin: CheckIn, look: Look = Look.PLAIN) -> Action:
    return Action(f"checkin.{name}", label, {"day": cadence.in_writing(checkin.day)}, look)
