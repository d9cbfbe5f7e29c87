"""What a rep's forecast looks like: everything known about the period, the call, and the manager's view of it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from coaching import deals_card
from coaching.accuracy_words import own_words
from coaching.agreed import State, last_lock
from coaching.card import (
    Action,
    Bold,
    Buttons,
    Card,
    Element,
    Field,
    Heading,
    Input,
    Look,
    Spans,
    Table,
    Text,
    quiet,
    say,
)
from coaching.categories import in_period, undated
from coaching.disagreement import gaps
from coaching.forecast_view import (
    View,
    amounts,
    called_on,
    categories,
    expected,
    gap_words,
    next_lock,
    odds,
    on_day,
    see_the_maths,
    standing,
)
from coaching.language import t, tn
from coaching.movements import movements
from coaching.phrases import listed, managers, moment, quoted
from coaching.talk import talk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coaching.agreed import Recalled
    from coaching.forecasts import Call, Locked
    from coaching.money import Money
    from coaching.numbers.outlook import Outlook
    from coaching.people import Member


def form(view: View) -> Card:
    """Everything that is known about one member's period, and three fields."""
    member = view.member or view.reader
    mine = member.id == view.reader.id
    title = (
        t("Forecast {period}", period=view.period)
        if mine
        else t("Forecast {period}: {name}", period=view.period, name=member.name)
    )
    deals, coachs = in_period(view.open, view.period), expected(view)
    return Card(
        title,
        (
            Heading(title),
            *standing(view),
            *categories(view),
            *odds(view, coachs),
            *_record(view, member, mine=mine),
            *deals_card.forecast_table(deals, view.company, view.today, view.told),
            *deals_card.without_date(undated(view.open)),
            *_last_call(view, coachs, mine=mine),
            *overtaken(view),
            *_word(view, mine=mine),
            *_locked(view),
            *_fields(view, mine=mine),
            Buttons((*_actions(view, member, mine=mine), *_history(view), *see_the_maths(view, coachs))),
        ),
    )


def _record(view: View, member: Member, *, mine: bool) -> tuple[Element, ...]:
    """How calls came in so far: to a rep first, to the manager a week after a period's end."""
    if view.record is None:
        return ()
    found = own_words(
        view.record.own(member.id), view.company.currency, whose=None if mine else view.company.called(member)
    )
    waits = t("{periods} is theirs to look at first.", periods=listed(view.record.waiting))
    return (quiet(f"{found} {waits}" if view.record.waiting else found),)


def _last_call(view: View, coachs: Outlook, *, mine: bool) -> tuple[Element, ...]:
    if view.last is None:
        return (say(t("No call for {period} yet.", period=view.period)),)
    called = called_on(view.last, view)
    elements: list[Element] = [_called(view, mine=mine)]
    deals = {it.id: it for it in (*view.open, *view.closed)}
    found = deals_card.moved(movements(view.changes, deals))
    if found:
        elements += [say(t("Since {day}:", day=called)), *found]
    else:
        elements += [quiet(t("Nothing has moved since {day}.", day=called))]
    gap = gaps(view.last, coachs)
    return (*elements, *((quiet(gap_words(gap.commit)),) if gap else ()), *_evidence(view))


def _called(view: View, *, mine: bool) -> Text:
    assert view.last is not None
    who = (
        t("Your last call, {day}:", day=called_on(view.last, view))
        if mine
        else t("Their last call, {day}:", day=called_on(view.last, view))
    )
    return say(Bold(f"{who} "), amounts(view.last), because(view.last))


def because(call: Call) -> str:
    """The reason as the end of a sentence."""
    return f" ({quoted(call.reason)})." if call.reason else "."


def _evidence(view: View) -> tuple[Element, ...]:
    titles = {it.id: it.title for it in (*view.open, *view.closed)}
    return tuple(
        quiet(
            t("It rests on {deal}: “{words}”", deal=titles[it.opportunity], words=it.text)
            if it.opportunity in titles
            else t("It rests on: “{words}”", words=it.text)
        )
        for it in view.stands.evidence
    )


def overtaken(view: View) -> tuple[Element, ...]:
    """A call that what is won has gone past since."""
    if view.last is None or not view.below_won(view.last):
        return ()
    text = t("{won} is won by now, more than the commit of {commit}.", won=view.won, commit=view.last.commit)
    return (say(text),)


def raise_to_won(view: View, call: Call) -> Action:
    """Which call it was pressed on is named; what it becomes is worked out anew."""
    args = {"period": str(view.period), "call": call.id}
    return Action("forecast.won", t("Make it {won}", won=view.won), args)


