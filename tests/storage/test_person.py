"""What is held about a person, and that nothing of it is left when they are erased. On both databases."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from coaching.card import Action, Bold, Buttons, Card, Mention, note, say
from coaching.company import DigestPlan, EscalationPolicy, Target
from coaching.decision import Alarm, Decision, Kind, Message
from coaching.escalation import Escalation, EscalationKind, EscalationState
from coaching.forecasts import TEAM, Call
from coaching.identity import How, Standing
from coaching.mandate import Word
from coaching.opportunities import Field, Snapshot
from coaching.people import Role
from coaching.qualification import Answer, Asked, Evidence
from storage import person, wall
from storage.addresses import Addresses
from storage.chat import Conversations
from storage.database import EVERY_COMPANY, create_engine, session
from storage.inventory import INVENTORY, Holds
from storage.store import SqlStore
from storage.tables import (
    AlarmRow,
    CallRow,
    ChangeRow,
    ClaimRow,
    DeliveryRow,
    EscalationRow,
    EstimateRow,
    GateRow,
    OpportunityRow,
    SnapshotRow,
)
from tests.builders import (
    MONDAY,
    a_change,
    a_checkin,
    a_choice,
    a_commitment,
    a_company,
    a_locked,
    a_manager,
    a_mandate,
    a_member,
    a_newcomer,
    a_remark,
    a_reviewed,
    an_address,
    an_estimate,
    an_opportunity,
    an_owner,
    at,
    days_later,
    dollars,
)

CANARY = "Quetzalcoatlus"
"""Stands in everything that is Zuzanna's."""
ZUZANNA = a_member(
    "zuzanna",
    name="Zuzanna Xylander",
    crm_owner="ZX Xylander",
    email="zuzanna@xylander.example",
    handles={"slack": "U0ZUZANNA", "teams": "29-zuza"},
    role=Role.REP,
)
TRACES = (CANARY, "zuzanna", "Xylander", "U0ZUZANNA", "29-zuza")
MATTER = "zuzanna-asked-12ab34cd"


def a_matter(member: str = "zuzanna", **more: object) -> Escalation:
    usual = {
        "id": MATTER, "member": member, "kind": EscalationKind.ASKED, "subject": "x", "text": f"{CANARY} asks",
        "state": EscalationState.OPEN, "raised_at": at(), "policy": EscalationPolicy(),
    }  # fmt: skip
    return Escalation(**(usual | more))


def a_call(member: str, by: str, reason: str = "") -> Call:
    return Call(
        member=member, period="2026-Q4", by=by, commit=dollars(9), best_case=dollars(10), reason=reason, called_at=at()
    )


def told(key: str, to: str, *spans: object, **more: object) -> Message:
    card = Card("For you", (say(*spans), Buttons((Action("escalate.ack", "Seen", more.pop("args", {})),))))
    return Message(key=key, to=to, card=card, kind=Kind.NOTICE, **more)


