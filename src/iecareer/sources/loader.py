"""Read source systems from their contracts."""

from __future__ import annotations

import csv
import hashlib
import re
import unicodedata
from datetime import timedelta
from pathlib import Path
from typing import Any

from iecareer.contracts import RecordType, load_record_types, read_contract
from iecareer.contracts.odcs import custom_property, near_matches
from iecareer.errors import IecareerError
from iecareer.settings import source_folders
from iecareer.sources.exchange import EXCHANGE, exchange_system, is_exchange
from iecareer.sources.row_rules import ROW_PROPERTIES, RowRules, row_rules
from iecareer.sources.servers import (
    API_PROPERTIES,
    DATABASE_PROPERTIES,
    DATABASES,
    EXTRACT_PROPERTIES,
    Api,
    Database,
    extract,
    live_server,
)
from iecareer.sources.system import Mapping, SourceSystem, Table

FORMATS = ("csv", "xlsx", "xls", "ods", "html", "json", "jsonl", "parquet", "sqlite", "zip", "gzip")
SCHEMES = ("cn_resident_id", "opaque")
_UNITS = {"h": "hours", "hours": "hours", "d": "days", "days": "days", "w": "weeks", "weeks": "weeks"}
_SERVER_PROPERTIES = ("encoding", "delimiter", "headerRow", "identityScheme", "priority")
_COLUMN_PROPERTIES = ("valueMap", "valueMapFile", "nullValues", "dateFormat", "keepsAllDigits")


def load_systems() -> dict[str, SourceSystem]:
    """Source systems with a readable contract, by source id; a later folder overrides an earlier one."""
    return _load()[0]


def broken_contracts() -> dict[str, str]:
    """The problem of each contract that cannot be read, by file name."""
    return _load()[1]


def source_system(source_id: str) -> SourceSystem:
    """The source system with that id, including `exchange`.

    Raises
    ------
    IecareerError
        When it does not exist or its contract is broken.
    """
    if is_exchange(source_id):
        return exchange_system(source_id)
    for folder in reversed(source_folders()):
        path = folder / f"{source_id}.odcs.yaml"
        if path.is_file():
            return _read(path)
    known = [EXCHANGE, *load_systems()]
    raise IecareerError(
        f"There is no source system '{source_id}'{near_matches(source_id, known)}.",
        next_step="See 'iecareer source list'. A new source needs a contract file in $IECAREER_SOURCES.",
    )


def _load() -> tuple[dict[str, SourceSystem], dict[str, str]]:
    systems: dict[str, SourceSystem] = {}
    broken: dict[str, str] = {}
    for folder in source_folders():
        for path in sorted(folder.glob("*.odcs.yaml")):
            try:
                system = _read(path)
                systems[system.source_id] = system
            except IecareerError as error:
                broken[path.name] = str(error)
    return systems, broken


def _read(path: Path) -> SourceSystem:
    contract = read_contract(path, is_known_good=path.parent == source_folders()[0])
    source_id = path.name.removesuffix(".odcs.yaml")
    place = path.name
    if contract.id != source_id:
        raise IecareerError(f"{place}: its id must be '{source_id}', like the file name.")
    if is_exchange(source_id):
        raise IecareerError(
            f"{place}: '{source_id}' is a built-in source of the exchange format, which needs no contract.",
            next_step="Choose another name for the source.",
        )
    if not re.fullmatch(r"[\w-]+", source_id):
        raise IecareerError(f"{place}: an id may contain only letters, digits, '_' and '-'.")
    if len(contract.servers or []) != 1 or not contract.schema_:
        raise IecareerError(f"{place}: a source system needs one server and at least one schema entry.")
    is_draft = (contract.status or "").lower() == "draft"
    server = contract.servers[0]
    _refuse_other("the type of the server", server.type, ("local", "api", *DATABASES), place)
    _refuse_unknown(server, _known_properties(server.type), f"{place}, server")
    live = live_server(server, f"{place}, server")
    settings = {name: custom_property(server, name) for name in _SERVER_PROPERTIES}
    scheme = settings["identityScheme"] or "cn_resident_id"
    _refuse_other("identityScheme", scheme, SCHEMES, place)
    _refuse_twice([entry.name for entry in contract.schema_], place)
    if live is None:
        _refuse_unreadable_files(server, place)
    return SourceSystem(
        source_id=source_id,
        name=contract.name or source_id,
        description=(contract.description.purpose or "") if contract.description else "",
        path=None if live else server.path,
        format=None if live else server.format,
        tables=tuple(_table(entry, path, live, is_draft=is_draft) for entry in contract.schema_),
        digest=_digest(path, contract),
        delimiter=_delimiter(settings["delimiter"], place),
        encoding=settings["encoding"],
        header_row=_whole(settings["headerRow"], "headerRow", place) if settings["headerRow"] else None,
        identity_scheme=scheme,
        priority=_whole(settings["priority"] or 100, "priority", place),
        frequency=_service_level(contract, "frequency", place),
        latency=_service_level(contract, "latency", place),
        contract=path,
        server=live,
        team=_team(contract),
        is_draft=is_draft,
    )


