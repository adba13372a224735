"""The columns and row rules of the record types the indicators need, as the exchange format words them.

A column reads `name kind`, with `?` for one that may be empty and `*` for a part of the key. A kind in braces is
a closed list. `past` kinds may not lie after the receipt.
"""

from __future__ import annotations

LEVELS = "{secondary_vocational,higher_vocational,vocational_bachelor,bachelor}"
MODES = "regular,order_class,modern_apprenticeship,industrial_college,field_engineer"
ACTIVITIES = "{employed,self_employed,freelance,further_study,military,seeking,not_seeking}"
WAVES = "{6,12,24,36,48,60}"

RECORD_TYPES = {
    "graduate": f"""person_id* person; institution_code* text; program_code* text; study_level {LEVELS};
        training_mode {{{MODES}}}; enrolled_on date; graduated_on past_date; sex {{female,male}};
        birth_year whole; origin_region_code text; entry_score? number""",
    "followup_response": f"""person_id* person; institution_code* text; program_code* text;
        wave_months* {WAVES}; responded_on past_date; activity {ACTIVITIES}; enterprise_code? credit;
        job_title? text; occupation_code? text; weekly_hours? hours; monthly_income? money;
        program_related? {{1,2,3,4,5}}; satisfaction? {{1,2,3,4,5}}; job_grade? {{1,2,3,4,5,6,7,8,9}};
        promoted? {{true,false}}; leaving_reason? {{voluntary,dismissed,study,military,other}}""",
    "employment_month": """person_id* person; enterprise_code* credit; month* past_month;
        contribution_base positive; region_code text""",
    "employment_spell": """person_id* person; employer* text; started_on* date; ended_on? date;
        observed_on date; monthly_wage? money; job_title? text; occupation_code? text; region_code? text""",
    "employer_succession": "predecessor_code* credit; successor_code credit; effective_on date",
    "cooperation_agreement": f"""agreement_id* text; institution_code text; program_code? text;
        enterprise_code credit; mode {{{MODES},internship_base,research}}; starts_on date; ends_on? date;
        intern_places? whole""",
    "institution": """institution_code* text; institution_name text; study_level """
    + LEVELS
    + """; region_code text;
        region_class {east,central,west,northeast}; ownership? {public,private}; valid_from* date;
        valid_to? date""",
    "program": f"program_code* text; edition* whole; program_name text; study_level {LEVELS}",
    "occupation": """occupation_code* text; edition* whole; occupation_name text;
        required_level {elementary,secondary_vocational,higher_vocational,bachelor}""",
    "program_occupation": "program_code* text; occupation_code* text; edition* whole; fit {core,related}",
    "region_year": """region_code* text; year* whole; price_index number; average_wage money;
        minimum_wage money; base_floor? money; base_cap? money""",
}
ORDERED = {
    "graduate": ("enrolled_on", "graduated_on", True),
    "employment_spell": ("started_on", "ended_on", False),
}
# Columns whose empty cell says something: a bad value costs the row.
EMPTY_SAYS = {
    ("employment_spell", "ended_on"),
    ("cooperation_agreement", "ends_on"),
    ("cooperation_agreement", "program_code"),
    ("institution", "valid_to"),
}
SNAPSHOTS = {"institution", "program", "occupation", "program_occupation", "region_year"}


def columns(record_type: str) -> list[tuple[str, str, bool, bool]]:
    """Each column as (name, kind, may be empty, is part of the key)."""
    words = [" ".join(entry.split()).split(" ", 1) for entry in RECORD_TYPES[record_type].split(";")]
    return [(name.strip("*?"), kind, "?" in name, "*" in name) for name, kind in words]


def key(record_type: str) -> list[str]:
    """The natural key."""
    return [name for name, _, _, is_key in columns(record_type) if is_key]
