"""What an owner reads of a matter that waited: a call that fell without whose it is, and what the calls come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coaching.accuracy_card import FEWEST
from coaching.language import t

if TYPE_CHECKING:
    from coaching.agreed import Sum
    from coaching.people import Member


def fallen_call(period: str, manager: Member | None, together: Sum | None) -> str:
    """A rep's own figures are theirs and the manager's; the sum of enough of them is the owner's, too."""
    if manager is None:
        fell = t("A rep’s call for {period} has fallen by more than 15 % within a week.", period=period)
    else:
        fell = t(
            "A rep’s call for {period} has fallen by more than 15 % within a week; whose it is and how far is between "
            "them and {name}.",
            period=period,
            name=manager.first_name,
        )
    if together is None or together.commit is None or together.called < FEWEST:
        return fell
    stands = t("Together {n} reps’ calls stand at a commit of {commit}.", n=together.called, commit=together.commit)
    return f"{fell} {stands}"
