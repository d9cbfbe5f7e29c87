"""The pages behind the figures of a digest: the rows, and how the figure was made from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from coaching import practice, review_summary, tactics_card
from coaching.agreed import State, Sum
from coaching.card import Card, Element, Heading, Maths, Spans, Table, note, quiet
from coaching.digest import LEAST_PEOPLE, Digest, Pile
from coaching.findings.finding import Seen
from coaching.language import t, tn, worded
from coaching.money import Money
from coaching.numbers.outlook import Basis
from coaching.opportunities import Opportunity
from coaching.outlook_words import outlook_maths
from coaching.phrases import day, percent
from coaching.playbooks import playbook
from coaching.refusal import Refused
from coaching.risks import Hazard, Risk
from coaching.tactics import tried
from coaching.told_to_owner import too_few_calls
from coaching.waterfall import NAMES

RISK = "risk-"


def rows_card(it: Digest, name: str) -> Card:
    """The page of a figure. Refused when there is none of that name, or when it would be about a single person."""
    found = _pages(it).get(name)
    if found is None and name in {f"{RISK}{one}" for one in Hazard}:
        return note(t("By what is known today there is no such risk in that week any more."))
    if found is None:
        raise Refused(
            t("There is no figure '{name}' in the digest of {company}.", name=name, company=it.facts.company.name)
        )
    return found()


def maths_card(it: Digest, *, managers: bool = False) -> Card:
    """How all of them were made, for whoever pressed for it; the manager's page has one figure more."""
    period = it.facts.period
    title = t("The maths of the week to {day}", day=day(it.facts.today))
    changed = (review_summary.maths(it.facts.changed),) if it.facts.changed else ()
    parts: tuple[Element, ...] = (
        *outlook_maths(it.outlook, it.outlook.total, period),
        *changed,
        *(one.maths for one in it.risks),
        *_goals_maths(it),
        *_habits_maths(it),
        *(_tactics_maths(it) if managers else ()),
    )
    return Card(title, (Heading(title), *(parts or (quiet(t("There is nothing to work out yet.")),))))


def _tactics_maths(it: Digest) -> tuple[Maths, ...]:
    found = it.facts.review
    return tactics_card.maths(tried(found), playbook(it.facts.company)) if found else ()


def _pages(it: Digest) -> Mapping[str, Callable[[], Card]]:
    """By name, those that there are."""
    piles = {
        "won": (t("Won so far"), it.won),
        "won-week": (t("Won this week"), it.won_week),
        "lost-week": (t("Lost this week"), it.lost_week),
        "won-late": (t("Won before this week, told in it"), it.won_late),
        "lost-late": (t("Lost before this week, told in it"), it.lost_late),
        "pushed": (t("Pushed this week"), it.pushed),
        "new": (t("New this week"), it.new),
    }
    found: dict[str, Callable[[], Card]] = {name: partial(_pile, it, *of) for name, of in piles.items()}
    found |= {"open": partial(_open, it), "calls": partial(_calls, it)}
    found |= {f"{RISK}{one.hazard}": partial(_risk, it, one) for one in it.risks}
    if it.facts.changed:
        found["changed"] = partial(_changed, it)
    if it.facts.agreed and it.facts.agreed.locked and it.facts.agreed.locked.called >= LEAST_PEOPLE:
        found["agreed"] = partial(_agreed, it)
    if len(it.goals) >= LEAST_PEOPLE:
        found["goals"] = partial(_goals, it)
    if it.answering >= LEAST_PEOPLE:
        found |= {"habits": partial(_habits, it), "checkins": partial(_checkins, it)}
    return found


def _page(it: Digest, title: str, table: Table, n: str, maths: Iterable[Maths] = ()) -> Card:
    heading = t(
        "{title}: {company}, week to {day}", title=title, company=it.facts.company.name, day=day(it.facts.today)
    )
    period = it.facts.period
    note = t("{n}; {period} runs from {first} to {last}.", n=n, period=period, first=period.start, last=period.end)
    return Card(heading, (Heading(heading), table, quiet(note), *maths))


