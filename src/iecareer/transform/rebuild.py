"""What a night rebuilds that began from the build of an earlier night, on DuckDB.

Input: dbt's parse of the project, and what `runs.kept_build` says of sources and tables. Models after a changed source
are rebuilt. Models whose SQL names the day of the run are run each night, and models after them only if their rows
changed; so are models that read the list of source systems, if the list changed. All other tables are as a full build
would make them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

_DAY = "macro.iecareer.as_of"
SOURCE_SYSTEMS = "source_system"


class ModelGraph:
    """The models of a parsed project, and what they read."""

    def __init__(self, manifest: Any) -> None:
        self._models = {key: node for key, node in manifest.nodes.items() if node.resource_type == "model"}
        self._sources = {key: node.name for key, node in manifest.sources.items()}
        self._macros = manifest.macros
        self._readers: dict[str, set[str]] = {}
        for key, node in self._models.items():
            for read in node.depends_on.nodes:
                self._readers.setdefault(read, set()).add(key)

    def after(self, *, sources: Iterable[str] = (), models: Iterable[str] = ()) -> set[str]:
        """Names of the models that read these sources or models, directly or through others; and these models."""
        wanted, named = {*sources}, {*models}
        ahead = [key for key, name in self._sources.items() if name in wanted]
        ahead += [key for key, node in self._models.items() if node.name in named]
        found: set[str] = set()
        while ahead:
            key = ahead.pop()
            if key not in found:
                found.add(key)
                ahead.extend(self._readers.get(key, ()))
        return {self._models[key].name for key in found if key in self._models}

    def compared(self, *, has_other_sources: bool) -> dict[str, str]:
        """Models whose rows are compared with those of the earlier night → their table, as ``schema.table``.

        They name the day of the run or, if `has_other_sources`, read the list of source systems, of which each
        delivery changes a line.
        """
        listing = self._tables_on(SOURCE_SYSTEMS) if has_other_sources else set()
        return {
            node.name: f"{node.schema}.{node.alias}"
            for key, node in self._models.items()
            if key in listing or self._calls_day(node.depends_on.macros, set())
        }

    def _tables_on(self, source: str) -> set[str]:
        """The first tables that read a source, through views."""
        ahead = [key for key, name in self._sources.items() if name == source]
        found: set[str] = set()
        while ahead:
            for key in self._readers.get(ahead.pop(), ()):
                is_view = self._models[key].config.materialized == "view"
                (ahead.append if is_view else found.add)(key)
        return found

    def _calls_day(self, macros: Iterable[str], seen: set[str]) -> bool:
        ahead = [name for name in macros if name in self._macros and name not in seen]
        seen.update(ahead)
        return _DAY in ahead or any(
            self._calls_day(self._macros[name].depends_on.macros, seen) for name in ahead
        )
