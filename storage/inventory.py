"""What every column of every table holds about people. A test fails when a column isn't listed here.

Erasing goes by it: rows about the person go, and what names them in the rows that stay is taken out of the columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from storage import tables
from storage.tables import Base


class Holds(StrEnum):
    """What may stand in a column."""

    NOTHING = "nothing"
    """Of people: row numbers, days, states, amounts, a random nonce."""
    MEMBER = "a member's id"
    OWNER = "a name as the CRM has it"
    DEAL = "words about a deal"
    WORDS = "what people or the coach wrote"
    CARD = "a message's content"
    KEY = "an identifier that may be made from a member's id"
    PERSON = "a person: their profile, who they are on a platform"
    PLAN = "the company's plan, with targets of members"
    SECRET = "a company's sealed credentials"  # noqa: S105 - a word, not one of them


N, M, W, K = Holds.NOTHING, Holds.MEMBER, Holds.WORDS, Holds.KEY

INVENTORY: Mapping[type[Base], Mapping[str, Holds]] = {
    tables.CompanyRow: {
        **dict.fromkeys(("id", "slug", "version", "created_at", "served_at", "imported_on"), N),
        **dict.fromkeys(("slack_team", "teams_tenant", "teams_app", "paused_at"), N),
        "plan": Holds.PLAN,
    },
    tables.MemberRow: {
        **dict.fromkeys(("id", "company_id", "place", "active"), N),
        "slug": M,
        "profile": Holds.PERSON,
    },
    tables.HandleRow: {
        **dict.fromkeys(("id", "company_id", "platform"), N),
        "handle": Holds.PERSON,
        "member": M,
    },
    tables.NewcomerRow: {
        **dict.fromkeys(("id", "company_id", "platform", "standing", "doubt", "how"), N),
        **dict.fromkeys(("seen_at", "settled_at", "told_at"), N),
        **dict.fromkeys(("handle", "name"), Holds.PERSON),
        **dict.fromkeys(("member", "by"), M),
    },
    tables.AddressRow: {
        **dict.fromkeys(("id", "company_id", "platform", "tenant_id", "service_url", "bot_id"), N),
        **dict.fromkeys(("installed_at", "removed_at"), N),
        "member": M,
        **dict.fromkeys(("aad_object_id", "user_id", "conversation_id", "locale", "time_zone"), Holds.PERSON),
    },
    tables.CheckInRow: {
        **dict.fromkeys(("id", "company_id", "day", "status", "asked_at", "closes_at", "answered_at", "late"), N),
        **dict.fromkeys(("counts", "targets", "suggested", "question", "edits"), N),
        "member": M,
        **dict.fromkeys(("answer", "note", "commitment"), W),
    },
    tables.CommitmentRow: {
        **dict.fromkeys(("id", "company_id", "made_on", "due_on", "state", "settled_on"), N),
        "member": M,
        "text": W,
    },
    tables.CallRow: {
        **dict.fromkeys(("id", "company_id", "period", "commit", "best_case", "currency", "called_at"), N),
        "member": M,
        "by": M,
        "reason": W,
    },
    tables.RemarkRow: {
        **dict.fromkeys(("id", "company_id", "period", "call", "kind", "at", "opportunity"), N),
        **dict.fromkeys(("member", "by"), M),
        "text": W,
    },
    tables.LockedRow: {
        **dict.fromkeys(("id", "company_id", "period", "on", "at", "won", "currency", "call", "commit"), N),
        **dict.fromkeys(("best_case", "call_currency", "overlay", "overlay_commit", "overlay_best"), N),
        **dict.fromkeys(("overlay_currency", "expected", "p10", "p50", "p90"), N),
        **dict.fromkeys(("member", "agreed_by"), M),
    },
    tables.EstimateRow: {
        **dict.fromkeys(("id", "company_id", "period", "on", "by", "expected", "p10", "p50", "p90"), N),
        **dict.fromkeys(("currency", "basis"), N),
        "member": M,
    },
    tables.EscalationRow: {
        **dict.fromkeys(("id", "company_id", "kind", "subject", "state", "policy", "raised_at", "acknowledged_at"), N),
        **dict.fromkeys(("snoozed_until", "owner_told_at", "settled_at"), N),
        **dict.fromkeys(("member", "acknowledged_by"), M),
        **dict.fromkeys(("public_id", "live_key"), K),
        **dict.fromkeys(("text", "resolution", "context"), W),
    },
    tables.OpportunityRow: {
        **dict.fromkeys(("id", "company_id", "crm_id", "stage", "status", "amount", "currency", "created_on"), N),
        **dict.fromkeys(("close_date", "closed_on", "next_step_on", "category", "last_activity_on", "gone_on"), N),
        "owner": Holds.OWNER,
        "member": M,
        **dict.fromkeys(("name", "account", "next_step", "product", "source"), Holds.DEAL),
    },
    tables.ChangeRow: {
        **dict.fromkeys(("id", "company_id", "opportunity", "on", "field", "at"), N),
        **dict.fromkeys(("before", "after"), Holds.OWNER),
    },
    tables.SnapshotRow: {
        **dict.fromkeys(("id", "company_id", "day", "opportunity", "stage", "amount", "currency"), N),
        **dict.fromkeys(("close_date", "category"), N),
        "member": M,
    },
    tables.ClaimRow: {**dict.fromkeys(("id", "company_id", "at"), N), "key": K},
    tables.AlarmRow: {**dict.fromkeys(("company_id", "alarm", "due_at"), N), "subject": K},
    tables.DeliveryRow: {
        **dict.fromkeys(("id", "company_id", "kind", "priority", "only_edit", "by_mail", "repeat", "state"), N),
        **dict.fromkeys(("not_before", "expires_at", "created_at", "attempts", "retry_at", "lease_owner"), N),
        **dict.fromkeys(("lease_until", "attempt_at", "nonce", "platform", "sent_at"), N),
        # Whose conversation it was in; the row is its member's.
        "reference": N,
        "member": M,
        "card": Holds.CARD,
        **dict.fromkeys(("key", "replaces", "reason"), K),
    },
    tables.GateRow: {**dict.fromkeys(("id", "company_id", "next_ok_at"), N), "scope": K},
    tables.SecretRow: {**dict.fromkeys(("id", "company_id", "name"), N), "sealed": Holds.SECRET},
    tables.ChatLineRow: {
        **dict.fromkeys(("id", "company_id", "author", "nonce", "at", "changed_at"), N),
        "member": M,
        "key": K,
        "card": Holds.CARD,
    },
    tables.EvidenceRow: {
        **dict.fromkeys(("id", "company_id", "opportunity", "criterion", "answer", "at"), N),
        "by": M,
        **dict.fromkeys(("quote", "source", "tactic"), W),
    },
    tables.AskedRow: {**dict.fromkeys(("id", "company_id", "opportunity", "criterion", "on"), N), "member": M},
    tables.ReviewedRow: {
        **dict.fromkeys(("id", "company_id", "on", "opportunity", "rule", "place", "criterion", "at_stake"), N),
        **dict.fromkeys(("currency", "answered_at", "reason", "close_date", "next_step_on", "let_go", "help"), N),
        "confirmed_on": N,
        "member": M,
        "title": Holds.DEAL,
        **dict.fromkeys(("said", "question", "next_step", "words"), W),
    },
    tables.ChoiceRow: {
        **dict.fromkeys(("id", "company_id", "on", "opportunity", "pick", "place", "amount", "estimated"), N),
        **dict.fromkeys(("at_stake", "per_hour", "currency", "minutes", "answered_at", "agrees", "why"), N),
        **dict.fromkeys(("instead", "given_up", "ruling", "ruled_at"), N),
        **dict.fromkeys(("member", "ruled_by"), M),
        "title": Holds.DEAL,
        **dict.fromkeys(("said", "words", "ruling_note"), W),
    },
    tables.MandateRow: {
        **dict.fromkeys(("id", "company_id", "put_on", "about", "opportunity", "at_stake", "currency", "by"), N),
        **dict.fromkeys(("expires_at", "word", "answered_at"), N),
        **dict.fromkeys(("member", "answered_by"), M),
        **dict.fromkeys(("public_id", "subject"), K),
        "question": W,
    },
    tables.HomeTabRow: {
        **dict.fromkeys(("id", "company_id", "view_hash", "shown", "opened_at"), N),
        "member": M,
    },
    tables.SlackInstallRow: {
        **dict.fromkeys(("id", "app", "home", "enterprise", "name", "teams", "bot", "scopes", "installed_at"), N),
        **dict.fromkeys(("expires_at", "lease_until", "revoked_at", "stuck_at"), N),
        "sealed": Holds.SECRET,
        # Until the company is there; then it is emptied.
        "setup": Holds.PLAN,
    },
    # Until the company is there; then it is gone.
    tables.TeamsSetupRow: {**dict.fromkeys(("tenant", "at"), N), "person": Holds.PLAN, "draft": Holds.PLAN},
    tables.OnceRow: dict.fromkeys(("name", "at"), N),
    tables.SettingRow: dict.fromkeys(("name", "value"), N),
}
