"""The forecast of a team: each rep's call for the manager to agree to, the whole for the owner."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from coaching.accuracy_card import FEWEST, enough_people
from coaching.accuracy_words import bias_words
from coaching.agreed import AgreedForecast, Moved, Recalled, State, agreed_forecast, last_word
from coaching.card import Action, Bold, Bullets, Buttons, Card, Element, Heading, Look, Span, Spans, Table, quiet, say
from coaching.categories import in_period
from coaching.disagreement import gaps, range_of
from coaching.forecast_card import agree, moved, name_of, recalled
from coaching.forecast_view import (
    View,
    categories,
    expected,
    next_lock,
    odds,
    on_day,
    see_the_maths,
    share_words,
    signed,
    standing,
)
from coaching.forecasts import Author
from coaching.language import t, tn
from coaching.naming import to_write
from coaching.phrases import ago, listed, moment, quoted
from coaching.told_to_owner import too_few_calls

if TYPE_CHECKING:
    from coaching.agreed import Stand
    from coaching.forecasts import Call
    from coaching.numbers.forecast import Range
    from coaching.numbers.outlook import Outlook
    from coaching.people import Member

MOST_TAPS = 6
"""Of a card: what Teams shows of a row. For the rest there is each rep's own."""


AHEAD = timedelta(days=1)
"""What is in a view has been said, also what a clock ahead of ours wrote down."""


def so_far(view: View) -> AgreedForecast:
    """What stands, and what was locked."""
    until = view.now + AHEAD
    return agreed_forecast(view.company, view.period, view.calls, view.remarks, view.locks, until)


# --- the manager -----------------------------------------------------------------------------------------------------
def overview(view: View) -> Card:
    """Every rep's last call, the coach's beside it, and a tap to agree; the manager's own where it lies beside."""
    coachs, it = expected(view), so_far(view)
    reps = len(view.company.reps)
    summary = tn(
        "Forecast {period}: {called} of {n} rep called, {agreed} agreed, commit {commit}",
        "Forecast {period}: {called} of {n} reps called, {agreed} agreed, commit {commit}",
        reps,
        period=view.period,
        called=it.now.by_themselves,
        agreed=it.now.agreed,
        commit=_or_none(it.now.commit),
    )
    return Card(summary, (Heading(t("Forecast {period}", period=view.period)), *_body(view, coachs, it)))


def _body(view: View, coachs: Outlook, it: AgreedForecast) -> tuple[Element, ...]:
    rows = tuple((*_rep_row(view, rep), *_beside(view, rep, coachs)) for rep in view.company.reps)
    head = (t("Rep"), t("Commit"), t("Best case"), t("Called"), t("Yours"), t("The coach"), t("Gap"), t("Calls so far"))
    words = tuple(_words(view, coachs))
    return (
        *standing(view),
        *categories(view),
        *odds(view, coachs),
        *_together(it),
        *_missing(view),
        *_lock(view, it),
        Table(head, rows, frozenset({1, 2, 6})),
        *((say(Bold(t("What they say, and what to know before you agree"))), Bullets(words)) if words else ()),
        quiet(_how(view)),
        *_waiting(view),
        *_taps(view),
        *buttons(view, coachs),
    )


def brief(view: View) -> Card:
    """Before the lock: who is missing, and what is still to agree."""
    shown, open_ = overview(view), len(list(to_agree(view)))
    late = _late(view)
    values = {"moment": next_lock(view)}
    if open_ and late:
        summary = tn(
            "The forecast is locked on {moment}: {n} call to agree, not called this week: {names}",
            "The forecast is locked on {moment}: {n} calls to agree, not called this week: {names}",
            open_,
            names=listed(late),
            **values,
        )
    elif open_:
        summary = tn(
            "The forecast is locked on {moment}: {n} call to agree",
            "The forecast is locked on {moment}: {n} calls to agree",
            open_,
            **values,
        )
    else:
        names = listed(late)
        summary = t("The forecast is locked on {moment}; not called this week: {names}", names=names, **values)
    return Card(summary, (say(f"{summary}."), *shown.elements))


def worth_a_brief(view: View) -> bool:
    """Whether there is anything to do before the lock."""
    return any(True for _ in to_agree(view)) or any(not view.called_this_week(it.id) for it in view.company.reps)


def _or_none(it: object) -> str:
    return str(it) if it is not None else t("none yet")


