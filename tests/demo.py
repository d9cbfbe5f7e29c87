"""The demo, running: loaded once, copied for each test, its clock on the story's Monday, a minute before check-ins."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Self

from bot.clock import SetClock
from bot.commands.demo import BEGINNING, ZONE
from bot.demo import DemoProgram
from bot.sample.load import load
from bot.sample.story import Story, story
from bot.settings import Settings
from storage import schema
from storage.database import create_engine
from storage.store import SqlStore
from tests import forked

if TYPE_CHECKING:
    from starlette.testclient import TestClient

HERE = "http://127.0.0.1"
PROJECT = Path(__file__).parent.parent


def load_into(file: Path) -> None:
    """The sample company, told, its alarms set."""
    store = SqlStore(create_engine(f"sqlite:///{file}"))
    schema.upgrade(store.engine)
    told = load(store, BEGINNING.astimezone(ZONE).date())
    DemoProgram(Settings(), store, told, SetClock(BEGINNING, 0.001), HERE).begin()
    store.engine.dispose()


@contextmanager
def opened(file: Path) -> Iterator[DemoProgram]:
    """In this process, for a client of Starlette's; the clock stands all but still."""
    store = SqlStore(create_engine(f"sqlite:///{file}"))
    yield DemoProgram(Settings(), store, _story(), SetClock(BEGINNING, 0.001), HERE)
    store.engine.dispose()


@cache
def _story() -> Story:
    """It takes a while to tell and is the same every time."""
    return story(BEGINNING.astimezone(ZONE).date())


def client(demo: DemoProgram) -> TestClient:
    """Looks like a browser on this machine."""
    from starlette.testclient import TestClient

    return TestClient(demo.app(), base_url=HERE, follow_redirects=True)


def hidden(page: str, action: str = "/say") -> dict[str, str]:
    """The hidden fields of the page's last form that posts there."""
    form = re.findall(rf'<form[^>]*action="[^"]*{action}".*?</form>', page, re.DOTALL)[-1]
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))


class Running:
    """`coach demo` as a process of its own, in a folder; told to stop at the end.

    `from_nothing`: it imports everything anew, as it does at its users'.
    """

    def __init__(self, folder: Path, *options: str, port: int | None = None, from_nothing: bool = False) -> None:
        self.folder, self.options, self.from_nothing = folder, options, from_nothing
        self.port = port or free_port()
        self.url = f"{HERE}:{self.port}"
        self.process: subprocess.Popen[bytes] | forked.Process | None = None
        self._said: IO[str] | None = None

    def __enter__(self) -> Self:
        words = ("demo", "--port", str(self.port), *self.options)
        read, write = os.pipe()
        self._said = open(read)
        with open(os.devnull, "wb") as nothing:
            streams = {"cwd": self.folder, "env": environment(), "stdout": nothing, "stderr": write}
            if self.from_nothing:
                self.process = subprocess.Popen([sys.executable, "-m", "bot", *words], **streams)
            else:
                self.process = forked.Process("bot", *words, **streams)
        os.close(write)
        for line in self._said:
            if "listening" in line:
                return self
        raise AssertionError(f"it did not start: {self.process.wait()}")

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self.process
        assert self._said
        self.process.terminate()
        self.process.wait(10)
        self._said.close()


def environment(**more: str) -> dict[str, str]:
    """Nothing of this machine's own settings."""
    return {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(PROJECT), **more}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as it:
        return int(it.getsockname()[1])
