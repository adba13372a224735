"""One trained model for all tests of job titles."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cache of a user; the first test that needs the model trains it."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def no_home(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, without a home and without added titles; returns where the home would be."""
    monkeypatch.setenv("IECAREER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(models))
    monkeypatch.delenv("IECAREER_SOURCES", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"
