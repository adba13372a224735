"""Data validation of a template's cells: which entries a spreadsheet accepts, and the prompt it shows."""

from __future__ import annotations

from datetime import date
from typing import Any

from iecareer.contracts.loader import Column
from iecareer.contracts.publication.labels import choices, format_of, said, unit

TEXTS = (
    "person",
    "credit_code",
    "institution_code",
    "program_code",
    "region_code",
    "occupation_code",
    "industry_code",
    "code",
    "text",
)
_LENGTHS = {
    "person": 18, "credit_code": 18, "institution_code": 10, "program_code": 6, "region_code": 6, "occupation_code": 10,
}  # fmt: skip
# Landing accepts open codes unchanged, so the spreadsheet only warns about them.
_STRICT_LENGTHS = ("person", "credit_code")
_EARLIEST, _LATEST = date(1900, 1, 1), date(2200, 12, 31)
_HUGE = 1e12
_LONGEST_TITLE, _LONGEST_MESSAGE = 32, 255


def number_format(column: Column) -> str:
    """The cell format of the column. Codes are text, so that a spreadsheet does not turn them into numbers."""
    if column.kind in TEXTS or choices(column):
        return "@"
    return {"date": "yyyy-mm-dd", "month": "yyyy-mm", "year": "0", "integer": "0", "money": "#,##0.00"}.get(
        column.kind, "General"
    )


def entry_rule(column: Column) -> dict[str, Any]:
    """Options of XlsxWriter's `data_validation` for the column's cells, including the prompt."""
    spoken = {
        "input_title": f"{column.label_zh}{'（必填）' if column.required else '（选填）'}"[:_LONGEST_TITLE],
        "input_message": _message(column),
        "error_title": column.label_zh[:_LONGEST_TITLE],
        "error_message": f"{column.label_zh}：{format_of(column)[0]}。详见“填写说明”。",
        "ignore_blank": True,
    }
    return _condition(column) | spoken


def _message(column: Column) -> str:
    parts = [column.description_zh, f"格式：{format_of(column)[0]}"]
    if column.unit:
        parts.append(f"单位：{unit(column)[0]}")
    if column.example:
        parts.append(f"例：{said(column, column.example)}")
    return "\n".join(parts)[:_LONGEST_MESSAGE]


def _condition(column: Column) -> dict[str, Any]:
    if choices(column):
        return {"validate": "list", "source": list(choices(column))}
    match column.kind:
        case "date" | "month":
            latest: Any = "=TODAY()" if column.not_after_receipt else _LATEST
            return {"validate": "date", "criteria": "between", "minimum": _EARLIEST, "maximum": latest}
        case "year":
            return {"validate": "integer", "criteria": "between", "minimum": 1900, "maximum": 2200}
        case "integer" | "number" | "money":
            return {"validate": "integer" if column.kind == "integer" else "decimal"} | _limits(column)
        case kind if kind in _LENGTHS:
            severity = "stop" if kind in _STRICT_LENGTHS else "warning"
            length = {"criteria": "==", "value": _LENGTHS[kind], "error_type": severity}
            return {"validate": "length"} | length
        case _:
            return {"validate": "any"}


def _limits(column: Column) -> dict[str, Any]:
    if column.above is not None:
        return {"criteria": ">", "value": column.above}
    if column.minimum is not None and column.maximum is None:
        return {"criteria": ">=", "value": column.minimum}
    low = -_HUGE if column.minimum is None else column.minimum
    return {
        "criteria": "between",
        "minimum": low,
        "maximum": _HUGE if column.maximum is None else column.maximum,
    }
