"""The ratios in chat: what the own work leads to, in actions; the maths behind a button."""

from __future__ import annotations

from coaching.card import Action, Bold, Bullets, Buttons, Card, Element, Heading, Spans, Table, note, quiet, say
from coaching.company import Company
from coaching.language import number, t, tn, worded
from coaching.numbers.chain import TEAM, Person, Standing
from coaching.numbers.differences import Claim
from coaching.numbers.exact import Kind
from coaching.numbers.ratios import ENOUGH
from coaching.numbers.wins import Ended
from coaching.people import Member, Role
from coaching.phrases import capital, day, listed, small
from coaching.ratios_view import View
from coaching.ratios_words import (
    between,
    link_maths,
    own,
    per_sale_maths,
    said_of,
    so_many,
    standing,
    things,
    trend,
    win,
    win_maths,
)

FEWEST = 4
"""People behind a figure for the owner, or for a colleague: of fewer, it could be told whose it is."""


def ratios_card(view: View, member: Member | None, reader: Member) -> Card:
    """A member's, or the team's when `member` is None. Who may see whose is the caller's to say."""
    if not view.chain.steps:
        return note(
            t("No habit of this company feeds a step of its chain yet, so there is nothing to set in relation.")
        )
    person = view.person(member.id if member else TEAM)
    if person is None or not person.answered:
        return note(
            t("No check-in has been answered in the last thirteen weeks, so there is nothing to set in relation.")
        )
    title = t("{title}, since {day}", title=_title(view.company, member, reader), day=day(view.chain.first, view.day))
    sayings = _sayings(view, person, reader)
    elements: tuple[Element, ...] = (
        Heading(title),
        _table(view, person),
        say(*_for_one_sale(view, person)),
        *((say(_won_words(view, person, reader, ended)),) if (ended := _won(view, person)) and ended.closed else ()),
        *((Bullets(sayings),) if sayings else (say(_nothing(member)),)),
        quiet(
            tn(
                "From {n} answered check-in. A share needs at least {enough} of the step before.",
                "From {n} answered check-ins. A share needs at least {enough} of the step before.",
                person.answered,
                enough=ENOUGH,
            ),
            *((" ", t("A deal counts here on days that a check-in speaks of.")) if _by_crm(view) else ()),
        ),
        Buttons((Action("chat.maths", t("See the maths"), {"member": member.id} if member else {}),)),
    )
    return Card(title, elements)


def maths_card(view: View, member: Member | None, reader: Member) -> Card:
    """How each figure of that card was made."""
    person = view.person(member.id if member else TEAM)
    if person is None:
        return note(
            t("There is nothing to calculate with yet: no check-in has been answered in the last thirteen weeks.")
        )
    team = shows_team(view, reader)
    group, ended = view.won(person.member), _won(view, person)
    title = t("The maths of {what}", what=small(_title(view.company, member, reader)))
    return Card(
        title,
        (
            Heading(title),
            *(link_maths(view.company, it, team=team) for it in person.links),
            *(per_sale_maths(view.company, it) for it in view.per_sale[person.member]),
            *((win_maths(ended, group, team=team),) if ended and ended.closed else ()),
        ),
    )


def _by_crm(view: View) -> bool:
    """Whether a step is counted by deals: some may have been won before anybody wrote down a call."""
    fed = {it.step for it in view.company.team_habits}
    return any(step not in fed for step in view.chain.steps)


def shows_team(view: View, reader: Member) -> bool:
    """Whether that reader may see what the team does together: the manager always, others from four people on."""
    return reader.role is Role.MANAGER or view.people >= FEWEST


def too_few(people: int) -> Card:
    """For the owner, of a team that is too small for a figure."""
    why = tn("{n} person has checked in over these weeks", "{n} people have checked in over these weeks", people)
    return note(
        t(
            "The team’s ratios are shown from {fewest} people on, so that nobody’s own can be told: {why}.",
            fewest=FEWEST,
            why=why,
        )
    )


def _title(company: Company, member: Member | None, reader: Member) -> str:
    if member is None:
        return t("What the team’s work leads to")
    return (
        t("What your work leads to")
        if member.id == reader.id
        else t("What {name}’s work leads to", name=company.called(member))
    )


