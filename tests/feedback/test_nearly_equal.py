"""Of differentials with nearly the same graduates at most one leaves: the rule itself, and what is published by it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iecareer.feedback.differentials import prepare_differentials
from iecareer.feedback.nearly_equal import nearly_equal_to_a_kept_one
from iecareer.feedback.policy import read_policy
from tests.models import build_model, build_policy

AS_OF = date(2026, 11, 21)
SCOPES = ("region", "mode", "institution", "program")
METHODS = {
    "raw": "int_differential_pair",
    "stratified": "int_differential_cell",
    "adjusted": "int_differential_counterpart",
}


@pytest.mark.parametrize(
    ("pairs", "withheld"),
    [
        ([], set()),
        ([(1, 2)], {2}),
        ([(2, 1)], {2}),
        # a withheld one withholds no other
        ([(1, 2), (2, 3)], {2}),
        ([(1, 2), (2, 3), (3, 4)], {2, 4}),
        ([(1, 2), (1, 3), (2, 3)], {2, 3}),
        # kept ones are kept, however many they are near to
        ([(1, 3), (2, 3), (3, 4)], {3}),
    ],
)
def test_one_is_withheld_beside_an_earlier_one_that_is_kept(
    pairs: list[tuple[int, int]], withheld: set[int]
) -> None:
    assert nearly_equal_to_a_kept_one(pairs) == withheld
    assert nearly_equal_to_a_kept_one(reversed(pairs)) == withheld


@dataclass
class Analysis:
    """One differential: its treated groups, who else is treated or compared, and what is told of it."""

    scope: str
    code: str | None
    cohort_year: int | None
    groups: tuple[int, ...]
    n_outside: int = 0
    n_comparison: int = 30
    status: str = "ok"

    @property
    def key(self) -> str:
        """Its key in the tables; it says nothing about the order."""
        return f"{len(self.groups)}|{self.scope}|{self.code}|{self.cohort_year}"

    @property
    def codes(self) -> dict[str, Any]:
        """Its codes: only the columns of its scope are filled."""
        return {
            "scope": self.scope,
            "institution_code": self.code if self.scope in ("institution", "program") else None,
            "program_code": "460101" if self.scope == "program" else None,
            "mode": self.code if self.scope == "mode" else None,
            "cohort_year": self.cohort_year,
        }


@dataclass
class Region:
    """Groups of graduates with their sizes and numbers, and the differentials of one measure and method."""

    method: str
    sizes: list[int]
    numbers: list[int]
    analyses: list[Analysis] = field(default_factory=list)

    def graduates(self, analysis: Analysis) -> set[tuple[int, int]]:
        """The treated set, man by man."""
        return {(group, one) for group in analysis.groups for one in range(self.sizes[group])}

    def number(self, analysis: Analysis) -> int:
        return sum(self.numbers[group] for group in analysis.groups) % 2**32


def rounded(n: int, number: int) -> int:
    """The text of publication.md, in integers: 5 floor(n / 5 + number / 2^32)."""
    return 5 * ((n * 2**32 + 5 * number) // (5 * 2**32))


def expected(region: Region) -> dict[str, str]:
    """The status of every differential, by the text: taken by falling n', compared with all that are kept."""
    status: dict[str, str] = {}
    shown = []
    for analysis in region.analyses:
        n = rounded(len(region.graduates(analysis)), region.number(analysis))
        is_enough = n >= 30 and rounded(analysis.n_comparison, 0) >= 30
        status[analysis.key] = analysis.status if is_enough or analysis.status != "ok" else "too_few"
        if status[analysis.key] == "ok":
            shown.append(
                (-n, SCOPES.index(analysis.scope), analysis.code or "", analysis.cohort_year or 0, analysis)
            )
    kept: list[set[tuple[int, int]]] = []
    for *_, analysis in sorted(shown, key=lambda each: each[:-1]):
        own = region.graduates(analysis)
        if any(1 <= len(own ^ other) <= 29 for other in kept):
            status[analysis.key] = "suppressed"
        else:
            kept.append(own)
    return status


@pytest.fixture(scope="module")
def build() -> Iterator[duckdb.DuckDBPyConnection]:
    """A build with the policy alone."""
    with duckdb.connect() as connection:
        for schema in ("intermediate", "marts", "estimates", "feedback"):
            connection.execute(f"create schema {schema}")
        build_policy(connection, AS_OF)
        build_model(connection, "int_disclosure_policy", AS_OF)
        yield connection


