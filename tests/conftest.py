"""What every test may use: a home of its own, and the data folder beside the checkout."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

_CHECKOUT = Path(__file__).resolve().parents[1]

# Airflow, dbt and Great Expectations read these when they are imported: never the developer's own files.
os.environ["AIRFLOW_HOME"] = tempfile.mkdtemp(prefix="iecareer-airflow-")
os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"
os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
os.environ["GX_ANALYTICS_ENABLED"] = "false"

# The same examples in every run: a failure is one of the change at hand. IECAREER_HYPOTHESIS=search tries others.
settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("search", deadline=None, print_blob=True)
settings.load_profile(os.environ.get("IECAREER_HYPOTHESIS") or "ci")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty warehouse of the test's own, with an empty inbox and no further source systems."""
    folder = tmp_path / "home"
    monkeypatch.setenv("IECAREER_HOME", str(folder))
    monkeypatch.setenv("IECAREER_INBOX", str(tmp_path / "inbox"))
    monkeypatch.delenv("IECAREER_SOURCES", raising=False)
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture(scope="session")
def shared() -> Callable[[str], Path]:
    """Paths in the shared folder (``$IECAREER_SHARED``, else ``../shared``); skips if it is missing."""

    def path(name: str) -> Path:
        root = Path(os.environ.get("IECAREER_SHARED") or _CHECKOUT.parent / "shared")
        if not (root / name).exists():
            pytest.skip(f"shared/{name} is not beside this checkout; set IECAREER_SHARED to its folder")
        return root / name

    return path
