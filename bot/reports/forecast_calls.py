"""The calls of a period: whose word stands, how far each is from the coach's, what is agreed and what was locked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.reports.report import instant, number
from coaching.agreed import AgreedForecast, Stand, State, Sum, stand, summed
from coaching.card import Bold, Bullets, Element, Heading, Maths, Span, Spans, Table, quiet
from coaching.company import Company
from coaching.disagreement import OVER, Gap, Gaps, gaps
from coaching.forecast_card import moved, one_before, recalled, step
from coaching.forecast_times import last_lock, next_lock
from coaching.forecast_view import gap_maths, signed
from coaching.forecasts import TEAM, Call, Locked, Remark
from coaching.language import t, tn
from coaching.money import Money
from coaching.numbers.outlook import Outlook
from coaching.opportunities import Opportunity
from coaching.people import Member
from coaching.phrases import listed, quoted, stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """Everything that was said about a period up to `until`, oldest first."""

    company: Company
    until: datetime
    calls: Sequence[Call]
    remarks: Sequence[Remark]
    locks: Sequence[Locked]
    agreed: AgreedForecast
    outlook: Outlook
    won: Mapping[str, Money]
    held: Sequence[Opportunity]
    """Deals that may not be in Commit until more is known."""

    def stand(self, rep: Member) -> Stand:
        """Whose word stands."""
        return stand(rep.id, self.calls, self.remarks)

    def gaps(self, it: Stand) -> Gaps | None:
        """To the coach's range as it is on that day."""
        return gaps(it.call, self.outlook) if it.call else None

    def won_by(self, rep: Member) -> Money:
        """So far."""
        return self.won.get(rep.id, Money(0, self.company.currency))

    def below_won(self, rep: Member) -> bool:
        """Whether what is won has gone past the commit."""
        call, won = self.stand(rep).call, self.won_by(rep)
        return call is not None and call.commit.currency == won.currency and call.commit < won

    def called_this_week(self, rep: Member) -> bool:
        """Since the last lock."""
        call = self.stand(rep).call
        return call is not None and call.called_at > last_lock(self.company, self.until)


# --- for a program -------------------------------------------------------------------------------------------------
def member_data(it: Calls, rep: Member) -> Mapping[str, Any]:
    """What stands for one rep, beside the keys of the contract."""
    found = it.stand(rep)
    mine = [one for one in it.locks if one.member == rep.id]
    return {
        "state": found.state.value,
        "stands": number(found.commit),
        "agreed": {"by": found.agreed.by, "at": instant(found.agreed.at)} if found.agreed else None,
        "overlay": {**call_data(found.overlay), "by": found.overlay.by} if found.overlay else None,
        "answer": found.answer.text if found.answer else "",
        "gap": _gaps(it.gaps(found)),
        "evidence": [
            {"text": one.text, "opportunity": one.opportunity, "at": instant(one.at)} for one in found.evidence
        ],
        "won": number(it.won_by(rep)),
        "below_won": it.below_won(rep),
        "called_this_week": it.called_this_week(rep),
        "held": [one.id for one in it.held if one.member == rep.id],
        "locks": [locked_data(one) for one in mine],
    }


def call_data(it: Call) -> dict[str, Any]:
    """One call."""
    return {
        "commit": number(it.commit),
        "best_case": number(it.best_case),
        "reason": it.reason,
        "called_at": instant(it.called_at),
    }


def _gaps(it: Gaps | None) -> Mapping[str, Any] | None:
    if it is None:
        return None
    asks = it.wide.of.value if it.wide else None
    return {"commit": _gap(it.commit), "best_case": _gap(it.best_case), "asks_about": asks}


def _gap(it: Gap) -> Mapping[str, Any]:
    share = None if it.share is None else round(it.share, 4)
    return {"coach": number(it.coachs), "by": number(it.by), "share": share}


def locked_data(it: Locked) -> Mapping[str, Any]:
    """One row of a lock."""
    return {
        "on": it.on.isoformat(),
        "at": instant(it.at),
        "commit": number(it.commit),
        "best_case": number(it.best_case),
        "overlay_commit": number(it.overlay_commit),
        "overlay_best_case": number(it.overlay_best),
        "agreed_by": it.agreed_by,
        "won": number(it.won),
        "expected": number(it.expected),
        "p10": number(it.p10),
        "p50": number(it.p50),
        "p90": number(it.p90),
    }