KINDS = {
    "n": "bigint", "key_number": "bigint", "n_treated": "bigint", "cohort_year": "integer", "cell_id": "integer",
    "is_cooperative": "boolean", "n_institutions_cooperative": "bigint", "n_institutions_comparison": "bigint",
} | dict.fromkeys(("log_difference", "se", "percent", "ci_low", "ci_high"), "double")  # fmt: skip


def write(
    connection: duckdb.DuckDBPyConnection, table: str, columns: tuple[str, ...], rows: list[Any]
) -> None:
    listed = ", ".join(f"{name} {KINDS.get(name, 'varchar')}" for name in columns)
    connection.execute(f"create or replace table {table} ({listed})")
    if rows:
        given_rows = pa.Table.from_pylist([dict.fromkeys(columns) | row for row in rows])  # noqa: F841 - read by SQL
        connection.execute(f"insert into {table} by name select * from given_rows")


MEMBER = (
    "analysis_key", "measure", "is_cooperative", "n", "key_number", "cell_id", "stratum_key", "institution_code",
    "program_code", "cohort_year",
)  # fmt: skip
ANALYSIS = (
    "analysis_key", "measure", "scope", "institution_code", "program_code", "mode", "cohort_year", "n_treated",
    "key_number",
)  # fmt: skip
EXACT = (
    "measure", "scope", "institution_code", "program_code", "mode", "cohort_year", "method",
    "n_institutions_cooperative", "n_institutions_comparison", "log_difference", "se", "percent", "ci_low", "ci_high",
    "status",
)  # fmt: skip


def members(region: Region) -> list[dict[str, Any]]:
    rows = []
    for analysis in region.analyses:
        of_analysis = {"analysis_key": analysis.key, "measure": "register"}
        rows += [
            of_analysis
            | {"is_cooperative": True, "n": region.sizes[group], "key_number": region.numbers[group]}
            | {"cell_id": group, "stratum_key": f"s{group % 2}", "institution_code": f"T{group // 2}"}
            | {"program_code": f"p{group % 2}", "cohort_year": 2020}
            for group in analysis.groups
        ]
        rows.append(
            of_analysis
            | {"is_cooperative": False, "n": analysis.n_comparison, "key_number": 0, "cell_id": 99}
            | {"stratum_key": "s0", "institution_code": "C", "program_code": "p0", "cohort_year": 2020}
        )
    return rows


def publish(connection: duckdb.DuckDBPyConnection, region: Region) -> list[dict[str, Any]]:
    """What is published of the region."""
    for method, table in METHODS.items():
        write(connection, f"intermediate.{table}", MEMBER, members(region) if method == region.method else [])
    analyses = [
        analysis.codes
        | {"analysis_key": analysis.key, "measure": "register", "key_number": region.number(analysis)}
        | {"n_treated": len(region.graduates(analysis)) + analysis.n_outside}
        for analysis in region.analyses
    ]
    write(connection, "intermediate.int_differential_analysis", ANALYSIS, analyses)
    values = dict.fromkeys(("log_difference", "se", "percent", "ci_low", "ci_high"), -0.0049)
    rows = [
        analysis.codes
        | {"measure": "register", "method": region.method, "status": analysis.status}
        | (values if analysis.status == "ok" else {})
        for analysis in region.analyses
    ]
    is_adjusted = region.method == "adjusted"
    write(connection, "marts.msr_salary_differential", EXACT, [] if is_adjusted else rows)
    write(connection, "estimates.salary_differential", EXACT, rows if is_adjusted else [])
    for model in ("int_differential_count", "int_differential_overlap"):
        build_model(connection, model, AS_OF)
    prepare_differentials(connection, read_policy(connection))
    return connection.sql("from feedback.salary_differential").to_arrow_table().to_pylist()


def statuses(region: Region, rows: list[dict[str, Any]]) -> dict[str, str]:
    by_codes = {tuple(analysis.codes.values()): analysis.key for analysis in region.analyses}
    return {by_codes[tuple(row[name] for name in ANALYSIS[2:7])]: row["status"] for row in rows}


