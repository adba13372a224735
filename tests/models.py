"""Models of the dbt project computed on an open DuckDB build, without dbt: for tests that need a few of them.

Only what the models' text asks for is known: `ref`, `source`, `var`, `config` and the project's own macros.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import duckdb
from jinja2 import Environment, StrictUndefined

PROJECT = Path(__file__).parents[1] / "dbt_project"
POLICY = (
    *("policy_disclosure", "policy_estimate", "policy_flag", "policy_indicator"),
    *("policy_instrument", "policy_light", "policy_signal"),
)
SCHEMAS = {"stg": "staging", "int": "intermediate", "msr": "marts", "dim": "marts", "basis": "basis"}
# Prefix of models that are built without it, in the schema of the name → schema.
UNPREFIXED = {"published": "feedback", "lights": "lights", "instruments": "instruments", "audit": "audit"}


def build_seed(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Load a seed into schema ``seeds``."""
    (path,) = (PROJECT / "seeds").rglob(f"{name}.csv")
    connection.execute("create schema if not exists seeds")
    connection.execute(
        f"create or replace table seeds.{name} as select * from read_csv($path)", {"path": str(path)}
    )


def build_policy(connection: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """The policy in force on a day, from the build's seeds, else from the seeds as shipped."""
    for seed in (*POLICY, "student_t"):
        held = connection.execute(
            "select 1 from information_schema.tables where table_schema = 'seeds' and table_name = $seed",
            {"seed": seed},
        ).fetchall()
        if not held:
            build_seed(connection, seed)
    for model in ("stg_policy_number", "stg_policy_indicator", "int_policy", "int_peer_level"):
        build_model(connection, model, as_of)


def build_model(connection: duckdb.DuckDBPyConnection, name: str, as_of: date) -> None:
    """Compute a model from the tables it reads, which the build must have."""
    sql, schema = _compiled(name, as_of), _place(name).split(".")[0]
    connection.execute(f"create schema if not exists {schema}")
    connection.execute(f"create or replace table {_place(name)} as {sql}")


def macro(call: str) -> str:
    """The SQL of one call of a macro."""
    return _rendered("{{ " + call + " }}", date.min)


@cache
def _compiled(name: str, as_of: date) -> str:
    (path,) = (PROJECT / "models").rglob(f"{name}.sql")
    return _rendered(path.read_text(encoding="utf-8"), as_of)


def _rendered(text: str, as_of: date) -> str:
    return _environment(as_of).from_string(text).render()


@cache
def _environment(as_of: date) -> Environment:
    """What models may call, on a day. The macros are parsed once: they are much longer than a model."""
    environment = Environment(
        undefined=StrictUndefined, extensions=["jinja2.ext.do"], trim_blocks=True, lstrip_blocks=True
    )
    environment.globals.update(
        ref=_place,
        source=lambda schema, table: f"{schema}.{table}",
        var=lambda _: as_of.isoformat(),
        config=lambda **_: "",
        target={"name": "local", "type": "duckdb"},
    )
    environment.globals["return"] = lambda value: value
    macros = environment.from_string("\n".join(_macros())).make_module()
    environment.globals.update({name: value for name, value in vars(macros).items() if name[0] != "_"})
    return environment


def _macros() -> Iterator[str]:
    """All macros; what dbt dispatches by engine is called by its DuckDB name."""
    for path in sorted((PROJECT / "macros").glob("*.sql")):
        text = path.read_text(encoding="utf-8")
        yield re.sub(r"adapter\.dispatch\('(\w+)', 'iecareer'\)", r"default__\1", text)


@cache
def _place(name: str) -> str:
    if list((PROJECT / "seeds").rglob(f"{name}.csv")):
        return f"seeds.{name}"
    prefix, _, rest = name.partition("_")
    if prefix in UNPREFIXED:
        return f"{UNPREFIXED[prefix]}.{rest}"
    if "schema='indicators'" in next((PROJECT / "models").rglob(f"{name}.sql")).read_text(encoding="utf-8"):
        return f"indicators.{name}"
    return f"{SCHEMAS[name.split('_')[0]]}.{name}"
