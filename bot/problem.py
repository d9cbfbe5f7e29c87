"""A request that could not be carried out."""

from __future__ import annotations


class Problem(Exception):  # noqa: N818 - what people are shown, not a mistake of ours
    """One line a person can act on: what went wrong, where, and what to do next."""
