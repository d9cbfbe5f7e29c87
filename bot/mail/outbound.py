"""Mail as a channel, over SMTP."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from contextlib import suppress
from datetime import timedelta
from email.errors import HeaderParseError
from email.message import EmailMessage
from email.utils import parseaddr
from functools import cached_property
from urllib.parse import unquote, urlsplit

from bot.channel import Busy, Parcel, Reference, Refused, Unknown
from bot.chart import letter_png
from bot.links import SignedLinks
from bot.mail.letter import letter
from coaching.company import Company
from coaching.people import Member

TIMEOUT = 20
LATER = timedelta(minutes=5)


class _Server(smtplib.SMTP):
    """Knows whether it got so far that the letter may have been taken."""

    handed_over = False

    def data(self, msg: bytes | str) -> tuple[int, bytes]:  # type: ignore[override]  # typeshed knows only its own buffers
        self.handed_over = True
        return super().data(msg)


class _SecureServer(_Server, smtplib.SMTP_SSL):
    pass


class MailChannel:
    """Reaches whoever has an address. A sent letter can't be changed: an edit that matters is a new letter."""

    platform = "mail"
    edits = False
    takes = timedelta(seconds=40)
    """Some servers make every step wait, to tire out those who send unasked."""

    def __init__(self, smtp_url: str, sender: str, links: SignedLinks | None) -> None:
        self._server = urlsplit(smtp_url)
        self._sender = parseaddr(sender)[1] or sender
        self._links = links

    def reaches(self, _company: Company, member: Member) -> bool:
        """Whoever has an address."""
        return bool(member.email)

    async def send(self, parcel: Parcel) -> Reference:
        """Handed to the mail server. Busy on its 4xx, Refused on its 5xx, Unknown when it fell silent."""
        links = self._links.of(parcel.company.slug) if self._links else None
        slug, member = parcel.company.slug, parcel.member
        answer = self._links.answer_url(slug, member.id, parcel.key.removesuffix(":mail")) if self._links else None
        try:
            written = await asyncio.to_thread(
                letter, parcel, sender=self._sender, links=links, answer=answer, draw=letter_png
            )
        except (ValueError, HeaderParseError) as problem:
            raise Refused(f"'{member.email}' is no address that mail can be sent to") from problem
        await asyncio.to_thread(self._post, written)
        return {"message_id": written["Message-ID"]}

    async def find(self, parcel: Parcel) -> Reference | None:
        """A mailbox is nobody's to read."""
        raise Refused(f"mail can't be looked up ({parcel.key})")

    def greet(self) -> None:
        """Connect and log in, and send nothing. OSError or SMTPException where that fails."""
        with self._connected() as server:
            server.noop()

    def _post(self, written: EmailMessage) -> None:
        try:
            server = self._connected()
        except (OSError, smtplib.SMTPException) as problem:
            raise _as_ours(problem) from problem
        try:
            server.send_message(written)
        except smtplib.SMTPNotSupportedError as problem:
            raise Refused("the mail server can't write to that address") from problem
        except (smtplib.SMTPServerDisconnected, TimeoutError) as problem:
            if server.handed_over:
                raise Unknown("the mail server fell silent before it confirmed") from problem
            raise _as_ours(problem) from problem
        except (OSError, smtplib.SMTPException) as problem:
            raise _as_ours(problem) from problem
        finally:
            # It is sent or it isn't; how the server says good-bye changes nothing.
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
            server.close()

    @cached_property
    def _trusted(self) -> ssl.SSLContext:
        """Read from the system once, not for each letter."""
        return ssl.create_default_context()

    def _connected(self) -> _Server:
        host, port = self._server.hostname or "localhost", self._server.port
        context = self._trusted
        secure = self._server.scheme == "smtps"
        server = (
            _SecureServer(host, port or 465, timeout=TIMEOUT, context=context)
            if secure
            else _Server(host, port or 587, timeout=TIMEOUT)
        )
        try:
            self._log_in(server, context, host, secure=secure)
        except BaseException:
            # A server that refuses us keeps its end open; ours would be left to the collector.
            server.close()
            raise
        return server

    def _log_in(self, server: _Server, context: ssl.SSLContext, host: str, *, secure: bool) -> None:
        """Encrypted wherever the server can; credentials never go out in clear, but to this machine itself."""
        server.ehlo()
        if not secure and server.has_extn("starttls"):
            server.starttls(context=context)
            secure = True
        if self._server.username:
            if not secure and host not in {"localhost", "127.0.0.1", "::1"}:
                raise smtplib.SMTPNotSupportedError("the mail server offers no encryption; use smtps://")
            server.login(unquote(self._server.username), unquote(self._server.password or ""))


def _as_ours(problem: Exception) -> Exception:
    match problem:
        case smtplib.SMTPRecipientsRefused(recipients=recipients):
            codes = [code for code, _ in recipients.values()]
            temporary = bool(codes) and all(400 <= code < 500 for code in codes)
            return _busy("greylisted") if temporary else Refused("the mail server refuses that address")
        case smtplib.SMTPAuthenticationError():
            return Refused("the mail server refuses COACH_SMTP_URL's user or password", whole_company=True)
        case smtplib.SMTPResponseException(smtp_code=code) if 400 <= code < 500:
            return _busy(f"the mail server answered {code}")
        case smtplib.SMTPResponseException(smtp_code=code):
            return Refused(f"the mail server answered {code}")
        case smtplib.SMTPNotSupportedError():
            return Refused(str(problem), whole_company=True)
        case _:
            return _busy("the mail server can't be reached")


def _busy(why: str) -> Busy:
    """The company's chat need not wait for the mail."""
    return Busy(LATER, why, whole_company=False)
