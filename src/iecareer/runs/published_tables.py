"""The list of tables that may be published, each with its key columns and all columns.

Input: `published_tables.yml` for tables that Python stages write. For marts and seeds the descriptions in the dbt
project, where the test `unique_key` names the key. Output: the list. A table that is not on it is not published.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from iecareer.errors import IecareerError
from iecareer.settings import project_folder

# Every column that may be part of a key, with its kind of values. None of them can identify a person or a graduation.
KEY_COLUMNS = {
    **dict.fromkeys(("scope", "measure", "method", "indicator", "weighting", "fit"), "word"),
    **dict.fromkeys(("dimension", "destination", "n_employers", "split", "state"), "word"),
    **dict.fromkeys(("phase", "kind", "reason", "component", "characteristic", "reference"), "word"),
    **dict.fromkeys(("model", "size_band", "expectation", "table_name", "column_name"), "word"),
    **dict.fromkeys(("mode", "region_class", "definition", "other_definition", "study_level"), "text"),
    **dict.fromkeys(("institution_code", "program_code", "program_group_code"), "text"),
    **dict.fromkeys(
        ("enterprise_code", "region_code", "area_code", "source_id", "delivery_id", "run_id"), "text"
    ),
    **dict.fromkeys(("agreement_id", "policy_id", "cause", "skill_id"), "text"),
    **dict.fromkeys(("level", "signal"), "word"),
    **dict.fromkeys(("name", "version", "activity", "category", "division_code"), "text"),
    **dict.fromkeys(("cohort_year", "cohort_from", "cohort_to", "year", "edition"), "year"),
    **dict.fromkeys(("valid_from", "effective_from", "first_month"), "day"),
    **dict.fromkeys(("months", "horizon_months", "wave_months", "event_time"), "months"),
    **dict.fromkeys(("value", "df", "n_cohorts"), "number"),
}
# Prefix of a model's name → the schema it is published in.
_SCHEMAS = {
    "msr": "marts",
    "dim": "marts",
    "published": "feedback",
    "lights": "lights",
    "instruments": "instruments",
    "audit": "audit",
}
# These models are built without their prefix.
_UNPREFIXED = ("published", "lights", "instruments", "audit")
_ROLLUP = "_rollup"


@dataclass(frozen=True)
class PublishedTable:
    """A table that may be published: its name with the schema, the columns of its key, and all its columns."""

    name: str
    grain: tuple[str, ...]
    columns: frozenset[str]

    def grain_of(self, present: set[str]) -> tuple[str, ...]:
        """The key columns of a table with these columns."""
        return tuple(column for column in self.grain if column in present)


def published_tables() -> dict[str, PublishedTable]:
    """The list, by ``schema.table``."""
    return {table.name: table for table in (*_of_stages(), *_of_marts(), *_of_seeds())}


def refuse_open_key(table: PublishedTable) -> None:
    """Refuse a table whose declared key could identify persons.

    Raises
    ------
    IecareerError
        When the table has no key, or a column of the key is not in `KEY_COLUMNS`.
    """
    unknown = [column for column in table.grain if column not in KEY_COLUMNS]
    if unknown or not table.grain:
        problem = f"the key column {unknown[0]}, which is not allowed" if unknown else "no test unique_key"
        raise IecareerError(
            f"{table.name} is declared with {problem}. It cannot be published.",
            next_step="Declare a key of columns in iecareer.runs.published_tables.KEY_COLUMNS.",
        )


def _of_stages() -> Iterator[PublishedTable]:
    for name, entry in _read(Path(__file__).with_suffix(".yml")).items():
        yield _table(name, entry["grain"], [*entry["grain"], *entry.get("columns", [])])


def _of_marts() -> Iterator[PublishedTable]:
    """Each model `msr_X`, `dim_X`, `published_X` as ``feedback.X``, and `lights_X`, … as ``lights.X``.

    A mart with columns of roll-ups may also be published as `msr_X_rollup`. A model with `is_published: false` in its
    meta is only used inside the build.
    """
    for path in sorted((project_folder("dbt_project") / "models").rglob("*.yml")):
        for model in _read(path).get("models", []):
            prefix = model["name"].partition("_")[0]
            meta = model.get("config", {}).get("meta", {})
            if prefix in _SCHEMAS and meta.get("is_published", True):
                columns = [column["name"] for column in model.get("columns", [])]
                key = _unique_key(model)
                name = model["name"].removeprefix(f"{prefix}_") if prefix in _UNPREFIXED else model["name"]
                yield _table(f"{_SCHEMAS[prefix]}.{name}", key, columns)
                if model["name"].startswith("msr_") and "program_group_code" in columns:
                    yield _table(f"marts.{model['name']}{_ROLLUP}", key, columns)


def _of_seeds() -> Iterator[PublishedTable]:
    folder = project_folder("dbt_project") / "seeds"
    headers = {path.stem: path for path in folder.rglob("*.csv")}
    for path in sorted(folder.rglob("*.yml")):
        for seed in _read(path).get("seeds", []):
            with headers[seed["name"]].open(encoding="utf-8") as stream:
                columns = stream.readline().strip().split(",")
            yield _table(f"seeds.{seed['name']}", _unique_key(seed), columns)


def _unique_key(described: dict[str, Any]) -> list[str]:
    """The columns of the first test `unique_key`, or else the column of a test `unique`."""
    for test in described.get("data_tests", []):
        if isinstance(test, dict) and "unique_key" in test:
            return list(test["unique_key"]["arguments"]["columns"])
    for column in described.get("columns", []):
        if "unique" in column.get("data_tests", []):
            return [column["name"]]
    return []


def _table(name: str, grain: list[str], columns: list[str]) -> PublishedTable:
    return PublishedTable(name, tuple(grain), frozenset(columns))


def _read(path: Path) -> dict[str, Any]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text(encoding="utf-8"), Loader=loader) or {}  # noqa: S506 - a safe loader, in C
