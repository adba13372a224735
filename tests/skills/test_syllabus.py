"""What a course covers, and what it only mentions."""

from __future__ import annotations

from pathlib import Path

import pytest

from iecareer.skills import Matcher
from iecareer.skills.advert import FARTHEST
from iecareer.skills.syllabus import COVERED, MENTIONED, taught
from tests.skills.vocabularies import matcher_of

WELDING, TIG, PLC, TEACHING = "S00000001", "S00000002", "S00000003", "S00000004"


@pytest.fixture
def found(tmp_path: Path) -> Matcher:
    return matcher_of(
        tmp_path / "skills.csv",
        {"name_zh": "焊接"},
        {"name_zh": "氩弧焊", "parent_id": WELDING},
        {"name_zh": "PLC", "match": "latin"},
        {"name_zh": "教学"},
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
    "headings are lines of their own": (
        "课程",
        "一、课程性质\n掌握焊接\n二、课程内容\nPLC\n",
        {WELDING: MENTIONED, PLC: COVERED},
    ),
    "a heading of a line tells its hours": ("课程", "（二）实训项目（16学时）\nPLC", {PLC: COVERED}),
    "a heading of a line ends with a blank": (
        "课程",
        "掌握焊接\n四、参考教材 《掌握PLC》",
        {WELDING: COVERED, PLC: MENTIONED},
    ),
    "a heading stands in brackets": ("课程", "【教学内容】PLC", {PLC: COVERED}),
    "goals inside a sentence are no heading": ("课程", "课程内容：目标检测、PLC", {PLC: COVERED}),
    "a textbook inside a sentence is no heading": (
        "课程",
        "教学内容：焊接；结合教材讲解PLC",
        {WELDING: COVERED, PLC: COVERED},
    ),
    "a sentence that breaks after 实验 is no heading": (
        "课程",
        "了解焊接实验\nPLC概况",
        {WELDING: MENTIONED, PLC: MENTIONED},
    ),
    "the words of a heading are no skill": ("课程", "教学内容：PLC", {PLC: COVERED}),
    "the same words below a heading are": ("课程", "教学内容：PLC、教学", {PLC: COVERED, TEACHING: COVERED}),
    "a title alone mentions": ("PLC应用", "", {PLC: MENTIONED}),
    "a part covers the whole": ("课程", "掌握氩弧焊", {TIG: COVERED, WELDING: COVERED}),
    "the whole covers no part": ("课程", "掌握焊接", {WELDING: COVERED}),
    "one covering is enough": ("PLC应用", "了解PLC；会PLC编程", {PLC: COVERED}),
}


@pytest.mark.parametrize(("title", "syllabus", "expected"), COURSES.values(), ids=COURSES)
def test_of_a_course(found: Matcher, title: str, syllabus: str, expected: dict[str, str]) -> None:
    assert taught(title, syllabus, found.vocabulary, found.surfaces) == expected


def test_a_verb_of_another_paragraph_does_not_count(found: Matcher) -> None:
    syllabus = f"掌握{'、焊' * FARTHEST}、PLC"
    assert taught("课程", syllabus, found.vocabulary, found.surfaces) == {PLC: MENTIONED}
