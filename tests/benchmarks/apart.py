"""A fake, or anything else, in a process of its own: it must not share our interpreter's lock, as Slack doesn't."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from multiprocessing.connection import Connection
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

Made = TypeVar("Made")
Given = TypeVar("Given")
Asked = ParamSpec("Asked")


class Apart(Generic[Made]):
    """What is there, from here: functions of a module are called with it as their first argument."""

    def __init__(self, line: Connection) -> None:
        self._line = line

    def do(self, what: Callable[Concatenate[Made, Asked], Given], *more: Asked.args, **named: Asked.kwargs) -> Given:
        """What the function gave back there."""
        self._line.send((what, more, named))
        given: Given = self._line.recv()
        return given


@contextmanager
def apart(make: Callable[[], AbstractContextManager[Made]]) -> Iterator[Apart[Made]]:
    """Until the end of the block."""
    ours, theirs = multiprocessing.Pipe()
    child = multiprocessing.get_context("spawn").Process(target=_serve, args=(make, theirs), daemon=True)
    child.start()
    theirs.close()  # Else we would wait for ever for the answer of one that died.
    try:
        yield Apart(ours)
    finally:
        child.kill()
        child.join()
        ours.close()


def _serve(make: Callable[[], AbstractContextManager[Any]], line: Connection) -> None:
    with make() as made:
        while True:
            what, more, named = line.recv()
            line.send(what(made, *more, **named))
