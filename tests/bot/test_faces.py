"""Whatever a card holds, each of its faces is whole, and nothing in it has become more than words."""

import json
import unicodedata
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, example, given, settings

from bot import plain
from bot.html import Form, fragment, mail
from bot.slack.render import render
from bot.teams.render import render as adaptive
from coaching.card import Action, Buttons, Card, Field, Input, Look, Page, Span, Table, say
from tests.cards import SAMPLES
from tests.faces import FACES, FORM, USERS, Pages, page_of, slack
from tests.slack_lint import problems
from tests.strategies import cards
from tests.thorough import often

many = settings(max_examples=often(150), deadline=None, suppress_health_check=list(HealthCheck))
TAGS = {
    "details",
    "summary",
    "article",
    "form",
    "fieldset",
    "input",
    "h2",
    "p",
    "dl",
    "div",
    "dt",
    "dd",
    "ul",
    "li",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "label",
    "span",
    "select",
    "option",
    "textarea",
    "button",
    "figure",
    "figcaption",
    "svg",
    "rect",
    "line",
    "img",
    "a",
    "strong",
    "br",
    "bdi",
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
}
ATTRIBUTES = {
    "class",
    "dir",
    "aria-label",
    "aria-hidden",
    "method",
    "action",
    "autocomplete",
    "type",
    "name",
    "value",
    "tabindex",
    "role",
    "inputmode",
    "rows",
    "selected",
    "disabled",
    "viewbox",
    "preserveaspectratio",
    "width",
    "height",
    "x1",
    "x2",
    "y1",
    "y2",
    "src",
    "alt",
    "href",
    "style",
    "lang",
    "charset",
    "content",
    "cellpadding",
    "cellspacing",
    "border",
    "align",
}
VOID = {"input", "br", "meta", "img"}


