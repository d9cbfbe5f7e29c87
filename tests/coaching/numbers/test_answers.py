"""A table is read as answers in a few passes, however many different answers it has."""

from __future__ import annotations

import pytest

from coaching.numbers.answers import Deals, answers


class Counted(list):
    """Cells that know how often somebody went through all of them."""

    passes = 0

    def __iter__(self):
        self.passes += 1
        return super().__iter__()


def passes(cells) -> int:
    counted = Counted(cells)
    answers(Deals(cells={"region": counted}, won=tuple(at % 2 == 0 for at in range(len(cells)))))
    return counted.passes


@pytest.mark.parametrize(
    "different",
    [lambda at: f"O-{at}", lambda at: f"Account {at % 60}", lambda at: str(at * 3)],
    ids=["ids", "names", "numbers"],
)
def test_a_column_of_many_answers_is_read_in_a_few_passes(different):
    assert passes([different(at) for at in range(400)]) <= 25


def test_an_answer_is_spelled_as_most_people_spelled_it_and_of_as_many_as_the_first():
    cells = ["north  East", "North East", "NORTH east", "North East", "south", "South"]

    found = answers(Deals(cells={"region": cells * 5}, won=(True, False, True, True, False, False) * 5))

    assert found.columns[0].answers == ("North East", "South")
