"""An export of opportunities: CSV and a mapping to values, or every bad row at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from bot.files import cells
from bot.files.csv_table import CsvTable, Row, column_index, loosely, read_table
from bot.files.mapping import FIELDS, REQUIRED, ColumnMapping
from bot.files.refusal import COLUMN, Fault, FileRefusedError, refused
from bot.files.sheet import WrongError
from bot.languages import language
from coaching.company import Company, Stage
from coaching.language import t, tn
from coaching.money import Money
from coaching.opportunities import Opportunity, Status
from coaching.owners import Owners

T = TypeVar("T")
D = TypeVar("D")
Progress = Callable[[int, int], None]
"""Rows read so far, and of how many."""
STEP = 1_000
PLAIN = ColumnMapping()
OPTIONAL = {it: it for it in FIELDS if it not in {*REQUIRED, "currency", "status"}} | {"forecast_category": "category"}
"""By column the field of an Opportunity that it alone fills."""
_ID, _NAME, _LONG = cells.line(120), cells.line(400), cells.line(10_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What an export is read by: the stages there are, the currency of its amounts, who owns what."""

    mapping: ColumnMapping
    currency: str
    stages: Mapping[str, Stage]
    """By name in small letters; what the mapping says of one wins."""
    owners: Owners
    commas: bool = False
    """The company's language writes 1.234,50 and 23.11.2026: read so where an export leaves no doubt."""

    @classmethod
    def of(cls, company: Company, mapping: ColumnMapping) -> Terms:
        """Those of a company. FileRefusedError when the mapping's currency is another."""
        if mapping.currency not in (None, company.currency):
            raise refused(
                t(
                    "the mapping says that amounts are in {theirs}; {company} counts in {ours}. Export them in {ours}",
                    theirs=mapping.currency,
                    company=company.name,
                    ours=company.currency,
                )
            )
        stages = {it.name.casefold(): it for it in company.mapping(mapping.stages).all_stages}
        return cls(
            mapping=mapping,
            currency=company.currency,
            stages=stages,
            owners=Owners(company.members),
            commas=language(company.language).point == ",",
        )

    def decimal(self, amounts: Iterable[str]) -> str:
        """The sign that these are read with."""
        if self.mapping.decimal is not None:
            return self.mapping.decimal
        return "," if self.commas and cells.has_commas(amounts) else "."


@dataclass(frozen=True, slots=True)
class Export:
    """What an export says, in its order. `unsaid`: the names of an Opportunity's fields that it has no column for."""

    rows: tuple[Opportunity, ...]
    unsaid: frozenset[str]


def read_opportunities(
    content: bytes, company: Company, mapping: ColumnMapping = PLAIN, progress: Progress = lambda _done, _all: None
) -> Export:
    """All of an export; FileRefusedError with every bad row."""
    return read_export(content, Terms.of(company, mapping), progress)


def read_export(content: bytes, terms: Terms, progress: Progress = lambda _done, _all: None) -> Export:
    """The same, by terms that need no company."""
    table = read_table(content, {*FIELDS, *terms.mapping.columns.values()})
    places = _places(table, terms.mapping)
    decimal = terms.decimal(row.fields[places["amount"]] for row in table.rows)
    reader = _Rows(terms, table.header, places, list(table.faults), decimal)
    found = []
    for done, row in enumerate(table.rows, start=1):
        found.append(reader.opportunity(row))
        if done % STEP == 0 or done == len(table.rows):
            progress(done, len(table.rows))
    if reader.faults:
        raise FileRefusedError(reader.faults)
    return Export(tuple(found), frozenset(field for column, field in OPTIONAL.items() if column not in places))


def _places(table: CsvTable, mapping: ColumnMapping) -> dict[str, int]:
    """Where each field's column is. FileRefusedError when one that is needed or named isn't there, or is twice."""
    claimed = {loosely(it) for it in mapping.columns.values()}
    own = {it: it for it in FIELDS if it not in mapping.columns and loosely(it) not in claimed}
    names = {**own, **mapping.columns}
    places = column_index(table.header, names)
    gone = [Fault(1, "", _missing(it, name, table.header)) for it, name in mapping.columns.items() if it not in places]
    lacking = [it for it in REQUIRED if it not in places and it not in mapping.columns]
    required = [Fault(1, "", _lacking(lacking, table.header))] if lacking else []
    twice = [
        Fault(1, f"{COLUMN}{it}", t("is in the header more than once; leave one")) for it in _twice(table.header, names)
    ]
    if gone or required or twice:
        raise FileRefusedError([*gone, *required, *twice])
    return places


def _twice(header: Sequence[str], names: Mapping[str, str]) -> list[str]:
    exact, loose = Counter(header), Counter(map(loosely, header))
    return sorted({it for it in names.values() if exact[it] > 1 or (not exact[it] and loose[loosely(it)] > 1)})


def _missing(field: str, column: str, header: Sequence[str]) -> str:
    return t(
        "the mapping names the column '{column}' for {field}, which is not in the header; found: {found}",
        column=column,
        field=field,
        found=_found(header),
    )


def _lacking(lacking: Sequence[str], header: Sequence[str]) -> str:
    example = ", ".join(f"{it}: {t('<its column>')}" for it in lacking)
    return tn(
        "this column is missing: {names}; found: {found}. If they have other names, say so in a mapping file: "
        "columns: {example}",
        "these columns are missing: {names}; found: {found}. If they have other names, say so in a mapping file: "
        "columns: {example}",
        len(lacking),
        names=", ".join(lacking),
        found=_found(header),
        example=f"{{{example}}}",
    )


