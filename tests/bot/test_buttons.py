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
