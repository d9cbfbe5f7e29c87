"""Rows to values and values to rows, for each noun; rows never leave this package."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from coaching.checkins import CheckIn, CheckInStatus, Commitment, CommitmentState
from coaching.chosen import Choice, Pick, Ruling, Why
from coaching.company import Company, EscalationPolicy
from coaching.escalation import LIVE, Escalation, EscalationKind, EscalationState
from coaching.forecasts import Author, Call, Estimate, Locked, Remark, RemarkKind
from coaching.identity import Doubt, How, Newcomer, Standing
from coaching.mandate import About, Mandate, Word
from coaching.money import Money
from coaching.opportunities import Category, Change, Field, Opportunity, Snapshot, Status
from coaching.people import Member
from coaching.qualification import Answer, Asked, Evidence
from coaching.reviewed import Reason, Reviewed, Rule
from storage import codec
from storage.tables import (
    AskedRow,
    CallRow,
    ChangeRow,
    CheckInRow,
    ChoiceRow,
    CommitmentRow,
    EscalationRow,
    EstimateRow,
    EvidenceRow,
    LockedRow,
    MandateRow,
    NewcomerRow,
    OpportunityRow,
    RemarkRow,
    ReviewedRow,
    SnapshotRow,
)

Values = dict[str, Any]
_CHECKIN_STATUS = {it.value: it for it in CheckInStatus}
"""An answer reads a quarter of a year of them, and calling the class is ten times slower."""


def company(plan: Values, profiles: Sequence[Values]) -> Company:
    """With its members in the order given."""
    return replace(codec.load(Company, plan), members=tuple(codec.load(Member, it) for it in profiles))


def company_values(it: Company) -> Values:
    """All but the members, who have rows of their own."""
    plan = codec.dump(replace(it, members=()))
    return {"plan": plan, "slack_team": it.slack_team, "teams_tenant": it.teams_tenant}


def member_values(it: Member) -> Values:
    """Their place in the file is the caller's to know."""
    return {"slug": it.id, "active": it.active, "profile": codec.dump(it)}


def checkin(row: CheckInRow) -> CheckIn:
    """As kept."""
    return CheckIn(
        member=row.member,
        day=row.day,
        status=_CHECKIN_STATUS[row.status],
        asked_at=row.asked_at,
        closes_at=row.closes_at,
        answered_at=row.answered_at,
        late=row.late,
        counts=row.counts,
        targets=row.targets,
        suggested=row.suggested,
        question=row.question,
        answer=row.answer,
        note=row.note,
        commitment=row.commitment,
        edits=row.edits,
    )


def checkin_values(it: CheckIn) -> Values:
    """One row per member and day."""
    return {
        "member": it.member,
        "day": it.day,
        "status": it.status.value,
        "asked_at": it.asked_at,
        "closes_at": it.closes_at,
        "answered_at": it.answered_at,
        "late": it.late,
        "counts": dict(it.counts),
        "targets": dict(it.targets),
        "suggested": dict(it.suggested),
        "question": it.question,
        "answer": it.answer,
        "note": it.note,
        "commitment": it.commitment,
        "edits": it.edits,
    }


def commitment(row: CommitmentRow) -> Commitment:
    """As kept."""
    return Commitment(
        member=row.member,
        made_on=row.made_on,
        due_on=row.due_on,
        text=row.text,
        state=CommitmentState(row.state),
        settled_on=row.settled_on,
    )


def commitment_values(it: Commitment) -> Values:
    """One row per member and day it was made."""
    return {
        "member": it.member,
        "made_on": it.made_on,
        "due_on": it.due_on,
        "text": it.text,
        "state": it.state.value,
        "settled_on": it.settled_on,
    }


def call(row: CallRow) -> Call:
    """As kept."""
    return Call(
        member=row.member,
        period=row.period,
        by=row.by,
        commit=Money(row.commit, row.currency),
        best_case=Money(row.best_case, row.currency),
        reason=row.reason,
        called_at=row.called_at,
    )


def call_values(it: Call) -> Values:
    """A new row each time."""
    return {
        "member": it.member,
        "period": it.period,
        "by": it.by,
        "commit": it.commit.minor,
        "best_case": it.best_case.minor,
        "currency": it.commit.currency,
        "reason": it.reason,
        "called_at": it.called_at,
    }


def remark(row: RemarkRow) -> Remark:
    """As kept."""
    return Remark(
        member=row.member,
        period=row.period,
        call=row.call,
        kind=RemarkKind(row.kind),
        by=row.by,
        at=row.at,
        text=row.text,
        opportunity=row.opportunity,
    )


