"""Rows of policy: those shipped with the project and a bureau's own, and the dbt project that computes with them.

Comes in: the seeds of `dbt_project/seeds/policy` and the CSV files of the same names in ``$IECAREER_POLICY``, whose
rows are added to them. Goes out: each seed's text, kept in the lake under its digest, so that a run can be rebuilt
with the rows of then. A row is in force from its `effective_from`; of one name the newest ones hold.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from difflib import get_close_matches
from pathlib import Path

from iecareer.errors import IecareerError
from iecareer.policy.rows import own_rows
from iecareer.settings import home, own_policy, project_folder


def keep_policy() -> dict[str, str]:
    """Keep the text of every seed of policy as it is now; gives the digest of each.

    Raises
    ------
    IecareerError
        When a file of the bureau's own cannot be understood: its file, line and column are named.
    """
    return {name: _keep(text) for name, text in policy_seeds().items()}


def policy_seeds() -> dict[str, str]:
    """Text of every seed of policy: the rows shipped, then the bureau's own."""
    shipped = {path.name: _whole(path) for path in _folder().glob("*.csv")}
    own = {path.name: path for path in own_policy().glob("*.csv")} if own_policy().is_dir() else {}
    for name, path in own.items():
        if name not in shipped:
            near = get_close_matches(name, shipped, n=1)
            raise IecareerError(
                f"There is no seed of policy {name}" + (f"; did you mean {near[0]}?" if near else "."),
                next_step=f"Seeds of policy: {', '.join(sorted(shipped))}. The file lies in {path.parent}.",
            )
        shipped[name] += own_rows(path, shipped[name])
    return dict(sorted(shipped.items()))


def project_with(policy: dict[str, str], target: Path) -> Path:
    """Lay out the dbt project at `target`: models as installed, rows of policy of those digests.

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
            f"The rows of {name} that the run was made with are lost or changed.",
            next_step=f"Restore {path} from a backup.",
        )
    return text


def _whole(path: Path) -> str:
    return path.read_text(encoding="utf-8").rstrip("\n") + "\n"


def _archive() -> Path:
    return home() / "lake" / "policy"


def _folder() -> Path:
    return project_folder("dbt_project") / "seeds" / "policy"
