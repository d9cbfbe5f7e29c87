"""The button with which a rep takes something to whoever answers it: the manager, or the owner where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coaching.card import Action
from coaching.language import t
from coaching.people import Role
from coaching.phrases import takers

if TYPE_CHECKING:
    from coaching.company import Company


def talk(company: Company, member: str, about: str = "") -> tuple[Action, ...]:
    """None where nobody would hear it."""
    them = company.takers(member)
    if not them:
        return ()
    managers = them[0].role is Role.MANAGER
    label = t("Talk to the manager") if managers else t("Talk to {name}", name=takers(company, member))
    return (Action("escalate.ask", label, {"about": about} if about else {}),)
