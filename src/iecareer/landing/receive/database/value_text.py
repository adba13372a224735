"""Converts values of a database to text as exactly as possible: numbers keep all digits, codes their zeros."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from iecareer.landing.cell_text import exact_number


def text_array(values: Sequence[Any]) -> Any:
    """A column's values as an Arrow array of text."""
    import pyarrow as pa

    kinds = set(map(type, values))
    kinds.discard(type(None))
    if kinds <= {str}:
        return pa.array(values, pa.string())
    if kinds == {int}:
        return pa.array([None if value is None else str(value) for value in values], pa.string())
    return pa.array(list(map(text, values)), pa.string())


def text(value: Any) -> str | None:
    """One value as text; None stays None. Whole numbers have no point, timestamps are in ISO form."""
    if value is None or isinstance(value, str):
        return value
    for kinds, written in _FORMS:
        if isinstance(value, kinds):
            return written(value)
    return str(value)


def _float(value: float) -> str | None:
    return exact_number(value) if math.isfinite(value) else None


def _decimal(value: Decimal) -> str | None:
    if not value.is_finite():
        return None
    return str(int(value)) if value == value.to_integral_value() else format(value, "f")


def _bytes(data: bytes) -> str:
    """Bytes as UTF-8, else as GB18030; a single bit as 0 or 1."""
    if data in (b"\x00", b"\x01"):
        return str(data[0])
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", errors="replace")


_FORMS: tuple[tuple[tuple[type, ...], Callable[[Any], str | None]], ...] = (
    ((bool,), lambda value: "true" if value else "false"),
    ((float,), _float),
    ((Decimal,), _decimal),
    ((datetime, date, time), lambda value: str(value.isoformat())),
    ((bytes, bytearray, memoryview), lambda value: _bytes(bytes(value))),
    ((dict, list), lambda value: json.dumps(value, ensure_ascii=False, default=str)),
)
