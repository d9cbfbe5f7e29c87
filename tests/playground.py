"""Microsoft's own local client of Teams (the Microsoft 365 Agents Playground), beside the coach, on this machine."""

from __future__ import annotations

import os
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import NAMESPACE_OID, uuid5

from playwright.sync_api import Locator, Page
from ruamel.yaml import YAML

from tests.demo import free_port
from tests.need import node

TENANT = "72f988bf-0000-4000-8000-0000000000aa"
TEAM, GROUP = "19:team@thread.tacv2", "6b1f4a00-0000-4000-8000-0000000000ff"
BOT = "Coach"
READY_SECONDS = 20


@dataclass(frozen=True, slots=True)
class User:
    """Somebody in it. Their ids are made from their name."""

    id: str
    name: str

    @property
    def entra(self) -> str:
        return str(uuid5(NAMESPACE_OID, self.id))


class Playground:
    """Running in a folder, as one of its users sees it; `bot` is the coach's address."""

    def __init__(self, folder: Path, modules: Path, bot: str, users: list[User]) -> None:
        self._folder, self._modules, self._bot = folder, modules, bot
        self._users = users
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / ".m365agentsplayground.yml").open("w") as file:
            YAML(typ="safe").dump(self._settings(), file)
        program = node()
        assert program
        command = [program, str(self._modules / "@microsoft" / "m365agentsplayground" / "cli.js")]
        command += ["-e", f"{self._bot}/api/messages", "-c", "msteams", "--disable-telemetry"]
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        with (self._folder / "said").open("wb") as said:
            self._process = subprocess.Popen(
                [*command, "-p", str(self.port)],
                cwd=self._folder,
                env=kept | {"TEAMSAPPTESTER_BROWSER": "none", "TZ": "America/New_York"},
                stdout=said,
                stderr=subprocess.STDOUT,
            )
        self._wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process
        self._process.terminate()
        self._process.wait(10)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def service(self) -> str:
        """Where the bot writes to."""
        return f"http://localhost:{self.port}/_connector"

    def _wait(self) -> None:
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"{self.url}/_debug/ping", timeout=2):
                    return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        logs = [it.read_text() for it in self._folder.glob("devTools/*.log")]
        raise AssertionError(f"the playground did not start: {logs}")

    def _settings(self) -> dict[str, object]:
        channels = [{"id": "19:pipeline@thread.tacv2", "name": "Pipeline"}]
        return {
            "version": "0.1.0",
            "tenantId": TENANT,
            "bot": {"id": "28:coach", "name": BOT},
            "currentUser": _user(self._users[0]),
            "users": [_user(it) for it in self._users[1:]],
            "personalChat": {"id": "a:personal"},
            "groupChat": {"id": "19:group@thread.v2", "name": "Deal room"},
            "team": {"id": TEAM, "name": "Sales", "aadGroupId": GROUP, "channels": channels},
        }


def _user(it: User) -> dict[str, str]:
    address = f"{it.id}@quillfern.example"
    given, _, surname = it.name.partition(" ")
    return {
        "id": it.id,
        "name": it.name,
        "userPrincipleName": address,  # its own spelling
        "aadObjectId": it.entra,
        "givenName": given,
        "surname": surname,
        "email": address,
    }


class Chat:
    """The person's own conversation with the bot, in a browser."""

    def __init__(self, page: Page, playground: Playground) -> None:
        self._page = page
        page.goto(playground.url)
        self._box = page.locator('div[role="textbox"][contenteditable="true"]')
        self._box.wait_for(timeout=20_000)

    def say(self, words: str) -> None:
        self._box.click()
        self._page.keyboard.type(words)
        self._page.get_by_role("button", name="Send Message").click()

    def card(self, words: str, *, seconds: float = 20) -> Locator:
        """The newest card with these words in it, as soon as there is one."""
        found = self._page.locator(".ac-adaptiveCard").filter(has_text=words).last
        found.wait_for(timeout=seconds * 1000)
        return found

    def cards(self) -> int:
        return self._page.locator(".ac-adaptiveCard").count()

    def picture(self, file: Path) -> None:
        self._page.screenshot(path=file)
