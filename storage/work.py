"""One transaction in one company: its records, and the means to change them."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, assert_never

import sqlalchemy as sa

from coaching.card import Card
from coaching.checkins import CheckIn, Commitment
from coaching.chosen import Choice
from coaching.company import Company
from coaching.decision import GRACE, PRIORITY, Alarm, Decision, Kind, Message, Record
from coaching.escalation import Escalation, EscalationState
from coaching.events import Rang
from coaching.forecasts import Call, Estimate, Locked, Remark
from coaching.identity import Newcomer, Standing
from coaching.mandate import Mandate
from coaching.opportunities import Change, Opportunity, Snapshot
from coaching.people import Member
from coaching.qualification import Asked, Evidence
from coaching.reviewed import Reviewed
from storage import codec, direct, rows, statements
from storage.database import is_sqlite, narrowed
from storage.deliveries import NOTHING_REACHES
from storage.tables import (
    AlarmRow,
    AskedRow,
    CallRow,
    ChangeRow,
    CheckInRow,
    ChoiceRow,
    ClaimRow,
    CommitmentRow,
    CompanyRow,
    DeliveryRow,
    EscalationRow,
    EstimateRow,
    EvidenceRow,
    HandleRow,
    LockedRow,
    MandateRow,
    MemberRow,
    NewcomerRow,
    OpportunityRow,
    RemarkRow,
    ReviewedRow,
    SnapshotRow,
)
from storage.upsert import made

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

    from coaching.company import Stage
    from storage.writes import Writes

BY_MAIL = ":mail"
"""Ends the key of a message's twin that goes by mail."""


_TO_THEM = (DeliveryRow.company_id == MemberRow.company_id, DeliveryRow.member == MemberRow.slug)
_ARRIVED = sa.exists().where(*_TO_THEM, DeliveryRow.state == "sent")
_UNMET = sa.select(MemberRow.slug).where(MemberRow.active, ~_ARRIVED)

# PostgreSQL's alone, and made once: every answer holds somebody.
_company: Any = CompanyRow.__table__.c
_ENTER = sa.select(_company.id).where(_company.id == sa.bindparam("whose")).with_for_update(read=True, key_share=True)
_member: Any = MemberRow.__table__.c
_HOLD = (
    sa.select(_member.slug, _member.profile)
    .where(_member.company_id == sa.bindparam("whose"), _member.slug.in_(sa.bindparam("members", expanding=True)))
    .order_by(_member.slug)
    .with_for_update()
)


