"""What people do with a forecast: call it, say what it rests on, agree to it, lay a figure beside it, answer that."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, assert_never

from coaching import called_card as said_card
from coaching import deals_card, escalations
from coaching import forecast_card as card
from coaching import team_forecast_card as team
from coaching.agreed import State, last_word, not_answered
from coaching.calling import (
    Figures,
    Unreadable,
    another_time,
    from_fields,
    from_words,
    in_thousands,
    needs_a_look,
    only_this,
)
from coaching.card import Card, led_by, note
from coaching.decision import NOTHING, Decision, Kind, Message
from coaching.disagreement import Gap, gaps
from coaching.events import Commanded, PersonEvent, Pressed, Said
from coaching.forecast_view import View, expected, maths
from coaching.forecast_words import NAMES, agreeing_with, is_agreeing, landing, sentence, timed, unsure
from coaching.forecasts import Call, Remark, RemarkKind
from coaching.language import t
from coaching.naming import to_write
from coaching.people import Role
from coaching.phrases import managers
from coaching.playbooks import playbook
from coaching.qualification import Answer, Evidence
from coaching.routine import asked, in_place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coaching.people import Member

DOUBLE_PRESS = timedelta(minutes=10)
"""The same figures again within that time are one call: a second press, or the same on another device."""
LONGEST = 2000
"""Characters of evidence or an answer; what is longer belongs into a talk."""


# --- words -----------------------------------------------------------------------------------------------------------
def written(view: View, event: Said | Commanded, rest: str, *, somebody_else: bool) -> Decision:
    """`rest` is what follows the word and the rep's name; `somebody_else`: a rep named another."""
    word, said = asked(event)
    agrees = is_agreeing(rest) or agreeing_with(event.text) or agreeing_with(said)
    if somebody_else:
        return Decision(reply=note(t("You call your own forecast only; “forecast” shows it.")))
    if word == "deals":
        return Decision(reply=_deals(view))
    if view.reader.role is Role.OWNER and agrees:
        return Decision(reply=led_by(_whose_yes(), shown(view)))
    if not rest or agrees:
        return Decision(reply=shown(view))
    return _called_in_words(view, event, rest, bare=word in NAMES or sentence(event.text) is not None)


def _called_in_words(view: View, event: Said | Commanded, rest: str, *, bare: bool) -> Decision:
    """`bare`: without “forecast” before it."""
    when = timed(rest, view.period, view.company.currency)
    if not when.text and not when.other:
        return Decision(reply=shown(view))
    if view.member is None and not when.text:
        return Decision(reply=note(only_this(view.period, when.other)))
    if view.reader.role is Role.OWNER:
        return Decision(reply=led_by(_not_the_owners(view), shown(view)))
    if view.member is None:
        return Decision(reply=_whose(view))
    read = from_words(when.text, _before(view), view.company.currency)
    if when.other:
        return called(view, event, another_time(read, view.period, when.other))
    if (bare and unsure(when.text)) or landing(event.text):
        return called(view, event, needs_a_look(read))
    last = _before(view)
    return called(view, event, in_thousands(read, (last.commit if last else None, view.won, view.target)))


def _deals(view: View) -> Card:
    if view.member:
        return deals_card.list_card(view.open, view.company, view.today, told=view.told, gone=view.gone)
    if view.reader.role is Role.MANAGER:
        return deals_card.list_card(view.open, view.company, view.today, owners=True, told=view.told, gone=view.gone)
    return deals_card.stage_card(view.open, view.company)


def shown(view: View) -> Card:
    """By who looks, and at whom."""
    if view.member:
        return card.form(view)
    return team.overview(view) if view.reader.role is Role.MANAGER else team.totals(view)


def _whose_yes() -> str:
    return t("A call is agreed when its rep has made it and the manager says yes.")


def _not_the_owners(view: View) -> str:
    them = managers(view.company)
    if not them:
        return t("Nothing is kept: a call is its rep’s. This is how the team stands.")
    return t(
        "Nothing is kept: a call is its rep’s, and a figure beside it {managers}’s. This is how the team stands.",
        managers=them,
    )


def _whose(view: View) -> Card:
    reps = view.company.reps
    if not reps:
        return note(t("Whose forecast is that about? Name the rep first."))
    text = t(
        "Whose forecast is that about? Name the rep first, such as “forecast {rep} commit 100k best 140k because …”.",
        rep=to_write(view.company, reps[0].id),
    )
    return note(text)