def lived_in(store: SqlStore) -> None:
    """Zuzanna's traces everywhere they can be, beside Dana's, which stay."""
    company = a_company(
        a_member(), ZUZANNA, a_manager(), an_owner(),
        targets=(Target(period="2026-Q4", amount=dollars(7)), Target(period="2026-Q4", amount=dollars(1), member="zuzanna")),
        digest=DigestPlan(to=("olivia", "zuzanna")),
    )  # fmt: skip
    with store.opened(company, at()) as work:
        work.keep_company(company)
    with store.work("acme") as work:
        work.apply(
            Decision(
                records=(
                    a_checkin(MONDAY, "zuzanna", note=CANARY, answer=CANARY, commitment=CANARY),
                    a_checkin(MONDAY, "dana", note="Ask Zuzanna about pricing"),
                    a_commitment(MONDAY, "zuzanna", text=CANARY),
                    a_call("zuzanna", "zuzanna", CANARY),
                    a_call("zuzanna", "morgan", f"{CANARY} is careful"),
                    a_remark(a_call("zuzanna", "zuzanna"), text=CANARY, by="morgan"),
                    a_remark(a_call("dana", "dana"), by="zuzanna", text="Zuzanna Xylander says so"),
                    *(a_locked(it, agreed_by="zuzanna") for it in ("zuzanna", "dana")),
                    a_locked(TEAM),
                    a_call("dana", "zuzanna", "As Zuzanna Xylander sees it"),
                    Evidence(opportunity="O-1", criterion="problem", answer=Answer.YES, by="zuzanna", at=at(),
                             quote="“We lose a day a week,” they told Zuzanna", source="Kim Buyer"),
                    Asked(member="zuzanna", opportunity="O-1", criterion="problem", on=MONDAY),
                    a_reviewed(member="zuzanna", said=CANARY, words=CANARY, next_step=CANARY),
                    a_reviewed(words="Zuzanna Xylander knows them", title="Zuzanna Xylander: robots"),
                    a_choice(member="zuzanna", said=CANARY, words=CANARY, title=CANARY),
                    a_choice(
                        title="Zuzanna Xylander: robots", words="as Zuzanna Xylander says", ruled_by="zuzanna",
                        ruling_note="Zuzanna Xylander agrees",
                    ),
                    a_mandate(id="r-1", member="zuzanna", question=CANARY),
                    a_mandate(id="r-2", question="Zuzanna Xylander asks", word=Word.YES, answered_by="zuzanna"),
                    *(an_estimate(member=it) for it in ("zuzanna", "dana", TEAM)),
                    a_matter(context=CANARY),
                    a_newcomer("U0ZUZANNA", name=f"{CANARY} Xylander", standing=Standing.KNOWN, member="zuzanna", how=How.EMAIL),
                    a_newcomer("U0BOB", name="Bob", standing=Standing.KNOWN, member="dana", how=How.MANAGER, by="zuzanna"),
                    a_matter("dana", id="dana-asked-1", text="Zuzanna’s deal", acknowledged_by="zuzanna"),
                ),
                messages=(
                    told("checkin:zuzanna:2026-11-23", "zuzanna", CANARY),
                    told(f"escalation:{MATTER}:manager", "morgan", CANARY),
                    told(f"escalation:{MATTER}:manager:edit", "morgan", CANARY, replaces=f"escalation:{MATTER}:manager"),
                    told("queue", "morgan", Mention("zuzanna", "Zuzanna Xylander"), Bold(" Zuzanna’s "),
                         args={"id": MATTER, "member": "zuzanna"}),
                    told("digest:olivia:2026-W48", "olivia", "2 deals of Zuzanna"),
                    told("escalations:alarm:escalate.check:zuzanna:1:morgan", "morgan", "All well with Dana"),
                ),
                alarms=(
                    Alarm(alarm="checkin.ask", subject="zuzanna", at=at()),
                    Alarm(alarm="checkin.close", subject="zuzanna:2026-11-23", at=at()),
                    Alarm(alarm="checkin.ask", subject="dana", at=at()),
                ),
            ),
            at(),
        )  # fmt: skip
        for key in ("alarm:checkin.ask:zuzanna:1", "press:T1:U0ZUZANNA:1", "press:T1:U0DANA:1"):
            work.claim(key)
        work.session.add(GateRow(company_id=work.company_id, scope="to:zuzanna", next_ok_at=at()))
        deals = (
            an_opportunity("O-1", owner="ZX Xylander", member="zuzanna", next_step="Zuzanna Xylander calls back"),
            an_opportunity("O-2", owner="zx  xylander", member=None),
            an_opportunity("O-3"),
        )
        work.keep_pipeline(
            opportunities=deals,
            changes=(a_change("O-3", field=Field.OWNER, before="ZX Xylander", after="Dana Reyes"),),
            snapshots=[_snapshot(it) for it in deals],
            on=MONDAY,
        )
    Addresses(store).keep("acme", "zuzanna", an_address("zuzanna", person="29-zuza"), at())
    chat = Conversations(store)
    chat.write("acme", "zuzanna", note(CANARY), author="person", nonce="1", at=at())
    with session(store.engine, EVERY_COMPANY) as it:
        copy = it.scalar(sa.select(DeliveryRow.nonce).where(DeliveryRow.key == f"escalation:{MATTER}:manager"))
    chat.write("acme", "morgan", note(CANARY), author="coach", nonce=str(copy), at=at())
    chat.write("acme", "morgan", note("What does Zuzanna do?"), author="person", nonce="3", at=at())


def _snapshot(it):
    return Snapshot(
        opportunity=it.id, day=MONDAY, member=it.member, stage=it.stage, amount=it.amount, close_date=it.close_date,
        category=None,
    )  # fmt: skip


@pytest.fixture
def store(each_engine) -> SqlStore:
    made = SqlStore(each_engine)
    lived_in(made)
    return made


def everything(store: SqlStore) -> str:
    """Every cell of every table, as text."""
    found = []
    with store.engine.connect() as it:
        wall.within(it, EVERY_COMPANY)
        for kind in INVENTORY:
            found += [f"{kind.__tablename__}: {dict(row)}" for row in it.execute(sa.select(kind.__table__)).mappings()]
    return "\n".join(found)


