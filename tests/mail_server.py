"""A mail server on this machine that keeps what it is sent, and misbehaves when told to."""

from __future__ import annotations

import email
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


class MailServer:
    """`rcpt`, `data` and `quit` replace its answers; `drops` cuts the line instead of confirming."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.rcpt = self.data = ""
        self.quit = "221 Bye"
        self.drops = False
        self.drops_early = False
        self.port = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_MAIL(self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if self.drops_early:
            server.transport.abort()
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_QUIT(self, server: SMTP, session: Any, envelope: Any) -> str:
        return self.quit

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if self.rcpt:
            return self.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        if self.data:
            return self.data
        self.raw.append(envelope.content)
        parsed = email.message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        self.letters.append(parsed)
        if self.drops:
            server.transport.abort()
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[MailServer]:
    it = MailServer()
    # The controller connects to the port it was given, so 0 won't do.
    with socket.create_server(("127.0.0.1", 0)) as free:
        it.port = free.getsockname()[1]
    controller = Controller(it, hostname="127.0.0.1", port=it.port)
    controller.start()
    try:
        yield it
    finally:
        controller.stop()
