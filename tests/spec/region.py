"""A build file with the typed landing tables of a region given as plain rows, and dbt run over it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from iecareer.contracts import load_record_types
from iecareer.engine.cluster import begin, hand_over, lay_out, spark_build
from iecareer.engine.engine import SCHEMAS
from iecareer.engine.released_numbers import TABLES, register_released
from iecareer.skills import night
from tests.manifests import parse_once
from tests.spec.text_tables import months

CHECKOUT = Path(__file__).resolve().parents[2]
AS_OF = "2026-11-21"
DEFAULTS: dict[str, dict[str, str]] = {
    "graduate": {
        "program_code": "460101",
        "study_level": "higher_vocational",
        "training_mode": "regular",
        "enrolled_on": "2017-09-01",
        "sex": "female",
        "birth_year": "1999",
        "origin_region_code": "330100",
    },
    "followup_response": {"program_code": "460101"},
    "destination_registration": {"program_code": "460101"},
    "employment_month": {"contribution_base": "5000", "region_code": "330100"},
    "employment_spell": {"observed_on": "2026-08-31"},
    "cooperation_agreement": {"enterprise_code": "E", "mode": "order_class"},
}


def write_landing(path: Path, tables: Mapping[str, Iterable[Mapping[str, Any]]], t_obs: str | None) -> None:
    """Create `path` with a landing table per record type, empty where `tables` has none.

    With `t_obs` there is a source of insured months up to then; `tables["source"]` lists further ones.
    """
    with duckdb.connect(str(path)) as connection:
        for schema in ("landing", *SCHEMAS):
            connection.execute(f"create schema if not exists {schema}")
        for name, record_type in load_record_types().items():
            columns = {column.stored_name: column.sql_type for column in record_type.columns} | {
                "source_id": "varchar",
                "received_on": "date",
            }
            listed = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
            connection.execute(f"create table landing.{name} ({listed})")
            rows = [[_value(row, column) for column in columns] for row in tables.get(name, ())]
            if rows:
                marks = ", ".join("?" * len(columns))
                connection.executemany(f"insert into landing.{name} values ({marks})", rows)
        connection.execute(
            """create table landing.source_system (
                source_id varchar, record_type varchar, priority integer, newest_period date, is_in_service boolean,
                counted_as varchar, observed_through date
            )"""
        )
        connection.execute(
            """create view landing.delivered_month as
            select person_key, enterprise_code, month, source_id, received_on from landing.employment_month"""
        )
        numbers = ", ".join(
            f"('0x' || sha256(concat_ws('|', '{name}', person_key, program_code))[:8])::bigint as {name}"
            for name in ("publication_number", "registration_number", "followed_number")
        )
        connection.execute(
            f"""create view landing.graduate_number as
            select person_key, institution_code, program_code, {numbers} from landing.graduate"""
        )
        register_released(connection, None, "")
        night.create_tables(connection)
        own = [{"source_id": "spec", "newest": t_obs[:7]}] if t_obs else []
        for source in [*own, *tables.get("source", ())]:
            write_source(connection, source)
        connection.execute("update landing.source_system set observed_through = ?", [t_obs])


def write_source(connection: duckdb.DuckDBPyConnection, source: Mapping[str, str]) -> None:
    """Make a source of insured months exist: ``begins``, ``newest`` and ``open`` are months (``2020-07``).

    In each month but the open ones it has 40 people of no college: without them, a month in which nobody of a case is
    insured would be open.
    """
    source_id, newest = source["source_id"], f"{source.get('newest') or '2026-08'}-01"
    counted_as = source.get("counted_as") or source_id
    connection.execute(
        "insert into landing.source_system values (?, 'employment_month', 100, ?, ?, ?, null)",
        [source_id, newest, source.get("is_in_service") != "false", counted_as],
    )
    begins = f"{source.get('begins') or '2009-01'}-01"
    connection.execute(
        """insert into landing.employment_month by name
        select 'stranger ' || number as person_key, 'S' as enterprise_code, cast(month as date) as month,
            5000 as contribution_base, '330100' as region_code, ? as source_id, date '2026-11-21' as received_on
        from generate_series(cast(? as date), cast(? as date), interval 1 month) as months (month),
            generate_series(1, 40) as strangers (number)
        where cast(month as date) not in (select unnest(cast(? as date[])))""",
        [source_id, begins, newest, months(source["open"]) if source.get("open") else []],
    )


def _value(row: Mapping[str, object], column: str) -> object:
    value = row.get(column, {"source_id": "spec", "received_on": AS_OF}.get(column))
    return None if value == "" else value


def run_dbt(path: Path, *arguments: str, folder: Path = CHECKOUT / "dbt_project") -> list[str]:
    """Run dbt on the build file; names of what failed."""
    os.environ["IECAREER_BUILD"] = str(path)
    parse_once()
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    project = str(folder)
    try:
        result = dbtRunner().invoke(
            [
                *arguments,
                *("--project-dir", project, "--profiles-dir", project, "--vars", f"{{as_of: {AS_OF}}}"),
                *("--target-path", str(path.parent / "target"), "--log-path", str(path.parent / "logs")),
                *("--log-level", "none", "--no-print"),
            ]
        )
    finally:
        DuckDBConnectionManager.close_all_connections()
    if result.exception:
        raise result.exception
    outcomes = list(getattr(result.result, "results", None) or [])
    return [f"{o.node.name}: {o.message}" for o in outcomes if str(o.status) in ("error", "fail")]


def build_on_spark(path: Path, *selected: str) -> None:
    """Build the models on Spark from the landing tables of a build file, and show them in it."""
    assert run_dbt(path, "build", "--select", "resource_type:seed") == []
    folder = path.parent / "spark"
    with duckdb.connect(str(path)) as connection:
        for schema in SCHEMAS:
            connection.execute(f"create schema if not exists {schema}")
        begin(folder, connection)
        for name in [*load_record_types(), "source_system", "delivered_month", "graduate_number", *TABLES]:
            lay_out(connection, "landing", name, folder)
        for name in night.TABLES:
            lay_out(connection, "skills", name, folder)
        models = [*selected] or ["path:models"]
        spark_build(folder, CHECKOUT / "dbt_project", models, {"as_of": AS_OF}, tests="unit")
        for schema in ("staging", "intermediate", "indicators", "marts"):
            hand_over(connection, folder, schema)
