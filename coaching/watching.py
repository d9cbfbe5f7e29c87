"""The rules looked at together: what is worth raising now, and what of the raised has resolved itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, assert_never

from coaching import escalations
from coaching.agreed import Word, last_word, not_answered
from coaching.chosen import REST
from coaching.escalation import Escalation, EscalationKind
from coaching.escalations import MISSED_IN_A_ROW, Finding
from coaching.language import t
from coaching.opportunities import Opportunity, Status
from coaching.people import Role
from coaching.phrases import day, listed, percent
from coaching.told_apart import called

if TYPE_CHECKING:
    from coaching.checkins import CheckIn
    from coaching.company import Company
    from coaching.forecasts import Call, Remark
    from coaching.people import Member
    from coaching.periods import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the rules look at. `members` are those in question; the rest may hold more than theirs."""

    company: Company
    now: datetime
    today: date
    period: Period
    members: tuple[Member, ...]
    checkins: tuple[CheckIn, ...]
    calls: tuple[Call, ...]
    """Of the running period, and of those that something live is about; oldest first."""
    remarks: tuple[Remark, ...] = ()
    """What was said of the running period's calls, oldest first."""
    deals: Mapping[str, Opportunity]
    """The open ones, and those that something live is about, by id."""
    live: tuple[Escalation, ...]
    settled: tuple[Escalation, ...]
    """In the last week."""
    waits: frozenset[str] = frozenset()
    """Ids of deals that their rep is asked about today: what is overdue is raised tomorrow, if it still is."""
    let_go: frozenset[str] = frozenset()
    """Of the open deals those that their rep has let go."""

    def calls_of(self, member: str, period: str) -> list[Call]:
        """The member's own."""
        return [it for it in self.calls if (it.member, it.by, it.period) == (member, member, period)]

    def word_on(self, member: str) -> Word | None:
        """The last that the manager said of the member's calls of the running period."""
        return last_word(member, (it for it in self.calls if it.period == str(self.period)), self.remarks)

    def missed_by(self, member: str) -> tuple[CheckIn, ...]:
        """Their latest run, newest first."""
        return escalations.missed(it for it in self.checkins if it.member == member)


def to_raise(evidence: Evidence) -> tuple[Finding, ...]:
    """What isn't live already, nor was settled a moment ago."""
    found = (it for member in evidence.members for it in _findings(evidence, member))
    fresh = (evidence.live, evidence.settled, evidence.now)
    return tuple(it for it in found if escalations.worth_raising(it, *fresh))


def _findings(evidence: Evidence, member: Member) -> Iterator[Finding]:
    if member.role is Role.REP:
        yield from _missed(evidence, member)
        yield from _dropped(evidence, member)
    least = evidence.company.escalation.overdue_amount
    for it in evidence.deals.values():
        if it.id in evidence.let_go or it.id in evidence.waits:
            continue
        if escalations.answers_for(evidence.company, it) == member and escalations.overdue(it, evidence.today, least):
            name = called(it, evidence.deals.values())
            yield _overdue(it, name, member, evidence.company.called(member), evidence.today)


def _missed(evidence: Evidence, member: Member) -> Iterator[Finding]:
    run = evidence.missed_by(member.id)
    if len(run) < MISSED_IN_A_ROW:
        return
    days = listed([day(it.day) for it in reversed(run)])
    yield Finding(
        member=member.id,
        kind=EscalationKind.MISSED_CHECKINS,
        subject="checkins",
        text=t(
            "{n} check-ins in a row went by without an answer from {name}: {days}.",
            n=len(run),
            name=evidence.company.called(member),
            days=days,
        ),
        since=run[-1].day,
    )


def _dropped(evidence: Evidence, member: Member) -> Iterator[Finding]:
    calls = evidence.calls_of(member.id, str(evidence.period))
    found = escalations.drop(not_answered(calls, evidence.word_on(member.id)), evidence.now)
    if found is None:
        return
    before = day(found.before.called_at.astimezone(member.tz).date())
    why = t(" Their reason: “{reason}”", reason=found.now.reason) if found.now.reason else ""
    yield Finding(
        member=member.id,
        kind=EscalationKind.FORECAST_DROP,
        subject=str(evidence.period),
        text=t(
            "{name}’s commit for {period} is {now}, {share} less than the {earlier} of {day}.{why}",
            name=evidence.company.called(member),
            period=evidence.period,
            now=found.now.commit,
            share=percent(found.share),
            earlier=found.before.commit,
            day=before,
            why=why,
        ),
        since=found.since,
    )


