"""Findings by the calendar: steps and close dates that are missing, past or pushed, and silence."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from coaching.card import Maths
from coaching.findings.finding import Finding, Keeps, Seen
from coaching.language import t, tn
from coaching.opportunities import Field
from coaching.phrases import bare, day
from coaching.reviewed import Rule

SETTLING = 3
"""Days in which a new deal may be without a next step."""
PUSHES = 2
"""From so many on it is a habit of the deal, not a slip."""
QUIET = 14
"""Days without any activity: two reviews."""


def no_next_step(it: Seen) -> Finding | None:
    """Nothing is agreed with the buyer; only where somebody keeps next steps at all."""
    young = it.age_days is not None and it.age_days < SETTLING
    if it.deal.next_step or young or Keeps.NEXT_STEPS not in it.ground.keeps:
        return None
    return Finding(
        rule=Rule.NO_NEXT_STEP,
        short=t("no next step"),
        said=t("No next step is agreed."),
        question=t("What would the buyer agree to do next, and when?"),
        maths=Maths(
            figure=t("No next step"),
            value=t("none"),
            formula=t("the CRM's next step is empty, and the deal is {settling} days old or more", settling=SETTLING),
            inputs=((t("age"), tn("{n} day", "{n} days", it.age_days) if it.age_days is not None else t("not known")),),
        ),
    )


def next_step_past(it: Seen) -> Finding | None:
    """It had a day, and the day is over."""
    due, today = it.deal.next_step_on, it.ground.today
    if not it.deal.next_step or due is None or due >= today:
        return None
    late = (today - due).days
    return Finding(
        rule=Rule.NEXT_STEP_PAST,
        short=t("its next step was for {day}", day=day(due, today)),
        said=t("“{next_step}” was for {day}.", next_step=bare(it.deal.next_step), day=day(due, today)),
        question=t("How did it go, and what comes next?"),
        facts={"days": late, "next_step_on": due.isoformat()},
        maths=Maths(
            figure=t("Next step past"),
            value=tn("{n} day", "{n} days", late),
            formula=t("today - the next step's day"),
            inputs=((t("the next step's day"), due.isoformat()), (t("today"), today.isoformat())),
        ),
    )


def close_date_past(it: Seen) -> Finding | None:
    """Still open after the day it was to close."""
    due, today = it.deal.close_date, it.ground.today
    if due is None or due >= today:
        return None
    late = (today - due).days
    return Finding(
        rule=Rule.CLOSE_DATE_PAST,
        short=t("its close date was {day}", day=day(due, today)),
        said=tn(
            "It was to close on {day}, {n} day ago.",
            "It was to close on {day}, {n} days ago.",
            late,
            day=day(due, today),
        ),
        question=t("What is the buyer’s own date, and what has to happen first?"),
        facts={"days": late, "close_date": due.isoformat()},
        maths=Maths(
            figure=t("Close date past"),
            value=tn("{n} day", "{n} days", late),
            formula=t("today - close date"),
            inputs=((t("close date"), due.isoformat()), (t("today"), today.isoformat())),
        ),
    )


def close_date_pushed(it: Seen) -> Finding | None:
    """Put off again and again: since deals have been watched, PUSHES times or more."""
    dates = _dates(it)
    pushes = sum(after > before for before, after in pairwise(dates))
    if pushes < PUSHES:
        return None
    today, moved = it.ground.today, (dates[-1] - dates[0]).days
    course = " → ".join(day(one, today) for one in dates)
    return Finding(
        rule=Rule.CLOSE_DATE_PUSHED,
        short=tn("pushed {pushes} times, by {n} day", "pushed {pushes} times, by {n} days", moved, pushes=pushes),
        said=tn(
            "Its close date was pushed {pushes} times, by {n} day in all.",
            "Its close date was pushed {pushes} times, by {n} days in all.",
            moved,
            pushes=pushes,
        ),
        question=t("What has to be true on their side for the next date to hold?"),
        facts={"pushes": pushes, "days": moved, "dates": [one.isoformat() for one in dates]},
        maths=Maths(
            figure=t("Close date pushed"),
            value=t("{pushes} times", pushes=pushes),
            formula=t("close dates that were followed by a later one, in the changes that were seen"),
            inputs=((t("its close dates"), course),),
            n=tn("{n} change", "{n} changes", len(dates) - 1),
            uncertainty=t("what happened between two exports isn’t seen"),
        ),
    )


def _dates(it: Seen) -> list[date]:
    """The close dates it has had, the first seen first."""
    moves = [one for one in it.changes if one.field is Field.CLOSE_DATE]
    texts = [one.before for one in moves[:1]] + [one.after for one in moves]
    return [date.fromisoformat(one) for one in texts if one]


def no_activity(it: Seen) -> Finding | None:
    """Nothing happened for two weeks, counted to the day of the last export."""
    last = it.deal.last_activity_on
    if last is None or Keeps.ACTIVITY not in it.ground.keeps:
        return None
    still = (it.ground.as_of - last).days
    if still < QUIET:
        return None
    return Finding(
        rule=Rule.NO_ACTIVITY,
        short=t("quiet since {day}", day=day(last, it.ground.today)),
        said=t("Nothing has happened since {day}.", day=day(last, it.ground.today)),
        question=t("What could you bring them that makes a call worth taking?"),
        facts={"days": still, "last_activity_on": last.isoformat()},
        maths=Maths(
            figure=t("Quiet"),
            value=tn("{n} day", "{n} days", still),
            formula=t("the last export's day - the last activity's day, from {quiet} on", quiet=QUIET),
            inputs=((t("last activity"), last.isoformat()), (t("last export"), it.ground.as_of.isoformat())),
        ),
    )
