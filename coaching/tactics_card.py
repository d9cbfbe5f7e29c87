"""What was tried, for the manager: what goes with moving on, how far to trust it, and how it was worked out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, assert_never

from coaching.card import Bold, Bullets, Element, Heading, Maths, Spans, quiet
from coaching.language import number, t, tn
from coaching.numbers.patterns import FEW, Verdict
from coaching.phrases import percent

if TYPE_CHECKING:
    from coaching.qualification import Playbook
    from coaching.tactics import Tactic

MOST = 8


def part(found: Sequence[Tactic], book: Playbook) -> tuple[Element, ...]:
    """Under a heading of its own; nothing where nothing was tried."""
    if not found:
        return ()
    lines = tuple(_line(it, book) for it in found[:MOST])
    more = (quiet(t("And {n} more.", n=len(found) - MOST)),) if len(found) > MOST else ()
    what = t("What goes together need not cause each other: a tactic that looks good is worth a test, no more.")
    return Heading(t("What was tried to find out")), Bullets(lines), *more, quiet(what)


def _line(it: Tactic, book: Playbook) -> Spans:
    return Bold(_titled(it, book)), f": {_told(it)}"


def _titled(it: Tactic, book: Playbook) -> str:
    criterion = book.criterion(it.criterion)
    return t(
        "{tactic} ({criterion})", tactic=it.words.rstrip("."), criterion=criterion.name if criterion else it.criterion
    )


def _told(it: Tactic) -> str:
    """The deals that can be compared, and a word for how far to trust it."""
    shares = it.shares
    if it.verdict is None:
        return tn(
            "tried on {n} deal; not enough data, {with_it} with it and {without} without can be compared so far.",
            "tried on {n} deals; not enough data, {with_it} with it and {without} without can be compared so far.",
            it.n_tried, with_it=shares.n_with, without=shares.n_without,
        )  # fmt: skip
    moved = t(
        "{k} of {n} deals moved on in the usual time, of those without it {k_without} of {n_without}.",
        k=shares.won_with, n=shares.n_with, k_without=shares.won_without, n_without=shares.n_without,
    )  # fmt: skip
    return f"{moved} {_word(it.verdict)}"


def _word(it: Verdict) -> str:
    match it:
        case Verdict.LIKELY:
            return t("Likely more than luck: worth a test.")
        case Verdict.HUNCH:
            return t("A hunch only.")
        case Verdict.NONE:
            return t("No better than luck would make it.")
        case _:
            assert_never(it)


# --- how it was worked out -----------------------------------------------------------------------------------------
def maths(found: Sequence[Tactic], book: Playbook) -> tuple[Maths, ...]:
    """All of them, as what was looked at together is adjusted together."""
    if not found:
        return ()
    told = Maths(
        figure=t("What was tried to find out"),
        value=tn("{n} tactic", "{n} tactics", len(found)),
        formula=t("moved on within the median days of the stage / deals whose days are over, with it and without it"),
        inputs=tuple(_inputs(found, book)),
        n=t("a word is said from {n} deals with it and {n} without it on", n=FEW),
        uncertainty=t(
            "adjusted for all that were compared; likely is below 0.05, a hunch below 0.20 or a chance above 85 %"
        ),
        source=t("Fisher (1935), two-sided; Benjamini and Hochberg (1995)"),
    )
    return (told,)


def _inputs(found: Sequence[Tactic], book: Playbook) -> Iterator[tuple[str, str]]:
    """A day to count from, then every tactic."""
    yield (
        t("counted from"),
        t("the day it was first tried on a deal; without it, the first answer about the same"),
    )
    yield t("moved on"), t("to a later stage, or won; a deal lost or gone before did not")
    for it in found:
        yield _titled(it, book), _figures(it)


def _figures(it: Tactic) -> str:
    shares, pattern = it.shares, it.pattern
    if pattern is None:
        return t("{n} with it, {n_without} without: nothing to compare", n=shares.n_with, n_without=shares.n_without)
    return t(
        "{k} of {n} with it, {k_without} of {n_without} without; p {p}, adjusted {q}; chance of a better rate {chance}",
        k=shares.won_with,
        n=shares.n_with,
        k_without=shares.won_without,
        n_without=shares.n_without,
        p=number(pattern.p_value, 3),
        q=number(pattern.p_adjusted, 3),
        chance=percent(pattern.probability_of_lift),
    )