# --- deals ---------------------------------------------------------------------------------------------------------
def _pile(it: Digest, title: str, what: Pile) -> Card:
    return _page(it, title, _deals(it, what.deals), _n(len(what.deals)))


def _n(deals: int) -> str:
    return tn("{n} deal", "{n} deals", deals)


def _open(it: Digest) -> Card:
    """By history every open deal has a chance; by stages those due in the period."""
    if it.outlook.basis is Basis.HISTORY:
        title, deals = t("Open"), it.facts.open
    else:
        title, deals = t("Open and due in the period"), tuple(one for one in it.facts.open if _due(one, it))
    maths = outlook_maths(it.outlook, it.outlook.total, it.facts.period)
    return _page(it, title, _deals(it, deals), _n(len(deals)), maths)


def _due(it: Opportunity, of: Digest) -> bool:
    return it.close_date is not None and it.close_date <= of.facts.period.end


def _deals(it: Digest, deals: Iterable[Opportunity]) -> Table:
    ordered = sorted(deals, key=lambda one: (-(one.amount.minor if one.amount else 0), one.id))
    headers = (t("Deal"), t("Owner"), t("Stage"), t("Amount"), t("Close date"), t("Closed on"))
    lines = tuple(
        (
            (one.title,),
            (_name(it, one.member) or one.owner or t("nobody"),),
            (one.stage,),
            (str(one.amount) if one.amount else t("unknown"),),
            (str(one.close_date or ""),),
            (str(one.closed_on or ""),),
        )
        for one in ordered
    )
    return Table(headers, lines, frozenset({3}))


def _risk(it: Digest, one: Risk) -> Card:
    title = one.said.partition(":")[0]
    headers = (t("Deal"), t("Stage"), t("Amount"), t("Chance"), t("Counts on"), t("Close date"))
    lines = tuple(_seen(it, deal) for deal in one.deals)
    return _page(it, title, Table(headers, lines, frozenset({2, 3, 4})), _n(len(one.deals)), (one.maths,))


def _seen(it: Digest, one: Seen) -> tuple[Spans, ...]:
    currency = it.facts.company.currency
    worth = t("unknown") if one.worth is None else str(Money.of(round(one.worth), currency))
    stake = t("unknown") if one.at_stake is None else str(Money.of(round(one.at_stake), currency))
    return (
        (one.deal.title,),
        (one.deal.stage,),
        (t("about {amount}", amount=worth) if one.estimated and one.worth is not None else worth,),
        (t("unknown") if one.chance is None else percent(one.chance),),
        (stake,),
        (str(one.deal.close_date or ""),),
    )


def _changed(it: Digest) -> Card:
    """Each deal's part of the change, to the unit."""
    found = it.facts.changed
    assert found is not None
    titles = {one.id: one.title for one in it.facts.book.deals}
    ordered = sorted(found.parts, key=lambda one: (list(NAMES).index(one.why), -abs(one.amount.minor), one.opportunity))
    lines: list[tuple[Spans, ...]] = [
        ((worded(NAMES[one.why]),), (titles.get(one.opportunity, one.opportunity),), (str(one.amount),))
        for one in ordered
    ]
    first = ((t("Open at the end of {day}", day=day(found.first)),), (_n(found.n_opening),), (str(found.opening),))
    last = ((t("Open at the end of {day}", day=day(found.last)),), (_n(found.n_closing),), (str(found.closing),))
    table = Table((t("What"), t("Deal"), t("Amount")), (first, *lines, last), frozenset({2}))
    n = tn("{n} part", "{n} parts", len(found.parts))
    return _page(it, t("What changed in the pipeline"), table, n, (review_summary.maths(found),))


# --- people --------------------------------------------------------------------------------------------------------
def _calls(it: Digest) -> Card:
    """The sum: whose call is which is between the reps and the manager, whoever opens the page."""
    if not it.enough_called:
        return note(f"{too_few_calls(it.facts.company, it.called)}.")
    line = ((str(it.commit),), (str(it.best_case),), (str(it.called),))
    table = Table((t("Commit"), t("Best case"), t("People")), (line,), frozenset({0, 1, 2}))
    return _page(it, t("Calls"), table, t("the team as a whole"))


