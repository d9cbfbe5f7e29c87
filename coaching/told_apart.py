"""What deals are called where somebody chooses between them: two of one name are told apart by what differs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from coaching import deals_card
from coaching.questions import shortened

if TYPE_CHECKING:
    from coaching.opportunities import Opportunity

TITLE = 40
"""Characters of a name, so that what tells it apart has room beside it in a menu."""


def told_apart(deals: Iterable[Opportunity]) -> dict[str, str]:
    """By id, in their order, each once: a deal's own name, and in brackets the least that makes it the only one."""
    them = {it.id: it for it in deals}
    called: dict[str, list[Opportunity]] = {}
    for it in them.values():
        called.setdefault(shortened(it.title, TITLE).casefold(), []).append(it)
    return {name: _name(it, called[shortened(it.title, TITLE).casefold()]) for name, it in them.items()}


def _name(it: Opportunity, alike: Sequence[Opportunity]) -> str:
    if len(alike) == 1:
        return shortened(it.title, 2 * TITLE - 10)
    return f"{shortened(it.title, TITLE)} ({_difference(it, alike)})"


def _difference(it: Opportunity, alike: Sequence[Opportunity]) -> str:
    """One of its facts if that is enough, else as many as it takes; two deals that are alike in all have their ids."""
    for tells in (*((one,) for one in _FACTS), _FACTS):
        words = {one.id: _words(one, tells) for one in alike}
        if all(words.values()) and len(set(words.values())) == len(alike):
            return words[it.id]
    return ", ".join(part for part in (_words(it, _FACTS), it.id) if part)


def _words(it: Opportunity, tells: Sequence[Callable[[Opportunity], str]]) -> str:
    return ", ".join(dict.fromkeys(part for one in tells if (part := one(it))))


def _account(it: Opportunity) -> str:
    return "" if it.account in {"", it.title} else shortened(it.account, 30)


def _stage(it: Opportunity) -> str:
    return it.stage


def _amount(it: Opportunity) -> str:
    return deals_card.amount(it) if it.amount else ""


_FACTS: tuple[Callable[[Opportunity], str], ...] = (_account, _amount, _stage)
