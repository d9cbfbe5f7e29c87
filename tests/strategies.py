"""Arbitrary cards, with text as bad as it gets."""

from hypothesis import strategies as st

from coaching.card import (
    Action,
    Bar,
    Bold,
    Bullets,
    Buttons,
    Card,
    Facts,
    Field,
    Figure,
    Heading,
    Input,
    Look,
    Mention,
    Picture,
    Table,
    Text,
)
from tests.golden_cards.nasty import LONG, TEXTS

texts = st.one_of(
    st.text(max_size=30),
    st.text(alphabet="<>&!@#|*_~`\"' \nab\u202e\u200b\u200d\x00\x1b", max_size=30),
    st.sampled_from([*TEXTS, LONG, "&" * 3001, "<" * 151, "*" * 700, " ", ""]),
)
names = texts.map(lambda it: it.encode(errors="replace").decode())  # ours: never half a character
members = st.sampled_from(["dana", "morgan", "stranger"])
spans = st.lists(
    st.one_of(texts, texts.map(Bold), st.builds(Mention, members, texts), st.builds(Figure, texts, texts)), max_size=4
).map(tuple)
actions = st.builds(
    Action,
    names.map(lambda it: it[:60] or "go"),
    texts,
    st.dictionaries(st.sampled_from(["id", "day"]), texts.map(lambda it: it[:60])),
    st.sampled_from(Look),
)
pairs = st.lists(st.tuples(names, texts), max_size=4).map(tuple)
fields = st.builds(
    Field,
    name=names,
    label=texts,
    input=st.sampled_from(Input),
    value=texts,
    hint=texts,
    error=texts,
    optional=st.booleans(),
    options=pairs,
)
numbers = st.floats(-1e14, 1e14)
pictures = st.builds(
    Picture,
    alt=texts,
    title=texts,
    unit=st.sampled_from(["", "$", "%", "calls"]),
    bars=st.lists(st.builds(Bar, texts, numbers, st.none() | numbers), max_size=3).map(tuple),
    mark=st.none() | numbers,
    mark_label=texts,
)
tables = st.builds(
    Table,
    st.lists(texts, max_size=4).map(tuple),
    st.lists(st.lists(spans, max_size=4).map(tuple), max_size=4).map(tuple),
    st.frozensets(st.integers(0, 4)),
)
elements = st.one_of(
    texts.map(Heading),
    st.builds(Text, spans, st.booleans()),
    st.lists(st.tuples(texts, spans), max_size=4).map(tuple).map(Facts),
    st.lists(spans, max_size=4).map(tuple).map(Bullets),
    tables,
    fields,
    st.lists(actions, max_size=4).map(tuple).map(Buttons),
    pictures,
)
cards = st.builds(Card, texts, st.lists(elements, max_size=8).map(tuple))