def _together(it: AgreedForecast) -> tuple[Element, ...]:
    called = tn(
        "{called} of {n} rep has called:", "{called} of {n} reps have called:", it.now.reps, called=it.now.called
    )
    stands = (
        t("commit {commit} stands, {agreed} agreed.", commit=it.now.commit, agreed=it.now.agreed)
        if it.now.commit is not None
        else t("there is no commit yet, {agreed} agreed.", agreed=it.now.agreed)
    )
    foreign = tn(
        "{n} call in another currency isn’t in it.", "{n} calls in another currency aren’t in it.", it.now.foreign
    )
    apart = () if it.now.own_commit in {None, it.now.commit} else (_own(it),)
    return (say(Bold(f"{called} "), stands), *apart, *((quiet(foreign),) if it.now.foreign else ()))


def _own(it: AgreedForecast) -> Element:
    return quiet(
        tn(
            "Their own calls add up to {own}; with {n} figure of yours in place of one, to {commit}.",
            "Their own calls add up to {own}; with {n} figures of yours in place of theirs, to {commit}.",
            it.now.overlaid,
            own=it.now.own_commit,
            commit=it.now.commit,
        )
    )


def _late(view: View) -> list[str]:
    names = view.company.names
    return [names[it.id] for it in view.company.reps if not view.called_this_week(it.id)]


def _missing(view: View) -> tuple[Element, ...]:
    late = _late(view)
    if not late:
        return ()
    return (quiet(t("Not called since the last lock: {names}.", names=listed(late, len(late)))),)


def _lock(view: View, it: AgreedForecast) -> tuple[Element, ...]:
    after = t("The next lock is on {moment}.", moment=next_lock(view))
    if it.locked is None or it.locked_at is None:
        return (quiet(t("Nothing of {period} is locked yet.", period=view.period), " ", after),)
    locked = t(
        "Locked on {moment}: commit {commit}, {agreed} of {reps} agreed.",
        moment=moment(it.locked_at, view.reader),
        commit=_or_none(it.locked.commit),
        agreed=it.locked.agreed,
        reps=it.locked.reps,
    )
    changed = (*(_moved_line(view, one) for one in it.moved), *(_recalled_line(view, one) for one in it.recalled))
    since = (say(_since(it)), Bullets(changed)) if changed else (quiet(t("Nothing has changed since the lock.")),)
    return (say(locked), *since, quiet(after))


def _since(it: AgreedForecast) -> str:
    if it.change is None or it.locked is None or it.locked.commit is None or it.now.commit is None:
        return t("Changed since the lock:")
    if it.now.commit == it.locked.commit:
        return t("Changed since the lock; the sum stands as it was:")
    return t("Changed since the lock, {change} in all:", change=moved(it.locked.commit, it.now.commit))


def _recalled_line(view: View, it: Recalled) -> Spans:
    return Bold(f"{name_of(view, it.member)}: "), recalled(it)


def _moved_line(view: View, it: Moved) -> Spans:
    name = Bold(f"{name_of(view, it.member)}: ")
    if it.before is None:
        return name, t("called {after}", after=it.after)
    if it.after is None:
        return name, t("{before} is gone", before=it.before)
    return name, t("{before} to {after}, {change}", before=it.before, after=it.after, change=moved(it.before, it.after))


def _how(view: View) -> str:
    rep = to_write(view.company, view.company.reps[0].id) if view.company.reps else "dana"
    return t(
        "To set yours beside one: “forecast {rep} commit 100k best 140k because …”. It lies beside the rep’s, never "
        "over it, and they see it.",
        rep=rep,
    )


# --- one rep in it ---------------------------------------------------------------------------------------------------
def _rep_row(view: View, rep: Member) -> tuple[Spans, ...]:
    it = view.stand_of(rep.id)
    yours: Spans = (_yours(it),)
    if it.call is None:
        return (rep.name,), ("",), ("",), (t("not yet"),), yours
    age = (view.today - it.call.called_at.astimezone(view.reader.tz).date()).days
    return (rep.name,), (str(it.call.commit),), (str(it.call.best_case),), (ago(age),), yours


def _yours(it: Stand) -> str:
    match it.state:
        case State.OVERLAID if it.overlay:
            return f"{it.overlay.commit} / {it.overlay.best_case}"
        case State.AGREED:
            return t("agreed")
        case State.CHANGED:
            return t("open again")
        case _:
            return ""


