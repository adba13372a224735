"""Longitudinal Education Outcomes of the UK's Department for Education: the file of graduate outcomes by provider.

References
----------
"LEO Graduate outcomes provider level data", data guidance: https://explore-education-statistics.service.gov.uk/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iecareer.feedback.exports.schema import columns_of
from iecareer.feedback.exports.units import Unit, counts_of, names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from duckdb import DuckDBPyConnection

    from iecareer.feedback.published import Row

_YEARS = (1, 3, 5)
_MONTHS = 12
# Markers of the publication: suppressed because of small numbers; not available; no result.
SUPPRESSED, NOT_AVAILABLE, NOT_APPLICABLE = "c", "x", "z"
_MARKERS = {
    "too_few": SUPPRESSED,
    "suppressed": SUPPRESSED,
    "not_observed": NOT_AVAILABLE,
    "not_comparable": NOT_AVAILABLE,
}
TOTAL, EVERYBODY = "Total", "All graduates"
_EARNINGS = {"earnings_LQ": "p25", "earnings_median": "p50", "earnings_UQ": "p75"}


def leo_rows(connection: DuckDBPyConnection) -> Iterator[Row]:
    """Rows of ``leo_provider``: each unit, cohort (or block of cohorts, for pay) and year after graduation."""
    providers = names(connection, "institution", "institution_code", "institution_name, region_code")
    subjects = names(connection, "program", "program_code", "program_name")
    graduates = _register(connection, "moe_final", 0)
    for years in _YEARS:
        months = _MONTHS * years
        insured, unseen = (_register(connection, name, months) for name in ("register", "not_captured"))
        paid = counts_of(
            connection,
            "wage",
            "n, p25, p50, p75, status",
            f"measure = 'register' and horizon_months = {months} and cohort_from is not null",
        )
        for unit in sorted(insured.keys() | paid.keys()):
            yield (
                dict.fromkeys(columns_of("leo_provider"), NOT_APPLICABLE)
                | _labels(unit, years, providers, subjects)
                | {
                    "grads": _count(graduates.get(unit)),
                    "grads_matched": _count(insured.get(unit)),
                    "sust_emp_with_or_without_fs": _percent(insured.get(unit)),
                    "activity_not_captured": _percent(unseen.get(unit)),
                }
                | _earnings(paid.get(unit))
            )


def _register(connection: DuckDBPyConnection, definition: str, months: int) -> dict[Unit, Row]:
    condition = f"definition = '{definition}' and weighting = 'unweighted' and wave_months = {months}"
    return counts_of(connection, "employment", "n, share, status", f"{condition} and cohort_from is not null")


def _labels(unit: Unit, years: int, providers: dict[str, Row], subjects: dict[str, Row]) -> Row:
    provider, subject = providers.get(unit.institution, {}), subjects.get(unit.program, {})
    return {
        "tax_year": _span(str(unit.first + years), str(unit.last + years)),
        "academic_year": _span(*(f"{year - 1}/{year}" for year in (unit.first, unit.last))),
        "YAG": years,
        "ukprn": unit.institution or TOTAL,
        "provider_name": provider.get("institution_name") or unit.institution or TOTAL,
        "provider_region_code": (provider.get("region_code") or NOT_AVAILABLE) if unit.institution else TOTAL,
        "home_region_code": TOTAL,
        "current_region_code": TOTAL,
        "cah2_code": unit.program or TOTAL,
        "cah2_subject_name": subject.get("program_name") or unit.program or TOTAL,
        "characteristic_type": EVERYBODY,
        "characteristic_value": EVERYBODY,
    }


def _span(first: str, last: str) -> str:
    return first if first == last else f"{first}-{last}"


def _count(row: Row | None) -> str:
    """A count; withheld ones are always small."""
    if row is None:
        return NOT_APPLICABLE
    return SUPPRESSED if row["n"] is None else str(row["n"])


def _percent(row: Row | None) -> str:
    """A share in percent with the digits that are published."""
    if row is None:
        return NOT_APPLICABLE
    if row["share"] is None:
        return _MARKERS.get(row["status"], NOT_AVAILABLE)
    return f"{round(100 * row['share'], 1):g}"


def _earnings(row: Row | None) -> Row:
    """Yearly pay; a quartile at a limit of the contribution base is not known."""
    if row is None:
        return {}
    found: Row = {"grads_earnings_include": _count(row)}
    for column, name in _EARNINGS.items():
        instead = _MARKERS.get(row["status"], NOT_AVAILABLE)
        found[column] = instead if row[name] is None else f"{_MONTHS * row[name]:.0f}"
    return found
