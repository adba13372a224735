"""Colleges made of a few rows, for tests of what is said about them."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from iecareer.feedback.imprint import Imprint
from iecareer.feedback.published import College, Edition, college_tables
from iecareer.ledger.signing import public_key_of
from tests.feedback.synthetic_tables import POLICY, columns

Row = dict[str, Any]
CODE, WAVE = "4142010800", 6
IMPRINT = Imprint("R1", public_key_of(b"k" * 32))
TYPES = {
    "varchar": pa.string(),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "double": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
}
DIFFERENTIAL = dict.fromkeys(
    ("measure", "scope", "institution_code", "program_code", "mode", "method", "status"), "varchar"
)
DIFFERENTIAL |= dict.fromkeys(
    (
        "cohort_year",
        "n_cooperative",
        "n_comparison",
        "n_institutions_cooperative",
        "n_institutions_comparison",
    ),
    "bigint",
)
DIFFERENTIAL |= dict.fromkeys(("coverage", "log_difference", "se", "percent", "ci_low", "ci_high"), "double")
FLAG = dict.fromkeys(
    ("institution_code", "program_code", "skills_zh", "skills_en", "what_would_clear_zh"), "varchar"
)
FLAG |= dict.fromkeys(
    ("what_would_clear_en", *(f"reason_{at}_{it}" for at in (1, 2, 3) for it in ("zh", "en"))), "varchar"
)
OF_LIGHT = dict.fromkeys(("scope", "institution_code", "program_code", "stands_from"), "varchar") | {
    "year": "integer"
}
LIGHTS = {
    "light": OF_LIGHT
    | dict.fromkeys(("light", "band", "reaches", "red_lines"), "varchar")
    | dict.fromkeys(("is_certain", "is_consequential"), "boolean")
    | {"index": "bigint"},
    "light_indicator": OF_LIGHT
    | dict.fromkeys(("indicator", "level", "status"), "varchar")
    | dict.fromkeys(("n", "score", "contribution", "cohort_year"), "bigint")
    | dict.fromkeys(("value", "step_for_better", "red_line"), "double"),
    "warning": OF_LIGHT
    | dict.fromkeys(("cause", "response"), "varchar")
    | {"rectify_by": "date", "is_new": "boolean"},
}
FLAG |= {"score": "double", "is_flagged": "boolean", "cohort_year": "bigint"}


def edition(**policy: float) -> Edition:
    """An edition with the policy of the synthetic tables, changed by `policy`."""
    numbers = {name: float(value) for name, value in (POLICY | policy).items() if value is not None}
    rows = [
        {"name": name, "value": value, "unit": "", "effective_from": "2000-01-01", "description": ""}
        for name, value in numbers.items()
    ]
    return Edition("run-1", "2026-11-21", rows, 2025)


def row(table: str, **values: Any) -> Row:
    """A published row of a program-cohort of 60 graduates, changed by `values`."""
    found: Row = dict.fromkeys(_columns(table))
    found |= {
        "scope": "program",
        "institution_code": CODE,
        "program_code": "460103",
        "program_name": "数控技术",
    }
    found |= {"status": "ok"} if "status" in found or table not in LIGHTS else {}
    if "n" in found and "cohort_to" in found:
        found |= {"cohort_from": 2024, "cohort_to": 2024, "n": 60}
    if values.get("scope") == "institution":
        found |= {"program_code": None, "program_name": None}
    assert set(values) <= set(found), set(values) - set(found)
    return found | values


def college(**tables: list[Row]) -> College:
    """A college with these rows and no others."""
    data = {
        name: pa.Table.from_pylist(
            tables.get(name, []),
            pa.schema([(column, TYPES[kind]) for column, kind in _columns(name).items()]),
        )
        for name in college_tables()
    }
    return College(CODE, "东江职业技术学院", data, WAVE)


def _columns(table: str) -> dict[str, str]:
    if table == "salary_differential":
        return DIFFERENTIAL | {"program_name": "varchar"}
    if table == "program_flag":
        return FLAG | {"program_name": "varchar"}
    if table in LIGHTS:
        return LIGHTS[table] | {"program_name": "varchar"}
    return columns(table) | {"program_name": "varchar"}
