"""The owner's week: a team of five in full, and a team too small for figures about people."""

from dataclasses import replace
from datetime import date, timedelta

from coaching import mandate_card
from coaching.checkins import CheckInStatus
from coaching.chosen import Pick
from coaching.company import Target
from coaching.credits import Acts
from coaching.digest import Facts, digest
from coaching.digest_card import card
from coaching.digest_rows import maths_card, rows_card
from coaching.escalation import EscalationKind, EscalationState
from coaching.majors import of_the_company
from coaching.mandate import About, Word, ruled
from coaching.movements import Movement, What
from coaching.opportunities import Book, Status
from coaching.periods import Period
from coaching.qualification import Answer, Evidence
from coaching.review import Facts as ReviewFacts
from coaching.review import review
from coaching.waterfall import Part, Why
from tests.builders import (
    MONDAY,
    a_call,
    a_checkin,
    a_choice,
    a_commitment,
    a_company,
    a_manager,
    a_mandate,
    a_member,
    a_reviewed,
    an_escalation,
    an_opportunity,
    an_outlook,
    an_owner,
    at,
    days_later,
    dollars,
)
from tests.golden_cards.review import CHANGED

FRIDAY = days_later(4)
NAMES = {"dana": "Dana Reyes", "eli": "Eli Novak", "fay": "Fay Osei", "gus": "Gus Lind", "hana": "Hana Mori"}


def a_team():
    """Five reps with a target each."""
    reps = tuple(a_member(it, name=name, crm_owner=name) for it, name in NAMES.items())
    targets = (
        Target(period="2026-Q4", amount=dollars(500_000)),
        *(Target(period="2026-Q4", amount=dollars(100_000), member=it) for it in NAMES),
    )
    return a_company(*reps, a_manager(), an_owner(), targets=targets)


def a_week(company=None, **more):
    """Facts of a lively week."""
    company = company or a_team()
    won = an_opportunity("O-9", status=Status.WON, stage="Won", closed_on=days_later(2), amount=dollars(90_000))
    lost = an_opportunity(
        "O-8", status=Status.LOST, stage="Lost", closed_on=days_later(1), amount=dollars(20_000), name="Initech arms"
    )
    early = an_opportunity(
        "O-7", status=Status.WON, stage="Won", closed_on=date(2026, 10, 20), amount=dollars(110_000), member="eli"
    )
    whale = an_opportunity(
        "O-1", stage="Proposal", amount=dollars(200_000), close_date=days_later(20), name="Umbrella line"
    )
    small = an_opportunity(
        "O-2", amount=None, created_on=days_later(1), close_date=days_later(30), name="Hooli cell", member="eli"
    )
    reps = [it.id for it in company.reps]
    checkins = tuple(
        a_checkin(
            days_later(day),
            rep,
            status=CheckInStatus.MISSED if (rep == "gus" and day > 0) else CheckInStatus.ANSWERED,
            targets={"calls": 20, "appointments": 1},
            counts={} if (rep == "gus" and day > 0) else {"calls": 15 + n, "appointments": 1},
        )
        for n, rep in enumerate(reps)
        for day in range(-3, 5)
        if days_later(day).weekday() < 5
    )
    usual = {
        "company": company,
        "today": FRIDAY,
        "now": at("16:00", FRIDAY),
        "period": Period.of(FRIDAY),
        "closed": (early, lost, won),
        "movements": (Movement(What.PUSHED, whale, "Mon 30 Nov", "Sun 13 Dec"),),
        "calls": (
            a_call(member="dana", commit=dollars(120_000), best_case=dollars(150_000)),
            a_call(member="eli", commit=dollars(60_000), best_case=dollars(80_000)),
        ),
        "checkins": checkins,
        "commitments": (a_commitment(MONDAY),),
        "live": (
            an_escalation(
                "e-1",
                kind=EscalationKind.OVERDUE_OPPORTUNITY,
                subject="O-1",
                text="Umbrella line ($200,000) is past its close date.",
            ),
            an_escalation(
                "e-2", kind=EscalationKind.ASKED, state=EscalationState.SNOOZED, text="Eli asks for help with pricing."
            ),
        ),
        "settled": (),
        "refreshed_on": FRIDAY,
    }
    facts = usual | more
    open_ = facts.pop("open", (whale, small))
    closed = facts["closed"]
    return Facts(**({"book": Book(deals=(*open_, *closed), open=open_)} | facts))


