"""Whatever a card holds, Teams takes it, shows it whole, and nothing in it has become more than words."""

import json
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot import buttons
from bot.teams.fit import CARD_MAX, PICTURES_MAX
from bot.teams.render import FIELD, MESSAGE, PRESS, render
from coaching.card import (
    Action,
    Bars,
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
    Maths,
    Mention,
    Picture,
    Table,
    say,
)
from tests.adaptive_lint import problems
from tests.cards import SAMPLES
from tests.faces import TEAMS_USERS, Pages, teams
from tests.strategies import cards, texts
from tests.thorough import often

many = settings(max_examples=often(150), deadline=None, suppress_health_check=list(HealthCheck))
USERS = set(TEAMS_USERS.values())
HOSTS = ("https://coach.example/",)
places = st.sampled_from(
    [None, "", "https://coach.example/p.png", "http://coach.example/p.png", "javascript:x", "data:image/png;base64,AA"]
    + [f"data:image/png;base64,{'A' * it}" for it in (9_000, 19_000, 60_000)]
)


def body(*elements, **more) -> list[dict]:
    return render(Card("x", elements), mentions=TEAMS_USERS.get, links=Pages(), **more)["body"]


def text(*spans) -> str:
    (block,) = body(say(*spans))
    return block["text"]


@pytest.mark.parametrize("name", SAMPLES)
def test_teams_would_show_every_sample(name):
    assert problems(teams(SAMPLES[name]), USERS, HOSTS) == []


@many
@given(cards, places)
@example(SAMPLES["nasty_much"], None)
@example(Card("", (Table((), ((("0" * 6, Figure("<" * 192, "x"), "y" * 9),),)),)), None)
@example(Card("", (Heading("a < " * 80), Heading("a_" * 80), Heading("a &" * 80))), None)
@example(SAMPLES["nasty_names"], None)
def test_teams_takes_any_card_and_calls_only_whom_it_mentions(card, place):
    shown = render(card, mentions=TEAMS_USERS.get, links=Pages(), pictures=lambda _: place, message="m")
    assert problems(shown, USERS, HOSTS) == []


@many
@given(cards)
@example(Card("", (Table((), ((("<" * 192, "big_deal_name"),),)),)))
def test_without_a_resolver_nobody_is_called_and_nothing_is_linked(card):
    assert problems(render(card)) == []


@many
@given(st.lists(texts, max_size=4))
def test_texts_beside_each_other_mean_nothing_together(parts):
    for it in body(say(*parts), say(*map(Bold, parts)), Bullets((tuple(parts),)), Facts((("x", tuple(parts)),))):
        assert problems({"type": "AdaptiveCard", "version": "1.5", "body": [it]}) == []


# --- words ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("2 * 3 * 4", "2 ∗ 3 ∗ 4"),
        ("big_deal_name and _this_", "big_deal_name and ˍthisˍ"),
        ("[Renew here](https://evil.example)", "[Renew here] (https://evil.example)"),
        ("<at>Dana Reyes</at>", "‹at>Dana Reyes‹/at>"),
        ("AT&amp;T, R&D, a < b", "AT＆amp;T, R&D, a < b"),
        ("{{DATE(2026-11-23T06:00:00Z)}}", "{ {DATE(2026-11-23T06:00:00Z)}}"),
        ("# one", "＃ one"),
        ("1. one", "1․ one"),
        ("- one", "‐ one"),
        ("-3 %, 1.5 and #7", "-3 %, 1.5 and #7"),
        (r"C:\temp and \*", "C:\\temp and \\∗"),
        (r"C:\_temp", "C:∖ˍtemp"),
    ],
)
def test_signs_that_mean_something_are_shown_as_signs(written, shown):
    assert text(written) == shown


def test_each_line_stands_for_itself_and_the_first_keeps_its_distance():
    assert [(it["text"], it.get("spacing")) for it in body(say("one\ntwo ", Bold("three")))] == [
        ("one", None),
        ("two **three**", "None"),
    ]


def test_bold_is_given_up_where_its_stars_would_be_seen():
    assert text("of ", Bold("$500"), ".") == "of **$500**."
    assert text("US", Bold("$500")) == "US$500"
    assert text(Bold("a"), Bold("b"), Bold(" c ")) == "**ab** **c**"


def test_what_ends_bold_words_means_nothing_with_the_stars_after_it():
    assert text(Bold("a <"), "@b>") == "**a ‹**@b>"
    assert text(Bold("a\\"), " b") == "**a∖** b"


def test_a_mention_calls_the_person_once_named_and_entities_say_whom():
    card = render(
        Card("x", (say(Mention("dana", "Dana Reyes"), " and ", Mention("dana", "Dana Reyes")),)),
        mentions=TEAMS_USERS.get,
    )
    assert card["body"][0]["text"] == "<at>Dana Reyes</at> and <at>Dana Reyes</at>"
    assert card["msteams"]["entities"] == [
        {
            "type": "mention",
            "text": "<at>Dana Reyes</at>",
            "mentioned": {"id": TEAMS_USERS["dana"], "name": "Dana Reyes"},
        }
    ]


