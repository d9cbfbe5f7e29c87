"""What somebody sees first when they open the coach: a rep their day, the manager the team, the owner the period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, assert_never

from coaching import absent, accounts, cadence, checkin_plan, escalation_card, identity_card, streaks
from coaching.accuracy_card import FEWEST
from coaching.actions_card import see_the_maths
from coaching.actions_words import owner_lines, standing_line, where_from
from coaching.card import Action, Bold, Bullets, Buttons, Card, Element, Facts, Heading, Look, Spans, Table, quiet, say
from coaching.categories import in_period
from coaching.chat_card import for_an_admin, settings_button
from coaching.checkins import CheckIn, CheckInStatus, Commitment
from coaching.chosen import Choice, Pick
from coaching.escalation import Escalation, EscalationState
from coaching.files_card import deals_button, file_button, setup_button
from coaching.forecast_card import overtaken
from coaching.forecast_view import View, amounts, called_on, categories, expected, odds, standing
from coaching.forecast_view import see_the_maths as forecast_maths
from coaching.identity import decides
from coaching.language import marked, number, t, tn, worded
from coaching.majors_card import Week
from coaching.numbers.ratios import Ratios
from coaching.phrases import ago, capital, day, managers, moment, percent, quoted, weekday
from coaching.questions import shortened
from coaching.talk import talk
from coaching.team_forecast_card import last_of, team_call
from coaching.yields import amount

if TYPE_CHECKING:
    from coaching.actions import Aim
    from coaching.company import Company
    from coaching.escalation_card import Queue
    from coaching.escalation_clock import Clock
    from coaching.habits import Habit
    from coaching.identity import Newcomer
    from coaching.numbers.allotment import Allotment
    from coaching.numbers.backsolve import Solution
    from coaching.opportunities import Opportunity
    from coaching.people import Member

TOP = 3
DIGEST, QUEUE = "digest.show", "escalate.queue"


def _held() -> Action:
    return Action("chat.data", t("My data"))


def _deals() -> Action:
    return Action("forecast.deals", t("Deals"))


def _target_asks() -> Action:
    return Action("actions.show", t("What the target asks for"))


def _last_row() -> tuple[Action, Action]:
    return settings_button(), _held()


@dataclass(frozen=True, slots=True, kw_only=True)
class RepsDay:
    """Of a rep: the day's plan, the run, the ratios, what was promised, the forecast."""

    plan: checkin_plan.Facts
    view: View
    ratios: Ratios
    promises: tuple[Commitment, ...]
    """Still open, oldest first."""
    asked_next: datetime | None
    clock: Clock
    """The manager's."""
    aims: Mapping[str, Aim] = field(default_factory=dict)
    majors: Week = field(default_factory=Week)
    """This week's, as far as they were proposed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagersDay:
    """Of the manager: what waits for them, where the team is today, and when they are next in."""

    view: View
    queue: Queue
    clock: Clock
    today: Mapping[str, CheckIn]
    """Of each rep on their own day."""
    runs: Mapping[str, str]
    practises: bool = False
    newcomers: tuple[Newcomer, ...] = ()
    """Who wrote and isn't known."""
    unreached: frozenset[str] = frozenset()
    """Reps to whom something could be sent nowhere."""
    absent: frozenset[str] = frozenset()
    """Whom nothing has ever reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnersDay:
    """Of the owner: where the period lands, and what waits."""

    view: View
    queue: Queue
    clock: Clock
    solution: Solution
    split: Allotment
    newcomers: tuple[Newcomer, ...] = ()
    """Where there is no manager to ask."""
    absent: frozenset[str] = frozenset()
    """The same of whom nothing has ever reached."""


@dataclass(frozen=True, slots=True)
class SetUp:
    """Of an admin, who coaches nobody."""

    company: Company
    name: str
    not_here: tuple[Spans, ...] = ()
    """Who can't be coached yet, a line."""


Home = RepsDay | ManagersDay | OwnersDay | SetUp


def card(home: Home) -> Card:
    """One for each role."""
    match home:
        case RepsDay():
            return _rep(home)
        case ManagersDay():
            return _manager(home)
        case OwnersDay():
            return _owner(home)
        case SetUp(company, name, not_here):
            line = t("Hello {name}. {purpose}", name=name, purpose=for_an_admin(company))
            buttons = Buttons((setup_button(), deals_button(), file_button(), *_last_row()))
            return Card(line, (say(line), *(say(*it) for it in not_here), buttons))
        case _:
            assert_never(home)


