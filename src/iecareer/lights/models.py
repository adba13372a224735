"""The order in which the models of lights are computed when dbt is not asked to."""

from __future__ import annotations

POLICY = (
    *("stg_policy_number", "stg_policy_indicator", "int_policy", "int_peer_level"),
    *(
        "stg_policy_light_indicator",
        "stg_policy_light_weight",
        "stg_policy_light_level",
        "stg_policy_red_line",
    ),
    *("stg_policy_insurance_rate", "int_light_policy", "int_instrument_policy", "int_signal_policy"),
    "int_light_policy_version",
)
VALUES = (
    *("basis_institution_year", "basis_area_year", "basis_cooperation_value", "basis_curriculum_value"),
    *("basis_salary_value", "basis_outcome_value", "basis_light_value"),
)
LIGHTS = (
    *(
        "basis_light_weight",
        "basis_light_score",
        "basis_light_level",
        "basis_light_share",
        "basis_light_index",
    ),
    *("basis_light_trend", "basis_light_drop", "basis_light_cause"),
    *("lights_light_indicator", "lights_light", "lights_warning"),
)
MONEY = (
    *(
        "basis_institution_outcome",
        "basis_allocation_benchmark",
        "basis_allocation",
        "basis_allocation_shift",
    ),
    *(
        "basis_allocation_neutral",
        "instruments_allocation",
        "instruments_floating_fund",
        "instruments_insurance_subsidy",
    ),
    "instruments_area_appraisal",
)
