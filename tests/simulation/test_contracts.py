"""The contracts of the simulated sources are valid ODCS files that the loader accepts."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest
from open_data_contract_standard.model import OpenDataContractStandard

from iecareer.contracts import load_record_types
from iecareer.simulation.person_sources import SOURCES
from iecareer.sources import source_system

_FOLDER = Path(str(resources.files("iecareer.sources").joinpath("systems")))


@pytest.mark.parametrize("source_id", SOURCES)
def test_contract_is_odcs_and_loads(source_id: str) -> None:
    contract = OpenDataContractStandard.from_file(str(_FOLDER / f"{source_id}.odcs.yaml"))
    assert contract.id == source_id
    assert contract.apiVersion == "v3.1.0"
    system = source_system(source_id)
    assert system.path is not None
    assert system.path.startswith(f"{source_id}/")


def test_every_record_type_has_a_bureau() -> None:
    delivered = {table.record_type for source_id in SOURCES for table in source_system(source_id).tables}
    assert delivered == set(load_record_types())
