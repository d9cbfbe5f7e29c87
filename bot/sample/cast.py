"""The sample company's people in a line each, for those who meet them for the first time."""

from __future__ import annotations

from collections.abc import Mapping

CAST: Mapping[str, str] = {
    "priya": "Steady. What she calls is what lands.",
    "theo": "Calls low and lands high. His manager has noticed.",
    "dana": "Her quarter hangs on one large deal that should have closed by now.",
    "sam": "Has not answered a check-in for over a week.",
    "lena": "New this quarter, working on her first deals.",
    "mara": "Sales manager on Tuesdays and Thursdays. What waits for her is in her queue.",
    "oscar": "Owns the company. Gets one page on Friday afternoon.",
}
"""By member."""
