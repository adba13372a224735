"""The step of the night: tables of skills from the texts of a build."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from iecareer.skills import Matcher
from iecareer.skills.night import TABLES, write_skills
from iecareer.skills.outside import asked_for
from tests.skills.vocabularies import matcher_of

PLC, ROBOT = "S00000001", "S00000002"


@pytest.fixture
def found(tmp_path: Path) -> Matcher:
    return matcher_of(
        tmp_path / "skills.csv",
        {"name_zh": "PLC", "match": "latin", "kind": "tool"},
        {"name_zh": "机器人编程", "status": "active"},
    )


@pytest.fixture
def build() -> Iterator[duckdb.DuckDBPyConnection]:
    """A staging layer of a few texts."""
    with duckdb.connect() as connection:
        connection.execute("create schema staging; create schema skills")
        connection.execute(
            """create table staging.stg_job_posting as from (values
                ('P1', '熟悉PLC、变频器'), ('P2', '熟悉PLC、变频器'), ('P3', '包吃住'), ('P4', null),
                ('P5', '熟悉PLC。精通PLC。掌握PLC。')
            ) as posting (posting_id, description)"""
        )
        connection.execute(
            """create table staging.stg_course as from (values
                ('I', '460101', 'K1', date '2022-09-01', '机器人编程', '掌握PLC'),
                ('I', '460101', 'K2', date '2022-09-01', '机器人编程', null)
            ) as course (institution_code, program_code, course_code, effective_from, title, syllabus)"""
        )
        connection.execute(
            """create table staging.stg_employer_feedback as from (values
                ('E', 'I', '460101', 2024, 'PLC不够熟练'), ('F', 'I', null, 2024, null)
            ) as answer (enterprise_code, institution_code, program_code, year, missing_skills)"""
        )
        yield connection


def rows(build: duckdb.DuckDBPyConnection, table: str) -> list[tuple[object, ...]]:
    return build.execute(f"from skills.{table} order by all").fetchall()


def test_it_writes_the_skills_of_postings_courses_and_answers(
    build: duckdb.DuckDBPyConnection, found: Matcher
) -> None:
    counted = write_skills(build, found)

    assert rows(build, "skill_of_posting") == [(posting, PLC, "required") for posting in ("P1", "P2", "P5")]
    assert rows(build, "posting_asked") == [("P1", 2, 1), ("P2", 2, 1), ("P3", 0, 0), ("P5", 3, 0)]
    assert [row[2:] for row in rows(build, "skill_of_course") if row[2] == "K2"] == [
        ("K2", rows(build, "skill_of_course")[0][3], ROBOT, "mentioned")
    ]
    assert {row[4:] for row in rows(build, "skill_of_course") if row[2] == "K1"} == {
        (PLC, "covered"),
        (ROBOT, "mentioned"),
    }
    assert rows(build, "skill_missed") == [("E", "I", "460101", 2024, PLC)]
    assert rows(build, "skill") == [(PLC, "PLC", None, "tool"), (ROBOT, "机器人编程", None, "method")]
    assert counted == {
        "n_skill": 2,
        "n_skill_of_posting": 3,
        "n_posting_asked": 4,
        "n_skill_of_course": 3,
        "n_skill_missed": 1,
        "vocabulary": found.vocabulary.version,
    }


def test_a_second_run_writes_the_same_tables(build: duckdb.DuckDBPyConnection, found: Matcher) -> None:
    write_skills(build, found)
    first = {table: rows(build, table) for table in TABLES}
    write_skills(build, found)
    assert {table: rows(build, table) for table in TABLES} == first


ASKED = {
    "熟悉PLC、变频器和触摸屏": (3, 2),
    "熟悉PLC；掌握机器人编程": (2, 0),
    "负责车间卫生，包吃住": (0, 0),
    "能熟练使用电脑": (1, 1),
}


@pytest.mark.parametrize(("text", "expected"), ASKED.items(), ids=ASKED)
def test_things_asked_for_are_counted_and_those_without_a_skill(
    found: Matcher, text: str, expected: tuple[int, int]
) -> None:
    assert asked_for(text, found.find(text)) == expected
