"""Picture -> PNG or SVG, by matplotlib: readable in a mail, in Slack, on a page and on a phone."""

from bot.chart.drawing import png, small_png, svg

__all__ = ["png", "small_png", "svg"]
