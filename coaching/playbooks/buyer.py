"""What every method needs and few name: the deal in the buyer's own words."""

from coaching.qualification import Criterion

PROBLEM = Criterion(
    id="problem",
    name="The problem",
    means="the buyer has said what hurts, whom, and what it costs them, in their own words",
    questions=(
        "What problem do they want solved, in the words they use for it?",
        "Who feels that problem every day, and what does it cost them?",
        "What have they tried already, and why did it not do?",
    ),
    tactics=(
        "Ask for the last time it happened, and let them tell it from the beginning.",
        "Ask what happens if nothing changes for a year.",
    ),
    critical=True,
    weight=3,
    known_by=0.0,
)
MUST_BE_TRUE = Criterion(
    id="must_be_true",
    name="What must be true for them to buy",
    means="the buyer has named what they would have to see or believe to say yes",
    questions=(
        "What would have to be true for them to say yes?",
        "If they decided today, what would still be missing?",
        "What would the most doubtful person on their side need to see?",
    ),
    tactics=(
        "Ask them to write the one page that their own boss would sign.",
        "Ask what made them say yes the last time they bought something like this.",
    ),
    weight=2,
    known_by=0.35,
)
FUNDING = Criterion(
    id="funding",
    name="How they fund it",
    means="the buyer has named the budget line, who releases it, and by when it has to be asked for",
    questions=(
        "Who has to find the money, in which budget, and by when is it asked for?",
        "How did they pay for the last thing of this size?",
        "What else competes for the same money this year?",
    ),
    tactics=(
        "Ask how they funded the last one: people tell what happened more gladly than what they don't know.",
        "Offer to write the request together, in their form and with their numbers.",
    ),
    critical=True,
    weight=3,
    known_by=0.5,
)
CRITICAL_EVENT = Criterion(
    id="critical_event",
    name="Their date",
    means="something happens to the buyer on a date if this isn't done by then",
    questions=(
        "Which date matters to them, and what happens if it passes?",
        "By when must it work, and what has to be signed before that?",
        "What does another month of waiting cost them?",
    ),
    tactics=(
        "Plan backwards together from the day it has to work.",
        "Ask what the wait costs each month, and whose budget that comes from.",
    ),
    weight=2,
    known_by=0.5,
)
WORDS = (PROBLEM, MUST_BE_TRUE, FUNDING, CRITICAL_EVENT)
