"""SPICED: situation, pain, impact, critical event, decision."""

from dataclasses import replace

from coaching.playbooks.buyer import CRITICAL_EVENT, FUNDING, MUST_BE_TRUE, PROBLEM
from coaching.playbooks.meddicc import DECISION_PROCESS
from coaching.qualification import Criterion, Playbook

SITUATION = Criterion(
    id="situation",
    name="Situation",
    means="it is known how they work today, with whom, and since when",
    questions=("How do they do it today, and who does it?", "What has changed with them in the last half year?"),
    tactics=("Ask to be shown, rather than told.",),
    known_by=0.0,
)
IMPACT = Criterion(
    id="impact",
    name="Impact",
    means="the buyer has said what solving it would change for the firm and for themselves",
    questions=(
        "What would it change for the firm, in their numbers?",
        "What would it change for the person you talk to?",
    ),
    tactics=("Work the number out with them, from their own figures.",),
    critical=True,
    weight=3,
    known_by=0.35,
)
PLAYBOOK = Playbook(
    id="spiced",
    name="SPICED",
    criteria=(
        SITUATION,
        PROBLEM,
        IMPACT,
        MUST_BE_TRUE,
        replace(CRITICAL_EVENT, critical=True, weight=3),
        DECISION_PROCESS,
        FUNDING,
    ),
)