def agreed_data(it: Calls) -> Mapping[str, Any]:
    """Of the team: what stands, what was locked, what has changed since."""
    found = it.agreed
    return {
        "now": _sum(found.now),
        "locked": _sum(found.locked) if found.locked else None,
        "locked_at": instant(found.locked_at),
        "change": number(found.change),
        "before": _sum(found.before) if found.before else None,
        "week_change": number(found.week_change),
        "moved": [
            {"member": one.member, "before": number(one.before), "after": number(one.after)} for one in found.moved
        ],
        "recalled": [
            {
                "member": one.member,
                "before": number(one.commit_before),
                "after": number(one.commit),
                "best_before": number(one.best_before),
                "best_after": number(one.best_case),
                "beside": number(one.beside),
            }
            for one in found.recalled
        ],
        "next_lock_at": instant(next_lock(it.company, it.until)),
        "coach_at_lock": [locked_data(one) for one in it.locks if one.member == TEAM],
    }


def _sum(it: Sum) -> Mapping[str, Any]:
    return {
        "commit": number(it.commit),
        "best_case": number(it.best_case),
        "own_commit": number(it.own_commit),
        "reps": it.reps,
        "called": it.by_themselves,
        "agreed": it.agreed,
        "overlaid": it.overlaid,
    }


# --- for a person --------------------------------------------------------------------------------------------------
def calls_told(it: Calls) -> tuple[Element, ...]:
    """Each rep's call, the manager's word about it, and the distance to the coach; then what was said."""
    head = (
        t("Member"),
        t("Commit"),
        t("Best case"),
        t("Manager’s"),
        t("Agreed"),
        t("Coach’s middle"),
        t("Gap"),
        t("Called on"),
    )
    rows = tuple(_row(it, rep) for rep in it.company.reps)
    words = tuple(found for rep in it.company.reps if (found := _words(it, rep)))
    return (
        Heading(t("Calls")),
        Table(head, rows, frozenset({1, 2, 3, 5, 6})),
        quiet(t("A call is what lands in all, what is won counted in; the manager’s lies beside it, never over it.")),
        *_missing(it),
        *((Bullets(words),) if words else ()),
        *_gap_maths(it),
    )


def _missing(it: Calls) -> tuple[Element, ...]:
    late = [rep.name for rep in it.company.reps if not it.called_this_week(rep)]
    text = t("Not called since the last lock: {names}.", names=listed(late, len(late)))
    return (quiet(text),) if late and it.calls else ()


def _row(it: Calls, rep: Member) -> tuple[Spans, ...]:
    found = it.stand(rep)
    manager = str(found.overlay.commit) if found.overlay else ""
    if found.call is None:
        return ((rep.name,), (t("not called"),), ("",), (manager,), ("",), ("",), ("",), ("",))
    gap, at = it.gaps(found), found.call.called_at.astimezone(rep.tz)
    off: Span = "" if gap is None else Bold(signed(gap.commit)) if gap.wide else signed(gap.commit)
    return (
        (rep.name,),
        (str(found.call.commit),),
        (str(found.call.best_case),),
        (manager,),
        (_agreed(found),),
        (str(gap.commit.coachs) if gap else "",),
        (off,),
        (f"{at:%Y-%m-%d}",),
    )


def _agreed(it: Stand) -> str:
    match it.state:
        case State.AGREED:
            return t("yes")
        case State.CHANGED:
            return t("open again")
        case _:
            return t("no")


def _words(it: Calls, rep: Member) -> Spans:
    found, said = it.stand(rep), []
    if found.call and found.call.reason:
        said.append(f"{quoted(found.call.reason)}.")
    if found.overlay and found.overlay.reason:
        said.append(t("The manager: “{words}”.", words=found.overlay.reason))
    if found.answer:
        said.append(t("Answered: “{words}”.", words=found.answer.text))
    said += [t("It rests on: “{words}”.", words=one.text) for one in found.evidence]
    gap = it.gaps(found)
    if gap and gap.wide and not found.evidence:
        said.append(t("More than {over} % from the coach; asked what it rests on.", over=OVER))
    if found.call and it.below_won(rep):
        said.append(t("{won} is won by now, more than the commit.", won=it.won_by(rep)))
    held = [one.title for one in it.held if one.member == rep.id]
    if held:
        said.append(t("Out of Commit until more is known: {names}.", names=listed(held)))
    return (Bold(f"{rep.name}: "), " ".join(said)) if said else ()


