"""What a run's numbers depend on beside its deliveries: code, libraries, contracts, rows of policy, conformed files.

Comes in: the folders of this installation and the lake. Goes out: digests, small enough to be kept with every run.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from iecareer.policy.seeds import keep_policy
from iecareer.settings import home, project_folder, source_folders

_PACKAGE = Path(__file__).resolve().parents[1]
# What comes before conforming is in the conformed files already; what comes after publishing changes no number.
_COMPUTING = (
    "contracts",
    "lake",
    "engine",
    "runs",
    "transform",
    "policy",
    "checks",
    "estimates",
    "flags",
    "feedback",
)
_LIBRARIES = (
    "dbt-core",
    "dbt-duckdb",
    "dbt-spark",
    "duckdb",
    "great-expectations",
    "numpy",
    "pandas",
    "pyarrow",
    "pyspark",
    "scikit-learn",
    "scipy",
)
_FOOTER_TAIL = 8


@dataclass(frozen=True)
class Recipe:
    """What one run was made with.

    Parameters
    ----------
    package : str
        Version of this package.
    rules : str
        Version of the rules of conforming when the run began; each delivery's version contains its own.
    code : dict of str to str
        Part of the code that computes → digest of its files.
    libraries : dict of str to str
        Library → version, Python among them.
    contracts : dict of str to str
        File of a source system's contract → digest.
    policy : dict of str to str
        Seed of policy → digest, under which the lake keeps its text.
    parts : dict of str to str
        Path of a part of a delivery (a pattern relative to the lake) → digest of its conformed files.
    n_rows : int
        Conformed rows of all these parts.
    """

    package: str
    rules: str
    code: dict[str, str]
    libraries: dict[str, str]
    contracts: dict[str, str]
    policy: dict[str, str]
    parts: dict[str, str]
    n_rows: int

    @classmethod
    def now(cls, rules: str, parts: Iterable[str], n_rows: int) -> Recipe:
        """What a run that begins now is made with; keeps the rows of policy."""
        return cls(
            package=metadata.version("iecareer"),
            rules=rules,
            code=code_digests(),
            libraries=library_versions(),
            contracts=_contracts(),
            policy=keep_policy(),
            parts={path: part_digest(path) for path in sorted(set(parts))},
            n_rows=n_rows,
        )


def code_digests() -> dict[str, str]:
    """Digest of each part of the code that computes, as installed now."""
    folders = {name: _PACKAGE / name for name in _COMPUTING} | {
        "dbt_project": project_folder("dbt_project"),
        "expectations": project_folder("expectations"),
    }
    return {name: _digest(_texts(folder)) for name, folder in sorted(folders.items())}


def library_versions() -> dict[str, str]:
    """Versions of Python and of the libraries that calculate; one that is not installed is not among them."""
    found = {"python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def part_digest(pattern: str) -> str:
    """Digest of the conformed files of a part by their sizes and footers, empty when there are none.

    A footer holds counts, sizes and bounds of every column of every row group, so rows that changed change it;
    reading footers alone keeps a night's cost independent of how much has been delivered.
    """
    files = sorted((home() / "lake").glob(pattern))
    return _digest({str(path.relative_to(home() / "lake")): _footer(path) for path in files}) if files else ""


def _footer(path: Path) -> bytes:
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(size - _FOOTER_TAIL, 0))
        length = int.from_bytes(stream.read(4), "little")
        stream.seek(max(size - _FOOTER_TAIL - length, 0))
        return size.to_bytes(8, "little") + stream.read()


def _texts(folder: Path) -> dict[str, bytes]:
    """The files of a folder that compute; rows of policy have digests of their own."""
    suffixes = (".py", ".sql", ".csv", ".json", ".yaml", ".yml")
    left_out = {("seeds", "policy"), ("target",), ("logs",)}
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.suffix in suffixes and not _begins(path.relative_to(folder).parts, left_out)
    }


def _begins(parts: tuple[str, ...], beginnings: set[tuple[str, ...]]) -> bool:
    return any(parts[: len(beginning)] == beginning for beginning in beginnings)


def _contracts() -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in source_folders()
        for path in sorted(folder.glob("*.odcs.yaml"))
    }


def _digest(contents: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, content in sorted(contents.items()):
        digest.update(f"{name}\0{hashlib.sha256(content).hexdigest()}\n".encode())
    return digest.hexdigest()
