"""What follows a call: the confirmation and its questions, what each side reads of the other, and the reminder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coaching.agreed import last_lock
from coaching.card import Action, Bold, Buttons, Card, Element, Field, Input, Look, quiet, say
from coaching.categories import in_period
from coaching.deals_card import largest_first
from coaching.forecast_card import agree, because, locked_line, moved, name_of, raise_to_won, talk_about
from coaching.forecast_view import View, amounts, called_on, gap_words, next_lock, on_day
from coaching.language import t, tn
from coaching.opportunities import Opportunity, Status
from coaching.phrases import managers, percent, quoted
from coaching.playbooks import playbook
from coaching.told_apart import told_apart

if TYPE_CHECKING:
    from coaching.disagreement import Gap
    from coaching.escalations import Drop
    from coaching.forecasts import Call, Remark

MOST_DEALS = 20
"""To choose from."""


# --- the confirmation ------------------------------------------------------------------------------------------------
def confirmation(
    view: View,
    call: Call,
    before: Call | None,
    *,
    aside: str = "",
    fell: Drop | None = None,
    gap: Gap | None = None,
) -> Card:
    """What was kept, what it changes, and who will hear of it; and one question, where there is one to ask."""
    whose = view.company.called(view.member) if view.member and call.is_overlay else ""
    values = {"period": view.period, "commit": call.commit, "best": call.best_case}
    if whose:
        summary = t("Your call for {name}, {period}: commit {commit}, best case {best}", name=whose, **values)
        title = t("Your call for {name}, {period}, is in:", name=whose, period=view.period)
    else:
        summary = t("Your call for {period}: commit {commit}, best case {best}", **values)
        title = t("Your call for {period} is in:", period=view.period)
    change = Action("forecast.show", t("Change it"), {"member": call.member})
    asks = _asks(view, call, gap)
    return Card(
        summary,
        (
            say(Bold(f"{title} "), amounts(call), because(call)),
            *_compared(view, call, before),
            *((quiet(aside),) if aside else ()),
            *_to_target(view, call),
            *_open_again(view, call),
            *_agreed_again(view, call),
            *_after_lock(view, call),
            *_without_words(view, call),
            *_fell(view, fell),
            *asks,
            Buttons((*_send(call, asks), change)),
        ),
    )


def _compared(view: View, call: Call, before: Call | None) -> tuple[Element, ...]:
    if before is None:
        return (quiet(t("It is the first one of this period. Every call is kept, so you can see how they move.")),)
    values = {"commit": moved(before.commit, call.commit), "best": moved(before.best_case, call.best_case)}
    return (
        say(t("Against the call of {day}: commit {commit}, best case {best}.", day=called_on(before, view), **values)),
    )


def _to_target(view: View, call: Call) -> tuple[Element, ...]:
    """A commit is what lands in the whole period, what is won already included."""
    if view.target is None or call.is_overlay or call.commit.currency != view.target.currency:
        return ()
    gap = view.target - call.commit
    if gap.minor <= 0:
        return (quiet(t("That reaches the target of {target}.", target=view.target)),)
    return (quiet(t("That leaves {gap} to the target of {target}.", gap=gap, target=view.target)),)


def _open_again(view: View, call: Call) -> tuple[Element, ...]:
    """A yes was to other figures. `view` is of before the call."""
    it = view.stands
    if call.is_overlay or it.agreed is None or it.call is None or it.call.same_figures(call):
        return ()
    name = name_of(view, it.agreed.by)
    text = t("{name} had agreed to {commit}; with other figures that is open again.", name=name, commit=it.call.commit)
    return (say(text),)


def _agreed_again(view: View, call: Call) -> tuple[Element, ...]:
    """Back to what the manager last said yes to. `view` is of before the call."""
    it = view.stands
    agreed_to = next((one for one in view.own if it.undone and one.id == it.undone.call), None)
    if call.is_overlay or it.undone is None or agreed_to is None or not agreed_to.same_figures(call):
        return ()
    name, on = name_of(view, it.undone.by), on_day(it.undone.at, view)
    return (say(t("{name} agreed to exactly that on {day}, so it is agreed again.", name=name, day=on)),)


def _after_lock(view: View, call: Call) -> tuple[Element, ...]:
    """What is locked stays; only said where it isn't the same any more."""
    mine = next((it for it in last_lock(view.locks, view.now) if it.member == call.member), None)
    if mine is None or call.is_overlay or (mine.commit, mine.best_case) == (call.commit, call.best_case):
        return ()
    counts = t("This shows as a change since, and counts for the next lock, {moment}.", moment=next_lock(view))
    return (quiet(locked_line(view, mine), " ", counts),)


def _without_words(view: View, call: Call) -> tuple[Element, ...]:
    if not call.is_overlay or call.reason or view.member is None:
        return ()
    name = view.company.called(view.member)
    return (say(t("{name} reads it without a reason. A line of why would help; “Change it” takes one.", name=name)),)