def _beside(view: View, rep: Member, coachs: Outlook) -> tuple[Spans, ...]:
    """What the coach expects of them, how far the call is from it, and how their calls have come in."""
    found, call = range_of(coachs, rep.id), last_of(view, rep.id)
    expects = _span(found) if found else ""
    gap = gaps(call, coachs) if call else None
    off: Span = "" if gap is None else Bold(signed(gap.commit)) if gap.wide else signed(gap.commit)
    own = view.record.own(rep.id) if view.record else None
    if own is None or not own.n:
        return (expects,), (off,), ("",)
    so_far_ = t("not enough data") if own.bias is None else t("{bias}, n = {n}", bias=bias_words(own.bias), n=own.n)
    return (expects,), (off,), (so_far_,)


def _span(it: Range) -> str:
    if it.p10 == it.p90:
        return str(it.p10)
    return t("{low} to {high}, middle {middle}", low=it.p10, high=it.p90, middle=it.p50)


def _words(view: View, coachs: Outlook) -> Iterator[Spans]:
    """What each rep said, and what the manager should know before they agree; nobody of whom there is nothing."""
    names = view.company.names
    for rep in view.company.reps:
        said = [it for it in _about(view, rep, coachs) if it]
        if said:
            yield Bold(f"{names[rep.id]}: "), " ".join(said)


def _about(view: View, rep: Member, coachs: Outlook) -> Iterator[str]:
    it = view.stand_of(rep.id)
    if it.call and it.call.reason:
        yield f"{quoted(it.call.reason)}."
    yield _rests_on(it, coachs)
    yield _below_won(view, it)
    mine = in_period((deal for deal in view.open if deal.member == rep.id and deal.id in view.held), view.period)
    if mine:
        yield t("Out of Commit until more is known: {names}.", names=listed([deal.title for deal in mine]))
    if it.state is State.CHANGED and it.undone:
        yield _was_agreed(view, it)
    if it.overlay and it.call and it.call.called_at > it.overlay.called_at:
        yield t("Yours is from before their call of {day}.", day=on_day(it.call.called_at, view))
    if it.answer:
        yield t("To yours they say: “{words}”.", words=it.answer.text)


def _rests_on(it: Stand, coachs: Outlook) -> str:
    if it.evidence:
        return " ".join(t("It rests on: “{words}”.", words=one.text) for one in it.evidence)
    wide = found.wide if it.call and (found := gaps(it.call, coachs)) else None
    if wide is None:
        return ""
    if wide.by.minor > 0:
        return t("{off} above the coach; asked what it rests on.", off=share_words(wide))
    return t("{off} below the coach; asked what it rests on.", off=share_words(wide))


def _below_won(view: View, it: Stand) -> str:
    if it.call is None or not view.below_won(it.call):
        return ""
    return t(
        "{won} is won by now, more than the commit of {commit}: ask for a new one.",
        won=view.won_by(it.member),
        commit=it.call.commit,
    )


def _was_agreed(view: View, it: Stand) -> str:
    before = next((one for one in view.calls if it.undone and one.id == it.undone.call), None)
    if before is None or it.call is None:
        return t("Agreed before, and called anew since.")
    return t(
        "Agreed at {before}, and called anew since: {change}.",
        before=before.commit,
        change=moved(before.commit, it.call.commit),
    )


def to_agree(view: View) -> Iterator[Call]:
    """Calls that the manager hasn't said anything about, or not since they changed.

    Not those below what is won by now: nobody can mean them any more, and a yes would be to less than there is.
    """
    yield from (it.call for it in _stands(view) if it.call and _is_open(view, it))


def _agree_after_all(view: View) -> Iterator[Call]:
    """Calls beside which the manager has set a figure: a word about them, and a yes is one tap all the same."""
    yield from (it.call for it in _stands(view) if it.call and it.overlay and not _is_open(view, it))


def _stands(view: View) -> Iterator[Stand]:
    found = (view.stand_of(rep.id) for rep in view.company.reps)
    yield from (it for it in found if not view.below_won(it.call))


def _is_open(view: View, it: Stand) -> bool:
    if it.call is None or it.overlay is None:
        return it.state in {State.CALLED, State.CHANGED}
    word = last_word(it.member, view.calls, view.remarks)
    return word is None or not word.about.same_figures(it.call)


