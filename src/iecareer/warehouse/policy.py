"""Rows of policy: those shipped with the project and a bureau's own, and the dbt project that computes with them.

Comes in: the seeds of `dbt_project/seeds/policy` and the CSV files of the same names in ``$IECAREER_POLICY``, whose
rows are added to them. Goes out: each seed's text, kept in the lake under its digest, so that a run can be rebuilt
with the rows of then. A row is in force from its `effective_from`; of one name the newest ones hold.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import secrets
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from iecareer.errors import IecareerError
from iecareer.settings import home, own_policy, project_folder

Row = dict[str, str]
_NO_MATTER = ("document", "clause", "description", "unit")


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
        shipped[name] += _own_rows(path, shipped[name])
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


def _own_rows(path: Path, shipped: str) -> str:
    """The rows of a bureau's file as text to be added, each one looked at."""
    known = list(csv.DictReader(io.StringIO(shipped)))
    columns = list(known[0])
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        if sorted(reader.fieldnames or []) != sorted(columns):
            raise IecareerError(
                f"{path}, line 1: the headers are not those of the seed.",
                next_step=f"Headers: {', '.join(columns)}.",
            )
        own = list(reader)
    sets = _sets(known)
    for number, row in enumerate(own, start=2):
        _look_at(row, f"{path}, line {number}", known)
    _refuse_repeated(path, known, own, sets)
    text = io.StringIO()
    csv.DictWriter(text, columns, lineterminator="\n").writerows(own)
    return text.getvalue()


def _look_at(row: Row, place: str, known: list[Row]) -> None:
    if None in row or None in row.values():
        raise IecareerError(f"{place}: the row has not as many fields as there are headers.")
    _demand(row, "effective_from", place, date.fromisoformat, "a date of the form YYYY-MM-DD")
    for column in ("value",):
        if column in row:
            _demand(row, column, place, float, "a number")
    for column in (name for name in row if name.startswith("is_")):
        _demand(row, column, place, ("true", "false").index, "true or false")
    if "name" in row and "definition" not in row:
        names = {entry["name"] for entry in known}
        if row["name"] not in names:
            near = get_close_matches(row["name"], names, n=1)
            raise IecareerError(
                f"{place}, column name: nothing is called so"
                + (f"; did you mean {near[0]}?" if near else "."),
                next_step="A number of policy is read by the name it has in the seed.",
            )


def _demand(row: Row, column: str, place: str, reading: Callable[[str], object], what: str) -> None:
    try:
        reading(row[column])
    except ValueError:
        raise IecareerError(f"{place}, column {column}: it is not {what}.") from None


def _sets(known: list[Row]) -> set[str]:
    """Names that stand for several values at once, such as horizons."""
    counted = Counter((row.get("definition"), row.get("name"), row["effective_from"]) for row in known)
    return {str(name) for (_, name, _), n in counted.items() if n > 1}


def _refuse_repeated(path: Path, known: list[Row], own: list[Row], sets: set[str]) -> None:
    """One name has one value on one day, unless it stands for several."""
    seen = {_key(row, sets) for row in known}
    for number, row in enumerate(own, start=2):
        if _key(row, sets) in seen:
            raise IecareerError(
                f"{path}, line {number}: the seed has a row for it with the same effective_from already.",
                next_step="Give the row the day from which it holds; an earlier day's row stays for earlier days.",
            )
        seen.add(_key(row, sets))


def _key(row: Row, sets: set[str]) -> tuple[str, ...]:
    values = {"value", *(name for name in row if name.startswith("is_"))}
    left_out = {*_NO_MATTER} | (set() if row.get("name") in sets else values)
    return tuple(row[column] for column in sorted(row) if column not in left_out)


def _keep(text: str) -> str:
    digest = hashlib.sha256(text.encode()).hexdigest()
    path = _shelf() / f"{digest}.csv"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    return digest


def _kept(name: str, digest: str) -> str:
    path = _shelf() / f"{digest}.csv"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    if hashlib.sha256(text.encode()).hexdigest() != digest:
        raise IecareerError(
            f"The rows of {name} that the run was made with are lost or changed.",
            next_step=f"Restore {path} from a backup.",
        )
    return text


def _whole(path: Path) -> str:
    return path.read_text(encoding="utf-8").rstrip("\n") + "\n"


def _shelf() -> Path:
    return home() / "lake" / "policy"


def _folder() -> Path:
    return project_folder("dbt_project") / "seeds" / "policy"
