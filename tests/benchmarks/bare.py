"""A bare client: the same posts with the same pauses, and nothing else."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.limits import SLACK_POSTS

MARGIN = 0.05
"""Seconds by which it keeps to the limits: what it sends doesn't arrive at once."""


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds by the wall clock, and of the processor."""

    wall: float
    cpu: float


def post(url: str, bodies: Mapping[str, Sequence[Mapping[str, Any]]], connections: int) -> Took:
    """By token. `connections` at most; 0 for as many as it likes."""
    began, cpu = time.perf_counter(), time.process_time()
    asyncio.run(_everything(url, bodies, connections))
    return Took(time.perf_counter() - began, time.process_time() - cpu)


async def _everything(url: str, bodies: Mapping[str, Sequence[Mapping[str, Any]]], connections: int) -> None:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=connections)) as session:
        await asyncio.gather(*(_company(session, url, token, its) for token, its in bodies.items()))


async def _company(session: aiohttp.ClientSession, url: str, token: str, bodies: Sequence[Mapping[str, Any]]) -> None:
    (burst, *_) = SLACK_POSTS
    for start in range(0, len(bodies), burst.many):
        if start:
            await asyncio.sleep(burst.seconds + MARGIN)
        await asyncio.gather(*(_one(session, url, token, it) for it in bodies[start : start + burst.many]))


async def _one(session: aiohttp.ClientSession, url: str, token: str, body: Mapping[str, Any]) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    async with session.post(f"{url}chat.postMessage", json=body, headers=headers) as reply:
        said = await reply.json()
    assert said["ok"], said