def _agreed(it: Digest) -> Card:
    """Sums of everybody."""
    found = it.facts.agreed
    assert found is not None
    assert found.locked is not None
    rows = (
        ((t("Agreed and locked"),), (str(found.locked.commit),), (str(found.locked.best_case),)),
        ((t("As called by the reps then"),), (str(found.locked.own_commit or ""),), ("",)),
        *_now(found.now),
    )
    table = Table((t("What"), t("Commit"), t("Best case")), rows, frozenset({1, 2}))
    return _page(it, t("The agreed forecast"), table, tn("{n} rep", "{n} reps", found.locked.called))


def _now(it: Sum) -> tuple[tuple[Spans, ...], ...]:
    """Fewer may have called by now than were locked: somebody left."""
    if it.called < LEAST_PEOPLE:
        return ()
    return (((t("As it stands now"),), (str(it.commit or ""),), (str(it.best_case or ""),)),)


def _goals(it: Digest) -> Card:
    """How many, not who: a commit is its rep's, and so is how it stands to their target."""
    won, course = sum(one.reached for one in it.goals), sum(one.on_course for one in it.goals)
    lines = (
        ((t("by what is won"),), (str(won),)),
        ((t("by the commit that stands"),), (str(course - won),)),
        ((t("not yet"),), (str(len(it.goals) - course),)),
    )
    n = tn("{n} rep", "{n} reps", len(it.goals))
    table = Table((t("Reps at goal"), t("People")), lines, frozenset({1}))
    return _page(it, t("Reps at goal"), table, n, _goals_maths(it))


def _goals_maths(it: Digest) -> tuple[Maths, ...]:
    if len(it.goals) < LEAST_PEOPLE:
        return ()
    reached = sum(one.on_course for one in it.goals)
    ahead = [one.stand.state for one in it.goals if one.on_course and not one.reached]
    beside = sum(one.stand.state is State.OVERLAID for one in it.goals)
    return (
        Maths(
            figure=t("Reps at goal"),
            value=percent(reached / len(it.goals)),
            formula=t(
                "reps whose wins, or else the commit that stands, reach their target / reps with a target. What stands "
                "is the manager’s figure where it lies beside a rep’s call, else the call"
            ),
            inputs=(
                (t("at goal"), str(reached)),
                (t("of them by what is won"), str(reached - len(ahead))),
                (t("by a call that is agreed"), str(ahead.count(State.AGREED))),
                (t("by the manager’s figure"), str(ahead.count(State.OVERLAID))),
                (t("by a call that isn’t agreed"), str(ahead.count(State.CALLED) + ahead.count(State.CHANGED))),
                (t("with a target"), str(len(it.goals))),
                (t("with a manager’s figure in place of the call"), str(beside)),
            ),
            n=tn("{n} rep", "{n} reps", len(it.goals)),
        ),
    )


def _habits(it: Digest) -> Card:
    kept = [one for one in it.practice if one.people >= LEAST_PEOPLE]
    lines = tuple(((one.name,), (f"{one.done:,}",), (one.plan,), (str(one.people),)) for one in kept)
    table = Table((t("Habit"), t("Done"), t("Planned"), t("People")), lines, frozenset({1, 2, 3}))
    return _page(it, t("Habits of the team"), table, t("the team as a whole"), _habits_maths(it))


def _habits_maths(it: Digest) -> tuple[Maths, ...]:
    if it.answering < LEAST_PEOPLE:
        return ()
    return tuple(practice.maths(one) for one in it.practice if one.people >= LEAST_PEOPLE)


def _checkins(it: Digest) -> Card:
    line = ((str(it.asked),), (str(it.answered),), (str(it.answering),))
    table = Table((t("Asked"), t("Answered"), t("People")), (line,), frozenset({0, 1, 2}))
    return _page(it, t("Check-ins"), table, t("the team as a whole"))


def _name(it: Digest, member: str | None) -> str:
    found = it.facts.company.member(member) if member else None
    return found.name if found else ""
