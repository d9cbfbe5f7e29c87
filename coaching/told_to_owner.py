"""What an owner reads of the reps' calls: what enough of them come to, and of fewer that they are with the manager."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coaching.accuracy_card import FEWEST
from coaching.language import t, tn
from coaching.phrases import managers

if TYPE_CHECKING:
    from coaching.agreed import Sum
    from coaching.company import Company


def too_few_calls(company: Company, called: int) -> str:
    """Why there is no sum of calls, without a full stop. A team that never has enough reps isn't promised one."""
    reps, them = len(company.reps), managers(company)
    if reps >= FEWEST:
        return t(
            "The team’s call is shown once {fewest} reps have made theirs ({n} so far; of fewer, it could be told "
            "whose they are)",
            fewest=FEWEST,
            n=called,
        )
    values = {"k": called, "fewest": FEWEST}
    if not them:
        return tn(
            "{k} of {n} rep has called; calls of fewer than {fewest} reps stay with them, as a sum would tell whose "
            "they are",
            "{k} of {n} reps have called; calls of fewer than {fewest} reps stay with them, as a sum would tell whose "
            "they are",
            reps,
            **values,
        )
    return tn(
        "{k} of {n} rep has called; calls of fewer than {fewest} reps stay with them and {name}, as a sum would tell "
        "whose they are",
        "{k} of {n} reps have called; calls of fewer than {fewest} reps stay with them and {name}, as a sum would tell "
        "whose they are",
        reps,
        name=them,
        **values,
    )


def fallen_call(period: str, them: str, together: Sum | None) -> str:
    """A rep's own figures are theirs and the managers', `them`; the sum of enough of them is the owner's, too."""
    if not them:
        fell = t("A rep’s call for {period} has fallen by more than 15 % within a week.", period=period)
    else:
        fell = t(
            "A rep’s call for {period} has fallen by more than 15 % within a week; whose it is and how far is between "
            "them and {name}.",
            period=period,
            name=them,
        )
    if together is None or together.commit is None or together.called < FEWEST:
        return fell
    stands = t("Together {n} reps’ calls stand at a commit of {commit}.", n=together.called, commit=together.commit)
    return f"{fell} {stands}"
