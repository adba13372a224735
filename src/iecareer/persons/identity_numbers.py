"""Identity numbers: their check characters, as DuckDB SQL over a column, and numbers hidden in free text.

Resident identity numbers follow GB 11643-1999, unified social credit codes GB 32100-2015.
"""

from __future__ import annotations

import re
from datetime import date

_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_CHECKS = "10X98765432"
_RESIDENT_LENGTH = 18
# Permits of residents of Hong Kong and Macao (H or M) and of Taiwan (8 digits, no day; or 10 digits and a letter),
# Chinese passports, and permits of foreigners issued before 2023. None has a check character.
_PERMIT = (
    "[HM][0-9]{8}([0-9]{2})?|(0[0-9]|1[0-8]|2[1-9]|[3-9][0-9])[0-9]{6}|[0-9]{10}[(]?[A-Z][)]?"
    "|[EG][0-9]{8}|E[A-Z][0-9]{7}|[A-Z]{3}[0-9]{12}"
)
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def macros() -> list[str]:
    """Statements that define the SQL functions of this module on a connection.

    Macros are hardly nested: DuckDB copies an argument to each place where it is named, and query plans grow.
    """
    digits = " + ".join(f"(n // {10 ** (16 - i)}) % 10 * {w}" for i, w in enumerate(_RESIDENT_WEIGHTS))
    letters = " + ".join(
        f"(strpos('{_CREDIT_ALPHABET}', code[{i + 1}]) - 1) * {3**i % 31}" for i in range(17)
    )
    return [
        # A spreadsheet keeps 15 digits of a number and writes zeros for the rest, or drops it. The first 15 digits of a
        # person born from 2000 on would be the number of a person born in 1920.
        """create macro is_cut_number(text) as regexp_full_match(text, '[0-9]{15}000|[0-9]{6}20[0-9]{7}')""",
        f"create macro is_permit_number(text) as regexp_full_match(upper(text), '{_PERMIT}')",
        # A 15-digit number (before 1999) is an 18-digit number without the century and the check character.
        """create macro resident_stem(text) as case
            when regexp_full_match(text, '[0-9]{17}[0-9Xx]') then text[1:17]
            when regexp_full_match(text, '[0-9]{15}') then text[1:6] || '19' || text[7:15] end""",
        f"create macro resident_check(n) as '{_RESIDENT_CHECKS}'[(({digits}) % 11 + 1)::int]",
        """create macro resident_is_valid(text, stem, mark) as
            (length(text) = 15 and text[7:8] <> '20' or upper(text[18]) = mark)
            and try_strptime(stem[7:14], '%Y%m%d') between date '1900-01-01' and date '2100-01-01'""",
        f"""create macro is_credit_code(code) as regexp_full_match(code, '[{_CREDIT_ALPHABET}]{{18}}')
            and code[18] = '{_CREDIT_ALPHABET}'[((31 - ({letters}) % 31) % 31 + 1)::int]""",
    ]


def holds_resident_id(text: str) -> bool:
    """Whether a text contains a valid resident identity number, of 18 or of 15 digits."""
    # The lookahead also finds a number that follows other digits directly, such as a telephone number.
    long = re.findall(r"(?=(\d{17}[\dXx]))", text, flags=re.ASCII)
    short = re.findall(r"\d{17}[\dXx]|\d{15}", text, flags=re.ASCII)
    return any(map(_is_resident_id, {*long, *short}))


def _is_resident_id(part: str) -> bool:
    return "11" <= part[:2] <= "83" and resident_number(part) is not None


def resident_number(text: str) -> str | None:
    """The text as an 18-character resident number; it may have 15 or 18 characters. None if it is not valid."""
    if not re.fullmatch(r"\d{17}[\dXx]|\d{15}", text, flags=re.ASCII):
        return None
    stem = text[:17] if len(text) == _RESIDENT_LENGTH else f"{text[:6]}19{text[6:]}"
    mark = _RESIDENT_CHECKS[sum(int(d) * w for d, w in zip(stem, _RESIDENT_WEIGHTS, strict=True)) % 11]
    try:
        date(int(stem[6:10]), int(stem[10:12]), int(stem[12:14]))
    except ValueError:
        return None
    is_valid = "1900" <= stem[6:10] <= "2100" and text[17:].upper() in ("", mark)
    return stem + mark if is_valid else None
