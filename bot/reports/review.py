"""The pipeline review of a day: what each rep is asked and why, what was answered, what changed since a week before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any

from bot.reports.report import Report, instant, number
from bot.reports.review_majors import choice_data, majors_data, majors_maths, majors_said
from bot.reports.tactics import tactics_data
from coaching import cadence, tactics_card
from coaching.book import let_go_as_of
from coaching.card import Bold, Bullets, Card, Element, Heading, Spans, quiet, say
from coaching.chosen import known_at
from coaching.language import t, tn, worded
from coaching.majors_card import summed
from coaching.majors_facts import counted_again, questions
from coaching.phrases import day
from coaching.playbooks import playbook
from coaching.review import Entry, RepReview, Review, money, not_looked_at
from coaching.review_facts import changed_since, reviewed_on
from coaching.review_summary import NOTHING_TO_COMPARE, changed, reasons
from coaching.review_words import answer, asked_words, maths, rough, said, title, worth
from coaching.reviewed import REMEMBERED, Reviewed, known_on
from coaching.tactics import tried
from coaching.waterfall import Waterfall, Why

if TYPE_CHECKING:
    from coaching.chosen import Choice
    from coaching.company import Company
    from coaching.findings.finding import Finding
    from coaching.ports import Records

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What is reported: one member's, or the company's."""

    review: Review
    parts: tuple[RepReview, ...]
    changed: Waterfall | None
    answers: tuple[Reviewed, ...]
    choices: tuple[Choice, ...]
    again: frozenset[str]
    """Ids of what was dropped and counted again."""
    member: str | None

    @property
    def company(self) -> Company:
        return self.review.facts.company


def pipeline_review(records: Records, on: date, member: str | None) -> Report:
    """As of that day's end."""
    found = reviewed_on(records, on)
    until = cadence.instant(on + timedelta(days=1), time(0), records.company.tz)
    let_go = let_go_as_of(records, on)
    whose = (*found.reps, found.others) if member is None else tuple(filter(None, (found.of(member),)))
    parts = tuple(it.counting(let_go) for it in whose)
    choices = tuple(known_at(it, until) for it in records.choices(on - REMEMBERED, on, member))
    it = _Told(
        review=found,
        parts=parts,
        changed=changed_since(records, on, member, book=found.facts.book),
        answers=tuple(known_on(it, on, records.company.tz) for it in records.reviewed(on - REMEMBERED, on, member)),
        choices=choices,
        again=counted_again(records, choices, {it.id: it for it in found.facts.book.deals}, on, then=True),
        member=member,
    )
    return Report(_data(it), _card(it))


# --- for programs --------------------------------------------------------------------------------------------------
def _data(it: _Told) -> dict[str, Any]:
    entries = [(part, entry) for part in it.parts for entry in part.asked]
    ranked = sorted(entries, key=lambda pair: (pair[1].at_stake is None, -(pair[1].at_stake or 0.0)))
    facts = it.review.facts
    return {
        "company": it.company.slug,
        "on": facts.today.isoformat(),
        "period": str(it.review.ground.period),
        "currency": it.company.currency,
        "refreshed_on": facts.refreshed_on.isoformat() if facts.refreshed_on else None,
        "n_open": sum(len(part.deals) for part in it.parts),
        "majors": [majors_data(part, it.review) for part in it.parts if part.member],
        "findings": [_entry(entry, it.company, part) for part, entry in ranked],
        "members": [_member(part, it.company) for part in it.parts if part.member],
        "not_looked_at": list(not_looked_at(it.review)),
        "waterfall": waterfall_data(it.changed) if it.changed else None,
        "answers": [_answer(one) for one in it.answers],
        "choices": [choice_data(one) for one in it.choices],
        "tactics": tactics_data(tried(it.review)) if it.member is None else None,
    }


