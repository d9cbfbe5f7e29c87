"""The coaching behaviours, one file each; they don't import each other."""

from coaching.routine import Routine
from coaching.routines import checkin, digest, forecast

ROUTINES: tuple[Routine, ...] = (checkin.ROUTINE, forecast.ROUTINE, digest.ROUTINE)
