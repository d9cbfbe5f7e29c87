"""Where a bot's bearer token may be sent: Microsoft's own connectors, and what the settings add."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from bot.settings import is_loopback

HOSTS = frozenset({"smba.trafficmanager.net"})
DOMAINS = (".botframework.com",)
GLOBAL = "https://smba.trafficmanager.net/teams/"
"""Microsoft's own for everybody."""

_PLAIN = re.compile(r"[A-Za-z0-9:/._~\-\[\]]{1,500}")
"""No user, query, fragment, backslash, escape or other script: nothing two readers could read differently."""


@dataclass(frozen=True, slots=True)
class _Place:
    scheme: str
    host: str
    port: int
    path: tuple[str, ...]

    def within(self, other: _Place) -> bool:
        same = (self.scheme, self.host, self.port) == (other.scheme, other.host, other.port)
        return same and self.path[: len(other.path)] == other.path


class ServiceUrls:
    """Asked before anything is sent, and before anything is believed that names one."""

    def __init__(self, more: Iterable[str] = (), *, any_loopback: bool = False) -> None:
        """`more` are prefixes. `any_loopback` is for test clients on this machine, which choose their own ports."""
        self._more = tuple(it for it in map(_place, more) if it)
        self._any_loopback = any_loopback
        self._allowed = lru_cache(maxsize=1000)(self._judged)

    def allow(self, url: object) -> bool:
        """Never raises, whatever it is given."""
        return isinstance(url, str) and self._allowed(url)

    def _judged(self, url: str) -> bool:
        it = _place(url)
        if it is None:
            return False
        if any(it.within(one) for one in self._more) or (self._any_loopback and is_loopback(it.host)):
            return True
        microsofts = it.host in HOSTS or it.host.endswith(DOMAINS)
        return it.scheme == "https" and it.port == 443 and microsofts


def same(one: str, other: str) -> bool:
    """Whether two service URLs are one, with or without the slash at the end."""
    return one.rstrip("/") == other.rstrip("/")


def _place(url: str) -> _Place | None:
    if not _PLAIN.fullmatch(url):
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    path = tuple(it for it in parts.path.split("/") if it)
    if parts.scheme not in {"https", "http"} or not host or ".." in path or "." in path:
        return None
    return _Place(parts.scheme, host, port or {"https": 443, "http": 80}[parts.scheme], path)