# --- a rep ---------------------------------------------------------------------------------------------------------
def _rep(home: RepsDay) -> Card:
    plan = home.plan
    title = f"{weekday(plan.today)}, {plan.member.first_name}"
    return Card(
        f"{title}: {_state(home)}",
        (
            Heading(title),
            say(_state(home)),
            *_targets(home),
            *_promises(home),
            *_run(plan),
            Buttons(_rep_first(home)),
            *_forecast(home.view),
            *(_majors(home) or _largest(home.view)),
            Buttons((Action("forecast.show", t("Forecast")), _deals(), see_the_maths(plan.member.id))),
            *_ratios(home.ratios),
            *_visit(home.clock, plan.member),
            Buttons((*talk(plan.company, plan.member.id), *_last_row())),
        ),
    )


def _today(plan: checkin_plan.Facts) -> CheckIn | None:
    return plan.checkin(plan.today)


def _state(home: RepsDay) -> str:
    it = _today(home.plan)
    match it.status if it else None:
        case CheckInStatus.OPEN:
            return t("Today’s check-in waits for you; a minute is enough.")
        case CheckInStatus.ANSWERED:
            return t("You are checked in for today.")
        case CheckInStatus.DAY_OFF:
            return t("You are off today. Nothing is counted.")
        case CheckInStatus.MISSED:
            return t("Today’s check-in closed without an answer. Late is fine, today or tomorrow.")
        case _:
            return _next(home)


def _next(home: RepsDay) -> str:
    at, member = home.asked_next, home.plan.member
    return t("Your next check-in comes on {at}.", at=moment(at, member)) if at else t("No check-in is planned for you.")


def _targets(home: RepsDay) -> Iterator[Element]:
    plan, it = home.plan, _today(home.plan)
    if not cadence.works(plan.company, plan.member, plan.today, plan.holidays) or _off(it):
        return
    targets = it.targets if it else checkin_plan.targets(plan, plan.today)
    shown = [habit for habit in plan.habits if targets.get(habit.id)]
    reasons = {habit.id: _because(home, habit.id) for habit in shown}
    # What holds for all of them is said once.
    common = reasons[shown[0].id] if len(set(reasons.values())) == 1 else ""
    if shown:
        yield say(Bold(t("Today’s actions")))
        yield Bullets(tuple(_target(it, targets[it.id], "" if common else reasons[it.id]) for it in shown))
    if common:
        yield quiet(f"{capital(common)}.")


def _off(it: CheckIn | None) -> bool:
    return it is not None and it.status is CheckInStatus.DAY_OFF


def _because(home: RepsDay, habit_id: str) -> str:
    aim, solution = home.aims.get(habit_id), home.plan.solution
    return where_from(aim, solution) if aim and solution else ""


def _target(habit: Habit, target: int, because: str) -> Spans:
    more = "".join(f"; {it}" for it in (habit.cue, because) if it)
    return (Bold(amount(target, habit.unit)), more) if more else (Bold(amount(target, habit.unit)),)


def _promises(home: RepsDay) -> Iterator[Element]:
    lines = tuple(_promise(home, it) for it in home.promises[-TOP:])
    if lines:
        yield say(Bold(t("You said you would")))
        yield Bullets(lines)


def _promise(home: RepsDay, it: Commitment) -> Spans:
    today = home.plan.today
    when = t("today") if it.made_on == today else t("since {day}", day=day(it.made_on, today))
    return (f"{quoted(shortened(it.text, 120))}, {when}",)


def _run(plan: checkin_plan.Facts) -> Iterator[Element]:
    words = streaks.in_words(streaks.streak((*plan.before, *plan.checkins)))
    if words:
        yield quiet(words)


def _rep_first(home: RepsDay) -> tuple[Action, ...]:
    it = _today(home.plan)
    waits = it is not None and it.status is CheckInStatus.OPEN
    label = t("Edit today’s check-in") if it and it.status is CheckInStatus.ANSWERED else t("Today’s check-in")
    look = Look.PRIMARY if waits else Look.PLAIN
    checkin = Action("checkin.open", label, {"day": home.plan.today.isoformat()}, look)
    return checkin, _target_asks()


def _forecast(view: View) -> tuple[Element, ...]:
    last = view.last
    called = (
        t("Your last call, {called_on}: {amounts}.", called_on=called_on(last, view), amounts=amounts(last))
        if last
        else t("You have made no call yet.")
    )
    return (Heading(t("Forecast {period}", period=view.period)), *standing(view), say(called), *overtaken(view))


