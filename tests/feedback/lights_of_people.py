"""An invented region whose lights, warnings and flags follow from what each graduation contributes, and its releases.

The models of released lights run without dbt. What they read is computed here from the people: exact values by
program and institution, contributions, and published values, which stand until a test publishes them anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from iecareer.engine.released_numbers import register_released, write_run_state
from iecareer.feedback.lights import prepare_lights
from iecareer.feedback.proposals import prepare_flags
from iecareer.persons.release_state import keep_state
from tests.lights.given_values import COLUMNS, TYPES
from tests.lights.tables import LIGHTS, build_light_policy
from tests.models import build_model

AS_OF = date(2025, 3, 1)
YEAR = AS_OF.year - 1
UNIT = ["scope", "institution_code", "program_code", "year"]
# Indicator → family and months of its contributions, years before the light, what counts as a hit.
FAMILIES = {
    "job_match": ("survey", 6, 1, "matched"),
    "register_employment": ("insurance", 6, 1, "at_wave"),
    "retention_12": ("retention", 0, 2, "stayed"),
    "certificate_pass": ("certificate_during_studies", 0, 1, "passed"),
    "promotion_36": ("promotion", 0, 4, "36"),
}
OTHER = {
    "survey": "not_matched",
    "insurance": "never",
    "retention": "6",
    "certificate_during_studies": "failed",
    "promotion": "stayed",
}
PUBLISHED = {
    "job_match": ("job_match", 6, "normative", "core_or_related"),
    "register_employment": ("employment", 6, "register", ""),
    "retention_12": ("retention", 12, "", ""),
    "certificate_pass": ("certificate", 0, "during_studies", "passed"),
    "promotion_36": ("promotion", 36, "", ""),
}
FACTS = {
    "program": ("months_since_new_version", "hours_changed", "co_developed_hours"),
    "institution": ("enterprise_participation", "hours_changed", "programs_renewed", "intern_conversion"),
}
MODELS = (
    *("basis_light_anchor", *LIGHTS[LIGHTS.index("basis_light_anchor") + 1 :]),
    *("basis_light_behind", "basis_light_unit", "basis_light_fact"),
    *("stg_release", "stg_released_light", "stg_released_contribution", "int_changed_contribution"),
    *("basis_changed_light", "basis_standing_light", "basis_release_light"),
    *("int_release_contribution", "basis_release_light_contribution"),
    *("basis_published_light_value", "basis_published_anchor", "basis_released_indicator"),
    *("basis_released_light", "basis_released_warning"),
)
_EMPTY = {
    "intermediate.int_standing_unit": "release_number integer, unit_family varchar, kind varchar, months integer, "
    "unit_id varchar, n_changed bigint",
    "intermediate.int_publication_unit": "unit_id varchar, cell_id integer, scope varchar, institution_code varchar, "
    "program_code varchar, cohort_from integer, block_length integer",
    "intermediate.int_part_row": "unit_family varchar, row_id varchar, cell_id integer",
    "intermediate.int_program_level": "institution_code varchar, program_code varchar, cohort_year integer, "
    "study_level varchar",
    "indicators.msr_release_number": "release_number integer, unit_family varchar, kind varchar, months integer, "
    "unit_id varchar, number_name varchar, number_value double",
}


@dataclass
class People:
    """What every graduation contributes (`told`), and the facts of every unit (`facts`)."""

    told: pd.DataFrame
    facts: pd.DataFrame

    def copy(self) -> People:
        return People(self.told.copy(), self.facts.copy())

    def change(self, program: tuple[str, str], families: dict[str, int]) -> None:
        """Turn so many contributions of the cohort behind the light of the last year into the other value."""
        own = (self.told["institution_code"] == program[0]) & (self.told["program_code"] == program[1])
        for indicator, n in families.items():
            family, _, years_before, hit = FAMILIES[indicator]
            is_it = (
                own & (self.told["unit_family"] == family) & (self.told["cohort_year"] == YEAR - years_before)
            )
            at = self.told.index[is_it][:n]
            now = self.told.loc[at, "contribution"]
            self.told.loc[at, "contribution"] = np.where(now == hit, OTHER[family], hit)


def invented(n_programs: int, seed: int, years: tuple[int, ...] = (YEAR,), size: int = 16) -> People:
    """Programs of 7 institutions with about `size` graduates behind each indicator of each year."""
    draw = np.random.default_rng(seed)
    parts = []
    for number in range(n_programs):
        institution, program = f"I{number % 7}", f"46{number // 7:04}"
        quality = draw.uniform(0.35, 0.8)
        for year in years:
            for indicator, (family, months, years_before, hit) in FAMILIES.items():
                n = int(draw.integers(size - 4, size + 12))
                is_hit = draw.random(n) < quality
                parts.append(
                    pd.DataFrame(
                        {
                            "institution_code": institution,
                            "program_code": program,
                            "cohort_year": year - years_before,
                            "indicator": indicator,
                            "unit_family": family,
                            "months": months,
                            "member": number * 10_000 + (year - years_before) % 100 * 100 + np.arange(n),
                            "contribution": np.where(is_hit, hit, OTHER[family]),
                        }
                    )
                )
    told = pd.concat(parts, ignore_index=True)
    units = pd.concat([_units(told, scope)[UNIT] for scope in FACTS]).drop_duplicates(ignore_index=True)
    facts = [
        {**unit, "indicator": name, "n": 20, "value": 30.0 if name.startswith("months") else 0.4}
        for unit in units.to_dict("records")
        for name in FACTS[unit["scope"]]
    ]
    return People(told, pd.DataFrame(facts))


def _units(told: pd.DataFrame, scope: str) -> pd.DataFrame:
    years_before = told["indicator"].map({name: family[2] for name, family in FAMILIES.items()})
    rows = told.assign(scope=scope, year=told["cohort_year"] + years_before)
    return rows if scope == "program" else rows.assign(program_code="")


def shares(told: pd.DataFrame) -> pd.DataFrame:
    """Number of graduations and share of hits by unit and indicator."""
    hit = told["indicator"].map({name: family[3] for name, family in FAMILIES.items()})
    rows = told.assign(k=(told["contribution"] == hit).astype(int), n=1)
    found = [
        _units(rows, scope).groupby([*UNIT, "indicator"], as_index=False)[["n", "k"]].sum() for scope in FACTS
    ]
    listed = pd.concat(found, ignore_index=True)
    return listed.assign(value=listed["k"] / listed["n"])


class House:
    """A build file of an invented region, and the releases made from it."""

    def __init__(self, path: Path) -> None:
        self.path, self.label, self.n_runs = path, None, 0
        with duckdb.connect(str(path)) as connection:
            for schema in (
                "landing",
                "staging",
                "intermediate",
                "indicators",
                "marts",
                "basis",
                "feedback",
                "flags",
            ):
                connection.execute(f"create schema {schema}")
            for table, columns in _EMPTY.items():
                connection.execute(f"create table {table} ({columns})")
            connection.execute(
                "create table marts.dim_institution as select 'I0' as institution_code, 'east' as region_class"
            )
            connection.execute(
                """create table intermediate.int_course_in_force (institution_code varchar, program_code varchar,
                year integer, hours double, effective_from date, is_in_force boolean)"""
            )
            build_light_policy(connection, AS_OF)
            build_model(connection, "int_disclosure_policy", AS_OF)

    def publish(self, people: People) -> None:
        """Publish the shares of these people; they stand until this is called again."""
        found = shares(people.told)
        n, k = 5 * (found["n"] // 5 + 1), 5 * (found["k"] // 5 + 1)
        rows = pd.DataFrame(
            {
                "table_name": found["indicator"].map({name: key[0] for name, key in PUBLISHED.items()}),
                "months": found["indicator"].map({name: key[1] for name, key in PUBLISHED.items()}),
                "definition": found["indicator"].map({name: key[2] for name, key in PUBLISHED.items()}),
                "fit": found["indicator"].map({name: key[3] for name, key in PUBLISHED.items()}),
                "scope": found["scope"],
                "institution_code": found["institution_code"],
                "program_code": found["program_code"].replace("", None),
                "weighting": np.where(
                    (found["scope"] == "institution")
                    & found["indicator"].isin(("job_match", "promotion_36")),
                    "weighted",
                    "unweighted",
                ),
                "n": n,
                "k": k,
                "value": (k / n).clip(upper=1).round(2),
                "status": np.where(n < 10, "too_few", "ok"),
            }
        )
        cohort = found["year"] - found["indicator"].map(
            {name: family[2] for name, family in FAMILIES.items()}
        )
        rows = rows.assign(
            cohort_year=cohort,
            cohort_from=cohort,
            cohort_to=cohort,
            ci_low=(rows["value"] - 0.2).clip(lower=0),
            ci_high=(rows["value"] + 0.2).clip(upper=1),
        )
        with duckdb.connect(str(self.path)) as connection:
            _write(connection, "indicators.msr_published_value", rows)

    def hide(self, table: str, program: tuple[str, str]) -> None:
        """Publish no value of a program in a table, as below 10."""
        with duckdb.connect(str(self.path)) as connection:
            connection.execute(
                """update indicators.msr_published_value set n = null, k = null, value = null, status = 'too_few'
                where scope = 'program' and table_name = ? and institution_code = ? and program_code = ?""",
                [table, *program],
            )

    def build(
        self, people: People, *, min_changes: int = 10
    ) -> dict[str, dict[tuple[Any, ...], tuple[Any, ...]]]:
        """What a candidate publishes after the last release: table → key → columns; `stands_from` comes last."""
        with duckdb.connect(str(self.path)) as connection:
            register_released(connection, self.label, "1")
            connection.execute(
                "update intermediate.int_disclosure_policy set refresh_min_changes = ?", [min_changes]
            )
            self._write_people(connection, people)
            for model in MODELS:
                build_model(connection, model, AS_OF)
            prepare_flags(connection, AS_OF)
            prepare_lights(connection)
            return {
                "light": _read(connection, "light", (*UNIT,)),
                "light_indicator": _read(connection, "light_indicator", (*UNIT, "indicator")),
                "warning": _read(connection, "warning", (*UNIT, "cause")),
                "program_flag": _read(connection, "program_flag", ("institution_code", "program_code")),
            }

    def release(self, home: Path) -> None:
        """Release the candidate."""
        self.n_runs += 1
        run_id, label = f"run-{self.n_runs}", f"R{self.n_runs}"
        write_run_state(self.path, run_id, AS_OF, self.label, "1")
        keep_state(run_id, label)
        (home / "releases" / label).mkdir(parents=True)
        self.label = label

    def _write_people(self, connection: duckdb.DuckDBPyConnection, people: People) -> None:
        told = people.told
        keys = ["institution_code", "program_code", "cohort_year"]
        cells = told[keys].drop_duplicates(ignore_index=True)
        cells = cells.assign(cell_id=range(len(cells)))
        _write(connection, "intermediate.int_program_cohort", cells)
        contributions = told.merge(cells, on=keys)
        _write(
            connection,
            "intermediate.int_contribution",
            contributions[["unit_family", "months", "cell_id", "member", "contribution"]],
        )
        values = pd.concat([shares(told), people.facts], ignore_index=True)
        half = 1 / np.sqrt(values["n"])
        is_person = values["indicator"].isin(FAMILIES)
        unit_id = values["scope"] + " " + values["institution_code"] + " " + values["program_code"]
        values = values.assign(
            area_code="330000",
            region_class="east",
            unit_id=unit_id,
            program_code=values["program_code"].replace("", None),
            ci_low=(values["value"] - half).clip(lower=0).where(is_person),
            ci_high=(values["value"] + half).clip(upper=1).where(is_person),
            status="ok",
        )
        listed = ", ".join(f"{name}::{TYPES.get(name, 'varchar')} as {name}" for name in COLUMNS)
        connection.register("rows", values)
        connection.execute(f"create or replace table basis.basis_light_value as select {listed} from rows")
        connection.unregister("rows")
        _write(connection, "flags.program_flag", _flags(told))


def _flags(told: pd.DataFrame) -> pd.DataFrame:
    """A flag for every program with answers; its score is the share of its answers without a match."""
    answers = told[(told["unit_family"] == "survey") & (told["cohort_year"] == YEAR - 1)]
    of_program = answers.assign(miss=answers["contribution"] != "matched").groupby(
        ["institution_code", "program_code"], as_index=False
    )["miss"]
    score = of_program.mean()
    return score.assign(
        cohort_year=YEAR - 1,
        as_of=AS_OF,
        score=score["miss"],
        is_flagged=score["miss"] > 0.5,
        reason_1_zh="对口率低于同类专业",
    ).drop(columns="miss")


def _write(connection: duckdb.DuckDBPyConnection, table: str, rows: pd.DataFrame) -> None:
    connection.register("rows", rows)
    connection.execute(f"create or replace table {table} as from rows")
    connection.unregister("rows")


def _read(
    connection: duckdb.DuckDBPyConnection, table: str, keys: tuple[str, ...]
) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    listed = ", ".join(keys)
    rows = connection.execute(
        f"select {listed}, * exclude ({listed}, stands_from), stands_from from feedback.{table}"
    ).fetchall()
    return {row[: len(keys)]: row[len(keys) :] for row in rows}
