"""The week's majors: proposed with and without the review, answered, one by one, argued; the manager's and the owner's."""

from dataclasses import replace

from coaching import escalation_card, majors_card
from coaching.card import Card, Heading
from coaching.chosen import CameOf, Pick, Ruling, Why
from coaching.escalation import EscalationKind, EscalationState
from coaching.escalation_clock import Clock
from coaching.majors import of_the_company
from coaching.majors_answers import matter
from coaching.majors_card import Week, each, form, majors, of_all, ruling_words, summed, ways_on
from coaching.majors_maths import maths, rule
from coaching.majors_words import chosen
from coaching.monday_card import monday
from coaching.opportunities import Book, Status
from coaching.review import Facts, review
from tests.builders import (
    MONDAY,
    a_change,
    a_choice,
    a_company,
    a_history,
    a_manager,
    a_member,
    an_escalation,
    an_opportunity,
    an_owner,
    at,
    days_later,
    dollars,
)
from tests.golden_cards.review import ITEMS

COMPANY = a_company(a_member(), a_member("eve"), a_manager(), an_owner(), targets=())
OPEN = tuple(
    an_opportunity(
        f"O-{n}", name=name, amount=dollars(amount) if amount else None, created_on=days_later(-age), stage="Proposal"
    )
    for n, (name, amount, age) in enumerate(
        [
            ("Globex robots", 60_000, 30),
            ("Initech line", 48_000, 26),
            ("Umbrella arms", None, 35),
            ("Hooli pickers", 22_000, 40),
            ("Stark tower", 18_000, 28),
            ("Wayne cave", 4_000, 300),
            ("Cyberdyne", 2_500, 260),
        ]
    )
)
FOUND = review(
    Facts(company=COMPANY, today=MONDAY, book=Book(deals=(*a_history(until=days_later(-10)), *OPEN), open=OPEN))
)
DANAS = FOUND.of("dana")
assert DANAS is not None
CHOICES = chosen(DANAS.majors, COMPANY)
TITLES = {it.id: it.title for it in OPEN}
BEFORE = (
    (a_choice(title="Soylent mill", on=days_later(-7)), CameOf.WON),
    (a_choice(title="Initech line", on=days_later(-7)), CameOf.MOVED),
    (a_choice(title="Hooli pickers", on=days_later(-7)), CameOf.NOTHING),
)
WEEK = Week(choices=CHOICES, before=BEFORE, titles=TITLES, takers=("morgan",), names=COMPANY.names)
YES = {"answered_at": at("09:20"), "agrees": True}
NO = {"answered_at": at("09:20"), "agrees": False}
ARGUED = replace(CHOICES[1], **NO, why=Why.NOT_READY, words="They froze budgets until January", instead="O-4")
KEPT = replace(CHOICES[-1], **NO, why=Why.OPENS_DOORS)
ANSWERED = (replace(CHOICES[0], **YES), ARGUED, replace(CHOICES[2], **YES), replace(CHOICES[3], **YES), KEPT)
INSISTED = replace(
    ARGUED, ruling=Ruling.INSISTED, ruled_by="morgan", ruled_at=at("11:00"), ruling_note="Their board meets on Friday"
)
SOME = replace(WEEK, choices=ANSWERED)
AGAIN = (replace(CHOICES[-1], **YES), replace(CHOICES[-2], **YES))
RULED = replace(WEEK, choices=(ANSWERED[0], INSISTED, *ANSWERED[2:]))
EVES = (
    a_choice(member="eve", opportunity="E-1", title="Acme lifts"),
    a_choice(member="eve", opportunity="E-2", title="Vandelay docks", place=1),
)
CLOCK = Clock(company=COMPANY, now=at("10:00"), holidays=frozenset())
DANA, MORGAN = COMPANY.members[0], COMPANY.members[2]
RAISED = matter(ARGUED, DANA.first_name, "Stark tower", MONDAY)
MATTER = an_escalation(kind=EscalationKind.MAJORS, subject="O-1", text=RAISED.text)
CLOSED = replace(
    MATTER, state=EscalationState.RESOLVED, acknowledged_by="morgan", settled_at=at("11:00"),
    resolution=ruling_words(INSISTED),
)  # fmt: skip
NAMES = {it.id: it.first_name for it in COMPANY.members}
ALL = of_the_company(
    (*ANSWERED, *EVES),
    {
        **{it.id: it for it in OPEN},
        "O-0": replace(OPEN[0], status=Status.WON),
        "E-1": an_opportunity("E-1", name="Acme lifts"),
    },
    COMPANY,
    days_later(4),
    (a_change("O-2", on=days_later(2)),),
)
CARDS = {
    "majors_monday": monday(ITEMS, WEEK, MONDAY),
    "majors_monday_answered": monday(ITEMS, SOME, MONDAY),
    "majors_alone": majors(replace(WEEK, before=(), choices=CHOICES[:3])),
    "majors_again": majors(replace(WEEK, before=(), choices=AGAIN, again=frozenset({AGAIN[0].opportunity}))),
    "majors_none": majors(Week()),
    "majors_ruled": majors(RULED),
    "majors_each": each(SOME, whole=True),
    "majors_form": form(CHOICES[1], WEEK, whole=True),
    "majors_form_keep": form(
        CHOICES[-1], WEEK, whole=False, typed={"why": "other"}, errors={"words": "What is it, in a few words?"}
    ),
    "majors_ended": majors_card.ended(CHOICES[0], CameOf.WON, majors(replace(WEEK, before=(), choices=CHOICES[:3]))),
    "majors_over": majors_card.over(),
    "majors_maths": Card(
        "The maths of your majors",
        (
            Heading("The maths of your majors"),
            *(maths(it, FOUND.odds, COMPANY) for it in (*DANAS.majors.majors, DANAS.majors.distractions[0].worth)),
            rule(),
        ),
    ),
    "majors_matter": escalation_card.handlers_copy(MATTER, CLOCK, MORGAN),
    "majors_matter_needs_why": escalation_card.handlers_copy(MATTER, CLOCK, MORGAN, "A line why."),
    "majors_matter_of_the_rep": escalation_card.members_copy(MATTER, CLOCK, DANA),
    "majors_matter_closed": escalation_card.settled_notice(CLOSED, CLOCK, DANA, *ways_on(INSISTED)),
    "majors_of_the_team": Card("The week’s majors", summed((*ANSWERED, *EVES), NAMES, [it for _, it in BEFORE])),
    "majors_of_the_company": Card("The week’s majors", of_all(ALL, COMPANY)),
}
assert [it.pick for it in CHOICES] == [Pick.MAJOR] * 3 + [Pick.DISTRACTION] * 2
