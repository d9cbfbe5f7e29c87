"""Values of JSON columns as text and back, by a library that takes a tenth of the standard one's time.

An answer writes four such values and reads as many. What orjson refuses (halves of characters, NaN in what earlier
versions wrote) the standard library writes and reads as ever. A whole number of more than 64 bits, which it would round
when it is read, is not kept: nothing here counts that far.
"""

from __future__ import annotations

import json
from typing import Any

import orjson

_NOTHING_MORE = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME
"""What isn't JSON is a mistake of ours, as ever, and not guessed at."""


def written(value: Any) -> str:
    """TypeError for what JSON doesn't have, and for whole numbers of more than 64 bits."""
    try:
        return orjson.dumps(value, option=_NOTHING_MORE).decode()
    except TypeError as problem:
        if "64-bit" in str(problem):
            raise
        return json.dumps(value)


def read(text: str | bytes | float | None) -> Any:
    """ValueError for what isn't JSON. SQLite gives a number that stands alone as one, and nothing as nothing."""
    try:
        return orjson.loads(text)  # type: ignore[arg-type]  # refuses the others as it does what isn't JSON
    except ValueError:
        return json.loads(text) if isinstance(text, str | bytes) else text
