"""MEDDICC: metrics, economic buyer, decision criteria, decision process, identified pain, champion, competition."""

from coaching.playbooks.buyer import CRITICAL_EVENT, FUNDING, MUST_BE_TRUE, PROBLEM
from coaching.qualification import Criterion, Playbook

METRICS = Criterion(
    id="metrics",
    name="Metrics",
    means="the buyer has put a number on what solving it is worth, and how they would measure it",
    questions=(
        "Which number of theirs would change, from what to what?",
        "How would they know after six months that it was worth it?",
    ),
    tactics=("Work the number out with them, from their own figures.", "Ask who reports that number, and to whom."),
    weight=2,
    known_by=0.35,
)
ECONOMIC_BUYER = Criterion(
    id="economic_buyer",
    name="Economic buyer",
    means="the one person who can say yes when everybody else says no is known and has been spoken to",
    questions=(
        "Who can say yes when everybody else says no, and when did you last speak with them?",
        "Who signs at this amount, and what do they care about this year?",
    ),
    tactics=(
        "Ask your contact who else would be angry to learn of it last.",
        "Bring your own manager or owner: people meet their equals.",
    ),
    critical=True,
    weight=3,
    known_by=0.5,
)
DECISION_CRITERIA = Criterion(
    id="decision_criteria",
    name="Decision criteria",
    means="it is known by what they will compare, and which of it weighs most",
    questions=("By what will they compare us, and what weighs most?", "Which criterion did you help them to find?"),
    tactics=("Ask to see the list, and what is missing on it.",),
    known_by=0.5,
)
DECISION_PROCESS = Criterion(
    id="decision_process",
    name="Decision process",
    means="each step until the signature has a name and a date on their side",
    questions=(
        "What happens between now and a signature, step by step, and who does it?",
        "Who in purchasing, legal or IT has to agree, and how long did that take the last time?",
    ),
    tactics=("Write the steps down with them and send it as a shared plan.", "Ask who could still stop it, and why."),
    critical=True,
    weight=2,
    known_by=0.5,
)
CHAMPION = Criterion(
    id="champion",
    name="Champion",
    means="somebody with a say sells it inside when you aren't there, and has something to win by it",
    questions=(
        "Who sells this inside when you aren't in the room, and what do they win by it?",
        "What has your champion done for this deal that cost them something?",
    ),
    tactics=(
        "Ask for something small that only a real champion would do.",
        "Prepare their next internal talk with them.",
    ),
    critical=True,
    weight=2,
    known_by=0.35,
)
COMPETITION = Criterion(
    id="competition",
    name="Competition",
    means="it is known what else they could do with the money, doing nothing included",
    questions=(
        "What else could they do with this money, doing nothing included?",
        "Who else do they talk to, and what do they like there?",
    ),
    tactics=("Ask what would make them do nothing at all.",),
    known_by=0.5,
)
PAPER_PROCESS = Criterion(
    id="paper_process",
    name="Paper process",
    means="it is known which papers stand between a yes and a signature, who handles them, and how long that takes",
    questions=(
        "Which papers stand between their yes and a signature, and who handles each?",
        "How long did their lawyers and purchasing take the last time?",
    ),
    tactics=("Send the papers before they are asked for, to the person who will handle them.",),
    known_by=0.75,
)
STAKEHOLDERS = Criterion(
    id="stakeholders",
    name="Stakeholders",
    means="everybody with a say is known by name, with what each wants from it",
    questions=(
        "Who has a say in this, and what does each of them want from it?",
        "Who could still say no, and have you met them?",
    ),
    tactics=("Ask your contact to draw who talks to whom about it.",),
    known_by=0.35,
)
OTHERS = (PAPER_PROCESS, STAKEHOLDERS)
"""Not asked about of themselves; a company's stages may name them."""
PLAYBOOK = Playbook(
    id="meddicc",
    name="MEDDICC",
    criteria=(
        PROBLEM,
        METRICS,
        CHAMPION,
        MUST_BE_TRUE,
        ECONOMIC_BUYER,
        DECISION_CRITERIA,
        DECISION_PROCESS,
        FUNDING,
        CRITICAL_EVENT,
        COMPETITION,
    ),
)
