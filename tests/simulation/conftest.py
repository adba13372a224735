"""One small region, simulated once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from iecareer.simulation import simulate


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("region")
    return folder, simulate(folder, graduates=1_200, seed=3)
