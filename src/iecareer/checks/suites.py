"""Suites: expectations with their severity and explanation, read from the JSON files in `expectations/`.

These files hold all thresholds. `checks.metrics` computes the metrics that they judge.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from iecareer.errors import IecareerError
from iecareer.settings import project_folder

SEVERITIES = ("stop", "warn")


@dataclass(frozen=True)
class Expectation:
    """An expectation of Great Expectations, with severity and a sentence that explains a failure in two languages."""

    name: str
    severity: str
    sentence_zh: str
    sentence_en: str
    configuration: dict[str, Any]

    @property
    def columns(self) -> set[str]:
        """Columns that the expectation reads, including its condition; of a query only the policy columns."""
        kwargs = self.configuration["kwargs"]
        named = {value for key, value in kwargs.items() if key in ("column", "column_A", "column_B")}
        named |= set(kwargs.get("column_list", ()))
        named |= set(re.findall(r"policy_\w+", kwargs.get("unexpected_rows_query", "")))
        return named | _condition_columns(kwargs.get("row_condition") or {})


@dataclass(frozen=True)
class Suite:
    """The expectations on one kind of table, in the order of the file."""

    name: str
    expectations: tuple[Expectation, ...]

    @property
    def columns(self) -> set[str]:
        """Columns that at least one expectation reads."""
        return {name for expectation in self.expectations for name in expectation.columns}


@dataclass(frozen=True)
class Outcome:
    """Whether an expectation holds. Contains no values of rows."""

    expectation: Expectation
    success: bool


def verdict(outcomes: list[Outcome]) -> tuple[str, list[str]]:
    """``stop``, ``warn`` or ``pass``, and the names of the failed expectations, severity stop first."""
    failed = gravest_first(outcome.expectation for outcome in outcomes if not outcome.success)
    return failed[0].severity if failed else "pass", [expectation.name for expectation in failed]


def gravest_first(expectations: Iterable[Expectation]) -> list[Expectation]:
    """The expectations of severity stop, then those of severity warn, otherwise in the given order."""
    return sorted(expectations, key=lambda e: SEVERITIES.index(e.severity))


def delivery_suite(record_type: str, mode: str) -> Suite:
    """All expectations on a delivery: those on every delivery, those on its mode and those on its record type."""
    names = ["every_delivery", f"every_{mode}", record_type]
    parts = [read_suite(f"landing/{name}") for name in names if mode != "upsert" or name != "every_upsert"]
    return Suite(f"landing.{record_type}", tuple(e for part in parts for e in part.expectations))


def feedback_suites() -> dict[str, Suite]:
    """The feedback suites by the name of the feedback table."""
    return _suites_in("feedback")


def mart_suites() -> dict[str, Suite]:
    """The suites on marts by the name of the mart. They only warn, because a failure is not an error of the run."""
    return _suites_in("marts")


def _suites_in(folder: str) -> dict[str, Suite]:
    files = sorted((project_folder("expectations") / folder).glob("*.json"))
    return {path.stem: read_suite(f"{folder}/{path.stem}") for path in files}


@cache
def read_suite(name: str) -> Suite:
    """The suite ``expectations/<name>.json``.

    Raises
    ------
    IecareerError
        When the file is missing, is not JSON, or an expectation lacks its name, severity or sentences.
    """
    path = project_folder("expectations") / f"{name}.json"
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise IecareerError(f"The suite expectations/{name}.json is missing.") from None
    except json.JSONDecodeError as error:
        raise IecareerError(f"expectations/{name}.json, line {error.lineno}: not JSON.") from None
    return Suite(document["name"], tuple(_expectation(entry, path) for entry in document["expectations"]))


def _expectation(entry: dict[str, Any], path: Path) -> Expectation:
    meta = entry.get("meta", {})
    missing = [key for key in ("name", "severity", "sentence_zh", "sentence_en") if not meta.get(key)]
    place = (
        f"expectations/{path.parent.name}/{path.name}, expectation '{meta.get('name', entry.get('type'))}'"
    )
    if missing:
        raise IecareerError(f"{place}: meta lacks {', '.join(missing)}.")
    if meta["severity"] not in SEVERITIES:
        raise IecareerError(f"{place}: severity must be one of {', '.join(SEVERITIES)}.")
    return Expectation(meta["name"], meta["severity"], meta["sentence_zh"], meta["sentence_en"], entry)


def _condition_columns(condition: dict[str, Any]) -> set[str]:
    if condition.get("type") in ("and", "or"):
        return {name for part in condition["conditions"] for name in _condition_columns(part)}
    return {condition["column"]["name"]} if "column" in condition else set()