def _taps(view: View) -> tuple[Element, ...]:
    """A tap for each that waits; it names the call that was looked at."""
    calls = (*to_agree(view), *_agree_after_all(view))
    taps, behind = tuple(_tap(view, it) for it in calls[:MOST_TAPS]), calls[MOST_TAPS:]
    if not behind:
        return (Buttons(taps),) if taps else ()
    rest = tn(
        "{n} more isn’t agreed: “agree {rep}” shows it with its button.",
        "{n} more aren’t agreed: “agree {rep}” shows one with its button.",
        len(behind),
        rep=to_write(view.company, behind[0].member),
    )
    return Buttons(taps), quiet(rest)


def _tap(view: View, it: Call) -> Action:
    name = name_of(view, it.member)
    if _is_open(view, view.stand_of(it.member)):
        return agree(view, it, t("Agree: {name}, {commit}", name=name, commit=it.commit))
    after_all = agree(view, it, t("Agree after all: {name}, {commit}", name=name, commit=it.commit))
    return replace(after_all, look=Look.PLAIN)


def _waiting(view: View) -> tuple[Element, ...]:
    if view.record is None or not view.record.waiting:
        return ()
    periods = listed(view.record.waiting)
    return (quiet(t("How calls of {periods} came in is the reps’ own for a week.", periods=periods)),)


def buttons(view: View, coachs: Outlook) -> tuple[Element, ...]:
    """To what is behind the figures."""
    return (Buttons((Action("accuracy.show", t("How good forecasts were")), *see_the_maths(view, coachs))),)


def last_of(view: View, member_id: str) -> Call | None:
    """A rep's own last call."""
    return next((it for it in reversed(view.own) if it.member == member_id), None)


# --- the owner -------------------------------------------------------------------------------------------------------
def totals(view: View) -> Card:
    """For the owner: the whole, and nobody's own figure."""
    heading, coachs = t("Forecast {period}", period=view.period), expected(view)
    return Card(
        t("Forecast {period}: {won} won so far", period=view.period, won=view.won),
        (
            Heading(heading),
            *standing(view),
            *categories(view),
            *odds(view, coachs),
            *team_call(view),
            *_teams_record(view),
            *buttons(view, coachs),
        ),
    )


def team_call(view: View) -> tuple[Element, ...]:
    """What stands together, from enough reps on, and how it stood when it was locked."""
    it = so_far(view)
    if it.now.called < FEWEST:
        return (quiet(f"{too_few_calls(view.company, it.now.called)}."),)
    text = t(
        "commit {commit}, best case {best}, from {n} reps; {agreed} agreed with the manager.",
        commit=_or_none(it.now.commit),
        best=_or_none(it.now.best_case),
        n=it.now.called,
        agreed=it.now.agreed,
    )
    return (say(Bold(f"{t('The team’s call:')} "), text), *_overtaken(view, it), *_owners_lock(view, it))


def _overtaken(view: View, it: AgreedForecast) -> tuple[Element, ...]:
    """A sum of calls below what is won says that calls are old, and nothing about where the period ends."""
    if it.now.commit is None or it.now.commit.currency != view.won.currency or it.now.commit >= view.won:
        return ()
    return (quiet(t("{won} is won by now, more than that: some calls are from before it was.", won=view.won)),)


def _owners_lock(view: View, it: AgreedForecast) -> tuple[Element, ...]:
    if it.locked is None or it.locked_at is None or it.locked.called < FEWEST:
        return ()
    at = moment(it.locked_at, view.reader)
    if it.locked.commit is None or it.now.commit is None:
        return ()
    values = {"moment": at, "commit": it.locked.commit, "agreed": it.locked.agreed}
    if not it.change:
        return (quiet(t("So it was locked on {moment}: {commit}, {agreed} agreed.", **values)),)
    change = moved(it.locked.commit, it.now.commit)
    return (quiet(t("Locked on {moment} at {commit}, {agreed} agreed; since then {change}.", **values, change=change)),)


def _teams_record(view: View) -> tuple[Element, ...]:
    """How the sum of the calls came in, once it is about enough people."""
    if view.record is None or not enough_people(view.record):
        return ()
    it = view.record.together(Author.REP)
    if it.bias is None:
        return ()
    return (
        quiet(
            tn(
                "Such sums of the last {n} period came in {bias} (n = {n}).",
                "Such sums of the last {n} periods came in {bias} (n = {n}).",
                it.n,
                bias=bias_words(it.bias),
            )
        ),
    )
