"""Checks that quarantine a row or empty a cell, as SQL conditions on texts and values, with their reason codes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from iecareer.contracts import Column, RecordType
from iecareer.contracts.publication import EXAMPLE
from iecareer.database import text_literal
from iecareer.landing.parse import codes, pay
from iecareer.persons.data_swap import persons_state
from iecareer.sources import Mapping
from iecareer.sources.issued_codes import issued_codes

_EARLIEST = "1800-01-01"
# A code that a spreadsheet took for a day: 2-1 becomes 2024-02-01, 1-Feb or 2月1日.
_DATED_CODE = (
    "(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}-[A-Z][a-z]{2}(-[0-9]{2,4})?|[A-Z][a-z]{2}-[0-9]{2}"
    "|[0-9]{1,2}月[0-9]{1,2}日"
)
# Errors of spreadsheet programs, and a column too narrow to show its numbers.
_ERROR = r"(?i)#(n/a|ref!|value!|wert!|div/0!|name\?|num!|null!|#+|[a-z_]{3,16}[!?])|#?err:[0-9]{3}"


def is_example(kind: RecordType) -> str:
    """SQL that is true for the example row of a template, which is marked in the record type's first column."""
    return f"coalesce(starts_with(t_{kind.columns[0].name}, {text_literal(EXAMPLE)}), false)"


def is_erased(kind: RecordType) -> str:
    """SQL that is true for rows of erased persons, which must not be loaded again."""
    known = ", ".join(f"unhex('{person_key}')" for person_key in sorted(persons_state().erased))
    keys = {column.stored_name for column in kind.columns if column.is_person} if known else set()
    return " or ".join(f"coalesce({key} in ({known}), false)" for key in keys) or "false"


def column_checks(
    columns: Iterable[Column], mappings: dict[str, Mapping], received_on: date
) -> list[tuple[str, str]]:
    """Conditions on single columns under which a value cannot be used, with their reason codes."""
    checks: list[tuple[str, str]] = []
    for column in columns:
        value, text, stated = column.stored_name, f"t_{column.name}", f"is_stated_{column.name}"
        mapping = mappings.get(column.name)
        if column.required:
            lacking = (
                f"({text} is null and not {stated})" if mapping and mapping.headers else f"{text} is null"
            )
            checks.append((lacking, f"missing:{column.name}"))
        if mapping and mapping.transform:
            checks.append((f"is_damaged_{column.name}", f"damaged_text:{column.name}"))
            unread = f"{text} is null and {stated}"
            if pay.is_pay(column):
                known = f"known_{column.name}" if pay.known_transform(mapping) else "false"
                asked = pay.is_unread(f"stated_{column.name}", known)
                unread = f"case when {unread} then {asked} else false end"
            checks.append((f"({unread})", f"unreadable:{column.name}"))
        checks += [
            (condition, f"{reason}:{column.name}") for condition, reason in _kind_checks(column, value, text)
        ]
        if column.not_after_receipt:
            checks.append(
                (f"coalesce({value} > date '{received_on}', false)", f"after_receipt:{column.name}")
            )
    return checks


def _unread(column: Column, value: str, text: str) -> str:
    """SQL that is true for a text that could not be read as a value."""
    unread = f"({text} is not null and {value} is null)"
    if pay.is_pay(column):
        unread = f"case when {unread} then {pay.is_unread(text)} else false end"
    if column.kind in ("number", "money"):
        unread = f"({unread} or coalesce(isinf({value}), false))"
    if column.kind in ("date", "month"):
        unread = f"({unread} or coalesce({value} < date '{_EARLIEST}', false))"
    return unread


def _kind_checks(column: Column, value: str, text: str) -> list[tuple[str, str]]:
    unread = _unread(column, value, text)
    checks: list[tuple[str, str]] = []
    match column.kind:
        case "person":
            is_permit = f"case when {unread} then is_permit_number({text}) else false end"
            return [
                (f"({unread} and not is_cut_number({text}) and not {is_permit})", "bad_checksum"),
                (f"({unread} and is_cut_number({text}))", "cut_number"),
                (is_permit, "permit_number"),
                (is_error(text), "error_cell"),
                # Some sources identify persons by any text.
                (f"({value} is not null and is_damaged({text}))", "damaged_text"),
            ]
        case "credit_code":
            return [(f"not coalesce({_is_issued(value)}, true)", "bad_checksum")]
        case "date" | "month":
            return _unread_checks(unread, text, "not_a_date")
        case "integer" | "number" | "money" | "year":
            checks += _unread_checks(unread, text, "not_a_number")
        case "boolean":
            checks.append((unread, "not_in_list"))
        case _ if not column.allowed:
            checks += _text_checks(column, value, text)
    if column.allowed:
        listed = ", ".join(text_literal(entry) for entry in column.allowed)
        checks.append((f"coalesce({value}::varchar not in ({listed}), false)", "not_in_list"))
    return checks + limit_checks(column, value)


def _is_issued(code: str) -> str:
    """SQL that is true for a credit code whose check character is right, or that is listed as issued without that."""
    listed = ", ".join(map(text_literal, issued_codes()))
    return f"is_credit_code({code}) or {code} in ({listed})" if listed else f"is_credit_code({code})"


def _unread_checks(unread: str, text: str, reason: str) -> list[tuple[str, str]]:
    """Conditions on a number or day that cannot be read: an error of a spreadsheet, or any other text."""
    error = is_error(text)
    return [(error, "error_cell"), (f"({unread} and not {error})", reason)]


def _text_checks(column: Column, value: str, text: str) -> list[tuple[str, str]]:
    """Conditions on a column of words or codes."""
    holds_identity = (
        f"case when regexp_matches({text}, '[0-9]{{15}}') then holds_resident_id({text}) else false end"
    )
    checks = [
        (is_error(text), "error_cell"),
        (f"is_damaged({text})", "damaged_text"),
        (holds_identity, "identity_in_text"),
    ]
    if column.kind in codes.KINDS:
        checks += codes.form_checks(column, value, " or ".join(sql for sql, _ in checks))
    if column.kind == "code":
        checks.append(
            (f"coalesce(regexp_full_match({value}, {text_literal(_DATED_CODE)}), false)", "not_a_code")
        )
    return checks


def is_error(text: str) -> str:
    """SQL that is true for the error texts of spreadsheets, which would otherwise pass as words."""
    begins = f"(starts_with({text}, '#') or {text} ilike 'err:%')"
    return f"case when {begins} then regexp_full_match({text}, {text_literal(_ERROR)}) else false end"


def limit_checks(column: Column, value: str) -> list[tuple[str, str]]:
    """Conditions under which a value exceeds the limits of its column, with their reason codes."""
    low = "negative" if column.minimum == 0 else "out_of_range"
    limits: Sequence[tuple[float | None, str, str]] = (
        (column.minimum, "<", low),
        (column.above, "<=", "not_positive"),
        (column.maximum, ">", "out_of_range"),
    )
    return [
        (f"coalesce({value} {sign} {limit}, false)", reason)
        for limit, sign, reason in limits
        if limit is not None
    ]


def row_checks(kind: RecordType) -> list[tuple[str, str]]:
    """Conditions on whole rows under which they are quarantined, with their reason codes."""
    return [(f"coalesce({rule.violated_when}, false)", rule.reason) for rule in kind.rules]


def example_checks(kind: RecordType) -> list[tuple[str, str]]:
    """The condition, on the first column, under which a row is the example of a template."""
    # If the first column has a checksum, an example row fails it anyway.
    is_open = kind.columns[0].kind not in ("person", "credit_code")
    return [(is_example(kind), "example_row")] if is_open else []
