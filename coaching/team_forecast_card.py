"""The forecast of a team: each rep's call for the manager, the whole for the owner."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from coaching.accuracy_card import FEWEST, enough_people
from coaching.accuracy_words import bias_words
from coaching.card import Action, Bold, Buttons, Card, Element, Heading, Spans, Table, Text, quiet, say
from coaching.forecast_view import View, categories, expected, odds, see_the_maths, standing
from coaching.forecasts import Author
from coaching.money import Money, total
from coaching.numbers.forecast import Range
from coaching.numbers.outlook import Basis
from coaching.phrases import ago, count, listed

if TYPE_CHECKING:
    from coaching.forecasts import Call
    from coaching.numbers.outlook import Outlook
    from coaching.people import Member


def overview(view: View) -> Card:
    """For the manager: every rep's last call, and their own beside it."""
    coachs = expected(view)
    rows = tuple((*_rep_row(view, it), *_beside(view, it, coachs)) for it in view.company.reps)
    called = [it for rep in view.company.reps if (it := last_of(view, rep.id))]
    summary = (
        f"Forecast {view.period}: {count(len(called), 'call')} of {len(view.company.reps)}, commit {_sum(view, called)}"
    )
    return Card(
        summary,
        (
            Heading(f"Forecast {view.period}"),
            *standing(view),
            *categories(view),
            *odds(view, coachs),
            say(
                Bold(f"{len(called)} of {count(len(view.company.reps), 'rep')} have called: "),
                f"commit {_sum(view, called)}.",
            ),
            Table(
                ("Rep", "Commit", "Best case", "Called", "Yours", "The coach", "Calls so far"), rows, frozenset({1, 2})
            ),
            quiet(_how(view)),
            *_waiting(view),
            *buttons(view, coachs),
        ),
    )


def _how(view: View) -> str:
    rep = view.company.reps[0].id if view.company.reps else "dana"
    example = f"“forecast {rep} commit 100k best 140k because …”"
    return f"To set yours beside one: {example}. It lies beside the rep’s, never over it, and they see it."


def _rep_row(view: View, rep: Member) -> tuple[Spans, ...]:
    call = last_of(view, rep.id)
    overlay = next((it for it in reversed(view.calls) if it.member == rep.id and it.is_overlay), None)
    yours: Spans = (f"{overlay.commit} / {overlay.best_case}" if overlay else "",)
    if call is None:
        return (rep.name,), ("",), ("",), ("not yet",), yours
    age = (view.today - call.called_at.astimezone(view.reader.tz).date()).days
    return (rep.name,), (str(call.commit),), (str(call.best_case),), (ago(age),), yours


def _beside(view: View, rep: Member, coachs: Outlook) -> tuple[Spans, ...]:
    """What the coach expects of them, and how their calls have come in."""
    found = coachs.of(rep.id)
    expects = _span(found) if isinstance(found, Range) and (found.n or coachs.basis is not Basis.STAGES) else ""
    own = view.record.own(rep.id) if view.record else None
    if own is None or not own.n:
        return (expects,), ("",)
    return (expects,), ("not enough data" if own.bias is None else bias_words(own.bias) + f", n = {own.n}",)


def _span(it: Range) -> str:
    return str(it.p10) if it.p10 == it.p90 else f"{it.p10} to {it.p90}"


def _waiting(view: View) -> tuple[Element, ...]:
    if view.record is None or not view.record.waiting:
        return ()
    return (quiet(f"How calls of {listed(view.record.waiting)} came in is the reps’ own for a week."),)


def buttons(view: View, coachs: Outlook) -> tuple[Element, ...]:
    """To what is behind the figures."""
    return (Buttons((Action("accuracy.show", "How good forecasts were"), *see_the_maths(view, coachs))),)


def last_of(view: View, member_id: str) -> Call | None:
    """A rep's own last call."""
    return next((it for it in reversed(view.own) if it.member == member_id), None)


def _sum(view: View, calls: list[Call]) -> Money:
    return _total(view, (it.commit for it in calls))


def _total(view: View, amounts: Iterable[Money]) -> Money:
    """Of those in the company's currency; one from before it was changed can't be added."""
    currency = view.company.currency
    return total((it for it in amounts if it.currency == currency), currency)


def totals(view: View) -> Card:
    """For the owner: the whole, and nobody's own figure."""
    heading, coachs = f"Forecast {view.period}", expected(view)
    return Card(
        f"{heading}: {view.won} won so far",
        (
            Heading(heading),
            *standing(view),
            *categories(view),
            *odds(view, coachs),
            team_call(view),
            *_teams_record(view),
            *buttons(view, coachs),
        ),
    )


def team_call(view: View) -> Text:
    """All calls together, from enough reps on."""
    called = [it for rep in view.company.reps if (it := last_of(view, rep.id))]
    if len(called) >= FEWEST:
        best = _total(view, (it.best_case for it in called))
        return say(
            Bold("The team’s call: "), f"commit {_sum(view, called)}, best case {best}, from {len(called)} reps."
        )
    why = f"{len(called)} so far; of fewer, it could be told whose they are"
    return quiet(f"The team’s call is shown once {FEWEST} reps have made theirs ({why}).")


def _teams_record(view: View) -> tuple[Element, ...]:
    """How the sum of the calls came in, once it is about enough people."""
    if view.record is None or not enough_people(view.record):
        return ()
    it = view.record.together(Author.REP)
    if it.bias is None:
        return ()
    return (quiet(f"Such sums of the last {count(it.n, 'period')} came in {bias_words(it.bias)} (n = {it.n})."),)
