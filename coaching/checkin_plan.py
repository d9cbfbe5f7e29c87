"""What a day's check-in is made of: today's targets, what is known of the day before, and the question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from coaching import cadence, yields
from coaching.actions import Aim, Source, aims
from coaching.actions_words import where_from
from coaching.checkins import CheckIn, CheckInStatus, Commitment, CommitmentState
from coaching.company import Company
from coaching.habits import Habit, target_today
from coaching.language import t
from coaching.numbers.backsolve import Solution
from coaching.opportunities import Change, Field, Opportunity, Status
from coaching.people import Member, Role
from coaching.phrases import capital, weekday
from coaching.questions import Background, question_for
from coaching.values import value

if TYPE_CHECKING:
    from coaching.deal_card import DealView


@value(frozen=True, kw_only=True)
class Facts:
    """What is known when one member's check-in is asked, answered or shown. `today` is the date where they are.

    What is asked of it again and again is worked out once; hence no slots.
    """

    company: Company
    member: Member
    today: date
    holidays: frozenset[date] = frozenset()
    checkins: tuple[CheckIn, ...] = ()
    """The member's own of the last weeks, oldest first."""
    before: tuple[CheckIn, ...] = ()
    """Still older ones, as far as they belong to a run that reaches up to these."""
    commitments: tuple[Commitment, ...] = ()
    opportunities: tuple[Opportunity, ...] = ()
    """Open ones, and those closed in the last weeks."""
    changes: tuple[Change, ...] = ()
    taken: frozenset[str] | None = frozenset()
    """Ids of deals that are asked about elsewhere; None on the day of the review, which asks about all of them."""
    solution: Solution | None = None
    """What is left of the member's target, where that was looked at: when it is asked, and under `today`."""
    about: DealView | None = None
    """The one open deal that a message names."""
    reached: bool = True
    """Whether anything that asked has come to them, where that was looked at: when the window closes."""
    _days_before: dict[date, date] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def habits(self) -> tuple[Habit, ...]:
        """What this member practises."""
        return self.company.habits_of(self.member)

    @property
    def manages(self) -> bool:
        """Whether it is the manager's own check-in."""
        return self.member.role is Role.MANAGER

    def checkin(self, day: date) -> CheckIn | None:
        """Of that day, whatever became of it."""
        # The days that are asked for are the last ones.
        for it in reversed(self.checkins):
            if it.day == day:
                return it
        return None

    def day_before(self, day: date) -> date:
        """The working day that the check-in of `day` asks about; a day taken off has nothing to ask about."""
        before = self._days_before.get(day)
        if before is None:
            before = cadence.previous_working_day(self.company, self.member, day, self._free_days)
            self._days_before[day] = before = before or day - timedelta(days=1)
        return before

    def works(self, day: date) -> bool:
        """Whether that is a working day of theirs: of any other there are no check-ins, and nothing is planned."""
        return cadence.works(self.company, self.member, day, self._free_days)

    def told_about(self, day: date) -> tuple[CheckIn, ...]:
        """The answers about the working day that the check-in of `day` asks about, its own among them; oldest first.

        On days off people answer, too: it is all about the working day before, and a day that is counted counts once.
        """
        before = self.day_before(day)
        found: list[CheckIn] = []
        for it in reversed(self.checkins):
            if it.day <= before:
                break
            if it.status is CheckInStatus.ANSWERED and (it.day <= day or self.day_before(it.day) == before):
                found.append(it)
        return tuple(reversed(found))

    def known_of(self, day: date) -> Mapping[str, int]:
        """What is counted already of the working day that the check-in of `day` asks about."""
        told = self.told_about(day)
        return told[-1].counts if told else {}

    def answered_on(self, day: date) -> CheckIn:
        """What an answer given on `day` goes to: on a day off it edits what was said of the working day before."""
        told = () if self.works(day) else self.told_about(day)
        return told[-1] if told else self.checkin(day) or fresh(self, day)

    @cached_property
    def _free_days(self) -> frozenset[date]:
        day_off = CheckInStatus.DAY_OFF  # looked up once: there are weeks of them
        off = [it.day for it in self.checkins if it.status is day_off]
        return self.holidays.union(off) if off else self.holidays

    @property
    def free(self) -> Background:
        """What today's question may be about: no deal of which something else is being asked."""
        known = self.background
        taken = self.taken
        left = () if taken is None else tuple(it for it in known.opportunities if it.id not in taken)
        return replace(known, opportunities=left)

    @property
    def background(self) -> Background:
        """What a question may be about."""
        deals = tuple(it for it in self.opportunities if it.is_open)
        return Background(company=self.company, checkins=self.checkins, opportunities=deals)

    def promise_before(self, day: date) -> Commitment | None:
        """The latest one still open on that day, or settled by that day's check-in."""
        latest = None
        for it in self.commitments:
            stood = it.made_on < day and (it.state is CommitmentState.OPEN or it.settled_on == day)
            if stood and (latest is None or it.made_on > latest.made_on):
                latest = it
        return latest

    def promise_of(self, day: date) -> Commitment | None:
        """Made that day, in its check-in or from elsewhere."""
        for it in self.commitments:
            if it.made_on == day:
                return it
        return None

    def promised_already(self, checkin: CheckIn) -> str:
        """What they promised for that day from elsewhere, while its check-in isn't answered; '' when nothing."""
        made = self.promise_of(checkin.day)
        unanswered = checkin.status is not CheckInStatus.ANSWERED
        return made.text if made and unanswered and made.state is CommitmentState.OPEN else ""


