"""What every test may ask for: real databases, a browser; and what none may do: leave this machine."""

from __future__ import annotations

import gc
import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import hypothesis
import pytest
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import Engine

from storage import schema
from storage.database import create_engine
from tests import compiled, need, postgres
from tests.thorough import THOROUGH

# The machine's load is no reason to fail; a failure in CI must be seen again at the desk.
# `COACH_THOROUGH=1` tries ten times as many examples, others each time.
hypothesis.settings.register_profile("here", deadline=None, derandomize=need.CI, print_blob=True, max_examples=60)
hypothesis.settings.register_profile("thorough", deadline=None, print_blob=True, max_examples=600)
hypothesis.settings.load_profile("thorough" if THOROUGH else "here")


# As `coach serve` does: hardly anything is in cycles, and looking for them took a tenth of the time.
gc.set_threshold(50_000, 20, 20)
# As `coach` does; numpy is not imported yet.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


# --- nothing leaves this machine --------------------------------------------------------------------------------------
def stay_here(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook: whatever library asks, only loopback and unix sockets are reached."""
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        host = arguments[1][0] if isinstance(arguments[1], tuple) else None
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    name = host.decode() if isinstance(host, bytes) else host
    if name and not (name in {"localhost", "::1", "0.0.0.0", "::"} or name.startswith("127.")):
        raise RuntimeError(f"a test wants to reach {name}; only this machine may be reached")


sys.addaudithook(stay_here)


# --- databases --------------------------------------------------------------------------------------------------------
# Each test gets its own. The plain ones are empty; the `migrated_` ones have the newest schema, as a copy, which is
# many times faster than migrating.
compiled.keep(create_engine("sqlite://"))


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """An empty file's."""
    return f"sqlite:///{tmp_path / 'coach.db'}"


@pytest.fixture
def postgres_url(postgres_server: postgres.Server) -> Iterator[str]:
    """An empty database's, on a real server."""
    with postgres_server.database() as name:
        yield postgres_server.url(name)


@pytest.fixture
def migrated_sqlite_url(tmp_path: Path, migrated_file: Path) -> str:
    """A file's, with the newest schema."""
    copy = tmp_path / "coach.db"
    shutil.copyfile(migrated_file, copy)
    return f"sqlite:///{copy}"


@pytest.fixture
def migrated_postgres_url(postgres_server: postgres.Server, migrated_template: str) -> Iterator[str]:
    """A database's on a real server, with the newest schema."""
    with postgres_server.migrated(migrated_template) as name:
        yield postgres_server.url(name)


@pytest.fixture(params=["sqlite", "postgres"])
def each_database(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database; the test runs once on each kind."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(params=["sqlite", "postgres"])
def each_migrated(request: pytest.FixtureRequest) -> str:
    """The URL of a database with the newest schema; the test runs once on each kind."""
    return str(request.getfixturevalue(f"migrated_{request.param}_url"))


@pytest.fixture
def each_engine(each_migrated: str) -> Iterator[Engine]:
    """On a database with the newest schema; the test runs once on each kind."""
    engine = create_engine(each_migrated)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The one that is copied."""
    file = tmp_path_factory.mktemp("migrated") / "coach.db"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def migrated_template(postgres_server: postgres.Server) -> Iterator[str]:
    """The one that is copied."""
    with postgres_server.database() as name:
        migrate(postgres_server.url(name))
        yield name


@pytest.fixture(scope="session")
def sample_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With the sample company. Only to be read; whoever changes it works on a copy."""
    from tests.sample import with_sample  # most tests do without all that it imports

    file = tmp_path_factory.mktemp("sample") / "coach.db"
    store = with_sample(f"sqlite:///{file}")
    with store.engine.connect() as it:
        it.connection.driver_connection.commit()
    store.engine.dispose()
    return file


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[postgres.Server]:
    """This run's; skips where there is none, except in CI."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    own = tmp_path_factory.getbasetemp()
    try:
        server = postgres.join(
            own.parent if worker else own, run=os.getppid() if worker else os.getpid(), worker=worker or "alone"
        )
    except postgres.NoServerError as problem:
        leave_out(str(problem))
    at_server = create_engine(server.url("postgres"))
    compiled.keep(at_server)
    yield server
    at_server.dispose()
    server.close()


def migrate(url: str) -> None:
    """To the newest schema, leaving nobody connected."""
    engine = create_engine(url)
    schema.upgrade(engine)
    engine.dispose()


# --- a browser --------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, which finds this machine and no other.

    Anew for each file of tests: it takes a second, and while Playwright is open, nothing else can use asyncio in its
    thread.
    """
    program = need.chromium()
    if program is None:
        leave_out(need.without_browser())
    with sync_playwright() as it:
        browser = it.chromium.launch(
            executable_path=program,
            # Root has no sandbox to go to.
            chromium_sandbox=os.geteuid() != 0,
            args=["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"],
        )
        yield browser
        browser.close()


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """As a test finds it: without pages. Each new page has cookies and a store of its own."""
    yield chromium
    for it in chromium.contexts:
        it.close()


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """Where Microsoft's renderer and local client are."""
    found = need.node_modules()
    return found or leave_out(need.without_node())


# --- order ------------------------------------------------------------------------------------------------------------
LONG = ("test_program", "test_torture", "test_playground", "test_browser", "test_pictures", "test_accuracy")
"""Files with tests of many seconds."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long ones first, so that none of them is begun when all else is done."""
    items.sort(key=lambda it: not it.path.name.startswith(LONG))


def pytest_collection_finish() -> None:
    """What was imported and collected stays until the end; garbage is looked for among the rest."""
    gc.collect()
    gc.freeze()


# --- nothing is left out unseen ---------------------------------------------------------------------------------------
def leave_out(why: str) -> NoReturn:
    """Skips here; in CI nothing may be left out."""
    if need.CI:
        pytest.fail(why, pytrace=False)
    pytest.skip(why)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for each reason, not for each test."""
    reasons = Counter(it.longrepr[2].removeprefix("Skipped: ") for it in terminalreporter.stats.get("skipped", ()))
    for why, tests in reasons.items():
        terminalreporter.write_line(f"tests left out: {tests} ({why})")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a test that skips itself counts as failed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if need.CI and reporter and reporter.stats.get("skipped") and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