def erased(store: SqlStore) -> person.Erased:
    with store.work("acme") as work:
        return person.erase(work, ZUZANNA)


def ask(store: SqlStore, *columns):
    with session(store.engine, EVERY_COMPANY) as it:
        return it.execute(sa.select(*columns).order_by(columns[0])).all()


# --- what is held --------------------------------------------------------------------------------------------------
def test_all_rows_about_a_person_are_held_up_and_nobody_elses(store):
    with store.work("acme") as work:
        kept = person.held(work, ZUZANNA)
    assert {table: len(found) for table, found in kept.items()} == {
        "checkin": 1, "commitment": 1, "forecast_call": 2, "forecast_estimate": 1, "forecast_remark": 1,
        "forecast_lock": 1, "chat_line": 1, "delivery": 1, "escalation": 1, "alarm": 2,
        "gate": 1, "claim": 2, "address": 1, "handle": 2, "home_tab": 0, "member": 1, "opportunity": 1, "opportunity_change": 0,
        "snapshot": 1,
        "asked": 1, "evidence": 1, "reviewed": 1, "choice": 1, "mandate": 2, "newcomer": 1,
    }  # fmt: skip


def test_every_table_with_a_member_is_looked_through(store):
    with store.work("acme") as work:
        kept = person.held(work, ZUZANNA)
    with_people = {
        kind.__tablename__
        for kind, columns in INVENTORY.items()
        if {Holds.MEMBER, Holds.PERSON} & set(columns.values())
    }
    assert with_people <= set(kept)


# --- erasing -------------------------------------------------------------------------------------------------------
def test_no_trace_is_left_in_any_cell(store):
    for trace in TRACES:
        assert trace in everything(store)
    erased(store)
    left = everything(store)
    assert [it for it in TRACES if it.casefold() in left.casefold()] == []


def test_what_was_done_is_counted(store):
    done = erased(store)
    assert done.removed == {
        "checkin": 1, "commitment": 1, "forecast_call": 2, "forecast_estimate": 1, "forecast_remark": 1,
        "forecast_lock": 1, "chat_line": 2, "delivery": 3, "escalation": 1, "alarm": 2,
        "gate": 1, "claim": 2, "address": 1, "handle": 2, "home_tab": 0, "member": 1, "asked": 1,
        "reviewed": 1, "choice": 1, "mandate": 1, "newcomer": 1,
    }  # fmt: skip
    assert done.deals == 2
    assert done.redacted > 0


def test_the_companys_deals_stay_as_nobodys(store):
    erased(store)
    assert ask(store, OpportunityRow.crm_id, OpportunityRow.owner, OpportunityRow.member, OpportunityRow.amount) == [
        ("O-1", "former member", None, 4_000_000),
        ("O-2", "former member", None, 4_000_000),
        ("O-3", "Dana Reyes", "dana", 4_000_000),
    ]
    assert [it for _, it in ask(store, SnapshotRow.opportunity, SnapshotRow.member)] == [None, None, "dana"]
    assert ask(store, ChangeRow.before, ChangeRow.after) == [("former member", "Dana Reyes")]


def test_others_keep_theirs_without_the_name(store):
    erased(store)
    with store.work("acme") as work:
        [answer] = work.checkins(MONDAY, MONDAY)
        assert (answer.member, answer.note) == ("dana", "Ask former member about pricing")
        [learned] = work.evidence("O-1")
        assert (learned.by, learned.quote) == ("former-member", "“We lose a day a week,” they told former member")
        [reviewed] = work.reviewed(MONDAY, MONDAY)
        assert (reviewed.member, reviewed.words) == ("dana", "former member knows them")
        assert reviewed.title == "former member: robots"
        [choice] = work.choices(MONDAY, MONDAY)
        assert (choice.member, choice.ruled_by, choice.title) == ("dana", "former-member", "former member: robots")
        assert (choice.words, choice.ruling_note) == ("as former member says", "former member agrees")
        [mandate] = work.mandates(MONDAY)
        assert (mandate.answered_by, mandate.question) == ("former-member", "former member asks")
        [call] = work.calls("2026-Q4")
        assert (call.member, call.by, call.reason) == ("dana", "former-member", "As former member sees it")
        [remark] = work.remarks("2026-Q4")
        assert (remark.by, remark.text) == ("former-member", "former member says so")
        locked = {it.member: it.agreed_by for it in work.locks("2026-Q4")}
        assert locked == {"": "", "dana": "former-member"}
        [matter] = work.escalations(tuple(EscalationState))
        assert (matter.text, matter.acknowledged_by) == ("former member’s deal", "former-member")
        queue = work.message("morgan", "queue")
        assert queue is not None
        assert queue.actions[0].name == "escalate.ack"
        digest = work.message("olivia", "digest:olivia:2026-W48")
        assert digest is not None
        assert "2 deals of former member" in str(digest)


