"""The vocabulary: the project's file is good, and each mistake is refused with its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from iecareer.errors import IecareerError
from iecareer.skills import load_vocabulary
from tests.skills.vocabularies import written

WELDING = {"name_zh": "焊接"}
REFUSED = {
    "a form that two active skills own": (
        [WELDING, {"name_zh": "锡焊", "aliases": "焊 接"}],
        "skills.csv:4: '焊 接' also belongs to S00000001 on line 3",
    ),
    "an unknown parent": ([WELDING | {"parent_id": "G-none"}], "skills.csv:3: parent_id 'G-none'"),
    "no parent": ([WELDING | {"parent_id": ""}], "skills.csv:3: parent_id is empty"),
    "a cycle": (
        [WELDING | {"parent_id": "S00000002"}, {"name_zh": "氩弧焊", "parent_id": "S00000001"}],
        "skills.csv:3: S00000001 is its own ancestor",
    ),
    "one Chinese character": ([WELDING | {"aliases": "焊"}], "skills.csv:3: '焊' is one Chinese character"),
    "two Latin characters": (
        [{"name_zh": "人工智能", "aliases": "AI"}],
        "skills.csv:3: 'AI' has 2 Latin character(s): match must be latin_case",
    ),
    "a certificate like a trade": (
        [{"name_zh": "焊工", "kind": "certificate"}],
        "skills.csv:3: the certificate '焊工' has no form with 证",
    ),
    "the same id twice": (
        [WELDING, {"name_zh": "铸造", "skill_id": "S00000001"}],
        "skills.csv:4: S00000001 is also on line 3",
    ),
    "an id of another form": (
        [WELDING | {"skill_id": "17"}],
        "skills.csv:3: skill_id '17' is not S and 8 hex",
    ),
    "an unknown kind": ([WELDING | {"kind": "trade"}], "skills.csv:3: kind 'trade' is none of 'tool'"),
    "an unknown match": ([WELDING | {"match": "fuzzy"}], "skills.csv:3: match 'fuzzy'"),
    "an unknown status": ([WELDING | {"status": "old"}], "skills.csv:3: status 'old'"),
    "another mark than 1": ([WELDING | {"weak": "yes"}], "skills.csv:3: weak 'yes'"),
    "no name": ([WELDING | {"name_zh": "", "aliases": "焊接"}], "skills.csv:3: name_zh is empty"),
    "no date": ([WELDING | {"valid_from": "2026-13-01"}], "skills.csv:3: valid_from '2026-13-01'"),
    "an end before the beginning": (
        [WELDING | {"valid_from": "2026-02-01", "valid_to": "2026-01-01"}],
        "skills.csv:3: valid_to 2026-01-01 is before valid_from",
    ),
    "an unknown successor": (
        [WELDING | {"status": "retired", "replaced_by": "S0000000f"}],
        "skills.csv:3: replaced_by 'S0000000f'",
    ),
    "a successor of an active skill": (
        [WELDING | {"replaced_by": "S00000002"}, {"name_zh": "铸造"}],
        "skills.csv:3: an active skill is replaced by none",
    ),
    "a negative without the skill": (
        [WELDING | {"negatives": "焊条"}],
        "skills.csv:3: the negative '焊条' contains no form",
    ),
    "a negative that is a form of a skill": (
        [WELDING | {"negatives": "焊接 机器人"}, {"name_zh": "焊接机器人"}],
        "skills.csv:3: the negative '焊接 机器人' is a form of S00000002 on line 4",
    ),
}


@pytest.mark.parametrize(("rows", "message"), REFUSED.values(), ids=REFUSED)
def test_a_mistake_is_refused_with_file_and_line(
    tmp_path: Path, rows: list[dict[str, str]], message: str
) -> None:
    with pytest.raises(IecareerError, match=re.escape(message)) as refused:
        load_vocabulary(written(tmp_path / "skills.csv", *rows))
    assert str(tmp_path / "skills.csv") in refused.value.next_step


def test_all_mistakes_of_a_file_are_named_at_once(tmp_path: Path) -> None:
    rows = [{"name_zh": "焊接", "kind": "trade"}, {"name_zh": "铸造", "parent_id": "G-none"}]
    with pytest.raises(IecareerError, match=r"2 mistake(?s:.)+:3:(?s:.)+:4:"):
        load_vocabulary(written(tmp_path / "skills.csv", *rows))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "There is no vocabulary"),
        (b"\xb0\xc4", "skills.csv is not UTF-8"),
        (b"skill_id,name\n", "skills.csv:1: the columns"),
    ],
)
def test_a_file_that_is_no_vocabulary_is_refused(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "skills.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(IecareerError, match=message):
        load_vocabulary(path)


def test_a_row_of_another_width_is_refused_with_its_line(tmp_path: Path) -> None:
    path = written(tmp_path / "skills.csv", WELDING)
    path.write_text(path.read_text(encoding="utf-8") + "S00000002,铸造\n", encoding="utf-8")
    with pytest.raises(IecareerError, match=r"skills\.csv:4: not 15 cells"):
        load_vocabulary(path)


def test_a_retired_skill_may_share_a_form_with_its_successor_and_is_not_looked_for(tmp_path: Path) -> None:
    old = {"name_zh": "焊接", "status": "retired", "replaced_by": "S00000002"}
    vocabulary = load_vocabulary(
        written(tmp_path / "skills.csv", old, {"name_zh": "焊接技术", "aliases": "焊接"})
    )
    assert [skill.skill_id for skill in vocabulary.active] == ["S00000002"]


def test_a_broader_skill_is_an_ancestor_and_a_group_is_not(tmp_path: Path) -> None:
    rows = [
        WELDING,
        {"name_zh": "电弧焊", "parent_id": "S00000001"},
        {"name_zh": "氩弧焊", "parent_id": "S00000002"},
    ]
    vocabulary = load_vocabulary(written(tmp_path / "skills.csv", *rows))
    assert vocabulary.ancestors("S00000003") == ["S00000002", "S00000001"]
    assert vocabulary.ancestors("S00000001") == []


def test_the_version_changes_with_the_file(tmp_path: Path) -> None:
    one = load_vocabulary(written(tmp_path / "one.csv", WELDING))
    other = load_vocabulary(written(tmp_path / "other.csv", WELDING | {"aliases": "锡焊"}))
    assert one.version != other.version


def test_the_projects_vocabulary_breaks_no_rule_and_has_every_kind() -> None:
    vocabulary = load_vocabulary()
    kinds = {skill.kind for skill in vocabulary.active}
    assert kinds == {
        "tool",
        "method",
        "knowledge",
        "equipment",
        "standard",
        "certificate",
        "language",
        "soft",
    }
    assert len(vocabulary.active) > 1_000


def test_things_to_be_handled_are_equipment() -> None:
    electric = "全站仪 水准仪 RF枪 逆变器 变压器 继电器 激光器"
    radio = "滤波器 混频器 功分器 耦合器 双工器 合路器 环形器 衰减器 移相器"
    kinds = {skill.name_zh: skill.kind for skill in load_vocabulary().active}
    assert {name for name in f"{electric} {radio}".split() if kinds[name] != "equipment"} == set()