def test_of_two_people_with_one_name_the_second_is_not_called():
    card = render(Card("x", (say(Mention("dana", "Lee"), " ", Mention("morgan", "Lee")),)), mentions=TEAMS_USERS.get)
    assert card["body"][0]["text"] == "<at>Lee</at> Lee"
    assert [it["mentioned"]["id"] for it in card["msteams"]["entities"]] == [TEAMS_USERS["dana"]]


def test_whoever_fell_out_with_the_words_is_not_called():
    card = Card("x", (Bullets(tuple((f"{'x' * 550} {at}",) for at in range(60))), say(Mention("dana", "Dana"))))
    shown = render(card, mentions=TEAMS_USERS.get)
    assert "entities" not in shown["msteams"]
    assert problems(shown) == []


def test_a_figure_leads_to_its_rows_and_to_nothing_else():
    assert text(Figure("[12]", "a(b)")) == "[⟦12⟧](https://coach.example/rows/a%28b%29)"
    assert urlsplit(text(Figure("12", "x y"))[5:-1]).path == "/rows/x%20y"


def test_a_line_that_is_cut_keeps_its_links_whole():
    line = text(Figure("12", "_a_b_"), " ", "x_" * 2000)
    assert line.startswith("[12](https://coach.example/rows/_a_b_) x")
    assert line.endswith("…")
    assert len(line) <= 3000


# --- what is filled in and pressed ------------------------------------------------------------------------------------
def test_a_press_carries_its_action_its_message_and_each_field_under_its_name():
    action = Action("checkin.answer", "Send", {"day": "2026-11-23"}, Look.PRIMARY)
    calls, row = body(Field(name="calls", label="Calls", input=Input.NUMBER), Buttons((action,)), message="m1")
    (button,) = row["actions"]
    assert calls["id"] == f"{FIELD}calls"
    assert button["data"] == {PRESS: buttons.write(action), MESSAGE: "m1"}
    assert button["style"] == "positive"


def test_no_field_is_required_by_the_client_because_a_day_off_needs_none():
    assert "isRequired" not in json.dumps(teams(SAMPLES["morning"]))


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        (Input.NUMBER, "1.234,50", {"type": "Input.Text", "value": "1.234,50"}),
        (Input.LONG, "a\nb", {"type": "Input.Text", "isMultiline": True, "value": "a\nb"}),
        (Input.DATE, "2026-11-25", {"type": "Input.Date", "value": "2026-11-25"}),
        (Input.DATE, "2026-02-30", {"type": "Input.Date"}),
        (Input.CHOICE, "b", {"type": "Input.ChoiceSet", "value": "b"}),
        (Input.CHOICE, "c", {"type": "Input.ChoiceSet"}),
    ],
)
def test_a_field_shows_its_value_where_teams_can(kind, value, shown):
    (field,) = body(Field(name="f", label="F", input=kind, value=value, options=(("a", "A"), ("b", "B"))))
    assert shown.items() <= field.items()
    assert ("value" in field) == ("value" in shown)


def test_what_was_wrong_stands_under_its_field_and_what_was_typed_in_it():
    field, hint, error, *_ = teams(SAMPLES["wrong_answer"])["body"][1:]
    assert field["value"] == "twelve-ish"
    assert hint["text"].startswith("A whole number")
    assert (error["color"], error["text"]) == ("Attention", "⚠️ “twelve-ish” isn't a number. Write it in digits.")


def test_the_same_name_twice_has_two_ids():
    fields = body(*(Field(name="f", label="F", input=Input.LINE) for _ in range(3)))
    assert [it["id"] for it in fields] == ["field:f", "field:f:2", "field:f:3"]


def test_a_menu_keeps_the_chosen_option_however_many_there_are():
    options = tuple((f"d{at}", f"Deal {at}") for at in range(150))
    (menu,) = body(Field(name="deal", label="Deal", input=Input.CHOICE, value="d149", options=options))
    assert len(menu["choices"]) == 60
    assert menu["choices"][-1] == {"title": "Deal 149", "value": "d149"}


def test_buttons_beyond_five_wait_behind_the_dots():
    (row,) = body(Buttons(tuple(Action("go", str(at)) for at in range(8))))
    assert [it.get("mode") for it in row["actions"]] == [None] * 5 + ["secondary"] * 3


def test_a_button_that_carries_too_much_is_refused_by_name():
    with pytest.raises(ValueError, match=r"deal\.open carries 20\d\d characters"):
        body(Buttons((Action("deal.open", "Open", {"name": "x" * 2000}),)))


