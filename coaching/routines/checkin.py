"""The daily check-in: asked in a member's own morning, answered in a minute, never held against anyone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import assert_never

from coaching import away, cadence, help_wanted
from coaching import checkin_card as card
from coaching import checkin_times as times
from coaching.card import Action, Buttons, Card, note, say
from coaching.checkin_answer import COMMITMENT, Answer, Unreadable, as_planned, kept, read
from coaching.checkin_back import with_a_look_back
from coaching.checkin_plan import Facts, fresh
from coaching.checkin_rings import plan_of, rung
from coaching.checkin_shown import may_wait, on_the_first_card, on_the_pressed_card, settled, show
from coaching.checkin_times import Plan
from coaching.checkin_words import is_answer, laid_over, understood, unplaced
from coaching.checkins import CheckIn, CheckInStatus, Commitment
from coaching.company import Company
from coaching.deal_card import DealView, deal_card
from coaching.deal_facts import deal_view, named_in
from coaching.decision import NOTHING, Alarm, Decision
from coaching.escalations import check_soon
from coaching.events import Commanded, Event, Imported, PersonEvent, Planned, Pressed, Rang, Said
from coaching.language import t
from coaching.near import near
from coaching.numbers.backsolve import solved
from coaching.one_question import By, reviewed_today, taken_on
from coaching.people import Member
from coaching.phrases import listed
from coaching.ports import Holidays, Records
from coaching.qualify_card import LONGEST, Typed
from coaching.questions import shortened
from coaching.routine import Routine, asked, in_place
from coaching.standing import standing
from coaching.streaks import with_earlier
from coaching.values import value
from coaching.words import UnderstoodCheckIn
from coaching.yields import amount

REMEMBERED = timedelta(days=90)
DEALS_REMEMBERED = timedelta(days=14)
FAR = timedelta(days=420)
A_DAY = timedelta(days=1)
TODAY = frozenset({"today", "checkin", "check-in"})
PROMISING = frozenset({"checkin.promise", "checkin.promised"})
WORDS = TODAY | {"", "later", "same", "off"}


@value(frozen=True, slots=True)
class Everyone:
    """What planning needs: the newest check-in of each member."""

    company: Company
    latest: Mapping[str, CheckIn]
    holidays: frozenset[date]


@value(frozen=True, slots=True)
class NotAsked:
    """An owner, a manager without habits of their own, or one who left."""

    company: Company
    member: Member | None


@value(frozen=True, slots=True)
class Sent:
    """A whole answer to a card that was asked: what most events of a day are, and it is confirmed without any deals."""

    facts: Facts
    checkin: CheckIn
    answer: Answer


# --- gather --------------------------------------------------------------------------------------------------------
def gather(records: Records, event: Event, holidays: Holidays) -> Facts | Sent | Everyone | NotAsked | None:
    """Everybody's newest for a plan; one member's last weeks for anything else."""
    match event:
        case Planned():
            return _everyone(records, event.at, holidays)
        case Imported():
            return None
        case Rang():
            member = times.read_subject(event.subject)[0]
            facts = _with_deals(records, _facts(records, member, event.at, event.due_at, holidays))
            return _rung(records, facts, event, holidays)
        case Pressed(action="checkin.promised"):
            return _asking(records, _with_deals(records, _own(records, event, holidays)), holidays)
        case Said() | Commanded() if asked(event)[0] in TODAY:
            facts = _with_deals(records, _own(records, event, holidays))
            return _asking(records, facts, holidays)
        case Said() | Commanded():
            facts = _with_deals(records, _own(records, event, holidays))
            return _with_a_deal(records, facts, event)
        case _:
            facts = _own(records, event, holidays)
            return _whole_answer(facts, event) or _with_deals(records, facts)


def _everyone(records: Records, now: datetime, holidays: Holidays) -> Everyone:
    today = now.date()
    latest = {it.member: it for it in records.checkins(today - timedelta(days=7), today + timedelta(days=2))}
    return Everyone(records.company, latest, holidays(records.company.country, today - REMEMBERED, today + FAR))


def _facts(
    records: Records, member_id: str, now: datetime, since: datetime, holidays: Holidays, *, whole_run: bool = False
) -> Facts | NotAsked:
    company = records.company
    member = company.member(member_id)
    if member is None or not company.asks(member):
        return NotAsked(company, member)
    today = cadence.local_day(now, member.tz)
    first = (today if since is now else cadence.local_day(since, member.tz)) - REMEMBERED
    tomorrow = today + A_DAY
    checkins, before = (
        with_earlier(records, first, tomorrow, member.id)
        if whole_run
        else (records.checkins(first, tomorrow, member.id), ())
    )
    return Facts(
        company=company,
        member=member,
        today=today,
        holidays=holidays(company.country, first, today + FAR),
        checkins=checkins,
        before=before,
        commitments=records.commitments(first, today, member.id),
    )


def _own(records: Records, event: PersonEvent, holidays: Holidays) -> Facts | NotAsked:
    """For somebody who answers or looks: with the whole of their run, which they may read."""
    return _facts(records, event.member, event.at, event.at, holidays, whole_run=True)


def _with_deals(records: Records, facts: Facts | NotAsked) -> Facts | NotAsked:
    if isinstance(facts, NotAsked):
        return facts
    lately = facts.today - DEALS_REMEMBERED
    closed = records.closed_opportunities(lately, facts.today, facts.member.id)
    return replace(
        facts,
        opportunities=(*records.open_opportunities(facts.member.id), *closed),
        changes=records.changes(lately, facts.today),
    )


def _rung(records: Records, facts: Facts | NotAsked, rang: Rang, holidays: Holidays) -> Facts | NotAsked:
    if rang.alarm == times.ASK:
        return _asking(records, facts, holidays)
    day = times.read_subject(rang.subject)[1]
    if rang.alarm != times.CLOSE or isinstance(facts, NotAsked) or day is None:
        return facts
    checkin = facts.checkin(day)
    return replace(facts, reached=records.arrived(times.asking(checkin))) if checkin else facts


def _with_a_deal(records: Records, facts: Facts | NotAsked, event: Said | Commanded) -> Facts | NotAsked:
    """For words that are no check-in, but about one of their deals."""
    if isinstance(facts, NotAsked):
        return facts
    named = named_in(event.text, (it for it in facts.opportunities if it.is_open))
    return replace(facts, about=deal_view(records, facts.member, named, event.at)) if named else facts


def _asking(records: Records, facts: Facts | NotAsked, holidays: Holidays) -> Facts | NotAsked:
    """With what a card that is asked needs besides: what is left of the target, and what else they are asked."""
    return _with_taken(records, _with_target(records, facts, holidays))


def _with_taken(records: Records, facts: Facts | NotAsked) -> Facts | NotAsked:
    if isinstance(facts, NotAsked) or facts.manages:
        return facts
    if reviewed_today(facts.company, facts.member, facts.today, facts.holidays):
        return replace(facts, taken=None)
    taken = taken_on(records, facts.today, facts.member.id)
    return replace(facts, taken=frozenset(it.id for it in facts.opportunities if taken.by(it, By.CHECKIN)))


def _with_target(records: Records, facts: Facts | NotAsked, holidays: Holidays) -> Facts | NotAsked:
    """What is left of their target, for those who have one. Not where an answer is kept: that must stay cheap."""
    if isinstance(facts, NotAsked) or facts.manages:
        return facts
    company = facts.company
    if company.target(company.period(facts.today), facts.member.id) is None:
        return facts
    found = standing(records, facts.today, holidays)
    return replace(facts, solution=solved(found.positions[facts.member.id]))


def _whole_answer(facts: Facts | NotAsked, event: Event) -> Sent | None:
    if not isinstance(event, Pressed) or isinstance(facts, NotAsked) or event.action != "checkin.send":
        return None
    day = cadence.written_day(event.args.get("day", ""))
    checkin = facts.checkin(day) if day and facts.today - A_DAY <= day <= facts.today and facts.works(day) else None
    answer = read(facts, checkin, event.fields) if checkin else None
    return Sent(facts, checkin, answer) if checkin and isinstance(answer, Answer) else None


# --- decide --------------------------------------------------------------------------------------------------------
def decide(facts: Facts | Sent | Everyone | NotAsked | None, event: Event) -> Decision:
    """What follows from the event."""
    match event, facts:
        case Planned(), Everyone():
            return _planned(facts, event.at)
        case Pressed(), Sent():
            return _answered(facts.facts, facts.checkin, facts.answer, event)
        case Rang(), Facts():
            return rung(facts, event)
        case Pressed(), Facts():
            return _pressed(facts, event)
        case ((Said() | Commanded()), Facts()):
            return _written(facts, event)
        case ((Pressed() | Said() | Commanded()), NotAsked()):
            return Decision(reply=_for_others(event, facts))
        case _:
            return NOTHING


def _planned(everyone: Everyone, now: datetime) -> Decision:
    """Everybody's next, set anew; what was open of those who are no longer asked is put away."""
    plans = [
        Plan(company=everyone.company, member=it, holidays=everyone.holidays, latest=everyone.latest.get(it.id))
        for it in everyone.company.members
    ]
    put_away = (_put_away(it.member, it.latest, now) for it in plans if it.latest and not _still_asks(it, it.latest))
    return sum(put_away, Decision(alarms=tuple(it.next_ask(now) for it in plans)))


