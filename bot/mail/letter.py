"""A card as a letter: text, HTML and its pictures. Pure."""

from __future__ import annotations

from collections.abc import Callable
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from bot import html, plain
from bot.channel import Parcel
from bot.links import Links
from bot.narrowed import place
from bot.words import line
from coaching.card import Action, Buttons, Card, Picture
from coaching.language import t


def letter(
    parcel: Parcel,
    *,
    sender: str,
    links: Links | None,
    answer: str | None,
    draw: Callable[[Picture], bytes],
) -> EmailMessage:
    """`answer` is the address of the member's own page for this message, where every button leads.

    The Message-ID is made from the parcel's nonce, so that a letter that was sent twice is seen to be the same.
    ValueError or a HeaderParseError where an address isn't one.
    """
    card, company = parcel.card, parcel.company
    pictures = {it: f"picture{n}" for n, it in enumerate(it for it in card.elements if isinstance(it, Picture))}
    owner = company.owner if company.owner and company.owner.id != parcel.member.id else None
    asked = company.manager or owner
    manager = asked.name if asked else t("whoever set it up")
    footer = t(
        "From {company}’s assistant coach, an automated assistant. To change what you are sent, ask {manager}.",
        company=company.name,
        manager=manager,
    )
    asks = bool(answer and (card.actions or card.fields))
    if asks:
        own = t(
            "A button opens your own page; one more tap there answers in your name, so keep this letter to yourself."
        )
        footer = f"{own} {footer}"
    written = EmailMessage()
    written["Subject"] = line(card.summary)
    written["From"] = _mailbox(t("{company} coach", company=company.name), sender)
    written["To"] = _mailbox(parcel.member.name, parcel.member.email or "")
    written["Message-ID"] = f"<{parcel.nonce}@{sender.partition('@')[2] or 'coach'}>"
    if parcel.attempt_at:
        written["Date"] = format_datetime(parcel.attempt_at)
    written["Auto-Submitted"] = "auto-generated"
    go = f"\n\n{t('Answer here: {address}', address=answer)}" if asks else ""
    written.set_content(f"{plain.text(card, links)}{go}\n\n-- \n{footer}\n")
    page = html.mail(
        card,
        links=links,
        answer=lambda it: _address(answer, card, it),
        pictures=lambda it: f"cid:{pictures[it]}",
        footer=footer,
    )
    written.add_alternative(page, subtype="html")
    page_part = written.get_body(("html",))
    assert isinstance(page_part, EmailMessage)
    for picture, name in pictures.items():
        page_part.add_related(
            draw(picture), "image", "png", cid=f"<{name}>", filename=f"{name}.png", disposition="inline"
        )
    return written


def _address(answer: str | None, card: Card, pressed: Action) -> str | None:
    """The reader's page, at the question that the button belongs to."""
    its = next(
        (it for it in card.elements if isinstance(it, Buttons) and any(one is pressed for one in it.actions)), None
    )
    return f"{answer}{place(card, its)}" if answer and its else answer


def _mailbox(name: str, address: str) -> Address:
    """Domains are written in ASCII, so that any server can reach them. ValueError or a HeaderParseError."""
    local, _, domain = address.rpartition("@")
    if not local or not domain:
        raise ValueError(f"{address!r} is no address")
    return Address(line(name), addr_spec=f"{local}@{domain.encode('idna').decode()}")
