"""The worked example of the requirements as a position, and what it takes to vary it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from coaching.numbers.backsolve import WINS, Estimate, Leg, Origin, Pace, Position

END = date(2026, 12, 31)
TODAY = END - timedelta(days=61)


def exactly(value: float, n: int = 100, origin: Origin = Origin.OWN) -> Estimate:
    """Known without doubt."""
    return Estimate(value=value, low=value, high=value, n=n, origin=origin)


def about(value: float, off: float = 1.25, n: int = 30, origin: Origin = Origin.OWN) -> Estimate:
    """Known to within a factor."""
    return Estimate(value=value, low=value / off, high=value * off, n=n, origin=origin)


def chain(win: float = 0.25, meeting: float = 0.5, talk: float = 0.25, dial: float = 0.1) -> tuple[Leg, ...]:
    """From the win back to the dial."""
    return (
        Leg(step="opportunity", of=WINS, ratio=exactly(win)),
        Leg(step="meeting", of="opportunity", ratio=exactly(meeting)),
        Leg(step="talk", of="meeting", ratio=exactly(talk)),
        Leg(step="dial", of="talk", ratio=exactly(dial)),
    )


def a_position(**more: Any) -> Position:
    """Quota 300k, won 96k, 180k late-stage at 40 %; 62 days left of a quarter, 17 of which remain to create."""
    usual: dict[str, Any] = {
        "today": TODAY,
        "end": END,
        "target": 300_000.0,
        "won": 96_000.0,
        "n_won": 4,
        "open": exactly(180_000 * 0.4, 6),
        "open_amount": 180_000.0,
        "deal": exactly(24_000.0),
        "cycle": exactly(45.0),
        "legs": chain(),
        # The example counts five working days in seven: 12.14. A calendar has whole ones.
        "working_days": 17 * 5 / 7,
        "working_days_left": 62 * 5 / 7,
        "paces": {"dial": Pace(plan=40.0)},
    }
    return Position(**(usual | more))


def of_acme(**more: Any) -> Position:
    """Of Dana, whose chain is that of `a_company`: calls, appointments, deals, proposals."""
    usual: dict[str, Any] = {
        "today": date(2026, 10, 26),
        "target": 180_000.0,
        "won": 60_000.0,
        "n_won": 2,
        "open": Estimate(value=40_000.0, low=12_000.0, high=70_000.0, n=5, origin=Origin.TEAM),
        "open_amount": 110_000.0,
        "deal": about(20_000.0, 1.2, 12),
        "cycle": about(45.0, 1.1, 34, Origin.TEAM),
        "legs": (
            Leg(step="opportunity", of=WINS, ratio=about(0.5, 1.2, 40)),
            Leg(step="appointment", of="opportunity", ratio=about(0.4, 1.3, 45)),
            Leg(step="prospecting", of="appointment", ratio=about(0.05, 1.15, 900)),
            Leg(step="proposal", of="opportunity", ratio=about(1.2, 1.3, 18), forward=True),
        ),
        "working_days": 15,
        "working_days_left": 46,
        "paces": {
            "opportunity": Pace(usual=0.4, best=0.7, n=60),
            "appointment": Pace(plan=1.0, usual=1.0, best=1.2, n=40),
            "prospecting": Pace(plan=20.0, usual=21.0, best=24.0, n=40),
            "proposal": Pace(plan=0.4, usual=0.5, best=0.6, n=40),
        },
    }
    return a_position(**(usual | more))
