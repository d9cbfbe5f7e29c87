"""What an answer leaves of the check-in as it was asked."""

from __future__ import annotations

from dataclasses import MISSING, fields

from coaching.checkin_answer import Answer, kept
from coaching.checkin_plan import Facts
from coaching.checkins import CheckIn, CheckInStatus
from tests.builders import MONDAY, a_company, a_member, at

OF_THE_ANSWER = {"status", "answered_at", "late", "counts", "targets", "answer", "note", "commitment"}


def test_all_that_an_answer_does_not_say_stays_as_it_was_asked() -> None:
    asked = CheckIn(
        member="dana", day=MONDAY, status=CheckInStatus.OPEN, asked_at=at("08:30"), closes_at=at("12:30"),
        suggested={"calls": 20}, question="budget", edits=2,
    )  # fmt: skip
    facts = Facts(company=a_company(), member=a_member("dana"), today=MONDAY, checkins=(asked,))
    (after,) = kept(facts, asked, Answer(counts={"calls": 12}), at("09:00"))
    for it in fields(CheckIn):
        if it.name not in OF_THE_ANSWER:
            stays = getattr(asked, it.name)
            assert getattr(after, it.name) == stays != it.default, it.name
            assert it.default_factory is MISSING or stays != it.default_factory(), it.name
