import base64
import io

import pytest
from PIL import Image

from bot.chart import letter_png, png, svg
from bot.chart.bars import BARS_MAX
from bot.chart.canvas import MARK, PALE, PIXELS, SOLID
from bot.chart.steps import MORE
from bot.html import fragment
from coaching.card import Bar, Bars, Card, Curve, Curves, Interval, Intervals, Picture, Plot, Step, Steps
from tests.cards import SAMPLES
from tests.golden_cards.nasty import LONG, TEXTS

DIGEST = next(it for it in SAMPLES["digest"].elements if isinstance(it, Picture))


def drawn(*bars: Bar, **more) -> Image.Image:
    return picture_of(Bars(bars), **more)


def picture_of(plot: Plot, **more) -> Image.Image:
    return Image.open(io.BytesIO(png(Picture("words", more.pop("title", "Title"), plot, **more)))).convert("RGB")


def colours(image: Image.Image) -> dict[str, int]:
    return {"#{:02x}{:02x}{:02x}".format(*colour): count for count, colour in image.getcolors(1 << 24)}


def test_bars_reaches_and_the_mark_are_there_in_proportion():
    seen = colours(Image.open(io.BytesIO(png(DIGEST))).convert("RGB"))
    assert seen[MARK] > 100
    won, likely = 310, 450 - 310
    assert seen[PALE] / seen[SOLID] == pytest.approx(likely / won, rel=0.1)


@pytest.mark.parametrize("text", [*TEXTS, LONG, "", "W" * 200, "$x^2$ \\frac{1}{2}", "株式会社"])
def test_no_text_breaks_the_picture_or_is_clipped(text):
    image = drawn(Bar(text, 5, 9), Bar("Dana", 3), title=text, mark=4, mark_label=text[:40], unit="$")
    assert image.width == PIXELS
    edges = [
        (0, 0, PIXELS, 3),
        (0, image.height - 3, PIXELS, image.height),
        (0, 0, 3, image.height),
        (PIXELS - 3, 0, PIXELS, image.height),
    ]
    assert all(
        image.crop(it).getcolors() == [(image.crop(it).width * image.crop(it).height, (255, 255, 255))] for it in edges
    )


@pytest.mark.parametrize("bars", [0, 1, BARS_MAX, BARS_MAX + 6])
def test_any_number_of_bars_makes_a_picture_of_the_same_width(bars):
    image = drawn(*(Bar(f"Rep {at}", at) for at in range(bars)))
    assert image.width == PIXELS
    assert image.height < 2400


def test_nothing_done_yet_and_numbers_below_zero_can_be_drawn():
    assert colours(drawn(Bar("Dana", 0), Bar("Lee", 0))).get(SOLID, 0) == 0
    assert drawn(Bar("Dana", 5e-324, -5e-324), mark=0).width == PIXELS
    assert colours(drawn(Bar("Dana", -20), Bar("Lee", 30)))[SOLID] > 1000


NOT_A_NUMBER = float("nan")


@pytest.mark.parametrize(
    "wrong",
    [
        {"plot": Bars((Bar("Dana", NOT_A_NUMBER),))},
        {"plot": Bars((Bar("Dana", 1, float("inf")),))},
        {"plot": Intervals((Interval("Dana", 1, 0, NOT_A_NUMBER),))},
        {"plot": Curves((Curve("Dana", ((1, NOT_A_NUMBER),)),))},
        {"plot": Curves((Curve("Dana", ((1, 2),), ((1, 1e16),)),))},
        {"mark": NOT_A_NUMBER},
    ],
)
def test_what_is_no_number_is_refused_with_its_place(wrong):
    with pytest.raises(ValueError, match=r"for (Dana|the mark) can't be drawn"):
        png(Picture(**{"alt": "", "title": "", "plot": Bars(()), **wrong}))


RATES = Intervals(
    (
        Interval("Dana Reyes", 25, 12, 41, "n = 12"),
        Interval("Lee Chen", 18, 3, 52, "n = 4"),
        Interval("The team", 22, 18, 27, "n = 140"),
    )
)
WON = Curve("Won", tuple((day, min(day / 2, 60)) for day in range(0, 140, 7)), stepped=True)
RANGE = Curve(
    "Expected", tuple((739_500 + day, 300 + day) for day in range(60)), tuple((200 + day, 400) for day in range(60))
)
PLOTS = [
    RATES,
    Intervals(()),
    Curves((WON, RANGE)),
    Curves((RANGE,), days=True),
    Curves((), "Days"),
    Curves((Curve("", ((1, 2),)),)),
]


@pytest.mark.parametrize("plot", PLOTS)
@pytest.mark.parametrize("mark", [None, 320.0, -5.0])
def test_every_plot_can_be_drawn_with_and_without_a_mark(plot, mark):
    seen = colours(picture_of(plot, mark=mark, mark_label="Target", unit="%"))
    assert (MARK in seen) == (mark is not None)


