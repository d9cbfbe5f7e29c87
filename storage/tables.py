"""The tables. Every row belongs to one company; uniqueness is a constraint, and every constraint has a name."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
    false,
    func,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from storage.types import BigId, Day, Json, UTCDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
SLUG = String(64)
NAME = String(400)
CRM_ID = String(120)


class Base(DeclarativeBase):
    """Of all tables."""

    metadata = metadata
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        datetime: UTCDateTime(),
        date: Day(),
        dict[str, Any]: Json,
        list[Any]: Json,
        int: BigInteger(),
    }


class CompanyRow(Base):
    """One client. `plan` is its file without the members."""

    __tablename__ = "company"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    slug: Mapped[str] = mapped_column(SLUG, unique=True)
    plan: Mapped[dict[str, Any]]
    # Goes up with every change of the plan or of a member, so that a parsed company can be kept in memory.
    version: Mapped[int]
    created_at: Mapped[datetime]
    # Fairness: delivery serves the company that waited longest.
    served_at: Mapped[datetime | None]
    imported_on: Mapped[date | None]
    slack_team: Mapped[str | None] = mapped_column(String(40), unique=True)
    teams_tenant: Mapped[str | None] = mapped_column(String(40), unique=True)
    # The Teams app that it brought, which alone speaks for it; NULL where the deployment's does.
    teams_app: Mapped[str | None] = mapped_column(String(80), unique=True)
    # Since when it is left alone, because its workspace took the app out: nothing rings, nothing is sent.
    paused_at: Mapped[datetime | None]


class Owned:
    """A row of one company. The session refuses to read or write these without a company."""

    @declared_attr
    @classmethod
    def company_id(cls) -> Mapped[int]:
        """Whose row it is. Every table has an index that begins with it; one of its own would be written in vain."""
        return mapped_column(BigInteger, ForeignKey("company.id", ondelete="CASCADE"))


class MemberRow(Owned, Base):
    """A person in a company. `handles` is doubled into `handle`, where it can be looked up from outside."""

    __tablename__ = "member"
    __table_args__ = (UniqueConstraint("company_id", "slug"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    slug: Mapped[str] = mapped_column(SLUG)
    place: Mapped[int]
    active: Mapped[bool]
    profile: Mapped[dict[str, Any]]


class HandleRow(Owned, Base):
    """Who somebody is on a platform; one person per company and platform id."""

    __tablename__ = "handle"
    __table_args__ = (UniqueConstraint("company_id", "platform", "handle"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    platform: Mapped[str] = mapped_column(String(16))
    handle: Mapped[str] = mapped_column(String(200), index=True)
    member: Mapped[str] = mapped_column(SLUG)


class NewcomerRow(Owned, Base):
    """Somebody whom the file doesn't name on a platform: who they turned out to be, by what, and since when."""

    __tablename__ = "newcomer"
    __table_args__ = (UniqueConstraint("company_id", "platform", "handle"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    platform: Mapped[str] = mapped_column(String(16))
    handle: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(NAME)
    standing: Mapped[str] = mapped_column(String(16))
    doubt: Mapped[str | None] = mapped_column(String(16))
    member: Mapped[str | None] = mapped_column(SLUG)
    how: Mapped[str | None] = mapped_column(String(16))
    by: Mapped[str | None] = mapped_column(SLUG)
    seen_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]


class OfMember(Owned):
    """A row about one member, named by slug; the pair is a foreign key."""

    member: Mapped[str] = mapped_column(SLUG)

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            ForeignKeyConstraint(["company_id", "member"], ["member.company_id", "member.slug"], ondelete="CASCADE"),
            *cls.extra_args(),
        )

    @classmethod
    def extra_args(cls) -> tuple[Any, ...]:
        """What else the table has."""
        return ()


class AddressRow(OfMember, Base):
    """Where a member's own conversation with us is, on a platform that has to be told each time (Teams)."""

    __tablename__ = "address"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    platform: Mapped[str] = mapped_column(String(16))
    tenant_id: Mapped[str] = mapped_column(String(40))
    aad_object_id: Mapped[str] = mapped_column(String(200))
    # What they are called towards this bot alone (`29:…`).
    user_id: Mapped[str] = mapped_column(String(300))
    conversation_id: Mapped[str] = mapped_column(String(300))
    service_url: Mapped[str] = mapped_column(String(500))
    bot_id: Mapped[str] = mapped_column(String(300))
    locale: Mapped[str] = mapped_column(String(40))
    time_zone: Mapped[str] = mapped_column(String(64))
    installed_at: Mapped[datetime]
    # They took the app away, or shut us out; until they are heard from again.
    removed_at: Mapped[datetime | None]

    @classmethod
    def extra_args(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("company_id", "platform", "member"),)


