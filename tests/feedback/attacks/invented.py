"""A release of an invented region, made by the models of publication from graduates whose states are known.

The models run without dbt. So what is attacked here is what the models publish, and the truth is at hand.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow.compute as pc

from iecareer.feedback.attacks.rules import COLUMNS
from iecareer.feedback.data_files import write_data
from tests.models import build_model, build_policy, build_seed

AS_OF = date(2026, 11, 21)
COHORTS = (2020, 2021, 2022, 2023)
PROGRAMS = ("460103", "460104", "510201", "530304", "590202")
DESTINATIONS = ("contract", "flexible", "study", "not_placed", "not_registered")
OUTPUTS = ("invention_patent", "utility_patent", "technical_improvement", "award", "none")
STATES = {
    "registration_final": (
        0,
        ("contract", "flexible", "study", "not_placed", "not_registered"),
        (50, 15, 15, 12, 8),
    ),
    "registration_initial": (
        0,
        ("contract", "flexible", "study", "not_placed", "not_registered"),
        (40, 15, 15, 15, 15),
    ),
    "insurance": (6, ("at_wave", "other_time", "never", "not_judged"), (60, 20, 15, 5)),
    "employer": (36, ("one", "two", "three_or_more"), (60, 25, 15)),
    "certificate_during_studies": (0, ("passed", "failed", "not_examined"), (50, 20, 30)),
    "certificate_since_graduation": (0, ("passed", "failed", "not_examined"), (10, 10, 80)),
    "innovation": (
        0,
        ("invention_patent", "utility_patent", "technical_improvement", "award", "none"),
        (2, 3, 5, 5, 85),
    ),
}
WORKPLACES = {
    "place": (("same_prefecture", "same_province", "other_province", "unknown"), (45, 35, 15, 5)),
    "industry": (("A", "C", "F", "G", "I", "O", "unknown"), (5, 45, 15, 15, 8, 7, 5)),
    "size_class": (("large", "medium", "small", "unknown"), (30, 30, 30, 10)),
    "ownership": (("private", "state", "unknown"), (65, 25, 10)),
}
MODELS = (
    "int_disclosure_policy",
    "int_publication_unit",
    "int_rounded_state",
    "int_published_state",
    "int_published_quotient",
    "int_published_workplace",
    "int_rounded_promotion",
    "int_published_promotion",
    "int_published_share",
    "int_rounded_retention",
    "int_published_retention",
    "int_published_retention_row",
    "int_pay_block",
    "int_published_pay_block",
    "msr_rounded_pay",
    "msr_published_pay",
    "msr_published_value",
    "msr_published_peer",
)
OF_HIRES = (
    "int_disclosure_policy",
    "int_hire",
    "int_published_hire_unit",
    "int_hire_count",
    "int_published_hire",
    "int_hire_retention",
)
TABLES = tuple(f"published_{name}" for name in sorted(COLUMNS))


def invent(seed: int, n_institutions: int = 5, mean_size: float = 16.0) -> duckdb.DuckDBPyConnection:
    """A build with graduates of known states, up to the models that publish them."""
    draw, connection = np.random.default_rng(seed), duckdb.connect()
    for schema in ("staging", "intermediate", "marts", "indicators", "feedback"):
        connection.execute(f"create schema {schema}")
    _write_no_release(connection)
    for name in ("published_state", "published_quotient"):
        build_seed(connection, name)
    build_policy(connection, AS_OF)
    _write_graduates(connection, draw, n_institutions, mean_size)
    _write_members(connection, draw)
    _write_answers(connection, draw)
    _write_first_jobs(connection, draw)
    _write_careers(connection, draw)
    _write_pay(connection, draw)
    return connection


def _write_no_release(connection: duckdb.DuckDBPyConnection) -> None:
    """Nothing was released before."""
    connection.execute("create table staging.stg_release (release_number integer, label varchar)")
    unit = "release_number integer, unit_family varchar, kind varchar, months integer, unit_id varchar"
    connection.execute(f"create table intermediate.int_standing_unit ({unit}, n_changed bigint)")
    for table in ("staging.stg_released_number", "intermediate.int_standing_number"):
        connection.execute(f"create table {table} ({unit}, number_name varchar, number_value double)")


def publish(connection: duckdb.DuckDBPyConnection, *, from_model: str = MODELS[0]) -> None:
    """Compute the published tables from a model on; the models before it stay as they are."""
    for name in (*MODELS[MODELS.index(from_model) :], *TABLES):
        build_model(connection, name, AS_OF)


def write_release(connection: duckdb.DuckDBPyConnection, folder: Path) -> Path:
    """Write the data files of each institution."""
    codes = [
        code
        for (code,) in connection.execute(
            "select distinct institution_code from intermediate.int_graduate"
        ).fetchall()
    ]
    for code in codes:
        write_data(
            folder / code / "data",
            {
                name.removeprefix("published_"): connection.sql(
                    f"select *, program_code as program_name from feedback.{name.removeprefix('published_')} "
                    f"where institution_code = '{code}' order by all"
                ).to_arrow_table()
                for name in TABLES
            },
        )
    return folder


def write_hires(connection: duckdb.DuckDBPyConnection, folder: Path) -> Path:
    """Write the data files of employers, for each institution and for each employer."""
    for name in OF_HIRES:
        build_model(connection, name, AS_OF)
    for place, table, code in (
        ("", "hiring_employer", "institution_code"),
        ("enterprises/", "employer_retention", "enterprise_code"),
    ):
        rows = connection.sql(
            f"""select *, null::varchar as stands_from from intermediate.int_hire_retention
            where (scope = 'employer') = ({code} = enterprise_code) order by all"""
        ).to_arrow_table()
        for value in rows.column(code).unique().to_pylist():
            own = rows.filter(pc.equal(rows.column(code), value))
            # beside the folder with the other tables
            write_data(folder / f"{place}{value} employers" / "data", {table: own})
    return folder


def _write_graduates(
    connection: duckdb.DuckDBPyConnection, draw: np.random.Generator, n_institutions: int, mean_size: float
) -> None:
    cells = [
        (f"41420108{at:02d}", program, cohort)
        for at in range(n_institutions)
        for program in PROGRAMS
        for cohort in COHORTS
    ]
    sizes = np.maximum(draw.negative_binomial(3, 3 / (3 + mean_size), len(cells)), 1)
    connection.execute(
        """create table intermediate.int_program_cohort as
        select cell_id::int as cell_id, institution_code, program_code, cohort_year::int as cohort_year,
          make_date(cohort_year::int, 6, 30) as graduated_on, 'central' as region_class,
          '420000' as area_code,
          program_code[:4] as program_group_code
        from (select unnest($ids) as cell_id, unnest($institutions) as institution_code,
          unnest($programs) as program_code, unnest($cohorts) as cohort_year)""",
        {
            "ids": list(range(len(cells))),
            "institutions": [cell[0] for cell in cells],
            "programs": [cell[1] for cell in cells],
            "cohorts": [cell[2] for cell in cells],
        },
    )
    of_cell = np.repeat(np.arange(len(cells)), sizes)
    numbers = draw.integers(0, 2**32, (3, len(of_cell)))
    connection.execute(
        "create table person as "
        "select unnest($cells)::int as cell_id, unnest($p) as p, unnest($r) as r, unnest($f) as f",
        {"cells": of_cell.tolist(), **dict(zip("prf", numbers.tolist(), strict=True))},
    )
    connection.execute(
        """create table intermediate.int_graduate_cell as
          select row_number() over (order by cell_id, p)::int as graduate_id, cell_id, p, r, f from person;
        create table intermediate.int_graduation_number as select graduate_id, p as publication_number,
          r as registration_number, f as followed_number from intermediate.int_graduate_cell;
        create table intermediate.int_graduate as select graduate_id, institution_code, program_code, cohort_year
          from intermediate.int_graduate_cell join intermediate.int_program_cohort using (cell_id);
        create table intermediate.int_program_level as select institution_code, program_code, cohort_year,
          'higher_vocational' as study_level from intermediate.int_program_cohort;
        create table intermediate.int_cohort_agreement as select institution_code, program_code, cohort_year,
          'order_class' as mode, 'E1' as enterprise_code from intermediate.int_program_cohort where false"""
    )
    for model in ("int_rollup_cell", "int_rollup"):
        build_model(connection, model, AS_OF)


def _graduates(connection: duckdb.DuckDBPyConnection) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Numbers, cells and cohorts of all graduates."""
    found = connection.execute(
        """select graduate_id, cell_id, cohort_year from intermediate.int_graduate_cell
        join intermediate.int_program_cohort using (cell_id) order by 1"""
    ).fetchnumpy()
    return found["graduate_id"], found["cell_id"], found["cohort_year"]