def test_what_is_on_its_way_to_others_stays_on_its_way(store):
    erased(store)
    there = ask(store, DeliveryRow.member, DeliveryRow.state)
    assert sorted(tuple(it) for it in there) == [("morgan", "queued"), ("morgan", "queued"), ("olivia", "queued")]
    assert [it for (it,) in ask(store, AlarmRow.subject)] == ["dana"]
    assert [it for (it,) in ask(store, ClaimRow.key)] == ["press:T1:U0DANA:1"]
    assert len(ask(store, CallRow.id)) == 1
    assert [it for (it,) in ask(store, EstimateRow.member)] == ["", "dana"]
    assert [it for (it,) in ask(store, EscalationRow.member)] == ["dana"]


def test_the_plan_forgets_them_and_every_process_sees_it(store):
    assert store.company("acme").member("zuzanna")
    erased(store)
    company = store.company("acme")
    assert company.member("zuzanna") is None
    assert company.digest.to == ("olivia",)
    assert [it.member for it in company.targets] == [None]
    assert store.who("slack", "T0ACME", "U0ZUZANNA") is None


def test_erasing_is_all_or_nothing(store):
    before = everything(store)

    def broken_off() -> None:
        with store.work("acme") as work:
            person.erase(work, ZUZANNA)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken_off()
    assert everything(store) == before


def test_another_company_with_the_same_person_is_untouched(store):
    other = a_company(ZUZANNA, slug="globex")
    with store.opened(other, at()) as work:
        work.keep_company(other)
        work.apply(Decision(records=(a_checkin(MONDAY, "zuzanna"),)), at())
    erased(store)
    with store.work("globex") as work:
        assert work.company.member("zuzanna") == ZUZANNA
        assert len(work.checkins(MONDAY, MONDAY)) == 1


def test_everyone_can_be_erased_one_after_the_other(store):
    for it in ("dana", "zuzanna", "morgan", "olivia"):
        with store.work("acme") as work:
            member = work.company.member(it)
            assert member
            person.erase(work, member)
    assert store.company("acme").members == ()
    with store.work("acme") as work:
        assert work.checkins(days_later(-400), date(2027, 1, 1)) == ()


def test_somebody_whose_id_is_one_of_our_words_takes_nobodys_messages_along(each_engine):
    store = SqlStore(each_engine)
    company = a_company(a_member(), a_manager("manager", name="Kim Lee"))
    with store.opened(company, at()) as work:
        work.keep_company(company)
        work.apply(Decision(messages=(told("escalation:dana-asked-1:rep", "dana", "With the manager"),)), at())
        work.claim("press:manager:1")
        kim = work.company.member("manager") or company.members[1]
        person.erase(work, kim)
    assert [it for (it,) in ask(store, DeliveryRow.key)] == ["escalation:dana-asked-1:rep"]


# --- the file ------------------------------------------------------------------------------------------------------
def traces_in(folder: Path) -> list[str]:
    raw = b"".join(it.read_bytes() for it in folder.glob("coach.db*")).lower()
    return [it for it in TRACES if it.lower().encode() in raw]


def test_no_trace_is_left_in_sqlites_files(migrated_sqlite_url, tmp_path):
    store = SqlStore(create_engine(migrated_sqlite_url))
    lived_in(store)
    assert traces_in(tmp_path) == list(TRACES)
    erased(store)
    assert person.scrub(store.engine)
    assert traces_in(tmp_path) == []
    store.engine.dispose()
    assert traces_in(tmp_path) == []


def test_a_file_that_somebody_else_is_reading_is_said_not_to_be_clean(migrated_sqlite_url):
    store = SqlStore(create_engine(migrated_sqlite_url + "?timeout=0.1"))
    lived_in(store)
    reader = sqlite3.connect(migrated_sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM member").fetchone()
    erased(store)
    assert not person.scrub(store.engine)
    reader.execute("COMMIT")
    reader.close()
    assert person.scrub(store.engine)
    store.engine.dispose()