def _overdue(it: Opportunity, name: str, member: Member, whose: str, today: date) -> Finding:
    closing = it.close_date or today
    owned = it.member == member.id
    who = whose if owned else it.owner or t("nobody")
    deal = f"{name} ({it.amount}, {it.stage}, {who})"
    text = t("{deal} is open past its close date of {day}.", deal=deal, day=day(closing, today))
    if not owned:
        text += t(" Nobody in the team works on it.")
    return Finding(member=member.id, kind=EscalationKind.OVERDUE_OPPORTUNITY, subject=it.id, text=text, since=closing)


# --- resolved by itself --------------------------------------------------------------------------------------------
def resolved_itself(it: Escalation, evidence: Evidence) -> str | None:
    """How, in words for both sides; None while it stands. What was asked for does with its deal only."""
    member = evidence.company.member(it.member)
    if member is None or not member.active:
        return t("{name} is no longer in the team.", name=evidence.company.called(member) if member else it.member)
    match it.kind:
        case EscalationKind.ASKED:
            return _over(evidence.deals.get(it.subject), evidence)
        case EscalationKind.MAJORS:
            return _decided(it, evidence)
        case EscalationKind.MISSED_CHECKINS:
            answered = len(evidence.missed_by(it.member)) < MISSED_IN_A_ROW
            return t("The check-ins are being answered again.") if answered else None
        case EscalationKind.FORECAST_DROP:
            return _recovered(it, evidence)
        case EscalationKind.OVERDUE_OPPORTUNITY:
            return _in_time_again(evidence.deals.get(it.subject), it, evidence)
        case _:
            assert_never(it.kind)


def answered(it: Escalation, evidence: Evidence) -> Word | None:
    """The manager's word on the call that was raised, or on a later one: a yes, or a figure beside it, settles it."""
    if it.kind is not EscalationKind.FORECAST_DROP or it.subject != str(evidence.period):
        return None
    fell = [one for one in evidence.calls_of(it.member, it.subject) if one.called_at <= it.raised_at]
    word = evidence.word_on(it.member)
    return word if word and fell and word.about.called_at >= fell[-1].called_at else None


def in_words(word: Word) -> str:
    """What follows “Mara closed it: ”."""
    if word.beside is None:
        return t("agreed to the call of {commit}", commit=word.about.commit)
    values = {"beside": word.beside.commit, "commit": word.about.commit}
    if not word.beside.reason:
        return t("set {beside} beside the call of {commit}", **values)
    return t("set {beside} beside the call of {commit}: “{reason}”", **values, reason=word.beside.reason)


def _decided(it: Escalation, evidence: Evidence) -> str | None:
    """The deal is over, or the time after which it is proposed anew anyway."""
    deal = evidence.deals.get(it.subject)
    if deal is None or not deal.is_open:
        return t("The deal is no longer open.")
    if deal.id in evidence.let_go:
        return t("The deal has been let go.")
    if evidence.now - it.raised_at >= REST:
        return t("It was a while ago; the deal is looked at anew.")
    return None


def _over(deal: Opportunity | None, evidence: Evidence) -> str | None:
    """How the deal that somebody wanted help with has ended; None for what is about no deal."""
    if deal is None:
        return None
    if deal.gone_on is not None:
        return t("The deal is no longer in the CRM.")
    if deal.status is not Status.OPEN:
        return t("The deal is won.") if deal.status is Status.WON else t("The deal is lost.")
    return t("The deal has been let go.") if deal.id in evidence.let_go else None


def _recovered(it: Escalation, evidence: Evidence) -> str | None:
    if it.subject != str(evidence.period):
        return t("{subject} is over.", subject=it.subject)
    calls = evidence.calls_of(it.member, it.subject)
    if calls and escalations.recovered(calls, it.raised_at):
        return t("The commit is back at {commit}.", commit=calls[-1].commit)
    return None


def _in_time_again(deal: Opportunity | None, it: Escalation, evidence: Evidence) -> str | None:
    today = evidence.today
    if deal is None or not deal.is_open:
        return _over(deal, evidence) or t("The deal is no longer in the CRM.")
    now_with = escalations.answers_for(evidence.company, deal)
    if now_with and now_with.id != it.member:
        return t("The deal is {name}’s now.", name=evidence.company.called(now_with))
    if deal.id in evidence.let_go:
        return t("The deal has been let go.")
    if escalations.overdue(deal, today, it.policy.overdue_amount):
        return None
    if deal.close_date is not None and deal.close_date >= today:
        return t("The close date is now {day}.", day=day(deal.close_date, today))
    return t("The deal’s date or amount has changed.")
