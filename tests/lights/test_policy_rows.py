"""Rows of policy that make no sense stop a run before anything is built, with file, line and what would be right."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from iecareer.errors import IecareerError
from iecareer.policy.seeds import policy_seeds
from iecareer.settings import project_folder

SEEDS = project_folder("dbt_project") / "seeds" / "policy"


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("IECAREER_POLICY", str(tmp_path))
    return tmp_path


def write(folder: Path, seed: str, *rows: dict[str, str]) -> None:
    """Own rows of a seed, each like a shipped one but for what is given."""
    with (SEEDS / f"{seed}.csv").open(encoding="utf-8") as stream:
        shipped = [*csv.DictReader(stream)]
    with (folder / f"{seed}.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, shipped[0])
        writer.writeheader()
        for row in rows:
            same = [
                r
                for r in shipped
                if all(r[k] == row[k] for k in ("name", "indicator") if k in row and k in r)
            ]
            writer.writerow({**(same or shipped)[0], "effective_from": "2027-01-01"} | row)


def test_the_shipped_rows_make_sense(own: Path) -> None:
    assert {"policy_light.csv", "policy_light_indicator.csv"} <= set(policy_seeds())


@pytest.mark.parametrize(
    ("seed", "row", "problem"),
    [
        (
            "policy_light",
            {"name": "yellow_from", "value": "70"},
            "bands are crossed: yellow from 70, green from 70",
        ),
        ("policy_light", {"name": "error_correlation", "value": "-1"}, "column value: -1 is outside"),
        (
            "policy_light",
            {"name": "min_level_weight", "value": "1.5"},
            "column value: 1.5 is outside its range",
        ),
        ("policy_red_line", {"threshold": "30"}, "column threshold: 30 is outside its range"),
        ("policy_red_line", {"comparison": "under"}, "column comparison: there is no 'under'"),
        ("policy_light_weight", {"indicator": "joy"}, "column indicator: there is no 'joy'"),
        ("policy_light_weight", {"region_class": "south"}, "column region_class: there is no 'south'"),
        (
            "policy_light_weight",
            {"indicator": "job_match", "weight": "-5"},
            "column weight: -5 is outside its range",
        ),
        (
            "policy_light_weight",
            {"indicator": "job_match", "weight": "much"},
            "column weight: the value is not a number",
        ),
        ("policy_light_indicator", {"worst": "0.9"}, "worst and best are equal"),
        ("policy_light_indicator", {"min_n": "0"}, "column min_n: 0 is outside its range"),
        ("policy_insurance_rate", {"rate": "1.2"}, "column rate: 1.2 is outside its range"),
        (
            "policy_instrument",
            {"name": "allocation_range", "value": "3"},
            "column value: 3 is outside its range",
        ),
    ],
)
def test_a_senseless_row_is_refused_with_its_line(
    own: Path, seed: str, row: dict[str, str], problem: str
) -> None:
    write(own, seed, row)
    with pytest.raises(IecareerError) as refused:
        policy_seeds()
    assert f"{own / seed}.csv, line 2" in refused.value.message
    assert problem in refused.value.message
    assert refused.value.next_step


def test_weights_that_add_up_to_nothing_are_refused(own: Path) -> None:
    rows = [
        {"scope": "program", "region_class": "west", "level": level, "weight": "0"}
        for level in ("participation", "process", "result")
    ]
    write(own, "policy_light_level", *rows[:2])
    policy_seeds()
    write(own, "policy_light_level", *rows)
    with pytest.raises(
        IecareerError, match=r"line \d: the weights of the levels of scope program, class west add up"
    ):
        policy_seeds()


def test_an_earlier_row_may_be_followed_by_another_but_not_repeated(own: Path) -> None:
    write(own, "policy_red_line", {"threshold": "0.35"})
    policy_seeds()
    write(own, "policy_red_line", {"threshold": "0.35"}, {"threshold": "0.25"})
    with pytest.raises(IecareerError, match="line 3"):
        policy_seeds()
