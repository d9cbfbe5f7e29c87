"""The forecast of a team: each rep's call for the manager, the whole for the owner."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from coaching.card import Bold, Card, Heading, Spans, Table, quiet, say
from coaching.forecast_view import View, categories, odds, standing
from coaching.money import Money, total
from coaching.phrases import ago, count

if TYPE_CHECKING:
    from coaching.forecasts import Call
    from coaching.people import Member

FEWEST = 4
"""Calls in a figure for the owner: of fewer, it could be told whose they are."""


def overview(view: View) -> Card:
    """For the manager: every rep's last call, and their own beside it."""
    rows = tuple(_rep_row(view, it) for it in view.company.reps)
    called = [it for rep in view.company.reps if (it := _last_of(view, rep.id))]
    summary = (
        f"Forecast {view.period}: {count(len(called), 'call')} of {len(view.company.reps)}, commit {_sum(view, called)}"
    )
    return Card(
        summary,
        (
            Heading(f"Forecast {view.period}"),
            *standing(view),
            *categories(view),
            *odds(view),
            say(
                Bold(f"{len(called)} of {count(len(view.company.reps), 'rep')} have called: "),
                f"commit {_sum(view, called)}.",
            ),
            Table(("Rep", "Commit", "Best case", "Called", "Yours"), rows, frozenset({1, 2})),
            quiet(_how(view)),
        ),
    )


def _how(view: View) -> str:
    rep = view.company.reps[0].id if view.company.reps else "dana"
    example = f"“forecast {rep} commit 100k best 140k because …”"
    return f"To set yours beside one: {example}. It lies beside the rep’s, never over it, and they see it."


def _rep_row(view: View, rep: Member) -> tuple[Spans, ...]:
    call = _last_of(view, rep.id)
    overlay = next((it for it in reversed(view.calls) if it.member == rep.id and it.is_overlay), None)
    yours: Spans = (f"{overlay.commit} / {overlay.best_case}" if overlay else "",)
    if call is None:
        return (rep.name,), ("",), ("",), ("not yet",), yours
    age = (view.today - call.called_at.astimezone(view.reader.tz).date()).days
    return (rep.name,), (str(call.commit),), (str(call.best_case),), (ago(age),), yours


def _last_of(view: View, member_id: str) -> Call | None:
    return next((it for it in reversed(view.own) if it.member == member_id), None)


def _sum(view: View, calls: list[Call]) -> Money:
    return _total(view, (it.commit for it in calls))


def _total(view: View, amounts: Iterable[Money]) -> Money:
    """Of those in the company's currency; one from before it was changed can't be added."""
    currency = view.company.currency
    return total((it for it in amounts if it.currency == currency), currency)


def totals(view: View) -> Card:
    """For the owner: the whole, and nobody's own figure."""
    called = [it for rep in view.company.reps if (it := _last_of(view, rep.id))]
    if len(called) >= FEWEST:
        best = _total(view, (it.best_case for it in called))
        calls = say(
            Bold("The team’s call: "), f"commit {_sum(view, called)}, best case {best}, from {len(called)} reps."
        )
    else:
        why = f"{len(called)} so far; of fewer, it could be told whose they are"
        calls = quiet(f"The team’s call is shown once {FEWEST} reps have made theirs ({why}).")
    heading = f"Forecast {view.period}"
    return Card(
        f"{heading}: {view.won} won so far",
        (Heading(heading), *standing(view), *categories(view), *odds(view), calls),
    )