def _tilted(draw: np.random.Generator, cells: np.ndarray, weights: tuple[int, ...]) -> np.ndarray:
    """A state of each graduate; states are more or less frequent from cell to cell."""
    shares = draw.dirichlet(np.array(weights) / 8 + 0.05, cells.max() + 1).cumsum(axis=1)
    return np.minimum((draw.random(len(cells))[:, None] > shares[cells]).sum(axis=1), len(weights) - 1)


def _write_members(connection: duckdb.DuckDBPyConnection, draw: np.random.Generator) -> None:
    graduates, cells, _ = _graduates(connection)
    connection.execute(
        "create table intermediate.int_published_member (state_family varchar, months int, cell_id int, "
        "graduate_id int, state varchar)"
    )
    for family, (months, states, weights) in STATES.items():
        places = _tilted(draw, cells, weights)
        is_in = (
            np.ones(len(cells), bool)
            if family not in ("employer", "insurance")
            else draw.random(len(cells)) < 0.85
        )
        _add(connection, family, months, cells[is_in], graduates[is_in], np.array(states)[places[is_in]])
    working = draw.random(len(cells)) < 0.75
    employers = draw.integers(0, 6, len(cells)) + 10 * cells
    listed = {}
    for dimension, (states, weights) in WORKPLACES.items():
        places = np.array(states)[_tilted(draw, cells, weights)]
        listed["owner_type" if dimension == "ownership" else dimension] = places[working].tolist()
        _add(connection, f"workplace_{dimension}", 12, cells[working], graduates[working], places[working])
    connection.execute(
        "create table intermediate.int_workplace_category as select unnest($graduates)::int as graduate_id, "
        "12 as horizon_months, unnest($employers)::varchar as enterprise_code, "
        + ", ".join(f"unnest(${name}) as {name}" for name in listed),
        {"graduates": graduates[working].tolist(), "employers": employers[working].tolist(), **listed},
    )
    connection.execute(
        """create table intermediate.int_destination_status as
        select graduate_id, definition, true as is_comparable from intermediate.int_graduate
        cross join (select unnest(['moe_initial', 'moe_final']) as definition)"""
    )


