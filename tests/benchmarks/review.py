"""The pipeline review: of one large company with its database, and of a portfolio, growing no faster than it does."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import cycle, islice

from bot.commands.apply import apply
from bot.commands.import_csv import import_rows
from coaching.company import Company, Stage
from coaching.opportunities import Opportunity, Status
from coaching.people import Member, Role
from coaching.review import review
from coaching.review_facts import changed_since, facts_on
from storage import schema
from storage.database import create_engine
from storage.store import SqlStore
from tests.benchmarks import judge, report
from tests.selling import history

ON = date(2026, 3, 2)
LARGE, REPS = 6_356, 35
COMPANIES, DEALS, PEOPLE = 1_000, 500, 5
PORTFOLIOS = (50, 100, 200)
"""Companies that are really reviewed; seconds for COMPANIES follow from the largest."""
MOST_LARGE, MOST_PORTFOLIO, MOST_GROWTH = 2.0, 60.0, 1.25
STAGES = (
    Stage(name="Discovery", probability=0.1),
    Stage(name="Demo", probability=0.3),
    Stage(name="Proposal", probability=0.5),
    Stage(name="Won", won=True),
    Stage(name="Lost", lost=True),
)


def company(slug: str, people: int) -> Company:
    members = tuple(Member(id=f"m{n}", name=f"Rep {n}", role=Role.REP, zone="UTC") for n in range(people))
    return Company(slug=slug, name=slug, zone="UTC", currency="USD", members=members, stages=STAGES)


def export(it: Company, n: int, day: date, seed: int) -> list[Opportunity]:
    """As on a morning: next steps, close dates and activity in four of five, some of them past."""
    open_stages = cycle(("Discovery", "Demo", "Proposal"))
    found = []
    # All of them are there by the first export; what is won later is still open then.
    begun = (one for one in history(2 * n, seed=seed) if one.created_on and one.created_on < ON - timedelta(weeks=3))
    for at, deal in enumerate(islice(begun, n)):
        member = it.members[at % len(it.members)]
        own = replace(deal, owner=member.name, member=member.id, name=f"Deal {at}")
        if own.status is not Status.OPEN and own.closed_on and own.closed_on < day:
            found.append(replace(own, stage="Won" if own.status is Status.WON else "Lost"))
            continue
        more = {"next_step": "Call", "next_step_on": day + timedelta(days=at % 20 - 9)} if at % 5 else {}
        found.append(
            replace(
                own,
                status=Status.OPEN,
                closed_on=None,
                stage=next(open_stages),
                close_date=day + timedelta(days=at % 90 - 20 + 7 * (day.day > 15)),
                last_activity_on=day - timedelta(days=at % 30),
                **more,
            )
        )
    return found


def kept(store: SqlStore, it: Company, n: int, seed: int = 1) -> None:
    """With three weekly exports, so that there are changes and snapshots."""
    apply(store, it, datetime(2026, 1, 1, tzinfo=UTC))
    for weeks in (2, 1, 0):
        day = ON - timedelta(weeks=weeks)
        import_rows(store, it.slug, export(it, n, day, seed), day)


def reviewed(store: SqlStore, slug: str) -> tuple[float, float, int]:
    """Seconds with reading everything, those of the review alone, and how much was found."""
    begun = time.process_time()
    with store.work(slug) as work:
        facts = facts_on(work, ON)
        read = time.process_time()
        found = review(facts)
        thought = time.process_time()
        changed_since(work, ON)
    return time.process_time() - begun, thought - read, sum(len(it.found) for it in found.reps)


def store_at(folder: object) -> SqlStore:
    store = SqlStore(create_engine(f"sqlite:///{folder}/coach.db"))
    schema.upgrade(store.engine)
    return store


def test_a_large_company_is_reviewed_within_two_seconds(tmp_path):
    store = store_at(tmp_path)
    kept(store, company("large", REPS), LARGE)
    reviewed(store, "large")  # imports
    whole, alone, found = min(reviewed(store, "large") for _ in range(3))
    figures = {"seconds": round(whole, 2), "alone": round(alone, 2), "found": found}
    judge("review", most={"seconds": MOST_LARGE}, opportunities=LARGE, reps=REPS, **figures)


def test_a_portfolio_grows_no_faster_than_its_companies(tmp_path):
    store = store_at(tmp_path)
    slugs = [f"c{n}" for n in range(PORTFOLIOS[-1])]
    for n, slug in enumerate(slugs):
        kept(store, company(slug, PEOPLE), DEALS, seed=n + 1)
    reviewed(store, slugs[0])
    took = []
    for n in PORTFOLIOS:
        each = [reviewed(store, slug) for slug in slugs[:n]]
        took.append(sum(it[0] for it in each))
        report(
            "review", companies=n, opportunities=DEALS, seconds=round(took[-1], 2),
            alone=round(sum(it[1] for it in each), 2), found=sum(it[2] for it in each),
        )  # fmt: skip
    whole = took[-1] / PORTFOLIOS[-1] * COMPANIES
    growth = took[-1] / took[0] / (PORTFOLIOS[-1] / PORTFOLIOS[0])
    figures = {"seconds": round(whole, 1), "growth": round(growth, 2), "worked_out_from": PORTFOLIOS[-1]}
    most = {"seconds": MOST_PORTFOLIO, "growth": MOST_GROWTH}
    judge("reviews", most=most, companies=COMPANIES, opportunities=DEALS, **figures)