def _entry(it: Entry, company: Company, part: RepReview) -> dict[str, Any]:
    seen = it.seen
    return {
        "member": part.member.id if part.member else None,
        "opportunity": seen.deal.id if seen else None,
        "title": title(it),
        "owner": seen.deal.owner if seen else None,
        "stage": seen.deal.stage if seen else None,
        "early": it.early,
        "rule": it.main.rule.value,
        "amount": number(money(seen.worth, company)) if seen else None,
        "estimated": seen.estimated if seen else None,
        "chance": round(seen.chance, 4) if seen and seen.chance is not None else None,
        "at_stake": number(money(it.at_stake, company)),
        "reason": said(it),
        "question": it.main.question,
        "reasons": [_finding(one) for one in it.findings],
    }


def _finding(it: Finding) -> dict[str, Any]:
    return {"rule": it.rule.value, "text": it.said, "question": it.question, **it.facts, "maths": dict(it.maths.pairs)}


def _member(it: RepReview, company: Company) -> dict[str, Any]:
    asked = {id(one) for one in it.asked}
    more = [one for one in it.found if id(one) not in asked]
    return {
        "member": it.member.id if it.member else None,
        "n_open": len(it.deals),
        "worth": number(money(it.worth, company)),
        "n_found": len(it.found),
        "asked": [one.subject or one.main.rule.value for one in it.asked],
        "not_asked": [
            {"opportunity": one.subject or None, "rules": [found.rule.value for found in one.findings]} for one in more
        ],
    }


def waterfall_data(it: Waterfall) -> dict[str, Any]:
    return {
        "from": it.first.isoformat(),
        "to": it.last.isoformat(),
        "period": str(it.period) if it.period else None,
        "opening": number(it.opening),
        "n_opening": it.n_opening,
        "parts": [
            {
                "what": why.value,
                "amount": number(it.sum(why)),
                "n": len(it.of(why)),
                "ids": [one.opportunity for one in it.of(why)],
            }
            for why in Why
        ],
        "opening_as_told": number(it.opening_as_told),
        "told_late": [
            {"what": one.why.value, "amount": number(one.amount), "id": one.opportunity} for one in it.told_late
        ],
        "closing": number(it.closing),
        "n_closing": it.n_closing,
        "without_amount": it.unknown,
    }


def _answer(it: Reviewed) -> dict[str, Any]:
    return {
        "member": it.member,
        "on": it.on.isoformat(),
        "opportunity": it.opportunity or None,
        "rule": it.rule.value,
        "answered_at": instant(it.answered_at),
        "reason": it.reason.value if it.reason else None,
        "close_date": it.close_date.isoformat() if it.close_date else None,
        "next_step": it.next_step,
        "next_step_on": it.next_step_on.isoformat() if it.next_step_on else None,
        "let_go": it.let_go,
        "help": it.help,
        "words": it.words,
        "confirmed_on": it.confirmed_on.isoformat() if it.confirmed_on else None,
    }


# --- for people ----------------------------------------------------------------------------------------------------
def _card(it: _Told) -> Card:
    facts = it.review.facts
    whose = it.parts[0].member.name if it.member and it.parts and it.parts[0].member else it.company.name
    head = t("Pipeline review of {whose}, {day} {year}", whose=whose, day=day(facts.today), year=str(facts.today.year))
    asked = sum(len(part.asked) for part in it.parts)
    n_open = sum(len(part.deals) for part in it.parts)
    elements: tuple[Element, ...] = (
        Heading(head),
        say(
            tn(
                "{n} open deal; {things} to talk about, most at stake first.",
                "{n} open deals; {things} to talk about, most at stake first.",
                n_open,
                things=tn("{n} thing", "{n} things", asked),
            )
        ),
        *(changed(it.changed) or (quiet(worded(NOTHING_TO_COMPARE)),)),
        *(element for part in it.parts for element in _part(part, it)),
        *_answers(it),
        *_chosen(it),
        *reasons(it.answers, it.company),
        *_tactics(it),
        quiet(t("Not looked at: {what}.", what="; ".join(not_looked_at(it.review)))),
        *_as_of(it),
        *(figure for part in it.parts if it.member for figure in majors_maths(part, it.review)),
        *(figure for part in it.parts if it.member for entry in part.asked for figure in maths(entry, it.company)),
    )
    return Card(head, elements)