def _still_asks(plan: Plan, latest: CheckIn) -> bool:
    """Whether what waits for an answer is theirs to answer: not so of a rep's habits for whoever is a manager now."""
    if latest.status is not CheckInStatus.OPEN:
        return True
    theirs = {it.id for it in plan.company.habits_of(plan.member)}
    return plan.asks and (not latest.targets or not theirs.isdisjoint(latest.targets))


def _put_away(member: Member, it: CheckIn, now: datetime) -> Decision:
    """As if it hadn't been asked; its card, where they are still here, says so."""
    away = settled(replace(it, status=CheckInStatus.SKIPPED), withdraw=(times.message_key(it),))
    return away + on_the_first_card(it, card.not_theirs(), f"{now:%Y%m%dT%H%M%S}") if member.active else away


# --- what people press ---------------------------------------------------------------------------------------------
def _pressed(facts: Facts, event: Pressed) -> Decision:
    if event.action in PROMISING:
        return _promise(facts, event)
    day = cadence.written_day(event.args.get("day", ""))
    if day is None or day > facts.today:
        return Decision(reply=_old_button(facts))
    if facts.today - day > A_DAY:
        return Decision(reply=card.too_late(day, facts.today, facts.member.first_name))
    checkin = facts.answered_on(day)
    match event.action.partition(".")[2]:
        case "send":
            return _sent(facts, checkin, event)
        case "same":
            return _answered(facts, checkin, as_planned(facts, checkin, event.fields), event)
        case "later":
            return _later(facts, checkin, event)
        case "off":
            return _off(checkin, event)
        case "open":
            return show(checkin, event, card.form(facts, checkin))
        case "keep":
            return show(checkin, event, card.confirmation(facts, checkin, card.thanks(facts)))
        case _:
            return Decision(reply=_old_button(facts))


