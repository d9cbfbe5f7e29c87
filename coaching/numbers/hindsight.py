"""Which columns of closed deals know how they ended: what is only known afterwards can't help before."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_ENDED = r"clos(?:e|ed|ing)|won|lost|signed|signature"
_AFTER = re.compile(
    rf"""
      (?:^|_)(?:{_ENDED})_(?:date|on|at|day|time|timestamp|month|quarter|year|value|amount|price|reason|comment|note)s?(?:_|$)
    | (?:^|_)(?:date|time|day)_(?:of_)?(?:{_ENDED})(?:_|$)
    | (?:^|_)(?:loss|lose|win|rejection|churn)_(?:reason|code|comment|note|type)s?(?:_|$)
    | (?:^|_)(?:reason|why)_(?:for_)?(?:loss|losing|lost|win|winning|won|close|closed|closing)(?:_|$)
    | ^(?:is_|was_)?(?:won|lost|closed)(?:_flag)?$
    | ^(?:(?:deal|opportunity|opp|sales?|final|current|last|pipeline)_)*
      (?:stage|status|outcome|result|phase)(?:_(?:name|code|id|type))*$
    | (?:^|_)(?:final|actual)_
    | ^(?:forecast_category|(?:win_|close_)?probability(?:_percent)?)$
    | (?:^|_)(?:days?|time)_(?:to|until|till)_clos(?:e|ing)(?:_|$) | (?:^|_)(?:sales_)?cycle(?:_(?:days|length|time))?$
    | (?:^|_)(?:elapsed_days|total_days|days_(?:open|elapsed|identified|qualified|validated|in_(?:sales_)?stage))(?:_|$)
    | (?:^|_)stage_changes?(?:_|$)
    | ^(?:invoiced?|order|purchase_order|po|contract)_(?:no|nr|number|date|on|at|id)$
    """,
    re.VERBOSE,
)
_MAY = re.compile(r"(?:^|_)(?:amount|deal_value|opportunity_value)(?:_[a-z]{3})?$")
"""Known before, but often changed when a deal closes."""
ALMOST = 0.98
"""Nothing that people can know beforehand tells this share of deals apart."""
ENOUGH = 20
NEARLY = 0.93
"""What tells this share should be looked at; some few questions are that good."""


def named_for_the_end(name: str) -> bool:
    """Whether the name says that it is known only once a deal has closed: `Close Date`, `lossReason`, `Stage`."""
    return bool(_AFTER.search(plain_name(name)))


def changes_at_the_end(name: str) -> bool:
    """Whether it is likely to be overwritten at closing, as amounts are."""
    return bool(_MAY.search(plain_name(name)))


def plain_name(name: str) -> str:
    """`CloseDate`, `Close Date` and `close-date` are `close_date`."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return re.sub(r"[^a-z0-9]+", "_", apart.casefold()).strip("_")


def tells_all(answers: Sequence[str | None], won: Sequence[bool], almost: float = ALMOST) -> bool:
    """Whether who knows the answer, or only that there is none, knows how nearly every deal ended."""
    return _told([it is None for it in answers], won, almost) or (_few(answers) and _told(answers, won, almost))


def threshold_tells_all(numbers: Sequence[float | None], won: Sequence[bool], almost: float = ALMOST) -> bool:
    """The same for a number: whether all on one side of some value won and all on the other lost, nearly."""
    known = sorted((x, y) for x, y in zip(numbers, won, strict=True) if x is not None)
    total, below = sum(y for _, y in known), 0
    best = 0
    for at, (x, y) in enumerate(known):
        if at and x != known[at - 1][0]:
            right = at - below + total - below  # lost below it, won from it on
            best = max(best, right, len(known) - right)
        below += y
    return _beyond_chance(best, [y for _, y in known], almost)


def _few(answers: Sequence[str | None]) -> bool:
    """With nearly an answer per deal every table tells all."""
    return len(set(answers)) * 5 <= len(answers)


def _told(answers: Sequence[object], won: Sequence[bool], almost: float) -> bool:
    pairs = Counter(zip(answers, won, strict=True))
    right = sum(max(pairs[it, True], pairs[it, False]) for it in set(answers))
    return _beyond_chance(right, won, almost)


def _beyond_chance(right: int, won: Sequence[bool], almost: float) -> bool:
    """Where one outcome is rare, guessing the other is nearly always right: errors are counted against the rare one."""
    n, rare = len(won), min(sum(won), len(won) - sum(won))
    return n >= ENOUGH and rare >= 5 and right >= almost * n and n - right <= 5 * (1 - almost) * rare
