"""Policy seeds: shipped rows plus a bureau's own rows, and the dbt project that uses them.

Input: the seeds of `dbt_project/seeds/policy`, and CSV files of the same names in ``$IECAREER_POLICY``, whose rows
are appended. Output: each seed's text, stored in the lake under its digest, so that a run can be replayed with its
original rows. A row is in force from its `effective_from` until a newer row of the same name.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from difflib import get_close_matches
from pathlib import Path

from iecareer.errors import IecareerError
from iecareer.policy.light_rows import refuse_senseless
from iecareer.policy.rows import own_rows
from iecareer.settings import home, own_policy, project_folder


def keep_policy() -> dict[str, str]:
    """Store the current text of every policy seed in the lake; returns the digest of each.

    Raises
    ------
    IecareerError
        When a file of the bureau is not valid. The message names file, line and column.
    """
    return {name: _keep(text) for name, text in policy_seeds().items()}


def policy_seeds() -> dict[str, str]:
    """Text of every policy seed: the shipped rows, then the bureau's own rows."""
    files = {path.name: path for path in _folder().glob("*.csv")}
    shipped = {name: _whole(path) for name, path in files.items()}
    own = {path.name: path for path in own_policy().glob("*.csv")} if own_policy().is_dir() else {}
    for name, path in own.items():
        if name not in shipped:
            near = get_close_matches(name, shipped, n=1)
            raise IecareerError(
                f"There is no policy seed {name}" + (f"; did you mean {near[0]}?" if near else "."),
                next_step=f"Policy seeds: {', '.join(sorted(shipped))}. The wrong file is in {path.parent}.",
            )
        shipped[name] += own_rows(path, shipped[name])
    refuse_senseless(shipped, files, own)
    return dict(sorted(shipped.items()))


def seed_with(file: Path) -> str:
    """Headers and rows of a file that could be a bureau's own seed, as CSV text.

    Raises
    ------
    IecareerError
        When a row is not valid or makes no sense. The message names file, line and column.
    """
    files = {path.name: path for path in _folder().glob("*.csv")}
    shipped = {name: _whole(path) for name, path in files.items()}
    rows = own_rows(file, shipped[file.name])
    refuse_senseless(shipped | {file.name: shipped[file.name] + rows}, files, {file.name: file})
    return shipped[file.name].partition("\n")[0] + "\n" + rows


def project_with(policy: dict[str, str], target: Path) -> Path:
    """Copy the dbt project to `target`: the installed models, and the policy seeds with these digests.

    Raises
    ------
    IecareerError
        When the lake has lost a seed.
    """
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(
        project_folder("dbt_project"),
        target,
        ignore=shutil.ignore_patterns("target", "logs", "dbt_packages", ".user.yml"),
    )
    for name, digest in policy.items():
        (target / "seeds" / "policy" / name).write_text(_kept(name, digest), encoding="utf-8")
    return target


def _keep(text: str) -> str:
    digest = hashlib.sha256(text.encode()).hexdigest()
    path = _archive() / f"{digest}.csv"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    return digest


def _kept(name: str, digest: str) -> str:
    path = _archive() / f"{digest}.csv"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    if hashlib.sha256(text.encode()).hexdigest() != digest:
        raise IecareerError(
            f"The rows of {name} that the run used are lost or changed.",
            next_step=f"Restore {path} from a backup.",
        )
    return text


def _whole(path: Path) -> str:
    return path.read_text(encoding="utf-8").rstrip("\n") + "\n"


def _archive() -> Path:
    return home() / "lake" / "policy"


def _folder() -> Path:
    return project_folder("dbt_project") / "seeds" / "policy"