# --- tables, pictures, maths -----------------------------------------------------------------------------------------
def table(columns: int, rows: int = 2, cell: str = "x") -> Table:
    headers = tuple(f"C{at}" for at in range(columns))
    return Table(headers, tuple(((f"r{row}",), *(((cell,),) * (columns - 1))) for row in range(rows)), frozenset({1}))


def test_a_table_has_its_numbers_on_the_right():
    (shown,) = body(table(3))
    assert [it.get("horizontalCellContentAlignment") for it in shown["columns"]] == [None, "Right", None]
    assert [len(it["cells"]) for it in shown["rows"]] == [3, 3, 3]


def test_no_column_is_so_narrow_that_a_number_breaks_while_words_have_room():
    deals = Table(("Deal", "Amount"), ((("Yarrowdale Fulfilment: a Sorting Cell for the new hall",), ("$125,000",)),))
    wide, narrow = (it["width"] for it in body(deals)[0]["columns"])
    assert narrow / (wide + narrow) > 0.3


def test_a_table_too_wide_for_a_chat_becomes_a_list_with_the_names_of_its_columns():
    name, facts, *_ = body(table(8))
    assert name["text"] == "**r0**"
    assert facts["facts"][0] == {"title": "C1", "value": "x"}
    assert len(facts["facts"]) == 7


@pytest.mark.parametrize("columns", [4, 8])
def test_a_long_table_leaves_room_for_the_rest_and_ends_in_dots(columns):
    shown = body(table(columns, 300, "long " * 10), say("after"))
    assert len(json.dumps(shown)) < 28_000
    assert "…" in json.dumps(shown[-2:], ensure_ascii=False)


def image_of(size: int) -> str:
    return f"data:image/png;base64,{'A' * (size - 22)}"


CHART = Picture("Dana 12, Lee 9.", "Calls", Bars(()))


def test_a_picture_is_shown_with_its_words_for_who_cannot_see_it():
    (image,) = body(CHART, pictures=lambda _: image_of(9000))
    assert (image["type"], image["altText"]) == ("Image", "Calls. Dana 12, Lee 9.")


@pytest.mark.parametrize("place", [None, "http://coach.example/p.png", image_of(PICTURES_MAX + 1)])
def test_a_picture_that_teams_would_not_show_is_told(place):
    assert [it["text"] for it in body(CHART, pictures=lambda _: place)] == ["Calls", "Dana 12, Lee 9."]


def test_pictures_give_way_to_words_before_words_do():
    paragraphs = [say("x" * 2500) for _ in range(4)]
    kinds = [it["type"] for it in body(CHART, *paragraphs, pictures=lambda _: image_of(18_000))]
    assert kinds == ["TextBlock"] * 6


def test_the_second_picture_is_told_where_one_fills_the_message():
    kinds = [it["type"] for it in body(CHART, CHART, pictures=lambda _: image_of(12_000))]
    assert kinds == ["Image", "TextBlock", "TextBlock"]


def test_the_maths_are_folded_and_each_fold_opens_its_own():
    maths = Maths(figure="sales", value="25 %", formula="won / closed", inputs=(("won", "3"),), n="12")
    line, rows, other, other_rows = body(maths, maths)
    assert line["selectAction"]["targetElements"] == ["maths:closed", "maths:open", "maths:rows"]
    assert not rows["isVisible"]
    assert [it["value"] for it in rows["items"][0]["facts"]] == ["won / closed", "3", "12"]
    assert other_rows["id"] in other["selectAction"]["targetElements"]
    assert rows["id"] != other_rows["id"]


def test_maths_that_were_asked_for_are_told_without_asking_again():
    maths = Maths(figure="sales", value="25 %", formula="won / closed")
    line, rows = body(Heading("The maths"), maths)[1:]
    assert "isVisible" not in rows
    assert line["columns"][1]["items"][0]["text"] == "sales **25 %**"
    assert body(say("x"), Buttons((Action("go", "Go"),)), maths)[-1]["isVisible"] is False


# --- what one message takes --------------------------------------------------------------------------------------------
def test_a_long_card_keeps_what_can_be_answered_and_says_that_more_was_left_out():
    shown = teams(SAMPLES["nasty_much"])
    kinds = [it["type"] for it in shown["body"]]
    assert kinds.count("Input.Text") == 1
    assert kinds.count("Input.ChoiceSet") == 1
    assert len(shown["body"][-1]["actions"]) == 40
    assert "There is more than fits" in str(shown)


def test_nothing_is_read_after_the_words_that_were_left_out():
    big = Facts(tuple((f"n{at}", ("x" * 500,)) for at in range(50)))
    shown = body(Heading("first"), big, say("last"), Buttons((Action("go", "Go"),)))
    assert [it.get("text", it["type"]) for it in shown] == [
        "first",
        "… There is more than fits into one message.",
        "ActionSet",
    ]
    assert len(json.dumps(shown)) <= CARD_MAX