def _promise(facts: Facts, event: Pressed) -> Decision:
    """A promise for today from somewhere else, and nothing but that: numbers are asked for by the check-in alone."""
    checkin = facts.checkin(facts.today) or fresh(facts, facts.today)
    if event.action == "checkin.promise":
        before, words = facts.promise_of(facts.today), event.args.get("words", "").strip()
        typed = "; ".join(it for it in (before.text if before else "", words) if it)
        return in_place(event, card.promise_form(facts, typed))
    typed = event.fields.get(COMMITMENT, "").strip()
    if not typed:
        return in_place(event, card.promise_form(facts, "", t("One thing that you will do; a line is enough.")))
    if checkin.status is CheckInStatus.ANSWERED:
        answer = read(facts, checkin, {COMMITMENT: typed})
        assert isinstance(answer, Answer)
        return _answered(facts, checkin, answer, event)
    made = Commitment(member=facts.member.id, made_on=facts.today, due_on=facts.today, text=typed)
    kept = Decision(records=(made,)) + in_place(event, card.promised(made))
    return kept + _stands_in_the_check_in(facts, made, event)


def _stands_in_the_check_in(facts: Facts, made: Commitment, event: Pressed) -> Decision:
    """The card that waits for an answer shows it, so that its empty line isn't filled with something else."""
    checkin = facts.checkin(facts.today)
    if checkin is None or checkin.status is not CheckInStatus.OPEN:
        return NOTHING
    others = (it for it in facts.commitments if it.made_on != made.made_on)
    shown = card.form(replace(facts, commitments=(*others, made)), checkin, may_wait=True)
    return on_the_first_card(checkin, shown, event.key)