CODES = st.sampled_from(["A", "B"])
ANALYSES = st.builds(
    lambda scope, code, *rest: Analysis(scope, None if scope == "region" else code, *rest),
    st.sampled_from(SCOPES),
    CODES,
    st.sampled_from([None, 2020, 2021]),
    st.sets(st.integers(0, 5), min_size=1).map(lambda groups: tuple(sorted(groups))),
    st.sampled_from([0, 0, 3, 40]),
    st.sampled_from([29, 30, 80]),
    st.sampled_from(["ok", "ok", "ok", "ok", "not_comparable"]),
)
REGIONS = st.builds(
    Region,
    st.sampled_from([*METHODS]),
    st.lists(st.sampled_from([1, 2, 5, 14, 15, 28, 29, 30, 31, 60]), min_size=6, max_size=6),
    st.lists(st.integers(0, 2**32 - 1), min_size=6, max_size=6),
    st.lists(
        ANALYSES,
        min_size=2,
        max_size=9,
        unique_by=lambda each: (each.scope, each.code, each.cohort_year),
    ),
)


@given(region=REGIONS)
@settings(max_examples=60)
def test_what_is_published_is_what_the_text_says(build: duckdb.DuckDBPyConnection, region: Region) -> None:
    rows = publish(build, region)
    assert statuses(region, rows) == expected(region)
    kept = [analysis for analysis in region.analyses if expected(region)[analysis.key] == "ok"]
    for one, other in combinations(kept, 2):
        assert not 1 <= len(region.graduates(one) ^ region.graduates(other)) <= 29
    for row in rows:
        assert (row["percent"] is None) == (row["status"] != "ok")


BASE = [30, 1, 29, 30, 40, 60]


@pytest.mark.parametrize(
    ("more", "status"), [((), "ok"), ((1,), "suppressed"), ((2,), "suppressed"), ((3,), "ok")]
)
@pytest.mark.parametrize("method", METHODS)
def test_one_to_twenty_nine_others_are_too_few(
    build: duckdb.DuckDBPyConnection, method: str, more: tuple[int, ...], status: str
) -> None:
    large, small = Analysis("region", None, None, (0, 5, *more)), Analysis("mode", "A", None, (0, 5))
    region = Region(method, BASE, [0] * 6, [small, large])
    assert statuses(region, publish(build, region)) == {large.key: "ok", small.key: status}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("region", None, None), ("mode", "A", None)),
        (("mode", "B", None), ("institution", "A", None)),
        (("institution", "B", None), ("program", "A", None)),
        (("mode", "A", None), ("mode", "B", None)),
        (("program", "A", 2021), ("program", "B", 2020)),
        (("region", None, None), ("region", None, 2020)),
        (("region", None, 2020), ("region", None, 2021)),
    ],
)
def test_of_equally_many_the_wider_scope_is_kept_then_the_smaller_code(
    build: duckdb.DuckDBPyConnection, first: Any, second: Any
) -> None:
    """Two sets of 44 that differ in 28."""
    one, other = Analysis(*first, (0, 1)), Analysis(*second, (0, 2))
    for analyses in ([one, other], [other, one]):
        region = Region("raw", [30, 14, 14, 1, 1, 1], [0] * 6, analyses)
        assert statuses(region, publish(build, region)) == {one.key: "ok", other.key: "suppressed"}


def test_the_order_is_that_of_rounded_counts(build: duckdb.DuckDBPyConnection) -> None:
    """34 graduates are published as 35, 36 others as 35: then the scope decides; as 30 and 35 the number does."""
    one, other = Analysis("region", None, None, (0, 1)), Analysis("mode", "A", None, (0, 2))
    for number, kept, left in ((2**31, one, other), (0, other, one)):
        region = Region("stratified", [30, 4, 6, 1, 1, 1], [0, number, 0, 0, 0, 0], [one, other])
        assert statuses(region, publish(build, region)) == {kept.key: "ok", left.key: "suppressed"}


def test_values_have_two_digits_and_no_sign_of_zero(build: duckdb.DuckDBPyConnection) -> None:
    (row,) = publish(
        build, Region("raw", [44, 1, 1, 1, 1, 1], [2**31] * 6, [Analysis("region", None, None, (0,), 4)])
    )
    # 44 / 5 + 1 / 2 = 9.3, 48 / 5 + 1 / 2 = 10.1: 45 of 50
    assert (row["n_cooperative"], row["n_comparison"], row["coverage"]) == (45, 30, 0.9)
    assert [str(row[name]) for name in ("log_difference", "percent", "ci_low")] == ["0.0"] * 3
    assert "difference_cny" not in row
