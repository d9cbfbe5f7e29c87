"""The forecast: the rep's form, wrong and confirmed, the call beside it, the team for manager and owner, the deals."""

from dataclasses import replace
from datetime import date, timedelta

from coaching import accuracy_card, called_card, deals_card, escalations
from coaching import forecast_card as card
from coaching import team_forecast_card as team
from coaching.agreed import as_of
from coaching.calling import from_fields
from coaching.disagreement import gaps
from coaching.forecast_view import View, maths
from coaching.forecasts import Call, RemarkKind
from coaching.numbers.outlook import won_by_member
from coaching.opportunities import Category, Field, Status
from coaching.periods import Period
from coaching.track_record import ended, track_record
from tests.builders import (
    MONDAY,
    a_change,
    a_company,
    a_history,
    a_manager,
    a_member,
    a_remark,
    an_opportunity,
    an_outlook,
    an_owner,
    at,
    days_later,
    dollars,
)

REPS = tuple(a_member(it) for it in ("dana", "bob", "eve", "kim"))
COMPANY = a_company(*REPS, a_manager(), an_owner())


def call(commit, best, days, **more):
    usual = {"member": "dana", "by": "dana", "period": "2026-Q4", "reason": ""}
    figures = {"commit": dollars(commit), "best_case": dollars(best), "called_at": at(day=days_later(days))}
    return Call(**(usual | figures | more))


BEFORE = call(100_000, 140_000, -3, reason="Globex signs this week")
BESIDE = call(80_000, 120_000, -2, by="morgan", reason="Globex has no budget yet")
NOW = call(80_000, 120_000, 0, reason="Globex needs the board first")
DEALS = (
    an_opportunity("O-1", name="Globex robots", stage="Proposal", amount=dollars(80_000)),
    an_opportunity("O-2", name="Initech line", category=Category.COMMIT, close_date=days_later(-10), next_step=""),
    an_opportunity("O-3", name="Hooli", amount=None),
    an_opportunity("O-4", name="Umbrella", close_date=None, amount=dollars(12_000)),
)
WON = an_opportunity("W-1", name="Stark", status=Status.WON, closed_on=days_later(-9), amount=dollars(96_000))
LOST = an_opportunity("L-1", name="Wayne", status=Status.LOST, closed_on=MONDAY)
VIEW = View(
    company=COMPANY,
    reader=REPS[0],
    member=REPS[0],
    now=at(),
    today=MONDAY,
    period=COMPANY.period(MONDAY),
    open=DEALS,
    closed=(WON, LOST),
    calls=(BEFORE, BESIDE),
    changes=(
        a_change("O-1", field=Field.CLOSE_DATE, before="2026-11-30", after="2026-12-18"),
        a_change("L-1", field=Field.STATUS, before="open", after="lost"),
    ),
)
TYPED = {"commit": "a lot", "best": "100 EUR", "reason": "Globex"}
WRONG = from_fields(TYPED, BEFORE, "USD")
ALL = tuple(call(90_000 + 1_000 * n, 120_000, -n, member=it.id, by=it.id) for n, it in enumerate(REPS))
PAST = a_history([it.id for it in REPS])


def past_calls(member, share):
    """Of the four periods before: three calls each, all at a share of what came in."""
    won = {str(it): won_by_member(PAST, COMPANY, it) for it in ended(COMPANY, MONDAY)[-4:]}
    return [
        call(
            round(float(came[member].amount) * share), 200_000, 0, member=member, by=member, period=period,
            called_at=at(day=Period.parse(period).start + timedelta(days=n)),
        )
        for period, came in won.items() if member in came
        for n in (5, 40)
    ]  # fmt: skip


def a_record(shares, **more):
    calls = [it for member, share in shares.items() for it in past_calls(member, share)]
    return track_record(COMPANY, MONDAY, PAST, calls, **more)


RECORD = a_record({"dana": 1.12, "bob": 0.8, "eve": 1.0})
OUTLOOK = an_outlook(*(it.id for it in REPS[:3]))
LEARNED = replace(VIEW, outlook=OUTLOOK, record=a_record({"dana": 1.12}, reader="dana"))
TEAM = replace(VIEW, member=None, reader=a_manager(), calls=(*ALL[:3], BESIDE), changes=())
OWNERS = replace(TEAM, reader=an_owner(), calls=ALL)

