"""A company's own credentials, sealed: whoever reads or swaps rows of the database learns and gains nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from storage.tables import SecretRow
from storage.upsert import upsert

if TYPE_CHECKING:
    from storage.work import CompanyWork

NEW_KEY = 'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'


class BadKeyError(ValueError):
    """One of the keys is none. Says which, never what it is."""


class UnreadableSecretError(RuntimeError):
    """It was sealed with another key, changed, or put in another's place."""


class Secrets:
    """Sealed with the first of the keys, opened with whichever fits, so that keys can be exchanged one by one."""

    def __init__(self, keys: str) -> None:
        """`keys` are Fernet's, comma-separated, newest first. BadKeyError when one is none."""
        self._box = MultiFernet([_key(it.strip(), at) for at, it in enumerate(keys.split(","), 1)])

    def keep(self, work: CompanyWork, name: str, values: Mapping[str, str]) -> None:
        """Overwrites what was kept under that name."""
        row = {"company_id": work.company_id, "name": name, "sealed": self.seal(work.company_id, name, values)}
        upsert(work.session.connection(), SecretRow, [row], by=["company_id", "name"])

    def find(self, work: CompanyWork, name: str) -> Mapping[str, str] | None:
        """None when nothing is kept. UnreadableSecretError when it can't be trusted."""
        sealed = work.session.scalar(sa.select(SecretRow.sealed).where(SecretRow.name == name))
        return None if sealed is None else self.open(work.company_id, name, sealed)

    def forget(self, work: CompanyWork, name: str) -> None:
        """Whether it was there or not."""
        work.session.execute(sa.delete(SecretRow).where(SecretRow.name == name))

    def renew(self, work: CompanyWork) -> int:
        """Seal the company's with the newest key; how many. Afterwards the older keys may go."""
        found = {name: self.find(work, name) or {} for name in names(work)}
        for name, values in found.items():
            self.keep(work, name, values)
        return len(found)

    def seal(self, whose: int | str, name: str, values: Mapping[str, str]) -> str:
        """`whose`: a company's row, or what else it is kept for."""
        # Whose and which it is stands inside: a sealed text copied into another company's row stays shut.
        bound = {"company": whose, "name": name, "values": dict(values)}
        return self._box.encrypt(json.dumps(bound).encode()).decode()

    def open(self, whose: int | str, name: str, sealed: str) -> Mapping[str, str]:
        """What `seal` was given. UnreadableSecretError when it can't be trusted."""
        try:
            bound = json.loads(self._box.decrypt(sealed.encode()))
        except InvalidToken:
            raise UnreadableSecretError(f"'{name}' was sealed with a key that COACH_SECRET_KEYS lacks") from None
        if (bound["company"], bound["name"]) != (whose, name):
            raise UnreadableSecretError(f"'{name}' was put there from somewhere else; connect again")
        values: dict[str, str] = bound["values"]
        return values


def names(work: CompanyWork) -> tuple[str, ...]:
    """Of what a company keeps."""
    return tuple(work.session.scalars(sa.select(SecretRow.name).order_by(SecretRow.name)))


def _key(text: str, at: int) -> Fernet:
    try:
        return Fernet(text)
    except ValueError:
        raise BadKeyError(f"key {at} of COACH_SECRET_KEYS is none; make one with: {NEW_KEY}") from None
