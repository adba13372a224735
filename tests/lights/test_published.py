"""Commands that explain published lights, compute them again, or try other rows of policy."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from iecareer.commands import app
from iecareer.errors import IecareerError
from iecareer.lights.explanation import explain
from iecareer.lights.policy_change import policy_difference, rebuilt
from tests.lights.example import EAST, I1, I2
from tests.lights.published import write_published


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse as it is published, with the marts of the worked example."""
    return write_published(tmp_path_factory.mktemp("published") / "warehouse.duckdb")


def policy_file(folder: Path, name: str, *lines: str) -> Path:
    path = folder / name
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path


@pytest.mark.parametrize("year", [2022, 2023, 2024])
def test_published_lights_are_equal_to_those_computed_again(shipped: Path, year: int) -> None:
    n_rows, found = rebuilt(shipped, year)
    assert n_rows > 5
    assert found == []


def test_a_changed_number_is_found(shipped: Path, tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    path.write_bytes(shipped.read_bytes())
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "update lights.light set index = index + 1e-6 where area_code = ? and scope = 'area'", [EAST]
        )
    _, found = rebuilt(path, 2024)
    assert [(one.table, one.column, one.key["area_code"], one.key["scope"]) for one in found] == [
        ("lights.light", "index", EAST, "area")
    ]


def test_a_higher_weight_changes_the_light_it_should(shipped: Path, tmp_path: Path) -> None:
    """Hours of 50 points with weight 125 instead of 25: process (2000 + 1200 + 2500 + 6250) / 200 = 59.75, not 69.5.

    The index falls by .30 · 9.75 = 2.925.
    """
    file = policy_file(
        tmp_path,
        "policy_light_weight.csv",
        "region_class,indicator,weight,effective_from,document,clause",
        "any,hours_changed,125,2030-01-01,test,1",
    )
    year, found = policy_difference(shipped, file)
    (own,) = (
        one
        for one in found
        if (one.key.get("scope"), one.key.get("institution_code"), one.column) == ("institution", I1, "index")
    )
    assert year == 2024
    assert own.computed - own.published == pytest.approx(-2.925)


def test_a_smaller_range_changes_money(shipped: Path, tmp_path: Path) -> None:
    """Position -.25 and range .10 instead of .30: 600 000 · .975 instead of .925."""
    file = policy_file(
        tmp_path,
        "policy_instrument.csv",
        "name,value,unit,effective_from,document,clause,description",
        "allocation_range,0.10,share,2025-01-01,test,1,narrow",
    )
    _, found = policy_difference(shipped, file)
    (own,) = (one for one in found if one.key.get("institution_code") == I2 and one.column == "amount_cny")
    assert (str(own.published), str(own.computed)) == ("555000.00", "585000.00")
    assert {one.table for one in found} == {"instruments.allocation"}


def test_the_row_that_is_in_force_already_changes_nothing(shipped: Path, tmp_path: Path) -> None:
    file = policy_file(
        tmp_path,
        "policy_light.csv",
        "name,value,unit,effective_from,document,clause,description",
        "peers_below,0.25,share,2024-01-01,test,1,same",
    )
    assert policy_difference(shipped, file) == (2024, [])


def test_a_senseless_row_is_refused_with_its_line(shipped: Path, tmp_path: Path) -> None:
    file = policy_file(
        tmp_path,
        "policy_light.csv",
        "name,value,unit,effective_from,document,clause,description",
        "yellow_from,80,points,2024-01-01,test,1,crossed",
    )
    with pytest.raises(IecareerError, match=r"policy_light\.csv, line 2: the bands are crossed"):
        policy_difference(shipped, file)
    with pytest.raises(IecareerError, match="no seed of lights"):
        policy_difference(shipped, tmp_path / "weights.csv")


def test_a_light_is_explained_by_its_arithmetic(shipped: Path) -> None:
    lines = explain(shipped, I1)
    assert lines[0] == f"institution {I1}, 2024: yellow"
    assert "limits 43.9734 to 72.7966: yellow, the limits also reach red and green." in lines[1]
    assert "process (weight 30): (30·66.6667 + 25·50 + 25·100 + 20·60) / 100 = 69.5" in lines
    assert "index = (25·54 + 30·69.5 + 45·62.9323) / 100 = 62.6695" in lines
    assert lines[-1] == "No single indicator can bring the index to green."


def test_an_explanation_names_the_red_line_and_what_lacks(shipped: Path) -> None:
    lines = explain(shipped, I2, 2024)
    assert lines[0] == f"institution {I2}, 2024: red"
    assert any(
        "Red line crossed by key_equipment_failure: 0.6 of n = 5, threshold 0.4." in line for line in lines
    )
    program = explain(shipped, f"{I2}/460104")
    assert program[0].endswith("2024: not judged")
    assert "result (weight 65): not scored, too little of its weights is judged" in program


def test_the_smallest_change_is_the_one_worked_by_hand(shipped: Path) -> None:
    """Retention needs 41 points more, job_match only 32.8."""
    lines = explain(shipped, f"{I1}/460103")
    assert "job_match from 0.64 to 0.7712, all else equal." in lines[-1]


def test_the_commands_print_what_they_found(shipped: Path, home: Path) -> None:
    home.mkdir(parents=True, exist_ok=True)
    (home / "warehouse.duckdb").write_bytes(shipped.read_bytes())
    runner = CliRunner()
    assert (
        "are equal to those computed again"
        in runner.invoke(app, ["light", "rebuild", "--year", "2024"]).stdout
    )
    found = json.loads(runner.invoke(app, ["light", "explain", EAST, "--json"]).stdout)
    assert found["lines"][0] == f"area {EAST}, 2024: red"
    file = policy_file(
        home,
        "policy_light.csv",
        "name,value,unit,effective_from,document,clause,description",
        "green_from,60,points,2024-01-01,test,1,lower",
    )
    changed = json.loads(runner.invoke(app, ["policy", "diff", str(file), "--json"]).stdout)["differences"]
    assert {"table": "lights.light", "row": f"institution {EAST} {I1} 2024", "column": "light"} | {
        "published": "yellow",
        "computed": "green",
    } in changed