def _word(view: View, *, mine: bool) -> tuple[Element, ...]:
    """What the manager has said about it."""
    it = view.stands
    match it.state:
        case State.OVERLAID:
            return beside(view, mine=mine)
        case State.AGREED if it.agreed:
            return (say(Bold(t("Agreed. ")), _agreed_by(view, it.agreed.by, on_day(it.agreed.at, view))),)
        case State.CHANGED if it.undone:
            who = name_of(view, it.undone.by)
            if mine:
                text = t(
                    "{name} agreed to what you called before. This is another figure, so it is open again.", name=who
                )
            else:
                text = t("You agreed to what was called before. This is another figure, so it is open again.")
            return (say(text),)
        case State.CALLED if mine and view.company.manager:
            them = len(view.company.managers)
            open_ = tn(
                "{name} hasn’t said yes to it yet.",
                "{name} haven’t said yes to it yet.",
                them,
                name=managers(view.company),
            )
            return (quiet(open_),)
        case _:
            return ()


def _agreed_by(view: View, by: str, on: str) -> str:
    if by == view.reader.id:
        return t("You said yes to exactly these figures, {day}.", day=on)
    return t("{name} said yes to exactly these figures, {day}.", name=name_of(view, by), day=on)


def name_of(view: View, member_id: str) -> str:
    """A colleague's first name; the id of whoever isn't there any more."""
    found = view.company.member(member_id)
    return view.company.called(found) if found else member_id


def beside(view: View, *, mine: bool) -> tuple[Element, ...]:
    """The manager's call beside the rep's, with its reason and what the rep said to it."""
    it = view.stands.overlay
    if it is None:
        return ()
    if view.reader.id == it.by:
        name = t("Your call beside it, {day}:", day=called_on(it, view))
    else:
        name = t("{name}’s call beside it, {day}:", name=name_of(view, it.by), day=called_on(it, view))
    stands = f" {t('Yours stands beside it.')}" if mine else ""
    return (say(Bold(f"{name} "), amounts(it), because(it), stands), *_earlier(view, it), *_answered(view, mine=mine))


def _earlier(view: View, overlay: Call) -> tuple[Element, ...]:
    if view.last is None or view.last.called_at <= overlay.called_at:
        return ()
    return (quiet(t("It is from before the last call, of {day}.", day=called_on(view.last, view))),)


def _answered(view: View, *, mine: bool) -> tuple[Element, ...]:
    it = view.stands.answer
    if it is None:
        return ()
    text = (
        t("Your answer to it: “{words}”", words=it.text) if mine else t("Their answer to it: “{words}”", words=it.text)
    )
    return (quiet(text),)


def _locked(view: View) -> tuple[Element, ...]:
    """What stood at the last lock, and that what changes now is the next one's."""
    member = view.member or view.reader
    rows = last_lock(view.locks, view.now)
    mine = next((it for it in rows if it.member == member.id), None)
    if mine is None:
        return (quiet(t("The week’s forecast is locked on {moment}.", moment=next_lock(view))),)
    return (quiet(locked_line(view, mine), " ", t("The next lock is on {moment}.", moment=next_lock(view))),)


def locked_line(view: View, it: Locked) -> str:
    """One row of a lock, in a sentence."""
    at = moment(it.at, view.reader)
    if it.commit is None and it.overlay_commit is None:
        return t("Locked on {moment} without a call.", moment=at)
    if it.overlay_commit is not None:
        values = {"moment": at, "overlay": it.overlay_commit, "commit": it.commit or "–"}
        return t("Locked on {moment}: commit {commit}, {overlay} beside it.", **values)
    if it.agreed_by:
        return t("Locked on {moment}: commit {commit}, agreed.", moment=at, commit=it.commit)
    return t("Locked on {moment}: commit {commit}, not agreed.", moment=at, commit=it.commit)


# --- what can be done ------------------------------------------------------------------------------------------------
def agree(view: View, call: Call, label: str) -> Action:
    """It names the call: a yes to other figures is none."""
    args = {"period": str(view.period), "member": call.member, "call": call.id}
    return Action("forecast.agree", label, args, Look.PRIMARY)


def _fields(view: View, *, mine: bool) -> tuple[Field, ...]:
    """Filled with what was typed, else with the call that would be repeated."""
    before = view.last if mine else view.stands.overlay
    filled = {"commit": str(before.commit), "best": str(before.best_case)} if before else {}
    filled |= view.typed
    return (
        Field(
            name="commit",
            label=t("Commit: what will land in all, what is won included"),
            input=Input.LINE,
            value=filled.get("commit", ""),
            hint=t("In {currency}, such as 120k or 120,000", currency=view.company.currency),
            optional=False,
            error=view.errors.get("commit", ""),
        ),
        Field(
            name="best",
            label=t("Best case: if it all goes well"),
            input=Input.LINE,
            value=filled.get("best", ""),
            error=view.errors.get("best", ""),
        ),
        Field(
            name="reason",
            label=t("Why, in one line") if mine else t("Why, in one line; they read it"),
            input=Input.LINE,
            value=filled.get("reason", ""),
            hint=t("What has to happen for it?"),
            optional=mine,
            error=view.errors.get("reason", ""),
        ),
    )


