"""The review of the story's last Monday: some answered, one argued, one is silent, and the largest deal is avoided."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.sample.load import load
from bot.sample.mondays import last_review
from coaching.escalation import EscalationKind, EscalationState
from storage.database import create_engine
from storage.store import SqlStore

MONDAY, WEDNESDAY = date(2026, 11, 23), date(2026, 11, 25)


@pytest.mark.parametrize(("on", "review"), [(MONDAY, MONDAY - timedelta(days=7)), (WEDNESDAY, MONDAY)])
def test_colleagues_have_answered_the_last_review_each_in_their_way(migrated_sqlite_url: str, on: date, review: date):
    store = SqlStore(create_engine(migrated_sqlite_url))
    load(store, on)
    assert last_review(on) == review
    with store.look("quillfern") as records:
        items, choices = records.reviewed(review, review), records.choices(review, review)
        live = records.escalations((EscalationState.OPEN,))
    answered = {it.member for it in items if it.answered}
    assert {"priya", "theo", "dana", "lena"} >= answered >= {"priya", "theo"}
    silent = [it for it in items if it.member == "sam"]
    assert silent
    assert not any(it.answered for it in silent)
    [argued] = [it for it in choices if it.argued]
    assert (argued.member, argued.ruled_by) == ("theo", "mara")
    assert not any(it.let_go or it.close_date for it in items), "the story's deals go their own way"
    assert all(it.answered_at is None or it.answered_at.date() < on for it in (*items, *choices))
    assert not any(it.kind is EscalationKind.MAJORS for it in live), "the manager has seen to it"
    whale = [it for it in items if it.title.startswith("Harbor & Pine")]
    assert not any(it.answered for it in whale)
