"""The digest and the forecast say the same of the same deal."""

from datetime import date

from coaching.opportunities import Category, Field, Snapshot
from coaching.qualification import Answer, Evidence
from tests.builders import (
    MONDAY,
    a_change,
    a_company,
    a_history,
    a_manager,
    a_member,
    an_opportunity,
    an_owner,
    at,
    days_later,
    dollars,
)
from tests.coaching.routines.test_calls_in_words import Office
from tests.fakes import remember
from tests.forecasting import words

LEARNED = Evidence(opportunity="O-1", criterion="problem", answer=Answer.YES, by="dana", at=at())


def office(*things):
    it = Office(a_company(a_member(), a_manager(), an_owner()))
    remember(it.memory, *a_history(), *things)
    return it


def test_a_deal_that_may_not_be_in_commit_is_nowhere_said_to_be_there():
    sure = an_opportunity("O-1", name="Acme pilot", amount=dollars(70_000), category=Category.COMMIT)
    it = office(sure, LEARNED)
    forecast, digest = words(it.say("forecast")), words(it.say("digest", "morgan"))
    assert "Best case: $70,000 in 1 deal" in forecast
    assert "Out of Commit until more is known: Acme pilot." in forecast
    said = "Not known: 1 deal that would be in Commit, $70,000, lacks what a commit needs and counts as Best case."
    assert said in digest


# --- what is new -----------------------------------------------------------------------------------------------------
A_WEEK_AGO = days_later(-7)
LATER = date(2027, 2, 12)


def shot(deal, day=MONDAY):
    return Snapshot(
        opportunity=deal.id,
        day=day,
        member=deal.member,
        stage=deal.stage,
        amount=deal.amount,
        close_date=deal.close_date,
        category=None,
    )


def a_pipeline(*new):
    """Something that was there a week ago, and what the export of today brought."""
    old = an_opportunity("O-1", name="Old", account="Old")
    shots = (shot(old, A_WEEK_AGO), *(shot(it) for it in (old, *new)))
    return office(old, *new, *shots, a_change("O-1", on=A_WEEK_AGO, field=Field.CREATED, before=None, after="O-1"))


def new(name, amount, created, **more):
    return an_opportunity(name, name=name, account=name, amount=dollars(amount), created_on=created, **more)


BEFORE_THE_WEEK = new("Early", 39_000, A_WEEK_AGO)
"""Created on the day of the export before, and first in the one after it."""
IN_THE_WEEK = new("Birchmoor", 22_000, days_later(-3))
NOT_DUE = new("Faraway", 19_000, days_later(-2), close_date=LATER)


def test_what_is_new_is_the_same_in_the_picture_its_maths_and_the_list():
    it = a_pipeline(BEFORE_THE_WEEK, IN_THE_WEEK)
    shown = words(it.say("digest", "olivia"))
    assert "New: $61,000 in 2 deals, the largest Early" in shown
    assert "not due" not in shown
    maths = it.press("digest.maths", "olivia")
    assert ("New", "$61,000, 2 deals") in [pair for one in maths.elements for pair in getattr(one, "inputs", ())]


def test_what_is_new_and_not_due_in_the_quarter_is_told_apart():
    shown = words(a_pipeline(BEFORE_THE_WEEK, IN_THE_WEEK, NOT_DUE).say("digest", "olivia"))
    assert "New: $80,000 in 3 deals, the largest Early; not due by Thu 31 Dec: $19,000 in 1 deal" in shown


def test_without_an_export_from_before_new_is_what_was_created_in_the_week():
    shown = words(office(BEFORE_THE_WEEK, IN_THE_WEEK).say("digest", "olivia"))
    assert "New: $22,000 in 1 deal, Birchmoor" in shown
