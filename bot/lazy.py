"""Groups of commands whose modules are imported when a command is asked for."""

from __future__ import annotations

import gc
import importlib
from collections.abc import Mapping
from types import ModuleType

import click

Listed = Mapping[str, tuple[str, str]]
"""A command's module, and what the list of commands says of it: the list should not wait for all that they use."""


class LazyGroup(click.Group):
    """Finds a command by name, in the order in which `listed` has them."""

    listed: Listed

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """In the order people meet them."""
        return list(self.listed)

    def get_command(self, _ctx: click.Context | None, name: str) -> click.Command | None:
        """The click command `command` of that name's module, or its attribute of that name."""
        if name not in self.listed:
            return None
        module = _imported(self.listed[name][0])
        found = getattr(module, f"{name}_command", None) or module.command
        assert isinstance(found, click.Command)
        return found

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """From the table, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, says) for name, (_, says) in self.listed.items()])


def _imported(name: str) -> ModuleType:
    """What is imported stays as long as the program does: to search it for garbage was a seventh of every start."""
    gc.disable()
    try:
        return importlib.import_module(name)
    finally:
        gc.freeze()
        gc.enable()
