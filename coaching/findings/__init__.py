"""What a review notices: a pure function each, of a deal or of all of a rep's deals, and the tuples they stand in.

Single-threaded deals aren't among them: no export names contacts yet.
"""

from coaching.findings import dates, pace, reps, said
from coaching.findings.finding import AboutDeal, AboutRep

OF_A_DEAL: tuple[AboutDeal, ...] = (
    said.not_in_crm,
    pace.outside_usual_cycle,
    dates.close_date_pushed,
    dates.close_date_past,
    dates.next_step_past,
    dates.no_next_step,
    pace.stalled_in_stage,
    dates.no_activity,
    pace.amount_changed,
)
OF_A_REP: tuple[AboutRep, ...] = (
    reps.little_coverage,
    reps.little_begun,
    reps.one_large_deal,
    reps.calls_low,
)
