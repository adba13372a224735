"""Values of workbooks and databases as text that keeps every digit."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

_EXACT = 1e15
_DAY = 86_400


def cell_text(cell: Any) -> str | None:
    """A cell as text: whole numbers without a point, dates in ISO form, empty cells as None."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return exact_number(cell)
    if isinstance(cell, datetime):
        return day_of(cell).isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)


def day_of(moment: datetime) -> date:
    """The day of a cell with a date; one of the last minute of a day is the next day, stored with an error.

    Programs store a day as a fraction that is short by rounding, or by the seconds of an old local time. 23:59:59 is
    the end of its own day. :mod:`iecareer.landing.parse.dates` has the same rule for serial numbers in text.
    """
    second = (moment - datetime.combine(moment.date(), datetime.min.time())).total_seconds()
    is_short = second >= _DAY - 60 and not _DAY - 1.5 <= second < _DAY - 0.5
    return moment.date() + timedelta(days=is_short)


def exact_number(number: float) -> str:
    """A floating-point number as text: whole numbers without a point, unless they have too many digits for a float.

    An identity number stored as a float has lost its last digits. Writing out the digits could give another person's
    number.
    """
    is_exact = number.is_integer() and abs(number) < _EXACT
    return str(int(number)) if is_exact else f"{number:e}" if abs(number) >= _EXACT else repr(number)
