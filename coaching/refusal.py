"""What can't be done, in a sentence for whoever asked."""

from __future__ import annotations

from coaching.language import marked

NOT_YOURS = marked("That isn’t for you, or it is gone.")
"""To whoever uses somebody else's card, window or button."""


class Refused(ValueError):  # noqa: N818 - what a person is told, not a mistake of ours
    """Says what was wrong and what to do instead."""
