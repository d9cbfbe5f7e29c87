"""What was agreed and locked, on real databases: kept as it was, added to, never changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from coaching.decision import Decision
from coaching.forecasts import TEAM, RemarkKind
from coaching.money import Money
from storage.store import SqlStore
from tests.builders import MONDAY, a_call, a_company, a_locked, a_remark, at, dollars

if TYPE_CHECKING:
    from sqlalchemy import Engine as Database

WHOLE = a_locked(
    overlay="f" * 16, overlay_commit=Money(0, "EUR"), overlay_best=Money(1, "EUR"), agreed_by="morgan",
    expected=dollars(1), p10=dollars(0), p50=dollars(2), p90=dollars(9_007_199_254_741), won=Money(-5, "USD"),
)  # fmt: skip
BARE = a_locked(TEAM, call="", commit=None, best_case=None, won=dollars(0))


@pytest.fixture
def store(each_engine: Database) -> SqlStore:
    """Acme."""
    store = SqlStore(each_engine)
    with store.opened(a_company(), at("06:00")) as work:
        work.keep_company(a_company())
    return store


def keep(store: SqlStore, *them):
    with store.work("acme") as work:
        work.apply(Decision(records=them), at())


def test_everything_comes_back_as_it_was_kept(store):
    remarks = (
        a_remark(a_call()),
        a_remark(a_call(), RemarkKind.EVIDENCE, text="Signed", opportunity="O-1", at=at("13:00")),
    )
    keep(store, WHOLE, BARE, *remarks)
    with store.work("acme") as work:
        assert work.locks("2026-Q4") == (WHOLE, BARE)
        assert work.locks("2026-Q4", TEAM) == (BARE,)
        assert work.locks("2026-Q3") == ()
        assert work.remarks("2026-Q4") == remarks
        assert work.remarks("2026-Q4", "bob") == ()
        assert work.remarks("2026-Q3") == ()


def test_what_is_locked_stays_as_it_was(store):
    keep(store, WHOLE)
    keep(store, replace(WHOLE, commit=dollars(1), agreed_by=""), replace(WHOLE, on=MONDAY, at=at()))
    with store.work("acme") as work:
        assert work.locks("2026-Q4") == (WHOLE, replace(WHOLE, on=MONDAY, at=at()))


def test_a_call_keeps_its_id(store):
    call = a_call(called_at=at("10:00").replace(microsecond=123_456))
    keep(store, call)
    with store.work("acme") as work:
        assert [it.id for it in work.calls("2026-Q4")] == [call.id]
