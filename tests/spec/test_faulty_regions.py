"""Regions that lack something: circles of successions are named, missing record types only empty the marts."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tests.spec.region import CHECKOUT, DEFAULTS, run_dbt, write_landing


def test_circle_of_successions_is_an_error_that_names_the_codes(tmp_path: Path) -> None:
    circle = [("A", "B"), ("B", "C"), ("C", "B"), ("X", "Y")]
    rows = [
        {"predecessor_code": old, "successor_code": new, "effective_on": "2020-01-01"} for old, new in circle
    ]
    path = tmp_path / "build.duckdb"
    write_landing(path, {"employer_succession": rows}, t_obs=None)
    (failure,) = run_dbt(path, "run", "--select", "+int_employer_map")
    assert "runs in a circle" in failure
    named = failure.split("circle: ")[1].split("\n")[0]
    assert sorted(named.split(", ")) == ["B", "C"]


def test_region_without_any_delivery_has_empty_marts(tmp_path: Path) -> None:
    path = tmp_path / "build.duckdb"
    write_landing(path, {}, t_obs=None)
    assert run_dbt(path, "build", "--exclude", "test_type:unit") == []
    with duckdb.connect(str(path), read_only=True) as connection:
        marts = connection.execute(
            "select table_name from information_schema.tables where table_schema = 'marts'"
        ).fetchall()
        models = (CHECKOUT / "dbt_project" / "models").rglob("msr_*.sql")
        private = "config(schema='indicators')"  # without hooks that publish it
        published = {model.stem for model in models if private not in model.read_text(encoding="utf-8")}
        assert len(published) > 15
        assert published <= {name for (name,) in marts}
        counts = [connection.execute(f"select count(*) from marts.{name}").fetchone() for (name,) in marts]
    assert set(counts) == {(0,)}


def test_a_wave_that_nobody_was_asked_has_no_placement_rate(tmp_path: Path) -> None:
    """Two graduates due at six waves, one answer at the first: there the other counts as not placed."""
    graduate = DEFAULTS["graduate"] | {"institution_code": "1", "graduated_on": "2020-06-30"}
    answer = {"institution_code": "1", "wave_months": 6, "responded_on": "2021-01-05", "activity": "employed"}
    path = tmp_path / "build.duckdb"
    tables = {
        "graduate": [graduate | {"person_key": who} for who in ("ann", "bea")],
        "followup_response": [DEFAULTS["followup_response"] | answer | {"person_key": "ann"}],
    }
    write_landing(path, tables, t_obs=None)
    selected = ["+msr_employment", "+msr_response", "--exclude", "test_type:unit"]
    assert run_dbt(path, "build", "--select", *selected) == []
    with duckdb.connect(str(path), read_only=True) as connection:
        rate = "select wave_months, n, share from marts.msr_employment where definition = 'moe_2024'"
        assert connection.execute(rate).fetchall() == [(6, 2, 0.5)]
        due = connection.execute("select count(*), sum(n_respondents) from marts.msr_response").fetchone()
        assert due == (6, 1)


def test_an_empty_key_is_told_by_the_name_of_its_model_and_counted_by_column(tmp_path: Path) -> None:
    path = tmp_path / "build.duckdb"
    key = {"institution_code": "1", "program_code": "460101", "graduated_on": "2020-06-30"}
    rows = [key | {"person_key": "ann"}, key | {"person_key": "bea", "program_code": ""}]
    write_landing(path, {"graduate": rows}, t_obs=None)
    (failure,) = run_dbt(path, "build", "--select", "stg_graduate")
    assert failure.startswith("complete_stg_graduate")
    assert "ann" not in failure
    assert "bea" not in failure
