"""Writes one page of all models: columns, descriptions, lineage and SQL, readable without a network."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from iecareer.documents import read_document, sync_folder
from iecareer.errors import IecareerError
from iecareer.policy.seeds import project_with
from iecareer.settings import environment

# The page is self-contained. The browser refuses everything that its library would fetch or send.
_ALONE = (
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; connect-src 'none'; "
    "script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data:; font-src data:\">"
)


def write_models_page(path: Path) -> int:
    """Write the page of all models to `path`; returns how many models are on it.

    Raises
    ------
    IecareerError
        When the models cannot be read.
    """
    with tempfile.TemporaryDirectory() as folder:
        project = project_with({}, Path(folder) / "project")
        text, n_models = _generated(project, Path(folder))
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.parent.mkdir(parents=True, exist_ok=True)
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
    sync_folder(path.parent)
    return n_models


def _generated(project: Path, folder: Path) -> tuple[str, int]:
    from dbt.cli.main import dbtRunner

    arguments = [
        *("docs", "generate", "--static", "--empty-catalog", "--target", "local"),
        *(
            "--project-dir",
            str(project),
            "--profiles-dir",
            str(project),
            "--target-path",
            str(folder / "target"),
        ),
        *("--log-path", str(folder), "--log-level", "none", "--log-level-file", "none", "--no-print"),
    ]
    settings = {"IECAREER_BUILD": str(folder / "empty.duckdb"), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
    with environment(settings):
        is_made = dbtRunner().invoke(arguments).success
    if not is_made:
        raise IecareerError(
            "The page of the models cannot be written: dbt cannot read the models.",
            next_step="See docs/runbooks/a-model-fails.md.",
        )
    nodes = read_document(folder / "target" / "manifest.json")["nodes"].values()
    text = (folder / "target" / "static_index.html").read_text(encoding="utf-8")
    text = text.replace(str(folder) + "/", "").replace("<head>", f"<head>{_ALONE}", 1)
    return text, sum(node["resource_type"] == "model" for node in nodes)
