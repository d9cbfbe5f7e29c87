"""Values are told apart by what is in them, whoever made them."""

from __future__ import annotations

from coaching.decision import Alarm
from tests.builders import at


def test_values_with_the_same_in_them_are_one() -> None:
    one, same, other = (Alarm(alarm="checkin.ask", subject=it, at=at("08:30")) for it in ("dana", "dana", "alex"))
    assert {one, same, other} == {one, other}
    assert one == same != other
