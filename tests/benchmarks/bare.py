"""A bare client: the same posts with the same pauses, and nothing else."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.limits import Window

MARGIN = 0.05
"""Seconds by which it keeps to the limits: what it sends doesn't arrive at once."""


@dataclass(frozen=True, slots=True)
class Post:
    """One message."""

    url: str
    token: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds by the wall clock, and of the processor."""

    wall: float
    cpu: float


def send(posts: Mapping[str, Sequence[Post]], burst: Window, connections: int) -> Took:
    """By company, each in bursts. `connections` at most; 0 for as many as it likes."""
    began, cpu = time.perf_counter(), time.process_time()
    asyncio.run(_everything(posts, burst, connections))
    return Took(time.perf_counter() - began, time.process_time() - cpu)


async def _everything(posts: Mapping[str, Sequence[Post]], burst: Window, connections: int) -> None:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=connections)) as session:
        await asyncio.gather(*(_company(session, its, burst) for its in posts.values()))


async def _company(session: aiohttp.ClientSession, posts: Sequence[Post], burst: Window) -> None:
    for start in range(0, len(posts), burst.many):
        if start:
            await asyncio.sleep(burst.seconds + MARGIN)
        await asyncio.gather(*(_one(session, it) for it in posts[start : start + burst.many]))


async def _one(session: aiohttp.ClientSession, post: Post) -> None:
    headers = {"Authorization": f"Bearer {post.token}"}
    async with session.post(post.url, json=post.body, headers=headers) as reply:
        said = await reply.json()
    assert said.get("ok") or said.get("id"), said
