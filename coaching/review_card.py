"""The review as a rep gets it: a few things that could move, each with a question and answers of one tap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from coaching.card import (
    Action,
    Bold,
    Bullets,
    Buttons,
    Card,
    Element,
    Field,
    Heading,
    Input,
    Look,
    Spans,
    note,
    quiet,
    say,
)
from coaching.language import marked, t, tn, worded
from coaching.majors_card import NO_DEALS, end_of
from coaching.one_question import TOLD
from coaching.phrases import day
from coaching.qualify_card import ended
from coaching.review_words import answer, maths
from coaching.reviewed import REASONS, WHOLE, Reason, Reviewed, Rule

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.opportunities import Opportunity
    from coaching.review import RepReview

SOON = (timedelta(weeks=2), timedelta(weeks=4))
"""Close dates that are offered in one tap, from today; a date that is still ahead is offered itself, and LATER."""
LATER = timedelta(weeks=2)
NONE: Mapping[str, str] = {}
STEPS = frozenset({Rule.NEXT_STEP_PAST, Rule.NO_NEXT_STEP, Rule.STALLED_IN_STAGE, Rule.NO_ACTIVITY})
"""Where a next step is the answer."""
DATED = frozenset({Rule.CLOSE_DATE_PAST, Rule.CLOSE_DATE_PUSHED})
SAYINGS = (
    ("yes", marked("They said it themselves")),
    ("partly", marked("I gather it is so")),
    ("no", marked("They said no")),
)


def over() -> Card:
    """What was pressed is of an earlier week."""
    return note(t("That review is over. Say “review” for the one of this week."))


# --- the whole review ----------------------------------------------------------------------------------------------
def overview(items: Sequence[Reviewed], today: date, deals: Mapping[str, Opportunity] = NO_DEALS) -> Card:
    """All that is asked, in order, with what was answered; `deals` as they stand by now."""
    if not items:
        return note(t("Nothing in your pipeline stands out this week. Good moment to open something new."))
    left = waiting(items, deals)
    head = tn("Your pipeline: {n} thing that could move", "Your pipeline: {n} things that could move", len(items))
    if not left:
        head = t("That was this week’s review. Thank you")
    elements = [part for it in items for part in _item(it, today, deals.get(it.opportunity))]
    more = Action("review.maths", t("See the maths"), {"on": items[0].on.isoformat()})
    return Card(head, (Heading(head), *_thanks(items, left), *elements, Buttons((more,)), quiet(_ours())))


def _ours() -> str:
    return t(
        "Answers stay with the coach: nothing is written to the CRM, and the next export that agrees settles them."
    )


def _thanks(items: Sequence[Reviewed], left: Sequence[Reviewed]) -> tuple[Element, ...]:
    gone = sum(it.let_go for it in items)
    freed = (
        tn(
            " Letting go of {n} deal made room for better ones.",
            " Letting go of {n} deals made room for better ones.",
            gone,
        )
        if gone
        else ""
    )
    if not left:
        return (say(t("All {n} answered.{freed}", n=len(items), freed=freed)),) if len(items) > 1 or freed else ()
    done = len(items) - len(left)
    return (say(t("{done} answered, {n} to go.{freed}", done=done, n=len(left), freed=freed)),) if done else ()


def waiting(items: Iterable[Reviewed], deals: Mapping[str, Opportunity]) -> list[Reviewed]:
    """What is still asked: not answered, and not about a deal that has ended since."""
    return [it for it in items if not it.answered and end_of(it.opportunity, deals) is None]


def _item(it: Reviewed, today: date, deal: Opportunity | None) -> tuple[Element, ...]:
    if deal is not None and not deal.is_open:
        told = f"✓ {_sentence(answer(it, today))} " if it.answered else ""
        return say(Bold(it.title)), say(f"{told}{_sentence(ended(deal, today))}")
    if it.answered:
        change = Action("review.open", t("Change it"), _args(it))
        said = f"✓ {_sentence(answer(it, today))}{_too_late(it, today, deal)}"
        return say(Bold(it.title)), say(said), Buttons((change,))
    return say(Bold(it.title)), say(f"{it.said} ", Bold(it.question)), Buttons(_taps(it, today, deal))


def _too_late(it: Reviewed, today: date, deal: Opportunity | None) -> str:
    """A step that comes after the deal is to close: one of the two days is meant differently."""
    due = it.close_date or (deal.close_date if deal else None)
    if due is None or it.next_step_on is None or it.next_step_on <= due or it.let_go:
        return ""
    return " " + t("That step comes after the close date, {day}: which of the two moves?", day=day(due, today))


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _taps(it: Reviewed, today: date, deal: Opportunity | None) -> tuple[Action, ...]:
    """What fits the finding best, in one row."""
    more = Action("review.open", t("Answer…"), _args(it), Look.PRIMARY)
    help_ = Action("review.help", t("Get help"), _args(it))
    let_go = Action("review.let_go", t("Let it go"), _args(it))
    if it.opportunity == WHOLE:
        return more, help_
    if it.rule is Rule.OUTSIDE_USUAL_CYCLE:
        reasons = tuple(_reason(it, one) for one in Reason if one is not Reason.OTHER)
        return (*reasons, Action("review.open", t("Something else…"), _args(it)), let_go, help_)
    if it.rule in DATED:
        return (*_dates(it, today, deal), Action("review.open", t("Another date…"), _args(it)), let_go, help_)
    if it.rule is Rule.EARLY_STAGE:
        return more, Action("review.unknown", t("Not known yet"), _args(it)), let_go, help_
    step = Action("review.open", t("Next step…"), _args(it), Look.PRIMARY)
    return step if it.rule in STEPS else more, let_go, help_


def _reason(it: Reviewed, one: Reason) -> Action:
    return Action("review.reason", worded(REASONS[one]), {**_args(it), "reason": one.value})


def _dates(it: Reviewed, today: date, deal: Opportunity | None) -> tuple[Action, ...]:
    """None of them pulls a date forward that is still ahead: nobody closes sooner because it was asked about."""
    due = deal.close_date if deal else None
    found = [_weekday(today + soon) for soon in SOON]
    if due is not None and due >= today:
        found = [due, _weekday(due + LATER)]
    return tuple(
        Action("review.date", t("Closes {day}", day=day(one, today)), {**_args(it), "date": one.isoformat()})
        for one in found
    )


def _weekday(it: date) -> date:
    return it + timedelta(days=max(0, 7 - it.weekday())) if it.weekday() > 4 else it


def _args(it: Reviewed) -> dict[str, str]:
    return {"on": it.on.isoformat(), "about": it.opportunity, "rule": it.rule.value}


# --- one thing -----------------------------------------------------------------------------------------------------
def form(it: Reviewed, *, typed: Mapping[str, str] = NONE, errors: Mapping[str, str] = NONE) -> Card:
    """Everything that can be said about one of them."""
    save = Action("review.send", t("Save"), _args(it), Look.PRIMARY)
    deal = (Action("review.let_go", t("Let it go"), _args(it)),) if it.opportunity != WHOLE else ()
    more = (
        Action("review.help", t("Get help"), _args(it)),
        Action("review.show", t("Back"), {"on": it.on.isoformat()}),
    )
    return Card(
        f"{it.title}: {it.question}",
        (
            say(Bold(it.title)),
            say(f"{it.said} ", Bold(it.question)),
            *_fields(it, typed, errors),
            Buttons((save, *deal, *more)),
            quiet(_ours()),
        ),
    )


def _fields(it: Reviewed, typed: Mapping[str, str], errors: Mapping[str, str]) -> tuple[Field, ...]:
    filled = {**_filled(it), **typed}
    words = Field(
        name="words",
        label=t("In your words") if it.opportunity == WHOLE else t("What the buyer said about it"),
        input=Input.LONG,
        value=filled.get("words", ""),
        hint="" if it.opportunity == WHOLE else t("In their words; it is kept as evidence with the deal."),
        error=errors.get("words", ""),
    )
    if it.opportunity == WHOLE:
        return (words,)
    reason = Field(
        name="reason",
        label=t("Why does it take longer?"),
        input=Input.CHOICE,
        value=filled.get("reason", ""),
        options=tuple((one.value, worded(name)) for one, name in REASONS.items()),
    )
    sure = Field(
        name="sure",
        label=t("How sure is that?"),
        input=Input.CHOICE,
        value=filled.get("sure", "partly"),
        options=tuple((value, worded(label)) for value, label in SAYINGS),
    )
    return (
        *((reason,) if it.rule is Rule.OUTSIDE_USUAL_CYCLE else ()),
        *((words, sure) if it.rule is Rule.EARLY_STAGE else ()),
        _field("date", t("Closes on"), Input.DATE, filled, errors),
        _field(
            "step",
            t("Next step"),
            Input.LINE,
            filled,
            errors,
            hint=t("What the buyer has agreed to do, or will be asked to."),
        ),
        _field("step_on", t("Next step on"), Input.DATE, filled, errors),
        *((words,) if it.rule is not Rule.EARLY_STAGE else ()),
    )


def _field(
    name: str, label: str, kind: Input, filled: Mapping[str, str], errors: Mapping[str, str], *, hint: str = ""
) -> Field:
    return Field(name=name, label=label, input=kind, value=filled.get(name, ""), hint=hint, error=errors.get(name, ""))


def _filled(it: Reviewed) -> dict[str, str]:
    return {
        "date": it.close_date.isoformat() if it.close_date else "",
        "step": it.next_step,
        "step_on": it.next_step_on.isoformat() if it.next_step_on else "",
        "reason": it.reason.value if it.reason else "",
        "words": it.words,
    }


# --- the maths -----------------------------------------------------------------------------------------------------
def maths_card(found: RepReview, company: Company, shown: Iterable[str]) -> Card:
    """Of everything that was asked and is still so; `shown` are the subjects, deals or rules of all deals."""
    wanted = set(shown)
    entries = [it for it in (*found.asked, *found.found) if (it.subject or it.main.rule.value) in wanted]
    once = {it.subject or it.main.rule.value: it for it in reversed(entries)}
    figures = [figure for it in reversed(list(once.values())) for figure in maths(it, company)]
    left = _left(found)
    if not figures and not left:
        return note(t("What was asked has changed since, and there is nothing left to work out."))
    head = t("The maths of your review")
    return Card(head, (Heading(head), *figures, *left))


def _left(found: RepReview) -> tuple[Element, ...]:
    """What was found and not asked: one question about one deal at a time."""
    lines: tuple[Spans, ...] = tuple(
        (Bold(f"{it.seen.deal.title}: "), f"{worded(TOLD[by])}.") for it, by in found.left if it.seen
    )
    return (say(t("Found, and left for another day:")), Bullets(lines)) if lines else ()


def _by_now(it: Reviewed, deal: Opportunity | None) -> str:
    """As it is called and worth when it is reminded of; an import may have come since it was asked about."""
    if deal is None:
        return it.title
    return f"{deal.title} ({deal.amount or t('no amount yet')}, {deal.stage or t('stage not known')})"


def reminder(items: Sequence[Reviewed], deals: Mapping[str, Opportunity] = NO_DEALS) -> Card:
    """Once, in the afternoon."""
    left = waiting(items, deals)
    head = tn(
        "{n} question of this week’s review is still open",
        "{n} questions of this week’s review are still open",
        len(left),
    )
    names: tuple[Spans, ...] = tuple((_by_now(it, deals.get(it.opportunity)),) for it in left)
    show = Action("review.show", t("Answer them"), {"on": items[0].on.isoformat()}, Look.PRIMARY)
    return Card(head, (say(t("{head}. A tap each is enough.", head=head)), Bullets(names), Buttons((show,))))
