"""The app's two icons: a speech bubble in which three bars rise. Drawn, so that there is no picture to lose."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

ACCENT = "#1f3a4d"
WHITE = "#ffffff"
SUN = "#f2b441"
COLOUR_SIZE, OUTLINE_SIZE = 192, 32
SMOOTH = 8
"""Drawn so many times larger and made smaller, which rounds the edges."""
# On a square of 96: the bubble, its tip, and the bars with their feet on one line.
BUBBLE = (14, 16, 82, 70)
TIP = ((26, 66), (26, 84), (46, 66))
BARS = ((28, 48), (43, 39), (58, 28))
FOOT, BAR = 59, 10


def colour() -> bytes:
    """192 x 192, as Teams shows it in its store and beside messages; it rounds the corners itself."""
    image, pen, scale = _canvas(COLOUR_SIZE, ACCENT)
    _bubble(pen, scale, fill=WHITE)
    _bars(pen, scale, (ACCENT, ACCENT, SUN))
    return _png(image, COLOUR_SIZE)


def outline() -> bytes:
    """32 x 32, white on nothing, as Teams wants it for its side bar."""
    image, pen, scale = _canvas(OUTLINE_SIZE, None)
    _bubble(pen, scale, fill=WHITE)
    _bubble(pen, scale, fill=(255, 255, 255, 0), inset=6.5)
    _bars(pen, scale, (WHITE, WHITE, WHITE))
    return _png(image, OUTLINE_SIZE)


def _canvas(size: int, ground: str | None) -> tuple[Image, ImageDraw, float]:
    # Imported here because only this one command draws.
    from PIL import Image, ImageDraw

    image = Image.new("RGBA", (size * SMOOTH, size * SMOOTH), ground or (255, 255, 255, 0))
    return image, ImageDraw.Draw(image), size * SMOOTH / 96


def _bubble(pen: ImageDraw, scale: float, *, fill: str | tuple[int, ...], inset: float = 0) -> None:
    left, top, right, bottom = BUBBLE
    box = (left + inset, top + inset, right - inset, bottom - inset)
    pen.rounded_rectangle([it * scale for it in box], radius=max(14 - inset, 4) * scale, fill=fill)
    if not inset:
        pen.polygon([(x * scale, y * scale) for x, y in TIP], fill=fill)


def _bars(pen: ImageDraw, scale: float, colours: tuple[str, ...]) -> None:
    for (left, top), it in zip(BARS, colours, strict=True):
        box = (left, top, left + BAR, FOOT)
        pen.rounded_rectangle([edge * scale for edge in box], radius=2 * scale, fill=it)


def _png(image: Image, size: int) -> bytes:
    from PIL import Image

    written = io.BytesIO()
    image.resize((size, size), Image.Resampling.LANCZOS).save(written, "png", optimize=True)
    return written.getvalue()
