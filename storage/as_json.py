"""Values of JSON columns as text and back, by a library that takes a tenth of the standard one's time.

An answer writes four such values and reads as many. What orjson refuses (halves of characters, NaN in what earlier
versions wrote) and numbers of more than 64 bits, which it would round, the standard library writes and reads as ever.
"""

from __future__ import annotations

import json
import re
from typing import Any

import orjson

LONG = 19
"""Digits of a number that may have more than 64 bits."""
_LONG, _LONG_BYTES = re.compile(rf"\d{{{LONG}}}"), re.compile(rb"\d{%d}" % LONG)
_NOTHING_MORE = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME
"""What isn't JSON is a mistake of ours, as ever, and not guessed at."""


def written(value: Any) -> str:
    """TypeError for what JSON doesn't have."""
    try:
        return orjson.dumps(value, option=_NOTHING_MORE).decode()
    except TypeError:
        return json.dumps(value)


def read(text: str | bytes) -> Any:
    """ValueError for what isn't JSON."""
    if len(text) >= LONG and (_LONG.search(text) if isinstance(text, str) else _LONG_BYTES.search(text)):
        return json.loads(text)
    try:
        return orjson.loads(text)
    except ValueError:
        return json.loads(text)