def _sent(facts: Facts, checkin: CheckIn, event: Pressed) -> Decision:
    answer = read(facts, checkin, event.fields)
    match answer:
        case Answer():
            return _answered(facts, checkin, answer, event)
        case Unreadable():
            waits = may_wait(checkin, event)
            form = card.form(facts, checkin, typed=event.fields, errors=answer.errors, may_wait=waits)
            return show(checkin, event, form)
        case _:
            assert_never(answer)


def _answered(facts: Facts, checkin: CheckIn, answer: Answer, event: PersonEvent, aside: str = "") -> Decision:
    """Kept and confirmed. The same answer again, from a second device, changes nothing and says nothing new."""
    records = kept(facts, checkin, answer, event.at)
    if not records and isinstance(event, Pressed):
        return on_the_pressed_card(checkin, event, card.confirmation(facts, checkin, card.thanks(facts)))
    now = records[0] if records and isinstance(records[0], CheckIn) else checkin
    first = checkin.status is not CheckInStatus.ANSWERED
    opening = (
        card.thanks(facts) if first else _changed(facts, checkin, now) if records else t("That is what I have already.")
    )
    confirmed = card.confirmation(facts, now, opening, aside)
    withdraw = () if isinstance(event, Pressed) and checkin.asked_at else (times.message_key(checkin),)
    looked_at = () if facts.manages else (check_soon(now.member, event.at),)
    return settled(now, records, withdraw, looked_at) + show(now, event, confirmed)


def _changed(facts: Facts, before: CheckIn, now: CheckIn) -> str:
    """An earlier answer, perhaps from another device, isn't overwritten in silence."""
    known = ((it, before.counts.get(it.id)) for it in facts.habits)
    was = [amount(n, it.unit) for it, n in known if n is not None and n != now.counts.get(it.id)]
    return t("Changed; before it said {names}.", names=listed(was)) if was else t("Changed.")


def _later(facts: Facts, checkin: CheckIn, event: PersonEvent) -> Decision:
    if checkin.status is CheckInStatus.ANSWERED:
        return show(checkin, event, card.confirmation(facts, checkin, card.thanks(facts)))
    if checkin.status is not CheckInStatus.OPEN or checkin.asked_at is None:
        return show(checkin, event, card.nothing_waits(checkin))
    at = times.ask_again_at(plan_of(facts), checkin, event.at)
    if at is None:
        return show(checkin, event, card.no_later(facts, checkin))
    alarm = Alarm(alarm=times.AGAIN, subject=times.subject(checkin), at=at)
    typed = event.fields if isinstance(event, Pressed) else {}
    return Decision(alarms=(alarm,)) + show(checkin, event, card.waits(facts, checkin, at, typed))


def _off(checkin: CheckIn, event: PersonEvent) -> Decision:
    if checkin.status is CheckInStatus.ANSWERED:
        return Decision(reply=card.answered_already(checkin))
    off = replace(checkin, status=CheckInStatus.DAY_OFF)
    withdraw = () if isinstance(event, Pressed) else (times.message_key(checkin),)
    return settled(off, withdraw=withdraw) + show(off, event, card.day_off(off))


