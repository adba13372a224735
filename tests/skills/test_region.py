"""The marts of skills on a small region, compared with arithmetic in Python."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from iecareer.skills import matcher
from iecareer.skills.night import write_skills
from tests.spec.region import run_dbt, write_landing

PROGRAM, OTHER = "460301", "500401"
TEXTS = ("熟悉PLC、变频器", "熟悉PLC；有AutoCAD经验者优先", "会氩弧焊", "掌握AutoCAD、触摸屏，要求沟通能力")
SKILLS = {"PLC": "PLC", "变频器": "变频器", "AutoCAD": "AutoCAD", "氩弧焊": "氩弧焊", "触摸屏": "触摸屏"}


def postings(n: int, year: int, occupation: str) -> Iterator[dict[str, Any]]:
    """Every fourth posting is of one employer, and each text has copies under one title."""
    for i in range(n):
        yield {
            "posting_id": f"{occupation}{year}{i}",
            "posted_on": f"{year}-{1 + i % 12:02d}-03",
            "title": f"title {i // 2 % (n // 3)}",
            "occupation_code": occupation,
            "region_code": ("330100", "110000")[i % 3 == 0],
            "enterprise_code": "LARGE" if i % 4 == 0 else f"E{i}",
            "description": TEXTS[(i // 2 + i % 5) % len(TEXTS)],
        }


POSTINGS = [
    *postings(240, 2024, "6-31-01-01"),
    *postings(180, 2023, "6-31-01-01"),
    *postings(90, 2024, "4-01-01-00"),
]


@pytest.fixture(scope="module")
def marts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    path = tmp_path_factory.mktemp("skills") / "build.duckdb"
    course = {"institution_code": "4111111111", "program_code": PROGRAM, "hours": "40", "title": "课程"}
    tables = {
        "job_posting": POSTINGS,
        "program_occupation": [
            {"program_code": PROGRAM, "occupation_code": "6-31-01-01", "edition": "2021", "fit": "core"},
            {"program_code": OTHER, "occupation_code": "4-01-01-00", "edition": "2021", "fit": "core"},
        ],
        "course": [
            course | {"course_code": "K1", "effective_from": "2020-09-01", "syllabus": "掌握PLC，了解变频器"},
            course | {"course_code": "K2", "effective_from": "2020-09-01", "syllabus": "掌握语文"},
        ],
    }
    write_landing(path, tables, None)
    assert run_dbt(path, "seed") == []
    assert run_dbt(path, "run", "--select", "stg_job_posting stg_course stg_employer_feedback") == []
    with duckdb.connect(str(path)) as connection:
        write_skills(connection, matcher())
    assert run_dbt(path, "run", "--select", "+path:models/skills") == []
    assert run_dbt(path, "test", "--select", "path:models/skills", "--exclude", "test_type:unit") == []
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


def skill_ids() -> dict[str, str]:
    return {skill.name_zh: skill.skill_id for skill in matcher().vocabulary.active}


def capped_weights(year: int, code: str) -> dict[str, float]:
    """Weights of the postings of a year: copies share one, and the cap is found by bisection."""
    of_year = [p for p in POSTINGS if p["posted_on"].startswith(str(year)) and p["occupation_code"] == code]
    base: dict[str, float] = {}
    for p in of_year:
        same = [q for q in POSTINGS if all(q[k] == p[k] for k in ("title", "description"))]
        base[p["posting_id"]] = 1 / sum(q["posted_on"][:4] == p["posted_on"][:4] for q in same)
    by_employer: Counter[str] = Counter()
    for p in of_year:
        by_employer[p["enterprise_code"]] += base[p["posting_id"]]
    low, high = 0.0, max(by_employer.values())
    for _ in range(200):
        middle = (low + high) / 2
        is_too_large = middle > 0.05 * sum(min(w, middle) for w in by_employer.values())
        low, high = (low, middle) if is_too_large else (middle, high)
    return {
        p["posting_id"]: base[p["posting_id"]] * min(1.0, low / by_employer[p["enterprise_code"]])
        for p in of_year
    }


def weights(year: int, code: str) -> dict[str, float]:
    """Weights by the words of docs/skills.md: copies, the cap, strata with their share of all years."""
    region = {p["posting_id"]: p["region_code"] for p in POSTINGS}
    fixed: Counter[str] = Counter()
    for any_year in sorted({int(p["posted_on"][:4]) for p in POSTINGS if p["occupation_code"] == code}):
        for posting, weight in capped_weights(any_year, code).items():
            fixed[region[posting]] += weight
    capped = capped_weights(year, code)
    now: Counter[str] = Counter()
    for posting, weight in capped.items():
        now[region[posting]] += weight
    return {
        posting: weight * (fixed[region[posting]] / fixed.total()) / (now[region[posting]] / now.total())
        for posting, weight in capped.items()
    }


def share(weighted: dict[str, float], form: str) -> float:
    texts = {p["posting_id"]: p["description"] for p in POSTINGS}
    return sum(w for i, w in weighted.items() if form in texts[i]) / sum(weighted.values())


@pytest.mark.slow
@pytest.mark.parametrize("form", SKILLS)
def test_a_share_is_that_of_weighted_postings(marts: duckdb.DuckDBPyConnection, form: str) -> None:
    weighted = weights(2024, "6-31-01-01")
    found = marts.execute(
        "select share, n_eff from marts.msr_skill_gap where year = 2024 and skill_id = ?",
        [skill_ids()[SKILLS[form]]],
    ).fetchall()
    n_eff = sum(weighted.values()) ** 2 / sum(w * w for w in weighted.values())
    assert found == [(pytest.approx(share(weighted, form)), pytest.approx(n_eff))]


@pytest.mark.slow
def test_only_what_a_course_covers_is_covered(marts: duckdb.DuckDBPyConnection) -> None:
    names = {skill_id: name for name, skill_id in skill_ids().items()}
    rows = marts.execute("select skill_id, covered from marts.msr_skill_gap where year = 2024").fetchall()
    assert {names[skill_id] for skill_id, covered in rows if covered} == {"PLC"}
    assert {names[skill_id] for skill_id, _ in rows} == {*SKILLS.values(), "沟通能力"}


@pytest.mark.slow
def test_coverage_is_the_covered_part_of_demand_and_of_hours(marts: duckdb.DuckDBPyConnection) -> None:
    weighted = weights(2024, "6-31-01-01")
    demand = {form: share(weighted, form) for form in SKILLS}
    rows = marts.execute(
        "select weighting, coverage, n_postings, status from marts.msr_skill_coverage where year = 2024"
    ).fetchall()
    assert sorted(rows) == [
        ("hours", 0.5, 240, "ok"),
        ("unweighted", pytest.approx(demand["PLC"] / sum(demand.values())), 240, "ok"),
    ]


@pytest.mark.slow
def test_a_trend_is_the_difference_of_log_odds(marts: duckdb.DuckDBPyConnection) -> None:
    odds = []
    for year in (2024, 2023):
        weighted = weights(year, "6-31-01-01")
        n_eff = sum(weighted.values()) ** 2 / sum(w * w for w in weighted.values())
        k = share(weighted, "PLC") * n_eff
        odds.append(math.log((k + 0.5) / (n_eff - k + 0.5)))
    ((difference, status),) = marts.execute(
        "select log_odds_difference, status from marts.msr_skill_trend where skill_id = ? and program_code = ?",
        [skill_ids()["PLC"], PROGRAM],
    ).fetchall()
    assert (status, difference) == ("ok", pytest.approx(odds[0] - odds[1]))
