"""Qualification methods, as data; a company chooses one, or names criteria of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from coaching.language import ENGLISH, spoken, t, worded
from coaching.playbooks import bant, meddicc, spiced
from coaching.playbooks.buyer import WORDS
from coaching.qualification import Criterion, Playbook

if TYPE_CHECKING:
    from coaching.company import Company

PLAYBOOKS = (meddicc.PLAYBOOK, spiced.PLAYBOOK, bant.PLAYBOOK)
# A method may hold one of the buyer's words to be critical; by itself it is as buyer.py has it.
KNOWN = {it.id: it for it in (*meddicc.OTHERS, *(it for book in PLAYBOOKS for it in book.criteria), *WORDS)}


def playbook(company: Company) -> Playbook:
    """The company's: its method or its own criteria, the buyer's words, and what its stages' exits name besides."""
    chosen = next((it for it in PLAYBOOKS if it.id == company.qualification.method), None)
    own = tuple(_criterion(it) for it in company.qualification.criteria)
    criteria = list(chosen.criteria if chosen else (*own, *(it for it in WORDS if it.id not in {x.id for x in own})))
    named = {it.id for it in criteria}
    exits = dict.fromkeys(name for stage in company.all_stages for name in stage.exit)
    criteria += [_criterion(it) for it in exits if it not in named]
    name = chosen.name if chosen else t("Our own")
    return Playbook(id=company.qualification.method, name=name, criteria=tuple(map(_worded, criteria)))


def _worded(it: Criterion) -> Criterion:
    """In the language of the moment; a company's own words stay as they are."""
    if spoken() is ENGLISH:
        return it
    return replace(
        it,
        name=worded(it.name),
        means=worded(it.means),
        questions=tuple(map(worded, it.questions)),
        tactics=tuple(map(worded, it.tactics)),
    )


def _criterion(name: str) -> Criterion:
    """One of ours where the id is known, else as plain as its name."""
    if name in KNOWN:
        return KNOWN[name]
    words = name.replace("_", " ").replace("-", " ")
    return Criterion(
        id=name,
        name=words[:1].upper() + words[1:],
        means=t("the buyer has said how it stands with: {words}", words=words),
        questions=(t("What has the buyer said about this: {words}?", words=words),),
    )