PROPOSED = ("proposal", "angebot")
"""In the name of a stage that a sent proposal brings a deal to."""


@value(frozen=True, slots=True)
class Suggestion:
    """What a number field is filled with, and where that comes from."""

    count: int
    source: str


def fresh(facts: Facts, day: date) -> CheckIn:
    """That day's check-in as it is asked, not yet dated."""
    return CheckIn(
        member=facts.member.id,
        day=day,
        status=CheckInStatus.OPEN,
        targets=targets(facts, day),
        suggested={name: it.count for name, it in suggestions(facts, day).items()},
        question="" if facts.manages else question_for(facts.member.id, day, facts.free),
    )


def targets(facts: Facts, day: date) -> Mapping[str, int]:
    """By habit: for that day, from what this week's answers say is done, and from what is left of the target.

    Of a day off nothing.
    """
    if not cadence.works(facts.company, facts.member, day, facts.holidays):
        return {}
    left = cadence.working_days_left_in_week(facts.company, facts.member, day, facts.holidays)
    monday = day - timedelta(days=day.weekday())
    done, aimed = _done(facts, monday, day), _aims(facts, day)
    return {
        it.id: target_today(
            _aimed(it, aimed[it.id]),
            done_this_week=sum(counts.get(it.id, 0) for counts in done),
            working_days_left=left,
        )
        for it in facts.habits
    }


def targets_after(facts: Facts, before: CheckIn, counts: Mapping[str, int]) -> Mapping[str, int]:
    """Today's, once an answer with these counts is in: what it adds to the week is nothing left to do.

    The target behind an aim isn't worked out here, since most events of a day come this way: where more than the plan
    was asked for, what is left is what was asked.
    """
    day, monday = before.day, before.day - timedelta(days=before.day.weekday())
    if day != facts.today or facts.day_before(day) < monday:
        return before.targets
    was = facts.known_of(day)
    more = {it.id: counts.get(it.id, 0) - was.get(it.id, 0) for it in facts.habits if it.per_week is not None}
    changed = [it for it in facts.habits if more.get(it.id) and it.id in before.targets]
    if not changed:
        return before.targets
    left = cadence.working_days_left_in_week(facts.company, facts.member, day, facts.holidays)
    done, aimed = _done(facts, monday, day), _aims(facts, day)
    after = {
        it.id: _after(
            _aimed(it, aimed[it.id]),
            before.targets[it.id],
            done=sum(one.get(it.id, 0) for one in done),
            more=more[it.id],
            left=left,
        )
        for it in changed
    }
    return {**before.targets, **after}