def _known_properties(server_type: str) -> tuple[str, ...]:
    if server_type == "api":
        return API_PROPERTIES
    return DATABASE_PROPERTIES if server_type in DATABASES else _SERVER_PROPERTIES


def _refuse_unreadable_files(server: Any, place: str) -> None:
    _refuse_other("format", server.format, FORMATS, place)
    if not server.path or Path(server.path).is_absolute() or ".." in Path(server.path).parts:
        raise IecareerError(
            f"{place}: the path of the server must be relative to the inbox and stay within it."
        )


def _table(entry: Any, path: Path, live: Database | Api | None, *, is_draft: bool) -> Table:
    kinds = load_record_types()
    place = f"{path.name}, {entry.name}"
    if entry.name not in kinds:
        raise IecareerError(f"{place}: no such record type{near_matches(entry.name, list(kinds))}.")
    kind = kinds[entry.name]
    mappings = tuple(_mapping(prop, kind, path, place) for prop in entry.properties or [])
    rules = row_rules(entry, kind, place, is_live=live is not None)
    mappings = _with_made_columns(mappings, rules, place)
    mapped = {mapping.column for mapping in mappings} | set(rules.made_columns)
    _refuse_twice([mapping.column for mapping in mappings], place)
    lacking = [column.name for column in kind.columns if column.required and column.name not in mapped]
    if lacking and not is_draft:
        raise IecareerError(
            f"{place}: the required column(s) {', '.join(lacking)} are not mapped.",
            next_step="Give each a physicalName or a transformLogic. A contract of status draft may lack some.",
        )
    _refuse_unknown(entry, (*EXTRACT_PROPERTIES, *ROW_PROPERTIES), place)
    return Table(entry.name, entry.physicalName, mappings, extract(entry, live, kind.mode, place), rules)


def _with_made_columns(mappings: tuple[Mapping, ...], rules: RowRules, place: str) -> tuple[Mapping, ...]:
    """The mappings, with that of the month where a span fills it; the rules alone may fill their columns."""
    for mapping in mappings:
        amount = rules.month_columns.column if rules.month_columns else None
        is_own = mapping.column == amount and not mapping.headers
        if mapping.column in rules.made_columns and not is_own:
            made_by = "monthColumns" if rules.month_columns else "monthSpan"
            raise IecareerError(
                f"{place}.{mapping.column}: {made_by} fills this column already.",
                next_step=f"Remove the column's {'physicalName' if mapping.column == amount else 'entry'}.",
            )
    if rules.span is None:
        return mappings
    return (*mappings, Mapping("month", rules.span.first))


def _mapping(prop: Any, kind: RecordType, path: Path, place: str) -> Mapping:
    names = [column.name for column in kind.columns]
    if prop.name not in names:
        raise IecareerError(f"{place}: no column '{prop.name}'{near_matches(prop.name or '', names)}.")
    if not prop.physicalName and not prop.transformLogic:
        raise IecareerError(f"{place}.{prop.name}: needs a physicalName or a transformLogic.")
    _refuse_unknown(prop, _COLUMN_PROPERTIES, f"{place}.{prop.name}")
    others = tuple(synonym.synonym for synonym in prop.synonyms or [])
    value_map = _value_map(custom_property(prop, "valueMap") or {}, f"{place}.{prop.name}")
    if name := custom_property(prop, "valueMapFile"):
        value_map = _code_map(path.parent / name, place) | value_map
    return Mapping(
        column=prop.name,
        headers=(prop.physicalName, *others) if prop.physicalName else (),
        transform=prop.transformLogic,
        value_map=value_map,
        null_values=_sentinels(custom_property(prop, "nullValues") or [], f"{place}.{prop.name}"),
        date_format=custom_property(prop, "dateFormat"),
        keeps_all_digits=custom_property(prop, "keepsAllDigits") is True,
    )


