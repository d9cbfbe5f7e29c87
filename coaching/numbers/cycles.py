"""How long deals take, in all its parts: won ones by kind, all of them by age, each stage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from coaching.numbers.incidence import Incidence, of_pipeline
from coaching.numbers.known import Pipeline
from coaching.numbers.stage_times import StageTimes, stage_times
from coaching.numbers.usual import Usual, usual


@dataclass(frozen=True, slots=True)
class Cycles:
    """`curve` is of all deals by age, the open ones counted as far as they have come.

    `stages` is None where it isn't known since when a deal is in its stage.
    """

    usual: Usual
    curve: Incidence
    stages: StageTimes | None


def cycles(known: Pipeline, on: date) -> Cycles:
    """Of a pipeline as it was known on that day."""
    return Cycles(usual(known), of_pipeline(known, on), stage_times(known, on))
