"""Arbitrary cards, with text as bad as it gets."""

from hypothesis import strategies as st

from coaching.card import (
    Action,
    Bar,
    Bars,
    Bold,
    Bullets,
    Buttons,
    Card,
    Curve,
    Curves,
    Facts,
    Field,
    Figure,
    Heading,
    Input,
    Interval,
    Intervals,
    Look,
    Maths,
    Mention,
    Page,
    Picture,
    Step,
    Steps,
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
pages = st.builds(
    Page, text=texts, page=st.sampled_from(["deals", "company"]), member=members, more=texts, otherwise=texts
)
spans = st.lists(
    st.one_of(texts, texts.map(Bold), st.builds(Mention, members, texts), st.builds(Figure, texts, texts), pages),
    max_size=4,
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
bars = st.lists(st.builds(Bar, texts, numbers, st.none() | numbers), max_size=3).map(tuple).map(Bars)
intervals = (
    st.lists(st.tuples(texts, st.lists(numbers, min_size=3, max_size=3).map(sorted), texts), max_size=3)
    .map(lambda rows: tuple(Interval(label, value, low, high, note) for label, (low, value, high), note in rows))
    .map(Intervals)
)
points = st.lists(st.tuples(numbers, numbers), max_size=4, unique_by=lambda it: it[0]).map(sorted).map(tuple)
curves = st.builds(
    Curves, st.lists(st.builds(Curve, texts, points, stepped=st.booleans()), max_size=3).map(tuple), texts
)
steps = st.builds(Steps, st.lists(st.builds(Step, texts, numbers, total=st.booleans()), max_size=4).map(tuple))
maths = st.builds(
    Maths,
    figure=texts,
    value=texts,
    formula=texts,
    inputs=st.lists(st.tuples(texts, texts), max_size=3).map(tuple),
    n=texts,
    uncertainty=texts,
    source=texts,
)
pictures = st.builds(
    Picture,
    alt=texts,
    title=texts,
    unit=st.sampled_from(["", "$", "%", "calls"]),
    plot=bars | intervals | curves | steps,
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
    maths,
)
cards = st.builds(Card, texts, st.lists(elements, max_size=8).map(tuple))
