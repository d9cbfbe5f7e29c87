"""What a rep's forecast looks like: the form, the confirmation, the manager's call beside it, the reminder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coaching import deals_card
from coaching.accuracy_words import own_words
from coaching.card import Action, Bold, Buttons, Card, Element, Field, Heading, Input, Look, quiet, say
from coaching.categories import in_period, undated
from coaching.forecast_view import View, amounts, called_on, categories, expected, odds, see_the_maths, standing
from coaching.movements import movements
from coaching.phrases import count, listed, percent

if TYPE_CHECKING:
    from coaching.escalations import Drop
    from coaching.forecasts import Call
    from coaching.money import Money
    from coaching.people import Member
    from coaching.periods import Period


# --- the rep's card, and the manager's view of one rep -------------------------------------------------------------
def form(view: View) -> Card:
    """Everything that is known about one member's period, and three fields."""
    member = view.member or view.reader
    mine = member.id == view.reader.id
    whose = "" if mine else f": {member.name}"
    deals, coachs = in_period(view.open, view.period), expected(view)
    return Card(
        f"Forecast {view.period}{whose}",
        (
            Heading(f"Forecast {view.period}{whose}"),
            *standing(view),
            *categories(view),
            *odds(view, coachs),
            *_record(view, member, mine=mine),
            *deals_card.forecast_table(deals, view.company, view.today),
            *deals_card.without_date(undated(view.open)),
            *_last_call(view, mine=mine),
            *_fields(view, mine=mine),
            Buttons((*_actions(view, member, mine=mine), *see_the_maths(view, coachs))),
        ),
    )


def _record(view: View, member: Member, *, mine: bool) -> tuple[Element, ...]:
    """How calls came in so far: to a rep first, to the manager a week after a period's end."""
    if view.record is None:
        return ()
    who = "Your" if mine else f"{member.first_name}’s"
    waits = f" {listed(view.record.waiting)} is theirs to look at first." if view.record.waiting else ""
    return (quiet(own_words(view.record.own(member.id), view.company.currency, who=who) + waits),)


def _last_call(view: View, *, mine: bool) -> tuple[Element, ...]:
    whose = "Your" if mine else "Their"
    if view.last is None:
        return (say(f"No call for {view.period} yet."), *_beside(view, mine=mine))
    called = called_on(view.last, view)
    elements: list[Element] = [say(Bold(f"{whose} last call, {called}: "), amounts(view.last), _because(view.last))]
    deals = {it.id: it for it in (*view.open, *view.closed)}
    found = deals_card.moved(movements(view.changes, deals))
    elements += [say(f"Since {called}:"), *found] if found else [quiet(f"Nothing has moved since {called}.")]
    return (*elements, *_beside(view, mine=mine))


def _beside(view: View, *, mine: bool) -> tuple[Element, ...]:
    it = view.overlay
    if it is None:
        return ()
    by = view.company.member(it.by)
    name = "Your" if view.reader.id == it.by else f"{by.first_name if by else it.by}’s"
    stands = " Yours stands beside it." if mine else ""
    return (say(Bold(f"{name} call beside it, {called_on(it, view)}: "), amounts(it), _because(it), stands),)


def _because(call: Call) -> str:
    return f" (“{call.reason}”)." if call.reason else "."


def _fields(view: View, *, mine: bool) -> tuple[Field, ...]:
    """Filled with what was typed, else with the call that would be repeated."""
    before = view.last if mine else view.overlay
    filled = {"commit": str(before.commit), "best": str(before.best_case)} if before else {}
    filled |= view.typed
    return (
        Field(
            name="commit",
            label="Commit: what will land",
            input=Input.LINE,
            value=filled.get("commit", ""),
            hint=f"In {view.company.currency}, such as 120k or 120,000",
            optional=False,
            error=view.errors.get("commit", ""),
        ),
        Field(
            name="best",
            label="Best case: if it all goes well",
            input=Input.LINE,
            value=filled.get("best", ""),
            error=view.errors.get("best", ""),
        ),
        Field(
            name="reason",
            label="Why, in one line",
            input=Input.LINE,
            value=filled.get("reason", ""),
            hint="What has to happen for it?",
            error=view.errors.get("reason", ""),
        ),
    )


