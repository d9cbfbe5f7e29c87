"""When a message whose outcome is unknown is tried again."""

from datetime import UTC, datetime

import pytest

from storage import settling
from storage.deliveries import Patience, State
from storage.tables import DeliveryRow

REAL = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(("reference", "rests"), [({"channel": "D1", "ts": "1.0"}, True), (None, False)])
def test_an_edit_rests_until_a_late_one_would_have_come_so_that_it_never_overwrites_a_newer_one(reference, rests):
    patience = Patience()
    row = DeliveryRow(key="k", attempts=1, reference=reference, state=State.SENDING)
    settling._again(row, "no answer", REAL, patience)
    assert row.state == State.QUEUED
    assert (row.retry_at >= REAL + patience.settle) is rests
