"""Lately closed matters read as sentences, each with its stop, also where it ends in somebody's own words."""

import pytest

from coaching.escalation import EscalationKind, EscalationState
from tests.builders import an_escalation, at
from tests.coaching.routines.test_calls_in_words import Office
from tests.fakes import remember
from tests.forecasting import words


@pytest.mark.parametrize(
    ("text", "ended"),
    [
        ("It is less. Their reason: “Q1”", "“Q1”. It resolved itself: Back up."),
        ("It is less. Their reason: “Why not?”", "“Why not?” It resolved itself: Back up."),
        ("It is less. Their reason: “Gone.”", "“Gone.” It resolved itself: Back up."),
        ("It is less.", "It is less. It resolved itself: Back up."),
    ],
)
def test_a_closed_matters_text_ends_before_what_became_of_it(text, ended):
    it = Office()
    matter = an_escalation(
        kind=EscalationKind.FORECAST_DROP,
        state=EscalationState.WITHDRAWN,
        text=text,
        resolution="Back up.",
        settled_at=at(),
    )
    remember(it.memory, matter)
    assert ended in words(it.say("queue"))
