"""dbt parses the project once per test session: every later build gets a copy of the same manifest.

A parse costs more than building the models of a small region, and gives the same whatever the build is called.
Variables change nothing either: SQL is rendered when a model is built, and no configuration of the project reads one.
"""

from __future__ import annotations

import hashlib
import os
import pickle
from functools import cache
from pathlib import Path
from typing import Any

from iecareer.transform import invocation

_ANY = "any_build"
_parsed: dict[tuple[str, ...], bytes] = {}


@cache
def parse_once() -> None:
    """From now on, dbt in this process parses each project once for each engine."""
    import dbt.cli.main

    runner: Any = dbt.cli.main.dbtRunner

    class ParsesOnce(runner):  # type: ignore[misc]
        def invoke(self, args: list[str], **named: Any) -> Any:
            if self.manifest is None and args[0] in ("build", "run", "seed"):
                self.manifest = _manifest(runner, args)
            return super().invoke(args, **named)

    dbt.cli.main.dbtRunner = ParsesOnce  # type: ignore[misc]
    invocation.parsed = lambda _, target, options: _manifest(runner, ["parse", "--target", target, *options])


def _manifest(runner: Any, args: list[str]) -> Any:
    """A manifest of the project for the build in ``$IECAREER_BUILD``; None where parsing fails, which dbt reports."""
    project = Path(_option(args, "--project-dir"))
    key = (_digest(project), _option(args, "--target"))
    build = os.environ["IECAREER_BUILD"]
    if key not in _parsed:
        kept = [
            word
            for name in (
                "--project-dir",
                "--profiles-dir",
                "--target",
                "--vars",
                "--target-path",
                "--log-path",
            )
            if (value := _option(args, name))
            for word in (name, value)
        ]
        os.environ["IECAREER_BUILD"] = str(Path(build).with_name(f"{_ANY}.duckdb"))
        try:
            result = runner().invoke(["parse", *kept, "--log-level", "none", "--log-level-file", "none"])
        finally:
            os.environ["IECAREER_BUILD"] = build
        if not result.success:
            return None
        _parsed[key] = _stored(result.result)
    return _of_build(pickle.loads(_parsed[key]), Path(build).stem, project)  # noqa: S301 - made above


def _stored(manifest: Any) -> bytes:
    """The manifest without its indices, which dbt makes again when it needs them, and cannot restore from a pickle."""
    for name in vars(manifest):
        if name.endswith("_lookup"):
            setattr(manifest, name, None)
    return pickle.dumps(manifest)


def _option(args: list[str], name: str) -> str:
    return args[args.index(name) + 1] if name in args else ""


def _digest(project: Path) -> str:
    """What a parse depends on: every file of the project."""
    digest = hashlib.sha256()
    for path in sorted(project.rglob("*")):
        parts = path.relative_to(project).parts
        if path.is_file() and parts[0] not in ("target", "logs"):
            digest.update("/".join(parts).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _of_build(manifest: Any, name: str, project: Path) -> Any:
    """The manifest with the name of the build's database, which DuckDB takes from its file, and its own seeds."""
    manifest.fixtures = {}
    for node in [*manifest.nodes.values(), *manifest.sources.values(), *manifest.unit_tests.values()]:
        if getattr(node, "database", None) == _ANY:
            node.database = name
        if getattr(node, "relation_name", None):
            node.relation_name = node.relation_name.replace(f'"{_ANY}".', f'"{name}".')
        if getattr(node, "root_path", None):
            node.root_path = str(project)
    return manifest
