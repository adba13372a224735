"""A night without its stages: what is tested here is the order, the failures and the bookkeeping."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from pkgutil import resolve_name
from types import ModuleType
from typing import Any

import pytest

from iecareer.sources import SourceSystem
from tests.orchestration.stand_ins import SOURCES, Stages

_migrated: list[bytes] = []


def migrate_once(initdb: Callable[[], None]) -> Callable[[], None]:
    """The first database in this process is migrated, every later one a copy of it."""

    def migrate() -> None:
        path = Path(os.environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"].removeprefix("sqlite:///"))
        if _migrated:
            path.write_bytes(_migrated[0])
            return
        initdb()
        with closing(sqlite3.connect(path)) as database:
            _migrated.append(database.serialize())

    return migrate


def stand_in_stages(monkeypatch: pytest.MonkeyPatch) -> Stages:
    """Every stage replaced by a stand-in, over three source systems; Airflow's metadata are migrated once."""
    stand_ins = Stages()
    monkeypatch.setattr("airflow.utils.db.initdb", migrate_once(resolve_name("airflow.utils.db.initdb")))

    def replace(name: str, **functions: Any) -> None:
        module, real = ModuleType(name), find_spec(name)
        # Its other modules can still be imported.
        module.__path__ = list(real.submodule_search_locations or []) if real else []
        vars(module).update(functions)
        monkeypatch.setitem(sys.modules, name, module)

    monkeypatch.setattr("iecareer.landing.land", stand_ins.land)
    replace(
        "iecareer.checks",
        judge_deliveries=stand_ins.plain("checks"),
        judge_candidate=stand_ins.plain("audit"),
    )
    monkeypatch.setattr("iecareer.skills.build_skills", stand_ins.plain("skills"))
    replace("iecareer.estimates", build_estimates=stand_ins.plain("estimates"))
    monkeypatch.setattr("iecareer.lights.build_lights", stand_ins.plain("lights"))
    replace("iecareer.flags", build_flags=stand_ins.plain("flags"))
    replace("iecareer.feedback", build_feedback=stand_ins.plain("feedback"))
    monkeypatch.setattr("iecareer.transform.layers.build_layer", stand_ins.build_layer, raising=False)
    monkeypatch.setattr("iecareer.runs.publish.publish", stand_ins.plain("publish"), raising=False)
    monkeypatch.setattr("iecareer.nightly.send_warnings", stand_ins.send_warnings)
    systems = {
        name: SourceSystem(name, name, description="", path=None, format=None, tables=(), digest="")
        for name in SOURCES
    }
    monkeypatch.setattr("iecareer.sources.load_systems", lambda: systems)
    monkeypatch.setattr("iecareer.sources.broken_contracts", dict)
    return stand_ins


@pytest.fixture
def stages(monkeypatch: pytest.MonkeyPatch) -> Stages:
    """Stand-ins for the length of one test."""
    return stand_in_stages(monkeypatch)
