"""The digest in plain words, on one page, and the rows behind each of its figures."""

from __future__ import annotations

from collections.abc import Iterable

from coaching.card import Bar, Bars, Bold, Bullets, Card, Element, Figure, Heading, Picture, Spans, Table, quiet, say
from coaching.digest import LEAST_PEOPLE, STALE_AFTER, Digest, Pile, RepGoal, last_calls
from coaching.money import Money
from coaching.numbers.forecast import NoRange, Range
from coaching.numbers.outlook import Basis
from coaching.opportunities import Opportunity
from coaching.outlook_words import in_words, outlook_maths
from coaching.phrases import count, day, percent
from coaching.refusal import Refused

FEW = f"left out: with fewer than {LEAST_PEOPLE} people a figure would be about somebody"


REBUILT = (
    "Nothing had been imported by that day. The figures about deals are by the deals’ own days: stages, amounts and"
    " close dates as they were first seen, and unknown for deals that had closed before they were seen."
)

_NOBODY = {0: "There is no rep who could have", 1: "The only rep has not"}


def card(it: Digest) -> Card:
    """What the owner reads on Friday: target language, one page."""
    facts = it.facts
    elements = (
        Heading(f"{facts.company.name}: week to {day(facts.today)}"),
        *_stale(it),
        say(*_landing(it)),
        *(say(line) for line in it.toward),
        *_picture(it),
        Bullets(tuple(_standing(it))),
        Heading("This week"),
        Bullets(tuple(_week(it))),
        Heading("The team"),
        Bullets(tuple(_team(it))),
        Heading("Decisions we need from you"),
        *_decisions(it),
        Heading("Left undone on purpose"),
        *_undone(it),
        quiet(_maths(it)),
    )
    return Card(f"{facts.company.name}, {facts.period}: {_headline(it)}", elements)


def _headline(it: Digest) -> str:
    of = f" of {it.target}" if it.target else ""
    return f"{it.won.amount}{of} won, {(it.facts.period.end - it.facts.today).days} days left"


def _stale(it: Digest) -> tuple[Element, ...]:
    """A digest never shows old pipeline figures as if they were today's."""
    on = it.facts.refreshed_on
    if it.facts.rebuilt:
        return (say(REBUILT),)
    if on is None:
        return (
            say(Bold("No opportunities have been imported yet. "), "The figures about deals are empty until then."),
        )
    if it.facts.today - on > STALE_AFTER:
        return (say(Bold(f"The pipeline was last refreshed on {day(on)}. "), "Figures about deals are as of then."),)
    return ()


def _landing(it: Digest) -> Spans:
    """Where the period will land, in one sentence."""
    found = it.outlook.total
    if isinstance(found, NoRange):
        return (f"No range for where {it.facts.period} will land: {found.why}.",)
    won = Figure(str(it.won.amount), rows(it, "won"))
    if it.outlook.basis is Basis.OVER:
        return (f"{it.facts.period} ended at ", won, ".")
    if not _ahead(it):
        return (f"{it.facts.period} stands at ", won, "; no open deal is due in it.")
    range_ = Figure(f"{found.p10} and {found.p90}", rows(it, "open"))
    begin: Spans = (f"{it.facts.period} will most likely land between ", range_)
    if it.target is None or found.chance is None:
        return (*begin, ".")
    return (*begin, f"; the target of {it.target} is reached {_odds(found.chance)}.")


def _ahead(it: Digest) -> Range | None:
    """The range, if there is anything that it was made from."""
    found = it.outlook.total
    if isinstance(found, NoRange) or it.outlook.basis is Basis.OVER:
        return None
    return found if found.n or it.outlook.basis is Basis.HISTORY else None


def _odds(chance: float) -> str:
    """A sum of stage probabilities is never certain, whatever it rounds to."""
    if chance >= 0.99:
        return "in more than 99 of 100 cases"
    return "in less than 1 of 100 cases" if chance < 0.01 else f"in {percent(chance)} of cases"


def _picture(it: Digest) -> tuple[Element, ...]:
    bars = [Bar("Won so far", float(it.won.amount.amount))]
    if it.commit is not None and it.best_case is not None:
        bars.append(Bar("Called by the reps", float(it.commit.amount), float(it.best_case.amount)))
    if found := _ahead(it):
        bars.append(Bar("The coach expects", float(found.p10.amount), float(found.p90.amount)))
    words = "; ".join(f"{bar.label} {_money(bar.value, it)}" + _reach(bar, it) for bar in bars)
    mark = float(it.target.amount) if it.target else None
    target = f"; target {it.target}" if it.target else ""
    title = f"{it.facts.period} against target"
    return (
        Picture(
            alt=words + target,
            title=title,
            plot=Bars(tuple(bars)),
            unit=it.facts.company.currency,
            mark=mark,
            mark_label="Target",
        ),
    )