def _actions(view: View, member: Member, *, mine: bool) -> tuple[Action, ...]:
    """What sends the fields comes first: it is what Enter presses in a browser."""
    args = {"period": str(view.period), "member": member.id}
    if not mine:
        beside_it = Action("forecast.submit", t("Set my call beside it"), args)
        it = view.stands
        if it.call is None or it.state is State.AGREED or view.below_won(it.call):
            return (beside_it,)
        return (beside_it, agree(view, it.call, t("Agree to {commit}", commit=it.call.commit)))
    send = Action("forecast.submit", t("Send my call"), args, Look.PRIMARY)
    if view.last is None or not view.below_won(view.last):
        return (send, *talk_about(view))
    return (send, raise_to_won(view, view.last), *talk_about(view))


def talk_about(view: View) -> tuple[Action, ...]:
    """It, with whoever takes what its rep asks."""
    member = view.member.id if view.member else view.reader.id
    return talk(view.company, member, t("my forecast for {period}", period=view.period))


def _history(view: View) -> tuple[Action, ...]:
    if len(view.calls) < 2:
        return ()
    return (Action("forecast.history", t("How it moved"), {"member": view.member.id if view.member else ""}),)


# --- how it moved ----------------------------------------------------------------------------------------------------
def history(view: View) -> Card:
    """Every call of the period with its difference to the one before by the same person, and the locks between."""
    member = view.member or view.reader
    title = t("How the forecast {period} moved: {name}", period=view.period, name=member.name)
    entries = [*_moves(view), *_locks(view)]
    rows = tuple(row for _, row in sorted(entries, key=lambda it: it[0]))
    if not rows:
        return Card(title, (Heading(title), say(t("No call for {period} yet.", period=view.period))))
    head = (t("When"), t("Who"), t("Commit"), t("Change"), t("Best case"), t("Why"))
    return Card(title, (Heading(title), Table(head, rows, frozenset({2, 3, 4}))))


Entry = tuple[tuple[datetime, int], tuple[Spans, ...]]
"""When it was, a lock after the calls up to it; and its row."""


def _moves(view: View) -> list[Entry]:
    found: list[Entry] = []
    for it in view.calls:
        before = one_before(view.calls, it)
        who = t("the rep") if not it.is_overlay else name_of(view, it.by)
        change = step(before, it) if before else t("first")
        cells = (moment(it.called_at, view.reader), who, str(it.commit), change, str(it.best_case), it.reason)
        found.append(((it.called_at, 0), tuple((cell,) for cell in cells)))
    return found


def _locks(view: View) -> list[Entry]:
    member = view.member or view.reader
    mine = (it for it in view.locks if it.member == member.id and it.at <= view.now)
    return [((it.at, 1), tuple((cell,) for cell in _lock_cells(view, it))) for it in mine]


def _lock_cells(view: View, it: Locked) -> Sequence[str]:
    agreed = t("agreed") if it.agreed_by else t("not agreed")
    commit, best = (str(one) if one is not None else "" for one in (it.stands, it.stands_best))
    return moment(it.at, view.reader), t("locked"), commit, "", best, agreed if it.call else t("no call")


def one_before(calls: Sequence[Call], it: Call) -> Call | None:
    """The last one by whoever made it, about the same member."""
    earlier = [one for one in calls if (one.by, one.member) == (it.by, it.member) and one.called_at < it.called_at]
    return earlier[-1] if earlier else None


def step(before: Call, after: Call) -> str:
    """How a commit moved: `up $20,000`."""
    return moved(before.commit, after.commit)


def moved(before: Money, after: Money) -> str:
    """`up $20,000`, `down $5,000`, `unchanged`."""
    if before.currency != after.currency:
        return t("{before} to {after}", before=before, after=after)
    if before == after:
        return t("unchanged")
    if after > before:
        return t("up {amount}", amount=after - before)
    return t("down {amount}", amount=before - after)


def recalled(it: Recalled) -> str:
    """A call that is another one than was locked, while the same commit stands."""
    if it.beside is None:
        before = it.best_before if it.best_before is not None else it.best_case
        return t(
            "best case {before} to {after}, {change}",
            before=before,
            after=it.best_case,
            change=moved(before, it.best_case),
        )
    after = t("commit {commit}, best case {best}", commit=it.commit, best=it.best_case)
    if it.commit_before is None or it.best_before is None:
        return t("calls {after} now; the figure beside it, {beside}, stands", after=after, beside=it.beside)
    return t(
        "called {before} and calls {after} now; the figure beside it, {beside}, stands",
        before=t("commit {commit}, best case {best}", commit=it.commit_before, best=it.best_before),
        after=after,
        beside=it.beside,
    )