# --- buttons ---------------------------------------------------------------------------------------------------------
def pressed(view: View, event: Pressed) -> Decision:
    """Whoever pressed is known; what a button says about anybody else is looked up, not believed."""
    match event.action:
        case "forecast.show":
            return in_place(event, shown(view))
        case "forecast.maths":
            return Decision(reply=maths(view))
        case "forecast.deals":
            return in_place(event, _deals(view))
        case "forecast.history":
            return Decision(reply=card.history(view) if view.member else shown(view))
        case "forecast.keep":
            return _kept(view, event)
        case "forecast.submit":
            return _submitted(view, event)
        case "forecast.won" | "forecast.more":
            return _raised(view, event)
        case "forecast.evidence":
            return _evidence(view, event)
        case "forecast.agree":
            return _agreed(view, event)
        case "forecast.answer":
            return _answered(view, event)
        case _:
            return Decision(reply=note(t("That button is from an earlier version. Say “forecast” for a fresh card.")))


def _over(view: View, event: Pressed) -> bool:
    """A card of a period that has ended since; what is shown instead is the running one."""
    return event.args.get("period", str(view.period)) != str(view.period)


def _own(view: View) -> bool:
    """A rep before their own forecast."""
    return view.member is not None and view.member.id == view.reader.id


def _submitted(view: View, event: Pressed) -> Decision:
    if view.member is None or _over(view, event):
        return in_place(event, shown(view))
    read = from_fields(event.fields, _before(view), view.company.currency)
    return called(
        view, event, read if _own(view) else _with_a_line(read, event.fields, view.company.called(view.member))
    )


def _with_a_line(read: Figures | Unreadable, typed: Mapping[str, str], rep: str) -> Figures | Unreadable:
    """A figure beside somebody's own comes with why; what was typed stays in the fields meanwhile."""
    if isinstance(read, Unreadable) or read.reason:
        return read
    error = t("A line for {name}, please: they read it beside your figure.", name=rep)
    return Unreadable(typed=dict(typed), errors={"reason": error})


def _kept(view: View, event: Pressed) -> Decision:
    """Still right: the same figures, called again; unless there is another call by now, which is shown."""
    last = view.last
    if not _own(view) or last is None or _over(view, event) or str(last.commit.minor) != event.args.get("commit"):
        return in_place(event, shown(view))
    return called(view, event, Figures(commit=last.commit, best_case=last.best_case, reason=last.reason))


def _raised(view: View, event: Pressed) -> Decision:
    """To what is won, or what is won and the call on top; of the call that the button was about, and of no other."""
    last = view.last
    if not _own(view) or last is None or _over(view, event) or last.id != event.args.get("call"):
        return in_place(event, shown(view))
    if not view.below_won(last):
        return in_place(event, shown(view))
    commit = view.won if event.action == "forecast.won" else view.won + last.commit
    return called(view, event, Figures(commit=commit, best_case=max(commit, last.best_case), reason=last.reason))


# --- a call ----------------------------------------------------------------------------------------------------------
def _before(view: View) -> Call | None:
    """The last one by whoever is calling now."""
    return view.last if _own(view) else view.overlay


def called(view: View, event: PersonEvent, read: Figures | Unreadable) -> Decision:
    """Kept, or shown again with what couldn't be read."""
    match read:
        case Unreadable():
            return in_place(event, card.form(replace(view, typed=read.typed, errors=read.errors)))
        case Figures():
            return _accepted(view, event, read)
        case _:
            assert_never(read)


def _accepted(view: View, event: PersonEvent, figures: Figures) -> Decision:
    member = view.member or view.reader
    call = Call(
        member=member.id,
        period=str(view.period),
        by=view.reader.id,
        commit=figures.commit,
        best_case=figures.best_case,
        reason=figures.reason,
        called_at=event.at,
    )
    if call.is_overlay and view.below_won(call):
        return in_place(event, card.form(_too_low(view, call)))
    last = _before(view)
    if last is not None and _twice(last, call):
        before = card.one_before(view.calls, last)
        again = said_card.confirmation(view, last, before, aside=figures.aside, gap=_gap(view, last))
        return in_place(event, again)
    kept = Decision(records=(call,))
    if call.is_overlay:
        told = Message(key=f"overlay:{event.key}", to=member.id, card=_for_rep(view, member, call), kind=Kind.NOTICE)
        shown_ = in_place(event, said_card.confirmation(view, call, last, aside=figures.aside))
        # What was raised about the rep's call has its answer with that.
        return kept + Decision(messages=(told,), alarms=(escalations.check_soon(member.id, event.at),)) + shown_
    unanswered = not_answered(view.own, last_word(member.id, view.calls, view.remarks))
    fell = escalations.drop((*unanswered, call), event.at)
    # One that is asked about is often a slip: the rules wait until it would no longer count as one.
    at = event.at + escalations.SLIP if view.below_won(call) else event.at
    gap = _gap(view, call)
    confirmed = said_card.confirmation(view, call, last, aside=figures.aside, fell=fell, gap=gap)
    return kept + Decision(alarms=(escalations.check_soon(member.id, at),)) + in_place(event, confirmed)


