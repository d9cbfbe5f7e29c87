"""What `coach apply` says will change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

from bot.files.diff import changes
from coaching.company import CheckInPlan, Target
from coaching.people import Role
from coaching.revision import revised
from tests.builders import CALLS, a_company, a_manager, a_member, an_owner, dollars


def test_the_same_company_has_no_changes():
    assert changes(a_company(), a_company()) == []


def test_a_new_company_is_told_whole():
    told = changes(None, a_company())
    assert told[0] == "+ company acme (Acme Robotics)"
    assert "+ member dana (rep)" in told
    assert "+ target 2026-Q4 dana (180,000)" in told
    assert "+ checkin.at: 08:30" in told


def test_a_cue_and_whose_habit_it_is_are_told():
    before = replace(a_company(), habits=(replace(CALLS, step=None),))
    after = replace(before, habits=(replace(CALLS, step=None, cue="after the stand-up", role=Role.MANAGER),))
    assert changes(before, after) == ["+ habit calls: cue: after the stand-up", "+ habit calls: for: manager"]


def test_each_difference_is_one_line():
    before = a_company()
    after = replace(
        before,
        checkin=CheckInPlan(at=time(9)),
        habits=(replace(CALLS, per_day=25),),
        targets=(Target(period="2026-Q4", amount=dollars(600_000)), *before.targets[1:]),
        members=(a_member(role=Role.ADMIN), a_manager(), an_owner(), a_member("kim")),
    )
    assert changes(before, after) == [
        "~ checkin.at: 08:30 -> 09:00",
        "~ member dana: role: rep -> admin",
        "+ member kim (rep)",
        "~ habit calls: per_day: 20 -> 25",
        "- habit appointments (history is kept)",
        "- habit proposals (history is kept)",
        "~ target 2026-Q4: amount: 500,000 -> 600,000",
    ]


def test_a_member_whom_the_file_no_longer_names_left_and_may_come_back():
    before = a_company(a_member(), a_member("kim"))
    file = a_company(a_member())
    after = revised(before, file)
    assert [(it.id, it.active) for it in after.members] == [("dana", True), ("kim", False)]
    assert changes(before, after) == ["- member kim left (history is kept)"]
    assert changes(after, revised(after, file)) == []
    assert changes(after, revised(after, before)) == ["+ member kim (rep) is back"]


def test_the_order_of_stages_is_part_of_the_file():
    before = a_company()
    after = replace(before, stages=before.stages[::-1])
    assert changes(before, after) == ["~ stages: in another order (Lost, Won, Proposal, Discovery)"]


def test_a_pause_and_a_handle_from_chat_outlive_the_file():
    known = a_company(a_member(paused_until=date(2026, 12, 1), handles={"teams": "29:x"}))
    now = revised(known, a_company(a_member(handles={"slack": "U1"})))
    assert now.member("dana").paused_until == date(2026, 12, 1)
    assert now.member("dana").handles == {"teams": "29:x", "slack": "U1"}


def test_a_handle_that_the_file_gives_to_somebody_else_moves():
    known = a_company(a_member(handles={"slack": "U1"}), a_member("kim", handles={"slack": "U2"}))
    now = revised(known, a_company(a_member(handles={"slack": "U2"}), a_member("kim", handles={})))
    assert [dict(it.handles) for it in now.members] == [{"slack": "U2"}, {}]
