"""The files match truth.json: number of files, rows, and results of landing."""

from __future__ import annotations

import csv
import hashlib
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
import python_calamine

from iecareer.errors import IecareerError
from iecareer.landing import land
from iecareer.simulation import simulate
from iecareer.sources import source_system

Simulated = tuple[Path, dict[str, Any]]


def _rows(path: Path, selector: str | None) -> int:
    """Rows of one file or sheet without titles and headers, read by other libraries."""
    if path.suffix == ".csv":
        data = path.read_bytes()
        text = data.decode("utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "gb18030")
        return sum(1 for _ in csv.reader(text.splitlines())) - 1
    if path.suffix == ".jsonl":
        return sum(1 for line in path.read_text("utf-8").splitlines() if json.loads(line))
    name = (selector or "").split(":")[1]
    if path.suffix == ".xlsx":
        return len(python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_name(name).to_python()) - 2
    with sqlite3.connect(path) as connection:
        return int(connection.execute(f'select count(*) from "{name}"').fetchone()[0])


def test_every_file_holds_the_rows_the_truth_says(simulated: Simulated) -> None:
    folder, truth = simulated
    for source_id, by_type in truth["deliveries"].items():
        for table in source_system(source_id).tables:
            told = by_type[table.record_type]
            is_glob = table.selector and ":" not in table.selector
            paths = sorted((folder / source_id).glob(str(table.selector) if is_glob else "*"))
            assert len(paths) == told["files"], (source_id, table.record_type)
            rows = sum(_rows(path, table.selector) for path in paths)
            assert rows == told["rows"], (source_id, table.record_type)
            assert rows == told["good"] + told["superseded"] + sum(told["quarantined"].values())


def test_landing_finds_exactly_what_was_planted(
    simulated: Simulated, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, truth = simulated
    monkeypatch.setenv("IECAREER_INBOX", str(folder))
    for source_id, by_type in truth["deliveries"].items():
        receipts = {receipt["record_type"]: receipt for receipt in land(source_id)}
        for record_type, told in by_type.items():
            receipt = receipts[record_type]
            assert receipt["error"] is None, (source_id, record_type)
            found = (receipt["n_files"], receipt["n_in"], receipt["n_loaded"], receipt["n_superseded"])
            assert found == (told["files"], told["rows"], told["good"], told["superseded"]), (
                source_id,
                record_type,
            )
            assert receipt["reasons"] == told["quarantined"], (source_id, record_type)
            assert receipt["emptied"] == told["emptied"], (source_id, record_type)
    assert home.exists()


def _hashes(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_same_seed_same_bytes(simulated: Simulated, tmp_path: Path) -> None:
    simulate(tmp_path / "again", graduates=1_200, seed=3)
    assert _hashes(tmp_path / "again") == _hashes(simulated[0])


def test_another_seed_gives_other_people(simulated: Simulated, tmp_path: Path) -> None:
    truth = simulate(tmp_path, graduates=1_200, seed=4)
    assert truth["planted"]["institution_log_pay"] != simulated[1]["planted"]["institution_log_pay"]
    registry = "student_registry/毕业生信息_2020.csv"
    assert (tmp_path / registry).read_bytes() != (simulated[0] / registry).read_bytes()


def test_truth_file_is_what_was_returned(simulated: Simulated) -> None:
    folder, truth = simulated
    assert json.loads((folder / "truth.json").read_text("utf-8")) == truth


@pytest.mark.parametrize(
    ("graduates", "seed", "institutions"), [(10, 0, None), (1_200, -1, None), (1_200, 0, 3)]
)
def test_too_small_a_region_is_refused(
    tmp_path: Path, graduates: int, seed: int, institutions: int | None
) -> None:
    with pytest.raises(IecareerError, match="needs"):
        simulate(tmp_path, graduates=graduates, seed=seed, institutions=institutions)


def test_a_smaller_region_leaves_nothing_of_the_one_before(tmp_path: Path) -> None:
    simulate(tmp_path, graduates=1_500, seed=1)
    simulate(tmp_path, graduates=1_000, seed=2)
    simulate(tmp_path / "fresh", graduates=1_000, seed=2)
    fresh = _hashes(tmp_path / "fresh")
    assert {
        name: digest for name, digest in _hashes(tmp_path).items() if not name.startswith("fresh/")
    } == fresh


def test_folders_of_real_deliveries_are_left_alone(tmp_path: Path) -> None:
    kept = tmp_path / "survey_platform" / "real.jsonl"
    kept.parent.mkdir()
    kept.write_text("{}", encoding="utf-8")
    with pytest.raises(IecareerError, match="not written by a simulation"):
        simulate(tmp_path, graduates=1_000, seed=0)
    assert kept.exists()
