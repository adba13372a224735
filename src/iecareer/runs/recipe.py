"""The recipe of a run: what its numbers depend on, besides the deliveries (code, libraries, contracts, policy, files).

Input: the folders of this installation and the lake. Output: digests, small enough to store with every run.
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
# Code that runs before conforming is reflected in the conformed files; code that runs after publishing changes no
# number.
_COMPUTING = (
    "contracts",
    "lake",
    "persons",
    "engine",
    "runs",
    "transform",
    "policy",
    "checks",
    "skills",
    "estimates",
    "lights",
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
    "pyahocorasick",
    "pyarrow",
    "pyspark",
    "rjieba",
    "scikit-learn",
    "scipy",
)
_FOOTER_TAIL = 8


@dataclass(frozen=True)
class Recipe:
    """The recipe of one run.

    Parameters
    ----------
    package : str
        Version of this package.
    rules : str
        Version of the conversion rules when the run began. The version of a delivery contains the rules it was
        conformed under.
    code : dict of str to str
        Part of the computing code → digest of its files.
    libraries : dict of str to str
        Library → version; Python is included.
    contracts : dict of str to str
        File of a source system's contract → digest.
    policy : dict of str to str
        Policy seed → digest; the lake stores the seed's text under this digest.
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
        """The recipe of a run that begins now. Also stores the policy seeds in the lake."""
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
    """Digest of each part of the installed computing code."""
    folders = {name: _PACKAGE / name for name in _COMPUTING} | {
        "dbt_project": project_folder("dbt_project"),
        "expectations": project_folder("expectations"),
    }
    return {name: _digest(_texts(folder)) for name, folder in sorted(folders.items())}


def library_versions() -> dict[str, str]:
    """Versions of Python and of the computing libraries that are installed."""
    found = {"python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def part_digest(pattern: str) -> str:
    """Digest of the sizes and footers of a part's conformed files; empty if there are no files.

    A footer has counts, sizes and bounds of every column of every row group, so it changes when rows change. Reading
    only footers keeps the cost of a night independent of the amount of data.
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
    """The files of a folder that affect numbers, without policy seeds, which have separate digests."""
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