ASKED = call(260_000, 320_000, 0, reason="Globex and Hooli both sign")
"""By both figures above what the coach expects."""
LOW = call(50_000, 70_000, 0)
EVIDENCE = a_remark(
    BEFORE, RemarkKind.EVIDENCE, text="Globex’s board said yes on Friday; the contract is with legal", opportunity="O-1"
)
ANSWER = a_remark(BESIDE, RemarkKind.ANSWER, by="dana", text="They moved it from the training budget", at=at("08:00"))
LOCK = as_of(COMPANY, VIEW.period, (BEFORE, ALL[1]), (), at("12:00", days_later(-3), "America/New_York"))
CHANGED = a_remark(ALL[2])
LATER = call(95_000, 130_000, 0, member="eve", by="eve", called_at=at("08:30"))
AGREEING = replace(
    TEAM,
    outlook=OUTLOOK,
    calls=(BEFORE, BESIDE, *ALL[1:3], LATER),
    remarks=(EVIDENCE, ANSWER, a_remark(ALL[1]), CHANGED),
    locks=LOCK,
    held=frozenset({"O-2"}),
    imported_on=days_later(-12),
)
MINE = replace(LEARNED, calls=(BEFORE,), remarks=(EVIDENCE, a_remark(BEFORE)), locks=LOCK, closed=(LOST,))

CARDS = {
    "forecast_form": card.form(VIEW),
    "forecast_learned": card.form(LEARNED),
    "forecast_maths": maths(LEARNED),
    "forecast_team_learned": team.overview(replace(TEAM, outlook=OUTLOOK, record=RECORD)),
    "accuracy_rep": accuracy_card.told(COMPANY, REPS[0], LEARNED.record),
    "accuracy_rep_none": accuracy_card.told(COMPANY, REPS[3], RECORD),
    "accuracy_maths": accuracy_card.maths_card(COMPANY, REPS[0], LEARNED.record),
    "accuracy_manager": accuracy_card.told(COMPANY, a_manager(), RECORD),
    "accuracy_owner": accuracy_card.told(COMPANY, an_owner(), RECORD),
    "forecast_first": card.form(replace(VIEW, open=(), closed=(), calls=(), changes=(), today=date(2026, 12, 31))),
    "forecast_wrong": card.form(replace(VIEW, typed=WRONG.typed, errors=WRONG.errors)),
    "forecast_confirmed": called_card.confirmation(VIEW, NOW, BEFORE, fell=escalations.drop((BEFORE, NOW), at())),
    "forecast_beside": called_card.overlaid(VIEW, BESIDE),
    "forecast_of_a_rep": card.form(replace(VIEW, reader=a_manager())),
    "forecast_team": team.overview(TEAM),
    "forecast_owner": team.totals(OWNERS),
    "forecast_owner_few": team.totals(replace(OWNERS, calls=ALL[:2])),
    "forecast_reminder": called_card.reminder(replace(VIEW, today=days_later(4))),
    "forecast_first_reminder": called_card.reminder(replace(VIEW, calls=())),
    "forecast_asked": called_card.confirmation(LEARNED, ASKED, BEFORE, gap=gaps(ASKED, OUTLOOK).wide),
    "forecast_below_won": called_card.confirmation(VIEW, LOW, None),
    "forecast_open_again": called_card.confirmation(MINE, replace(NOW, commit=dollars(99_000)), BEFORE),
    "forecast_agreed_form": card.form(MINE),
    "forecast_overtaken": card.form(replace(VIEW, calls=(call(90_000, 95_000, -1),))),
    "forecast_evidence_kept": called_card.evidence_kept(VIEW, EVIDENCE),
    "forecast_agreed": called_card.agreed(VIEW, BEFORE, "morgan"),
    "forecast_answered": called_card.answered(replace(VIEW, reader=a_manager()), BESIDE, ANSWER),
    "forecast_answer_kept": called_card.answer_kept(VIEW, ANSWER, "morgan"),
    "forecast_history": card.history(replace(VIEW, calls=(BEFORE, BESIDE, NOW), locks=LOCK)),
    "forecast_team_agreeing": team.overview(AGREEING),
    "forecast_brief": team.brief(AGREEING),
    "forecast_owner_locked": team.totals(
        replace(OWNERS, remarks=(a_remark(ALL[0]),), locks=as_of(COMPANY, VIEW.period, ALL, (), at("08:00")))
    ),
    "deals": deals_card.list_card(DEALS, COMPANY, MONDAY),
    "deals_of_the_team": deals_card.list_card(DEALS, COMPANY, MONDAY, owners=True),
    "deals_by_stage": deals_card.stage_card(DEALS, COMPANY),
}