def _gap_maths(it: Calls) -> tuple[Maths, ...]:
    """Of the first rep's, the formula being everybody’s."""
    found = [(rep, gap) for rep in it.company.reps if (gap := it.gaps(it.stand(rep)))]
    if not found:
        return ()
    made = gap_maths(found[0][1])[0]
    inputs = tuple((rep.name, f"{made_of(gap.commit)}; {made_of(gap.best_case)}") for rep, gap in found)
    return (
        Maths(
            figure=t("the gaps to the coach"),
            value=t("as in the table"),
            formula=made.formula,
            inputs=inputs,
            n=tn("{n} forecast call", "{n} forecast calls", len(found)),
            uncertainty=made.uncertainty,
        ),
    )


def made_of(it: Gap) -> str:
    """`$120,000 against $100,000, +20 %`."""
    return t("{called} against {coachs}, {gap}", called=it.called, coachs=it.coachs, gap=signed(it))


# --- locks -----------------------------------------------------------------------------------------------------------
def locks_told(it: Calls) -> tuple[Element, ...]:
    """What was locked week by week, and what has changed since the last."""
    at = next_lock(it.company, it.until).astimezone(it.company.tz)
    ahead = t("The next lock is on {moment}.", moment=stamp(at))
    days = sorted({one.on for one in it.locks})
    title = Heading(t("Locked, week by week"))
    if not days:
        return (title, quiet(t("Nothing of this period is locked yet."), " ", ahead))
    head = (t("Locked on"), t("Commit"), t("Change"), t("Agreed"), t("The coach"))
    rows = tuple(_lock_row(it, day, days) for day in days)
    return (title, Table(head, rows, frozenset({1, 2, 3})), *_since(it), quiet(ahead))


def _lock_row(it: Calls, day: date, days: Sequence[date]) -> tuple[Spans, ...]:
    rows = [one for one in it.locks if one.on == day]
    found = summed(rows, it.company)
    at = days.index(day)
    before = summed([one for one in it.locks if one.on == days[at - 1]], it.company) if at else None
    change = _change(before, found)
    team = next((one for one in rows if one.member == TEAM and one.p10 is not None), None)
    coachs = t("{low} to {high}, middle {middle}", low=team.p10, high=team.p90, middle=team.p50) if team else ""
    return (
        (stamp(rows[0].at.astimezone(it.company.tz)),),
        (str(found.commit) if found.commit is not None else t("not called"),),
        (change,),
        (t("{agreed} of {reps}", agreed=found.agreed, reps=found.reps),),
        (coachs,),
    )


def _change(before: Sum | None, now: Sum) -> str:
    if before is None or before.commit is None or now.commit is None:
        return ""
    return moved(before.commit, now.commit)


def _since(it: Calls) -> tuple[Element, ...]:
    found = it.agreed
    if found.locked is None:
        return ()
    if not found.has_changed:
        return (quiet(t("Nothing has changed since the last lock.")),)
    stands = (_moved(it, one.member, one.before, one.after) for one in found.moved)
    lines = (*stands, *((_name(it, one.member), recalled(one)) for one in found.recalled))
    return (quiet(t("Changed since the last lock:")), Bullets(lines))


def _name(it: Calls, member: str) -> Bold:
    rep = it.company.member(member)
    return Bold(f"{rep.name if rep else member}: ")


def _moved(it: Calls, member: str, before: Money | None, after: Money | None) -> Spans:
    name = _name(it, member)
    if before is None or after is None:
        return name, t("called {after}", after=after) if before is None else t("{before} is gone", before=before)
    change = moved(before, after)
    return name, t("{before} to {after}, {change}", before=before, after=after, change=change)


# --- how calls moved -------------------------------------------------------------------------------------------------
def history_told(it: Calls) -> tuple[Element, ...]:
    """Every call that isn't a member's only one, with its difference to the one before by the same person."""
    rows = tuple(_call_row(it, rep, one) for rep in it.company.reps for one in it.calls if one.member == rep.id)
    if len(rows) <= len(it.company.reps):
        return ()
    head = (t("Member"), t("Called at"), t("By"), t("Commit"), t("Change"), t("Best case"), t("Reason"))
    return (Heading(t("How calls moved")), Table(head, rows, frozenset({3, 4, 5})))


def _call_row(it: Calls, rep: Member, call: Call) -> tuple[Spans, ...]:
    before, by = one_before(it.calls, call), it.company.member(call.by)
    at = call.called_at.astimezone(by.tz if by else it.company.tz)
    who = it.company.called(by) if by else call.by
    return (
        (rep.name,),
        (stamp(at),),
        (who,),
        (str(call.commit),),
        (step(before, call) if before else t("first"),),
        (str(call.best_case),),
        (call.reason,),
    )
