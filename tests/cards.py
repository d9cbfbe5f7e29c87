"""Every sample card by name. Each has its golden files in tests/golden; new areas add a module and a line here."""

from coaching.card import Card
from tests.golden_cards import (
    actions,
    chat,
    checkin,
    digest,
    elements,
    escalations,
    files,
    forecast,
    home,
    identity,
    majors,
    nasty,
    qualify,
    review,
    upkeep,
    weeks,
)

AREAS = (
    elements, nasty, checkin, digest, forecast, escalations, chat, actions, qualify, home, identity, review, majors, files, upkeep,
    weeks,
)  # fmt: skip
SAMPLES: dict[str, Card] = {name: card for area in AREAS for name, card in area.CARDS.items()}
assert len(SAMPLES) == sum(len(area.CARDS) for area in AREAS), "two sample cards share a name"