def _add(
    connection: duckdb.DuckDBPyConnection,
    family: str,
    months: int,
    cells: np.ndarray,
    graduates: np.ndarray,
    states: np.ndarray,
) -> None:
    connection.execute(
        "insert into intermediate.int_published_member select $family, $months, unnest($cells), unnest($graduates), "
        "unnest($states)",
        {
            "family": family,
            "months": months,
            "cells": cells.tolist(),
            "graduates": graduates.tolist(),
            "states": states.tolist(),
        },
    )


def _write_answers(connection: duckdb.DuckDBPyConnection, draw: np.random.Generator) -> None:
    """Answers at six months; the employed are divided by each definition of a match."""
    graduates, cells, _ = _graduates(connection)
    activities = np.array(("study", "works", "own_business", "not_placed", "no_answer"))
    activity = activities[_tilted(draw, cells, (12, 45, 6, 10, 27))]
    parts = [
        np.array(states)[_tilted(draw, cells, weights)]
        for states, weights in (
            (("matched", "not_matched", "no_code"), (60, 30, 10)),
            (("core", "related", "not_matched", "no_code"), (40, 25, 25, 10)),
            (("matched", "not_matched", "no_code"), (50, 40, 10)),
            (("over", "well", "under", "no_code"), (20, 50, 20, 10)),
        )
    ]
    states = np.array(["|".join(row) for row in zip(activity, *parts, strict=True)])
    _add(connection, "survey", 6, cells, graduates, states)
    connection.execute(
        """create table intermediate.int_due_wave as select 6 as wave_months, true as is_answered;
        create table intermediate.int_occupation_list as
          select distinct program_code, cohort_year, 'core' as fit from intermediate.int_graduate"""
    )


