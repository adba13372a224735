"""Codes in another format than the region's lists give a warning, because they match nothing."""

from __future__ import annotations

import pytest

from iecareer.contracts import load_record_types

FORMS = {
    "region_code": ("regions_are_codes", "宁波市", "330200"),
    "institution_code": ("institutions_are_codes", "10335", "4133010335"),
    "program_code": ("programs_are_codes", "数控技术", "460103"),
}
KINDS = [
    (kind.name, column)
    for kind in load_record_types().values()
    for column in FORMS
    if kind.column(column)
    and (kind.name, column) not in (("program", "program_code"), ("region_year", "region_code"))
]


def judged(region, kind: str, column: str, n_other: int) -> bool:
    """Whether 100 rows with this number of other codes give a warning."""
    name, other, usual = FORMS[column]
    code = f"case when i < {n_other} then '{other}' else '{usual}' end"
    month = ", date '2026-10-01' as month" if kind == "employment_month" else ""
    delivery = region.land(kind, f"select {code} as {column}{month} from range(100) as rows(i)")
    return name in region.judge()[delivery].failed


@pytest.mark.parametrize(("kind", "column"), KINDS)
def test_codes_of_another_form_are_told(region, kind: str, column: str):
    assert judged(region, kind, column, 6)


@pytest.mark.parametrize("column", FORMS)
@pytest.mark.parametrize("n_other", [0, 5])
def test_a_few_are_not_told(region, column: str, n_other: int):
    assert not judged(region, next(kind for kind, own in KINDS if own == column), column, n_other)


def test_a_code_that_is_not_told_is_not_a_wrong_one(region):
    delivery = region.land("course", "select null as institution_code from range(100)")
    assert FORMS["institution_code"][0] not in region.judge()[delivery].failed


@pytest.mark.parametrize(
    ("code", "is_told"),
    [
        ("460103", False), ("120203K", False), ("080910T", False), ("080905TK", False),
        ("80910", True), ("80910T", True), ("460103k", True), ("080910TKH", True), ("AI", True),
    ],
)  # fmt: skip
def test_official_codes_of_either_catalogue_are_codes(region, code: str, is_told: bool):
    rows = f"select * from (values ('{code}', 2021), ('460104', 2021)) as p(program_code, edition)"
    delivery = region.land("program", rows)
    assert (region.judge()[delivery].failed == ("codes_have_six_digits",)) is is_told


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
