"""BANT: budget, authority, need, timing."""

from dataclasses import replace

from coaching.playbooks.buyer import CRITICAL_EVENT, FUNDING, MUST_BE_TRUE, PROBLEM
from coaching.qualification import Criterion, Playbook

AUTHORITY = Criterion(
    id="authority",
    name="Authority",
    means="whoever decides is known and has been spoken to",
    questions=(
        "Who decides, and when did you last speak with them?",
        "Who else has to agree, and what do they want from it?",
    ),
    tactics=(
        "Ask who would be angry to learn of it last.",
        "Bring your own manager or owner: people meet their equals.",
    ),
    critical=True,
    weight=3,
    known_by=0.35,
)
PLAYBOOK = Playbook(
    id="bant",
    name="BANT",
    criteria=(PROBLEM, AUTHORITY, MUST_BE_TRUE, FUNDING, replace(CRITICAL_EVENT, critical=True)),
)