def test_an_estimate_is_a_dot_on_its_whisker():
    few, many = (Intervals((Interval("Dana", 50, 50 - off, 50 + off),)) for off in (5, 45))
    assert colours(picture_of(many))[PALE] > 3 * colours(picture_of(few))[PALE]


@pytest.mark.parametrize("text", [*TEXTS, LONG, "W" * 200, "$x^2$ \\frac{1}{2}"])
def test_no_text_breaks_an_interval_or_a_curve(text):
    for plot in (Intervals((Interval(text, 1, 0, 2, text[:40]),)), Curves((Curve(text, ((0, 1), (5, 2))),), text)):
        assert picture_of(plot, title=text, mark=1, mark_label=text).width == PIXELS


@pytest.mark.parametrize("picture", [DIGEST, *(Picture("", "Title", it) for it in PLOTS)])
def test_the_same_picture_is_the_same_bytes(picture):
    assert png(picture) == png(picture)
    assert svg(picture) == svg(picture)


def test_an_svg_fetches_nothing_and_runs_nothing():
    drawn = svg(Picture("", "<script>alert(1)</script>", RATES))
    assert "<script" not in drawn
    assert 'href="http' not in drawn


def test_a_page_holds_the_drawing_itself_and_the_words_below_it():
    picture = Picture("You 25 %", "Title", RATES)
    page = str(fragment(Card("Ratios", (picture,))))
    inside = page.partition("data:image/svg+xml;base64,")[2].partition('"')[0]
    assert base64.b64decode(inside).decode() == svg(Picture("You 25 %", "", RATES))
    assert "You 25 %" in page


def test_a_waterfalls_steps_hang_where_the_last_one_ended():
    fall = Steps((Step("Before", 100, total=True), Step("New", 40), Step("Won", -60), Step("After", 80, total=True)))
    assert fall.spans == ((0.0, 100.0), (100.0, 140.0), (140.0, 80.0), (0.0, 80.0))
    seen = colours(picture_of(fall, unit="$"))
    # Two totals of 100 and 80 in one colour, 40 up and 60 down in others.
    assert seen[SOLID] / seen[MORE] == pytest.approx(180 / 40, rel=0.1)
    assert seen[MARK] / seen[MORE] == pytest.approx(60 / 40, rel=0.1)
    assert picture_of(Steps(())).width == PIXELS


def test_what_was_won_is_no_longer_open_and_drawn_as_good_all_the_same():
    steps = (
        Step("Before", 100, total=True),
        Step("Won", -60, good=True),
        Step("Lost", -20),
        Step("After", 20, total=True),
    )
    seen = colours(picture_of(Steps(steps), unit="$"))
    assert seen[MORE] / seen[MARK] == pytest.approx(60 / 20, rel=0.1)
    page = str(fragment(Card("Week", (Picture("words", "What changed", Steps(steps)),))))
    assert [page.count(f'class="bar-{it}"') for it in ("more", "less")] == [1, 1]


def test_the_marks_meaning_stands_in_a_page_without_a_sign_before_it():
    picture = Picture("words", "Title", Bars((Bar("Dana", 5.0),)), unit="$", mark=1_050_000, mark_label="Target")
    assert '<p class="bar-mark-label">Target $1.05M</p>' in str(fragment(Card("", (picture,))))


FALL = Picture(
    "words",
    "What changed",
    Steps((Step("Before", 100, total=True), Step("New", 40), Step("Won", -60), Step("After", 80, total=True))),
    unit="$",
)


def test_a_waterfall_stands_in_a_page_as_its_rows_so_that_it_is_as_narrow_and_as_dark_as_the_page():
    page = str(fragment(Card("Week", (FALL,))))
    assert "<img" not in page
    assert '<rect class="bar-more" x="71.43" width="28.57" height="10"/>' in page
    assert '<rect class="bar-less" x="57.14" width="42.86" height="10"/>' in page
    assert page.count('<rect class="bar-value" x="0.00"') == 2
    assert [it in page for it in (">$100<", ">+$40<", ">-$60<", ">$80<")] == [True] * 4


def test_a_step_that_is_next_to_nothing_can_still_be_seen_and_one_below_zero_hangs_below():
    tiny = Picture("", "", Steps((Step("Before", 1_000_000, total=True), Step("New", 1))))
    assert 'width="0.80"' in str(fragment(Card("", (tiny,))))
    below = Picture("", "", Steps((Step("Before", 100, total=True), Step("Lost", -200))))
    assert 'class="bar-less" x="0.00" width="100.00"' in str(fragment(Card("", (below,))))
    assert str(fragment(Card("", (Picture("", "Nothing", Steps(())),))))


def test_a_letters_picture_has_larger_words_for_its_width():
    wide, narrow = (Image.open(io.BytesIO(draw(FALL))) for draw in (png, letter_png))
    assert (narrow.width, wide.width) == (880, PIXELS)
    assert narrow.height >= wide.height
