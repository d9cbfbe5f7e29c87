"""Picture -> PNG or SVG, by matplotlib: readable in a mail, in Slack, on a page and on a phone."""

from bot.chart.drawing import letter_png, png, small_png, svg

__all__ = ["letter_png", "png", "small_png", "svg"]
