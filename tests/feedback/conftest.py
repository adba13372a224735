"""A published warehouse of an invented region, and one release of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from iecareer.feedback import release
from tests.feedback import synthetic_tables

KEY = b"k" * 32


@pytest.fixture(scope="session")
def published_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a published warehouse and one release, for tests that only read."""
    folder = tmp_path_factory.mktemp("published")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IECAREER_HOME", str(folder))
        synthetic_tables.write(folder / "warehouse.duckdb")
        release("first", key=KEY)
    return folder


@pytest.fixture
def released(published_home: Path) -> Path:
    """The first release, only to be read."""
    return published_home / "releases" / "first"


@pytest.fixture
def own_home(home: Path, published_home: Path) -> Path:
    """A home of the test's own with the published warehouse and the first release, to be changed at will."""
    shutil.copytree(published_home, home)
    return home
