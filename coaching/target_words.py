"""Targets as people write them; what looks like a slip of the finger is asked about before a quarter goes by it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from coaching.amounts import NotUnderstood, example, unmistakable
from coaching.language import t
from coaching.money import Money, total

SMALLEST = Decimal(1_000)
"""Of a quarter, in any currency; less is an amount without its thousands."""
SHARE = 2
"""Reps' targets may add up to more than the company's, since not everybody reaches theirs; not to more than twice."""


def target(text: str, currency: str) -> Money:
    """One as it was typed. NotUnderstood says what to write instead."""
    it = unmistakable(text, currency)
    if is_tiny(it):
        raise NotUnderstood(
            t(
                "{amount} is little for a quarter. If thousands are meant, write them, such as {example}.",
                amount=it,
                example=example(currency),
            )
        )
    return it


def is_tiny(it: Money) -> bool:
    """Whether its thousands were most likely left out."""
    return 0 < it.amount < SMALLEST


def far_below(whole: Money, own: Iterable[Money]) -> Money | None:
    """What the reps' own add up to, where the company's is far below that."""
    reps = total(own, whole.currency)
    return reps if whole.minor * SHARE < reps.minor else None


def doubt(whole: Money, own: Iterable[Money]) -> str:
    """What is asked about the company's, beside its reps' own; '' where there is nothing."""
    reps = far_below(whole, own)
    if reps is None:
        return ""
    return t(
        "{whole} is far below the {sum} that the reps’ targets add up to. If thousands are meant, write them, such as "
        "{example}.",
        whole=whole,
        sum=reps,
        example=example(whole.currency),
    )
