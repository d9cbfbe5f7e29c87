"""Processes of the program that begin with its imports done.

A start is a second or two of a processor, nearly all of it imports, and tests start dozens. Here one process imports
everything and is forked for each start. What comes out is a process like any other, with its own folder, environment,
arguments, streams and signals, to be killed or frozen. That the program also starts from nothing, `python -m bot`,
is seen by a team's day in `test_program.py` and by the demo's first page in `bot/commands/test_demo.py`.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
import runpy
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).parent.parent
MOST = 1 << 20


class Process:
    """As `subprocess.Popen([sys.executable, "-m", module, *words])`, in so far as tests use it."""

    def __init__(
        self, module: str, *words: str, cwd: Path, env: Mapping[str, str], stdout: int | IO[Any], stderr: int | IO[Any]
    ) -> None:
        self.returncode: int | None = None
        self._told, theirs = socket.socketpair()
        asked = {"module": module, "words": words, "cwd": str(cwd), "env": dict(env)}
        streams = [it if isinstance(it, int) else it.fileno() for it in (stdout, stderr)]
        with theirs:
            socket.send_fds(_origin(), [json.dumps(asked).encode()], [*streams, theirs.fileno()])
        self.pid = int(self._told.recv(MOST))

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            if not select.select([self._told], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
            self.returncode = int(self._told.recv(MOST))
            self._told.close()
        return self.returncode

    def poll(self) -> int | None:
        try:
            return self.wait(0)
        except subprocess.TimeoutExpired:
            return None

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


@cache
def _origin() -> socket.socket:
    """To the process that is forked; it ends when nobody can ask it any more."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with its:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.forked", str(its.fileno())],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            pass_fds=[its.fileno()],
            start_new_session=True,
        )

    def end() -> None:
        ours.close()
        process.wait(10)

    atexit.register(end)
    return ours


# --- in the process that is forked ------------------------------------------------------------------------------------
def _import() -> None:
    import bot
    import coaching
    import storage

    for package in (bot, coaching, storage):
        for it in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not it.name.endswith("__main__"):
                importlib.import_module(it.name)
    for name in ("alembic.command", "numpy", "uvloop", "httptools", "uvicorn.protocols.http.httptools_impl"):
        importlib.import_module(name)
    gc.collect()
    gc.freeze()


def _child(asked: socket.socket) -> dict[str, Any] | None:
    """What one is to do, in the process that does it; None in the first, when nobody asks any more."""
    while True:
        said, fds, _, _ = socket.recv_fds(asked, MOST, 3)
        if not said:
            return None
        _reap()
        if os.fork():
            for it in fds:
                os.close(it)
            continue
        # Its parent, which only waits for it: the first must be free for the next.
        asked.close()
        child = os.fork()
        if child:
            _keep(child, fds)
        for number, it in enumerate(fds[:2], 1):
            os.dup2(it, number)
        for it in fds:
            os.close(it)
        return json.loads(said)


def _keep(child: int, fds: list[int]) -> None:
    for it in fds[:2]:
        os.close(it)
    with socket.socket(fileno=fds[2]) as told:
        told.send(str(child).encode())
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        with suppress(BrokenPipeError):  # nobody waited for it
            told.send(str(code).encode())
    os._exit(0)


def _reap() -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


if __name__ == "__main__":
    _import()
    if (asked := _child(socket.socket(fileno=int(sys.argv[1])))) is not None:
        os.chdir(asked["cwd"])
        os.environ.clear()
        os.environ.update(asked["env"])
        sys.argv[1:] = asked["words"]
        runpy.run_module(asked["module"], run_name="__main__", alter_sys=True)