class Strict(HTMLParser):
    """Refuses what we never write, and whatever isn't closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        assert tag in TAGS, tag
        assert {name for name, _ in attrs} <= ATTRIBUTES, attrs
        assert len({name for name, _ in attrs}) == len(attrs)
        for name, value in attrs:
            if name in {"href", "src", "action"}:
                assert value.startswith(("https://coach.example/", "/press")), value
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        assert tag in {"rect", "line"}, tag
        assert {name for name, _ in attrs} <= ATTRIBUTES

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def one_cell(*spans: Span) -> Card:
    return Card("One", (Table((), ((spans,),)),))


def parse(html: str) -> None:
    parser = Strict()
    parser.feed(html)
    parser.close()
    assert not parser.open
    html.encode()


@pytest.mark.parametrize("name", SAMPLES)
def test_slack_would_take_every_sample(name):
    assert problems(slack(SAMPLES[name]), set(USERS.values())) == []


@many
@given(cards)
@example(SAMPLES["nasty_much"])
@example(one_cell(Page(text="All work and no play. " * 500, page="deals", member="dana")))
@example(one_cell(*[Page(text="All work and no play. " * 9, page="deals", member="dana", otherwise="-")] * 70))
def test_slack_takes_any_card_and_calls_only_whom_it_mentions(card):
    assert problems(slack(card), set(USERS.values())) == []


@many
@given(cards)
def test_without_a_resolver_nobody_is_called(card):
    assert problems(dict(render(card))) == []


@many
@given(cards)
@example(SAMPLES["nasty_names"])
def test_a_page_holds_no_tag_or_attribute_that_came_from_text(card):
    parse(str(fragment(card, FORM, links=Pages(), pictures=page_of)))
    parse(str(fragment(card, pictures=page_of)))


@many
@given(cards)
@example(SAMPLES["nasty_names"])
def test_a_mail_holds_no_tag_or_attribute_that_came_from_text(card):
    parse(mail(card, links=Pages(), answer=lambda _: "https://coach.example/answer/x", footer="<b>why</b>"))


@many
@given(cards)
@example(SAMPLES["nasty_names"])
def test_plain_text_holds_no_character_that_steers_a_terminal_or_hides(card):
    text = plain.text(card, Pages())
    assert text.strip()
    assert not [it for it in text if unicodedata.category(it) in {"Cc", "Cs"} and it != "\n"]
    assert not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200e\u200f\ufeff")
    assert "\n" not in plain.summary(card)


# --- what people meet in each face ---------------------------------------------------------------------------------
def test_a_mention_calls_the_person_in_slack_and_is_their_name_elsewhere():
    card = SAMPLES["digest"]
    assert "<@U0DANA> asks" in str(slack(card))
    assert "Dana Reyes asks" in str(render(card))
    assert "Dana Reyes asks" in plain.text(card)


def test_bold_words_around_a_break_stay_bold_on_one_line():
    from coaching.card import Bold

    section = render(Card("x", (say("a", Bold(" two\nlines "), "b"),)))["blocks"][0]
    assert section["text"]["text"] == "a *two lines* b"


def test_a_name_with_mrkdwn_signs_formats_nothing():
    from coaching.card import Bold

    text = render(Card("x", (say(Bold("big"), " *deal* `x` ~y~ _z_ a_b"),)))["blocks"][0]["text"]["text"]
    assert text == "*big* ∗deal∗ ˋxˋ ∼y∼ ˍzˍ a_b"


def test_a_long_card_keeps_what_can_be_answered_and_says_that_more_was_left_out():
    blocks = slack(SAMPLES["nasty_much"])["blocks"]
    kinds = [it["type"] for it in blocks]
    assert kinds.count("input") == 2
    assert sum(len(it["elements"]) for it in blocks if it["type"] == "actions") == 40
    assert "There is more than fits" in str(blocks)


def test_sixty_paragraphs_fit_into_fifty_blocks_with_their_buttons():
    card = Card("x", (*(say(str(at)) for at in range(60)), Buttons((Action("go", "Go"),))))
    blocks = slack(card)["blocks"]
    assert len(blocks) == 50
    assert [it["type"] for it in blocks[-2:]] == ["context", "actions"]


def test_the_second_table_is_typeset_because_slack_takes_one():
    table = Table(("Rep", "Won"), ((("Dana",), ("12",)),), frozenset({1}))
    first, second = slack(Card("x", (table, table)))["blocks"]
    assert first["type"] == "table"
    assert second["text"]["text"] == "```\nRep   Won\n----  ---\nDana   12\n```"


def test_a_button_that_carries_too_much_is_refused_by_name():
    card = Card("x", (Buttons((Action("deal.open", "Open", {"name": "x" * 2000}),)),))
    with pytest.raises(ValueError, match=r"deal\.open carries 20\d\d characters"):
        slack(card)


def test_the_same_button_twice_has_two_ids_and_one_meaning():
    actions = slack(Card("x", (Buttons((Action("go", "A", {"id": "1"}), Action("go", "B", {"id": "2"}))),)))["blocks"][
        0
    ]
    assert [(it["action_id"], it["value"]) for it in actions["elements"]] == [
        ("go", '{"v":1,"a":"go","args":{"id":"1"}}'),
        ("go:2", '{"v":1,"a":"go","args":{"id":"2"}}'),
    ]


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        (Input.NUMBER, "1.234,50", {"type": "plain_text_input", "initial_value": "1.234,50"}),
        (Input.LONG, "a\nb", {"type": "plain_text_input", "multiline": True, "initial_value": "a\nb"}),
        (Input.DATE, "2026-11-25", {"type": "datepicker", "initial_date": "2026-11-25"}),
        (Input.DATE, "2026-02-30", {"type": "datepicker"}),
    ],
)
def test_a_field_shows_its_value_where_slack_can(kind, value, shown):
    block = slack(Card("x", (Field(name="f", label="F", input=kind, value=value),)))["blocks"][0]
    assert block["block_id"] == "field:f"
    assert shown.items() <= block["element"].items()
    assert ("initial_date" in block["element"]) == ("initial_date" in shown)


@pytest.mark.parametrize(
    ("place", "key"),
    [("https://coach.example/p.png", "image_url"), ("F0PICTURE", "slack_file"), ("http://plain", None), (None, None)],
)
def test_a_picture_is_shown_when_slack_can_fetch_it_and_said_otherwise(place, key):
    blocks = render(Card("x", SAMPLES["digest"].elements[2:3]), pictures=lambda _: place)["blocks"]
    assert problems({"text": "x", "blocks": blocks}) == []
    assert (blocks[0]["type"] == "image") == bool(key)
    assert "Dana $150k" in str(blocks)
    assert key is None or key in blocks[0]


def test_a_page_posts_the_token_the_hidden_values_and_the_pressed_button():
    card = Card(
        "x", (Field(name="calls", label="Calls", input=Input.NUMBER), Buttons((Action("go", "Go", look=Look.PRIMARY),)))
    )
    html = str(fragment(card, Form("/press", 'a"b', {"key": "k<1>"})))
    assert '<form method="post" action="/press"' in html
    assert '<input type="hidden" name="csrf" value="a&#34;b">' in html
    assert '<input type="hidden" name="key" value="k&lt;1&gt;">' in html
    assert 'name="field:calls"' in html
    assert 'name="press" value="{&#34;v&#34;:1,&#34;a&#34;:&#34;go&#34;' in html


def test_without_a_form_nothing_can_be_sent():
    html = str(fragment(SAMPLES["morning"]))
    assert "<form" not in html
    assert "<fieldset disabled" in html


def test_a_mail_leaves_out_buttons_that_lead_nowhere_and_addresses_that_run_code():
    assert "<a " not in mail(SAMPLES["morning"])
    assert "<a " not in mail(SAMPLES["morning"], answer=lambda _: "javascript:alert(1)")
    assert mail(SAMPLES["morning"], answer=lambda it: f"https://coach.example/{it.name}").count("<a ") == 4


def test_an_address_stands_at_the_end_of_plain_text_once():
    from coaching.card import Figure

    card = Card("x", (say(Figure("12", "a"), " and ", Figure("13", "b"), " and ", Figure("14", "a")),))
    assert plain.text(card, Pages()) == (
        "12 [1] and 13 [2] and 14 [1]\n\n[1] https://coach.example/rows/a\n[2] https://coach.example/rows/b\n"
    )
    assert plain.text(card) == "12 and 13 and 14\n"


def test_where_our_pages_cannot_be_reached_it_is_said_what_to_do_instead_in_every_face():
    card = Card(
        "x", (say(Page(text="Bring them in", page="deals", member="dana", more=" here.", otherwise="Use a shell")),)
    )
    faces = (
        plain.text(card),
        str(fragment(card)),
        mail(card),
        json.dumps(render(card)),
        json.dumps(adaptive(card)),
    )
    for shown in faces:
        assert "Use a shell" in shown
        assert "Bring them in" not in shown
    for face in FACES.values():
        shown = face(card)
        assert "https://coach.example/deals/dana" in shown
        assert "here." in shown
        assert "Use a shell" not in shown