def _majors(home: RepsDay) -> tuple[Element, ...]:
    """Those of the week, each with what comes next; still to be confirmed, or as they were answered."""
    deals, week = {it.id: it for it in home.view.open}, home.majors
    lines: tuple[Spans, ...] = tuple(_major(it, deals.get(it.opportunity)) for it in week.of(Pick.MAJOR))
    if not lines:
        return ()
    left = len(week.open)
    todo = tn("{n} of what was proposed waits for your word.", "{n} of what was proposed wait for your word.", left)
    show = Action("majors.show", t("This week’s majors"), look=Look.PRIMARY if left else Look.PLAIN)
    waits = (quiet(todo),) if left else ()
    return say(Bold(t("This week’s majors"))), Bullets(lines), *waits, Buttons((show,))


def _major(it: Choice, deal: Opportunity | None) -> Spans:
    name = f"{'✗ ' if it.argued else ''}{shortened(it.title, 60)}"
    if deal is None:
        return Bold(name), t(": no longer open.")
    return Bold(
        name
    ), f": {deal.amount or t('no amount yet')}, {deal.stage}. {deal.next_step or t('No next step yet.')}"


def _largest(view: View) -> tuple[Element, ...]:
    """Of the period, each with what comes next."""
    found = [it for it in in_period(view.open, view.period) if it.amount is not None]
    largest = sorted(found, key=lambda it: -(it.amount.minor if it.amount else 0))[:TOP]
    lines: tuple[Spans, ...] = tuple(
        (Bold(shortened(it.title, 60)), f": {it.amount}, {it.stage}. {it.next_step or t('No next step yet.')}")
        for it in largest
    )
    return (say(Bold(t("The largest that should close in it"))), Bullets(lines)) if lines else ()


def _ratios(found: Ratios) -> Iterator[Element]:
    if not found.steps or not found.answered:
        return
    before = {it.later: it for it in found.yields}
    pairs: list[tuple[str, Spans]] = []
    for it in found.steps:
        step = before.get(it.step)
        rate = "" if step is None else t(", not enough to say a share yet (n = {n})", n=step.n)
        if step is not None and step.rate is not None:
            rate = t(", {share} of {n}", share=percent(step.rate), n=step.n)
        pairs.append((capital(worded(it.step)), (f"{number(it.done)}{rate}",)))
    yield Heading(t("Step by step, thirteen weeks"))
    yield Facts(tuple(pairs))


def _visit(clock: Clock, reader: Member) -> tuple[Element, ...]:
    """Where somebody must wait for the manager, they should know for how long."""
    line = clock.visit(reader)
    return (quiet(line),) if line else ()


# --- the manager ---------------------------------------------------------------------------------------------------
def _manager(home: ManagersDay) -> Card:
    clock, reader = home.clock, home.view.reader
    visit = clock.visit(reader)
    waiting, coachs = _waiting(home.queue, home.newcomers), expected(home.view)
    own = (Action("checkin.open", t("Your check-in"), {"day": home.view.today.isoformat()}),) if home.practises else ()
    return Card(
        f"{waiting}. {visit}",
        (
            Heading(f"{clock.company.name}: {waiting}"),
            say(visit),
            *_most_pressing(home),
            *identity_card.waits(home.newcomers),
            *(say(*it) for it in absent.not_here(clock.company, home.absent)),
            *(quiet(*it) for it in accounts.gone(clock.company.members)),
            Buttons((Action(QUEUE, t("Open the queue"), look=Look.PRIMARY), *own)),
            *_team(home),
            Heading(t("Forecast {period}", period=home.view.period)),
            *standing(home.view),
            *odds(home.view, coachs),
            Buttons((Action("forecast.show", t("Forecast")), *_targets_and_week(), *forecast_maths(home.view, coachs))),
            Buttons((Action("chat.ratios", t("Ratios")), deals_button(), setup_button(), *_last_row())),
        ),
    )


def _targets_and_week() -> tuple[Action, Action]:
    return _target_asks(), Action(DIGEST, t("The week"))


def _waiting(queue: Queue, newcomers: Sequence[Newcomer]) -> str:
    unseen = sum(it.state is EscalationState.OPEN for it in queue.items)
    if not queue.items:
        return identity_card.how_many(newcomers) if newcomers else t("Nothing waits for you")
    return tn(
        "{n} matter waits for you, {unseen} not seen yet",
        "{n} matters wait for you, {unseen} not seen yet",
        len(queue.items),
        unseen=unseen,
    )


