"""What deals are called where somebody chooses between them: two of one name are told apart by what differs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from coaching import deals_card
from coaching.phrases import day
from coaching.questions import shortened

if TYPE_CHECKING:
    from coaching.opportunities import Opportunity

Facts = tuple[Callable[["Opportunity"], str], ...]
TITLE = 40
"""Characters of a name, so that what tells it apart has room beside it in a menu."""


def called(it: Opportunity, among: Iterable[Opportunity], *, money: bool = True, longest: int | None = None) -> str:
    """In a line about one: its own name, of `longest` characters, and what tells it apart where others bear it too."""
    alike = [one for one in among if one.id != it.id and one.title.casefold() == it.title.casefold()]
    if alike:
        return told_apart((it, *alike), money=money)[it.id]
    return it.title if longest is None else shortened(it.title, longest)


def told_apart(deals: Iterable[Opportunity], *, money: bool = True) -> dict[str, str]:
    """By id, in their order, each once: a deal's own name, and in brackets the least that makes it the only one.

    `money`: whether an amount may be told.
    """
    facts = _FACTS if money else tuple(it for it in _FACTS if it is not _amount)
    them = {it.id: it for it in deals}
    named: dict[str, list[Opportunity]] = {}
    for it in them.values():
        named.setdefault(shortened(it.title, TITLE).casefold(), []).append(it)
    return {name: _name(it, named[shortened(it.title, TITLE).casefold()], facts) for name, it in them.items()}


def _name(it: Opportunity, alike: Sequence[Opportunity], facts: Facts) -> str:
    if len(alike) == 1:
        return shortened(it.title, 2 * TITLE - 10)
    return f"{shortened(it.title, TITLE)} ({_difference(it, alike, facts)})"


def _difference(it: Opportunity, alike: Sequence[Opportunity], facts: Facts) -> str:
    """One of its facts if that is enough, else as many as it takes; two deals that are alike in all have their ids."""
    for tells in (*((one,) for one in facts), facts):
        words = {one.id: _words(one, tells) for one in alike}
        if all(words.values()) and len(set(words.values())) == len(alike):
            return words[it.id]
    return ", ".join(part for part in (_words(it, facts), it.id) if part)


def _words(it: Opportunity, tells: Facts) -> str:
    return ", ".join(dict.fromkeys(part for one in tells if (part := one(it))))


def _account(it: Opportunity) -> str:
    return "" if it.account in {"", it.title} else shortened(it.account, 30)


def _stage(it: Opportunity) -> str:
    return it.stage


def _amount(it: Opportunity) -> str:
    return deals_card.amount(it) if it.amount else ""


def _closes(it: Opportunity) -> str:
    return day(it.close_date) if it.close_date else ""


_FACTS: Facts = (_account, _amount, _stage, _closes)
