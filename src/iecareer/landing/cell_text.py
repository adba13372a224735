"""Values of workbooks and databases as text that keeps every digit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

_EXACT = 1e15


def cell_text(cell: Any) -> str | None:
    """A cell as text: whole numbers without a point, dates in ISO form, empty cells as None."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return exact_number(cell)
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    return str(cell)


def exact_number(number: float) -> str:
    """A floating-point number as text: whole numbers without a point, unless they have too many digits for a float.

    An identity number stored as a float has lost its last digits. Writing out the digits could give another person's
    number.
    """
    is_exact = number.is_integer() and abs(number) < _EXACT
    return str(int(number)) if is_exact else f"{number:e}" if abs(number) >= _EXACT else repr(number)
