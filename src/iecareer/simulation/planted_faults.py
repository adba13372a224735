"""The wrong rows added to simulated files, per record type, with the reason that landing must find for each."""

from __future__ import annotations

from dataclasses import replace

from iecareer.contracts import record_type
from iecareer.simulation.noise import Malformed, constant, wrong_check

_NO_DATE = constant("2023-02-30")
_FAR = constant("2032-07-01")
_EMPTY = constant("")


def _faults(*triples: tuple[str, str, object]) -> list[Malformed]:
    return [Malformed(f"{reason}:{column}", column, edit) for reason, column, edit in triples]  # type: ignore[arg-type]


_FAULTS: dict[str, list[Malformed]] = {
    "graduate": [
        *_faults(
            ("bad_checksum", "person_id", wrong_check),
            ("missing", "person_id", _EMPTY),
            ("missing", "program_code", _EMPTY),
            ("not_in_list", "study_level", constant("研修班")),
            ("not_a_date", "graduated_on", constant("2023-06-31")),
            ("after_receipt", "graduated_on", _FAR),
            ("not_a_number", "birth_year", constant("不详")),
        ),
        Malformed("before_enrolment", "enrolled_on", constant("2026-09-01")),
    ],
    "followup_response": _faults(
        ("bad_checksum", "person_id", wrong_check),
        ("missing", "program_code", _EMPTY),
        ("not_in_list", "wave_months", constant("9")),
        ("not_in_list", "activity", constant("失联")),
        ("not_a_date", "responded_on", _NO_DATE),
        ("after_receipt", "responded_on", _FAR),
        ("negative", "monthly_income", constant("-3500")),
        ("not_a_number", "monthly_income", constant("若干")),
        ("out_of_range", "weekly_hours", constant("168")),
    ),
    "employment_month": _faults(
        ("bad_checksum", "person_id", wrong_check),
        ("bad_checksum", "enterprise_code", wrong_check),
        ("missing", "enterprise_code", _EMPTY),
        ("not_a_date", "month", constant("2023-13")),
        ("after_receipt", "month", constant("2032-07-01")),
        ("not_positive", "contribution_base", constant("0")),
        ("not_positive", "contribution_base", constant("-3500")),
        ("not_a_number", "contribution_base", constant("未申报")),
    ),
    "employment_spell": [
        *_faults(
            ("bad_checksum", "person_id", wrong_check),
            ("not_a_date", "started_on", _NO_DATE),
            ("negative", "monthly_wage", constant("-1")),
        ),
        Malformed("ends_before_start", "ended_on", constant("2010-01-01")),
    ],
    "enterprise": _faults(
        ("bad_checksum", "enterprise_code", wrong_check),
        ("not_in_list", "size_class", constant("个体户")),
        ("missing", "enterprise_name", _EMPTY),
        ("unreadable", "revenue", constant("保密")),
    ),
    "cooperation_agreement": _faults(
        ("bad_checksum", "enterprise_code", wrong_check),
        ("not_in_list", "mode", constant("捐赠")),
        ("not_a_date", "starts_on", _NO_DATE),
    ),
    "cooperation_year": _faults(
        ("negative", "interns_hosted", constant("-4")),
        ("not_in_list", "is_participating", constant("待定")),
        ("negative", "transformation_income", constant("-50000")),
    ),
    "employer_feedback": _faults(
        ("bad_checksum", "enterprise_code", wrong_check),
        ("not_in_list", "satisfaction", constant("7")),
        ("not_in_list", "would_hire_again", constant("再议")),
        ("negative", "n_hired", constant("-2")),
    ),
    "site_evaluation": _faults(
        ("out_of_range", "score", constant("108")),
        ("after_receipt", "evaluated_on", _FAR),
    ),
    "allocation_base": _faults(("negative", "base_cny", constant("-120000"))),
    "cooperation_insurance": _faults(
        ("missing", "policy_id", _EMPTY),
        ("negative", "premium", constant("-800")),
        ("not_a_number", "n_claims", constant("若干")),
    ),
    "equipment_investment": _faults(
        ("negative", "pledged", constant("-20000")),
        ("not_in_list", "status", constant("运输中")),
    ),
    "course": _faults(
        ("not_a_date", "effective_from", _NO_DATE), ("not_a_number", "hours", constant("若干"))
    ),
    "job_posting": _faults(
        ("missing", "posting_id", _EMPTY),
        ("not_a_date", "posted_on", _NO_DATE),
        ("after_receipt", "posted_on", _FAR),
        ("not_a_number", "salary_low", constant("若干")),
    ),
    "destination_registration": _faults(
        ("bad_checksum", "person_id", wrong_check),
        ("missing", "institution_code", _EMPTY),
        ("not_in_list", "destination", constant("失联")),
        ("not_a_date", "registered_on", _NO_DATE),
        ("after_receipt", "registered_on", _FAR),
    ),
    "skill_certificate": _faults(
        ("bad_checksum", "person_id", wrong_check),
        ("not_in_list", "level", constant("特级")),
        ("after_receipt", "examined_on", _FAR),
    ),
    "innovation_output": _faults(
        ("bad_checksum", "person_id", wrong_check),
        ("out_of_range", "n_contributors", constant("0")),
    ),
}


def planted_faults(name: str) -> list[Malformed]:
    """The wrong rows of a record type."""
    kind = record_type(name)
    optional = {column.name for column in kind.columns if not column.costs_its_row}
    return [replace(fault, is_optional=fault.column in optional) for fault in _FAULTS.get(name, [])]
