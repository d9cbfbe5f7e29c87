"""Sealed credentials: opened by the right key in the right place, and nowhere else. On both databases."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet

from storage.database import EVERY_COMPANY, session
from storage.secrets import BadKeyError, Secrets, UnreadableSecretError, names
from storage.store import SqlStore
from storage.tables import SecretRow
from tests.builders import a_company, at

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
TOKEN = {"token": "xoxb-very-secret", "refresh": "ü"}


@pytest.fixture
def store(each_engine) -> SqlStore:
    made = SqlStore(each_engine)
    for slug in ("acme", "globex"):
        with made.opened(a_company(slug=slug), at()) as work:
            work.keep_company(work.company)
    return made


def sealed(store: SqlStore) -> dict[str, str]:
    with session(store.engine, EVERY_COMPANY) as it:
        return {row.name: row.sealed for row in it.scalars(sa.select(SecretRow))}


def test_what_is_sealed_is_found_again_and_is_not_in_the_table(store):
    secrets = Secrets(OLD)
    with store.work("acme") as work:
        assert secrets.find(work, "slack") is None
        secrets.keep(work, "slack", {"token": "an earlier one"})
        secrets.keep(work, "slack", TOKEN)
    with store.work("acme") as work:
        assert secrets.find(work, "slack") == TOKEN
        assert names(work) == ("slack",)
    with store.work("globex") as work:
        assert secrets.find(work, "slack") is None
    assert "xoxb" not in str(sealed(store))


def test_keys_are_exchanged_one_by_one(store):
    with store.work("acme") as work:
        Secrets(OLD).keep(work, "slack", TOKEN)
        both = Secrets(f"{NEW}, {OLD}")
        assert both.find(work, "slack") == TOKEN
        assert both.renew(work) == 1
        assert Secrets(NEW).find(work, "slack") == TOKEN
        with pytest.raises(UnreadableSecretError, match="a key that COACH_SECRET_KEYS lacks"):
            Secrets(OLD).find(work, "slack")


def test_a_sealed_text_opens_in_its_own_place_only(store):
    secrets = Secrets(OLD)
    with store.work("acme") as work:
        secrets.keep(work, "slack", TOKEN)
    stolen = sealed(store)["slack"]
    with store.work("globex") as work:
        work.session.add(SecretRow(company_id=work.company_id, name="slack", sealed=stolen))
        with pytest.raises(UnreadableSecretError, match="from somewhere else"):
            secrets.find(work, "slack")
    with store.work("acme") as work:
        work.session.add(SecretRow(company_id=work.company_id, name="hubspot", sealed=stolen))
        with pytest.raises(UnreadableSecretError, match="from somewhere else"):
            secrets.find(work, "hubspot")


def test_a_changed_text_is_refused(store):
    with store.work("acme") as work:
        Secrets(OLD).keep(work, "slack", TOKEN)
    broken = sealed(store)["slack"]
    with store.work("acme") as work:
        work.session.execute(sa.update(SecretRow).values(sealed=broken[:-8] + "AAAAAAA="))
        with pytest.raises(UnreadableSecretError):
            Secrets(OLD).find(work, "slack")


def test_what_is_forgotten_is_gone(store):
    with store.work("acme") as work:
        Secrets(OLD).keep(work, "slack", TOKEN)
        Secrets(OLD).forget(work, "slack")
        assert names(work) == ()


@pytest.mark.parametrize("keys", ["", "nonsense", f"{OLD},", f"{OLD},short"], ids=["none", "one", "empty", "second"])
def test_a_key_that_is_none_is_named_by_its_place_and_not_shown(keys):
    with pytest.raises(BadKeyError, match=r"key [12] of COACH_SECRET_KEYS is none; make one with: python") as problem:
        Secrets(keys)
    assert OLD not in str(problem.value)
    assert "nonsense" not in str(problem.value)
