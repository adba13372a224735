"""Identities in SQL: check characters, pseudonyms, and identity numbers hidden in free text.

Everything here is DuckDB SQL over a whole column. Resident identity numbers follow GB 11643-1999, unified
social credit codes GB 32100-2015, HMAC-SHA-256 RFC 2104.
"""

from __future__ import annotations

from iecareer.warehouse.keys import derive

_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_CHECKS = "10X98765432"
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_BLOCK = 64


def macros() -> list[str]:
    """Statements that define the SQL functions of this module on a connection."""
    digits = " + ".join(f"(n // {10 ** (16 - i)}) % 10 * {w}" for i, w in enumerate(_RESIDENT_WEIGHTS))
    letters = " + ".join(f"(strpos('{_CREDIT_ALPHABET}', code[{i + 1}]) - 1) * {3**i % 31}" for i in range(17))
    return [
        f"create macro resident_check(n) as '{_RESIDENT_CHECKS}'[(({digits}) % 11 + 1)::int]",
        # A 15-digit number of before 1999 is the 18-digit one without century and check character.
        """create macro resident_id(text) as case
            when regexp_full_match(text, '[0-9]{17}[0-9Xx]') then upper(text)
            when regexp_full_match(text, '[0-9]{15}') then text[1:6] || '19' || text[7:15]
                || resident_check((text[1:6] || '19' || text[7:15])::bigint)
            end""",
        """create macro is_resident_id(id) as coalesce(
            id[18] = resident_check(try_cast(id[1:17] as bigint))
            and try_strptime(id[7:14], '%Y%m%d') between date '1900-01-01' and date '2100-01-01', false)""",
        f"""create macro is_credit_code(code) as regexp_full_match(code, '[{_CREDIT_ALPHABET}]{{18}}')
            and code[18] = '{_CREDIT_ALPHABET}'[((31 - ({letters}) % 31) % 31 + 1)::int]""",
        """create macro holds_resident_id(text) as regexp_matches(text, '[0-9]{15}') and len(list_filter(
            regexp_extract_all(text, '[0-9]{17}[0-9Xx]|[0-9]{15}'),
            lambda part: is_resident_id(resident_id(part))
                and part[1:2]::int between 11 and 91 and part[1:2] not in ('91'))) > 0""",
    ]


def pseudonym(message: str) -> str:
    """SQL for HMAC-SHA-256 of the text expression `message` under the warehouse's key: 64 hex digits."""
    key = derive("pseudonym").ljust(_BLOCK, b"\0")
    inner, outer = (bytes(byte ^ pad for byte in key).hex() for pad in (0x36, 0x5C))
    return f"sha256(unhex('{outer}') || unhex(sha256(unhex('{inner}') || encode({message}))))"