def _write_first_jobs(connection: duckdb.DuckDBPyConnection, draw: np.random.Generator) -> None:
    """First jobs that began within a year; they are followed to the autumn of 2026."""
    graduates, cells, cohorts = _graduates(connection)
    begins = 12 * cohorts + 6 + draw.integers(0, 12, len(cells))
    seen = np.full(len(cells), 12 * 2026 + 9)
    lasts = (
        np.ceil(
            draw.exponential(20 + 40 * draw.random(cells.max() + 1))[cells] * draw.exponential(1, len(cells))
        ).astype(int)
        + 1
    )
    follow_up = seen - begins + 1
    is_in = draw.random(len(cells)) < 0.8
    # many graduates of a college begin with one of a few employers
    employers = np.minimum(draw.geometric(0.25, len(cells)), 9)
    connection.execute(
        """create table intermediate.int_first_spell as select *, false as is_after_open_month, 0 as n_open_after
        from (select unnest($graduates)::int as graduate_id, unnest($lasts)::int as duration_months,
          unnest($events) as is_event, unnest($seen)::int as seen_until_month, unnest($begins)::int as start_month,
          unnest($employers)::varchar as enterprise_code)
        join intermediate.int_graduate using (graduate_id);""",
        {
            "graduates": graduates[is_in].tolist(),
            "lasts": np.minimum(lasts, follow_up)[is_in].tolist(),
            "events": (lasts < follow_up)[is_in].tolist(),
            "seen": seen[is_in].tolist(),
            "begins": begins[is_in].tolist(),
            "employers": employers[is_in].tolist(),
        },
    )
    connection.execute(
        "create table intermediate.int_uncertain_month (cell_id int, months int, n_uncertain_start bigint, "
        "n_uncertain_end bigint)"
    )


def _write_careers(connection: duckdb.DuckDBPyConnection, draw: np.random.Generator) -> None:
    """Promotions reported in the waves; some people stop answering."""
    graduates, cells, _ = _graduates(connection)
    waves = np.array((6, 12, 24, 36, 60))
    until = waves[draw.choice(5, len(cells), p=(0.05, 0.1, 0.1, 0.15, 0.6))]
    moved = waves[draw.choice(5, len(cells))]
    is_event = (moved <= until) & (draw.random(len(cells)) < 0.4)
    is_in = draw.random(len(cells)) < 0.7
    connection.execute(
        """create table intermediate.int_promotion as select unnest($graduates)::int as graduate_id,
          unnest($months)::int as months, unnest($events) as is_event, 60 as last_due_months""",
        {
            "graduates": graduates[is_in].tolist(),
            "months": np.where(is_event, moved, until)[is_in].tolist(),
            "events": is_event[is_in].tolist(),
        },
    )


def _write_pay(connection: duckdb.DuckDBPyConnection, draw: np.random.Generator) -> None:
    """Contribution bases, some at the floor or the cap."""
    graduates, cells, _ = _graduates(connection)
    pay = np.round(5200 * np.exp(draw.normal(0, 0.25, len(cells))), 2)
    kind = _tilted(draw, cells, (10, 85, 5))
    is_in = draw.random(len(cells)) < 0.7
    connection.execute(
        """create table intermediate.int_published_pay_person as
        select 'starting_salary' as table_name, 'register' as measure, 0 as months, graduate_id, pay_cny,
          is_at_floor, is_at_cap, 0 as is_uncertain, '420000' as province_code, cell_id, publication_number
        from (select unnest($graduates)::int as graduate_id, unnest($pay) as pay_cny,
          unnest($floor)::int as is_at_floor,
          unnest($cap)::int as is_at_cap)
        join intermediate.int_graduate_cell using (graduate_id)
        join intermediate.int_graduation_number using (graduate_id)""",
        {
            "graduates": graduates[is_in].tolist(),
            "pay": np.select([kind == 0, kind == 2], [4000.0, 20000.0], pay)[is_in].tolist(),
            "floor": (kind == 0)[is_in].astype(int).tolist(),
            "cap": (kind == 2)[is_in].astype(int).tolist(),
        },
    )
    connection.execute(
        """create table indicators.msr_starting_salary as select * exclude (rollup_id), 'register' as measure,
          5000.0 as p25, 5200.0 as p50, 5400.0 as p75, 'ok' as status from intermediate.int_rollup;
        create table indicators.msr_wage as
          select *, 12 as horizon_months from indicators.msr_starting_salary where false"""
    )
