import io

import pytest
from PIL import Image

from bot.chart import BARS_MAX, MARK, PALE, PIXELS, SOLID, png
from coaching.card import Bar, Picture
from tests.cards import SAMPLES
from tests.golden_cards.nasty import LONG, TEXTS

DIGEST = next(it for it in SAMPLES["digest"].elements if isinstance(it, Picture))


def drawn(*bars: Bar, **more) -> Image.Image:
    return Image.open(io.BytesIO(png(Picture("words", more.pop("title", "Title"), bars, **more)))).convert("RGB")


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


@pytest.mark.parametrize(
    "wrong", [{"bars": (Bar("Dana", float("nan")),)}, {"bars": (Bar("Dana", 1, float("inf")),)}, {"mark": float("nan")}]
)
def test_what_is_no_number_is_refused_with_its_place(wrong):
    with pytest.raises(ValueError, match=r"for (Dana|the mark) can't be drawn"):
        png(Picture(**{"alt": "", "title": "", "bars": (), **wrong}))


def test_the_same_picture_is_the_same_bytes():
    assert png(DIGEST) == png(DIGEST)