class CheckInRow(OfMember, Base):
    """One member's day."""

    __tablename__ = "checkin"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    day: Mapped[date]
    status: Mapped[str] = mapped_column(String(16))
    asked_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    late: Mapped[bool]
    counts: Mapped[dict[str, Any]]
    targets: Mapped[dict[str, Any]]
    suggested: Mapped[dict[str, Any]]
    question: Mapped[str] = mapped_column(SLUG)
    answer: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    commitment: Mapped[str] = mapped_column(Text)
    edits: Mapped[int]

    @classmethod
    def extra_args(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("company_id", "member", "day"), Index(None, "company_id", "day"))


class CommitmentRow(OfMember, Base):
    """What was promised."""

    __tablename__ = "commitment"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    made_on: Mapped[date]
    due_on: Mapped[date]
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))
    settled_on: Mapped[date | None]

    @classmethod
    def extra_args(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("company_id", "member", "made_on"),)


class CallRow(OfMember, Base):
    """A forecast call; added, never changed. Amounts in minor units."""

    __tablename__ = "forecast_call"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    period: Mapped[str] = mapped_column(String(8))
    by: Mapped[str] = mapped_column(SLUG)
    commit: Mapped[int]
    best_case: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str] = mapped_column(Text)
    called_at: Mapped[datetime]

    @classmethod
    def extra_args(cls) -> tuple[Any, ...]:
        return (Index(None, "company_id", "period"),)


class EstimateRow(Owned, Base):
    """What the coach or a baseline expected on a morning; added, never changed. `member` is empty for the team."""

    __tablename__ = "forecast_estimate"
    __table_args__ = (
        UniqueConstraint("company_id", "on", "by", "member"),
        Index(None, "company_id", "member", "on"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    period: Mapped[str] = mapped_column(String(8))
    on: Mapped[date]
    by: Mapped[str] = mapped_column(String(16))
    member: Mapped[str] = mapped_column(SLUG)
    expected: Mapped[int]
    p10: Mapped[int | None]
    p50: Mapped[int | None]
    p90: Mapped[int | None]
    currency: Mapped[str] = mapped_column(String(3))
    basis: Mapped[str] = mapped_column(String(16))


class RemarkRow(OfMember, Base):
    """What was said about a call: agreed, what it rests on, an answer. Added, never changed. `call` is a call's id."""

    __tablename__ = "forecast_remark"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    period: Mapped[str] = mapped_column(String(8))
    call: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(16))
    by: Mapped[str] = mapped_column(SLUG)
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)
    opportunity: Mapped[str] = mapped_column(CRM_ID)

    @classmethod
    def extra_args(cls) -> tuple[Any, ...]:
        return (Index(None, "company_id", "period"),)


class LockedRow(Owned, Base):
    """How a forecast stood when a week's was locked; added, never changed. `member` is empty for the team."""

    __tablename__ = "forecast_lock"
    __table_args__ = (UniqueConstraint("company_id", "on", "member"), Index(None, "company_id", "period"))
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    period: Mapped[str] = mapped_column(String(8))
    on: Mapped[date]
    at: Mapped[datetime]
    member: Mapped[str] = mapped_column(SLUG)
    won: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    call: Mapped[str] = mapped_column(String(16))
    commit: Mapped[int | None]
    best_case: Mapped[int | None]
    call_currency: Mapped[str | None] = mapped_column(String(3))
    overlay: Mapped[str] = mapped_column(String(16))
    overlay_commit: Mapped[int | None]
    overlay_best: Mapped[int | None]
    overlay_currency: Mapped[str | None] = mapped_column(String(3))
    agreed_by: Mapped[str] = mapped_column(SLUG)
    expected: Mapped[int | None]
    p10: Mapped[int | None]
    p50: Mapped[int | None]
    p90: Mapped[int | None]


