"""The coaching behaviours, one file each; they don't import each other."""

from coaching.routine import Routine
from coaching.routines import (
    accuracy,
    actions,
    arrival,
    chat,
    checkin,
    digest,
    escalate,
    files,
    forecast,
    home,
    identity,
    majors,
    qualify,
    recap,
    review,
    upkeep,
)

ROUTINES: tuple[Routine, ...] = (
    checkin.ROUTINE,
    forecast.ROUTINE,
    accuracy.ROUTINE,
    escalate.ROUTINE,
    qualify.ROUTINE,
    review.ROUTINE,
    majors.ROUTINE,
    digest.ROUTINE,
    recap.ROUTINE,
    arrival.ROUTINE,
    actions.ROUTINE,
    home.ROUTINE,
    files.ROUTINE,
    identity.ROUTINE,
    upkeep.ROUTINE,
    chat.ROUTINE,
)
