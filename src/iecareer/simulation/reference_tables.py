"""Reference tables: program catalogue, occupation classification, and the occupations of each program."""

from __future__ import annotations

import pyarrow as pa

from iecareer.simulation.catalogue import catalogue, parts
from iecareer.simulation.text_tables import text_table

EDITIONS = ("2015", "2021")


def program_table(n_programs: int) -> pa.Table:
    """Record type `program`: both editions of the catalogue."""
    rows = [(row, edition) for edition in EDITIONS for row in catalogue("programs")[:n_programs]]
    return text_table(
        program_code=[row["program_code"] for row, _ in rows],
        edition=[edition for _, edition in rows],
        program_name=[row["program_name"] for row, _ in rows],
        study_level=["higher_vocational"] * len(rows),
    )


def occupation_table() -> pa.Table:
    """Record type `occupation`: the part of the 2022 classification that the region uses."""
    rows = catalogue("occupations")
    return text_table(
        occupation_code=[row["occupation_code"] for row in rows],
        edition=["2022"] * len(rows),
        occupation_name=[row["occupation_name"] for row in rows],
        required_level=[row["required_level"] for row in rows],
    )


def program_occupation_table(n_programs: int) -> pa.Table:
    """Record type `program_occupation`: three core and three related occupations of each program."""
    rows = [
        (row["program_code"], code, fit)
        for row in catalogue("programs")[:n_programs]
        for fit in ("core", "related")
        for code in parts(row[fit])
    ]
    return text_table(
        program_code=[program for program, _, _ in rows],
        occupation_code=[code for _, code, _ in rows],
        edition=["2021"] * len(rows),
        fit=[fit for _, _, fit in rows],
    )