class EscalationRow(OfMember, Base):
    """Something for the manager. `live_key` is unique while it lives and empty (NULL) once settled."""

    __tablename__ = "escalation"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(SLUG)
    kind: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(200))
    live_key: Mapped[str | None] = mapped_column(String(400))
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))
    policy: Mapped[dict[str, Any]]
    raised_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None] = mapped_column(SLUG)
    snoozed_until: Mapped[datetime | None]
    owner_told_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    resolution: Mapped[str] = mapped_column(Text)
    context: Mapped[str] = mapped_column(Text)

    @classmethod
    def extra_args(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("company_id", "public_id"), UniqueConstraint("company_id", "live_key"))


class OpportunityRow(Owned, Base):
    """A deal as last known. The amount is in minor units; NULL is unknown."""

    __tablename__ = "opportunity"
    __table_args__ = (
        UniqueConstraint("company_id", "crm_id"),
        Index(None, "company_id", "status", "member"),
        Index(None, "company_id", "closed_on"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    crm_id: Mapped[str] = mapped_column(CRM_ID)
    owner: Mapped[str] = mapped_column(NAME)
    member: Mapped[str | None] = mapped_column(SLUG)
    name: Mapped[str] = mapped_column(NAME)
    account: Mapped[str] = mapped_column(NAME)
    stage: Mapped[str] = mapped_column(NAME)
    status: Mapped[str] = mapped_column(String(8))
    amount: Mapped[int | None]
    currency: Mapped[str | None] = mapped_column(String(3))
    created_on: Mapped[date | None]
    close_date: Mapped[date | None]
    closed_on: Mapped[date | None]
    next_step: Mapped[str] = mapped_column(Text)
    next_step_on: Mapped[date | None]
    product: Mapped[str] = mapped_column(NAME)
    source: Mapped[str] = mapped_column(NAME)
    category: Mapped[str | None] = mapped_column(String(16))
    last_activity_on: Mapped[date | None]
    gone_on: Mapped[date | None]


class ChangeRow(Owned, Base):
    """One field of one opportunity, seen to have changed on a day. Once per field and day."""

    __tablename__ = "opportunity_change"
    __table_args__ = (UniqueConstraint("company_id", "opportunity", "on", "field"), Index(None, "company_id", "on"))
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    opportunity: Mapped[str] = mapped_column(CRM_ID)
    on: Mapped[date]
    field: Mapped[str] = mapped_column(String(16))
    before: Mapped[str | None] = mapped_column(NAME)
    after: Mapped[str | None] = mapped_column(NAME)
    at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class SnapshotRow(Owned, Base):
    """An open opportunity on a day."""

    __tablename__ = "snapshot"
    __table_args__ = (UniqueConstraint("company_id", "day", "opportunity"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    day: Mapped[date]
    opportunity: Mapped[str] = mapped_column(CRM_ID)
    member: Mapped[str | None] = mapped_column(SLUG)
    stage: Mapped[str] = mapped_column(NAME)
    amount: Mapped[int | None]
    currency: Mapped[str | None] = mapped_column(String(3))
    close_date: Mapped[date | None]
    category: Mapped[str | None] = mapped_column(String(16))


class ClaimRow(Owned, Base):
    """A name taken once: an event's id, so that a redelivery changes nothing."""

    __tablename__ = "claim"
    __table_args__ = (UniqueConstraint("company_id", "key"), Index(None, "at"))
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(300))
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class AlarmRow(Owned, Base):
    """When to wake up for what. A tick reads what is due by the index, so it costs what is due, not what exists.

    They come and go all day, so there is no number to keep besides; on SQLite those of one subject lie side by side.
    """

    __tablename__ = "alarm"
    __table_args__ = (
        PrimaryKeyConstraint("company_id", "subject", "alarm"),
        Index(None, "due_at"),
        {"sqlite_with_rowid": False},
    )
    alarm: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(200))
    due_at: Mapped[datetime]


class DeliveryRow(Owned, Base):
    """A message on its way. The state machine is described in `storage.outbox`.

    `nonce` is the random key that travels with the message, so that an unknown outcome can be looked up.
    `reference` is what the channel calls the message once it is there.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("company_id", "key"),
        # Everything that is asked about what is due: a row itself is a card long.
        Index(None, "state", "not_before", "company_id", "retry_at", "priority"),
        Index(None, "company_id", "state", "not_before"),
        Index(None, "company_id", "member", "state"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(300))
    member: Mapped[str] = mapped_column(SLUG)
    kind: Mapped[str] = mapped_column(String(16))
    priority: Mapped[int]
    card: Mapped[dict[str, Any]]
    replaces: Mapped[str | None] = mapped_column(String(300))
    only_edit: Mapped[bool]
    # A twin of a chat message that goes by mail and nothing else.
    by_mail: Mapped[bool]
    # Its first outcome can't be known, and it is sent once more, saying that it may be a repeat.
    repeat: Mapped[bool] = mapped_column(server_default=false())
    state: Mapped[str] = mapped_column(String(16))
    not_before: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    # Leases, settling and pacing are on the machine's real time, so that a demo's clock can't disturb them.
    attempts: Mapped[int]
    retry_at: Mapped[datetime | None]
    lease_owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None]
    attempt_at: Mapped[datetime | None]
    nonce: Mapped[str] = mapped_column(String(64))
    platform: Mapped[str | None] = mapped_column(String(16))
    reference: Mapped[dict[str, Any] | None]
    sent_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(Text)


class GateRow(Owned, Base):
    """The next instant (real time) at which a scope may send: a company, or one conversation of it."""

    __tablename__ = "gate"
    __table_args__ = (UniqueConstraint("company_id", "scope"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    scope: Mapped[str] = mapped_column(String(120))
    next_ok_at: Mapped[datetime]


class SecretRow(Owned, Base):
    """A company's own credentials, encrypted; `name` says which."""

    __tablename__ = "secret"
    __table_args__ = (UniqueConstraint("company_id", "name"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    sealed: Mapped[str] = mapped_column(Text)


class ChatLineRow(Owned, Base):
    """The local chat's own conversation: what the coach and a member wrote. `nonce` makes a repeat harmless."""

    __tablename__ = "chat_line"
    __table_args__ = (UniqueConstraint("company_id", "nonce"), Index(None, "company_id", "member"))
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    member: Mapped[str] = mapped_column(SLUG)
    author: Mapped[str] = mapped_column(String(8))
    key: Mapped[str | None] = mapped_column(String(300))
    nonce: Mapped[str] = mapped_column(String(64))
    card: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    changed_at: Mapped[datetime]


class EvidenceRow(Owned, Base):
    """What was learned from a buyer about one criterion of one deal; added, never changed."""

    __tablename__ = "evidence"
    __table_args__ = (Index(None, "company_id", "opportunity"), Index(None, "company_id", "by"))
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    opportunity: Mapped[str] = mapped_column(CRM_ID)
    criterion: Mapped[str] = mapped_column(SLUG)
    answer: Mapped[str] = mapped_column(String(8))
    quote: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(NAME)
    tactic: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(SLUG)
    at: Mapped[datetime]


class AskedRow(OfMember, Base):
    """A question about a deal that a member was asked on a day."""

    __tablename__ = "asked"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    opportunity: Mapped[str] = mapped_column(CRM_ID)
    criterion: Mapped[str] = mapped_column(SLUG)
    on: Mapped[date]

    @classmethod
    def extra_args(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("company_id", "opportunity", "on"), Index(None, "company_id", "member", "on"))


class ReviewedRow(OfMember, Base):
    """What a member was asked in a review, with the words as they were sent, and the answer so far."""

    __tablename__ = "reviewed"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    on: Mapped[date]
    opportunity: Mapped[str] = mapped_column(CRM_ID)
    rule: Mapped[str] = mapped_column(String(32))
    place: Mapped[int]
    title: Mapped[str] = mapped_column(NAME)
    said: Mapped[str] = mapped_column(Text)
    question: Mapped[str] = mapped_column(Text)
    criterion: Mapped[str] = mapped_column(SLUG)
    at_stake: Mapped[int | None]
    currency: Mapped[str | None] = mapped_column(String(3))
    answered_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(32))
    close_date: Mapped[date | None]
    next_step: Mapped[str] = mapped_column(Text)
    next_step_on: Mapped[date | None]
    let_go: Mapped[bool]
    help: Mapped[bool]
    words: Mapped[str] = mapped_column(Text)
    confirmed_on: Mapped[date | None]

    @classmethod
    def extra_args(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("company_id", "member", "on", "opportunity", "rule"),
            Index(None, "company_id", "on"),
        )


class ChoiceRow(OfMember, Base):
    """A deal as proposed to its rep, to work or to drop, and what was said to it. Amounts in minor units."""

    __tablename__ = "choice"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    on: Mapped[date]
    opportunity: Mapped[str] = mapped_column(CRM_ID)
    pick: Mapped[str] = mapped_column(String(16))
    place: Mapped[int]
    title: Mapped[str] = mapped_column(NAME)
    said: Mapped[str] = mapped_column(Text)
    amount: Mapped[int | None]
    estimated: Mapped[bool]
    at_stake: Mapped[int | None]
    per_hour: Mapped[int | None]
    currency: Mapped[str | None] = mapped_column(String(3))
    minutes: Mapped[int | None]
    answered_at: Mapped[datetime | None]
    agrees: Mapped[bool | None]
    why: Mapped[str | None] = mapped_column(String(16))
    words: Mapped[str] = mapped_column(Text)
    instead: Mapped[str] = mapped_column(CRM_ID)
    given_up: Mapped[bool] = mapped_column(server_default=false())
    ruling: Mapped[str | None] = mapped_column(String(16))
    ruled_by: Mapped[str | None] = mapped_column(SLUG)
    ruled_at: Mapped[datetime | None]
    ruling_note: Mapped[str] = mapped_column(Text)

    @classmethod
    def extra_args(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("company_id", "member", "on", "opportunity"), Index(None, "company_id", "on"))


class MandateRow(Owned, Base):
    """A question that was put to the owner, as it was put, and the answer."""

    __tablename__ = "mandate"
    __table_args__ = (UniqueConstraint("company_id", "public_id"), Index(None, "company_id", "put_on"))
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(SLUG)
    put_on: Mapped[date]
    about: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(CRM_ID)
    opportunity: Mapped[str] = mapped_column(CRM_ID)
    member: Mapped[str | None] = mapped_column(SLUG)
    question: Mapped[str] = mapped_column(Text)
    at_stake: Mapped[int | None]
    currency: Mapped[str | None] = mapped_column(String(3))
    by: Mapped[date]
    expires_at: Mapped[datetime]
    word: Mapped[str | None] = mapped_column(String(8))
    answered_by: Mapped[str | None] = mapped_column(SLUG)
    answered_at: Mapped[datetime | None]


class HomeTabRow(OfMember, Base):
    """A member's App Home as last published: what Slack calls that version, and a digest of what it showed."""

    __tablename__ = "home_tab"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    view_hash: Mapped[str] = mapped_column(String(80))
    shown: Mapped[str] = mapped_column(String(64))
    opened_at: Mapped[datetime]

    @classmethod
    def extra_args(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("company_id", "member"),)


class SlackInstallRow(Base):
    """A Slack app in a workspace or, organisation-wide, in an enterprise: there may be no company to it yet.

    `app` is the slug of the company whose own app it is, or '' for the one of this deployment. `home` is the team, or
    the enterprise. `sealed` are its tokens; NULL once they were revoked. `setup` is a company in the making.
    """

    __tablename__ = "slack_install"
    __table_args__ = (UniqueConstraint("app", "home"), Index(None, "expires_at"))
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    app: Mapped[str] = mapped_column(SLUG)
    home: Mapped[str] = mapped_column(String(40))
    enterprise: Mapped[str | None] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(NAME)
    teams: Mapped[list[Any]]
    bot: Mapped[str] = mapped_column(String(40))
    scopes: Mapped[str] = mapped_column(Text)
    sealed: Mapped[str | None] = mapped_column(Text)
    installed_at: Mapped[datetime]
    # These on the machine's real time, as Slack's clock is.
    expires_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    # Since when there is nothing to renew the tokens with.
    stuck_at: Mapped[datetime | None]
    setup: Mapped[dict[str, Any] | None]


class TeamsSetupRow(Base):
    """A company in the making: `person` of that Teams tenant, an Entra object id, sets it up, and nobody else."""

    __tablename__ = "teams_setup"
    tenant: Mapped[str] = mapped_column(String(40), primary_key=True)
    person: Mapped[str] = mapped_column(String(200))
    draft: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class OnceRow(Base):
    """What may be used once and is nobody's yet: the state of an installation on its way through Slack."""

    __tablename__ = "once"
    __table_args__ = (Index(None, "at"),)
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class SettingRow(Base):
    """A few facts about the installation itself, such as where the demo's clock stands."""

    __tablename__ = "setting"
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
