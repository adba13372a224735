"""Policy is data: no number of a policy row stands in the SQL or the Python that computes with it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from iecareer.settings import project_folder

PROJECT = project_folder("dbt_project")
SEEDS = (
    "light",
    "light_indicator",
    "light_weight",
    "light_level",
    "red_line",
    "instrument",
    "insurance_rate",
    "signal",
)
VALUES = ("value", "worst", "best", "min_n", "weight", "threshold", "rate", "months", "years_before")
# Identities and half-lengths, the scale of scores, the end of a year, digits of decimals and of series.
NEUTRAL = {0, 1, 2, 3, 100, 12, 31}
DIGITS = re.compile(r"decimal\(\d+, \d+\)|integers\(\d+\)|substr\([^()]*\)|\b(?:1e-9|1e-12)\b")
COMMENTS = re.compile(r"--[^\n]*|\{#.*?#\}|#[^\n]*|\"\"\".*?\"\"\"", re.DOTALL)
NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:e-?\d+)?(?![\w.])")


def policy_values() -> set[float]:
    found = set()
    for seed in SEEDS:
        with (PROJECT / "seeds" / "policy" / f"policy_{seed}.csv").open(encoding="utf-8") as stream:
            for row in csv.DictReader(stream):
                found |= {float(row[column]) for column in VALUES if column in row}
    return found


def literals() -> Iterator[tuple[str, float]]:
    files = [
        path
        for name in ("lights", "instruments", "audit")
        for path in (PROJECT / "models" / name).glob("*.sql")
    ]
    files += [PROJECT / "macros" / f"{name}.sql" for name in ("light_band", "comparisons", "money")]
    files += (Path(__file__).parents[2] / "src" / "iecareer" / "lights").glob("*.py")
    for path in files:
        text = DIGITS.sub("", COMMENTS.sub("", path.read_text(encoding="utf-8")))
        yield from ((path.name, float(number)) for number in NUMBER.findall(text))


def test_every_policy_row_names_document_and_clause() -> None:
    for seed in SEEDS:
        with (PROJECT / "seeds" / "policy" / f"policy_{seed}.csv").open(encoding="utf-8") as stream:
            rows = [*csv.DictReader(stream)]
        assert rows
        assert all(row["document"] and row["clause"] for row in rows)


def test_no_number_of_policy_stands_in_sql_or_python() -> None:
    values = policy_values()
    assert {0.3, 70.0, 0.05} <= values
    found = [*literals()]
    assert len(found) > 100
    assert [(name, number) for name, number in found if number in values - NEUTRAL] == []
    assert {number for _, number in found} <= NEUTRAL | {0.01}
