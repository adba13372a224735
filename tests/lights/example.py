"""Two areas, three institutions, worked by hand: the marts that are given, in the numbers of the design."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from tests.lights.tables import Row, wilson

AS_OF = date(2025, 3, 1)
I1, I2, I3 = "4133000001", "4133000002", "4161000003"
EAST, WEST = "330000", "610000"
UNITS: dict[str, dict[str, Any]] = {
    **{code: {"scope": "area", "area_code": code} for code in (EAST, WEST)},
    **{
        code: {"scope": "institution", "institution_code": code, "area_code": area}
        for code, area in ((I1, EAST), (I2, EAST), (I3, WEST))
    },
}


def _cooperation() -> Iterator[Row]:
    shares = {
        "enterprise_participation": [
            *((I1, 2024, 31, 50), (EAST, 2024, 33, 60), (I2, 2024, 2, 10), (I2, 2023, 0, 4)),
            *((unit, year, k, 20) for unit in (I3, WEST) for year, k in ((2022, 6), (2023, 4), (2024, 5))),
        ],
        "key_equipment_failure_count": [
            *((I1, 2022, 1, 2), (I1, 2023, 0, 2), (I1, 2024, 0, 1), (I2, 2023, 2, 2), (I2, 2024, 1, 3)),
            *((EAST, 2022, 1, 2), (EAST, 2023, 2, 4), (EAST, 2024, 1, 4)),
        ],
    }
    for indicator, rows in shares.items():
        for unit, year, k, n in rows:
            low, high = wilson(k / n, n)
            yield UNITS[unit] | {
                "year": year,
                "indicator": indicator,
                "n": n,
                "numerator": k,
                "denominator": n,
                "value": k / n,
                "ci_low": low,
                "ci_high": high,
            }
    for indicator, one, area in (
        ("outlay_intensity", 0.00225, 0.0012),
        ("board_share", 0.30, 0.26),
        ("intern_conversion", 0.09, 0.06),
    ):
        for unit, value in ((I1, one), (EAST, area)):
            yield UNITS[unit] | {"year": 2024, "indicator": indicator, "n": 5, "value": value}


def _currency() -> Iterator[Row]:
    programs = [(I1, "460103", 2024, 0.50, 0.40, 24), (I2, "460103", 2024, None, None, 40)]
    programs += [(I1, "510201", 2021 + k, 0.25, 0.40, 12 * k) for k in (1, 2, 3)]
    for institution, program, year, developed, changed, months in programs:
        yield {
            "scope": "program",
            "institution_code": institution,
            "program_code": program,
            "year": year,
            "n": 10,
            "share_hours_co_developed": developed,
            "share_hours_changed": changed,
            "months_since_new_version": months,
            "area_code": None,
        }
    for unit, developed, changed in ((I1, 0.25, 0.40), (EAST, 0.15, 0.24)):
        yield UNITS[unit] | {
            "year": 2024,
            "n": 20,
            "share_hours_co_developed": developed,
            "share_hours_changed": changed,
            "months_since_new_version": 24,
        }


def _outcome(value: str, cohort: int, rows: list[tuple[Any, ...]], **fixed: object) -> Iterator[Row]:
    """Rows of (unit or (institution, program), value, low, high, n), all of one cohort unless the row has another."""
    for unit, share, low, high, n, *other in rows:
        key = (
            UNITS[unit]
            if isinstance(unit, str)
            else {"scope": "program", "institution_code": unit[0], "program_code": unit[1]}
        )
        yield {
            **key,
            "cohort_year": other[0] if other else cohort,
            "n": n,
            value: share,
            "ci_low": low,
            "ci_high": high,
            **fixed,
        }


def _three_years(values: tuple[float, ...], half: float, newest_cohort: int) -> list[tuple[Any, ...]]:
    return [
        ((I1, "510201"), value, value - half, value + half, 20, newest_cohort - 2 + k)
        for k, value in enumerate(values)
    ]


def _share(unit: Any, k: int, n: int) -> tuple[Any, ...]:
    return (unit, k / n, *wilson(k / n, n), n)


def _enterprises() -> dict[str, list[Row]]:
    """X1 and X2 at the thresholds of credit, X3 on paper, XY1 an industrial college, X4 small and insured."""
    agreements = {
        "A1": ("X1", I1, "order_class"),
        "A2": ("X1", I1, "internship_base"),
        "A3": ("X2", I1, "research"),
        "A4": ("X3", I2, "regular"),
        "XY1": ("X5", I1, "industrial_college"),
        "A6": ("X4", I3, "regular"),
    }
    years = [
        *(("A1", 2022, 150, True), ("A1", 2023, 101, True), ("A1", 2024, 60, True), ("A2", 2024, 41, True)),
        *(("A3", 2022, 101, True), ("A3", 2023, 100, True), ("A3", 2024, 101, True)),
        *(
            ("A4", 2023, None, False),
            ("A4", 2024, None, False),
            ("XY1", 2024, 5, True),
            ("A6", 2024, 5, True),
        ),
    ]
    return {
        "staging.stg_cooperation_agreement": [
            {"agreement_id": agreement, "enterprise_code": host, "institution_code": code, "mode": mode}
            for agreement, (host, code, mode) in agreements.items()
        ],
        "intermediate.int_agreement_year": [
            {
                "agreement_id": agreement,
                "year": year,
                "interns_hosted": interns,
                "is_participating": active,
                **dict(zip(("host_code", "institution_code"), agreements[agreement], strict=False)),
            }
            for agreement, year, interns, active in years
        ],
        "staging.stg_cooperation_year": [
            {
                "agreement_id": agreement,
                "year": year,
                "interns_hosted": interns,
                "is_participating": active,
                "transformation_income": 500_000.0 if agreement == "XY1" else None,
            }
            for agreement, year, interns, active in years
        ],
        "intermediate.int_intern_conversion": [
            {"institution_code": I1, "host_code": host, "year": year, "n_interns": 100, "n_joined": joined}
            for host, year, joined in (("X1", 2022, 12), ("X1", 2023, 12), ("X2", 2022, 0), ("X2", 2023, 0))
        ],
        "staging.stg_enterprise": [
            {"enterprise_code": host, "year": 2024, "revenue": 1_000_000.0, "rd_expense": expense}
            for host, expense in (("X1", 60_000.0), ("X2", 50_000.0))
        ],
        "intermediate.int_enterprise_year": [
            {"mapped_code": "X4", "enterprise_code": "X4", "year": 2023, "size_class": "small"}
        ],
    }


def example() -> dict[str, list[Row]]:
    """The given marts by name."""
    register = [_share(I1, 39, 50), _share(EAST, 39, 50), ((I1, "460103"), 0.78, 0.64, 0.92, 15)]
    retained = [(unit, 0.525, 0.4125, 0.6375, 45) for unit in (I1, EAST)]
    matched = [
        *(
            (I1, 0.61, 0.505, 0.715, 40),
            (EAST, 0.505, 0.435, 0.575, 100),
            ((I1, "460103"), 0.64, 0.54, 0.74, 12),
        ),
        *(
            (unit, share, share - 0.1, share + 0.1, n)
            for unit, share, n in (
                *(((I2, "460103"), 0.30, 9), ((I2, "460104"), 0.40, 11), ((I2, "460301"), 0.445, 20)),
                *(((I3, "460103"), 0.80, 40), ((I3, "460105"), 0.85, 20)),
            )
        ),
    ]
    passed = [(I1, 40, 50), (I2, 30, 50), (EAST, 70, 100), ((I1, "460103"), 3, 6)]
    return {
        "marts.dim_institution": [
            {
                "institution_code": code,
                "valid_from": "2000-01-01",
                "region_code": region,
                "region_class": kind,
            }
            for code, region, kind in ((I1, "330100", "east"), (I2, "330200", "east"), (I3, "610100", "west"))
        ],
        "marts.msr_cooperation": [*_cooperation()],
        "indicators.msr_curriculum_currency": [*_currency()],
        "indicators.msr_job_match": [
            *_outcome(
                "share",
                2023,
                [*matched, *_three_years((0.68, 0.645, 0.61), 0.035, 2023)],
                wave_months=6,
                definition="normative",
                fit="core_or_related",
                weighting="weighted",
            )
        ],
        "indicators.msr_employment": [
            *_outcome(
                "share",
                2023,
                [*register, *_three_years((0.78, 0.745, 0.71), 0.035, 2023)],
                wave_months=6,
                definition="register",
                weighting="unweighted",
            )
        ],
        "indicators.msr_retention": [
            *_outcome(
                "retention",
                2022,
                [
                    *retained,
                    ((I1, "460103"), 0.525, 0.30, 0.75, 12),
                    *_three_years((0.66, 0.615, 0.57), 0.045, 2022),
                ],
                horizon_months=12,
            )
        ],
        "indicators.msr_certificate": [
            row | {"n_hits": k}
            for unit, k, n in passed
            for row in _outcome("share", 2023, [_share(unit, k, n)], phase="during_studies", measure="passed")
        ],
        "indicators.msr_employer_feedback": [
            UNITS[unit]
            | {"year": 2024, "measure": "satisfied", "n": 20, "share": 0.8}
            | dict(zip(("ci_low", "ci_high"), wilson(0.8, 20), strict=True))
            for unit in (I1, EAST)
        ],
        "marts.msr_salary_differential": [
            {
                "measure": measure,
                "scope": "institution",
                "institution_code": I1,
                "cohort_year": 2023,
                "method": "stratified",
                "n_cooperative": n,
                "log_difference": value,
                "ci_low": low,
                "ci_high": high,
                "status": status,
            }
            for measure, n, value, low, high, status in (
                ("register", 80, None, None, None, "not_comparable"),
                ("survey", 60, 0.02, -0.04, 0.08, "ok"),
            )
        ],
        **_enterprises(),
        "staging.stg_allocation_base": [
            {"institution_code": code, "year": 2024, "base_cny": base}
            for code, base in ((I1, 1_000_000.0), (I2, 600_000.0), (I3, 250_000.01))
        ],
        "staging.stg_site_evaluation": [
            {"institution_code": I1, "evaluated_on": "2022-02-28", "score": 74.99}
        ],
        "staging.stg_cooperation_insurance": [
            {
                "policy_id": "B1",
                "enterprise_code": "X4",
                "institution_code": I3,
                "year": 2024,
                "premium": 1000.05,
                "n_claims": 0,
            }
        ],
    }
