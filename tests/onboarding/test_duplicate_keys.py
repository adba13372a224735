"""A rehearsal warns about different rows with the same key before any is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from iecareer.commands import app
from iecareer.onboarding import Added, rehearse
from tests.onboarding.conftest import HEADERS, insurance_rows
from tests.people import resident_id

Add = Callable[..., tuple[Added, str]]
PROGRAMS = ("专业代码", "专业名称", "培养层次")


def programs(n: int = 50) -> list[list[str]]:
    return [[f"46{at:04d}", f"第{at}专业", "高职"] for at in range(n)]


def draft_of_programs(add: Add, sample: Path, code: str) -> None:
    """A completed contract: the edition, and the code as given."""
    added, text = add(sample, record_types=["program"])
    lines = [
        line
        for line in text.splitlines()
        if "name: program_code" not in line and "{name: edition" not in line
    ]
    at = next(number for number, line in enumerate(lines) if "properties:" in line)
    lines[at + 1 : at + 1] = [
        f"      - {{name: program_code, logicalType: string, {code}}}",
        "      - {name: edition, logicalType: string, transformLogic: \"'2025'\"}",
    ]
    added.path.write_text("\n".join(lines).replace("status: draft", "status: active"), encoding="utf-8")


def test_a_constant_key_is_said_loudly(write: Callable[..., Path], add: Add) -> None:
    sample = write("programs.csv", PROGRAMS, programs())
    draft_of_programs(add, sample, "transformLogic: \"'460301'\"")
    table = rehearse("office", [sample]).tables[0]
    assert (table.receipt["n_loaded"], table.receipt["n_superseded"]) == (1, 49)
    (warning,) = table.warnings
    assert "49 of 50 rows" in warning
    assert "program_code, edition" in warning
    said = CliRunner().invoke(app, ["source", "check", "office", str(sample)]).output
    assert "WARNING: 49 of 50 rows" in " ".join(said.split())


def test_a_part_of_the_key_that_is_told_is_a_note_where_the_rest_tells_rows_apart(
    write: Callable[..., Path], add: Add
) -> None:
    sample = write("programs.csv", PROGRAMS, programs())
    draft_of_programs(add, sample, "physicalName: 专业代码")
    table = rehearse("office", [sample]).tables[0]
    assert table.receipt["n_loaded"] == 50
    (warning,) = table.warnings
    assert "edition" in warning
    assert "program_code" not in warning.partition(". This")[0]
    assert "would be lost" not in warning


@pytest.mark.parametrize(("n_other", "is_said"), [(0, False), (1, True), (3, True)])
def test_the_same_row_twice_is_no_loss_another_row_with_its_key_is(
    write: Callable[..., Path], add: Add, n_other: int, is_said: bool
) -> None:
    rows = insurance_rows()
    other = [[*row[:5], "9999", row[6]] for row in rows[:n_other]]
    sample = write("months.csv", rows=[*rows, *rows[5:9], *other])
    add(sample)
    table = rehearse("office", [sample]).tables[0]
    assert table.receipt["n_superseded"] == 4 + n_other
    assert bool(table.warnings) == is_said
    if is_said:
        assert table.warnings[0].startswith(f"{n_other} of {44 + n_other} rows")
        assert resident_id(0) not in table.warnings[0]


def test_rows_of_several_files_are_compared_with_each_other(write: Callable[..., Path], add: Add) -> None:
    one = write("one.csv", rows=insurance_rows())
    two = write("two.csv", (*HEADERS[::-1],), [row[::-1] for row in insurance_rows()])
    add(one)
    table = rehearse("office", [one, two]).tables[0]
    assert table.receipt["n_superseded"] == 40
    assert table.warnings == ()