def _actions(view: View, member: Member, *, mine: bool) -> tuple[Action, ...]:
    args = {"period": str(view.period), "member": member.id}
    send = Action("forecast.submit", "Send my call" if mine else "Set my call beside it", args, Look.PRIMARY)
    return (
        (send, Action("escalate.ask", "Talk to the manager", {"about": f"my forecast for {view.period}"}))
        if mine
        else (send,)
    )


# --- after a call --------------------------------------------------------------------------------------------------
def confirmation(view: View, call: Call, before: Call | None, *, aside: str = "", fell: Drop | None = None) -> Card:
    """What was kept, what it changes, and who will hear of it."""
    whose = f" for {view.member.first_name}" if view.member and call.is_overlay else ""
    change = Action("forecast.show", "Change it", {"member": call.member})
    return Card(
        f"Your call{whose} for {view.period}: {amounts(call)}",
        (
            say(Bold(f"Your call{whose} for {view.period} is in: "), amounts(call), _because(call)),
            *_compared(view, call, before),
            *((quiet(aside),) if aside else ()),
            *_to_target(view, call),
            *_fell(view, fell),
            Buttons((change,)),
        ),
    )


def _compared(view: View, call: Call, before: Call | None) -> tuple[Element, ...]:
    if before is None:
        return (quiet("It is the first one of this period. Every call is kept, so you can see how they move."),)
    commit = _step(before.commit, call.commit)
    best = _step(before.best_case, call.best_case)
    return (say(f"Against the call of {called_on(before, view)}: commit {commit}, best case {best}."),)


def _step(before: Money, after: Money) -> str:
    if before.currency != after.currency:
        return f"{before} to {after}"
    if before == after:
        return "unchanged"
    return f"up {after - before}" if after > before else f"down {before - after}"


def _to_target(view: View, call: Call) -> tuple[Element, ...]:
    """A commit is what lands in the whole period, what is won already included."""
    if view.target is None or call.is_overlay or call.commit.currency != view.target.currency:
        return ()
    gap = view.target - call.commit
    if gap.minor <= 0:
        return (quiet(f"That reaches the target of {view.target}."),)
    return (quiet(f"That leaves {gap} to the target of {view.target}."),)


def _fell(view: View, fell: Drop | None) -> tuple[Element, ...]:
    """Said beforehand, so that nobody is talked about behind their back."""
    manager = view.company.manager
    if fell is None or manager is None:
        return ()
    lower = f"That is {percent(fell.share)} below the call of {called_on(fell.before, view)}"
    return (
        say(
            f"{lower}, so {manager.first_name} will see it too. You get the same words, and can add what is behind it."
        ),
    )


def overlaid(view: View, call: Call) -> Card:
    """For the rep: the manager's call lies beside theirs."""
    by = view.company.member(call.by)
    name = by.first_name if by else call.by
    yours = f"Yours stays as it is: {amounts(view.last)}." if view.last else "You haven’t made one for this period yet."
    return Card(
        f"{name} set a call beside yours for {view.period}: {amounts(call)}",
        (
            say(Bold(f"{name} set a call beside yours for {view.period}: "), amounts(call), _because(call)),
            say(yours),
            Buttons((Action("forecast.show", "See my forecast", {"member": call.member}), _talk(view.period))),
        ),
    )


def _talk(period: Period) -> Action:
    return Action("escalate.ask", "Talk to the manager", {"about": f"my forecast for {period}"})


# --- the reminder --------------------------------------------------------------------------------------------------
def reminder(view: View) -> Card:
    """Once a week, when the last call is old; keeping it is one tap."""
    show = Action("forecast.show", "Look at it")
    if view.last is None:
        summary = f"Your first call for {view.period} is still open"
        return Card(
            summary,
            (
                say(f"{summary}. What will land, and what could?"),
                Buttons((Action("forecast.show", "Make my call", look=Look.PRIMARY),)),
            ),
        )
    age = (view.today - view.last.called_at.astimezone(view.reader.tz).date()).days
    keep = Action(
        "forecast.keep",
        "Still right",
        {"period": str(view.period), "commit": str(view.last.commit.minor)},
        Look.PRIMARY,
    )
    return Card(
        f"Is your call for {view.period} still right?",
        (
            say(f"Your call for {view.period} is {count(age, 'day')} old: {amounts(view.last)}. Still right?"),
            Buttons((keep, show)),
        ),
    )
