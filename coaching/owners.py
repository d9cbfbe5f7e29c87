"""Whose an opportunity is: names in a CRM, and the members they stand for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from coaching.opportunities import Opportunity
from coaching.people import Member


class Owners:
    """Finds a member by the name that the CRM uses, else by name, id or mail address, in this order."""

    def __init__(self, members: Iterable[Member]) -> None:
        # Who left still stands for their closed deals, but never in the way of somebody who is here.
        ordered = sorted(members, key=lambda it: not it.active)
        self._steps: list[dict[str, list[str]]] = [{}, {}, {}, {}]
        for it in ordered:
            for step, name in zip(self._steps, (it.crm_owner, it.name, it.id, it.email), strict=True):
                if name:
                    step.setdefault(_same(name), []).append(it.id)
        self._active = {it.id for it in ordered if it.active}

    def candidates(self, owner: str) -> tuple[str, ...]:
        """The ids of those it may be: one usually, none for nobody here, several when two members share a name."""
        for step in self._steps:
            found = step.get(_same(owner))
            if found:
                here = tuple(it for it in found if it in self._active)
                return here or tuple(found)
        return ()

    def member(self, owner: str) -> str | None:
        """The member's id; None when it is nobody's here, or can't be told."""
        found = self.candidates(owner)
        return found[0] if len(found) == 1 else None


def rematched(deals: Iterable[Opportunity], members: Iterable[Member]) -> tuple[Opportunity, ...]:
    """Those deals that are somebody else's now that the members are these."""
    owners = Owners(members)
    now = ((it, owners.member(it.owner)) for it in deals)
    return tuple(replace(it, member=member) for it, member in now if member != it.member)


def _same(name: str) -> str:
    return " ".join(name.casefold().split())