def _found(header: Sequence[str]) -> str:
    shown = ", ".join(it or t("(without a name)") for it in header[:40])
    return t("{names} and {n} more", names=shown, n=len(header) - 40) if len(header) > 40 else shown


class _Rows:
    """Reads row after row. What is wrong is noted, and reading goes on, so that all of it is told at once."""

    def __init__(
        self, terms: Terms, header: Sequence[str], places: Mapping[str, int], faults: list[Fault], decimal: str
    ) -> None:
        self.faults = faults
        self._terms = terms
        self._header = header
        self._places = places
        self._lines: dict[str, int] = {}
        self._members: dict[str, str | None] = {}
        self._money = cells.money(terms.currency, decimal)
        self._day = cells.day(terms.mapping.dates, dots=terms.commas)

    def opportunity(self, row: Row) -> Opportunity:
        """The row as a value, with stand-ins for what could not be read."""
        stage = self._need(row, "stage", self._stage, Stage(name=""))
        status = self._status(row, stage)
        owner = self._get(row, "owner", _NAME, "")
        close_date = self._get(row, "close_date", self._day, None)
        return Opportunity(
            id=self._id(row),
            owner=owner,
            member=self._member(row, owner),
            stage=stage.name,
            status=status,
            name=self._get(row, "name", _NAME, ""),
            account=self._get(row, "account", _NAME, ""),
            amount=self._amount(row),
            created_on=self._get(row, "created_on", self._day, None),
            close_date=close_date,
            closed_on=self._closed_on(row, status, close_date),
            next_step=self._get(row, "next_step", _LONG, ""),
            next_step_on=self._get(row, "next_step_on", self._day, None),
            product=self._get(row, "product", _NAME, ""),
            source=self._get(row, "source", _NAME, ""),
            category=self._get(row, "forecast_category", cells.category, None),
            last_activity_on=self._get(row, "last_activity_on", self._day, None),
        )

    def _id(self, row: Row) -> str:
        found = self._need(row, "opportunity_id", _ID, "")
        if found in self._lines:
            self._refuse(
                row,
                "opportunity_id",
                t("{id} is on line {line} already; each id once", id=repr(found), line=str(self._lines[found])),
            )
        elif found:
            self._lines[found] = row.line
        return found

    def _stage(self, text: str) -> Stage:
        found = self._terms.stages.get(" ".join(text.split()).casefold())
        if found is None:
            raise WrongError(
                t(
                    "{stage} is not a stage of this company; there are: {allowed}. Add it to the company's file, or to "
                    "`stages` in a mapping",
                    stage=repr(text[:60]),
                    allowed=", ".join(it.name for it in self._terms.stages.values()) or t("none yet"),
                )
            )
        return found

    def _status(self, row: Row, stage: Stage) -> Status:
        by_stage = Status.WON if stage.won else Status.LOST if stage.lost else Status.OPEN
        said = self._get(row, "status", cells.status, by_stage)
        if said is not by_stage and by_stage is not Status.OPEN:
            self._refuse(
                row,
                "status",
                t(
                    "'{said}' doesn't go with the stage {stage}, which is {is_so}",
                    said=said,
                    stage=stage.name,
                    is_so=by_stage,
                ),
            )
        return said

    def _member(self, row: Row, owner: str) -> str | None:
        if owner not in self._members:
            found = self._terms.owners.candidates(owner) if owner else ()
            if len(found) > 1:
                why = t(
                    "{owner} may be one of {names}; tell them apart with crm_owner in the company's file",
                    owner=repr(owner),
                    names=", ".join(found),
                )
                self._refuse(row, "owner", why)
            self._members[owner] = found[0] if len(found) == 1 else None
        return self._members[owner]

    def _amount(self, row: Row) -> Money | None:
        found = self._get(row, "amount", self._money, None)
        currency = self._get(row, "currency", cells.currency_code, self._terms.currency)
        if found is not None and currency != self._terms.currency:
            wanted = self._terms.currency
            why = t(
                "'{currency}' is not {wanted}, in which this company counts; export it in {wanted}",
                currency=currency,
                wanted=wanted,
            )
            self._refuse(row, "currency", why)
        return found

    def _closed_on(self, row: Row, status: Status, close_date: date | None) -> date | None:
        """Of a closed deal. Many CRMs have one date only, which is when it is expected to close until it has."""
        found = self._get(row, "closed_on", self._day, None)
        if status is Status.OPEN:
            return None
        return found if "closed_on" in self._places else close_date

    def _need(self, row: Row, field: str, reader: cells.CellReader[T], stand_in: D) -> T | D:
        if not row.fields[self._places[field]].strip():
            self._refuse(row, field, t("is empty; every row needs one"))
        return self._get(row, field, reader, stand_in)

    def _get(self, row: Row, field: str, reader: cells.CellReader[T], default: D) -> T | D:
        place = self._places.get(field)
        text = row.fields[place].strip() if place is not None else ""
        if not text:
            return default
        try:
            return reader(text)
        except WrongError as wrong:
            self._refuse(row, field, str(wrong))
            return default

    def _refuse(self, row: Row, field: str, why: str) -> None:
        self.faults.append(Fault(row.line, f"{COLUMN}{self._header[self._places[field]]}", why))