def _after(habit: Habit, asked: int, *, done: int, more: int, left: int) -> int:
    """Of one habit by the week, when `asked` was its target and `more` is done."""
    known = target_today(habit, done_this_week=done + more, working_days_left=left)
    if asked <= target_today(habit, done_this_week=done, working_days_left=left):
        return known
    return max(known, -((more - asked * left) // max(1, left)))


def _aims(facts: Facts, day: date) -> Mapping[str, Aim]:
    return aims(facts.solution, facts.company, facts.member, day, facts.holidays)


def _aimed(habit: Habit, aim: Aim) -> Habit:
    """The habit with its aim in place of its plan."""
    if aim.source is Source.PLAN:
        return habit
    return replace(habit, per_day=aim.amount) if habit.per_day is not None else replace(habit, per_week=aim.amount)


def suggestions(facts: Facts, day: date) -> Mapping[str, Suggestion]:
    """By habit: said already, else seen in the CRM, else planned for the day before, else as last answered, else usual.

    Of a day before somebody's first with the coach only what the CRM shows: anything else would be invented.
    """
    found = ((it.id, _suggestion(facts, it, day)) for it in facts.habits)
    return {name: it for name, it in found if it is not None}


def is_first(facts: Facts, day: date) -> bool:
    """Whether the check-in of that day is the first that they get, or the first after weeks without any."""
    return not any(it.day < day and it.status is not CheckInStatus.SKIPPED for it in (*facts.before, *facts.checkins))


def hint(facts: Facts, checkin: CheckIn, habit: Habit, value: str) -> str:
    """Under a number: today's target, its cue, the usual yield, and where the value in the field comes from."""
    plan = _target(facts, checkin, habit)
    because = _because(facts, checkin, habit) if plan else ""
    plan += f" ({because})" if because else ""
    others = (it for it in facts.checkins if it.day != checkin.day)
    cue = t("cue: {cue}", cue=habit.cue) if habit.cue else ""
    parts = (plan, cue, yields.hint(facts.company, habit, others), _source(facts, checkin, habit, value))
    return ". ".join(capital(it) for it in parts if it)


def _target(facts: Facts, checkin: CheckIn, habit: Habit) -> str:
    if habit.id not in checkin.targets:
        return ""
    target = str(checkin.targets[habit.id])
    if checkin.day == facts.today:
        return t("Today's target: {target}", target=target)
    return t("{weekday}'s target: {target}", weekday=weekday(checkin.day), target=target)


def _because(facts: Facts, checkin: CheckIn, habit: Habit) -> str:
    """Where a target comes from, while what is left of the target still says the same as when it was asked."""
    if facts.solution is None or targets(facts, checkin.day).get(habit.id) != checkin.targets[habit.id]:
        return ""
    return where_from(_aims(facts, checkin.day)[habit.id], facts.solution)


def _source(facts: Facts, checkin: CheckIn, habit: Habit, value: str) -> str:
    """Said of a suggestion only, as long as it stands in the field; an answer is the person's own."""
    guess = suggestions(facts, checkin.day).get(habit.id)
    if guess is None or checkin.status is CheckInStatus.ANSWERED:
        return ""
    stands = checkin.suggested.get(habit.id) == guess.count and value == str(guess.count)
    return t("filled in: {source}", source=guess.source) if stands else ""


def _done(facts: Facts, monday: date, day: date) -> tuple[Mapping[str, int], ...]:
    """What was counted for each day of the week so far; an answer is about the working day before it."""
    by_day: dict[date, Mapping[str, int]] = {}
    for it in reversed(facts.checkins):
        if it.day < monday:
            break
        if it.day <= day and it.status is CheckInStatus.ANSWERED:
            by_day.setdefault(facts.day_before(it.day), it.counts)
    return tuple([counts for counted, counts in by_day.items() if counted >= monday])


def _suggestion(facts: Facts, habit: Habit, day: date) -> Suggestion | None:
    before = facts.day_before(day)
    said = next((it for it in facts.told_about(day) if it.day < day and habit.id in it.counts), None)
    if said:
        return Suggestion(said.counts[habit.id], t("as you wrote on {weekday}", weekday=weekday(said.day)))
    seen = _seen(facts, habit, before, day)
    if seen:
        return Suggestion(seen, t("the pipeline shows {seen} since {weekday}", seen=seen, weekday=weekday(before)))
    if is_first(facts, day):
        return None
    asked, ordinary = facts.checkin(before), an_ordinary_day(facts, habit)
    if asked and habit.id in asked.targets:
        planned = asked.targets[habit.id]
        return Suggestion(
            min(planned, ordinary),
            t("your plan for {weekday}", weekday=weekday(before)) if planned <= ordinary else t("an ordinary day"),
        )
    last = next((it for it in reversed(facts.checkins) if it.day < day and habit.id in it.counts), None)
    if last:
        return Suggestion(last.counts[habit.id], t("as you last answered"))
    return Suggestion(ordinary, t("an ordinary day"))


def an_ordinary_day(facts: Facts, habit: Habit) -> int:
    """What one day of the plan comes to. By Friday a weekly target is all that is left of it: too much to suggest."""
    if habit.per_day is not None:
        return habit.per_day
    return target_today(habit, done_this_week=0, working_days_left=len(cadence.days_of(facts.company, facts.member)))


def _seen(facts: Facts, habit: Habit, before: date, day: date) -> int:
    """What the pipeline shows of a habit's step. An import at night dates yesterday's moves to this morning."""
    mine = tuple(it for it in facts.opportunities if it.member == facts.member.id)
    match habit.step:
        case "opportunity":
            return sum(it.created_on == before for it in mine)
        case "proposal":
            return len(_proposed(facts, before, day) & {it.id for it in mine})
        case "close":
            return sum(it.status is Status.WON and it.closed_on == before for it in mine)
        case _:
            return 0


def _proposed(facts: Facts, before: date, day: date) -> frozenset[str]:
    moved = (it for it in facts.changes if it.field is Field.STAGE and before <= it.on <= day)
    return frozenset(it.opportunity for it in moved if any(word in (it.after or "").lower() for word in PROPOSED))