def _value_map(value: Any, place: str) -> dict[str, str]:
    """Normalised raw value → value; the value is "" if the raw value means empty."""
    if not isinstance(value, dict) or any(isinstance(key, bool) for key in value):
        raise IecareerError(
            f"{place}: valueMap must map raw values to values.",
            next_step="Quote values that YAML reads as true or false, such as yes and no.",
        )
    return {_normal(raw): "" if value is None else str(value) for raw, value in value.items()}


def _sentinels(value: Any, place: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise IecareerError(f"{place}: nullValues must be a list.")
    return tuple(map(_normal, value))


def _normal(text: object) -> str:
    return unicodedata.normalize("NFKC", str(text)).strip()


def _whole(value: Any, what: str, place: str) -> int:
    try:
        number = int(value)
    except (TypeError, ValueError):
        number = 0
    if number < 1:
        raise IecareerError(f"{place}: {what} must be a whole number from 1.")
    return number


def _delimiter(value: Any, place: str) -> str | None:
    """The delimiter, one character; a tab may also be written as backslash and t."""
    mark = "\t" if value == "\\t" else value
    if mark is not None and (not isinstance(mark, str) or len(mark) != 1 or mark in '"\r\n\0'):
        raise IecareerError(
            f"{place}: delimiter must be one character.", next_step='A tab is written "\\t", a bar "|".'
        )
    return mark


def _code_map(path: Path, place: str) -> dict[str, str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        return {_normal(row["raw"]): (row["value"] or "").strip() for row in rows}
    except (OSError, UnicodeDecodeError, KeyError):
        raise IecareerError(
            f"{place}: the code map {path.name} cannot be read.",
            next_step="It must be a UTF-8 CSV beside the contract with the columns raw,value.",
        ) from None


def _digest(path: Path, contract: Any) -> str:
    """A hash of the contract and its code maps."""
    total = hashlib.sha256(path.read_bytes())
    for table in contract.schema_:
        for prop in table.properties or []:
            if name := custom_property(prop, "valueMapFile"):
                total.update((path.parent / name).read_bytes())
    return total.hexdigest()


def _service_level(contract: Any, name: str, place: str) -> timedelta | None:
    """The duration of a service level, or None if the contract does not have it."""
    for entry in contract.slaProperties or []:
        if entry.property == name:
            unit = _UNITS.get(entry.unit or "d")
            if unit is None:
                raise IecareerError(f"{place}: the unit of {name} must be h, d or w.")
            try:
                return timedelta(**{unit: float(entry.value)})
            except (TypeError, ValueError, OverflowError):
                raise IecareerError(f"{place}: the value of {name} must be a number.") from None
    return None


def _team(contract: Any) -> str | None:
    """Name of the team that answers for the source; in contracts before v3.1 a team is a list of its members."""
    team = contract.team
    if isinstance(team, list):
        return next(
            (str(member.name or member.username) for member in team if member.name or member.username), None
        )
    return team.name if team else None


def _refuse_unknown(element: Any, known: tuple[str, ...], place: str) -> None:
    for entry in element.customProperties or []:
        if entry.property not in known:
            raise IecareerError(
                f"{place}: unknown customProperty '{entry.property}'{near_matches(entry.property, known)}."
            )


def _refuse_twice(names: list[str], place: str) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise IecareerError(f"{place}: {', '.join(twice)} occurs more than once.")


def _refuse_other(what: str, value: str | None, known: tuple[str, ...], place: str) -> None:
    if value not in known:
        raise IecareerError(
            f"{place}: {what} must be one of {', '.join(known)}{near_matches(str(value), known)}."
        )
