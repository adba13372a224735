"""Number formats that say more than the number: codes (000000 shows 80901 as 080901) and units (0.00"万" shows 0.85万).

Other formats change only how an amount looks (#,##0.00, 0%, 0"元"); there the number itself counts. So does it where
the format itself divides by the unit: 0.0,"k" shows 8500 as 8.5k.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from iecareer.landing.cell_text import cell_text

Shown = Callable[[float], str | None]
_EXACT = 1e15
_TOKEN = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|(\[[^\]]*\])|(.)', re.DOTALL)
_AMOUNT = set("?,.%/@E")
_DATE = re.compile(r"[ymdhs]|General|g/通用", re.IGNORECASE)
_AS_AMOUNT = re.compile("[.,%/@’']")
_FROM_FIRST_TO_LAST = re.compile("([^0-9]*)([0-9](?:.*[0-9])?)[^0-9]*", re.DOTALL)
_CODE_BEFORE = re.compile(r"[0-9A-Za-z]")
_UNIT = r"\s*([亿万千kK])\s*(?:元|/月|元/月)?\s*"
_BEHIND = re.compile(_UNIT)
_WITH_UNIT = re.compile(rf"(-?[0-9][0-9,]*(?:\.[0-9]+)?){_UNIT}")
_PLACES = set("0#?.,")
_CURRENCY = re.compile(r"CNY|RMB|USD|EUR|HKD|JPY|GBP", re.IGNORECASE)


@lru_cache(maxsize=4096)
def code_format(number_format: str) -> Shown | None:
    """How the format shows a whole number from 0 on as a code, or any number with a unit; None if it does neither.

    The result gives None for a number that it does not show as a code.
    """
    if unit := _unit(number_format):
        return lambda number: f"{cell_text(number)}{unit}"
    parts = _parts(number_format)
    if parts is None:
        return None
    places = [at for at, (is_place, _) in enumerate(parts) if is_place]
    if not places:
        return None
    before = "".join(text for _, text in parts[: places[0]])
    within = any(not is_place and text.strip() for is_place, text in parts[places[0] : places[-1]])
    zeros = sum(text == "0" for is_place, text in parts if is_place)
    is_prefixed = bool(_CODE_BEFORE.search(before)) and not _CURRENCY.search(before)
    if zeros < 2 and not within and not is_prefixed:
        return None
    return lambda number: _shown(parts, places, number)


def code_in(shown: str, number: float) -> str | None:
    """The text that a sheet shows for a number, if it is a code or has a unit, by the same rules as for formats."""
    if unit := _unit_of(shown, number):
        return f"{cell_text(number)}{unit}"
    if number < 0 or number != int(number) or number >= _EXACT:
        return None
    digits = re.sub("[^0-9]", "", shown)
    own = str(int(number))
    found = _FROM_FIRST_TO_LAST.fullmatch(shown)
    if not found or not digits.endswith(own) or _AS_AMOUNT.search(shown):
        return None
    before, places = found.groups()
    is_prefixed = bool(_CODE_BEFORE.search(before)) and not _CURRENCY.search(before)
    is_code = digits != own or re.search(r"[^0-9\s]", places) or is_prefixed
    return shown if is_code else None


def _unit(number_format: str) -> str | None:
    """The unit behind the digits of a format that shows the number itself."""
    digits, behind = "", ""
    for found in _TOKEN.finditer(number_format):
        quoted, escaped, bracket, mark = found.groups()
        if mark == ";":
            break
        if mark in _PLACES and not behind.strip():
            digits += mark
        elif bracket and re.match(r"\[(?:[<>=]|DBNum|[hms]+\])", bracket, re.IGNORECASE):
            return None
        elif not bracket:
            # A literal between digits is the point of a format that divides: 0\.0,"万".
            behind += quoted if quoted is not None else escaped or mark or ""
    found_unit = _BEHIND.fullmatch(behind) if digits.strip(".,?") and not digits.endswith(",") else None
    return found_unit[1] if found_unit else None


def _unit_of(shown: str, number: float) -> str | None:
    """The unit that a sheet shows behind a number, unless it shows the number divided by the unit."""
    found = _WITH_UNIT.fullmatch(shown)
    if not found:
        return None
    n_decimals = len(found[1].partition(".")[2])
    is_number = abs(float(found[1].replace(",", "")) - number) <= 0.5 * 10**-n_decimals + 1e-9
    return found[2] if is_number else None


def _parts(number_format: str) -> list[tuple[bool, str]] | None:
    """The places of digits and the literal texts of the section for positive numbers; None if it is no such format."""
    parts: list[tuple[bool, str]] = []
    for found in _TOKEN.finditer(number_format):
        quoted, escaped, bracket, mark = found.groups()
        if quoted is not None or escaped is not None:
            parts.append((False, quoted if quoted is not None else escaped))
        elif bracket and re.match(r"\[(?:[<>=]|DBNum|[hms]+\])", bracket, re.IGNORECASE):
            return None
        elif mark == ";":
            break
        elif mark in ("0", "#"):
            parts.append((True, mark))
        elif mark and (mark in _AMOUNT or _DATE.match(mark)):
            return None
        elif mark:
            parts.append((False, mark))
    return None if _DATE.search("".join(text for is_place, text in parts if is_place)) else parts


def _shown(parts: list[tuple[bool, str]], places: list[int], number: float) -> str | None:
    if number < 0 or number != int(number) or number >= _EXACT:
        return None
    digits = str(int(number))
    shown = [text for _, text in parts]
    for at in reversed(places):
        is_first = at == places[0]
        digit, digits = (digits, "") if is_first else (digits[-1:], digits[:-1])
        shown[at] = digit or ("0" if shown[at] == "0" else "")
    return "".join(shown).strip()