def _reach(bar: Bar, it: Digest) -> str:
    return "" if bar.reach is None else f" to {_money(bar.reach, it)}"


def _money(value: float, it: Digest) -> Money:
    return Money.of(str(round(value, 3)), it.facts.company.currency)


def _standing(it: Digest) -> Iterable[Spans]:
    gap = f", {it.target - it.won.amount} to go" if it.target and it.target > it.won.amount else ""
    yield (
        "Won so far: ",
        Figure(str(it.won.amount), rows(it, "won")),
        f" from {count(len(it.won.deals), 'deal')}{gap}",
        _unknown(it.won),
    )
    reps = len(it.facts.company.reps)
    if it.commit is None:
        yield (f"{_NOBODY.get(reps, f'None of {reps} reps has')} called the quarter yet",)
    else:
        called = Figure(f"{it.commit} commit, {it.best_case} best case", rows(it, "calls"))
        yield ("Called by the reps, won deals included: ", called, f" ({it.called} of {reps} reps)")
    yield _goals(it)


def _goals(it: Digest) -> Spans:
    if not it.goals:
        return ("Reps at goal: no rep has a target of their own",)
    if len(it.goals) < LEAST_PEOPLE:
        return (f"Reps at goal: {FEW}",)
    reached = sum(goal.on_course for goal in it.goals)
    share = f"{reached} of {len(it.goals)} ({percent(reached / len(it.goals))})"
    return ("Reps at goal, by what they won or commit to: ", Figure(share, rows(it, "goals")))


def _week(it: Digest) -> Iterable[Spans]:
    for name, words, what in (
        ("won-week", "Won", it.won_week),
        ("lost-week", "Lost", it.lost_week),
        ("pushed", "Pushed to a later date", it.pushed),
        ("new", "New", it.new),
    ):
        if what.deals:
            n = count(len(what.deals), "deal")
            priced = len(what.deals) > what.unknown
            value = Figure(f"{what.amount} in {n}" if priced else n, rows(it, name))
            yield (f"{words}: ", value, _largest(what), _unknown(what))
        else:
            yield (f"{words}: nothing",)


def _largest(what: Pile) -> str:
    priced = [it for it in what.deals if it.amount is not None]
    best = max(priced, key=lambda it: it.amount.minor if it.amount else 0, default=None)
    return f", the largest {best.title}" if best and len(what.deals) > 1 else f", {best.title}" if best else ""


def _unknown(what: Pile) -> str:
    return f" ({what.unknown} without an amount)" if what.unknown else ""


def _team(it: Digest) -> Iterable[Spans]:
    if not it.asked:
        yield ("No check-ins were asked for this week",)
        return
    if it.answering < LEAST_PEOPLE:
        yield (f"Habits: {FEW}",)
        return
    share = Figure(f"{it.answered} of {it.asked} ({percent(it.answered / it.asked)})", rows(it, "checkins"))
    yield ("Check-ins answered: ", share, f", {count(it.answering, 'person', 'people')}")
    for habit in it.practice:
        if habit.people < LEAST_PEOPLE:
            yield (f"{habit.name}: {FEW}",)
        else:
            value = Figure(
                f"{habit.done:,} of {habit.planned:,} planned ({percent(habit.done / habit.planned)})",
                rows(it, "habits"),
            )
            yield (f"{habit.name}: ", value)


def _decisions(it: Digest) -> tuple[Element, ...]:
    if not it.decisions:
        return (say("None this week."),)
    return (Bullets(tuple((f"{one.text} (since {day(one.raised_at.date())})",) for one in it.decisions)),)


def _undone(it: Digest) -> tuple[Element, ...]:
    lines: list[Spans] = [(f"Put off: {one.text}",) for one in it.undone]
    if it.dropped:
        lines.append((f"{count(len(it.dropped), 'commitment')} dropped by the team to make room",))
    return (Bullets(tuple(lines)),) if lines else (say("Nothing was put off."),)


def _maths(it: Digest) -> str:
    found = _ahead(it)
    out = (
        f" {count(it.undated, 'open deal has', 'open deals have')} no close date and can't count."
        if it.undated and it.outlook.basis is Basis.STAGES
        else ""
    )
    if found is None:
        return f"The range needs open deals with an amount, a close date and a stage with a probability.{out}"
    ahead = " It counts no deal that isn't created yet." if it.outlook.basis is Basis.STAGES else ""
    return f"{in_words(it.outlook, found)}{ahead}{out}"