def _fell(view: View, fell: Drop | None) -> tuple[Element, ...]:
    """Said beforehand, so that nobody is talked about behind their back."""
    them = managers(view.company)
    if fell is None or not them:
        return ()
    return (
        say(
            tn(
                "That is {share} below the call of {day}, so {name} will see it too. You get the same words, and can "
                "add what is behind it.",
                "That is {share} below the call of {day}, so {name} will see it too. You get the same words, and can "
                "add what is behind it.",
                len(view.company.managers),
                share=percent(fell.share),
                day=called_on(fell.before, view),
                name=them,
            )
        ),
    )


# --- the question ----------------------------------------------------------------------------------------------------
def _asks(view: View, call: Call, gap: Gap | None) -> tuple[Element, ...]:
    """One at most: a commit below what is won is more likely misread than meant, so that comes first."""
    if call.is_overlay:
        return ()
    if view.below_won(call):
        return _below_won(view, call)
    return _evidence(view, gap) if gap else ()


def _below_won(view: View, call: Call) -> tuple[Element, ...]:
    args = {"period": str(view.period), "call": call.id}
    if call.commit.minor <= 0:
        none = t(
            "{won} is won already, and a commit counts it in, so it can’t end below that. Your {commit} is kept as you "
            "said it. Did you mean {won} in all?",
            won=view.won,
            commit=call.commit,
        )
        return (say(none), Buttons((raise_to_won(view, call),)))
    both = view.won + call.commit
    text = t(
        "{won} is won already, and a commit counts it in, so it can’t end below that. Your {commit} is kept as you "
        "said it. Did you mean {won} in all, or {both}: what is won and {commit} on top?",
        won=view.won,
        commit=call.commit,
        both=both,
    )
    more = Action("forecast.more", t("Make it {both}", both=both), args)
    return (say(text), Buttons((raise_to_won(view, call), more)))


def _evidence(view: View, gap: Gap) -> tuple[Element, ...]:
    kept = t("It counts as you said it.")
    ask = (
        t("What does it rest on: which deals, and what has the buyer said or done?")
        if gap.by.minor > 0
        else t("What makes you careful: which deals could slip, and what have you heard?")
    )
    return (say(gap_words(gap), f" {kept} ", Bold(ask)), *_evidence_fields(view))


def _evidence_fields(view: View) -> tuple[Field, ...]:
    deals = tuple(told_apart(offered(view)).items())
    criteria = tuple((it.id, it.name) for it in playbook(view.company).criteria)
    words = Field(
        name="evidence",
        label=t("What it rests on"),
        input=Input.LONG,
        value=view.typed.get("evidence", ""),
        optional=False,
        error=view.errors.get("evidence", ""),
    )
    if not deals:
        return (words,)
    deal = Field(
        name="deal",
        label=t("Which deal, if it is one"),
        input=Input.CHOICE,
        value=view.typed.get("deal", ""),
        options=deals,
        error=view.errors.get("deal", ""),
    )
    criterion = Field(
        name="criterion",
        label=t("What it shows about that deal, to keep it there too"),
        input=Input.CHOICE,
        value=view.typed.get("criterion", ""),
        options=criteria,
        error=view.errors.get("criterion", ""),
    )
    return words, deal, criterion


def offered(view: View) -> tuple[Opportunity, ...]:
    """The deals to choose from: open ones of the period, the largest first. What has closed rests on nothing more."""
    return largest_first(in_period(view.open, view.period))[:MOST_DEALS]


def nameable(view: View) -> frozenset[str]:
    """Those that evidence may name, by id: a card may have offered one that was won while somebody wrote."""
    won = (it.id for it in view.closed if it.status is Status.WON)
    return frozenset((*(it.id for it in in_period(view.open, view.period)), *won))


def _send(call: Call, asks: tuple[Element, ...]) -> tuple[Action, ...]:
    if not any(isinstance(it, Field) for it in asks):
        return ()
    args = {"period": call.period, "call": call.id}
    return (Action("forecast.evidence", t("Send it along"), args, Look.PRIMARY),)


def evidence_form(view: View, call: Call, gap: Gap) -> Card:
    """The question alone, when what was typed could not be kept."""
    asks = _evidence(view, gap)
    summary = t("Your call for {period}: commit {commit}", period=view.period, commit=call.commit)
    show = _show(call.member)
    return Card(summary, (*asks, Buttons((*_send(call, asks), show))))


def evidence_kept(view: View, remark: Remark) -> Card:
    """Thanks, and who reads it."""
    them = managers(view.company)
    text = (
        tn(
            "Thank you, it stands beside your call; {name} reads it there.",
            "Thank you, it stands beside your call; {name} read it there.",
            len(view.company.managers),
            name=them,
        )
        if them
        else t("Thank you, it stands beside your call.")
    )
    show = _show(remark.member)
    return Card(text, (say(text), quiet(quoted(remark.text)), Buttons((show,))))


