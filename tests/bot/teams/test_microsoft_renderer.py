"""Microsoft's own renderer has nothing against our cards, and shows no more and no less than they say."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, example, given, settings

from bot.teams.render import FIELD, PRESS, render
from coaching.card import Buttons, Card
from tests.cards import SAMPLES
from tests.faces import TEAMS_USERS, Pages, teams
from tests.strategies import cards
from tests.teams_renderer import Renderer

LINKS = "https://coach.example/"
TOO_MANY = re.compile(r"Maximum number of actions exceeded")
"""It counts those behind the dots too, which Teams doesn't."""


@pytest.fixture
def renderer(browser, node_modules) -> Renderer:
    return Renderer(browser.new_page(), node_modules)


class Written(HTMLParser):
    """What a card's words have become."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name in {"href", "src"}]
        assert not [name for name, _ in attrs if name.startswith("on")]


OURS = {"div", "p", "span", "strong", "a", "ul", "li", "input", "textarea", "select", "option", "label", "button"}
OURS |= {"table", "tr", "td", "th", "tbody", "thead", "img", "br", "style"}


def said(renderer: Renderer, card: dict) -> list[str]:
    return [it for it in renderer.show(card) if not TOO_MANY.match(it)]


def test_it_has_nothing_against_any_sample(renderer):
    told = {name: said(renderer, teams(it)) for name, it in SAMPLES.items()}
    assert {name: it for name, it in told.items() if it} == {}


def test_whatever_a_card_holds_it_shows_words_and_no_tag_or_address_of_theirs(renderer):
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(cards)
    @example(SAMPLES["nasty_names"])
    @example(SAMPLES["nasty_much"])
    def holds(card: Card) -> None:
        assert said(renderer, render(card, mentions=TEAMS_USERS.get, links=Pages())) == []
        written = Written(renderer.html())
        assert written.tags <= OURS
        assert [it for it in written.links if not it.startswith(LINKS)] == []

    holds()


def test_a_press_sends_the_action_and_what_is_in_the_fields(browser, node_modules):
    page = browser.new_page()
    Renderer(page, node_modules).show(teams(SAMPLES["morning"]))
    page.get_by_label("Calls").fill("1.234,50")
    page.get_by_label("What will you do today that moves a deal?").fill("send it")
    page.get_by_role("button", name="Later").click()
    (sent,) = page.evaluate("window.sent")
    # What is empty it leaves out.
    assert {name.removeprefix(FIELD): it for name, it in sent.items() if name.startswith(FIELD)} == {
        "kept": "kept",
        "calls": "1.234,50",
        "next_on": "2026-11-25",
        "commitment": "send it",
        "note": "Two lines,\nas they were written.",
    }
    assert '"checkin.later"' in sent[PRESS]


def test_the_maths_open_and_close_under_their_line(browser, node_modules):
    page = browser.new_page()
    Renderer(page, node_modules).show(teams(SAMPLES["figures"]))
    formula = page.get_by_text("(own sales")
    assert not formula.is_visible()
    line = page.get_by_text("See the maths: proposals")
    line.click()
    assert formula.is_visible()
    line.click()
    assert not formula.is_visible()


def test_the_buttons_behind_the_dots_can_be_pressed(browser, node_modules):
    page = browser.new_page()
    card = Card("x", (Buttons(SAMPLES["nasty_much"].actions[:8]),))
    Renderer(page, node_modules).show(teams(card))
    page.get_by_role("button").last.click()
    page.get_by_text("6 All work").click()
    (sent,) = page.evaluate("window.sent")
    assert '"id":"6"' in sent[PRESS]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["morning", "digest", "figures"])
def test_every_word_of_a_card_is_seen_in_either_theme(browser, node_modules, name, theme):
    """Ink on its own ground would be there for the parser and for nobody else."""
    page = browser.new_page()
    Renderer(page, node_modules, theme).show(teams(SAMPLES[name]))
    assert page.evaluate(_CONTRASTS) > 3


_CONTRASTS = """() => {
  const parts = (it) => it.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((it) => (it /= 255) <= 0.03928 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4)
    .reduce((sum, it, at) => sum + it * [0.2126, 0.7152, 0.0722][at], 0);
  const ground = parts(getComputedStyle(document.getElementById('card')).backgroundColor);
  const over = ([r, g, b, a = 1]) => [r, g, b].map((it, at) => it * a + ground[at] * (1 - a));
  const against = (ink) => { const [one, other] = [light(over(parts(ink))), light(ground)].sort((a, b) => b - a);
    return (one + 0.05) / (other + 0.05); };
  return Math.min(...[...document.querySelectorAll('#card .ac-textBlock:not(:has(a, .at))')].map((it) => against(getComputedStyle(it).color)));
}"""
