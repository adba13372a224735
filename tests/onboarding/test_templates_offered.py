"""Filled-in templates given as samples are refused, even within archives, because they need no contract."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from iecareer.contracts import record_type
from iecareer.contracts.publication.template import template
from iecareer.errors import IecareerError
from iecareer.landing import land
from iecareer.onboarding import Added

Add = Callable[..., tuple[Added, str]]


@pytest.fixture(params=["course.xlsx", "returned.zip"])
def returned(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "course.xlsx"
    path.write_bytes(template(record_type("course"), "4133010800"))
    if request.param == path.name:
        return path
    with zipfile.ZipFile(tmp_path / request.param, "w") as packed:
        packed.write(path, "某学院/课程.xlsx")
    return tmp_path / request.param


def test_no_contract_is_drafted_for_a_template(sources: Path, add: Add, returned: Path) -> None:
    with pytest.raises(IecareerError, match="template") as error:
        add(returned)
    assert "iecareer land exchange" in error.value.next_step
    assert ("Unpack" in error.value.next_step) == (returned.suffix == ".zip")
    assert not sources.exists()


def test_packed_templates_are_named_when_they_cannot_land(home: Path, tmp_path: Path, returned: Path) -> None:
    if returned.suffix == ".zip":
        with pytest.raises(IecareerError, match="templates are packed") as error:
            land("exchange", [returned])
        assert "npack" in error.value.next_step
    else:
        (receipt,) = land("exchange", [returned])
        assert receipt["reasons"] == {"example_row": 1}


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut", b"x" * 100])
def test_a_damaged_archive_is_left_to_its_reader(tmp_path: Path, add: Add, content: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(IecareerError) as error:
        add(tmp_path / "a.zip")
    assert "template" not in str(error.value)
