import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import buttons
from coaching.card import Action


@given(st.text(), st.dictionaries(st.text(), st.text()))
def test_a_button_comes_back_as_it_went(name, args):
    written = buttons.write(Action(name, "Press", args))
    assert buttons.read(written) == (name, args)
    assert not set(written) & set("<>&")


@pytest.mark.parametrize(
    "value",
    [
        "",
        "null",
        "[]",
        "go",
        "{}",
        '{"v":0,"a":"go","args":{}}',
        '{"v":1,"a":5,"args":{}}',
        '{"v":1,"a":"go","args":{"x":1}}',
        "[" * 100_000,
    ],
)
def test_anything_else_is_an_unknown_button(value):
    with pytest.raises(buttons.UnknownButton):
        buttons.read(value)


def test_what_one_press_is_handed_nobody_can_change_for_the_next():
    _, args = buttons.read(buttons.write(Action("go", "Press", {"day": "2026-11-23"})))
    with pytest.raises(TypeError):
        args["day"] = "2026-11-24"


def test_a_long_button_is_read_and_not_remembered():
    long = buttons.write(Action("go", "Press", {"note": "x" * 1000}))
    before = buttons._remembered.cache_info().currsize
    assert buttons.read(long) == ("go", {"note": "x" * 1000})
    assert buttons._remembered.cache_info().currsize == before
