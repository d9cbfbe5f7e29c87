"""The digest and the forecast say the same of the same deal."""

from coaching.opportunities import Category
from coaching.qualification import Answer, Evidence
from tests.builders import a_company, a_history, a_manager, a_member, an_opportunity, an_owner, at, dollars
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
