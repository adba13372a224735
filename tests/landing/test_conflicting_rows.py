"""Rows of a delivery that share a key and say something else are counted, whatever the size of the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from iecareer.lake.manifest import versions
from iecareer.landing import land
from iecareer.landing.parse import parser
from iecareer.landing.store import parquet_pieces
from iecareer.onboarding import rehearse
from tests.landing.conftest import RECEIVED_ON

POSTINGS = """\
apiVersion: v3.1.0
kind: DataContract
id: board
name: board
version: 1.0.0
status: active
servers:
  - {server: files, type: local, path: "board/*", format: csv}
schema:
  - name: job_posting
    properties:
      - {name: posting_id, logicalType: string, physicalName: 编号}
      - {name: posted_on, logicalType: string, physicalName: 时间}
      - {name: title, logicalType: string, physicalName: 职位}
      - {name: region_code, logicalType: string, physicalName: 地区}
      - {name: salary_low, logicalType: string, physicalName: 薪资, transformLogic: range_low("薪资")}
      - {name: salary_high, logicalType: string, physicalName: 薪资, transformLogic: range_high("薪资")}
      - {name: description, logicalType: string, physicalName: 描述}
"""


def advertisement(number: int, pay: str = "8k-12k", day: str = "2023-07-01") -> str:
    return f"A{number:05d},职位{number},330206,{day},{pay},描述{number}"


def dump(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(["编号,职位,地区,时间,薪资,描述", *lines]) + "\n", encoding="utf-8")
    return path


def told(receipt: dict[str, Any]) -> tuple[int, int]:
    """Conflicting records, of how many good ones."""
    return receipt["n_conflicting"], receipt["n_loaded"] + receipt["n_superseded"]


@pytest.mark.parametrize(
    ("n", "n_other", "n_repeated", "n_bad"),
    [
        (200, 3, 0, 3),
        (200, 3, 0, 8),
        pytest.param(30_000, 300, 0, 0, marks=pytest.mark.slow),
        (200, 0, 5, 3),
        (200, 1, 40, 0),
        pytest.param(20_000, 1, 20, 2, marks=pytest.mark.slow),
    ],
)
def test_the_number_of_conflicting_rows_depends_on_nothing_but_these_rows(
    home: Path, tmp_path: Path, system: Any, n: int, n_other: int, n_repeated: int, n_bad: int
) -> None:
    system("board", POSTINGS)
    path = dump(
        tmp_path / "dump.csv",
        *(advertisement(number) for number in range(n)),
        *(advertisement(number, "20k-30k") for number in range(n_other)),
        *(advertisement(number) for number in range(n - n_repeated, n)),
        *[advertisement(7, day="someday")] * n_bad,
    )
    (receipt,) = land("board", [path], RECEIVED_ON)
    assert told(receipt) == (n_other, n + n_other + n_repeated)
    assert receipt["n_superseded"] == n_other + n_repeated
    assert receipt["n_rows"] == receipt["n_in"] == n + n_other + n_repeated + n_bad
    assert [d.n_conflicting for d in versions()] == [n_other]


def test_landing_the_same_again_tells_no_conflict_anew(home: Path, tmp_path: Path, system: Any) -> None:
    system("board", POSTINGS)
    path = dump(tmp_path / "dump.csv", advertisement(1), advertisement(1, "9k-10k"), "x,x,x,x,x,x")
    land("board", [path], RECEIVED_ON)
    (receipt,) = land("board", [path], RECEIVED_ON)
    counts = [receipt[f"n_{name}"] for name in ("in", "loaded", "unchanged", "superseded", "quarantined")]
    assert counts == [3, 0, 2, 0, 1]
    assert receipt["n_conflicting"] == 0


def test_a_conflict_is_found_across_pieces_and_files(
    home: Path, tmp_path: Path, system: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    system("board", POSTINGS)
    monkeypatch.setattr(parser, "_FEW_ROWS", 1)
    monkeypatch.setattr(parser, "_BATCH_ROWS", 50)
    monkeypatch.setattr(parquet_pieces, "_COMPARED", 30)
    one = dump(tmp_path / "1.csv", *map(advertisement, range(120)))
    two = dump(tmp_path / "2.csv", *(advertisement(n, "1k-2k" if n < 7 else "8k-12k") for n in range(60)))
    (receipt,) = land("board", [one, two], RECEIVED_ON)
    assert (receipt["n_superseded"], receipt["n_conflicting"]) == (60, 7)


def test_empty_against_filled_is_a_conflict(home: Path, tmp_path: Path, system: Any) -> None:
    system("board", POSTINGS)
    path = dump(
        tmp_path / "dump.csv",
        advertisement(1, ""),
        advertisement(1),
        advertisement(2, ""),
        advertisement(2, ""),
    )
    (receipt,) = land("board", [path], RECEIVED_ON)
    assert (receipt["n_superseded"], receipt["n_conflicting"]) == (2, 1)


@pytest.mark.parametrize(
    ("n_other", "verdict", "failed"),
    [
        (0, "pass", []),
        pytest.param(1, "warn", ["rows_of_a_key_agree"], marks=pytest.mark.slow),
        pytest.param(15, "warn", ["rows_of_a_key_agree"], marks=pytest.mark.slow),
        (40, "stop", ["rows_of_a_key_agree", "key_conflict_share"]),
    ],
)
def test_the_suite_warns_of_any_conflict_and_stops_above_a_share(
    home: Path, tmp_path: Path, system: Callable[..., None], n_other: int, verdict: str, failed: list[str]
) -> None:
    system("board", POSTINGS)
    path = dump(
        tmp_path / "dump.csv",
        *map(advertisement, range(200)),
        *(advertisement(number, "20k-30k") for number in range(n_other)),
    )
    table = rehearse("board", [path], RECEIVED_ON).tables[0]
    names = {"rows_of_a_key_agree", "key_conflict_share"}
    assert (table.verdict, [f["expectation"] for f in table.failed if f["expectation"] in names]) == (
        verdict,
        failed,
    )
    assert any(f"{n_other} of {200 + n_other} rows" in warning for warning in table.warnings) == (n_other > 0)
