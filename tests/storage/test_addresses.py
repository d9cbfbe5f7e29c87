"""Where members are reached in Teams: kept as last told, closed and opened again. On both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from coaching.card import note
from coaching.decision import Decision, Kind, Message
from storage.addresses import Addresses, Known
from storage.outbox import Outbox
from storage.store import SqlStore
from tests.builders import a_company, a_member, an_address, at

NEWS = an_address()


@pytest.fixture
def store(each_engine: Engine) -> SqlStore:
    store = SqlStore(each_engine)
    for slug in ("acme", "other"):
        with store.opened(a_company(slug=slug), at()) as work:
            work.keep_company(a_company(slug=slug))
    return store


def test_what_was_last_told_is_kept_and_said_to_be_new_once(store: SqlStore) -> None:
    addresses = Addresses(store)
    assert addresses.of("acme", "dana") is None
    assert addresses.keep("acme", "dana", NEWS, at())
    assert not addresses.keep("acme", "dana", NEWS, at("10:00"))
    assert addresses.of("acme", "dana") == NEWS
    moved = an_address(service_url="https://smba.trafficmanager.net/amer/", zone="")
    assert not addresses.keep("acme", "dana", moved, at("11:00"))
    kept = addresses.of("acme", "dana")
    assert kept
    assert (kept.service_url, kept.zone) == (moved.service_url, "America/Chicago"), "an empty zone tells nothing"
    assert addresses.of("other", "dana") is None
    assert addresses.any_service_url("acme") == moved.service_url
    assert addresses.any_service_url("other") is None


def test_who_somebody_is_comes_with_where_they_are(store: SqlStore) -> None:
    addresses = Addresses(store)
    company = a_company(a_member(handles={"teams": "aad-dana"}), teams_tenant="home")
    with store.opened(company, at()) as work:
        work.keep_company(company)
    dana = ("home", "aad-dana", "a")
    assert addresses.who([dana], "a") == [Known("acme", "dana", None)]
    addresses.keep("acme", "dana", NEWS, at())
    assert addresses.who([dana], "a") == [Known("acme", "dana", NEWS)]
    addresses.close("acme", "dana", at("10:00"))
    (closed,) = addresses.who([dana], "a")
    assert closed
    assert closed.address
    assert not closed.address.still(NEWS)
    them = [("elsewhere", "aad-dana", "a"), dana, ("home", "aad-nobody", "a"), ("", "", "a")]
    assert addresses.who(them, "a") == [None, closed, None, None], "each where they stand"


def test_news_without_a_zone_tells_nothing_new() -> None:
    assert NEWS.still(an_address(zone="", locale=""))
    assert not NEWS.still(an_address(zone="Europe/Berlin"))
    assert not NEWS.still(an_address(service_url="https://smba.trafficmanager.net/amer/"))


def test_whoever_took_the_app_away_is_closed_until_they_are_heard_again(store: SqlStore) -> None:
    addresses = Addresses(store)
    addresses.keep("acme", "dana", NEWS, at())
    addresses.close("acme", "dana", at("10:00"))
    addresses.close("acme", "dana", at("11:00"))
    closed = addresses.of("acme", "dana")
    assert closed
    assert closed.removed_at == at("10:00")
    assert addresses.keep("acme", "dana", NEWS, at("12:00"))
    assert addresses.of("acme", "dana") == NEWS
    addresses.forget("acme", "dana")
    assert addresses.of("acme", "dana") is None


def test_what_waited_for_somebody_goes_on_when_they_are_back(store: SqlStore) -> None:
    addresses, outbox = Addresses(store), Outbox(store)
    with store.work("acme") as work:
        work.apply(Decision(messages=(Message(key="k", to="dana", card=note("Hello"), kind=Kind.CHECKIN),)), at())
    (waiting,) = outbox.claim(at(), 10)
    from storage.deliveries import Done, Later, Patience

    outbox.finish([Done(waiting, Later(Patience().pause, "removed"))])
    assert outbox.claim(at(), 10) == ()
    addresses.keep("acme", "dana", NEWS, at())
    assert [it.key for it in outbox.claim(at(), 10)] == ["k"]
