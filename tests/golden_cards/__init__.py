"""Sample cards, one module per area, each with its `CARDS`. A new area is one module here and one line in tests/cards.py."""