def _too_low(view: View, call: Call) -> View:
    """A rep's own is kept and asked about; one about somebody else would reach them before it could be put right."""
    typed = {"commit": str(call.commit.amount), "best": str(call.best_case.amount), "reason": call.reason}
    error = t("{won} is won already, and a commit counts it in: it can’t be less. Nothing was changed.", won=view.won)
    return replace(view, typed=typed, errors={"commit": error})


def _gap(view: View, call: Call) -> Gap | None:
    """To ask about: wide, and not yet answered for these figures."""
    if call.is_overlay:
        return None
    it = view.stands
    if it.call is not None and it.call.same_figures(call) and it.evidence:
        return None
    found = gaps(call, expected(view))
    return found.wide if found else None


def _for_rep(view: View, member: Member, call: Call) -> Card:
    return said_card.overlaid(replace(view, reader=member), call)


def _twice(last: Call, call: Call) -> bool:
    same = replace(call, called_at=last.called_at) == last
    return same and call.called_at - last.called_at <= DOUBLE_PRESS


# --- what it rests on ------------------------------------------------------------------------------------------------
def _evidence(view: View, event: Pressed) -> Decision:
    """Of the figures that stand: the button names a call, and words about others would be read as about these."""
    last = view.last
    if not _own(view) or last is None or _over(view, event) or not _is_about(view, event, last):
        return in_place(event, shown(view))
    words, deal, criterion = (event.fields.get(name, "").strip() for name in ("evidence", "deal", "criterion"))
    errors = _wrong(view, words, deal, criterion)
    gap = _wide(view, last)
    if errors and gap:
        return in_place(event, said_card.evidence_form(replace(view, typed=event.fields, errors=errors), last, gap))
    if errors:
        return in_place(event, shown(view))
    said = _remark(view, event, RemarkKind.EVIDENCE, last, words, deal)
    if any((it.text, it.opportunity) == (said.text, said.opportunity) for it in view.stands.evidence):
        return in_place(event, said_card.evidence_kept(view, said))
    on_deal = _on_deal(said, criterion) if deal and criterion else ()
    return Decision(records=(said, *on_deal)) + in_place(event, said_card.evidence_kept(view, said))


def _is_about(view: View, event: Pressed, last: Call) -> bool:
    """The last call, or an earlier one with the same figures."""
    named = next((it for it in view.own if it.id == event.args.get("call")), None)
    return named is not None and named.same_figures(last)


def _wide(view: View, call: Call) -> Gap | None:
    found = gaps(call, expected(view))
    return found.wide or found.commit if found else None


def _wrong(view: View, words: str, deal: str, criterion: str) -> Mapping[str, str]:
    errors = {}
    if not words:
        errors["evidence"] = t("A line is enough: which deal, and what was said?")
    elif len(words) > LONGEST:
        errors["evidence"] = t(
            "That is {n} characters; the {most} that matter most will do.", n=len(words), most=LONGEST
        )
    if deal and deal not in said_card.nameable(view):
        errors["deal"] = t("That deal isn’t among yours in this period.")
    if criterion and playbook(view.company).criterion(criterion) is None:
        errors["criterion"] = t("That is none of the things that are known of a deal here.")
    if criterion and not deal:
        errors["deal"] = t("Of which deal does it show that?")
    return errors


def _too_long(words: str) -> str:
    return t("That is {n} characters; the {most} that matter most will do.", n=len(words), most=LONGEST)


def _on_deal(said: Remark, criterion: str) -> tuple[Evidence, ...]:
    """Known of the deal from then on, wherever it is asked about."""
    return (
        Evidence(
            opportunity=said.opportunity,
            criterion=criterion,
            answer=Answer.YES,
            quote=said.text,
            by=said.by,
            at=said.at,
        ),
    )


