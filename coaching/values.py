"""Values that are made with every answer: dataclasses which nobody changes.

The types say so, and nothing looks a second time when the program runs: a frozen dataclass sets each of its fields
through `object.__setattr__`, and with the ten fields of a message that was a twelfth of what an answer costs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as value
else:
    from dataclasses import dataclass

    def value(*, frozen: bool, **options: Any) -> Any:
        """A dataclass, equal and hashed by its fields; mypy refuses to set them."""
        return dataclass(unsafe_hash=frozen, **options)


__all__ = ["value"]
