"""The digest of warnings, and the message that leaves the office."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from iecareer.bureau.warnings.message import message
from iecareer.commands import app
from iecareer.lake.sent_warnings import enter
from iecareer.lights.published_warnings import PublishedWarnings, published_warnings
from tests.lights.example import AS_OF, EAST, I1, I2, I3
from tests.lights.published_nights import publish_night


@pytest.fixture
def found(home: Path) -> PublishedWarnings:
    publish_night(home, "1")
    return published_warnings(home / "warehouse.duckdb")


def run(*words: str) -> str:
    result = CliRunner().invoke(app, ["light", "digest", *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_digest_goes_from_the_strongest_response_and_from_areas_to_programs(
    found: PublishedWarnings,
) -> None:
    lines = run("--all").splitlines()
    assert lines[0] == "预警摘要 2024 · Digest of warnings 2024"
    assert lines[2].startswith(
        "共 10 条，新增 7 条：限期整改 5、协同督导 1、专家会诊 2、提示 2 · 10 in all, 7 new:"
    )
    two_lines = (
        f"    乙{{{{ 7*7 }}}}<b>学院（{I2}）：触碰红线：企业参与率（值 0.20，红线 0.3）；触碰红线：关键设备未到位率"
        "（值 0.60，红线 0.4） · red line crossed: enterprise participation; red line crossed: key-equipment failure"
    )
    assert lines[4:13] == [
        "限期整改（2025-12-31 截止） · rectification by 2025-12-31",
        "  地区 · area",
        "    浙江省（330000）：指数为红（指数 42.37） · index is red",
        "    陕西省（610000）：触碰红线：企业参与率（值 0.25，红线 0.3） · red line crossed: enterprise participation",
        "  院校 · institution",
        two_lines,
        f"    =丙学院（{I3}）：触碰红线：企业参与率（值 0.25，红线 0.3） · red line crossed: enterprise participation",
        "",
        "协同督导 · supervision",
    ]
    assert any(
        line.startswith(f"    甲职业技术学院 计算机应用技术（{I1}/510201）：趋势向红（约 0.16 年后）")
        for line in lines
    )


def test_without_all_only_new_warnings_are_listed(found: PublishedWarnings) -> None:
    document = json.loads(run("--json"))
    assert (document["year"], document["as_of"], document["run_id"]) == (2024, "2025-03-01", "1")
    assert {row["is_new"] for row in document["warnings"]} == {True}
    assert len(document["warnings"]) == 7
    (first, *_) = document["warnings"]
    assert (first["area_code"], first["response"], first["rectify_by"]) == (
        EAST,
        "rectification",
        "2025-12-31",
    )
    assert first["detail"] == pytest.approx(42.373214, abs=5e-7)


def test_since_a_day_lists_what_a_night_published_first_on_it_or_later(found: PublishedWarnings) -> None:
    early, late = found.new[:2], found.new[2:]
    enter(2024, [(one.warning_id, one.unit, one.cause) for one in early], date(2025, 1, 31))
    enter(2024, [(one.warning_id, one.unit, one.cause) for one in late], date(2025, 2, 1))
    listed = [row["warning_id"] for row in json.loads(run("--since", "2025-02-01", "--json"))["warnings"]]
    assert listed == [one.warning_id for one in late]
    assert "没有预警" in run("--since", "2025-02-02")


def test_files_have_the_same_rows_and_no_cell_is_a_formula(found: PublishedWarnings, tmp_path: Path) -> None:
    run("--all", "--to", str(tmp_path / "digest"))
    document = json.loads((tmp_path / "digest" / "lights_warnings_2024.json").read_text(encoding="utf-8"))
    with (tmp_path / "digest" / "lights_warnings_2024.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = [*csv.DictReader(stream)]
    assert [row["warning_id"] for row in rows] == [row["warning_id"] for row in document["warnings"]]
    assert {row["unit_name"] for row in rows if row["institution_code"] == I3} == {"'=丙学院"}
    assert float(next(row["detail"] for row in rows if row["cause"] == "drop")) == pytest.approx(-14.4375)
    assert (tmp_path / "digest" / "lights_warnings_2024.txt").read_text(encoding="utf-8") == run("--all")


def test_a_year_without_lights_is_refused_with_the_years_that_have_some(found: PublishedWarnings) -> None:
    result = CliRunner().invoke(app, ["light", "digest", "--year", "1999"])
    assert result.exit_code != 0
    assert "2022, 2023, 2024" in str(result.exception)


def test_a_message_has_no_number_of_a_mart(found: PublishedWarnings) -> None:
    """42.37 is an index, .25 and .6 are values; 0.3 and 0.4 are red lines."""
    sent = message(found.warnings, AS_OF)
    text = json.dumps({name: sent[name] for name in ("title", "brief", "text", "html")}) + str(sent["rows"])
    for number in ("42.3", "62.6", "62.8", "56.5", "0.25", "0.6", "0.3", "0.4", "14.4", "0.15"):
        assert number not in text
    assert set(sent["rows"][0]) == {
        *("warning_id", "scope", "unit", "unit_name", "year", "cause", "response", "rectify_by"),
    }


@pytest.mark.parametrize("n", [1, 20, 700])
def test_a_brief_message_fits_a_robot_and_counts_the_rest(found: PublishedWarnings, n: int) -> None:
    pattern = next(one for one in found.new if one.scope == "program")
    many = [replace(pattern, program_code=f"{number:06d}") for number in range(n)]
    sent = message(many, AS_OF)
    assert len(sent["brief"].encode()) <= 2048
    for text, most in ((sent["brief"], n), (sent["text"], 500)):
        named = text.count("（4133000001/")
        assert 0 < named <= most
        rest = [line for line in text.splitlines() if line.startswith("另有 ")]
        assert rest == (
            [f"另有 {n - named} 个单位，见 iecareer light digest · {n - named} more units"]
            if n > named
            else []
        )
    assert sent["text"].count("（4133000001/") == min(n, 500)
    assert len(sent["rows"]) == n


def test_the_id_of_a_message_is_that_of_its_warnings(found: PublishedWarnings) -> None:
    one, other, *_ = found.new
    assert message([one, other], AS_OF)["id"] == message([other, one], date(2025, 3, 2))["id"]
    assert message([one], AS_OF)["id"] != message([one, other], AS_OF)["id"]
    assert len({one.warning_id for one in found.warnings}) == len(found.warnings)
    assert replace(one, response="notice", detail=0.0).warning_id == one.warning_id
    assert replace(one, year=2025).warning_id != one.warning_id