def remark_values(it: Remark) -> Values:
    """A new row each time."""
    return {
        "member": it.member,
        "period": it.period,
        "call": it.call,
        "kind": it.kind.value,
        "by": it.by,
        "at": it.at,
        "text": it.text,
        "opportunity": it.opportunity,
    }


def locked(row: LockedRow) -> Locked:
    """As kept."""
    return Locked(
        period=row.period,
        on=row.on,
        at=row.at,
        member=row.member,
        won=Money(row.won, row.currency),
        call=row.call,
        commit=_money(row.commit, row.call_currency),
        best_case=_money(row.best_case, row.call_currency),
        overlay=row.overlay,
        overlay_commit=_money(row.overlay_commit, row.overlay_currency),
        overlay_best=_money(row.overlay_best, row.overlay_currency),
        agreed_by=row.agreed_by,
        expected=_money(row.expected, row.currency),
        p10=_money(row.p10, row.currency),
        p50=_money(row.p50, row.currency),
        p90=_money(row.p90, row.currency),
    )


def locked_values(it: Locked) -> Values:
    """One row per lock and member."""
    return {
        "period": it.period,
        "on": it.on,
        "at": it.at,
        "member": it.member,
        "won": it.won.minor,
        "currency": it.won.currency,
        "call": it.call,
        "commit": _minor(it.commit),
        "best_case": _minor(it.best_case),
        "call_currency": None if it.commit is None else it.commit.currency,
        "overlay": it.overlay,
        "overlay_commit": _minor(it.overlay_commit),
        "overlay_best": _minor(it.overlay_best),
        "overlay_currency": None if it.overlay_commit is None else it.overlay_commit.currency,
        "agreed_by": it.agreed_by,
        "expected": _minor(it.expected),
        "p10": _minor(it.p10),
        "p50": _minor(it.p50),
        "p90": _minor(it.p90),
    }


def estimate(row: EstimateRow) -> Estimate:
    """As kept."""
    return Estimate(
        period=row.period,
        on=row.on,
        by=Author(row.by),
        member=row.member,
        expected=Money(row.expected, row.currency),
        p10=_money(row.p10, row.currency),
        p50=_money(row.p50, row.currency),
        p90=_money(row.p90, row.currency),
        basis=row.basis,
    )


def estimate_values(it: Estimate) -> Values:
    """One row per day, author and member."""
    return {
        "period": it.period,
        "on": it.on,
        "by": it.by.value,
        "member": it.member,
        "expected": it.expected.minor,
        "p10": _minor(it.p10),
        "p50": _minor(it.p50),
        "p90": _minor(it.p90),
        "currency": it.expected.currency,
        "basis": it.basis,
    }


def escalation(row: EscalationRow) -> Escalation:
    """As kept."""
    return Escalation(
        id=row.public_id,
        member=row.member,
        kind=EscalationKind(row.kind),
        subject=row.subject,
        text=row.text,
        state=EscalationState(row.state),
        raised_at=row.raised_at,
        policy=codec.load(EscalationPolicy, row.policy),
        acknowledged_at=row.acknowledged_at,
        acknowledged_by=row.acknowledged_by,
        snoozed_until=row.snoozed_until,
        owner_told_at=row.owner_told_at,
        settled_at=row.settled_at,
        resolution=row.resolution,
        context=row.context,
    )


def escalation_values(it: Escalation) -> Values:
    """One row per id; `live_key` keeps a second raise of the same thing out while it lives."""
    return {
        "public_id": it.id,
        "member": it.member,
        "kind": it.kind.value,
        "subject": it.subject,
        "live_key": f"{it.kind}:{it.member}:{it.subject}" if it.state in LIVE else None,
        "text": it.text,
        "state": it.state.value,
        "policy": codec.dump(it.policy),
        "raised_at": it.raised_at,
        "acknowledged_at": it.acknowledged_at,
        "acknowledged_by": it.acknowledged_by,
        "snoozed_until": it.snoozed_until,
        "owner_told_at": it.owner_told_at,
        "settled_at": it.settled_at,
        "resolution": it.resolution,
        "context": it.context,
    }


