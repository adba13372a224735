"""Post-Secondary Employment Outcomes of the US Census Bureau: the files of earnings (pseoe) and flows (pseof).

References
----------
LEHD Public Use Data Schema, chapters on PSEO and on status flags: https://lehd.ces.census.gov/data/schema/latest/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iecareer.feedback.exports.units import Unit, counts_of, names, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from duckdb import DuckDBPyConnection

    from iecareer.feedback.published import Row

# Years after graduation → months.
_YEARS = {1: 12, 5: 60}
_NEVER = 10
_MONTHS_OF_A_YEAR = 12
_DEGREES = {"higher_vocational": "03", "bachelor": "05", "vocational_bachelor": "05"}
# Status flags of the schema: no data in this category; not available to compute; OK; suppressed.
NO_DATA, NOT_AVAILABLE, OK, SUPPRESSED = -2, -1, 1, 5
_FLAGS = {
    "ok": OK,
    "too_few": SUPPRESSED,
    "suppressed": SUPPRESSED,
    "not_observed": NOT_AVAILABLE,
    "not_comparable": NOT_AVAILABLE,
}
_IN_STATE = ("same_prefecture", "same_province")
_IN_OTHER = ("other", "unknown")


def earnings_rows(connection: DuckDBPyConnection) -> Iterator[Row]:
    """Rows of ``pseoe``: quartiles of yearly pay one and five years after graduation."""
    levels = names(connection, "program", "program_code", "study_level")
    graduates = counts_of(
        connection, "employment", "n", "definition = 'moe_final' and weighting = 'unweighted'"
    )
    wanted = f"measure = 'register' and horizon_months in {tuple(_YEARS.values())}"
    for unit, rows in rows_of(connection, "wage", "horizon_months, n, p25, p50, p75, status", wanted):
        found = {row["horizon_months"]: row for row in rows}
        yield _identifiers(unit, levels) | _earnings(found) | _graduates(unit, graduates)


def flows_rows(connection: DuckDBPyConnection) -> Iterator[Row]:
    """Rows of ``pseof``: insured graduates one and five years after graduation, in all and by industry."""
    levels = names(connection, "program", "program_code", "study_level")
    insured = {
        months: counts_of(
            connection,
            "employment",
            "n, k, status",
            f"definition = 'register' and weighting = 'unweighted' and wave_months = {months}",
        )
        for months in _YEARS.values()
    }
    wanted = f"dimension in ('industry', 'place') and horizon_months in {tuple(_YEARS.values())}"
    columns = "horizon_months, dimension, category, n, k, status"
    for unit, rows in rows_of(connection, "workplace", columns, wanted):
        base = _identifiers(unit, levels)
        yield base | _all_industries(rows) | _not_employed(unit, insured)
        of_industry = [
            row for row in rows if row["dimension"] == "industry" and row["category"] not in _IN_OTHER
        ]
        for section in sorted({row["category"] for row in of_industry}):
            own = {row["horizon_months"]: row for row in of_industry if row["category"] == section}
            yield base | {"ind_level": "S", "industry": section} | _one_industry(own)


def _identifiers(unit: Unit, levels: dict[str, Row]) -> Row:
    level = levels.get(unit.program, {}).get("study_level")
    return {
        "inst_level": "S" if unit.scope == "region" else "I",
        "institution": unit.institution or None,
        "degree_level": _DEGREES.get(level or ""),
        "cip_level": "6" if unit.program else "A",
        "cipcode": unit.program or "00",
        "grad_cohort": f"{unit.first:04d}",
        "grad_cohort_years": unit.last - unit.first + 1 if unit.first else 0,
        "geo_level": "N",
        "geography": "00",
        "ind_level": "A",
        "industry": "00",
    }


def _earnings(found: dict[int, Row]) -> Row:
    row: Row = {}
    for years in (*_YEARS, _NEVER):
        own = found.get(_YEARS.get(years, 0))
        row |= _counted(f"y{years}_grads_earn", own and own["n"], own)
        row[f"status_y{years}_earnings"] = _FLAGS[own["status"]] if own else NO_DATA
        for name in ("p25", "p50", "p75"):
            monthly = own[name] if own else None
            row[f"y{years}_{name}_earnings"] = None if monthly is None else round(_MONTHS_OF_A_YEAR * monthly)
    return row


def _graduates(unit: Unit, graduates: dict[Unit, Row]) -> Row:
    """Graduates of all cohorts of the unit; of a block their sum."""
    cohorts = range(unit.first, unit.last + 1)
    parts = [graduates.get(unit._replace(first=cohort, last=cohort)) for cohort in cohorts]
    counts = [part["n"] for part in parts if part]
    row: Row = {}
    for years in (*_YEARS, _NEVER):
        name = f"y{years}_ipeds_count"
        if years == _NEVER or not counts:
            row[f"status_{name}"] = NO_DATA
        elif None in counts:
            row[f"status_{name}"] = SUPPRESSED
        else:
            row |= {name: sum(counts), f"status_{name}": OK}
    return row


def _all_industries(rows: list[Row]) -> Row:
    row: Row = {}
    for years in (*_YEARS, _NEVER):
        own = [one for one in rows if one["horizon_months"] == _YEARS.get(years)]
        row |= _counted(f"y{years}_grads_emp", own[0]["n"] if own else None, own[0] if own else None)
        places = [one for one in own if one["dimension"] == "place"]
        near = [one["k"] for one in places if one["category"] in _IN_STATE]
        is_known = bool(near) and None not in near
        row |= _counted(
            f"y{years}_grads_emp_instate", sum(near) if is_known else None, places[0] if places else None
        )
    return row


def _one_industry(found: dict[int, Row]) -> Row:
    row: Row = {}
    for years in (*_YEARS, _NEVER):
        own = found.get(_YEARS.get(years, 0))
        row |= _counted(f"y{years}_grads_emp", own and own["k"], own)
        row[f"status_y{years}_grads_emp_instate"] = row[f"status_y{years}_grads_nme"] = NO_DATA
    return row


def _not_employed(unit: Unit, insured: dict[int, dict[Unit, Row]]) -> Row:
    row: Row = {}
    for years in (*_YEARS, _NEVER):
        own = insured.get(_YEARS.get(years, 0), {}).get(unit)
        is_known = own is not None and own["n"] is not None and own["k"] is not None
        row |= _counted(f"y{years}_grads_nme", own["n"] - own["k"] if own and is_known else None, own)
    return row


def _counted(name: str, count: Any, row: Row | None) -> Row:
    """A count with its status flag: withheld if the row has none, or its flag says why."""
    if row is None:
        return {f"status_{name}": NO_DATA}
    if count is not None:
        return {name: count, f"status_{name}": OK}
    flag = _FLAGS[row["status"]]
    return {f"status_{name}": SUPPRESSED if flag == OK else flag}