# --- what the rep reads of the manager -------------------------------------------------------------------------------
def overlaid(view: View, call: Call) -> Card:
    """The manager's call lies beside theirs; they may answer."""
    name = name_of(view, call.by)
    values = {"name": name, "period": view.period}
    summary = t(
        "{name} set a call beside yours for {period}: commit {commit}, best case {best}",
        **values,
        commit=call.commit,
        best=call.best_case,
    )
    title = t("{name} set a call beside yours for {period}:", **values)
    yours = (
        t("Yours stays as it is: commit {commit}, best case {best}.", commit=view.last.commit, best=view.last.best_case)
        if view.last
        else t("You haven’t made one for this period yet.")
    )
    know = t("Does {name} know what you know? Say so, and it is read beside both.", name=name)
    return Card(
        summary,
        (
            say(Bold(f"{title} "), amounts(call), because(call)),
            say(yours, " ", know),
            _answer_field(view),
            Buttons((_answer(call), _show(call.member), *talk_about(view))),
        ),
    )


def _show(member: str) -> Action:
    return Action("forecast.show", t("See my forecast"), {"member": member})


def _answer_field(view: View) -> Field:
    return Field(
        name="answer",
        label=t("Your answer, if you like"),
        input=Input.LINE,
        value=view.typed.get("answer", ""),
        error=view.errors.get("answer", ""),
    )


def _answer(overlay: Call) -> Action:
    args = {"period": overlay.period, "call": overlay.id}
    return Action("forecast.answer", t("Send my answer"), args, Look.PRIMARY)


def answer_kept(view: View, remark: Remark, by: str) -> Card:
    """For the rep."""
    text = t("{name} reads your answer: “{words}”", name=name_of(view, by), words=remark.text)
    return Card(text, (say(text), Buttons((_show(remark.member),))))


def answered(view: View, overlay: Call, remark: Remark) -> Card:
    """For the manager, whose call it is about."""
    name = name_of(view, remark.member)
    text = t("{name} answers your call of {commit}: “{words}”", name=name, commit=overlay.commit, words=remark.text)
    look = Action("forecast.show", t("Look at it"), {"member": remark.member})
    mine = view.stands.call
    tap = (agree(view, mine, t("Agree to {commit} after all", commit=mine.commit)),) if mine else ()
    return Card(text, (say(text), Buttons((*tap, look))))


def agreed(view: View, call: Call, by: str) -> Card:
    """For the rep: both have said it now."""
    name = name_of(view, by)
    summary = t("{name} agrees to your forecast of {commit}", name=name, commit=call.commit)
    text = t("{name} agrees to your call for {period}: commit {commit}, best case {best}.",
             name=name, period=view.period, commit=call.commit, best=call.best_case)  # fmt: skip
    until = t("It is agreed until one of you says otherwise; the week’s forecast is locked on {moment}.",
              moment=next_lock(view))  # fmt: skip
    show = _show(call.member)
    return Card(summary, (say(text), quiet(until), Buttons((show,))))


# --- the reminder ----------------------------------------------------------------------------------------------------
def reminder(view: View) -> Card:
    """Once before the week's lock, to whoever hasn't called since the last; keeping a call is one tap."""
    lock = t("The week’s forecast is locked on {moment}.", moment=next_lock(view))
    show = Action("forecast.show", t("Look at it"))
    if view.last is None:
        summary = t("Your first call for {period} is still open", period=view.period)
        ask = t("Your first call for {period} is still open. What will land, and what could?", period=view.period)
        first = Action("forecast.show", t("Make my call"), look=Look.PRIMARY)
        return Card(summary, (say(ask), quiet(lock), Buttons((first,))))
    return Card(
        t("Is your call for {period} still right?", period=view.period),
        (say(_still_right(view)), *_overtaken(view), quiet(lock), Buttons((_keep(view, view.last), show))),
    )


def _still_right(view: View) -> str:
    assert view.last is not None
    return tn(
        "Your call for {period} is {n} day old: commit {commit}, best case {best}. Still right?",
        "Your call for {period} is {n} days old: commit {commit}, best case {best}. Still right?",
        (view.today - view.last.called_at.astimezone(view.reader.tz).date()).days,
        period=view.period,
        commit=view.last.commit,
        best=view.last.best_case,
    )


def _overtaken(view: View) -> tuple[Element, ...]:
    if view.last is None or not view.below_won(view.last):
        return ()
    return (say(t("{won} is won by now, more than that commit.", won=view.won)),)


def _keep(view: View, last: Call) -> Action:
    """“Still right” of a call that what is won has overtaken can't be: then it is what is won."""
    if view.below_won(last):
        return raise_to_won(view, last)
    args = {"period": str(view.period), "commit": str(last.commit.minor)}
    return Action("forecast.keep", t("Still right"), args, Look.PRIMARY)