def _most_pressing(home: ManagersDay) -> Iterator[Element]:
    lines = tuple(_pressing(it, home) for it in escalation_card.triaged(home.queue, home.clock)[:TOP])
    if lines:
        yield Bullets(lines)


def _pressing(it: Escalation, home: ManagersDay) -> Spans:
    days = (home.view.today - it.raised_at.astimezone(home.view.reader.tz).date()).days
    late = t(", past its time") if home.clock.late(it) else ""
    return (shortened(it.text, 160), f" ({ago(days)}{late})")


_STATES = {
    CheckInStatus.OPEN: marked("asked, not yet answered"),
    CheckInStatus.ANSWERED: marked("in"),
    CheckInStatus.MISSED: marked("not answered"),
    CheckInStatus.DAY_OFF: marked("day off"),
    CheckInStatus.SKIPPED: marked("not asked"),
}


def _state_of(checkin: CheckIn | None, *, reached: bool) -> str:
    if not reached and (checkin is None or checkin.status in {CheckInStatus.OPEN, CheckInStatus.SKIPPED}):
        return t("can’t be reached yet")
    return worded(_STATES[checkin.status]) if checkin else t("not asked yet")


def _team(home: ManagersDay) -> tuple[Element, ...]:
    rows: list[tuple[Spans, ...]] = []
    for rep in home.view.company.reps:
        checkin, call = home.today.get(rep.id), last_of(home.view, rep.id)
        state = _state_of(checkin, reached=rep.id not in home.unreached | home.absent)
        rows.append(
            ((rep.name,), (state,), (home.runs.get(rep.id, ""),), (str(call.commit) if call else t("none yet"),))
        )
    if not rows:
        return ()
    head = (t("Rep"), t("Check-in today"), t("In a row"), t("Commit"))
    return (Heading(t("The team")), Table(head, tuple(rows), frozenset({2, 3})))


# --- the owner -----------------------------------------------------------------------------------------------------
def _owner(home: OwnersDay) -> Card:
    view, coachs = home.view, expected(home.view)
    lines = owner_lines(home.solution, home.split, view.company, view.period)
    lines = lines or tuple(it for it in (standing_line(home.solution, view.company),) if it)
    return Card(
        t("{name}, {period}: {won} won so far", name=view.company.name, period=view.period, won=view.won),
        (
            Heading(t("Where {period} lands", period=view.period)),
            *standing(view),
            *odds(view, coachs),
            *(say(it) for it in lines),
            *categories(view),
            *team_call(view),
            Buttons(
                (
                    Action(DIGEST, t("The week"), look=Look.PRIMARY),
                    Action("forecast.show", t("Forecast")),
                    _deals(),
                    *forecast_maths(view, coachs),
                )
            ),
            Heading(t("What waits")),
            *_reached_you(home),
            *identity_card.waits(home.newcomers),
            *(say(*it) for it in absent.not_here(home.view.company, home.absent)),
            *_gone(home),
            *_visit(home.clock, view.reader),
            Buttons((Action(QUEUE, t("The queue")), *_last_row())),
            quiet(
                t(
                    "Figures about the team need {fewest} people at least, so that nobody’s own can be told.",
                    fewest=FEWEST,
                )
            ),
        ),
    )


def _gone(home: OwnersDay) -> tuple[Element, ...]:
    """Where there is no manager to see to it."""
    company = home.view.company
    lines = accounts.gone(company.members) if decides(company, home.view.reader) else ()
    return tuple(quiet(*it) for it in lines)


def _reached_you(home: OwnersDay) -> Sequence[Element]:
    told = [it for it in home.queue.items if it.owner_told_at is not None and it.state is EscalationState.OPEN]
    company = home.clock.company
    n = len(home.queue.items)
    if not n and home.newcomers:
        return ()
    if not n:
        words = t("Nothing.")
    elif company.manager:
        words = tn("{n} matter is with {name}.", "{n} matters are with {name}.", n, name=managers(company))
    else:
        words = tn("{n} matter is with you.", "{n} matters are with you.", n)
    if told:
        return (
            say(words),
            say(
                Bold(
                    tn(
                        "{n} has waited too long and came to you.",
                        "{n} have waited too long and came to you.",
                        len(told),
                    )
                )
            ),
        )
    return (say(words),)