def _remark(  # noqa: PLR0917 - what a remark is made of, in its order
    view: View, event: Pressed, kind: RemarkKind, call: Call, text: str = "", deal: str = ""
) -> Remark:
    return Remark(
        member=call.member,
        period=str(view.period),
        call=call.id,
        kind=kind,
        by=view.reader.id,
        at=event.at,
        text=text,
        opportunity=deal,
    )


# --- agreeing --------------------------------------------------------------------------------------------------------
def _agreed(view: View, event: Pressed) -> Decision:
    """The manager's yes to exactly the call they saw; of another one by now they are told, and nothing is agreed.

    `view` is everybody's: what is shown afterwards is what else waits for a yes.
    """
    if view.reader.role is not Role.MANAGER:
        return in_place(event, note(_whose_yes()))
    rep = next((it for it in view.company.reps if it.id == event.args.get("member")), None)
    if rep is None or _over(view, event):
        return in_place(event, shown(view))
    it, seen = view.stand_of(rep.id), event.args.get("call", "")
    if it.state is State.AGREED and _means(view, rep, it.call, seen):
        return in_place(event, shown(view))
    if it.call is None or it.call.id != seen:
        return in_place(event, led_by(_changed_meanwhile(view, rep, it.call, seen), shown(view)))
    said = _remark(view, event, RemarkKind.AGREED, it.call)
    told = said_card.agreed(replace(view, reader=rep), it.call, view.reader.id)
    # Two managers at once are one piece of news; the same yes after a figure in between is another.
    words = sum(one.is_overlay and one.member == rep.id for one in view.calls)
    message = Message(key=f"agreed:{it.call.id}:{words}", to=rep.id, card=told, kind=Kind.NOTICE)
    after = shown(replace(view, remarks=(*view.remarks, said)))
    settled = (escalations.check_soon(rep.id, event.at),)
    return Decision(records=(said,), messages=(message,), alarms=settled) + in_place(event, after)


def _means(view: View, rep: Member, last: Call | None, seen: str) -> bool:
    """Whether a tap on an earlier call says yes to the figures of the last one."""
    named = next((it for it in view.own if it.id == seen and it.member == rep.id), None)
    return named is not None and last is not None and named.same_figures(last)


def _changed_meanwhile(view: View, rep: Member, last: Call | None, seen: str) -> str:
    """What was looked at isn't what is called any more."""
    before = next((it for it in view.own if it.id == seen and it.member == rep.id), None)
    if before is None or last is None:
        return t("That call isn’t there any more, so nothing was agreed to. This is how it stands.")
    if before.same_figures(last):
        return t("{name} has said the same again since; here it is, for your yes.", name=view.company.called(rep))
    return t(
        "{name} has changed the call since, from {before} to {after}, so nothing was agreed to. This is how it stands.",
        name=view.company.called(rep),
        before=before.commit,
        after=last.commit,
    )


# --- answering -------------------------------------------------------------------------------------------------------
def _answered(view: View, event: Pressed) -> Decision:
    """To the figure that lies beside; to an older one there is nothing to say any more."""
    it = view.stands
    words = event.fields.get("answer", "").strip()
    if not _own(view) or _over(view, event) or it.overlay is None or it.overlay.id != event.args.get("call"):
        return in_place(event, shown(view))
    if not words or len(words) > LONGEST:
        error = _too_long(words) if words else t("Write a line first; sending nothing says nothing.")
        again = replace(view, typed=event.fields, errors={"answer": error})
        return in_place(event, said_card.overlaid(again, it.overlay))
    said = _remark(view, event, RemarkKind.ANSWER, it.overlay, words)
    thanks = in_place(event, said_card.answer_kept(view, said, it.overlay.by))
    if it.answer is not None and it.answer.text == words:
        return thanks
    return Decision(records=(said,)) + _to_manager(view, event, it.overlay, said) + thanks


def _to_manager(view: View, event: Pressed, overlay: Call, said: Remark) -> Decision:
    """To whoever set the figure, or to the manager there is by now."""
    author = view.company.member(overlay.by)
    to = author if author and author.active and author.role is Role.MANAGER else view.company.manager
    if to is None:
        return NOTHING
    told = said_card.answered(replace(view, reader=to), overlay, said)
    return Decision(messages=(Message(key=f"answer:{event.key}", to=to.id, card=told, kind=Kind.NOTICE),))
