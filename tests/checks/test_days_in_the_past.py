"""A verdict applies from the day it was given for; runs as of an earlier day neither use nor change it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from iecareer.documents import write_document
from iecareer.lake.manifest import current_deliveries
from iecareer.lake.verdicts import record_verdict, standing_verdicts
from iecareer.runs.pin import read_pin
from iecareer.settings import lake
from tests.checks.conftest import AS_OF, Region

LATER = AS_OF + timedelta(days=5)
LIST = "select '41330108' || lpad(i::varchar, 2, '0') as institution_code from range({}) as r(i)"
GRADUATES = """select sha256('g' || i) as person_key, '41330108' || lpad((i % 50)::varchar, 2, '0') as
    institution_code, '460103' as program_code, date '2023-06-30' as graduated_on from range(100) as r(i)"""


@pytest.mark.parametrize("later_first", [False, True])
def test_a_stop_that_lifted_itself_later_still_holds_on_its_day(region: Region, later_first: bool) -> None:
    region.land("institution", LIST.format(1))
    graduates = region.land("graduate", GRADUATES)
    if not later_first:
        assert region.judge()[graduates].verdict == "stop"
    region.land("institution", LIST.format(50), received_on=LATER)
    assert region.judge(LATER)[graduates].verdict == "pass"
    assert region.judge()[graduates].verdict == "stop"
    then = region.run_id
    assert region.judge(LATER)[graduates].verdict == "pass"
    assert region.result["judged"] == 0
    assert {d.verdict for d in read_pin(then).deliveries if d.delivery_id == graduates} == {"stop"}
    assert [d.is_accepted for d in current_deliveries(AS_OF)[0] if d.delivery_id == graduates] == [False]
    assert [d.is_accepted for d in current_deliveries(LATER)[0] if d.delivery_id == graduates] == [True]


def test_an_earlier_day_judged_later_does_not_replace_what_was_said_of_a_later_one(region: Region) -> None:
    record_verdict("d1", "v1", "stop", ["usual_size"], LATER)
    record_verdict("d1", "v1", "pass", [], AS_OF)
    assert standing_verdicts(AS_OF)["d1.v1"].word == "pass"
    assert standing_verdicts(LATER)["d1.v1"].word == "stop"
    assert standing_verdicts(date(2026, 1, 1)) == {}


def test_verdicts_kept_by_an_older_version_are_read(region: Region) -> None:
    document = {"verdict": "warn", "failed": ["x"], "as_of": AS_OF}
    write_document(lake() / "manifest" / "verdicts" / "d1.v1.json", document)
    assert standing_verdicts(LATER)["d1.v1"].failed == ("x",)
    assert standing_verdicts(AS_OF - timedelta(days=1)) == {}
