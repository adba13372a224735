"""Rules on rows in a contract: what is understood, and misuse that is refused in plain words."""

from __future__ import annotations

from pathlib import Path

import pytest

from iecareer.errors import IecareerError
from iecareer.sources import source_system
from iecareer.sources.row_rules import Joining, MonthSpan, RowFilter, RowRules, SameKey
from tests.landing.insurance import BASE, MONTH, contract


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path) -> object:
    monkeypatch.setenv("IECAREER_SOURCES", str(tmp_path))

    def read(given: dict[str, str], *columns: str) -> RowRules:
        (tmp_path / "bureau.odcs.yaml").write_text(contract(given, *columns), encoding="utf-8")
        return source_system("bureau").tables[0].rules

    return read


def test_rules_are_read(rules) -> None:
    found = rules(
        {
            "rowFilter": "{险种: {keep: [养老, null], leaveOut: [医疗], synonyms: [险种类型]}}",
            "joinsMonth": "{缴费类型: [补缴]}",
            "sameKey": "{newest: [更新, 时间]}",
        }
    )
    assert found.filters == (RowFilter(("险种", "险种类型"), ("养老", None), ("医疗",)),)
    assert found.joining == (Joining(("缴费类型",), ("补缴",)),)
    assert found.same_key == SameKey("newest", ("更新", "时间"))
    assert rules({"monthSpan": "{in: 费款所属期}"}, BASE).span == MonthSpan(("费款所属期",), ("费款所属期",))


@pytest.mark.parametrize(
    ("given", "columns", "said"),
    [
        ({"rowFliter": "{a: {keep: [b]}}"}, (), "did you mean rowFilter?"),
        ({"rowFilter": "{a: {kept: [b]}}"}, (), "unknown key 'kept' (did you mean keep?)"),
        ({"rowFilter": "{a: {leaveOut: [b]}}"}, (), "rowFilter, a is not of its form"),
        ({"rowFilter": "{a: {keep: b}}"}, (), "is not of its form"),
        ({"rowFilter": "{a: {keep: [b], leaveOut: [b]}}"}, (), "is not of its form"),
        ({"rowFilter": "{a: {keep: [1]}}"}, (), "1 is no text"),
        ({"rowFilter": "{a: {keep: [true]}}"}, (), "line 12: rowFilter: 'true' is true or false in YAML"),
        ({"rowFilter": "{}"}, (), "rowFilter is not of its form"),
        ({"rowFilter": ""}, (), "rowFilter is not of its form"),
        ({"joinsMonth": "{a: [null]}"}, (), "line 12: joinsMonth: 'null' is nothing in YAML"),
        ({"joinsMonth": "[补缴]"}, (), "joinsMonth is not of its form"),
        ({"monthSpan": "{from: a, to: b}"}, (MONTH, BASE), "monthSpan fills this column already"),
        ({"monthSpan": "{from: a}"}, (BASE,), "monthSpan is not of its form"),
        ({"monthSpan": "{from: a, until: b}"}, (BASE,), "unknown key 'until'"),
        ({"monthSpan": "{from: a, to: a}"}, (BASE,), "monthSpan is not of its form"),
        (
            {"monthColumns": "{header: 缴费基数, column: contribution_base}"},
            ("",),
            "monthColumns is not of its form",
        ),
        (
            {"monthColumns": '{header: "{month}基数", column: contribution_bas}'},
            ("",),
            "did you mean contribution_base?",
        ),
        (
            {"monthColumns": '{header: "{month}基数", column: contribution_base}'},
            (BASE,),
            "fills this column already",
        ),
        ({"sameKey": "sums"}, (), "did you mean sum?"),
        ({"sameKey": "newest"}, (), "newest needs a header"),
        ({"sameKey": "{largest: a}"}, (), "unknown key 'largest'"),
    ],
)
def test_misuse_is_refused(rules, given: dict[str, str], columns: tuple[str, ...], said: str) -> None:
    with pytest.raises(IecareerError) as raised:
        rules(given, *columns)
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("kind", "rule", "said"),
    [
        (
            "program",
            "{property: joinsMonth, value: {a: [b]}}",
            "joinsMonth is for record types that are delivered by month",
        ),
        (
            "program",
            "{property: sameKey, value: sum}",
            "needs a record type with one amount of money; program has none",
        ),
        ("enterprise", "{property: sameKey, value: largest}", "enterprise has 3"),
    ],
)
def test_rules_that_do_not_suit_a_record_type_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, rule: str, said: str
) -> None:
    monkeypatch.setenv("IECAREER_SOURCES", str(tmp_path))
    text = f"""\
apiVersion: v3.1.0
kind: DataContract
id: office
name: office
version: 1.0.0
status: draft
servers: [{{server: files, type: local, path: "office/*", format: csv}}]
schema:
  - name: {kind}
    customProperties: [{rule}]
    properties: []
"""
    (tmp_path / "office.odcs.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(IecareerError) as raised:
        source_system("office")
    assert said in str(raised.value)
