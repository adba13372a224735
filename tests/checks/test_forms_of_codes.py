"""Codes of another form than the region's lists join nothing: a warning, however well everything else loads."""

from __future__ import annotations

import pytest

from iecareer.contracts import load_record_types

KINDS = [kind.name for kind in load_record_types().values() if kind.column("institution_code")]
NAMED = "institutions_are_codes"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("n_of_five", "is_said"), [(0, False), (5, False), (6, True), (100, True)], ids=str)
def test_institutions_by_another_code_are_told(region, kind: str, n_of_five: int, is_said: bool):
    code = f"case when i < {n_of_five} then '10335' else '4133010335' end"
    delivery = region.land(kind, f"select {code} as institution_code from range(100) as rows(i)")
    assert (NAMED in region.judge()[delivery].failed) == is_said


def test_a_code_that_is_not_told_is_not_a_wrong_one(region):
    delivery = region.land("course", "select null as institution_code from range(100)")
    assert NAMED not in region.judge()[delivery].failed


@pytest.mark.parametrize(
    ("n_quarantined", "reason", "name"),
    [(0, "x", "has_rows"), (3, "missing:title", "has_usable_rows"), (1, "totals_row", "has_rows")],
)
def test_no_row_and_no_row_that_can_be_used_are_two_things(
    region, n_quarantined: int, reason: str, name: str
):
    reasons = {reason: n_quarantined} if n_quarantined else {}
    delivery = region.land(
        "course", "select 1 as nothing where false", n_quarantined=n_quarantined, reasons=reasons
    )
    assert set(region.judge()[delivery].failed) == {name}
