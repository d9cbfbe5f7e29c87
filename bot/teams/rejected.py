"""How Teams' connector says no."""

from __future__ import annotations

import json


class Rejected(Exception):  # noqa: N818 - a state, not a mistake
    """Answered, but not with what was asked for. `code` is Teams' own word for it, where it has one."""

    def __init__(self, status: int, code: str = "", retry_after: str | None = None) -> None:
        super().__init__(f"{code or 'HTTP'} {status}".strip())
        self.status = status
        self.code = code
        self.retry_after = retry_after


def code(body: bytes) -> str:
    """From `error.code`, or from `subCode` of the JSON that is the `message`: Teams has two ways."""
    try:
        match json.loads(body):
            case {"error": {"code": str(found)}}:
                return found
            case {"message": str(message)} if message.startswith("{"):
                return str(json.loads(message).get("subCode") or "")
    except (ValueError, AttributeError, RecursionError):
        pass
    return ""
