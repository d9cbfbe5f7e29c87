"""A mapping: which column of an export is which field, what its stages mean, and how it writes dates and numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from bot.files import values as read
from bot.files.company import stage_of
from bot.files.sheet import Value, WrongError, read_sheet
from coaching.company import Stage
from coaching.language import t

REQUIRED = ("opportunity_id", "owner", "stage", "amount")
FIELDS = (
    *REQUIRED,
    "name",
    "account",
    "currency",
    "created_on",
    "close_date",
    "closed_on",
    "status",
    "next_step",
    "next_step_on",
    "product",
    "source",
    "forecast_category",
    "last_activity_on",
)
_TRIAL = date(2017, 11, 23)
"""Its year, month and day can't be taken for one another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMapping:
    """How one kind of export is read. Without a file: columns named as the fields, ISO dates, a decimal point."""

    columns: Mapping[str, str] = field(default_factory=dict)
    """Field to column. A column named here serves only the fields it is named for."""
    stages: tuple[Stage, ...] = ()
    dates: str | None = None
    """As `strptime` reads them; None for ISO."""
    decimal: str | None = None
    """None for a point, or what the company's language writes where an export leaves no doubt."""
    currency: str | None = None


def read_mapping(content: bytes) -> ColumnMapping:
    """A mapping as its file says; FileRefusedError with every fault."""
    return read_sheet(content, _mapping, t("the file is empty; a mapping was expected"))


def _mapping(value: Value) -> ColumnMapping:
    with value.table() as it:
        return ColumnMapping(
            columns=it.get("columns", _columns, {}),
            stages=it.get("stages", _stages, ()),
            dates=it.get("dates", _dates, None),
            decimal=it.get("decimal", _decimal, None),
            currency=it.get("currency", read.currency, None),
        )


def _columns(value: Value) -> dict[str, str]:
    with value.table() as it:
        return {name: column for name in FIELDS if (column := it.get(name, read.text, None))}


def _stages(value: Value) -> tuple[Stage, ...]:
    with value.table() as it:
        return tuple(replace(stage, name=name) for name, stage in it.entries(_stage).items())


def _stage(value: Value) -> Stage:
    """Its name is the key it stands under."""
    if value.empty:
        return Stage(name="")
    with value.table() as it:
        return stage_of(it, "")


def _dates(value: Value) -> str:
    written = read.text(value)
    try:
        fine = datetime.strptime(_TRIAL.strftime(written), written).date() == _TRIAL  # noqa: DTZ007 - a day has no zone
    except ValueError:
        fine = False
    if not fine:
        raise WrongError(t('{value} doesn\'t say a whole date; write it as in "%Y-%m-%d" or "%d/%m/%Y"', value=value))
    return written


def _decimal(value: Value) -> str:
    written = value.scalar("str")
    if written not in {".", ","}:
        raise WrongError(t('{value} is not a decimal sign; allowed: "." or ","', value=value))
    return written
