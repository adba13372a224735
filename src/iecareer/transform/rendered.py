"""Models of the dbt project computed on an open DuckDB file, without dbt: in milliseconds, from tables that are there.

Input: names of models whose inputs the file has, and the reference date. Output: their tables, in the schemas that a
night gives them. Only what the text of models asks for is known: `ref`, `source`, `var`, `config` and the project's
own macros. A night is built by dbt, with its tests and contracts; this is for questions about a published warehouse.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from iecareer.settings import project_folder

if TYPE_CHECKING:
    import duckdb

_SCHEMAS = {"stg": "staging", "int": "intermediate", "msr": "marts", "dim": "marts", "basis": "basis"}
# Prefix of models that are built without it → schema.
_UNPREFIXED = {"published": "feedback", "lights": "lights", "instruments": "instruments", "audit": "audit"}


def compute(connection: duckdb.DuckDBPyConnection, models: Iterable[str], as_of: date) -> None:
    """Compute models, one after another, from the tables they read."""
    for name in models:
        connection.execute(f"create schema if not exists {table_of(name).split('.')[0]}")
        connection.execute(f"create or replace table {table_of(name)} as {sql_of(name, as_of)}")


@cache
def sql_of(name: str, as_of: date) -> str:
    """The SQL of a model on a day."""
    return str(_environment(as_of).from_string(_text(name)).render())


def macro(call: str) -> str:
    """The SQL of one call of a macro."""
    return str(_environment(date.min).from_string("{{ " + call + " }}").render())


@cache
def table_of(name: str) -> str:
    """``schema.table`` of a model or seed."""
    if list((_project() / "seeds").rglob(f"{name}.csv")):
        return f"seeds.{name}"
    prefix, _, rest = name.partition("_")
    if prefix in _UNPREFIXED:
        return f"{_UNPREFIXED[prefix]}.{rest}"
    if "schema='indicators'" in _text(name):
        return f"indicators.{name}"
    return f"{_SCHEMAS[prefix]}.{name}"


def _text(name: str) -> str:
    (path,) = (_project() / "models").rglob(f"{name}.sql")
    return path.read_text(encoding="utf-8")


@cache
def _environment(as_of: date) -> Any:
    """What models may call, on a day. The macros are parsed once: they are much longer than a model."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    environment = SandboxedEnvironment(
        undefined=StrictUndefined, extensions=["jinja2.ext.do"], trim_blocks=True, lstrip_blocks=True
    )
    environment.globals.update(
        ref=table_of,
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
    for path in sorted((_project() / "macros").glob("*.sql")):
        text = path.read_text(encoding="utf-8")
        yield re.sub(r"adapter\.dispatch\('(\w+)', 'iecareer'\)", r"default__\1", text)


def _project() -> Path:
    return project_folder("dbt_project")
