"""Requests that are ready to go, sent over a few connections as fast as the answers come: a client as cheap as Python allows.

A client that costs more than the server it drives measures itself: with aiohttp's, a bare handler looked three times as slow.
"""

from __future__ import annotations

import os
import re
import select
import socket
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
OK = b"HTTP/1.1 200 "


def request(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """A POST, whole."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join((*lines, "", "")).encode() + body


def drive(port: int, requests: Sequence[bytes], at_once: int) -> float:
    """Seconds until all are answered with 200. AssertionError at any other answer."""
    waiting, open_ = iter(requests), {}
    poll = select.epoll()
    began = time.perf_counter()
    try:
        for it in [socket.create_connection(("127.0.0.1", port), timeout=30) for _ in range(at_once)]:
            open_[it.fileno()] = it
            poll.register(it, select.EPOLLIN)
        began = time.perf_counter()
        busy = sum(_sent(it, waiting) for it in open_.values())
        while busy:
            for number, _ in poll.poll(30):
                _answered(open_[number])
                busy -= not _sent(open_[number], waiting)
        return time.perf_counter() - began
    finally:
        for it in open_.values():
            it.close()
        poll.close()


def _sent(it: socket.socket, waiting: Iterator[bytes]) -> bool:
    following = next(waiting, None)
    if following is not None:
        it.sendall(following)
    return following is not None


def _answered(it: socket.socket) -> None:
    got = it.recv(65536)
    assert got.startswith(OK), got[:200] or "the server hung up"
    while True:
        head, ended, body = got.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        if ended and len(body) >= (int(length[1]) if length else 0):
            return
        got += it.recv(65536)


@contextmanager
def apart(servers: Iterable[int]) -> Iterator[None]:
    """The servers (by process) on one processor, this process on another, where there are two."""
    mine = os.sched_getaffinity(0)
    if len(mine) > 1:
        first, second, *_ = sorted(mine)
        for it in servers:
            os.sched_setaffinity(it, {first})
        os.sched_setaffinity(0, {second})
    try:
        yield
    finally:
        os.sched_setaffinity(0, mine)
