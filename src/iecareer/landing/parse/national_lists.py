"""Codes and names of a national list, understood without a map in the contract.

A cell may hold a code, a longer code that begins with it, a name, or code and name together. Parts that mean different
values, or a code that is not in the list, are left as they are, so that the row check reports them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable
from functools import lru_cache

import duckdb

from iecareer.contracts import Column
from iecareer.database import text_literal

# The ministry's codes have two digits; those of its finer lists begin with them.
_CODE = r"^\(?([0-9]{2})[0-9]{0,4}\)?([^0-9]|$)"
_AFTER_CODE = r"^\(?[0-9]{2,6}\)?[\s.:、_—–-]*"
_BETWEEN_PARTS = r"[-—–/|>:_()]+"


def macros() -> list[str]:
    """Statements that define the SQL functions of this module on a connection."""
    return [
        "create macro bare_name(text) as regexp_replace(text, '[\\s、,]', '', 'g')",
        "create macro value_of_whole_name(text, names) as map_extract_value(names, bare_name(text))",
        f"""create macro values_of_parts(text, names) as list_distinct(list_transform(
            string_split_regex(text, '{_BETWEEN_PARTS}'), lambda part: value_of_whole_name(part, names)))""",
        """create macro value_of_name(text, names) as coalesce(value_of_whole_name(text, names),
            case when len(values_of_parts(text, names)) = 1 then values_of_parts(text, names)[1] end)""",
        f"""create macro value_of_code(text, codes) as
            map_extract_value(codes, regexp_extract(text, '{_CODE}', 1))""",
        f"""create macro national_value(text, codes, names) as case
            when not regexp_matches(text, '{_CODE}') then value_of_name(text, names)
            when coalesce(value_of_name(regexp_replace(text, '{_AFTER_CODE}', ''), names), value_of_code(text, codes))
                = value_of_code(text, codes) then value_of_code(text, codes) end""",
    ]


def understood(column: Column, text: str) -> str:
    """SQL of the value that the text means by the column's national list, else of the text itself."""
    names = dict.fromkeys((bare_name(name), value) for name, value in column.names)
    return f"coalesce(national_value({text}, {text_map(column.codes)}, {text_map(names)}), {text})"


def meanings(column: Column, texts: Collection[str]) -> dict[str, str]:
    """Text → value, of those texts that landing understands by the column's national list."""
    return dict(_meanings(column, tuple(texts))) if column.codes and texts else {}


@lru_cache(256)
def _meanings(column: Column, texts: tuple[str, ...]) -> dict[str, str]:
    """A draft asks for the same texts and column many times."""
    with duckdb.connect() as connection:
        for statement in macros():
            connection.execute(statement)
        rows = connection.execute(
            f"select text, {understood(column, 'normal')} from (select unnest($1) as text, unnest($2) as normal)",
            [[*texts], [unicodedata.normalize("NFKC", text).strip() for text in texts]],
        ).fetchall()
    return {text: value for text, value in rows if value in column.allowed}


def bare_name(name: str) -> str:
    """A name without blanks and marks of enumeration."""
    return "".join(letter for letter in name if letter not in " 、,")


def text_map(pairs: Iterable[tuple[str, str]]) -> str:
    """SQL of a map from text to text."""
    return f"map {{{', '.join(f'{text_literal(text)}: {text_literal(value)}' for text, value in pairs)}}}"
