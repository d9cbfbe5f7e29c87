"""What can't be done, in a sentence for whoever asked."""

from __future__ import annotations


class Refused(ValueError):  # noqa: N818 - what a person is told, not a mistake of ours
    """Says what was wrong and what to do instead."""