CALLED = tuple(
    a_call(
        member=it, commit=dollars(60_000 + n * 11_000), best_case=dollars(80_000 + n * 13_000), reason=f"{it} says so"
    )
    for n, it in enumerate(list(NAMES)[:4])
)
"""By so many that their sum is nobody's own."""


def a_learned_week():
    """The same, with enough history to learn from, and enough calls for a sum."""
    return replace(digest(a_week(calls=CALLED)), outlook=an_outlook(on=FRIDAY))


def a_small_week():
    """One rep, stale pipeline, nothing open."""
    return a_week(a_company(), open=(), movements=(), live=(), commitments=(), refreshed_on=FRIDAY - timedelta(days=20))


def a_full_week():
    """With all that is known: the pipeline a week ago, each open deal, what was asked, what went before the win."""
    week = a_week()
    large = an_opportunity(
        "O-1", stage="Proposal", amount=dollars(200_000), close_date=days_later(-3), name="Umbrella line",
        next_step="", created_on=days_later(-90),
    )  # fmt: skip
    wins = tuple(
        an_opportunity(
            f"W-{n}", status=Status.WON if n % 3 else Status.LOST, stage="Won" if n % 3 else "Lost",
            created_on=days_later(-140 + n), closed_on=days_later(-100 + 2 * n),
        )
        for n in range(12)
    )  # fmt: skip
    small = an_opportunity("O-2", amount=dollars(30_000), close_date=days_later(30), name="Hooli cell", member="eli")
    book = Book(deals=(*wins, *week.closed, large, small), open=(large, small))
    acts = Acts(
        evidence=(
            Evidence(
                opportunity="O-9", criterion="problem", answer=Answer.YES, by="dana", at=at(day=days_later(-4)),
                tactic="Ask what a lost shift costs them",
            ),
        ),
        reviewed=(a_reviewed(title="Initech cell", opportunity="O-6", let_go=True, answered_at=at("10:00")),),
    )  # fmt: skip
    answered = ruled(
        a_mandate(id="r-2", about=About.REQUEST, question="Eli asks: “May I give Hooli 5 %?”", at_stake=None),
        Word.NO, "olivia", at("17:05", days_later(3), "America/New_York"),
    )  # fmt: skip
    return replace(
        week,
        book=book,
        review=review(ReviewFacts(company=week.company, today=FRIDAY, book=book)),
        changed=replace(
            CHANGED,
            parts=tuple(replace(it, opportunity="O-2") if it.opportunity == "N" else it for it in CHANGED.parts),
            told_late=(Part(Why.WON, "O-4", dollars(-18_000)),),
        ),
        late=(
            an_opportunity(
                "O-4",
                name="Stark arms",
                status=Status.WON,
                stage="Won",
                closed_on=days_later(-4),
                amount=dollars(18_000),
            ),
        ),
        acts=acts,
        mandates=(answered,),
        majors=of_the_company(
            (
                a_choice(on=days_later(0)),
                a_choice(on=days_later(0), opportunity="O-2", amount=dollars(30_000)),
                a_choice(on=days_later(0), opportunity="O-6", pick=Pick.DISTRACTION, agrees=True, minutes=90),
            ),
            {it.id: it for it in book.deals},
            week.company,
            FRIDAY,
        ),
        answer_by=days_later(8),
        expires_at=at("16:00", days_later(11), "America/New_York"),
    )


DECIDED = ruled(a_mandate(), Word.NO, "olivia", at("17:05", FRIDAY, "America/New_York"))
CARDS = {
    "digest_full": card(digest(a_full_week())),
    "digest_maths": maths_card(digest(a_full_week())),
    "digest_rows_changed": rows_card(digest(a_full_week()), "changed"),
    "digest_rows_risk": rows_card(digest(a_full_week()), "risk-slipped"),
    "mandate_manager": mandate_card.for_manager(DECIDED, a_team(), an_opportunity()),
    "mandate_rep": mandate_card.for_member(DECIDED, a_team(), an_opportunity()),
    "mandate_rep_yes": mandate_card.for_member(replace(DECIDED, word=Word.YES), a_team(), an_opportunity()),
    "digest_week": card(digest(a_week())),
    "digest_week_learned": card(a_learned_week()),
    "digest_rows_open": rows_card(a_learned_week(), "open"),
    "digest_small_team": card(digest(a_small_week())),
    "digest_rows": rows_card(digest(a_week()), "won"),
    "digest_rows_goals": rows_card(digest(a_week()), "goals"),
    "digest_rows_calls": rows_card(a_learned_week(), "calls"),
    "digest_rows_calls_of_few": rows_card(digest(a_small_week()), "calls"),
}
