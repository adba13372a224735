"""The suites are complete, in two languages, and use existing metrics only."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from iecareer.checks.suites import delivery_suite, feedback_suites, read_suite
from iecareer.contracts import load_record_types
from iecareer.errors import IecareerError
from iecareer.feedback.candidate import TABLES
from iecareer.settings import project_folder

SHARED = {"every_delivery", "every_snapshot", "every_period"}
FILES = sorted(project_folder("expectations").rglob("*.json"))


def test_every_record_type_has_its_suite():
    found = {path.stem for path in FILES if path.parent.name == "landing"}
    assert found == set(load_record_types()) | SHARED


def test_every_feedback_table_has_its_suite():
    assert set(TABLES) == set(feedback_suites())


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_suite_says_what_it_means_and_what_to_do(path: Path):
    suite = read_suite(f"{path.parent.name}/{path.stem}")
    assert suite.name == f"{path.parent.name}.{path.stem}"
    assert suite.expectations
    names = [expectation.name for expectation in suite.expectations]
    assert len(names) == len(set(names))
    for expectation in suite.expectations:
        assert expectation.severity in ("stop", "warn")
        assert expectation.sentence_en.isascii()
        assert expectation.sentence_en.endswith(".")
        assert expectation.sentence_zh.endswith("。")
        assert any("\u4e00" <= character <= "\u9fff" for character in expectation.sentence_zh)


@pytest.mark.parametrize("kind", load_record_types().values(), ids=lambda kind: kind.name)
def test_a_delivery_suite_names_only_measures_that_exist(kind, region):
    """An empty delivery has all metrics, and computing them does not fail."""
    delivery = region.land(kind.name, "select 1 as nothing where false")
    judged = region.judge()[delivery]
    assert judged.failed == ("has_rows",)
    assert delivery_suite(kind.name, kind.mode).columns


def test_an_expectation_without_sentences_is_refused(monkeypatch, tmp_path):
    folder = tmp_path / "landing"
    folder.mkdir()
    entry = {
        "type": "expect_table_row_count_to_be_between",
        "kwargs": {},
        "meta": {"name": "x", "severity": "stop"},
    }
    document = {"name": "landing.lame", "expectations": [entry]}
    (folder / "lame.json").write_text(json.dumps(document), encoding="utf-8")
    monkeypatch.setattr("iecareer.checks.suites.project_folder", lambda _: tmp_path)
    with pytest.raises(IecareerError, match=r"landing/lame\.json, expectation 'x': meta lacks sentence_zh"):
        read_suite("landing/lame")
