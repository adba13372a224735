"""Paths and settings: the home of a warehouse, the inbox, the folders of the project."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from iecareer.errors import IecareerError

_PACKAGE = Path(__file__).resolve().parent


def home() -> Path:
    """Folder of one warehouse: ``$IECAREER_HOME``, else ``./home``, as an absolute path."""
    return Path(os.environ.get("IECAREER_HOME") or "home").absolute()


def lake() -> Path:
    """Folder of all landed data."""
    return home() / "lake"


def inbox() -> Path:
    """Folder in which offices leave their deliveries: ``$IECAREER_INBOX``, else ``./inbox``.

    It is outside the home on purpose: deliveries contain unencrypted identities, the home never does.
    """
    return Path(os.environ.get("IECAREER_INBOX") or "inbox").absolute()


def source_folders() -> list[Path]:
    """Folders searched for source systems: the package's own, then ``$IECAREER_SOURCES``, else ``./sources``."""
    named = [part for part in os.environ.get("IECAREER_SOURCES", "").split(os.pathsep) if part]
    return [_PACKAGE / "sources" / "systems", *(Path(part).absolute() for part in named or ["sources"])]


def own_sources() -> Path:
    """Folder of a new source system's contract: the first of ``$IECAREER_SOURCES``, else ``./sources``."""
    return source_folders()[1]


def own_policy() -> Path:
    """Folder of a bureau's own rows of policy: ``$IECAREER_POLICY``, else ``./policy``."""
    return Path(os.environ.get("IECAREER_POLICY") or "policy").absolute()


def model_folder() -> Path:
    """Where a trained model is kept: in the lake; without one in the user's cache, so that no home is made for it."""
    if lake().is_dir():
        return lake() / "state" / "occupations"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "iecareer" / "occupations"


def spark_master() -> str:
    """Where Spark runs: ``$IECAREER_SPARK_MASTER`` (``spark://host:7077``), else two threads of this machine."""
    return os.environ.get("IECAREER_SPARK_MASTER") or "local[2]"


def spark_memory() -> str:
    """Memory of Spark's driver, which in local mode also does the work: ``$IECAREER_SPARK_MEMORY``, else 2g."""
    return os.environ.get("IECAREER_SPARK_MEMORY") or "2g"


def memory_limit() -> str:
    """Memory that DuckDB may use in one process: ``$IECAREER_MEMORY_LIMIT``, else 1.5 GB.

    A step in a process of its own needs up to 300 MiB more, a night in one process up to 700 MiB. So the default fits a
    machine with 4 GiB.

    Raises
    ------
    IecareerError
        When it is not a number with a unit.
    """
    text = (os.environ.get("IECAREER_MEMORY_LIMIT") or "1.5GB").replace(" ", "")
    if not re.fullmatch(r"0*[1-9]\d*(\.\d+)?[KMGT]i?B|0+\.\d*[1-9]\d*[KMGT]i?B", text, flags=re.IGNORECASE):
        raise IecareerError(
            "IECAREER_MEMORY_LIMIT is not an amount of memory.",
            next_step="Set it to an amount such as 512MB or 4GB.",
        )
    return text


def timestamp_url() -> str | None:
    """URL of the authority that stamps the time of releases (RFC 3161): ``$IECAREER_TIMESTAMP_URL``, else none."""
    return os.environ.get("IECAREER_TIMESTAMP_URL") or None


def step_python() -> Path | None:
    """The Python that runs each step in a process of its own: ``$IECAREER_PYTHON``; None: the task's own process."""
    python = os.environ.get("IECAREER_PYTHON")
    return Path(python) if python else None


@contextmanager
def environment(values: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables until the block ends, for libraries that can only be configured in this way."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def project_folder(name: str) -> Path:
    """The folder ``dags``, ``dbt_project`` or ``expectations``, in a wheel or in a checkout.

    Raises
    ------
    FileNotFoundError
        When neither the installed package nor the checkout around it has the folder.
    """
    for candidate in (_PACKAGE / "_project" / name, _PACKAGE.parents[1] / name):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"The installation lacks its folder {name}; install iecareer again.")
