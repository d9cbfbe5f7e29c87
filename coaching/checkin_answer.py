"""What was sent with a check-in's card: read, refused by field, and turned into what is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime

from coaching.checkin_plan import Facts, targets_after
from coaching.checkins import CheckIn, CheckInStatus, Commitment, CommitmentState
from coaching.values import value
from coaching.words import NotUnderstood, whole_number

ANSWER = "answer"
NOTE = "note"
COMMITMENT = "commitment"
BEFORE = "before"
"""What became of the promise before."""
SETTLED = (CommitmentState.KEPT, CommitmentState.MOVED, CommitmentState.DROPPED)
_BECAME = {it.value: it for it in SETTLED}


def count_field(habit_id: str) -> str:
    """The name of a habit's number on the card."""
    return f"count.{habit_id}"


@value(frozen=True, slots=True, kw_only=True)
class Answer:
    """A check-in as somebody filled it in. A number left empty is unknown, so it isn't among the counts."""

    counts: Mapping[str, int] = field(default_factory=dict)
    answer: str = ""
    note: str = ""
    commitment: str = ""
    before: CommitmentState | None = None


@value(frozen=True, slots=True)
class Unreadable:
    """By field, what was wrong with it."""

    errors: Mapping[str, str]


def shown(facts: Facts, checkin: CheckIn) -> Mapping[str, str]:
    """What the card's fields hold when it comes up: the answer so far, else the suggestion."""
    answered = checkin.status is CheckInStatus.ANSWERED
    counts = checkin.counts if answered else checkin.suggested
    numbers = {count_field(it.id): str(counts[it.id]) if it.id in counts else "" for it in facts.habits}
    promise = facts.promise_before(checkin.day)
    before = promise.state.value if promise and promise.state in SETTLED else ""
    today = checkin.commitment or facts.promised_already(checkin)
    words = {ANSWER: checkin.answer, NOTE: checkin.note, COMMITMENT: today, BEFORE: before}
    return {**numbers, **words}


def read(facts: Facts, checkin: CheckIn, fields: Mapping[str, str]) -> Answer | Unreadable:
    """The answer, or every field that could not be understood at once. A field not sent is as it was shown."""
    given = {**shown(facts, checkin), **fields}
    counts: dict[str, int] = {}
    errors: dict[str, str] = {}
    for habit in facts.habits:
        name = count_field(habit.id)
        text = given[name].strip()
        if not text:
            continue
        try:
            counts[habit.id] = whole_number(text)
        except NotUnderstood as why:
            errors[name] = str(why)
    if errors:
        return Unreadable(errors)
    return Answer(
        counts=counts,
        answer=given[ANSWER].strip(),
        note=given[NOTE].strip(),
        commitment=given[COMMITMENT].strip(),
        before=_BECAME.get(given[BEFORE]) if facts.promise_before(checkin.day) else None,
    )


def as_planned(facts: Facts, checkin: CheckIn, fields: Mapping[str, str]) -> Answer:
    """The suggested numbers, with whatever words were typed."""
    numbers = {count_field(it.id): str(checkin.suggested.get(it.id, "")) for it in facts.habits}
    answer = read(facts, checkin, {**fields, **numbers})
    assert isinstance(answer, Answer)
    return answer


def kept(facts: Facts, checkin: CheckIn, answer: Answer, now: datetime) -> tuple[CheckIn | Commitment, ...]:
    """What to record; empty when that very answer is kept already."""
    after = _answered(facts, checkin, answer, now)
    more: tuple[CheckIn | Commitment, ...] = (
        *_once(facts, checkin),
        *_settled(facts, checkin, answer),
        *_promised(facts, after),
    )
    if not more and after == checkin:
        return ()
    edited = checkin.status is CheckInStatus.ANSWERED
    return (replace(after, edits=checkin.edits + 1) if edited else after, *more)


def _once(facts: Facts, checkin: CheckIn) -> tuple[CheckIn, ...]:
    """What was said of the same working day on days off before: it counts in this answer from now on, and there not."""
    told = facts.told_about(checkin.day)
    return tuple([replace(it, status=CheckInStatus.DAY_OFF, counts={}) for it in told if it.day != checkin.day])


def _answered(facts: Facts, checkin: CheckIn, answer: Answer, now: datetime) -> CheckIn:
    first = checkin.status is not CheckInStatus.ANSWERED
    late = facts.today > checkin.day or (checkin.closes_at is not None and now > checkin.closes_at)
    # Each field by its name: `replace` asks every field how it may be set, and took twice as long as all of the rest.
    return CheckIn(
        member=checkin.member,
        day=checkin.day,
        status=CheckInStatus.ANSWERED,
        asked_at=checkin.asked_at,
        closes_at=checkin.closes_at,
        answered_at=now if first else checkin.answered_at,
        late=late if first else checkin.late,
        counts={**_of_former_habits(facts, checkin), **answer.counts},
        targets=targets_after(facts, checkin, answer.counts),
        suggested=checkin.suggested,
        question=checkin.question,
        edits=checkin.edits,
        answer=answer.answer,
        note=answer.note,
        commitment=_promise_text(facts, checkin, answer),
    )


def _of_former_habits(facts: Facts, checkin: CheckIn) -> Mapping[str, int]:
    """Counted before the habit was taken off the list; not on the card any more, and not lost."""
    if not checkin.counts:
        return {}
    present = {it.id for it in facts.habits}
    return {name: count for name, count in checkin.counts.items() if name not in present}


def _promise_text(facts: Facts, checkin: CheckIn, answer: Answer) -> str:
    """What is promised now; a promise that was moved and not replaced is promised again.

    What was promised from elsewhere stands: the card that is answered may be older than it, and show an empty line.
    """
    promise = facts.promise_before(checkin.day)
    moved = promise.text if promise and answer.before is CommitmentState.MOVED else ""
    return answer.commitment or facts.promised_already(checkin) or moved


def _settled(facts: Facts, checkin: CheckIn, answer: Answer) -> tuple[Commitment, ...]:
    promise = facts.promise_before(checkin.day)
    state = answer.before or CommitmentState.OPEN
    if promise is None or promise.state is state:
        return ()
    return (replace(promise, state=state, settled_on=checkin.day if answer.before else None),)


def _promised(facts: Facts, checkin: CheckIn) -> tuple[Commitment, ...]:
    text, earlier = checkin.commitment, facts.promise_of(checkin.day)
    taken_back = earlier is not None and earlier.settled_on == checkin.day
    if text and (earlier is None or earlier.text != text or taken_back):
        due = max(checkin.day, facts.today)
        return (Commitment(member=checkin.member, made_on=checkin.day, due_on=due, text=text),)
    if not text and earlier is not None and earlier.state is CommitmentState.OPEN:
        return (replace(earlier, state=CommitmentState.DROPPED, settled_on=checkin.day),)
    return ()
