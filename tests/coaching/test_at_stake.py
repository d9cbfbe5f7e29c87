"""What is at stake in the open questions of a review: each deal once, and the words say what is counted."""

from bot import plain
from coaching.needs import needs
from coaching.review_summary import Summary, summary
from coaching.reviewed import WHOLE, Rule
from tests.builders import MONDAY, a_company, a_member, a_reviewed, dollars

COMPANY = a_company(members=(a_member(), a_member("gus", name="Gus")))
LATE = a_reviewed(at_stake=dollars(8_000))
AGAIN = a_reviewed(rule=Rule.NO_NEXT_STEP, at_stake=dollars(8_000))
OTHER = a_reviewed(opportunity="O-2", title="Initech", at_stake=dollars(11_100))
CALLS = a_reviewed(opportunity=WHOLE, rule=Rule.CALLS_LOW, title="Calls", at_stake=dollars(24_000))


def told(*items):
    shown = Summary(company=COMPANY, reader=COMPANY.reps[0], today=MONDAY, items=items, recent=(), changed=None)
    return " ".join(plain.text(summary(shown), room=200).split())


def test_a_deal_that_is_asked_about_twice_counts_once_and_all_deals_together_not_at_all():
    text = told(LATE, AGAIN, OTHER, CALLS)
    assert "Open, at stake in deals" in text
    assert "Dana Reyes 4 0 $19,100" in text
    assert "What is about all of somebody’s deals together is in none of these sums" in text
    assert "all of somebody’s deals together" not in told(LATE)


def test_who_is_asked_about_all_their_deals_alone_has_no_sum_that_is_not_known():
    text = told(LATE, a_reviewed(member="gus", opportunity=WHOLE, rule=Rule.CALLS_LOW, at_stake=dollars(9_000)))
    assert "Gus 1 0 –" in text
    assert "not known" not in text


def test_the_brief_says_in_how_many_deals():
    [it] = needs(COMPANY, (), (LATE, AGAIN, OTHER, CALLS), {})
    assert it.words == "4 questions of the review are open, $19,100 at stake in 2 deals."
    [it] = needs(COMPANY, (), (CALLS,), {})
    assert it.words == "1 question of the review is open."
