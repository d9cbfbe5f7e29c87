"""What a rep gets on the review's day: the majors first, then the few things that could move, as one message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from coaching import majors_card, review_card
from coaching.card import Card, Heading
from coaching.language import t, tn
from coaching.majors_card import Week

if TYPE_CHECKING:
    from datetime import date

    from coaching.reviewed import Reviewed


def monday(items: Sequence[Reviewed], week: Week, today: date) -> Card:
    """Both, or whichever there is."""
    if not week.choices:
        return review_card.overview(items, today, week.deals)
    if not items:
        return majors_card.majors(week, whole=True)
    asked = review_card.overview(items, today, week.deals)
    more = tn("{n} thing that could move", "{n} things that could move", len(items))
    return Card(
        t("{majors}; {more}", majors=majors_card.summary(week), more=more),
        (Heading(t("This week’s majors")), *majors_card.part(week, whole=True), *asked.elements),
    )
