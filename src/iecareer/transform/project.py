"""The dbt project of a run, and dbt's parse of it, kept over nights.

Input: the installed project and the policy seeds of the run. Output, in `lake/state/dbt/<digest>`: the project with
these seeds, and for each engine `<target>.msgpack`, the project as dbt parsed it. The digest covers every file, the
policy and dbt's version, so a kept parse equals a new one. The folder can be deleted at any time.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from iecareer.policy.seeds import project_with
from iecareer.settings import lake, project_folder

_LIBRARIES = ("dbt-core", "dbt-duckdb")
_NOT_PARSED = ("target", "logs", "dbt_packages")


def project_of(policy: Mapping[str, str]) -> Path:
    """The folder of the project with these policy seeds (seed → digest); made if it is not kept.

    Raises
    ------
    IecareerError
        When the lake has lost a seed.
    """
    place = lake() / "state" / "dbt" / _digest(policy)
    if not (place / "project").exists():
        draft = place.with_name(f".{place.name}.{os.getpid()}.{secrets.token_hex(4)}")
        draft.mkdir(parents=True)
        try:
            project_with(dict(policy), draft / "project")
            if not place.exists():
                draft.replace(place)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return place / "project"


def parsed(project: Path, target: str, options: list[str]) -> Any:
    """The manifest of a folder of :func:`project_of` for one engine; None if dbt cannot parse the project.

    Parameters
    ----------
    project : Path
        The folder.
    target : {'local', 'cluster'}
        The engine.
    options : list of str
        Options of dbt: the folders, variables and logs.
    """
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest
    from dbt.parser.manifest import extended_mashumaro_encoder, extended_mashumuro_decoder

    kept = project.with_name(f"{target}.msgpack")
    if kept.exists():
        return Manifest.from_msgpack(kept.read_bytes(), decoder=extended_mashumuro_decoder)
    result = dbtRunner().invoke(["parse", "--target", target, "--no-partial-parse", *options])
    if not isinstance(result.result, Manifest):
        return None
    draft = kept.with_name(f".{kept.name}.{os.getpid()}.{secrets.token_hex(4)}")
    draft.write_bytes(result.result.to_msgpack(extended_mashumaro_encoder))
    draft.replace(kept)
    return result.result


def _digest(policy: Mapping[str, str]) -> str:
    digest = hashlib.sha256(repr([metadata.version(name) for name in _LIBRARIES]).encode())
    folder = project_folder("dbt_project")
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and name.parts[0] not in _NOT_PARSED:
            digest.update(f"{name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    for name_digest in sorted(policy.items()):
        digest.update(repr(name_digest).encode())
    return digest.hexdigest()[:16]
