"""What counts of a list of deliveries on a day: text files in, one typed table per record type out."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from .record_types import EMPTY_SAYS, ORDERED, RECORD_TYPES, SNAPSHOTS, columns, key

WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass
class Delivery:
    """Files received together from one source; `frames` holds text per record type."""

    received_on: date
    frames: dict[str, pd.DataFrame]
    source: str = "exchange"
    priority: int = 100


@dataclass
class Received:
    """Good rows that count, per record type, and how many rows each delivery had and lost.

    `sources` has the months of each source, whether another goes before it or not; `retired` its successor, if any.
    """

    tables: dict[str, pd.DataFrame]
    counts: dict[str, list[int]]
    sources: dict[str, pd.DataFrame]
    retired: dict[str, str | None] = field(default_factory=dict)


def read_folder(folder: Path) -> dict[str, pd.DataFrame]:
    """The files of a folder as text, rows in the order of file names and lines."""
    frames: dict[str, list[pd.DataFrame]] = {}
    for path in sorted(folder.iterdir()):
        name = max(
            (t for t in RECORD_TYPES if path.stem == t or path.stem.startswith(t + "_")),
            key=len,
            default=None,
        )
        if name:
            frames.setdefault(name, []).append(_read(path))
    return {name: pd.concat(parts, ignore_index=True) for name, parts in frames.items()}


def _read(path: Path) -> pd.DataFrame:
    if path.suffix == ".csv":
        return pd.read_csv(path, dtype=str, keep_default_na=False)
    frame = pd.read_parquet(path)
    return frame.apply(lambda c: c.astype(object).where(c.notna(), "").astype(str))


def receive(
    deliveries: list[Delivery], as_of: date, retired: dict[str, str | None] | None = None
) -> Received:
    """The rows that count on a day: good, not superseded, not overlapped by a source that goes before."""
    seen = [d for d in deliveries if d.received_on <= as_of]
    tables: dict[str, pd.DataFrame] = {}
    counts: dict[str, list[int]] = {}
    sources: dict[str, pd.DataFrame] = {}
    for record_type in RECORD_TYPES:
        by_source: dict[tuple[int, str], pd.DataFrame] = {}
        for delivery in seen:
            if record_type not in delivery.frames:
                continue
            rows = delivery.frames[record_type]
            good = sieve(record_type, rows, delivery.received_on)
            pair = counts.setdefault(record_type, [0, 0])
            pair[0], pair[1] = pair[0] + len(rows), pair[1] + len(rows) - len(good)
            good = good.drop_duplicates(key(record_type), keep="last")
            origin = (delivery.priority, delivery.source)
            by_source[origin] = _after(record_type, by_source.get(origin), good)
        if record_type == "employment_month":
            sources = {source: rows for (_, source), rows in by_source.items()}
        parts = [by_source[origin] for origin in sorted(by_source)]
        whole = (
            pd.concat(parts, ignore_index=True) if parts else sieve(record_type, empty(record_type), as_of)
        )
        tables[record_type] = whole.drop_duplicates(key(record_type), keep="first").reset_index(drop=True)
    return Received(tables, counts, sources, retired or {})


def _after(record_type: str, before: pd.DataFrame | None, rows: pd.DataFrame) -> pd.DataFrame:
    """What stands of one source after one more delivery."""
    if before is None or record_type in SNAPSHOTS:
        return rows
    if record_type == "employment_month":
        before = before[~before["month"].isin(rows["month"].unique())]
    return pd.concat([before, rows], ignore_index=True).drop_duplicates(key(record_type), keep="last")


def empty(record_type: str) -> pd.DataFrame:
    """No rows."""
    return pd.DataFrame({name: pd.Series(dtype=str) for name, *_ in columns(record_type)})


def sieve(record_type: str, rows: pd.DataFrame, received_on: date) -> pd.DataFrame:
    """The rows that break no rule, typed: months as numbers, dates as timestamps; rows with an emptied cell first.

    A value of an optional column that breaks a rule becomes empty, unless an empty cell says something.
    """
    good, is_intact = pd.Series(True, index=rows.index), pd.Series(True, index=rows.index)
    typed = {}
    for name, kind, may_be_empty, _ in columns(record_type):
        text = rows[name] if name in rows else pd.Series("", index=rows.index)
        number, distinct = pd.factorize(text)
        values, is_fine = _typed(pd.Series(distinct, dtype=object).map(_normal), kind, received_on)
        filled = pd.Series(distinct, dtype=object).map(_normal).ne("")
        is_fine = is_fine.where(filled, may_be_empty)
        if may_be_empty and (record_type, name) not in EMPTY_SAYS:
            values = values.where(is_fine, None if values.dtype == object else np.nan)
            is_intact &= is_fine.to_numpy()[number]
        else:
            good &= is_fine.to_numpy()[number]
        typed[name] = pd.Series(values.to_numpy()[number], index=rows.index)
    frame = pd.DataFrame(typed)
    if record_type in ORDERED:
        first, last, is_strict = ORDERED[record_type]
        good &= ~((frame[last] < frame[first]) | (is_strict & (frame[last] == frame[first])))
    return pd.concat([frame[good & ~is_intact], frame[good & is_intact]], ignore_index=True)


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _typed(text: pd.Series, kind: str, received_on: date) -> tuple[pd.Series, pd.Series]:
    """Distinct texts as values of a kind, and which of them are fine (an empty one is nothing)."""
    if kind.startswith("{"):
        values = text.str.lower() if kind == "{true,false}" else text
        fine = values.isin(kind.strip("{}").split(","))
        if kind[1].isdigit():
            return pd.to_numeric(values.where(fine)).astype(float), fine
        return values.where(fine, None), fine
    if kind in ("person", "credit", "text"):
        values = text if kind == "text" else text.str.upper()
        is_fine = {"person": _is_person, "credit": _is_credit, "text": bool}[kind]
        return values.where(values.ne(""), None), values.map(is_fine).astype(bool)
    if kind.endswith(("date", "month")):
        return _dated(text, kind, received_on)
    values = pd.to_numeric(text, errors="coerce").astype(float)
    limits = {"money": (0, np.inf), "hours": (0, 120), "positive": (np.nextafter(0, 1), np.inf)}
    low, high = limits.get(kind, (-np.inf, np.inf))
    return values, values.between(low, high)


def _dated(text: pd.Series, kind: str, received_on: date) -> tuple[pd.Series, pd.Series]:
    dates = pd.to_datetime(
        text.where(text.str.fullmatch(r"\d{4}-\d{2}-\d{2}")), format="%Y-%m-%d", errors="coerce"
    )
    if kind.endswith("month"):
        dates = dates.dt.to_period("M").dt.to_timestamp()
    fine = dates.notna()
    if kind.startswith("past"):
        fine &= dates <= pd.Timestamp(received_on)
    if kind.endswith("month"):
        return (dates.dt.year * 12 + dates.dt.month - 1).fillna(-1).astype("int64"), fine
    return dates, fine


def _is_person(text: str) -> bool:
    if len(text) != 18 or not text[:17].isdigit():
        return False
    remainder = int(np.dot([int(digit) for digit in text[:17]], WEIGHTS)) % 11
    return text[17] == "10X98765432"[remainder]


def _is_credit(text: str) -> bool:
    if len(text) != 18 or any(character not in CREDIT for character in text):
        return False
    total = sum(CREDIT.index(c) * pow(3, i, 31) for i, c in enumerate(text[:17]))
    return CREDIT[(31 - total % 31) % 31] == text[17]
