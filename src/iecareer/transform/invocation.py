"""Calls dbt. No other module runs dbt builds."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from iecareer.database import cause_of
from iecareer.errors import IecareerError
from iecareer.settings import home
from iecareer.transform.project import parsed

_CIRCLE = re.compile(r"\w+ runs in a circle: [0-9A-Z]+(?:, [0-9A-Z]+)*")
# Errors found before any row is read concern names in the model's SQL. Their first line is safe to show.
_BEFORE_ROWS = re.compile(
    r"(?:Runtime Error in \w+ \S+ \([^\n]*\)\n\s*(?P<engine>(?:Binder|Catalog|Parser) Error: [^\n]*)"
    r"|(?P<dbt>Compilation) Error in \w+ \S+ \([^\n]*\)\n\s*(?P<text>[^\n]*))"
)
_LONGEST = 200
_FAILED = ("error", "fail")
# What dbt's ``--exclude`` takes, by the tests that are run.
_LEFT_OUT = {
    "data": ("test_type:unit",),
    "unit": ("resource_type:test",),
    "none": ("resource_type:test", "resource_type:unit_test"),
}


def build(
    target: str,
    selected: Sequence[str],
    variables: dict[str, str],
    project: Path,
    target_path: Path,
    *,
    tests: str = "data",
    is_kept: bool = False,
) -> dict[str, int]:
    """Build and test the selected models on the engine `target`; returns counts of built and tested nodes.

    If models and tests fail for lack of memory and for nothing else, they are built again, one at a time.

    Parameters
    ----------
    target : {'local', 'cluster'}
        Name in `profiles.yml`.
    selected : sequence of str
        Arguments of dbt's ``--select``.
    variables : dict
        The project's variables.
    project, target_path : Path
        The dbt project, and the folder of compiled models.
    tests : {'data', 'unit', 'none'}
        Which tests of the built models are run, too.
    is_kept : bool
        Whether the project is a folder of `project_of`, whose parse is kept.

    Raises
    ------
    IecareerError
        When a model or a test fails. The message names models and tests, never rows.
    """
    os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
    from dbt.cli.main import dbtRunner

    places = _places(project, target_path)
    asked = ["--target", target, "--select", *selected, "--exclude", *_LEFT_OUT[tests]]
    manifest = parse(target, variables, project, target_path) if is_kept else None
    result = dbtRunner(manifest=manifest).invoke(["build", *asked, "--vars", json.dumps(variables), *places])
    outcomes = list(getattr(result.result, "results", None) or [])
    if _is_short_of_memory(outcomes):
        # models that are built at the same time share the memory; alone, each may have enough
        result = dbtRunner().invoke(["retry", "--threads", "1", *places])
        built = [o for o in outcomes if str(o.status) not in (*_FAILED, "skipped")]
        outcomes = built + list(getattr(result.result, "results", None) or [])
    failed = sorted(_failure(o) for o in outcomes if str(o.status) in _FAILED)
    if not result.success:
        named = ", ".join(failed[:5]) or cause_of(str(result.exception)) or type(result.exception).__name__
        raise IecareerError(
            f"The transformation stopped ({len(failed)} failed): {named}.",
            next_step="The published warehouse is unchanged. See docs/runbooks/a-model-fails.md.",
        )
    return {"n_built": len(outcomes), "n_warned": sum(str(o.status) == "warn" for o in outcomes)}


def parse(target: str, variables: dict[str, str], project: Path, target_path: Path) -> Any:
    """The manifest of a folder of `project_of`; None if dbt cannot parse it. The parameters are those of `build`."""
    return parsed(project, target, ["--vars", json.dumps(variables), *_places(project, target_path)])


def _places(project: Path, target_path: Path) -> list[str]:
    return [
        *("--project-dir", str(project), "--profiles-dir", str(project)),
        *("--target-path", str(target_path), "--log-path", str(_logs())),
        *("--log-level", "none", "--log-level-file", "none", "--no-use-colors", "--no-print"),
    ]


def _is_short_of_memory(outcomes: Sequence[Any]) -> bool:
    """Whether every failure is one of memory."""
    causes = {cause_of(str(o.message)) for o in outcomes if str(o.status) in _FAILED}
    return bool(causes) and all(cause is not None and cause.startswith("out of memory") for cause in causes)


def _logs() -> Path:
    path = home() / "logs" / "dbt"
    path.mkdir(parents=True, exist_ok=True)
    return path


def _failure(outcome: Any) -> str:
    """The model or test that failed, with the cause if it cannot quote a row.

    Such causes are messages raised by a model, errors before any row was read, and limits of the machine.
    """
    message, name = str(outcome.message), str(outcome.node.name)
    if raised := _CIRCLE.search(message):
        return f"{name}, {raised.group()}"
    if found := _BEFORE_ROWS.match(message):
        text = found["engine"] or f"{found['dbt']} Error: {found['text']}"
        return f"{name}, {text[:_LONGEST].rstrip('.!')}"
    cause = cause_of(message)
    return f"{name}, {cause}" if cause else name
