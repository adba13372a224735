"""Job match: as told, by the catalogue, as realised elsewhere, and by level."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .cohorts import CELL, edition_of
from .intervals import shares, wilson

KEYS = [*CELL, "wave_months"]
ONE_SIDED = 1.6448536269514722
LEVEL = {
    "elementary": 0,
    "secondary_vocational": 1,
    "higher_vocational": 2,
    "vocational_bachelor": 3,
    "bachelor": 3,
}


def job_match(people: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """`msr_job_match`."""
    employed = people[people["activity"] == "employed"]
    parts = []
    said = employed[employed["program_related"].notna()]
    parts.append(
        _both(said.assign(hit=said["program_related"] >= 4)).assign(definition="self_report", fit="")
    )
    coded = employed[employed["occupation_code"].notna()]
    for fit, rows in _normative(coded, tables["program_occupation"]):
        parts.append(_both(rows).assign(definition="normative", fit=fit))
    parts.append(_both(realised(coded)).assign(definition="realised", fit=""))
    for fit, rows in _vertical(coded, tables["occupation"]):
        parts.append(_both(rows).assign(definition="vertical", fit=fit))
    return pd.concat(parts, ignore_index=True)


def _both(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([shares(rows, KEYS, "hit"), shares(rows, KEYS, "hit", "weight")], ignore_index=True)


def _normative(coded: pd.DataFrame, lists: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Employed people whose program has a list, and whether their occupation stands on it."""
    chosen = edition_of(lists, "program_code", coded)
    listed = chosen.merge(lists, on=["program_code", "edition"])
    out = []
    for fit, kinds in (("core", ["core"]), ("core_or_related", ["core", "related"])):
        rows = listed[listed["fit"].isin(kinds)]
        has_list = rows[["program_code", "cohort_year"]].drop_duplicates()
        pairs = rows[["program_code", "cohort_year", "occupation_code"]].drop_duplicates().assign(hit=True)
        judged = coded.merge(has_list, on=["program_code", "cohort_year"])
        judged = judged.merge(pairs, on=["program_code", "cohort_year", "occupation_code"], how="left")
        out.append((fit, judged.assign(hit=judged["hit"].eq(True))))
    return out


def realised(coded: pd.DataFrame) -> pd.DataFrame:
    """Whether the occupation is a typical destination of the group, seen outside the institution."""
    group, wave = ["program_group"], ["wave_months"]

    def outside(keys: list[str]) -> pd.Series:
        whole = coded.groupby([*keys, *wave])["row"].transform("size")
        return whole - coded.groupby([*keys, *wave, "institution_code"])["row"].transform("size")

    in_group, in_all = outside(group), outside([])
    n = outside([*group, "occupation_code"])
    share, overall = n / in_group, outside(["occupation_code"]) / in_all
    low, _ = wilson(share, in_group.where(in_group > 0), ONE_SIDED)
    hit = (n >= 10) & (n * in_all >= 1.5 * outside(["occupation_code"]) * in_group) & (low > overall)
    return coded.assign(hit=hit)[in_group >= 10]  # fewer cannot show a typical destination


def _vertical(coded: pd.DataFrame, occupations: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    chosen = edition_of(occupations, "occupation_code", coded)
    chosen = chosen.merge(occupations, on=["occupation_code", "edition"])
    rows = coded.merge(
        chosen[["occupation_code", "cohort_year", "required_level"]], on=["occupation_code", "cohort_year"]
    )
    above = np.sign(rows["study_level"].map(LEVEL) - rows["required_level"].map(LEVEL))
    return [(fit, rows.assign(hit=above == sign)) for fit, sign in (("over", 1), ("well", 0), ("under", -1))]