# --- the rows behind a figure -------------------------------------------
def rows(it: Digest, name: str) -> str:
    """The name of the page that lists what a figure was made from."""
    return f"digest/{it.facts.today}/{name}"


def rows_card(it: Digest, name: str) -> Card:
    """That page. Refused when there is no such figure, or when it would be about a single person."""
    company = it.facts.company
    piles = {
        "won": ("Won so far", it.won.deals),
        "won-week": ("Won this week", it.won_week.deals),
        "lost-week": ("Lost this week", it.lost_week.deals),
        "pushed": ("Pushed this week", it.pushed.deals),
        "new": ("New this week", it.new.deals),
    }
    if name == "open":
        return _open_page(it)
    if name in piles:
        title, deals = piles[name]
        return _page(it, title, _deals(it, deals), count(len(deals), "deal"))
    if name == "calls":
        calls = [
            _call_row(it, call.member, call.commit, call.best_case, call.reason)
            for call in last_calls(it.facts).values()
        ]
        return _page(
            it,
            "Calls",
            Table(("Rep", "Commit", "Best case", "Reason"), tuple(calls), frozenset({1, 2})),
            count(len(calls), "call"),
        )
    if name == "goals" and len(it.goals) >= LEAST_PEOPLE:
        goals = tuple(_goal_row(it, goal) for goal in it.goals)
        return _page(
            it,
            "Reps at goal",
            Table(("Rep", "Target", "Won", "Commit", "At goal"), goals, frozenset({1, 2, 3})),
            count(len(goals), "rep"),
        )
    if name == "habits" and it.answering >= LEAST_PEOPLE:
        kept = [one for one in it.practice if one.people >= LEAST_PEOPLE]
        lines = tuple(((one.name,), (f"{one.done:,}",), (f"{one.planned:,}",), (str(one.people),)) for one in kept)
        return _page(
            it,
            "Habits of the team",
            Table(("Habit", "Done", "Planned", "People"), lines, frozenset({1, 2, 3})),
            "the team as a whole",
        )
    if name == "checkins" and it.answering >= LEAST_PEOPLE:
        line = ((str(it.asked),), (str(it.answered),), (str(it.answering),))
        return _page(
            it,
            "Check-ins",
            Table(("Asked", "Answered", "People"), (line,), frozenset({0, 1, 2})),
            "the team as a whole",
        )
    raise Refused(f"There is no figure '{name}' in the digest of {company.name}.")


def _open_page(it: Digest) -> Card:
    """By history every open deal has a chance; by stages those due in the period."""
    if it.outlook.basis is Basis.HISTORY:
        title, deals = "Open", it.facts.open
    else:
        title, deals = "Open and due in the period", tuple(one for one in it.facts.open if _due(one, it))
    page = _page(it, title, _deals(it, deals), count(len(deals), "deal"))
    maths = outlook_maths(it.outlook, it.outlook.total, it.facts.period)
    return Card(page.summary, (*page.elements, *maths))


def _due(it: Opportunity, of: Digest) -> bool:
    return it.close_date is not None and it.close_date <= of.facts.period.end


def _page(it: Digest, title: str, table: Table, n: str) -> Card:
    heading = f"{title}: {it.facts.company.name}, week to {day(it.facts.today)}"
    return Card(
        heading,
        (
            Heading(heading),
            table,
            quiet(f"{n}; {it.facts.period} runs from {it.facts.period.start} to {it.facts.period.end}."),
        ),
    )


def _deals(it: Digest, deals: tuple[Opportunity, ...]) -> Table:
    ordered = sorted(deals, key=lambda one: (-(one.amount.minor if one.amount else 0), one.id))
    headers = ("Deal", "Owner", "Stage", "Amount", "Close date", "Closed on")
    lines = tuple(
        (
            (one.title,),
            (_name(it, one.member) or one.owner or "nobody",),
            (one.stage,),
            (str(one.amount) if one.amount else "unknown",),
            (str(one.close_date or ""),),
            (str(one.closed_on or ""),),
        )
        for one in ordered
    )
    return Table(headers, lines, frozenset({3}))


def _call_row(it: Digest, member: str, commit: Money, best: Money, reason: str) -> tuple[Spans, ...]:
    return ((_name(it, member),), (str(commit),), (str(best),), (reason,))


def _goal_row(it: Digest, goal: RepGoal) -> tuple[Spans, ...]:
    reached = "yes" if goal.on_course else "not yet"
    return (
        (_name(it, goal.member),),
        (str(goal.target),),
        (str(goal.won),),
        (str(goal.commit or "no call"),),
        (reached,),
    )


def _name(it: Digest, member: str | None) -> str:
    found = it.facts.company.member(member) if member else None
    return found.name if found else ""
