"""Incomplete drafts: the lines suggested in comments are valid, and no key is a constant."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from iecareer.contracts import load_record_types
from iecareer.errors import IecareerError
from iecareer.onboarding import Added
from iecareer.sources import source_system
from tests.people import resident_id

Add = Callable[..., tuple[Added, str]]
_LINE = re.compile(r"^( *)#( ?)(?=- \{name: )", re.MULTILINE)


def uncommented(text: str, *, with_blank: bool) -> str:
    """The draft with its commented columns activated, by removing '#' or '# '."""
    return _LINE.sub(r"\1" if with_blank else r"\1\2", text)


@pytest.mark.parametrize("with_blank", [False, True])
@pytest.mark.parametrize("headers", [("alpha", "beta"), ("身份证号", "备注")])
@pytest.mark.parametrize("kind", ["graduate", "job_posting", "program", "institution", "course"])
def test_commented_columns_work_when_uncommented(
    write: Callable[..., Path], add: Add, headers: tuple[str, ...], kind: str, with_blank: bool
) -> None:
    rows = [[resident_id(at) if "身份证号" in headers else f"x{at}", "y"] for at in range(9)]
    added, text = add(write("odd.csv", headers, rows), record_types=[kind])
    lacking = added.lacking[kind]
    assert source_system("office").tables[0].record_type == kind
    added.path.write_text(uncommented(text, with_blank=with_blank), encoding="utf-8")
    told = {mapping.column for mapping in source_system("office").tables[0].mappings}
    assert set(lacking) <= told
    assert len(told) == added.n_mapped + len(lacking)
    assert len(lacking) >= 2


@pytest.mark.parametrize("kind", sorted(load_record_types()))
def test_no_key_column_is_drafted_as_a_constant(write: Callable[..., Path], add: Add, kind: str) -> None:
    added, text = add(write("odd.csv", ("alpha", "beta"), [["x", "y"], ["z", "y"]]), record_types=[kind])
    drafted = yaml.safe_load(uncommented(text, with_blank=True))["schema"][0]["properties"]
    found = load_record_types()[kind]
    key = {column.name for column in found.columns if column.stored_name in found.key}
    # an answer without a program is an answer: a key may have an optional column
    optional = {column.name for column in found.columns if not column.required}
    assert key - optional <= {entry["name"] for entry in drafted}
    for entry in drafted:
        is_constant = "physicalName" not in entry and '"' not in entry["transformLogic"]
        assert not (entry["name"] in key and is_constant), entry
    for column in key & set(added.lacking.get(kind, ())):
        assert "key" in text.partition(f"TODO {column} ")[2].partition("- {name")[0]


def test_where_nothing_fits_that_is_said_with_what_came_nearest(
    write: Callable[..., Path], add: Add, sources: Path
) -> None:
    sample = write(
        "odd.csv", ("城市", "alpha", "beta", "gamma", "delta"), [["杭州", "x", "y", "z", "u"]] * 30
    )
    with pytest.raises(IecareerError) as error:
        add(sample)
    told = str(error.value)
    assert "fit no record type" in told
    assert "best" not in told
    assert re.search(r"\d of \d+ required columns", told)
    assert "region_code" in told
    assert not sources.exists()