def opportunity(row: OpportunityRow) -> Opportunity:
    """As kept."""
    return Opportunity(
        id=row.crm_id,
        owner=row.owner,
        member=row.member,
        name=row.name,
        account=row.account,
        stage=row.stage,
        status=Status(row.status),
        amount=_money(row.amount, row.currency),
        created_on=row.created_on,
        close_date=row.close_date,
        closed_on=row.closed_on,
        next_step=row.next_step,
        next_step_on=row.next_step_on,
        product=row.product,
        source=row.source,
        category=Category(row.category) if row.category else None,
        last_activity_on=row.last_activity_on,
        gone_on=row.gone_on,
    )


def opportunity_values(it: Opportunity) -> Values:
    """One row per CRM id."""
    return {
        "crm_id": it.id,
        "owner": it.owner,
        "member": it.member,
        "name": it.name,
        "account": it.account,
        "stage": it.stage,
        "status": it.status.value,
        "amount": None if it.amount is None else it.amount.minor,
        "currency": None if it.amount is None else it.amount.currency,
        "created_on": it.created_on,
        "close_date": it.close_date,
        "closed_on": it.closed_on,
        "next_step": it.next_step,
        "next_step_on": it.next_step_on,
        "product": it.product,
        "source": it.source,
        "category": it.category.value if it.category else None,
        "last_activity_on": it.last_activity_on,
        "gone_on": it.gone_on,
    }


def change(row: ChangeRow) -> Change:
    """As kept."""
    return Change(
        opportunity=row.opportunity,
        on=row.on,
        field=Field(row.field),
        before=row.before,
        after=row.after,
        at=row.at,
    )


def change_values(it: Change) -> Values:
    """One row per opportunity, day and field."""
    return {
        "opportunity": it.opportunity,
        "on": it.on,
        "field": it.field.value,
        "before": it.before,
        "after": it.after,
        "at": it.at,
    }


def snapshot(row: SnapshotRow) -> Snapshot:
    """As kept."""
    return Snapshot(
        opportunity=row.opportunity,
        day=row.day,
        member=row.member,
        stage=row.stage,
        amount=_money(row.amount, row.currency),
        close_date=row.close_date,
        category=Category(row.category) if row.category else None,
    )


def snapshot_values(it: Snapshot) -> Values:
    """One row per opportunity and day."""
    return {
        "day": it.day,
        "opportunity": it.opportunity,
        "member": it.member,
        "stage": it.stage,
        "amount": None if it.amount is None else it.amount.minor,
        "currency": None if it.amount is None else it.amount.currency,
        "close_date": it.close_date,
        "category": it.category.value if it.category else None,
    }


def evidence(row: EvidenceRow) -> Evidence:
    """As kept."""
    return Evidence(
        opportunity=row.opportunity,
        criterion=row.criterion,
        answer=Answer(row.answer),
        quote=row.quote,
        source=row.source,
        tactic=row.tactic,
        by=row.by,
        at=row.at,
    )


def evidence_values(it: Evidence) -> Values:
    """A new row each time."""
    return {
        "opportunity": it.opportunity,
        "criterion": it.criterion,
        "answer": it.answer.value,
        "quote": it.quote,
        "source": it.source,
        "tactic": it.tactic,
        "by": it.by,
        "at": it.at,
    }


def asked(row: AskedRow) -> Asked:
    """As kept."""
    return Asked(member=row.member, opportunity=row.opportunity, criterion=row.criterion, on=row.on)


def asked_values(it: Asked) -> Values:
    """One row per deal and day."""
    return {"member": it.member, "opportunity": it.opportunity, "criterion": it.criterion, "on": it.on}


def reviewed(row: ReviewedRow) -> Reviewed:
    """As kept."""
    return Reviewed(
        member=row.member,
        on=row.on,
        opportunity=row.opportunity,
        rule=Rule(row.rule),
        place=row.place,
        title=row.title,
        said=row.said,
        question=row.question,
        criterion=row.criterion,
        at_stake=_money(row.at_stake, row.currency),
        answered_at=row.answered_at,
        reason=Reason(row.reason) if row.reason else None,
        close_date=row.close_date,
        next_step=row.next_step,
        next_step_on=row.next_step_on,
        let_go=row.let_go,
        help=row.help,
        words=row.words,
        confirmed_on=row.confirmed_on,
    )


