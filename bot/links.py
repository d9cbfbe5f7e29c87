"""Links into our own pages: signed, so that they open without a login and nobody can make one up."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Protocol

from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer

from coaching.language import marked

DAY = 24 * 60 * 60
ROWS_FOR = 60 * DAY
ANSWERS_FOR = 7 * DAY
PAGES_FOR = DAY


OLD = marked("that link is too old to open; ask the coach for a new one")
DAMAGED = marked("that link isn't complete or isn't ours; open it from the message again")
NO_ROWS = marked("that link doesn't name any rows; ask the coach for a new one")
NO_QUESTION = marked("that link doesn't name a question; ask the coach for a new one")


class Links(Protocol):
    """Where a figure's rows can be seen."""

    def rows(self, rows: str) -> str | None:
        """An address, or None where our pages can't be reached."""

    def page(self, page: str, member: str) -> str | None:
        """A member's own page, for a day; None as above."""


class NoLinks:
    """For terminals, and as long as no public address is set."""

    def rows(self, rows: str) -> str | None:  # noqa: ARG002 - the protocol's argument
        """None: the figure stands as plain text."""
        return None

    def page(self, page: str, member: str) -> str | None:  # noqa: ARG002 - the same
        """None: what to do instead stands there."""
        return None


@dataclass(frozen=True, slots=True)
class Rows:
    """A figure's rows, of one company."""

    company: str
    rows: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A member's own page for one message that asks something."""

    company: str
    member: str
    message_key: str


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who opens a page of their own."""

    company: str
    member: str


class LinkExpired(ValueError):  # noqa: N818 - a state, not a mistake
    """It was ours, and is too old. `company` is whose, as far as it says so."""

    def __init__(self, why: str, company: str = "") -> None:
        super().__init__(why)
        self.company = company


class LinkInvalid(ValueError):  # noqa: N818 - a state, not a mistake
    """Not ours, or damaged on its way."""


class SignedLinks:
    """Writes and opens our links. Each kind has its own salt: a link to rows never opens an answer."""

    def __init__(self, public_url: str, secret: str) -> None:
        self._base = public_url.rstrip("/")
        self._secret = secret
        self._rows = _serializer(secret, "coach.rows")
        self._answers = _serializer(secret, "coach.answer")

    def rows_url(self, company: str, rows: str) -> str:
        """Opens for 60 days."""
        return f"{self._base}/rows/{self._rows.dumps([company, rows])}"

    def answer_url(self, company: str, member: str, message_key: str) -> str:
        """Opens for 7 days, as that member."""
        return f"{self._base}/answer/{self._answers.dumps([company, member, message_key])}"

    def page_url(self, company: str, member: str, page: str) -> str:
        """Opens for a day, as that member."""
        return f"{self._base}/{page}/{self._page(page).dumps([company, member])}"

    def open_page(self, page: str, token: str) -> Visitor:
        """Whose it is; LinkExpired, LinkInvalid. A link to one page opens no other."""
        match _loads(self._page(page), token, PAGES_FOR):
            case [str(company), str(member)]:
                return Visitor(company, member)
        raise LinkInvalid(DAMAGED)

    def _page(self, page: str) -> URLSafeTimedSerializer:
        return _serializer(self._secret, f"coach.page.{page}")

    def of(self, company: str) -> Links:
        """The same within one company, as renderers want it."""
        return _CompanyLinks(self, company)

    def open_rows(self, token: str) -> Rows:
        """What a link to rows names; LinkExpired, LinkInvalid."""
        match _loads(self._rows, token, ROWS_FOR):
            case [str(company), str(rows)]:
                return Rows(company, rows)
        raise LinkInvalid(NO_ROWS)

    def open_answer(self, token: str) -> Answer:
        """What a link to an answer names; LinkExpired, LinkInvalid."""
        match _loads(self._answers, token, ANSWERS_FOR):
            case [str(company), str(member), str(message_key)]:
                return Answer(company, member, message_key)
        raise LinkInvalid(NO_QUESTION)

    def open(self, token: str) -> Rows | Answer:
        """Whichever of the two it is."""
        try:
            return self.open_rows(token)
        except LinkInvalid:
            return self.open_answer(token)


@dataclass(frozen=True, slots=True)
class _CompanyLinks:
    signed: SignedLinks
    company: str

    def rows(self, rows: str) -> str | None:
        return self.signed.rows_url(self.company, rows)

    def page(self, page: str, member: str) -> str | None:
        return self.signed.page_url(self.company, member, page)


def _serializer(secret: str, salt: str) -> URLSafeTimedSerializer:
    # SHA-256, because the default is SHA-1.
    signing = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
    return URLSafeTimedSerializer(secret, salt=salt, signer_kwargs=signing)


def _loads(serializer: URLSafeTimedSerializer, token: str, max_age: int) -> object:
    try:
        return serializer.loads(token, max_age=max_age)
    except SignatureExpired as error:
        raise LinkExpired(OLD, _company(serializer, error)) from error
    except BadData as error:
        raise LinkInvalid(DAMAGED) from error


def _company(serializer: URLSafeTimedSerializer, expired: SignatureExpired) -> str:
    """It was signed by us once, so that what it says can be read."""
    match serializer.load_payload(expired.payload or b"[]"):
        case [str(company), *_]:
            return company
    return ""