def _amount(part: RepReview, company: Company) -> str:
    if part.worth is None:
        return t("no amount yet")
    estimated = any(one.estimated and one.worth for one in part.deals)
    return t("about {amount}", amount=rough(part.worth, company)) if estimated else str(money(part.worth, company))


def _part(part: RepReview, it: _Told) -> tuple[Element, ...]:
    if not part.deals and not part.found:
        return ()
    name = part.member.name if part.member else t("Deals that no rep here works on")
    more = len(part.found) - sum(one in part.found for one in part.asked)
    rest = (
        tn("; {n} finding more, with less at stake", "; {n} findings more, with less at stake", more)
        if more > 0
        else ""
    )
    head = say(f"{tn('{n} open deal', '{n} open deals', len(part.deals))}, {_amount(part, it.company)}{rest}.")
    chosen = majors_said(part, it.review)
    if not part.asked:
        return Heading(name), head, *chosen, quiet(t("Nothing stands out."))
    lead = (say(Bold(t("To talk about"))),) if chosen else ()
    return Heading(name), head, *chosen, *lead, Bullets(tuple(_line(one, it.company) for one in part.asked))


def _line(it: Entry, company: Company) -> Spans:
    about = worth(it, company, at_stake=True)
    early = t(" It is still early.") if it.early else ""
    return Bold(f"{title(it)}{f' ({about})' if about else ''}: "), f"{said(it)}{early} {it.main.question}"


def _answers(it: _Told) -> tuple[Element, ...]:
    latest = max((one.on for one in questions(it.answers)), default=None)
    if latest is None:
        return ()
    week = questions(one for one in it.answers if one.on > latest - WEEK)
    done = [one for one in week if one.answered]
    names = it.company.names
    lines: list[Spans] = [
        (Bold(f"{names.get(one.member, one.member)}, {one.title}: "), _settled(one, it.review.facts.today))
        for one in done
    ]
    head = t("Answers since {day}", day=day(min(one.on for one in week)))
    return Heading(head), say(f"{asked_words(len(week), len(done))}."), *((Bullets(tuple(lines)),) if lines else ())


def _chosen(it: _Told) -> tuple[Element, ...]:
    """What was said to the last proposals."""
    last = [one for one in it.choices if one.on > max((one.on for one in it.choices), default=date.min) - WEEK]
    deals = {one.id: one for one in it.review.facts.book.deals}
    return summed(last, it.company.names, (), deals, it.again)


def _tactics(it: _Told) -> tuple[Element, ...]:
    """The team's: one rep's deals are too few to tell a tactic by."""
    if it.member is not None:
        return ()
    found, book = tried(it.review), playbook(it.company)
    return (*tactics_card.part(found, book), *tactics_card.maths(found, book))


def _settled(it: Reviewed, today: date) -> str:
    confirmed = t(" (the CRM says so since {day})", day=day(it.confirmed_on, today)) if it.confirmed_on else ""
    return f"{answer(it, today)}{confirmed}"


def _as_of(it: _Told) -> Iterable[Element]:
    refreshed = it.review.facts.refreshed_on
    if refreshed is not None and refreshed < it.review.facts.today:
        yield quiet(t("By the export of {day}.", day=day(refreshed, it.review.facts.today)))
    shown: Sequence[Entry] = [one for part in it.parts for one in part.asked]
    if any(one.seen and one.seen.estimated for one in shown):
        yield quiet(t("“about”: nobody said an amount; the usual one of won deals like it stands in."))
