"""Measurements: each prints JSON lines, each figure beside an anchor measured in the same run."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage import schema
from storage.database import create_engine
from tests import postgres


def report(name: str, **figures: object) -> None:
    """One line for whoever reads, or collects, it."""
    print(json.dumps({"benchmark": name, **figures}), flush=True)


@contextmanager
def database(kind: str) -> Iterator[str]:
    """The URL of a fresh one with the newest schema: `sqlite`, or `postgresql` on a private server."""
    folder = Path(tempfile.mkdtemp(prefix="coach-bench-"))
    try:
        if kind == "sqlite":
            yield _migrated(f"sqlite:///{folder / 'coach.db'}")
        else:
            server = postgres.join(folder, run=os.getpid(), worker="bench")
            try:
                with server.database() as name:
                    yield _migrated(server.url(name))
            finally:
                server.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _migrated(url: str) -> str:
    engine = create_engine(url)
    schema.upgrade(engine)
    engine.dispose()
    return url
