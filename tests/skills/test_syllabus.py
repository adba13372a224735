"""What a course covers, and what it only mentions."""

from __future__ import annotations

from pathlib import Path

import pytest

from iecareer.skills import Matcher
from iecareer.skills.syllabus import COVERED, MENTIONED, taught
from tests.skills.vocabularies import matcher_of

WELDING, TIG, PLC = "S00000001", "S00000002", "S00000003"


@pytest.fixture
def found(tmp_path: Path) -> Matcher:
    return matcher_of(
        tmp_path / "skills.csv",
        {"name_zh": "焊接"},
        {"name_zh": "氩弧焊", "parent_id": WELDING},
        {"name_zh": "PLC", "match": "latin"},
    )


COURSES = {
    "mastering is covering": ("课程", "掌握PLC编程", {PLC: COVERED}),
    "understanding is covering": ("课程", "教学目标：理解PLC原理", {PLC: COVERED}),
    "knowing of it is a mention": ("课程", "教学目标：了解PLC", {PLC: MENTIONED}),
    "the nearest verb counts": ("课程", "了解焊接，掌握PLC", {WELDING: MENTIONED, PLC: COVERED}),
    "contents are taught": ("课程", "教学内容：PLC、焊接", {PLC: COVERED, WELDING: COVERED}),
    "a text without verb and section mentions": ("课程", "PLC概况", {PLC: MENTIONED}),
    "practice covers": ("课程", "教学目标：了解焊接。实训项目：PLC", {WELDING: MENTIONED, PLC: COVERED}),
    "examination covers": ("课程", "考核：PLC接线", {PLC: COVERED}),
    "the reading list mentions": (
        "课程",
        "教学内容：焊接。参考书目：掌握PLC",
        {WELDING: COVERED, PLC: MENTIONED},
    ),
    "a title alone mentions": ("PLC应用", "", {PLC: MENTIONED}),
    "a part covers the whole": ("课程", "掌握氩弧焊", {TIG: COVERED, WELDING: COVERED}),
    "the whole covers no part": ("课程", "掌握焊接", {WELDING: COVERED}),
    "one covering is enough": ("PLC应用", "了解PLC；会PLC编程", {PLC: COVERED}),
}


@pytest.mark.parametrize(("title", "syllabus", "expected"), COURSES.values(), ids=COURSES)
def test_of_a_course(found: Matcher, title: str, syllabus: str, expected: dict[str, str]) -> None:
    assert taught(title, syllabus, found.vocabulary, found.surfaces) == expected