class CompanyWork:
    """Implements `coaching.ports.Work` within a transaction, narrowed to one company."""

    def __init__(
        self,
        connection: Connection,
        company_id: int,
        company: Company,
        writes: Writes,
        *,
        session: Session | None = None,
        new: bool = False,
    ) -> None:
        self.new = new
        self.company_id = company_id
        self.company = company
        self._connection = connection
        self._writes = writes
        self._session = session
        self._snapshots: dict[date, tuple[Snapshot, ...]] = {}
        self._entered = False
        """Whether the company's row is held against those who hold it whole."""

    @property
    def session(self) -> Session:
        """On the same transaction; opened when first asked for, because most answers do without."""
        self._written()
        if self._session is None:
            self._session = narrowed(self._connection, self.company_id)
        return self._session

    def flush(self) -> None:
        """Write what objects still hold."""
        if self._session is not None:
            self._session.flush()

    def _written(self) -> None:
        """Nothing of this company waits any more."""
        if self._writes.concern(self.company_id):
            self._writes.flush()

    # --- questions -------------------------------------------------------------------------------------------------
    def lock(self, members: Collection[str]) -> None:
        """On SQLite the transaction is the only writer already.

        The company before its members, as whoever claims a name does it, and whoever applies a file or erases somebody:
        what an alarm writes needs the company's row, and the other way round they would wait for each other.
        """
        if is_sqlite(self._connection):
            return
        self._written()
        if not self._entered:
            self._connection.execute(_ENTER, {"whose": self.company_id})
            self._entered = True
        found = self._connection.execute(_HOLD, {"whose": self.company_id, "members": list(members)})
        now = {it.slug: codec.load(Member, it.profile) for it in found}
        # Whoever held them may have changed them meanwhile: what is decided from here on must know that.
        if any(now.get(it.id, it) != it for it in self.company.members):
            self.company = replace(self.company, members=tuple(now.get(it.id, it) for it in self.company.members))

    def hold(self) -> None:
        """Nobody else applies a file or imports an export until the transaction ends."""
        if not is_sqlite(self._connection):
            self.session.execute(sa.select(CompanyRow.id).where(CompanyRow.id == self.company_id).with_for_update())

    def checkins(self, first: date, last: date, member: str | None = None) -> tuple[CheckIn, ...]:
        """Oldest first."""
        found = self._found(statements.CHECKINS, member, first=first, last=last)
        return tuple(rows.checkin(it) for it in found)

    def checkins_and_before(self, first: date, last: date, member: str) -> tuple[CheckIn, ...]:
        """One member's, and the latest of theirs before `first`; oldest first."""
        found = self._asked(statements.CHECKINS_AND_BEFORE, {"first": first, "last": last, "member": member})
        return tuple(rows.checkin(it) for it in found)

    def commitments(self, first: date, last: date, member: str | None = None) -> tuple[Commitment, ...]:
        """By the day they were made, oldest first."""
        found = self._found(statements.COMMITMENTS, member, first=first, last=last)
        return tuple(rows.commitment(it) for it in found)

    def open_commitments(self, member: str) -> tuple[Commitment, ...]:
        """Oldest first."""
        found = self._asked(statements.OPEN_COMMITMENTS, {"member": member})
        return tuple(rows.commitment(it) for it in found)

    def open_opportunities(self, member: str | None = None) -> tuple[Opportunity, ...]:
        """Open and not gone, by id."""
        return tuple(rows.opportunity(it) for it in self._found(statements.OPEN_OPPORTUNITIES, member))

    def closed_opportunities(self, first: date, last: date, member: str | None = None) -> tuple[Opportunity, ...]:
        """Won or lost in that stretch, by id."""
        found = self._found(statements.CLOSED_OPPORTUNITIES, member, first=first, last=last)
        return tuple(rows.opportunity(it) for it in found)

    def opportunities(self) -> tuple[Opportunity, ...]:
        """All that were ever known, by id."""
        return tuple(rows.opportunity(it) for it in self._asked(statements.OPPORTUNITIES, {}))

    def opportunity(self, opportunity_id: str) -> Opportunity | None:
        """By its CRM id."""
        row = self.session.scalars(
            sa.select(OpportunityRow).where(OpportunityRow.crm_id == opportunity_id)
        ).one_or_none()
        return rows.opportunity(row) if row else None

    def changes(self, first: date, last: date) -> tuple[Change, ...]:
        """By day, oldest first."""
        return tuple(rows.change(it) for it in self._asked(statements.CHANGES, {"first": first, "last": last}))

    def snapshot(self, day: date) -> tuple[Snapshot, ...]:
        """The open pipeline on the latest kept day at or before `day`; that of one day is read once."""
        found = [it.day for it in self._asked(statements.SNAPSHOT_DAY, {"last": day})]
        if not found:
            return ()
        if found[0] not in self._snapshots:
            kept = self._asked(statements.SNAPSHOT, {"first": found[0]})
            self._snapshots[found[0]] = tuple(rows.snapshot(it) for it in kept)
        return self._snapshots[found[0]]

    def calls(self, period: str, member: str | None = None) -> tuple[Call, ...]:
        """Overlays included, oldest first."""
        return tuple(rows.call(it) for it in self._found(statements.CALLS, member, period=period))

    def calls_of(self, periods: Collection[str], member: str | None = None) -> tuple[Call, ...]:
        """The same of several periods."""
        asked = sa.select(CallRow).where(CallRow.period.in_(periods)).order_by(CallRow.called_at, CallRow.id)
        return tuple(rows.call(it) for it in self._all(_of(asked, CallRow.member, member)))

    def remarks(self, period: str, member: str | None = None) -> tuple[Remark, ...]:
        """Oldest first."""
        return tuple(rows.remark(it) for it in self._found(statements.REMARKS, member, period=period))

    def locks(self, period: str, member: str | None = None) -> tuple[Locked, ...]:
        """Oldest first."""
        return tuple(rows.locked(it) for it in self._found(statements.LOCKS, member, period=period))

    def estimate_days(self, first: date, last: date) -> tuple[date, ...]:
        """Oldest first."""
        return tuple(it.on for it in self._asked(statements.ESTIMATE_DAYS, {"first": first, "last": last}))

    def estimates(self, days: Collection[date], member: str | None = None) -> tuple[Estimate, ...]:
        """Oldest first."""
        asked = sa.select(EstimateRow).where(EstimateRow.on.in_(days)).order_by(EstimateRow.on, EstimateRow.id)
        return tuple(rows.estimate(it) for it in self._all(_of(asked, EstimateRow.member, member)))

    def escalations(self, states: Collection[EscalationState], member: str | None = None) -> tuple[Escalation, ...]:
        """Oldest first."""
        asked = statements.some(statements.STATES, [it.value for it in states])
        found = (self._found(statements.ESCALATIONS, member, **it) for it in asked)  # once, for all that there are
        return tuple(rows.escalation(it) for part in found for it in part)

    def escalation(self, escalation_id: str) -> Escalation | None:
        """By id."""
        asked = sa.select(EscalationRow).where(EscalationRow.public_id == escalation_id)
        row = self.session.scalars(asked).one_or_none()
        return rows.escalation(row) if row else None

    def settled_escalations(self, since: datetime) -> tuple[Escalation, ...]:
        """Oldest first."""
        return tuple(rows.escalation(it) for it in self._asked(statements.SETTLED_ESCALATIONS, {"since": since}))

    def evidence(self, opportunity: str | None = None) -> tuple[Evidence, ...]:
        """Of one deal, or of all that were ever asked about; oldest first."""
        asked = sa.select(EvidenceRow).order_by(EvidenceRow.at, EvidenceRow.id)
        return tuple(rows.evidence(it) for it in self._all(_of(asked, EvidenceRow.opportunity, opportunity)))

    def asked(self, since: date, member: str | None = None) -> tuple[Asked, ...]:
        """By day, oldest first."""
        found = sa.select(AskedRow).where(AskedRow.on >= since).order_by(AskedRow.on, AskedRow.id)
        return tuple(rows.asked(it) for it in self._all(_of(found, AskedRow.member, member)))

    def reviewed(self, first: date, last: date, member: str | None = None) -> tuple[Reviewed, ...]:
        """Oldest first, each review's in its order."""
        found = self._found(statements.REVIEWED, member, first=first, last=last)
        return tuple(rows.reviewed(it) for it in found)

    def choices(self, first: date, last: date, member: str | None = None) -> tuple[Choice, ...]:
        """Oldest first, each day's to work before those to drop."""
        found = sa.select(ChoiceRow).where(ChoiceRow.on.between(first, last))
        # `major` comes after `distraction` in the alphabet.
        ordered = found.order_by(ChoiceRow.on, ChoiceRow.member, ChoiceRow.pick.desc(), ChoiceRow.place, ChoiceRow.id)
        return tuple(rows.choice(it) for it in self._all(_of(ordered, ChoiceRow.member, member)))

    def mandates(self, since: date) -> tuple[Mandate, ...]:
        """Put from a day on, oldest first."""
        found = sa.select(MandateRow).where(MandateRow.put_on >= since).order_by(MandateRow.put_on, MandateRow.id)
        return tuple(rows.mandate(it) for it in self._all(found))

    def mandate(self, mandate_id: str) -> Mandate | None:
        """By id."""
        row = self.session.scalars(sa.select(MandateRow).where(MandateRow.public_id == mandate_id)).one_or_none()
        return rows.mandate(row) if row else None

    def holder(self, platform: str, handle: str) -> str | None:
        """Read anew: the company in memory may be older than the lock that was waited for."""
        asked = sa.select(HandleRow.member).where(HandleRow.platform == platform, HandleRow.handle == handle)
        return self.session.scalar(asked)

    def newcomer(self, platform: str, handle: str) -> Newcomer | None:
        """Locked, on PostgreSQL; on SQLite the transaction is the only writer already."""
        mine = (NewcomerRow.platform == platform, NewcomerRow.handle == handle)
        asked = sa.select(NewcomerRow).where(*mine).with_for_update()
        row = self.session.scalar(asked, execution_options={"populate_existing": True})
        return rows.newcomer(row) if row else None

    def newcomers(self, standing: Standing) -> tuple[Newcomer, ...]:
        """The first met first."""
        asked = sa.select(NewcomerRow).where(NewcomerRow.standing == standing.value).order_by(NewcomerRow.id)
        return tuple(rows.newcomer(it) for it in self._all(asked))

    def arrived(self, keys: Collection[str]) -> bool:
        """Sent, on whatever channel. One of unknown fate isn't, as long as nobody has found it there."""
        asked = statements.some(statements.WHICH, tuple(keys))
        return any(self._asked(statements.ARRIVED, dict(it)) for it in asked)

    def unmet(self) -> frozenset[str]:
        """Active, and nothing ever arrived."""
        return frozenset(self.session.scalars(_UNMET))

    def absent(self) -> frozenset[str]:
        """The same, of those to whom something couldn't go; not of those whose first message has its hour yet."""
        held_up = sa.and_(DeliveryRow.state == "queued", DeliveryRow.reason.is_not(None))
        stuck = sa.or_(DeliveryRow.state.in_(("dead", "skipped_late")), held_up)
        return frozenset(self.session.scalars(_UNMET.where(sa.exists().where(*_TO_THEM, stuck))))

    def unreached(self) -> frozenset[str]:
        """With a message that is dead for that reason; one that is linked by now has none."""
        given_up = (DeliveryRow.state == "dead", DeliveryRow.reason.startswith(NOTHING_REACHES))
        return frozenset(self.session.scalars(sa.select(DeliveryRow.member).where(*given_up).distinct()))

    def message(self, member: str, key: str) -> Card | None:
        """The card of a message to a member as it stands: the newest of those that overwrote it, or itself.

        A change that no channel could show there (a letter stays as it is) counts all the same, and so does an answer
        that only its page shows.
        """
        taken_back = sa.and_(DeliveryRow.state == "withdrawn", DeliveryRow.replaces.is_(None))
        shown_only = DeliveryRow.key.startswith("reply:")
        mine = (DeliveryRow.member == member, sa.or_(sa.not_(taken_back), shown_only))
        versions = sa.or_(DeliveryRow.key == key, DeliveryRow.replaces == key)
        asked = sa.select(DeliveryRow.card).where(*mine, versions).order_by(DeliveryRow.id.desc()).limit(1)
        found = self.session.scalar(asked)
        return codec.load(Card, found) if found else None

    # --- changes ---------------------------------------------------------------------------------------------------
    def claim(self, *keys: str, others: Sequence[tuple[CompanyWork, Sequence[str]]] = ()) -> bool:
        """Take names once. On PostgreSQL a second taker waits for the first transaction, then finds it taken."""
        self._entered = True  # a name's row refers to the company's
        named = [(self.company_id, keys), *((work.company_id, theirs) for work, theirs in others)]
        taken = [(whose, it) for whose, theirs in named for it in theirs]
        values: dict[str, Any] = {}
        for n, (whose, key) in enumerate(taken):
            values[f"whose_{n}"], values[f"key_{n}"] = whose, key
        statement = statements.claim(len(taken), on_sqlite=is_sqlite(self._connection))
        return direct.write(self._connection, statement, [values]) == len(taken)

    def release(self, *keys: str) -> None:
        """Give names back that were taken in this transaction."""
        self.session.execute(sa.delete(ClaimRow).where(ClaimRow.key.in_(keys)))

    def take(self, rang: Rang) -> bool:
        """Switch an alarm off if it still stands as it rang."""
        stands = {"which": rang.alarm, "about": rang.subject, "stands": rang.due_at}
        self._written()
        return self._run(statements.TAKE, stands) == 1

    def apply(self, decision: Decision, now: datetime) -> None:
        """Keep its records, queue its messages, set its alarms."""
        self._written()  # what waits goes by statement, and the last word counts
        for record in decision.records:
            self._keep(record)
        if decision.withdraw:
            self._withdraw(decision.withdraw)
        for message in decision.messages:
            self._queue(message, now)
        self._set(decision.alarms)

    def show(self, message: Message, platform: str, reference: Mapping[str, Any], now: datetime) -> None:
        """A message that needs no sending, because whoever may see it asks for it there."""
        self._queue(message, now)
        there = {"state": "sent", "platform": platform, "reference": dict(reference), "sent_at": now}
        mine = (DeliveryRow.key == message.key, DeliveryRow.state == "queued")
        self.session.execute(sa.update(DeliveryRow).where(*mine).values(**there))

    def keep_pipeline(
        self,
        *,
        opportunities: Sequence[Opportunity],
        changes: Sequence[Change],
        snapshots: Sequence[Snapshot],
        on: date,
    ) -> None:
        """What an import found: opportunities as now known, all that moved that day, and that day's open pipeline."""
        self.keep_opportunities(opportunities)
        # A move that was undone by a second import the same day is no move: the day is written anew.
        self.session.execute(sa.delete(ChangeRow).where(ChangeRow.on == on))
        self._upsert(ChangeRow, [rows.change_values(it) for it in changes], by=("opportunity", "on", "field"))
        self.session.execute(sa.delete(SnapshotRow).where(SnapshotRow.day == on))
        self._snapshots.clear()
        self._upsert(SnapshotRow, [rows.snapshot_values(it) for it in snapshots], by=("day", "opportunity"))
        self.session.execute(sa.update(CompanyRow).where(CompanyRow.id == self.company_id).values(imported_on=on))

    def keep_opportunities(self, opportunities: Sequence[Opportunity]) -> None:
        """As now known, whatever they were."""
        self._upsert(OpportunityRow, [rows.opportunity_values(it) for it in opportunities], by=("crm_id",))

    def imported_on(self) -> date | None:
        """The day of the last import."""
        return self.session.scalar(sa.select(CompanyRow.imported_on).where(CompanyRow.id == self.company_id))

    def keep_company(self, company: Company) -> None:
        """Its plan and its members. Members that it doesn't name stay as they are; the caller marks who left."""
        self.session.execute(
            sa.update(CompanyRow)
            .where(CompanyRow.id == self.company_id)
            .values(**rows.company_values(company), version=CompanyRow.version + 1)
        )
        members = [{**rows.member_values(it), "place": place} for place, it in enumerate(company.members)]
        self._upsert(MemberRow, members, by=("slug",))
        self._keep_handles(company.members)
        self._send_again(company.members)

    def keep_stages(self, said: Iterable[Stage]) -> None:
        """What an import's mapping said about stages. By the company as it is now: `hold` first."""
        row = self.session.get_one(CompanyRow, self.company_id, populate_existing=True)
        plan = codec.load(Company, row.plan)
        known = plan.mapping(said)
        if known != plan:
            row.plan = rows.company_values(known)["plan"]
            row.version += 1
            self.session.flush()

    # --- helpers ---------------------------------------------------------------------------------------------------
    def _keep(self, record: Record) -> None:  # noqa: C901, PLR0912 - a table, one kind of record after the other
        match record:
            case CheckIn():
                self._upsert(CheckInRow, [rows.checkin_values(record)], by=("member", "day"))
            case Commitment():
                self._upsert(CommitmentRow, [rows.commitment_values(record)], by=("member", "made_on"))
            case Call():
                self.session.execute(sa.insert(CallRow).values(company_id=self.company_id, **rows.call_values(record)))
            case Remark():
                values = rows.remark_values(record)
                self.session.execute(sa.insert(RemarkRow).values(company_id=self.company_id, **values))
            case Locked():
                self._upsert(LockedRow, [rows.locked_values(record)], by=("on", "member"), keep=True)
            case Estimate():
                row = rows.estimate_values(record)
                self._upsert(EstimateRow, [row], by=("on", "by", "member"), keep=True)
            case Escalation():
                self._upsert(EscalationRow, [rows.escalation_values(record)], by=("public_id",))
            case Member():
                self._keep_member(record)
            case Newcomer():
                self._upsert(NewcomerRow, [rows.newcomer_values(record)], by=("platform", "handle"))
            case Evidence():
                values = rows.evidence_values(record)
                self.session.execute(sa.insert(EvidenceRow).values(company_id=self.company_id, **values))
            case Asked():
                self._upsert(AskedRow, [rows.asked_values(record)], by=("opportunity", "on"))
            case Reviewed():
                by = ("member", "on", "opportunity", "rule")
                self._upsert(ReviewedRow, [rows.reviewed_values(record)], by=by)
            case Choice():
                self._upsert(ChoiceRow, [rows.choice_values(record)], by=("member", "on", "opportunity"))
            case Mandate():
                self._upsert(MandateRow, [rows.mandate_values(record)], by=("public_id",))
            case _:
                assert_never(record)

    def _keep_member(self, member: Member) -> None:
        self.session.execute(
            sa.update(MemberRow).where(MemberRow.slug == member.id).values(**rows.member_values(member))
        )
        self._keep_handles((member,))
        self._send_again((member,))
        self.session.execute(
            sa.update(CompanyRow).where(CompanyRow.id == self.company_id).values(version=CompanyRow.version + 1)
        )

    def _send_again(self, members: Iterable[Member]) -> None:
        """Whoever has an address by now gets what nobody could be reached with, and what waited for an hour for one.

        What is too late is skipped as ever.
        """
        found = [it.id for it in members if it.active and self._has_more(it)]
        if found:
            given_up = (DeliveryRow.state == "dead", DeliveryRow.reason.startswith(NOTHING_REACHES))
            again = sa.update(DeliveryRow).where(DeliveryRow.member.in_(found), *given_up)
            self.session.execute(again.values(state="queued", attempts=0, retry_at=None, reason=None))
            waits = sa.update(DeliveryRow).where(DeliveryRow.member.in_(found), DeliveryRow.state == "queued")
            self.session.execute(waits.values(retry_at=None))

    def _has_more(self, now: Member) -> bool:
        """An address that they hadn't."""
        was = self.company.member(now.id)
        if was is None:
            return False
        return bool(now.open_handles.items() - was.open_handles.items()) or bool(now.email and now.email != was.email)

    def _keep_handles(self, members: Iterable[Member]) -> None:
        """Of the active, and of accounts that are open: anybody else is unknown to the platforms from then on."""
        members = tuple(members)
        self.session.execute(sa.delete(HandleRow).where(HandleRow.member.in_([it.id for it in members])))
        found = [
            {"platform": platform, "handle": handle, "member": it.id}
            for it in members
            if it.active
            for platform, handle in it.open_handles.items()
        ]
        self._upsert(HandleRow, found, by=("platform", "handle"))

    def _withdraw(self, keys: Sequence[str]) -> None:
        chats, mails = (
            statements.some(statements.WHICH, keys),
            statements.some(statements.TWIN, [it + BY_MAIL for it in keys]),
        )
        self._later(statements.WITHDRAW, [{**chat, **mail} for chat, mail in zip(chats, mails, strict=True)])

    def _queue(self, message: Message, now: datetime) -> None:
        wanted = message.not_before or now
        grace = GRACE[message.kind]
        row: dict[str, Any] = {
            "key": message.key,
            "member": message.to,
            "kind": message.kind.value,
            "priority": PRIORITY[message.kind],
            "card": codec.dump(message.card),
            "replaces": message.replaces,
            "only_edit": message.only_edit,
            "by_mail": False,
            "state": "queued",
            "not_before": wanted,
            "expires_at": wanted + grace if grace else None,
            "created_at": now,
            "attempts": 0,
            "nonce": secrets.token_hex(16),
        }
        queued = [row]
        if message.by_mail_too:
            # A message of its own, with its own nonce, gates and fate: the chat's trouble is not the mail's.
            mail = {"key": message.key + BY_MAIL, "by_mail": True, "replaces": None, "nonce": secrets.token_hex(16)}
            queued.append(row | mail)
        self._upsert(DeliveryRow, queued, by=("key",), keep=True)
        if message.kind is Kind.HELLO:
            self._said_anew({name: it for name, it in row.items() if name != "card" or not message.at_once})

    def _said_anew(self, row: Mapping[str, Any]) -> None:
        """One that couldn't go keeps its place before what came after it; words and hour are those right now."""
        waits = (DeliveryRow.key == row["key"], DeliveryRow.state.in_(("queued", "dead")))
        again = {name: row[name] for name in ("state", "card", "not_before", "attempts") if name in row}
        again |= {"retry_at": None, "reason": None}
        self.session.execute(sa.update(DeliveryRow).where(*waits).values(**again))

    def _set(self, alarms: Iterable[Alarm]) -> None:
        """One statement to switch off and one to set; of the same alarm the last word counts."""
        final = {(it.alarm, it.subject): it.at for it in alarms}
        off = [{"which": alarm, "about": about} for (alarm, about), at in final.items() if at is None]
        self._later(statements.SILENCE, off)
        on = [{"alarm": name[0], "subject": name[1], "due_at": at} for name, at in final.items() if at is not None]
        self._upsert(AlarmRow, on, by=("subject", "alarm"))

    def _upsert(self, kind: Any, values: Sequence[dict[str, Any]], *, by: tuple[str, ...], keep: bool = False) -> None:
        """The values are made for this, and become the company's."""
        if values:
            for it in values:
                it["company_id"] = self.company_id
            statement = made(kind, tuple(values[0]), ("company_id", *by), keep, (), is_sqlite(self._connection))
            self._writes.add(self.company_id, statement, values)

    def _later(self, statement: sa.Executable, values: Sequence[dict[str, Any]]) -> None:
        """One of `storage.statements`, in this company, before anything is asked; of the values as above."""
        for it in values:
            it["whose"] = self.company_id
        self._writes.add(self.company_id, statement, values)

    def _run(self, statement: sa.Executable, values: Mapping[str, Any]) -> int:
        """Now; how many rows it changed."""
        return direct.write(self._connection, statement, [{"whose": self.company_id, **values}])

    def _found(self, choice: Mapping[bool, sa.Select[Any]], member: str | None, **values: Any) -> Sequence[Any]:
        if member is not None:
            values["member"] = member
        return self._asked(choice[member is not None], values)

    def _asked(self, statement: sa.Select[Any], values: dict[str, Any]) -> Sequence[Any]:
        self._written()
        values["whose"] = self.company_id
        return direct.ask(self._connection, statement, values)

    def _all(self, asked: sa.Select[Any]) -> Sequence[Any]:
        return self.session.scalars(asked).all()


def _of(asked: sa.Select[Any], column: Any, member: str | None) -> sa.Select[Any]:
    return asked if member is None else asked.where(column == member)
