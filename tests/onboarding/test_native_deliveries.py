"""Drafts from the deliveries of the simulated region, compared with the contracts written by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from iecareer.contracts import record_type
from iecareer.landing.parse.connection import open_landing
from iecareer.landing.receive.assignment import holds
from iecareer.onboarding.column_profile import profiles
from iecareer.onboarding.header_match import Matching, best_matching
from iecareer.onboarding.mapping_proposal import proposal
from iecareer.onboarding.sample_reader import samples
from iecareer.simulation import simulate
from iecareer.simulation.person_sources import SOURCES
from iecareer.sources import Mapping, Table, source_system


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("region")
    simulate(folder, graduates=1_000, seed=11)
    return folder


def drafts(region: Path) -> Iterator[tuple[Table, Matching]]:
    """Each table of each source with the draft from its first file."""
    for source_id in SOURCES:
        system = source_system(source_id)
        files = sorted((region / source_id).iterdir())
        for table in system.tables:
            path = next(file for file in files if holds(file, table, system))
            with open_landing() as connection:
                for sample in samples(connection, path):
                    if sample.selector in (None, table.selector):
                        yield table, best_matching(profiles(connection, sample))[0]


def agrees(mapping: Mapping, found: Matching) -> bool:
    """Whether the draft fills the column from the same header, with the same values and the right unit."""
    match = found.match(mapping.column)
    if match is None or match.profile.header not in mapping.headers:
        return False
    drafted = proposal(match, found.kind)
    seen = {raw: value for raw, value in mapping.value_map.items() if raw in match.profile.values}
    return (drafted.transform is None) == (mapping.transform is None) and all(
        drafted.value_map.get(raw) == value for raw, value in seen.items()
    )


@pytest.mark.usefixtures("home")
def test_drafts_equal_the_contracts_written_by_hand(region: Path) -> None:
    told = list(drafts(region))
    assert len(told) == 25
    assert [table.record_type for table, _ in told] == [found.kind.name for _, found in told]
    wrong = [
        (table.record_type, mapping.column)
        for table, found in told
        for mapping in table.mappings
        if mapping.headers and not agrees(mapping, found)
    ]
    assert wrong == []


@pytest.mark.usefixtures("home")
def test_drafts_do_not_hang_on_the_dictionary_alone(region: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the sources' own headers in the dictionary, nine of ten required columns are still found."""
    from iecareer.onboarding import dictionary

    written = {
        dictionary.normal_name(header)
        for source_id in SOURCES
        for table in source_system(source_id).tables
        for mapping in table.mappings
        for header in mapping.headers
    }
    known = dictionary._known_names

    def others(kind: str, column: str, label: str) -> dict[str, float]:
        kept = dictionary.normal_name(label)
        return {
            name: w for name, w in known(kind, column, label).items() if name not in written or name == kept
        }

    monkeypatch.setattr(dictionary, "_known_names", others)
    told = [
        (record_type(table.record_type).column(mapping.column), agrees(mapping, found))
        for table, found in drafts(region)
        for mapping in table.mappings
        if mapping.headers
    ]
    required = [is_right for column, is_right in told if column and column.required]
    assert len(required) == 129
    assert sum(required) >= 116
