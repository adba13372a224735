"""Homes written by 0.1 said `switch` where documents say `version` and `persons_version` now."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from iecareer.documents import read_document, write_document
from iecareer.errors import IecareerError
from iecareer.persons.data_swap import persons_state, persons_version
from iecareer.persons.locks import persons_in_use
from iecareer.persons.rotation import rotate
from iecareer.runs.pin import pin, pin_path, read_pin, run_in_use


def renamed(path: Path, name: str) -> None:
    document = read_document(path)
    document["switch"] = document.pop(name)
    write_document(path, document)


def test_documents_of_an_earlier_version_are_understood(home: Path) -> None:
    pin("before", date(2026, 1, 1))
    rotate("drill")
    pin("after", date(2026, 1, 1))
    renamed(home / "lake" / "persons.json", "version")
    for run_id in ("before", "after"):
        renamed(pin_path(run_id), "persons_version")
    assert (persons_state().version, persons_version(), read_pin("after").persons_version) == (1, 1, 1)
    with run_in_use("after"):
        pass
    with pytest.raises(IecareerError, match="cannot go on"), run_in_use("before"):
        pass


def test_a_swap_that_an_earlier_version_left_is_finished(home: Path) -> None:
    rotate("drill")
    left = home / "lake" / "switch-1" / "lake" / "landing" / "rows.parquet"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"rows")
    with persons_in_use():
        pass
    assert not (home / "lake" / "switch-1").exists()
    assert (home / "lake" / "landing" / "rows.parquet").read_bytes() == b"rows"
