"""What the installation needs somebody's hand for, told to the manager once, while there is time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coaching.card import Card, Heading, quiet, say
from coaching.company import Company
from coaching.decision import NOTHING, Decision, Kind, Message
from coaching.events import Expiring, Happening
from coaching.language import t
from coaching.people import Member, Role
from coaching.phrases import moment
from coaching.routine import UPKEEP, Routine

if TYPE_CHECKING:
    from coaching.ports import Holidays, Records


def gather(records: Records, _event: Happening, _holidays: Holidays) -> Company:
    """Who there is."""
    return records.company


def decide(company: Company, event: Happening) -> Decision:
    """By mail as well: what ends may be the chat itself."""
    if not isinstance(event, Expiring):
        return NOTHING
    readers = (company.manager,) if company.manager else company.with_role(Role.OWNER)
    return Decision(
        messages=tuple(
            Message(key=f"{event.key}:{it.id}", to=it.id, card=card(event, it), kind=Kind.NOTICE, by_mail_too=True)
            for it in readers
        )
    )


def card(event: Expiring, reader: Member) -> Card:
    """What ends and when, and what mends it."""
    when = moment(event.until, reader)
    ends = t(
        "Slack no longer renews my access to {workspace}. It ends on {when}.", workspace=event.workspace, when=when
    )
    mends = t("Please have whoever looks after Slack at your company open this page and press “Allow”:")
    calm = t("Until then all goes on as usual, and after it too; nothing that I know is lost.")
    return Card(ends, (Heading(t("My access to Slack ends soon")), say(ends), say(mends), say(event.link), quiet(calm)))


ROUTINE = Routine(name=UPKEEP, gather=gather, decide=decide)
