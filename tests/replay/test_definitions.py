"""Versions of a definition: rows of a bureau's own stand beside those shipped, on the same data, without any SQL."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from statistics import NormalDist
from typing import Any

import duckdb
import pytest

from iecareer.errors import IecareerError
from iecareer.policy.seeds import keep_policy, policy_seeds, project_with
from tests.spec.destinations import WAVE, destination_tables, destinations
from tests.spec.region import run_dbt, write_landing

FORMULA = "definition,activity,is_counted,is_placed,is_weighted,effective_from,document,clause\n"
NUMBERS = "definition,version,name,value,unit,effective_from,document,clause,description\n"
INDICATOR = "name,value,unit,effective_from,document,clause,description\n"
ACTIVITIES = (
    *("employed", "self_employed", "freelance", "further_study", "military", "seeking", "not_seeking"),
    "unknown",
)


def formula(name: str, placed: set[str]) -> str:
    rows = [f"{name},{a},true,{str(a in placed).lower()},false,2020-01-01,circular,2" for a in ACTIVITIES]
    return FORMULA + "\n".join(rows) + "\n"


def number(definition: str, version: str, name: str, value: object) -> str:
    return f"{definition},{version},{name},{value},,2020-01-01,circular,1,of our own\n"


OWN = {
    "policy_employment_formula.csv": formula("moe_2021", {"employed", "self_employed", "freelance"}),
    "policy_definition.csv": NUMBERS
    + number("self_report", "self_report_from_3", "related_from", 3)
    + number("realised", "realised_lenient", "min_people", 5)
    + number("realised", "realised_lenient", "location_quotient", 1)
    + number("realised", "realised_lenient", "one_sided_normal_quantile", NormalDist().inv_cdf(0.8)),
    # in force only after the day the warehouse is built for
    "policy_indicator.csv": INDICATOR + "spell_gap_months,2,months,2099-01-01,circular,3,later\n",
}


def own_policy(folder: Path, files: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    monkeypatch.setenv("IECAREER_POLICY", str(folder))


def activity(graduate: int) -> str:
    return {0: "military", 1: "seeking"}.get(graduate % 10, "employed")


def region() -> dict[str, list[dict[str, Any]]]:
    tables = destination_tables()
    for graduate, answer in enumerate(tables["followup_response"]):
        answer["activity"] = activity(graduate)
    return tables | {
        "institution": [
            {
                "institution_code": code,
                "region_code": "330100",
                "region_class": "east",
                "valid_from": "2000-01-01",
            }
            for code in sorted({row["institution_code"] for row in tables["graduate"]})
        ]
    }


def test_two_versions_stand_side_by_side_and_count_as_by_hand(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_policy(tmp_path / "policy", OWN, monkeypatch)
    build = tmp_path / "build" / "build.duckdb"
    build.parent.mkdir()
    write_landing(build, region(), t_obs="2026-08-01")
    project = project_with(keep_policy(), tmp_path / "build" / "project")
    selected = ("--select", "+msr_job_match", "+msr_employment", "--exclude", "test_type:unit")
    assert run_dbt(build, "build", *selected, folder=project) == []
    with duckdb.connect(str(build), read_only=True) as connection:
        found = {
            definition: {tuple(key): (n, round(share * n)) for *key, n, share in rows}
            for definition, rows in by_definition(connection).items()
        }
        ((gap,),) = connection.execute("select spell_gap_months from intermediate.int_policy").fetchall()
    assert gap == 1
    everyone = [(i, f"{g}01", o, graduate) for graduate, (i, g, o) in enumerate(destinations())]
    employed = [entry for entry in everyone if activity(entry[3]) == "employed"]
    for definition, placed in (("moe_2024", {"employed", "military"}), ("moe_2021", {"employed"})):
        assert found[definition] == counted(everyone, lambda e, p=placed: activity(e[3]) in p)
    for definition, least in (("self_report", 4), ("self_report_from_3", 3)):
        assert found[definition] == counted(employed, lambda e, m=least: 1 + e[3] % 5 >= m)
    strict, lenient = (typical(employed, *rule) for rule in ((10, 1.5, 0.95), (5, 1.0, 0.8)))
    assert strict < lenient
    assert found["realised"] == counted(employed, lambda e: e[:3] in strict)
    assert found["realised_lenient"] == counted(employed, lambda e: e[:3] in lenient)


def by_definition(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[Any, ...]]]:
    rows: dict[str, list[tuple[Any, ...]]] = {}
    for table in ("msr_job_match", "msr_employment"):
        for definition, *row in connection.execute(
            f"""select definition, institution_code, program_code, n, share from marts.{table}
            where wave_months = {WAVE} and weighting = 'unweighted'"""
        ).fetchall():
            rows.setdefault(definition, []).append(tuple(row))
    return rows


def counted(people: list[Any], is_hit: Any) -> dict[tuple[str, str], tuple[int, int]]:
    """(n, hits) by institution and program."""
    n = Counter(entry[:2] for entry in people)
    hits = Counter(entry[:2] for entry in people if is_hit(entry))
    return {key: (n[key], hits[key]) for key in n}


def typical(people: list[Any], least: int, quotient: float, level: float) -> set[tuple[str, str, str]]:
    """Typical destinations by counting everybody outside the institution, one by one."""
    z, found = NormalDist().inv_cdf(level), set()
    for institution, program, occupation in {entry[:3] for entry in people}:
        outside = [entry for entry in people if entry[0] != institution]
        group = [entry for entry in outside if entry[1] == program]
        k, n = sum(entry[2] == occupation for entry in group), len(group)
        overall, p = sum(entry[2] == occupation for entry in outside) / len(outside), k / n
        bound = (p + z * z / (2 * n) - z * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5) / (1 + z * z / n)
        if k >= least and p / overall >= quotient and bound > overall:
            found.add((institution, program, occupation))
    return found


REFUSED = {
    "no such seed": ({"policy_indicators.csv": INDICATOR}, "did you mean policy_indicator.csv"),
    "headers": ({"policy_indicator.csv": "name,value\n"}, r"line 1: the headers are not those"),
    "a name": (
        {"policy_indicator.csv": INDICATOR + "spell_gap_month,2,,2027-01-01,a,b,c\n"},
        "line 2, column name",
    ),
    "a value": (
        {"policy_indicator.csv": INDICATOR + "spell_gap_months,two,,2027-01-01,a,b,c\n"},
        "column value",
    ),
    "a date": (
        {"policy_indicator.csv": INDICATOR + "spell_gap_months,2,,1.1.2027,a,b,c\n"},
        "column effective_from",
    ),
    "no finite value": (
        {"policy_indicator.csv": INDICATOR + "spell_gap_months,inf,,2027-01-01,a,b,c\n"},
        "column value",
    ),
    "a date DuckDB does not read": (
        {"policy_indicator.csv": INDICATOR + "spell_gap_months,2,,20270101,a,b,c\n"},
        "column effective_from",
    ),
    "an empty file": ({"policy_indicator.csv": ""}, "line 1: the headers"),
    "a name that is taken": (
        {"policy_employment_formula.csv": formula("register", {"employed"})},
        "line 2, column definition: the value is not an unused name",
    ),
    "too few fields": ({"policy_indicator.csv": INDICATOR + "spell_gap_months,2\n"}, "more or fewer fields"),
    "twice": (
        {"policy_indicator.csv": INDICATOR + "spell_gap_months,2,months,2000-01-01,a,b,c\n"},
        "same effective_from",
    ),
    "an activity is missing": (
        {
            "policy_employment_formula.csv": formula("moe_2021", set()).replace(
                "moe_2021,military", "moe_2020,military"
            )
        },
        "lacks",
    ),
    "a number is missing": (
        {"policy_definition.csv": NUMBERS + number("realised", "realised_lenient", "min_people", 5)},
        "lacks location_quotient, one_sided_normal_quantile",
    ),
    "the name of another definition": (
        {"policy_definition.csv": NUMBERS + number("self_report", "normative", "related_from", 3)},
        "does not begin with the name of the definition",
    ),
    "neither true nor false": (
        {"policy_employment_formula.csv": formula("moe_2021", set()).replace("true", "yes")},
        "not true or false",
    ),
}


@pytest.mark.parametrize("mistake", REFUSED)
def test_a_mistake_is_told_by_its_place(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mistake: str
) -> None:
    files, said = REFUSED[mistake]
    own_policy(tmp_path / "policy", files, monkeypatch)
    with pytest.raises(IecareerError, match=said):
        policy_seeds()


def test_a_file_in_another_encoding_is_told(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_policy(tmp_path / "policy", {}, monkeypatch)
    (tmp_path / "policy" / "policy_flag.csv").write_bytes("留任率".encode("gbk"))
    with pytest.raises(IecareerError, match=r"policy_flag\.csv is not encoded in UTF-8"):
        policy_seeds()


def test_several_horizons_may_be_added_as_a_set(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(f"retention_horizon_months,{h},months,2027-01-01,a,b,c\n" for h in (12, 24))
    own_policy(tmp_path / "policy", {"policy_indicator.csv": INDICATOR + rows}, monkeypatch)
    assert policy_seeds()["policy_indicator.csv"].endswith(rows)


def test_a_seed_that_was_changed_in_the_lake_is_refused(home: Path, tmp_path: Path) -> None:
    policy = keep_policy()
    (path,) = (home / "lake" / "policy").glob(f"{policy['policy_flag.csv']}.csv")
    path.write_text(path.read_text().replace("0.10", "0.20", 1))
    with pytest.raises(IecareerError, match=r"policy_flag\.csv .* lost or changed"):
        project_with(policy, tmp_path / "project")
