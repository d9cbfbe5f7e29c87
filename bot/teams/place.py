"""Where something happened in Teams, or is to happen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation, and the service that brings messages to it."""

    service_url: str
    conversation: str