def _table(view: View, person: Person) -> Table:
    before = {it.later: it for it in person.links}
    per_sale = {it.step: it for it in view.per_sale[person.member]}
    rows: list[tuple[Spans, ...]] = []
    for step, done in person.steps.items():
        link, needed = before.get(step), per_sale.get(step)
        of = "" if link is None else own(link) if link.rate is None else t("{own} of {n}", own=own(link), n=link.n)
        rows.append(((capital(worded(step)),), (number(done),), (of,), (so_many(needed.value) if needed else "",)))
    return Table((t("Step"), t("Done"), t("Of the step before"), t("For one sale")), tuple(rows), frozenset({1, 3}))


def _for_one_sale(view: View, person: Person) -> Spans:
    """In whole actions, with how sure that is."""
    found = view.per_sale[person.member]
    if not found:
        return (
            t(
                "No {steps} is counted yet over these weeks, so what one takes can’t be told.",
                steps=worded(view.company.steps[-1]),
            ),
        )
    needs = [
        f"{_whole(it.value)} {things(view.company, it.step, max(1, round(it.value)))}"
        f" ({_whole(it.interval.low)} – {_whole(it.interval.high)})"
        for it in found
    ]
    return (
        Bold(t("For one more sale, plan about ")),
        t("{names}. In brackets: 8 of 10 cases.", names=listed(needs)),
    )


def _whole(it: float) -> str:
    return number(max(1, round(it)))


def _sayings(view: View, person: Person, reader: Member) -> tuple[Spans, ...]:
    """What stands out, for a person; for the team, who stands out and how; and what went up or down."""
    company, own = view.company, person.member == reader.id
    names = company.names
    found: list[Spans] = []
    for it in _standings(view, person, reader):
        who = "" if own else names.get(it.compared.who, it.compared.who)
        head = _yours(it) if own else f"{who}, {said_of(it)}: "
        found.append((Bold(head), f"{standing(company, it, who)}."))
    return (*found, *((f"{trend(company, it)}.",) for it in view.moves(person.member)))


def _yours(it: Standing) -> str:
    match it.past, it.claim:
        case True, Claim.ABOVE:
            return t("Your better than before: ")
        case True, _:
            return t("Your lower than before: ")
        case _, Claim.ABOVE:
            return t("Your strongest step: ")
        case _:
            return t("Your weakest step: ")


def _standings(view: View, person: Person, reader: Member) -> tuple[Standing, ...]:
    """Of one member the surest above and the surest below; the others beside it only for whom they may be told."""
    if person.member == TEAM:
        return tuple(it for one in view.chain.people for it in view.chain.standings.get(one.member, ()))
    told = [it for it in view.chain.standings.get(person.member, ()) if it.past or shows_team(view, reader)]
    return tuple(
        surest for claim in Claim if (surest := next((it for it in told if it.claim is claim), None)) is not None
    )


def _nothing(member: Member | None) -> str:
    if member is None:
        return t("Nobody stands out from the others or from before by more than luck makes; there is no trend either.")
    return t("No step stands out from the others or from before by more than luck makes; there is no trend either.")


def _won(view: View, person: Person) -> Ended | None:
    group = view.won(person.member)
    return view.wins.team if person.member == TEAM else group.ended if group else None


def _won_words(view: View, person: Person, reader: Member, ended: Ended) -> str:
    interval = f" ({between(Kind.SHARE, ended.interval)})" if ended.interval and ended.rate is not None else ""
    group = view.won(person.member)
    claim = group.claim if group and person.member != TEAM and shows_team(view, reader) else None
    more = ""
    if claim is Claim.ABOVE:
        more = t(" That is above the others’, by more than luck makes.")
    elif claim:
        more = t(" That is below the others’, by more than luck makes.")
    return tn(
        "Of {n} deal that ended in twelve months, won: {win}{interval}.{more}",
        "Of {n} deals that ended in twelve months, won: {win}{interval}.{more}",
        ended.closed,
        win=win(ended),
        interval=interval,
        more=more,
    )
