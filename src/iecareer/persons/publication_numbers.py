"""Publication numbers: three secret numbers of each graduation, made for rounding published counts.

A number is the first 4 bytes, big-endian, of the HMAC-SHA-256 of pseudonym, institution code and program code. Landing
computes it from the pseudonym before any rotation. Conformed rows hold the three numbers encrypted in one column that
no contract has. Rotation does not change them. Only private builds hold them unencrypted.
"""

from __future__ import annotations

import duckdb

from iecareer.persons.data_swap import persons_state
from iecareer.persons.keys import derive
from iecareer.persons.pseudonyms import keyed_hash

NUMBERED = "graduate"
_COLUMN = "publication_numbers"
# Number → text that is appended to the input of its HMAC.
_NUMBERS = {"publication_number": "", "registration_number": "registration", "followed_number": "followed"}
_DIGITS = 8


def needs_first_key(record_type: str) -> bool:
    """Whether landing needs, besides the current pseudonyms, those that the numbers are made from."""
    if record_type != NUMBERED:
        return False
    state = persons_state()
    return state.generation != state.numbered_generation


def with_numbers(record_type: str, rows: str) -> str:
    """SQL of parsed rows with the column of their encrypted numbers; rows of other record types stay as they are.

    Where pseudonyms were rotated, the table `first_key(person_key, first_key)` has the pseudonyms that the numbers are
    made from.
    """
    if record_type != NUMBERED:
        return rows
    first, joined = "person_key", ""
    if needs_first_key(record_type):
        first, joined = "first_key", " left join (select distinct * from first_key) using (person_key)"
    kept = _encrypted(_made(first), "person_key")
    return f"(select landed.*, {kept} as {_COLUMN} from {rows} as landed{joined})"


def rotated_rows(rows: str) -> str:
    """SQL of conformed rows with their next pseudonyms, and the same numbers encrypted for these.

    The table `moved(old, new)` has the pseudonyms before and after. Rows without numbers, which an earlier version
    landed, get them.
    """
    return f"""select conformed.* replace (new as person_key, {_encrypted(_numbers("old"), "new")} as {_COLUMN})
        from (from {rows} union all by name select null::blob as {_COLUMN} where false) as conformed
        left join moved on person_key = old"""


def clear_numbers(rows: str) -> str:
    """SQL of the key of each graduation in conformed rows, and of its three numbers, for a private build."""
    listed = ", ".join(
        f"('0x' || substr(digits, {1 + place * _DIGITS}, {_DIGITS}))::bigint as {name}"
        for place, name in enumerate(_NUMBERS)
    )
    return f"""select person_key, institution_code, program_code, {listed} from (
        select *, hex({_numbers("person_key")}) as digits from (
            select person_key::blob as person_key, institution_code, program_code, any_value({_COLUMN}) as {_COLUMN}
            from ({rows} union all by name select null::blob as {_COLUMN} where false) group by all))"""


def members_of(connection: duckdb.DuckDBPyConnection, rows: str) -> set[int]:
    """The names of graduations in states of releases (int_contribution), of conformed rows."""
    found = connection.execute(
        f"""select distinct publication_number * 2147483648 + registration_number % 2147483648
        from ({clear_numbers(rows)})"""
    ).fetchall()
    return {int(member) for (member,) in found}


def no_numbers() -> str:
    """SQL of the same columns without a row."""
    key = "null::blob as person_key, null::varchar as institution_code, null::varchar as program_code"
    return f"select {key}, {', '.join(f'null::bigint as {name}' for name in _NUMBERS)} where false"


def _numbers(person_key: str) -> str:
    """SQL of the 12 bytes of the numbers of a conformed row with this pseudonym.

    A row without the column was landed by an earlier version, and no rotation happened since.
    """
    return f"coalesce({_encrypted(_COLUMN, person_key)}, {_made(person_key)})"


def _made(person_key: str) -> str:
    """SQL that computes the 12 bytes of the numbers."""
    key, graduation = derive("publication"), _graduation(person_key)
    hashes = (keyed_hash(f"{graduation} || '{text}'", key) for text in _NUMBERS.values())
    return f"unhex({' || '.join(f'substr({digits}, 1, {_DIGITS})' for digits in hashes)})"


def _encrypted(numbers: str, person_key: str) -> str:
    """SQL that encrypts the numbers, or decrypts them: bytes combined with a pad by exclusive or.

    The pad is a keyed hash of the graduation under this pseudonym. So the same graduation has the same bytes in every
    file, and other bytes after a rotation.
    """
    hashed = keyed_hash(_graduation(person_key), derive("publication numbers"))
    pad = f"unhex(substr({hashed}, 1, {len(_NUMBERS) * _DIGITS}))"
    return f"xor(({numbers})::bit, {pad}::bit)::blob"


def _graduation(person_key: str) -> str:
    return f"lower(hex({person_key})) || institution_code || program_code"
