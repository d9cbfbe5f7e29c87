"""The weekly review: asked, answered in part and in full, one thing's forms, the maths, the manager's and the owner's."""

from dataclasses import replace
from datetime import date

from coaching import review_card as card
from coaching.numbers.accuracy import Factor
from coaching.opportunities import Book, Field, Snapshot, Status
from coaching.periods import Period
from coaching.review import Facts, review
from coaching.review_summary import Summary, owners, summary
from coaching.review_words import kept
from coaching.reviewed import Reason, Rule
from coaching.waterfall import Pipelines, waterfall
from tests.builders import (
    MONDAY,
    a_call,
    a_change,
    a_company,
    a_manager,
    a_member,
    a_reviewed,
    an_opportunity,
    an_owner,
    at,
    days_later,
    dollars,
)

REPS = tuple(a_member(it) for it in ("dana", "bob", "eve", "kim"))
COMPANY = a_company(*REPS, a_manager(), an_owner(), targets=())
WINS = tuple(
    an_opportunity(
        f"W-{n}", status=Status.WON, stage="Won", created_on=days_later(-120 + n), closed_on=days_later(-90 + 2 * n)
    )
    for n in range(12)
)
OPEN = (
    an_opportunity(
        "O-1", name="Globex robots", stage="Proposal", amount=dollars(80_000), created_on=days_later(-90), next_step=""
    ),
    an_opportunity("O-2", name="Initech line", stage="Proposal", close_date=days_later(-6), created_on=days_later(-20)),
    an_opportunity("O-3", name="Umbrella", stage="Proposal", next_step_on=days_later(-4), created_on=days_later(-20)),
    an_opportunity("O-4", name="Hooli", amount=None, created_on=days_later(-9)),
)
CHANGES = (
    a_change("O-1", on=days_later(-30), field=Field.CLOSE_DATE, before="2026-10-20", after="2026-11-10"),
    a_change("O-1", on=days_later(-12), field=Field.CLOSE_DATE, before="2026-11-10", after="2026-12-18"),
)
FOUND = review(
    Facts(
        company=COMPANY,
        today=MONDAY,
        book=Book(deals=(*WINS, *OPEN), open=OPEN, changes=CHANGES),
        calls=(a_call(commit=dollars(40_000)),),
        worth_of_calls={"dana": Factor(own=1.5, team=1.0, shrunk=1.3, strength=4.0, n=4)},
    )
)
DANAS = FOUND.of("dana")
assert DANAS is not None
ITEMS = tuple(kept(it, MONDAY, place, COMPANY) for place, it in enumerate(DANAS.asked))
OF = {it.rule: it for it in ITEMS}
ANSWERS = {
    Rule.OUTSIDE_USUAL_CYCLE: {"reason": Reason.BUDGET_CYCLE, "close_date": date(2026, 12, 21)},
    Rule.CLOSE_DATE_PAST: {"let_go": True},
    Rule.NEXT_STEP_PAST: {"next_step": "Ask who signs", "next_step_on": date(2026, 11, 26), "help": True},
    Rule.EARLY_STAGE: {"words": "They lose a shift a week"},
    Rule.CALLS_LOW: {"words": "Umbrella, once legal has agreed"},
}
SOME = tuple(
    replace(it, answered_at=at("09:20"), **ANSWERS[it.rule]) if it.rule in set(list(ANSWERS)[:2]) else it
    for it in ITEMS
)
ALL = tuple(replace(it, answered_at=at("09:20"), **ANSWERS[it.rule]) for it in ITEMS)
OTHERS = (
    a_reviewed(member="bob", opportunity="O-7", title="Stark tower ($55,000, Discovery)", at_stake=dollars(11_000)),
    a_reviewed(
        member="eve", opportunity="O-8", rule=Rule.OUTSIDE_USUAL_CYCLE, title="Wayne cave ($9,000, Proposal)",
        reason=Reason.WE_STALLED, answered_at=at("10:00"),
    ),
    a_reviewed(member="kim", opportunity="O-9", title="Cyberdyne ($30,000, Proposal)", let_go=True, answered_at=at("10:00")),
)  # fmt: skip
EARLIER = tuple(
    a_reviewed(
        member="eve", opportunity=f"E-{n}", on=days_later(-14), rule=Rule.OUTSIDE_USUAL_CYCLE, reason=reason,
        answered_at=at(day=days_later(-14)),
    )
    for n, reason in enumerate((Reason.WE_STALLED, Reason.WE_STALLED, Reason.LOST_CHAMPION))
)  # fmt: skip


def shot(name, amount, day, close=date(2026, 12, 18)):
    return Snapshot(
        opportunity=name,
        day=day,
        member="dana",
        stage="Proposal",
        amount=dollars(amount),
        close_date=close,
        category=None,
    )


def ended(name, status):
    return a_change(name, field=Field.STATUS, before="open", after=status)


BEFORE = days_later(-7)
CHANGED = waterfall(
    Pipelines(
        before=tuple(
            shot(name, amount, BEFORE) for name, amount in (("A", 80_000), ("B", 40_000), ("C", 25_000), ("D", 18_000))
        ),
        after=(shot("A", 95_000, MONDAY), shot("C", 20_000, MONDAY), shot("N", 30_000, MONDAY)),
        changes=(ended("B", "won"), ended("D", "lost")),
        deals={
            "B": an_opportunity("B", status=Status.WON, amount=dollars(42_000)),
            "D": an_opportunity("D", status=Status.LOST, amount=dollars(18_000)),
        },
        currency="USD",
        period=Period.of(MONDAY),
    )
)
SUMMARY = Summary(
    company=COMPANY,
    reader=COMPANY.members[4],
    today=days_later(1),
    items=(*SOME, *OTHERS),
    recent=(*EARLIER, *SOME, *OTHERS),
    changed=CHANGED,
)
CARDS = {
    "review_asked": card.overview(ITEMS, MONDAY),
    "review_some_answered": card.overview(SOME, MONDAY),
    "review_all_answered": card.overview(ALL, MONDAY),
    "review_nothing": card.overview((), MONDAY),
    "review_form": card.form(OF[Rule.OUTSIDE_USUAL_CYCLE]),
    "review_form_early": card.form(OF[Rule.EARLY_STAGE]),
    "review_form_of_all": card.form(OF[Rule.CALLS_LOW]),
    "review_form_wrong": card.form(
        OF[Rule.CLOSE_DATE_PAST],
        typed={"date": "2026-11-01", "step_on": "2026-12-01"},
        errors={"date": "That day has gone by; which one is ahead?", "step": "What happens on that day?"},
    ),
    "review_maths": card.maths_card(DANAS, COMPANY, [it.opportunity or it.rule.value for it in ITEMS]),
    "review_reminder": card.reminder(ITEMS),
    "review_summary": summary(SUMMARY),
    "review_owner": owners(replace(SUMMARY, reader=COMPANY.members[5])),
    "review_owner_first": owners(replace(SUMMARY, reader=COMPANY.members[5], items=(), changed=None)),
}
