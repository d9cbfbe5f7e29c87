"""Tables in a terminal: within its width, and nothing lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.wrap import table, width, wrapped

cells = st.text("ab ö漢字é-", max_size=60)


def test_a_table_that_fits_is_left_alone():
    assert table([["Deal", "Amount"], ["Globex", "$5"]], frozenset({1}), 100) == [
        "Deal    Amount",
        "------  ------",
        "Globex      $5",
    ]


def test_words_wrap_before_numbers_do():
    assert table([["Deal", "Amount"], ["Globex robots for the plant", "$5,000"]], frozenset({1}), 22) == [
        "Deal            Amount",
        "--------------  ------",
        "Globex robots   $5,000",
        "for the plant",
    ]


def test_too_many_columns_become_a_list():
    rows = [["Day", *(f"Habit {it}" for it in range(12))], ["Monday", *map(str, range(12))]]
    shown = table(rows, frozenset(range(1, 13)), 40)
    assert shown[:3] == ["Monday", "  Habit 0: 0", "  Habit 1: 1"]


def test_a_word_wider_than_its_room_is_broken_and_whole():
    assert wrapped("a漢字漢字漢字", 5) == ["a漢字", "漢字", "漢字"]


@given(st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=6), st.integers(20, 100))
def test_no_line_is_wider_than_the_room_and_no_sign_is_lost(rows, room):
    shown = table([list(it) for it in rows], frozenset({2}), room)
    body = "".join(shown)
    assert all(sum(body.count(it) for it in word) >= len(word) for row in rows[1:] for it in row for word in it.split())
    text = [list(it) for it in rows]
    shown = table(text, frozenset(), room)
    assert all(width(it) <= room for it in shown)
