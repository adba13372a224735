"""A published warehouse of invented marts, and one release cut from it."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from iecareer.feedback import release

KEY = b"k" * 32
AS_OF = date(2026, 11, 21)

_spec = importlib.util.spec_from_file_location(
    "synthetic_marts", Path(__file__).with_name("synthetic_marts.py")
)
assert _spec is not None
assert _spec.loader is not None
synthetic_marts = importlib.util.module_from_spec(_spec)
sys.modules["synthetic_marts"] = synthetic_marts
_spec.loader.exec_module(synthetic_marts)


@pytest.fixture
def build() -> Iterator[duckdb.DuckDBPyConnection]:
    """A build with the invented marts of a small region, not yet prepared."""
    with duckdb.connect() as connection:
        synthetic_marts.load(connection, synthetic_marts.region(7, 3, 4))
        yield connection


def publish(home: Path) -> None:
    """Write a published warehouse with feedback into `home`."""
    home.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        synthetic_marts.load(connection, synthetic_marts.region(6, 2, 4))
        synthetic_marts.prepare(connection, AS_OF, run_id="run-1")


@pytest.fixture(scope="session")
def published_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a published warehouse and one release, for tests that only read."""
    folder = tmp_path_factory.mktemp("published")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IECAREER_HOME", str(folder))
        publish(folder)
        release("first", key=KEY)
    return folder


@pytest.fixture
def released(published_home: Path) -> Path:
    """The first release, only to be read."""
    return published_home / "releases" / "first"


@pytest.fixture
def own_home(home: Path, published_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own with the published warehouse and the first release, to be changed at will.

    Its further releases have empty charts: the first one shows that charts are drawn.
    """
    import shutil

    from iecareer.feedback import charts

    monkeypatch.setattr(charts, "_draw", lambda *_: "<svg></svg>")

    shutil.copytree(published_home, home)
    return home
