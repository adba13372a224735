"""Record types: the tables that a region exchanges. Columns, types, keys and units are defined here only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from iecareer.contracts.odcs import custom_property, near_matches, read_contract
from iecareer.errors import IecareerError

FOLDER = Path(__file__).parent / "record_types"


@dataclass(frozen=True)
class Column:
    """One column of a record type.

    `kind` says how text becomes a value: person, credit_code, institution_code, program_code, region_code,
    occupation_code, industry_code, code, text, integer, number, money, year, date, month or boolean. `allowed` is the
    closed list (empty = open), `labels` the Chinese labels of its values in the same order, if they have any. `codes`
    and `names` are codes and names of a national list with the values they mean; landing understands them without a
    map. Limits are inclusive, except `above`. `empty_has_meaning` marks an optional column whose empty cell is a
    statement, such as "still employed". `repr` identifies a version of the record type, so it leaves out descriptions.
    """

    name: str
    label_zh: str
    description: str
    kind: str
    sql_type: str
    required: bool
    allowed: tuple[str, ...] = ()
    minimum: float | None = None
    above: float | None = None
    maximum: float | None = None
    not_after_receipt: bool = False
    empty_has_meaning: bool = False
    unit: str | None = None
    codes: tuple[tuple[str, str], ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    labels: tuple[str, ...] = field(default=(), repr=False)
    description_zh: str = field(default="", repr=False)
    example: str = field(default="", repr=False)

    @property
    def is_person(self) -> bool:
        """Whether the column identifies a person; landing replaces it by the pseudonym."""
        return self.kind == "person"

    @property
    def costs_its_row(self) -> bool:
        """Whether a value that cannot be used quarantines the row; elsewhere only the cell becomes empty."""
        return self.required or self.empty_has_meaning

    @property
    def stored_name(self) -> str:
        """Name of the column after landing: a person's identifier becomes `person_key`."""
        return "person_key" if self.is_person else self.name

    @property
    def stored_type(self) -> str:
        """SQL type after landing. A pseudonym is stored as 32 bytes, half the size of its hexadecimal form."""
        return "BLOB" if self.is_person else self.sql_type


@dataclass(frozen=True)
class RowRule:
    """A rule over several columns: a row is quarantined with `reason` when `violated_when` (SQL) is true."""

    reason: str
    violated_when: str
    description: str = field(default="", repr=False)
    description_zh: str = field(default="", repr=False)


@dataclass(frozen=True)
class RecordType:
    """One record type of the exchange format; `mode` is snapshot, period or upsert."""

    name: str
    label_zh: str
    description: str
    mode: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    rules: tuple[RowRule, ...] = ()
    period_column: str | None = None
    description_zh: str = field(default="", repr=False)

    def column(self, name: str) -> Column | None:
        """The column of that name, or None."""
        return next((column for column in self.columns if column.name == name), None)


@cache
def load_record_types() -> dict[str, RecordType]:
    """All record types by name, in alphabetical order."""
    files = sorted(FOLDER.glob("*.odcs.yaml"))
    contracts = (read_contract(path, is_known_good=True) for path in files)
    return {kind.name: kind for kind in (_from_contract(contract.schema_[0]) for contract in contracts)}


def record_type(name: str) -> RecordType:
    """The record type of that name.

    Raises
    ------
    IecareerError
        When it does not exist; the message names similar ones.
    """
    types = load_record_types()
    if name not in types:
        raise IecareerError(
            f"There is no record type '{name}'{near_matches(name, list(types))}.",
            next_step=f"Use one of: {', '.join(types)}.",
        )
    return types[name]


def _from_contract(table: Any) -> RecordType:
    columns = tuple(_column(entry) for entry in table.properties)
    keyed = sorted((p for p in table.properties if p.primaryKey), key=lambda p: p.primaryKeyPosition)
    stored = {column.name: column.stored_name for column in columns}
    return RecordType(
        name=table.name,
        label_zh=table.businessName,
        description=table.description,
        mode=custom_property(table, "deliveryMode"),
        key=tuple(stored[entry.name] for entry in keyed),
        columns=columns,
        rules=tuple(
            RowRule(
                reason=rule.name,
                violated_when=custom_property(rule, "violatedWhen"),
                description=rule.description,
                description_zh=custom_property(rule, "descriptionZh"),
            )
            for rule in table.quality or []
            if custom_property(rule, "violatedWhen")
        ),
        period_column=next((entry.name for entry in table.properties if entry.partitioned), None),
        description_zh=custom_property(table, "descriptionZh"),
    )


def _column(entry: Any) -> Column:
    limits = entry.logicalTypeOptions or {}
    lists = [rule.arguments["validValues"] for rule in entry.quality or [] if rule.metric == "invalidValues"]
    allowed = tuple(lists[0]) if lists else ()
    labels = custom_property(entry, "valueLabels", default={})
    return Column(
        name=entry.name,
        label_zh=entry.businessName,
        description=entry.description,
        kind=custom_property(entry, "kind"),
        sql_type=entry.physicalType,
        required=bool(entry.required),
        allowed=allowed,
        minimum=limits.get("minimum"),
        above=limits.get("exclusiveMinimum"),
        maximum=limits.get("maximum"),
        not_after_receipt=bool(custom_property(entry, "notAfterReceipt", default=False)),
        empty_has_meaning=bool(custom_property(entry, "emptyHasMeaning", default=False)),
        unit=custom_property(entry, "unit"),
        codes=_listed(custom_property(entry, "valueCodes", default={})),
        names=_names(entry, labels),
        labels=tuple(labels[value] for value in allowed) if labels else (),
        description_zh=custom_property(entry, "descriptionZh"),
        example=entry.examples[0],
    )


def _listed(values: Mapping[str, str | list[str]]) -> tuple[tuple[str, str], ...]:
    """Pairs of a code or name and the value it means, from value → its codes or names."""
    each = ((value, [said] if isinstance(said, str) else said) for value, said in values.items())
    return tuple((text, value) for value, texts in each for text in texts)


def _names(entry: Any, labels: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """The names that landing understands: labels and further names of a column with a national list."""
    further = custom_property(entry, "valueNames")
    return _listed(labels) + _listed(further) if further else ()
