"""Graduate rows with what belongs to them: next graduation, place, editions; and deflated money."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .months import NEVER, month_of

CELL = ["institution_code", "program_code", "cohort_year"]


def graduates(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """One row per graduate and completed program, numbered `row`, with the person's next graduation month."""
    rows = tables["graduate"].rename(columns={"person_id": "person"}).reset_index(drop=True)
    rows = rows.drop(columns=["training_mode", "birth_year", "origin_region_code", "entry_score"])
    rows["row"] = np.arange(len(rows))
    rows["cohort_year"] = rows["graduated_on"].dt.year.astype(int)
    rows["graduated"] = month_of(rows["graduated_on"])
    rows["program_group"] = rows["program_code"].str[:4]
    days = rows[["person", "graduated_on"]].drop_duplicates().sort_values(["person", "graduated_on"])
    days["next_graduation"] = month_of(days.groupby("person")["graduated_on"].shift(-1))
    rows = rows.merge(days, on=["person", "graduated_on"]).sort_values("row").reset_index(drop=True)
    return rows.merge(_places(rows, tables["institution"]), on="row", how="left")


def _places(rows: pd.DataFrame, institutions: pd.DataFrame) -> pd.DataFrame:
    """The region of the institution's period valid on the day of graduation (the latest begun, if several)."""
    both = rows[["row", "institution_code", "graduated_on"]].merge(institutions, on="institution_code")
    is_valid = (both["valid_from"] <= both["graduated_on"]) & ~(both["valid_to"] < both["graduated_on"])
    chosen = both[is_valid].sort_values("valid_from").drop_duplicates("row", keep="last")
    chosen = chosen.assign(province=chosen["region_code"].str[:2] + "0000")
    return chosen[["row", "province", "region_class"]]


def edition_of(codes: pd.DataFrame, code: str, years: pd.DataFrame) -> pd.DataFrame:
    """For each (code, cohort_year) the newest edition of the code not later than it, else the oldest."""
    wanted = years[[code, "cohort_year"]].drop_duplicates()
    both = wanted.merge(codes[[code, "edition"]].drop_duplicates(), on=code)
    is_past = both["edition"] <= both["cohort_year"]
    both["order"] = np.where(is_past, both["edition"], -1e6 - both["edition"])
    return both.sort_values("order").drop_duplicates([code, "cohort_year"], keep="last").drop(columns="order")


def deflators(region_year: pd.DataFrame) -> pd.DataFrame:
    """What a province's money of a year is multiplied with, where there is an index."""
    known = region_year[region_year["price_index"] > 0]  # what is not above nothing is no index
    provinces = region_year["region_code"].nunique()
    per_year = known.groupby("year")["region_code"].nunique()
    base = per_year[per_year == provinces].index.max()
    at_base = known[known["year"] == base].set_index("region_code")["price_index"]
    factor = known["region_code"].map(at_base) / known["price_index"]
    out = known.assign(factor=factor).rename(columns={"region_code": "province"})
    return out.loc[out["factor"].notna(), ["province", "year", "factor"]].astype({"year": int})


def real(money: pd.Series, province: pd.Series, year: pd.Series, region_year: pd.DataFrame) -> pd.Series:
    """Money in prices of the base year; empty where there is no index."""
    where = pd.DataFrame({"province": province, "year": year})
    factor = where.merge(deflators(region_year), on=["province", "year"], how="left")["factor"]
    return money * factor.to_numpy()


__all__ = ["CELL", "NEVER", "deflators", "edition_of", "graduates", "real"]
