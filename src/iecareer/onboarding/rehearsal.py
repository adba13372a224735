"""Rehearse a landing: land and check files in a temporary home, which is deleted afterwards.

Input: a contract and files. Output: mapping, counts, reasons with places, the verdict of the checks and a few masked
rows. The key of the temporary home is random and never stored. If the process is killed, nobody can read the raw files
left behind or resolve the pseudonyms.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from iecareer.clock import now, today
from iecareer.contracts import RecordType, record_type
from iecareer.errors import IecareerError
from iecareer.lake.manifest import Delivery, versions
from iecareer.lake.parts import place
from iecareer.landing import land, waiting
from iecareer.landing.code_lists import CodeLists
from iecareer.landing.names import masked_name, normal_header
from iecareer.landing.quarantine.open_rows import quarantine_file
from iecareer.onboarding.decimal_comma import comma_warnings
from iecareer.onboarding.duplicate_keys import key_warnings
from iecareer.onboarding.filter_words import filter_words
from iecareer.onboarding.masked_preview import shown_rows
from iecareer.onboarding.missing_columns import Missing, headers_and_missing, lost_headers, unused_headers
from iecareer.onboarding.number_warnings import number_warnings
from iecareer.runs.pin import Pin
from iecareer.settings import home, inbox, lake
from iecareer.sources import Mapping, SourceSystem, Table, source_system

_PLACES = 3
_FOLDER = ".rehearsal-"
_DAY = 86_400


@dataclass(frozen=True)
class Rehearsed:
    """The result for one record type. `error` says why it could not be landed, if so."""

    record_type: str
    columns: tuple[dict[str, Any], ...]
    unused: tuple[str, ...]
    missing: tuple[Missing, ...]
    receipt: dict[str, Any]
    reasons: tuple[dict[str, Any], ...] = ()
    verdict: str | None = None
    failed: tuple[dict[str, str], ...] = ()
    rows: tuple[dict[str, Any], ...] = ()
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def error(self) -> str | None:
        """Why the record type could not be landed, or None."""
        error: str | None = self.receipt["error"]
        return error


@dataclass(frozen=True)
class Rehearsal:
    """The results for all record types in the files."""

    source_id: str
    files: tuple[str, ...]
    tables: tuple[Rehearsed, ...]

    @property
    def is_landed(self) -> bool:
        """Whether every record type could be landed, possibly with quarantined rows."""
        return all(table.error is None for table in self.tables)


def rehearse(
    source_id: str, paths: Sequence[Path] | None = None, received_on: date | None = None
) -> Rehearsal:
    """Land files of a source as a nightly run would, but keep nothing.

    Parameters
    ----------
    source_id : str
        A source system; its contract may be a draft.
    paths : sequence of Path, optional
        Files or folders; by default the source's files in the inbox. A live source is queried instead.
    received_on : date, optional
        Day of receipt; by default today.

    Raises
    ------
    IecareerError
        When there is no such source, its contract is broken, or there is no file.
    """
    system, day = source_system(source_id), received_on or today()
    is_live = system.server is not None
    files = None if is_live else [path.absolute() for path in paths or _waiting(system)]
    lists = CodeLists(day).read()
    with _temporary_home():
        receipts = land(source_id, files, day, drafts=True, beside=lists)
        judged = _judged(day)
        tables = tuple(_rehearsed(system, receipt, files or [], judged) for receipt in receipts)
    return Rehearsal(source_id, tuple(masked_name(path.name) for path in files or []), tables)


def _waiting(system: SourceSystem) -> list[Path]:
    found = waiting(system.source_id) or system.waiting_files()
    if not found:
        raise IecareerError(
            f"The inbox has no file of {system.source_id}.",
            next_step=f"Run 'iecareer source check {system.source_id} FILE', or put a file at {inbox()}/{system.path}.",
        )
    return found


@contextmanager
def _temporary_home() -> Iterator[None]:
    """A temporary home below the real one, deleted after the block. Its random key is in the environment only."""
    place = home()
    is_new = not place.exists()
    place.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(place)
    before = {name: os.environ.get(name) for name in ("IECAREER_HOME", "IECAREER_KEY", "IECAREER_INBOX")}
    try:
        with tempfile.TemporaryDirectory(prefix=_FOLDER, dir=place) as folder:
            variables = {
                "IECAREER_INBOX": str(inbox()),
                "IECAREER_HOME": folder,
                "IECAREER_KEY": secrets.token_hex(32),
            }
            os.environ.update(variables)
            yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
        if is_new and not any(place.iterdir()):
            place.rmdir()


def _remove_leftovers(place: Path) -> None:
    """Delete homes of killed rehearsals. Only those older than a day, since newer ones may be in use."""
    for folder in place.glob(f"{_FOLDER}*"):
        if time.time() - folder.stat().st_mtime > _DAY:
            shutil.rmtree(folder, ignore_errors=True)


def _judged(day: date) -> dict[str, Delivery]:
    """Each delivery of the temporary home with the verdict of its checks, by record type."""
    from iecareer.checks.deliveries import judge

    deliveries = tuple(versions())
    pinned = Pin("rehearsal", day, now(), deliveries)
    return {item.delivery.record_type: item.delivery for item in judge(pinned)} if deliveries else {}


def _rehearsed(
    system: SourceSystem, receipt: dict[str, Any], files: Sequence[Path], judged: dict[str, Delivery]
) -> Rehearsed:
    kind = record_type(receipt["record_type"])
    table = next(table for table in system.tables if table.record_type == kind.name)
    delivery = judged.get(kind.name)
    if receipt["error"] or delivery is None:
        headers, missing = headers_and_missing(files, table, system, kind)
        # Without headers the file could not be read, so missing columns are unknown.
        columns = _columns(table, kind, headers) if headers else ()
        return Rehearsed(kind.name, columns, unused_headers(table, headers), missing, receipt)
    headers = delivery.headers
    landed = [place(lake(), part.path) for part in delivery.parts if part.n]
    words = filter_words(table, system, files)
    return Rehearsed(
        record_type=kind.name,
        columns=_columns(table, kind, headers),
        unused=unused_headers(table, headers),
        missing=tuple(lost_headers(table, kind, headers, {})),
        receipt=receipt,
        reasons=_reasons(delivery),
        verdict=delivery.verdict,
        failed=_failed(delivery),
        rows=shown_rows(landed, kind) if landed else (),
        warnings=(
            *key_warnings(kind, table, receipt, landed),
            *comma_warnings(kind, table, system, files),
            *words.unlisted,
            *number_warnings(kind, table, system, files),
        ),
        notes=words.left_out,
    )


def _columns(table: Table, kind: RecordType, headers: Sequence[str]) -> tuple[dict[str, Any], ...]:
    """One entry per column of the record type, with the header that fills it."""
    mapped = {mapping.column: mapping for mapping in table.mappings}
    return tuple(
        {
            "column": column.name,
            "required": column.required,
            "header": _header(table, mapped.get(column.name), column.name, headers),
            "rule": _rule(mapped[column.name]) if column.name in mapped else None,
            "mapped": column.name in mapped or column.name in table.rules.made_columns,
            "wanted": next(iter(mapped[column.name].headers), None) if column.name in mapped else None,
        }
        for column in kind.columns
    )


def _header(table: Table, mapping: Mapping | None, column: str, headers: Sequence[str]) -> str | None:
    """The header that fills a column; of the columns of a wide table the pattern of its headers."""
    months = table.rules.month_columns
    if months and column in table.rules.made_columns:
        return months.header
    return _found(mapping, headers) if mapping else None


def _found(mapping: Mapping, headers: Sequence[str]) -> str | None:
    return next((name for name in map(normal_header, mapping.headers) if name in headers), None)


def _rule(mapping: Mapping) -> str | None:
    """A short description of how the cells are converted."""
    steps = [
        mapping.transform,
        f"{len(mapping.value_map)} values mapped" if mapping.value_map else None,
        f"empty: {', '.join(mapping.null_values)}" if mapping.null_values else None,
        mapping.date_format,
    ]
    return "; ".join(part for part in steps if part) or None


def _reasons(delivery: Delivery) -> tuple[dict[str, Any], ...]:
    """Each reason with its count and its first places, most frequent reason first."""
    path = quarantine_file(delivery)
    if not path.exists():
        return ()
    rows = duckdb.execute(
        f"""select reason, count(*),
            list({{'file': file, 'sheet': sheet, 'line': line}} order by file, line)[:{_PLACES}]
        from (select *, unnest(reasons) as reason from read_parquet($path)) group by reason
        order by count(*) desc, reason""",
        {"path": str(path)},
    ).fetchall()
    return tuple({"reason": reason, "n": n, "places": places} for reason, n, places in rows)


def _failed(delivery: Delivery) -> tuple[dict[str, str], ...]:
    from iecareer.checks.suites import delivery_suite

    suite = delivery_suite(delivery.record_type, delivery.mode)
    return tuple(
        {"expectation": e.name, "severity": e.severity, "meaning": e.sentence_en, "meaning_zh": e.sentence_zh}
        for e in suite.expectations
        if e.name in delivery.failed
    )
