"""What a night rebuilds that began from the build of an earlier night, on DuckDB.

Models after a changed source are rebuilt. Models whose SQL names the day of the run are computed beside their table,
and rebuilt with all models after them if their rows differ; so are models that read the list of source systems, if
the list changed. All other tables are as a full build would make them.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from iecareer.runs.digests import differing, digests_of
from iecareer.transform.rendered import sql_of

if TYPE_CHECKING:
    from datetime import date

    import duckdb

_DAY = "macro.iecareer.as_of"
_BESIDE = "beside"
SOURCE_SYSTEMS = "source_system"


@dataclass(frozen=True)
class Model:
    """A model of the project: its table as ``schema.table``, and the names of the sources and models that it reads."""

    table: str
    sources: tuple[str, ...]
    models: tuple[str, ...]
    is_view: bool
    names_day: bool


class ModelGraph:
    """The models of a project by name, and what they read."""

    def __init__(self, models: Mapping[str, Model]) -> None:
        self._models = models

    @classmethod
    def of(cls, manifest: Any) -> ModelGraph:
        """The graph of a project that dbt parsed."""
        keys = {key: node for key, node in manifest.nodes.items() if node.resource_type == "model"}
        sources = {key: node.name for key, node in manifest.sources.items()}
        return cls(
            {
                node.name: Model(
                    f"{node.schema}.{node.alias}",
                    tuple(sources[key] for key in node.depends_on.nodes if key in sources),
                    tuple(keys[key].name for key in node.depends_on.nodes if key in keys),
                    node.config.materialized == "view",
                    _calls_day(manifest.macros, node.depends_on.macros, set()),
                )
                for node in keys.values()
            }
        )

    @classmethod
    def from_json(cls, text: str) -> ModelGraph:
        """The graph that `to_json` wrote."""
        return cls({name: Model(**model) for name, model in json.loads(text).items()})

    def to_json(self) -> str:
        """The graph as text."""
        return json.dumps({name: asdict(model) for name, model in self._models.items()})

    def after(self, *, sources: Iterable[str] = (), models: Iterable[str] = ()) -> set[str]:
        """Names of the models that read these sources or models, directly or through others; and these models."""
        wanted, found = {*sources}, {*models} & {*self._models}
        found |= {name for name, model in self._models.items() if wanted.intersection(model.sources)}
        while more := {
            name
            for name, model in self._models.items()
            if name not in found and found.intersection(model.models)
        }:
            found |= more
        return found

    def tables_but(self, names: Collection[str]) -> set[str]:
        """Tables of all models but these, as ``schema.table``."""
        return {model.table for name, model in self._models.items() if name not in names}

    def compared(self, *, has_other_sources: bool) -> dict[str, str]:
        """Models whose rows are compared with those of the earlier night → their table, as ``schema.table``.

        They name the day of the run or, if `has_other_sources`, read the list of source systems, of which each
        delivery changes a line.
        """
        listing = self._tables_on(SOURCE_SYSTEMS) if has_other_sources else set()
        return {
            name: model.table for name, model in self._models.items() if model.names_day or name in listing
        }

    def _tables_on(self, source: str) -> set[str]:
        """The first tables that read a source, through views."""
        reading = {name for name, model in self._models.items() if source in model.sources}
        while views := {name for name in reading if self._models[name].is_view}:
            through = {name for name, model in self._models.items() if views.intersection(model.models)}
            reading = reading - views | through
        return reading


def other_rows(connection: duckdb.DuckDBPyConnection, models: Mapping[str, str], as_of: date) -> set[str]:
    """Those of the models (name → table) that differ on this day from their table in the build, or have none."""
    connection.execute(f"drop schema if exists {_BESIDE} cascade")
    connection.execute(f"create schema {_BESIDE}")
    known = digests_of(connection, models.values())
    beside = {name: f"{_BESIDE}.{name}" for name, table in models.items() if table in known}
    for name, place in beside.items():
        connection.execute(f"create table {place} as from {models[name]} limit 0")
        connection.execute(f"insert into {place} by name {sql_of(name, as_of)}")
    computed = digests_of(connection, beside.values())
    connection.execute(f"drop schema {_BESIDE} cascade")
    then = {place: known[models[name]] for name, place in beside.items()}
    changed = differing(then, computed)
    return {name for name in models if name not in beside or beside[name] in changed}


def _calls_day(macros: Any, called: Iterable[str], seen: set[str]) -> bool:
    ahead = [name for name in called if name in macros and name not in seen]
    seen.update(ahead)
    return _DAY in ahead or any(_calls_day(macros, macros[name].depends_on.macros, seen) for name in ahead)
