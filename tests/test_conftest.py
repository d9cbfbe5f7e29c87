"""The tests' own footing."""

from __future__ import annotations

import socket

import psycopg
import pytest
from playwright.sync_api import Browser, Error
from sqlalchemy import Engine

from storage import revision


def test_no_test_leaves_this_machine() -> None:
    with pytest.raises(RuntimeError, match="only this machine"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    with pytest.raises(RuntimeError, match="only this machine"):
        socket.getaddrinfo("slack.example", 443)


def test_loopback_is_this_machine() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


def test_every_test_has_a_database_of_its_own(each_engine: Engine) -> None:
    assert revision.current(each_engine) == revision.head()


def test_postgres_is_reached_over_a_unix_socket_only(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_the_browser_finds_no_other_machine(browser: Browser) -> None:
    page = browser.new_page()
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://slack.example/")
    page.close()
