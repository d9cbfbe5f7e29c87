"""Qualifying: one good question about one deal at a time, its answer kept as evidence, and the deal's own card."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, assert_never

from coaching import cadence, qualify_card
from coaching.book import open_of
from coaching.card import Card, note
from coaching.chosen import unanswered
from coaching.company import Company
from coaching.deal_card import DealView, deal_card, maths
from coaching.deal_facts import deal_view, named_in
from coaching.decision import NOTHING, Decision, Kind, Message
from coaching.escalations import check_soon
from coaching.events import Commanded, Event, Imported, PersonEvent, Planned, Pressed, Rang, Said
from coaching.heard import ALL
from coaching.language import t
from coaching.majors_answers import dropped, let_go, let_go_unasked
from coaching.one_question import taken_on
from coaching.people import Member, Role
from coaching.qualification import ANY, Answer, Asked, Evidence, qualified
from coaching.qualify_card import LONGEST, Typed
from coaching.qualifying import Choice, Turn, asks, choose, deals_of, next_ask
from coaching.review_times import week_of as monday_of
from coaching.reviewed import REMEMBERED, taken_back
from coaching.routine import Routine, asked, in_place

if TYPE_CHECKING:
    from coaching.chosen import Choice as Proposed
    from coaching.opportunities import Opportunity
    from coaching.ports import Holidays, Records
    from coaching.reviewed import Reviewed

_LET_GO = tuple(re.compile(it, re.IGNORECASE) for heard in ALL for it in heard.let_go)
FORTNIGHT = timedelta(days=14)
SHORTEST = 3
"""Letters of a name that may stand for all of it."""
AHEAD = timedelta(days=cadence.FAR + 20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Whose turns are to be set."""

    company: Company
    holidays: frozenset[date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Whoever speaks about a deal. `view` is the deal they may see; else `found` are those their words may mean."""

    reader: Member
    now: datetime
    view: DealView | None = None
    found: tuple[Opportunity, ...] = ()
    wanted: str = ""
    let_go: tuple[Reviewed, ...] = ()
    """What the reader said of that deal when letting it go, where they would go on with it."""
    dropped: tuple[Proposed, ...] = ()
    """The same, where the coach had proposed it."""
    dropping: bool = False
    """The reader lets a deal go, in words or by a tap."""
    proposed: Proposed | None = None
    """What the coach proposed this week about the deal that is let go."""


# --- gather --------------------------------------------------------------------------------------------------------
def gather(records: Records, event: Event, holidays: Holidays) -> Plan | Turn | Desk | Member | None:
    """A rep's open deals when their turn comes; one deal when somebody speaks about it."""
    match event:
        case Planned():
            return Plan(company=records.company, holidays=_away(records, event.at, holidays))
        case Imported():
            return None
        case Rang(subject=subject):
            member = records.company.member(subject)
            return _turn(records, member, event.at, holidays) if member and asks(member) else member
        case Pressed() | Said() | Commanded():
            return _desk(records, event)
        case _:
            assert_never(event)


def _away(records: Records, now: datetime, holidays: Holidays) -> frozenset[date]:
    return holidays(records.company.country, now.date() - timedelta(days=1), now.date() + AHEAD)


def _turn(records: Records, member: Member, now: datetime, holidays: Holidays) -> Turn:
    today = cadence.local_day(now, member.tz)
    before = records.asked(today - FORTNIGHT, member.id)
    return Turn(
        company=records.company,
        member=member,
        today=today,
        now=now,
        holidays=_away(records, now, holidays),
        deals=deals_of(open_of(records, today, member.id), records.evidence(), before),
        asked=before,
        taken=taken_on(records, today, member.id),
    )


def _desk(records: Records, event: PersonEvent) -> Desk | None:
    reader = records.company.member(event.member)
    if reader is None or not reader.active:
        return None
    desk = _asked_for(reader, event)
    found = _named(records, reader, event, desk.wanted)
    if not found and desk.dropping:
        # “Drop Globex a line” names a deal, and lets none go.
        mentioned = named_in(desk.wanted, _seen_by(records, reader))
        found, desk = ((mentioned,), replace(desk, dropping=False)) if mentioned else ((), desk)
    elif not isinstance(event, Pressed) and len(found) == 1 and _is_too_short(found[0], desk.wanted):
        return replace(desk, found=found)
    if len(found) != 1:
        return replace(desk, found=found)
    desk = replace(desk, view=deal_view(records, reader, found[0], event.at))
    if desk.dropping:
        return replace(desk, proposed=_this_weeks(records, desk, found[0].id))
    return _resuming(records, desk, found[0].id) if _presses(event, "qualify.resume") else desk


def _asked_for(reader: Member, event: PersonEvent) -> Desk:
    if isinstance(event, Pressed):
        return Desk(reader=reader, now=event.at, dropping=_presses(event, "qualify.drop"))
    gone = let_go_in(event.text)
    return Desk(reader=reader, now=event.at, wanted=gone or asked(event)[1], dropping=gone is not None)


def _presses(event: PersonEvent, action: str) -> bool:
    return isinstance(event, Pressed) and event.action == action


def let_go_in(text: str) -> str | None:
    """What a message calls the deal that it lets go; None for any other."""
    flat = " ".join(text.split()).rstrip(".!")
    found = next((it for pattern in _LET_GO if (it := pattern.fullmatch(flat))), None)
    return found["deal"] if found else None


def _this_weeks(records: Records, desk: Desk, deal: str) -> Proposed | None:
    today = cadence.local_day(desk.now, desk.reader.tz)
    found = records.choices(monday_of(today), today, desk.reader.id)
    return next((it for it in found if it.opportunity == deal), None)


def _resuming(records: Records, desk: Desk, deal: str) -> Desk:
    today, who = cadence.local_day(desk.now, desk.reader.tz), desk.reader.id
    since = today - REMEMBERED
    said = (it for it in records.reviewed(since, today, who) if it.opportunity == deal)
    choices = (it for it in records.choices(since, today, who) if it.opportunity == deal)
    return replace(
        desk,
        let_go=tuple(it for it in said if it.let_go and it.confirmed_on is None),
        dropped=tuple(it for it in choices if it.dropped),
    )


def _named(records: Records, reader: Member, event: PersonEvent, wanted: str) -> tuple[Opportunity, ...]:
    if isinstance(event, Pressed):
        it = records.opportunity(event.args.get("deal", ""))
        return (it,) if it and _may_see(reader, it) else ()
    return _meant(_seen_by(records, reader), wanted)


def _seen_by(records: Records, reader: Member) -> tuple[Opportunity, ...]:
    return records.open_opportunities(reader.id if reader.role is Role.REP else None)


def _may_see(reader: Member, it: Opportunity) -> bool:
    return reader.role is not Role.REP or it.member == reader.id


def _meant(deals: tuple[Opportunity, ...], wanted: str) -> tuple[Opportunity, ...]:
    """By id, else by its whole name, else by part of it."""
    text = " ".join(wanted.casefold().split())
    if not text:
        return ()
    exact = tuple(it for it in deals if text in {it.id.casefold(), it.title.casefold()})
    return exact or tuple(it for it in deals if text in it.title.casefold() or text in it.account.casefold())


def _is_too_short(it: Opportunity, wanted: str) -> bool:
    """A letter or two are in some name by chance; a whole word (“HP”) is meant."""
    text = " ".join(wanted.casefold().split())
    words = {it.id.casefold(), *f"{it.title} {it.account}".casefold().split()}
    return len(text) < SHORTEST and (text not in words or len(text) < 2) and text != it.id.casefold()


# --- decide --------------------------------------------------------------------------------------------------------
def decide(facts: Plan | Turn | Desk | Member | None, event: Event) -> Decision:
    """What follows from the event."""
    match event, facts:
        case Planned(), Plan():
            reps = facts.company.members
            return Decision(alarms=tuple(next_ask(facts.company, it, event.at, facts.holidays) for it in reps))
        case Rang(), Turn():
            return _asked(facts)
        case Pressed(), Desk():
            return _pressed(facts, event)
        case ((Said() | Commanded()), Desk()):
            return _said(facts, event)
        case _:
            return NOTHING


def _asked(turn: Turn) -> Decision:
    again = Decision(alarms=(next_ask(turn.company, turn.member, turn.now, turn.holidays),))
    found = choose(turn)
    if found is None:
        return again
    deal = found.deal.opportunity
    key = f"qualify:{turn.member.id}:{turn.today.isoformat()}"
    card = qualify_card.question(found, turn.today)
    kept = Asked(member=turn.member.id, opportunity=deal.id, criterion=found.item.criterion.id, on=turn.today)
    return again + Decision(
        records=(kept,), messages=(Message(key=key, to=turn.member.id, card=card, kind=Kind.REVIEW),)
    )


def _said(desk: Desk, event: PersonEvent) -> Decision:
    if desk.dropping and desk.view and desk.reader.role is not Role.ADMIN:
        return _dropped(desk, desk.view, event)
    return Decision(reply=_shown(desk))


def _shown(desk: Desk) -> Card:
    if desk.reader.role is Role.ADMIN:
        return note(t("Deals are for the reps, the manager and the owner."))
    return deal_card(desk.view) if desk.view else qualify_card.which(desk.found, desk.wanted, dropping=desk.dropping)


def _pressed(desk: Desk, event: Pressed) -> Decision:
    view = desk.view
    if view is None or desk.reader.role is Role.ADMIN:
        return in_place(event, qualify_card.gone())
    match event.action:
        case "qualify.deal":
            return Decision(reply=deal_card(view))
        case "qualify.maths":
            return Decision(
                reply=Card(t("The maths of {title}", title=view.deal.opportunity.title), (maths(view.found),))
            )
        case "qualify.keep":
            return _kept(view, event)
        case "qualify.drop":
            return _dropped(desk, view, event)
        case "qualify.resume":
            return _resumed(desk, view, event)
        case "qualify.help":
            return in_place(event, _question(view, event, tactics=True, errors={}))
        case "qualify.later":
            return in_place(event, qualify_card.later(view.deal.opportunity))
        case "qualify.add":
            return _added(view, event)
        case "qualify.pass":
            return _passed(view, event)
        case _:
            return Decision(reply=note(t("That button is from an earlier version. Say “deal” and its name.")))


def _question(view: DealView, event: Pressed, *, tactics: bool, errors: dict[str, str]) -> Card:
    item = next((it for it in view.found.items if it.criterion.id == event.args.get("criterion")), None)
    if item is None:
        return deal_card(view)
    times = int(event.args["times"]) if event.args.get("times", "").isdecimal() else 0
    shown = Typed(fields=event.fields, errors=errors, tactics=tactics)
    return qualify_card.question(Choice(view.deal, view.found, item, times), view.today, shown)


def _kept(view: DealView, event: Pressed) -> Decision:
    """The answer, or what it lacks, with everything that was typed."""
    found, errors = _evidence(view, event, event.args.get("criterion", ""))
    if found is None:
        return in_place(event, _question(view, event, tactics="tactic" in event.fields, errors=errors))
    return _written(view, event, found)


def _dropped(desk: Desk, view: DealView, event: PersonEvent) -> Decision:
    """Let go as by a tap on what the coach proposed; its card has the way back."""
    it = view.deal.opportunity
    if it.member != desk.reader.id:
        return in_place(event, qualify_card.not_yours_to_drop(it, view.company))
    if it.id in view.told.let_go or not it.is_open:
        return in_place(event, deal_card(view))
    choice = dropped(desk.proposed, desk.now) if desk.proposed else None
    kept = let_go(choice) if choice else let_go_unasked(it, desk.reader.id, view.today, desk.now)
    after = deal_card(replace(view, told=replace(view.told, let_go={it.id: view.today})))
    records = (choice, kept) if choice else (kept,)
    return Decision(records=records, alarms=(check_soon(desk.reader.id, desk.now),)) + in_place(
        event, qualify_card.dropped(it, after)
    )


def _resumed(desk: Desk, view: DealView, event: Pressed) -> Decision:
    """What was said in letting it go is taken back, and the deal counts again; the rules look at it anew."""
    back = tuple(taken_back(it) for it in desk.let_go)
    kept = tuple(unanswered(it) for it in desk.dropped)
    if not back:
        return in_place(event, deal_card(view))
    shown = in_place(event, deal_card(replace(view, told=replace(view.told, let_go={}))))
    return Decision(records=(*back, *kept), alarms=(check_soon(desk.reader.id, desk.now),)) + shown


def _added(view: DealView, event: Pressed) -> Decision:
    found, errors = _evidence(view, event, event.fields.get("criterion", ""))
    if found is None:
        return in_place(event, deal_card(replace(view, typed=Typed(fields=event.fields, errors=errors))))
    evidence = (*view.deal.evidence, found)
    deal = replace(view.deal, evidence=evidence)
    after = replace(view, deal=deal, found=qualified(view.company, view.found.playbook, deal, view.today))
    return Decision(records=(found,)) + in_place(event, deal_card(after))


def _evidence(view: DealView, event: Pressed, criterion: str) -> tuple[Evidence | None, dict[str, str]]:
    said = {name: event.fields.get(name, "").strip() for name in ("answer", "quote", "source", "tactic")}
    errors = {}
    if view.found.playbook.criterion(criterion) is None:
        errors["criterion"] = t("Choose what it is about.")
    if said["answer"] not in set(Answer):
        errors["answer"] = t("Choose one, please.")
    if said["answer"] in {Answer.YES, Answer.PARTLY} and not said["quote"]:
        errors["quote"] = t("What did they say? A few of their words are enough.")
    if len(said["quote"]) > LONGEST:
        errors["quote"] = t(
            "That is {n} characters; {most} are kept. Which part matters?", n=len(said["quote"]), most=LONGEST
        )
    if errors:
        return None, errors
    found = Evidence(
        opportunity=view.deal.opportunity.id,
        criterion=criterion,
        answer=Answer(said["answer"]),
        by=view.reader.id,
        at=event.at,
        quote=said["quote"],
        source=said["source"][:400],
        tactic=said["tactic"][:LONGEST],
    )
    return found, {}


def _written(view: DealView, event: Pressed, found: Evidence) -> Decision:
    deal = replace(view.deal, evidence=(*view.deal.evidence, found))
    now = qualified(view.company, view.found.playbook, deal, view.today)
    item = next(it for it in now.items if it.criterion.id == found.criterion)
    return Decision(records=(found,)) + in_place(event, qualify_card.kept(deal, now, item))


def _passed(view: DealView, event: Pressed) -> Decision:
    """The manager's word over a shut gate, with the reason; kept like everything else."""
    if view.reader.role is not Role.MANAGER:
        return in_place(event, deal_card(view))
    why = event.fields.get("quote", "").strip()[:LONGEST]
    if not why:
        errors = {"quote": t("Why may it be in Commit although this is missing? A sentence is enough.")}
        return in_place(event, deal_card(replace(view, typed=Typed(fields=event.fields, errors=errors))))
    word = Evidence(
        opportunity=view.deal.opportunity.id,
        criterion=ANY,
        answer=Answer.YES,
        by=view.reader.id,
        at=event.at,
        quote=why,
    )
    deal = replace(view.deal, evidence=(*view.deal.evidence, word))
    after = replace(view, deal=deal, found=qualified(view.company, view.found.playbook, deal, view.today))
    return Decision(records=(word,)) + in_place(event, deal_card(after))


ROUTINE = Routine(
    name="qualify",
    gather=gather,
    decide=decide,
    words=frozenset({"deal"}),
    hears=lambda text: let_go_in(text) is not None,
    refreshed=True,
)