def reviewed_values(it: Reviewed) -> Values:
    """One row per member, review's day, deal and rule."""
    return {
        "member": it.member,
        "on": it.on,
        "opportunity": it.opportunity,
        "rule": it.rule.value,
        "place": it.place,
        "title": it.title[:400],
        "said": it.said,
        "question": it.question,
        "criterion": it.criterion,
        "at_stake": _minor(it.at_stake),
        "currency": it.at_stake.currency if it.at_stake else None,
        "answered_at": it.answered_at,
        "reason": it.reason.value if it.reason else None,
        "close_date": it.close_date,
        "next_step": it.next_step,
        "next_step_on": it.next_step_on,
        "let_go": it.let_go,
        "help": it.help,
        "words": it.words,
        "confirmed_on": it.confirmed_on,
    }


def choice(row: ChoiceRow) -> Choice:
    """As kept."""
    return Choice(
        member=row.member,
        on=row.on,
        opportunity=row.opportunity,
        pick=Pick(row.pick),
        place=row.place,
        title=row.title,
        said=row.said,
        amount=_money(row.amount, row.currency),
        estimated=row.estimated,
        at_stake=_money(row.at_stake, row.currency),
        per_hour=_money(row.per_hour, row.currency),
        minutes=row.minutes,
        answered_at=row.answered_at,
        agrees=row.agrees,
        why=Why(row.why) if row.why else None,
        words=row.words,
        instead=row.instead,
        given_up=row.given_up,
        ruling=Ruling(row.ruling) if row.ruling else None,
        ruled_by=row.ruled_by,
        ruled_at=row.ruled_at,
        ruling_note=row.ruling_note,
    )


def choice_values(it: Choice) -> Values:
    """One row per member, day and deal."""
    money = it.amount or it.at_stake or it.per_hour
    return {
        "member": it.member,
        "on": it.on,
        "opportunity": it.opportunity,
        "pick": it.pick.value,
        "place": it.place,
        "title": it.title[:400],
        "said": it.said,
        "amount": _minor(it.amount),
        "estimated": it.estimated,
        "at_stake": _minor(it.at_stake),
        "per_hour": _minor(it.per_hour),
        "currency": money.currency if money else None,
        "minutes": it.minutes,
        "answered_at": it.answered_at,
        "agrees": it.agrees,
        "why": it.why.value if it.why else None,
        "words": it.words,
        "instead": it.instead,
        "given_up": it.given_up,
        "ruling": it.ruling.value if it.ruling else None,
        "ruled_by": it.ruled_by,
        "ruled_at": it.ruled_at,
        "ruling_note": it.ruling_note,
    }


def mandate(row: MandateRow) -> Mandate:
    """As kept."""
    return Mandate(
        id=row.public_id,
        put_on=row.put_on,
        about=About(row.about),
        subject=row.subject,
        opportunity=row.opportunity,
        member=row.member,
        question=row.question,
        at_stake=_money(row.at_stake, row.currency),
        by=row.by,
        expires_at=row.expires_at,
        word=Word(row.word) if row.word else None,
        answered_by=row.answered_by,
        answered_at=row.answered_at,
    )


def mandate_values(it: Mandate) -> Values:
    """One row per question."""
    return {
        "public_id": it.id,
        "put_on": it.put_on,
        "about": it.about.value,
        "subject": it.subject,
        "opportunity": it.opportunity,
        "member": it.member,
        "question": it.question,
        "at_stake": _minor(it.at_stake),
        "currency": it.at_stake.currency if it.at_stake else None,
        "by": it.by,
        "expires_at": it.expires_at,
        "word": it.word.value if it.word else None,
        "answered_by": it.answered_by,
        "answered_at": it.answered_at,
    }


def newcomer(row: NewcomerRow) -> Newcomer:
    """As kept."""
    return Newcomer(
        platform=row.platform,
        handle=row.handle,
        name=row.name,
        standing=Standing(row.standing),
        seen_at=row.seen_at,
        doubt=Doubt(row.doubt) if row.doubt else None,
        member=row.member,
        how=How(row.how) if row.how else None,
        by=row.by,
        settled_at=row.settled_at,
        told_at=row.told_at,
    )


def newcomer_values(it: Newcomer) -> Values:
    """One row per platform and id there."""
    return {
        "platform": it.platform,
        "handle": it.handle,
        "name": it.name[:400],
        "standing": it.standing.value,
        "seen_at": it.seen_at,
        "doubt": it.doubt.value if it.doubt else None,
        "member": it.member,
        "how": it.how.value if it.how else None,
        "by": it.by,
        "settled_at": it.settled_at,
        "told_at": it.told_at,
    }


def _money(minor: int | None, currency: str | None) -> Money | None:
    return None if minor is None or currency is None else Money(minor, currency)


def _minor(it: Money | None) -> int | None:
    return None if it is None else it.minor
