"""Pages that are a member's own, for whoever looks after a company's set-up: who opens them, and what others see."""

from __future__ import annotations

from starlette.responses import HTMLResponse, Response

from bot import html
from bot.languages import speaking_to
from bot.links import LinkExpired, LinkInvalid, SignedLinks
from bot.web.security import HEADERS
from bot.web.templates import render
from coaching.card import Card, Heading, say
from coaching.company import Company
from coaching.language import t
from coaching.people import LOOKS_AFTER
from storage.store import SqlStore, UnknownCompanyError


class Visitors:
    """A link is the whole of the permission, as long as its member has the role."""

    def __init__(self, links: SignedLinks, store: SqlStore) -> None:
        self._links = links
        self._store = store

    def company(self, page: str, token: str) -> Company | Response:
        """Whose page it is; else what to show: the link is no good, or its member may not any more."""
        try:
            visitor = self._links.open_page(page, token)
            company = self._store.company(visitor.company)
        except LinkExpired as old:
            return self._too_old(old.company)
        except (LinkInvalid, UnknownCompanyError):
            return gone(410)
        member = company.member(visitor.member)
        if member is not None and member.active and member.role in LOOKS_AFTER:
            return company
        with speaking_to(company):
            return gone(410)

    def _too_old(self, slug: str) -> Response:
        try:
            with speaking_to(self._store.company(slug)):
                return gone(410)
        except UnknownCompanyError:
            return gone(410)


def gone(status: int) -> Response:
    """And how to come by a new one."""
    words = t(
        "This link is too old, or whom it was for has left. For a new one write to the coach: “import” brings the "
        "deals in, “company file” is the company as a file."
    )
    card = Card(t("That didn’t open"), (Heading(t("That didn’t open")), say(words)))
    page = render("page.html", title=card.summary, card=html.fragment(card))
    return HTMLResponse(page, status, headers=HEADERS)