# --- what people write ---------------------------------------------------------------------------------------------
def _written(facts: Facts, event: Said | Commanded) -> Decision:
    """A check-in in words wherever there is one; else the word alone; else what would work."""
    word, rest = asked(event)
    checkin = facts.answered_on(facts.today)
    said = understood(facts, word, rest, event.text)
    match said:
        case UnderstoodCheckIn(same_as_planned=True):
            return _answered(facts, checkin, as_planned(facts, checkin, {}), event)
        case UnderstoodCheckIn(day_off=True):
            return _off(checkin, event)
        case UnderstoodCheckIn(later=True):
            return _later(facts, checkin, event)
        case _ if is_answer(said, event.text):
            in_words = laid_over(facts, checkin, said)
            return _answered(facts, checkin, in_words.answer, event, in_words.aside)
        case _ if word in TODAY:
            return _today(facts, checkin)
        case _ if away.is_about(event.text):
            return Decision(reply=card.about_time_off())
        case _ if help_wanted.is_wanted(event.text):
            return Decision(reply=_help(facts, event.text))
        case _ if facts.manages and not said.leftovers:
            return Decision(reply=_for_others(event, facts))
        case _ if facts.about:
            return Decision(reply=_about(facts.about, event.text))
        case _:
            return Decision(reply=card.not_understood(checkin, _why(facts, said, event)))


def _help(facts: Facts, text: str) -> Card:
    """Their own words are no answer of the buyer's, so that none stand ready to be kept."""
    if facts.about is None:
        return help_wanted.the_way(facts.company, facts.member, text)
    about = facts.about.deal.opportunity.title
    return help_wanted.the_way(facts.company, facts.member, text, deal_card(facts.about), about)


def _about(view: DealView, text: str) -> Card:
    """Its card, where all that can be done with a deal is done; what was written stands ready to be kept."""
    return deal_card(replace(view, typed=Typed(fields={"quote": text.strip()[:LONGEST]})))


def _why(facts: Facts, said: UnderstoodCheckIn, event: Said | Commanded) -> str:
    """What of it was not understood; nothing more to say about plain words."""
    meant = card.meant(near(event.text))
    if meant:
        return meant
    if said.leftovers:
        return unplaced(facts, said.leftovers)
    if event.text.strip() and (isinstance(event, Commanded) or event.text.lstrip().startswith("/")):
        return t("I don't know “{text}”.", text=shortened(event.text, 40))
    return ""


def _today(facts: Facts, checkin: CheckIn) -> Decision:
    match checkin.status:
        case CheckInStatus.ANSWERED:
            return Decision(reply=with_a_look_back(facts, card.status(facts, checkin)))
        case CheckInStatus.DAY_OFF:
            return Decision(reply=card.day_off(checkin))
        case _:
            return Decision(reply=with_a_look_back(facts, card.form(facts, checkin)))


def _for_others(event: PersonEvent, facts: Facts | NotAsked) -> Card:
    member = facts.member
    if isinstance(event, Pressed) and event.action in PROMISING:
        return card.no_promise(member)
    if not isinstance(event, Pressed) and member and help_wanted.is_wanted(event.text):
        return help_wanted.the_way(facts.company, member, event.text)
    if not isinstance(event, Pressed) and away.is_about(event.text):
        return card.about_time_off()
    if isinstance(event, Pressed) or asked(event)[0] in WORDS - {""}:
        return card.for_others()
    meant = card.meant(near(event.text))
    words = t(
        "I didn't follow that. Say “queue” for what waits for you, “digest” for the week, or “help” for the rest."
    )
    return note(f"{meant} {words}".strip())


# --- helpers -------------------------------------------------------------------------------------------------------
def _old_button(facts: Facts) -> Card:
    words = t(
        "That button is from an earlier version, {name}, and did nothing. Here is today's card.",
        name=facts.member.first_name,
    )
    button = Action("checkin.open", t("Open today's"), {"day": facts.today.isoformat()})
    return Card(words, (say(words), Buttons((button,))))


ROUTINE = Routine(name="checkin", gather=gather, decide=decide, words=WORDS, hears=help_wanted.asks, refreshed=True)
"""“help me” is for whoever is coached, “help” for the words there are."""
