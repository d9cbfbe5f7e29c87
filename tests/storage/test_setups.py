"""A company in the making is one person's, whoever comes second or at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import Engine

from storage.setups import ABANDONED, Setups
from storage.store import SqlStore
from tests.builders import at

NOW = at("08:00")


def test_of_many_at_once_one_is_the_first(each_engine: Engine) -> None:
    setups = Setups(SqlStore(each_engine))
    people = [f"person-{n}" for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        theirs = list(pool.map(lambda it: setups.begin("tenant", it, {}, NOW), people))
    kept = setups.find("tenant")
    assert kept
    assert theirs == [it == kept.person for it in people]


def test_only_whose_it_is_keeps_and_forgets_it(each_engine: Engine) -> None:
    setups = Setups(SqlStore(each_engine))
    assert setups.begin("tenant", "anna", {"name": "Acme"}, NOW)
    setups.keep("tenant", "ben", {"name": "Evil"}, NOW)
    setups.forget("tenant", "ben")
    kept = setups.find("tenant")
    assert kept
    assert (kept.person, kept.draft) == ("anna", {"name": "Acme"})
    assert setups.begin("tenant", "anna", {}, NOW), "once more"
    assert setups.find("tenant") == kept, "and what they filled in is still there"
    setups.keep("tenant", "anna", {"name": "Globex"}, NOW)
    assert (setups.find("tenant") or kept).draft == {"name": "Globex"}
    setups.forget("tenant", "anna")
    assert setups.find("tenant") is None


def test_what_was_left_lying_is_free(each_engine: Engine) -> None:
    setups = Setups(SqlStore(each_engine))
    setups.begin("tenant", "anna", {"name": "Acme"}, NOW)
    for later, taken in ((ABANDONED, True), (ABANDONED + timedelta(seconds=1), False)):
        assert setups.taken("tenant", "ben", NOW + later) is taken
        assert not setups.taken("tenant", "anna", NOW + later)
    assert setups.begin("tenant", "ben", {}, NOW + ABANDONED + timedelta(seconds=1))
    kept = setups.find("tenant")
    assert kept
    assert (kept.person, kept.draft) == ("ben", {})
