"""A deal that its rep let go is out of the forecast, until the CRM says something newer."""

from dataclasses import replace

import pytest

from coaching.book import without_let_go
from coaching.numbers.outlook import odds, outlook
from coaching.opportunities import Book, Field
from tests.builders import MONDAY, a_change, a_company, a_history, a_reviewed, an_opportunity, at, days_later

COMPANY = a_company()
OPEN = tuple(an_opportunity(f"O-{n}", created_on=days_later(-30)) for n in range(4))
BOOK = Book(deals=(*a_history(until=days_later(-20)), *OPEN), open=OPEN)
GONE = a_reviewed(opportunity="O-2", on=MONDAY, let_go=True, answered_at=at())


def expected(book, on=MONDAY):
    return outlook(book, COMPANY, COMPANY.period(MONDAY), on).of("dana").n


def test_it_leaves_the_forecast_on_the_very_day():
    after = without_let_go(BOOK, (GONE,), MONDAY, COMPANY.tz)
    assert [it.id for it in after.open] == ["O-0", "O-1", "O-3"]
    assert (expected(BOOK), expected(after)) == (4, 3)
    assert set(odds(after, COMPANY, MONDAY).of) == {"O-0", "O-1", "O-3"}


def test_what_it_showed_until_then_is_still_learned_from():
    after = without_let_go(BOOK, (GONE,), MONDAY, COMPANY.tz)
    [gone] = [it for it in after.deals if it.id == "O-2"]
    assert gone.gone_on == days_later(-1)
    assert len(after.deals) == len(BOOK.deals)


@pytest.mark.parametrize(
    ("answers", "changes"),
    [
        ((), ()),
        ((replace(GONE, let_go=False),), ()),
        ((replace(GONE, confirmed_on=MONDAY),), ()),
        ((replace(GONE, on=days_later(-92)),), ()),
        ((replace(GONE, on=days_later(-8)), replace(GONE, on=days_later(-1), let_go=False, next_step="Call")), ()),
        (
            (replace(GONE, on=days_later(-8), answered_at=at("09:00", days_later(-3))),),
            (a_change("O-2", on=days_later(-2), field=Field.STAGE),),
        ),
    ],
    ids=["nothing said", "kept", "confirmed", "long ago", "taken up again", "moved in the CRM"],
)
def test_it_counts_unless_that_still_stands(answers, changes):
    after = without_let_go(replace(BOOK, changes=changes), answers, MONDAY, COMPANY.tz)
    assert len(after.open) == 4


def test_one_that_was_away_before_and_came_back_leaves_too():
    was = (
        a_change("O-2", on=days_later(-20), field=Field.GONE, before=None, after=str(days_later(-20))),
        a_change("O-2", on=days_later(-10), field=Field.GONE, before=str(days_later(-20)), after=None),
    )
    assert expected(without_let_go(replace(BOOK, changes=was), (GONE,), MONDAY, COMPANY.tz)) == 3
