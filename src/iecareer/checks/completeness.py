"""Completeness and consistency of a delivery: shares of filled fields and of rows whose values agree.

Every metric is one aggregate over the view `delivery`, or `usual` (earlier rows of the same source).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

import duckdb

from iecareer.checks.volume_and_freshness import Metrics
from iecareer.contracts import RecordType
from iecareer.lake.manifest import Delivery

# A share of fewer cells says little; the same number of rows as in the rule on the quarantined share.
_MANY = 20


def _share(condition: str) -> str:
    """SQL of the share of rows that meet a condition, among rows where it is known."""
    return f"avg(({condition})::integer)"


# The rows in which an optional column should be filled; default: all rows. Elsewhere empty is correct.
_DUE = {
    ("followup_response", "monthly_income"): "activity = 'employed'",
    ("followup_response", "weekly_hours"): "activity = 'employed'",
    ("followup_response", "occupation_code"): "activity = 'employed'",
    ("followup_response", "program_related"): "activity = 'employed'",
    ("followup_response", "enterprise_code"): "activity = 'employed'",
    ("followup_response", "leaving_reason"): "false",
    ("job_posting", "salary_high"): "salary_low is not null",
    ("cooperation_agreement", "program_code"): "false",
    ("cooperation_agreement", "ends_on"): "false",
    ("course", "effective_to"): "false",
    ("course", "co_developed_with"): "false",
    ("employment_spell", "ended_on"): "false",
    ("destination_registration", "enterprise_code"): "destination in ('agreement', 'labour_contract')",
    ("institution", "valid_to"): "false",
    ("cooperation_year", "transformation_income"): "false",
    ("employer_feedback", "program_code"): "false",
    ("employer_feedback", "missing_skills"): "false",
}

# Share of codes in the right format, for every record type with the column. A region given by its name instead of
# its code cannot be joined to region class, price index or region.
_FORMS = {
    "region_code": {"six_digit_region_share": _share("regexp_full_match(region_code, '[0-9]{6}')")},
    # Nor can an institution given by name or by its five-digit admission code, or a program given by name.
    "institution_code": {
        "ten_digit_institution_share": _share("regexp_full_match(institution_code, '[0-9]{10}')")
    },
    # Program codes of the undergraduate catalogue may end in K, T or TK.
    "program_code": {
        "six_digit_program_share": _share("regexp_full_match(program_code, '[0-9]{6}[A-Z]{0,2}')")
    },
}

# Consistency metrics of each record type, one SQL aggregate each.
_SHAPE = {
    "graduate": {
        "age_at_graduation_p01": "quantile_disc(year(graduated_on) - birth_year, 0.01)",
        "age_at_graduation_p99": "quantile_disc(year(graduated_on) - birth_year, 0.99)",
    },
    "enterprise": {
        "active_share": _share("status = 'active'"),
        "outlay_within_revenue_share": _share(
            "coalesce(rd_expense, 0) + coalesce(vocational_outlay, 0) <= revenue"
        ),
    },
    "employer_succession": {"to_another_share": _share("predecessor_code <> successor_code")},
    "cooperation_agreement": {"ends_after_start_share": _share("ends_on >= starts_on")},
    "equipment_investment": {
        "delivered_to_pledged_p95": "quantile_cont(delivered / nullif(pledged, 0), 0.95)",
    },
    "cooperation_year": {"board_within_total_share": _share("board_seats_enterprise <= board_seats_total")},
    "course": {"hours_p05": "quantile_disc(hours, 0.05)", "hours_p95": "quantile_disc(hours, 0.95)"},
    "job_posting": {
        "low_below_high_share": _share("salary_low <= salary_high"),
    },
    "skill_certificate": {"passed_share": _share("passed")},
    "innovation_output": {"n_contributors_max": "max(n_contributors)"},
    "curriculum_review": {"effective_after_decision_share": _share("change_effective_from >= decided_on")},
    "institution": {"open_share": _share("valid_to is null")},
    "occupation": {
        "four_levels_share": _share("regexp_full_match(occupation_code, '[0-9](-[0-9]{2}){3}')"),
    },
    "program_occupation": {"core_share": _share("fit = 'core'")},
    "region_year": {
        "minimum_below_average_share": _share("minimum_wage < average_wage"),
        "floor_below_cap_share": _share("base_floor < base_cap"),
    },
}

# The column whose latest year shows how current a list is.
_EDITION = {
    "program": "edition",
    "occupation": "edition",
    "program_occupation": "edition",
    "region_year": "year",
}


def fill_rates(connection: duckdb.DuckDBPyConnection, kind: RecordType, promised: Collection[str]) -> Metrics:
    """Share of fields that are filled, per optional column, and its ratio to earlier deliveries.

    A field is due where `_DUE` says that it should be filled. Per column the metrics are ``n_<column>_due``,
    ``n_<column>_usual`` (due fields in earlier deliveries), ``<column>_filled_share``, ``<column>_kept_ratio``
    (filled share over the filled share of earlier deliveries) and ``n_<column>_unpromised``. A column that is empty
    throughout and not `promised` by the contract has the filled share None; its due fields count as unpromised.
    """
    columns = [column.name for column in kind.columns if not column.required]
    measures: Metrics = {}
    for name, (due, full), (usual_due, usual_full) in zip(
        columns,
        _fields(connection, "delivery", kind.name, columns),
        _fields(connection, "usual", kind.name, columns),
        strict=True,
    ):
        share = full / due if due else None
        usual = usual_full / usual_due if usual_due else None
        measures[f"n_{name}_due"] = due
        measures[f"n_{name}_usual"] = usual_due
        has_none = not full and name not in promised
        measures[f"{name}_filled_share"] = None if has_none else share
        measures[f"n_{name}_unpromised"] = due if has_none else 0
        measures[f"{name}_kept_ratio"] = share / usual if usual and share is not None else None
    return measures


def emptied_shares(connection: duckdb.DuckDBPyConnection, delivery: Delivery) -> Metrics:
    """Share of the filled cells of an optional column that could not be used and became empty.

    ``emptied_share`` is the largest share of a column, ``emptied_share_of_many`` the largest of a column with at least
    20 such cells. None where there are none.
    """
    emptied: Counter[str] = Counter()
    for why, n in delivery.emptied.items():
        emptied[why.partition(":")[2]] += n
    shares = {
        column: n / (n + (_number(connection, f"select count({column}) from delivery") or 0))
        for column, n in emptied.items()
    }
    return {
        "emptied_share": max(shares.values(), default=None),
        "emptied_share_of_many": max(
            (share for column, share in shares.items() if emptied[column] >= _MANY), default=None
        ),
    }


def consistency(connection: duckdb.DuckDBPyConnection, kind: RecordType) -> Metrics:
    """Consistency metrics, and by how many years the newest edition of a list moved."""
    measures: Metrics = {}
    shape = dict(_SHAPE.get(kind.name, {}))
    for column, form in _FORMS.items():
        shape |= form if kind.column(column) else {}
    for name, aggregate in shape.items():
        measures[name] = _number(connection, f"select {aggregate} from delivery")
    if kind.name in _EDITION:
        year = _EDITION[kind.name]
        sql = f"select (select max({year}) from delivery) - (select max({year}) from usual)"
        measures["newest_edition_step"] = _number(connection, sql)
    return measures


def _fields(
    connection: duckdb.DuckDBPyConnection, view: str, kind_name: str, columns: list[str]
) -> list[tuple[int, int]]:
    """Numbers of due and of filled fields, per column."""
    if not columns:
        return []
    due = [_DUE.get((kind_name, column), "true") for column in columns]
    listed = ", ".join(
        f"count(*) filter (where {d}), count({c}) filter (where {d})"
        for c, d in zip(columns, due, strict=True)
    )
    row = connection.execute(f"select {listed} from {view}").fetchone() or ()
    return list(zip(row[::2], row[1::2], strict=True))


def _number(connection: duckdb.DuckDBPyConnection, sql: str) -> float | None:
    row = connection.execute(sql).fetchone()
    return None if row is None or row[0] is None else float(row[0])
