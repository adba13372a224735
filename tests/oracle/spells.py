"""Employers through successions, months into spells, and each graduate's first spell."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .months import NEVER, month_of

GAP = 1  # spell_gap_months
FIRST_WITHIN = 12  # months after graduation


def final_employer(codes: pd.Series, succession: pd.DataFrame) -> pd.Series:
    """Each employer followed to the end of its chain of successors."""
    step = dict(zip(succession["predecessor_code"], succession["successor_code"], strict=True))
    ends = {}
    for code in codes.dropna().unique():
        seen, at = {code}, code
        while at in step:
            at = step[at]
            if at in seen:
                raise ValueError("a cycle of successions")
            seen.add(at)
        ends[code] = at
    return codes.map(ends).astype(object)


def owned_months(
    graduates: pd.DataFrame, months: pd.DataFrame, succession: pd.DataFrame, through: int | None
) -> pd.DataFrame:
    """The contribution rows (not yet added up) of each graduate row, employers mapped."""
    rows = months.rename(columns={"person_id": "person"})
    rows = rows[rows["month"] <= (-1 if through is None else through)]
    rows = rows.assign(employer=final_employer(rows["enterprise_code"], succession))
    return rows.merge(graduates[["row", "person", "graduated", "next_graduation"]], on="person")


def month_spells(all_months: pd.DataFrame, through: int | None) -> pd.DataFrame:
    """Spells of people with months. `all_months` has those before graduation too, for student jobs."""
    keys = ["row", "employer"]
    inside = all_months["month"].between(all_months["graduated"], all_months["next_graduation"] - 1)
    months = all_months[inside].groupby([*keys, "month"], as_index=False)["contribution_base"].sum()
    months = months.sort_values([*keys, "month"], ignore_index=True)
    hole = months.groupby(keys)["month"].diff() - 1
    months["spell"] = (~(hole <= GAP)).cumsum()
    spells = months.groupby([*keys, "spell"], as_index=False).agg(
        start=("month", "min"), end=("month", "max"), pay_at_start=("contribution_base", "first")
    )
    earlier = all_months[all_months["month"] < all_months["graduated"]]
    last = earlier.groupby(keys, as_index=False)["month"].max().rename(columns={"month": "before"})
    spells = spells.merge(last, on=keys, how="left")
    spells["began_before"] = (spells["start"] - spells["before"] - 1) <= GAP
    people = all_months[["row", "graduated", "next_graduation"]].drop_duplicates()
    spells = spells.merge(people, on="row")
    spells["c"] = (
        np.minimum(through if through is not None else NEVER, spells["next_graduation"] - 1) - GAP - 1
    )
    spells["seen_last"] = spells["end"]
    spells["event"] = spells["end"] <= spells["c"]
    return spells.drop(columns=["spell", "before"]).assign(basis="month")


def told_jobs(told: pd.DataFrame, succession: pd.DataFrame) -> pd.DataFrame:
    """Delivered jobs in months. A job still held is known to last until it was observed."""
    rows = told.rename(columns={"person_id": "person"})
    is_open = rows["ended_on"].isna()
    start, observed = month_of(rows["started_on"]), month_of(rows["observed_on"])
    end = observed.where(is_open, month_of(rows["ended_on"]))
    return rows.assign(
        employer=final_employer(rows["employer"], succession),
        start=start,
        end=np.maximum(start, end),
        observed=observed,
        is_open=is_open,
    )


def told_spells(graduates: pd.DataFrame, told: pd.DataFrame, measured: pd.Series) -> pd.DataFrame:
    """Spells as delivered, of people without any month: merged, cut to what each graduate row owns."""
    rows = told[~told["person"].isin(measured)].sort_values(["person", "employer", "start", "end"])
    rows = rows.reset_index(drop=True)
    before = rows.groupby(["person", "employer"])["end"].cummax()
    before = before.groupby([rows["person"], rows["employer"]]).shift()
    rows["spell"] = (~(rows["start"] - before - 1 <= GAP)).cumsum()
    rows = rows.merge(graduates[["row", "person", "graduated", "next_graduation"]], on="person")
    rows["last_word"] = rows["end"] * 2 + rows["is_open"]  # of two that end together the open one tells
    merged = rows.groupby(["row", "spell"], as_index=False).agg(
        employer=("employer", "first"),
        start=("start", "min"),
        end=("end", "max"),
        observed=("observed", "max"),
        last_word=("last_word", "max"),
        graduated=("graduated", "first"),
        next_graduation=("next_graduation", "first"),
    )
    merged["began_before"] = merged["start"] < merged["graduated"]
    merged["start"] = np.maximum(merged["start"], merged["graduated"])
    merged["c"] = np.minimum(merged["observed"], merged["next_graduation"] - 1)
    merged["seen_last"] = np.minimum(merged["end"], merged["c"])
    merged["event"] = (merged["last_word"] % 2 == 0) & (merged["end"] <= merged["c"])
    is_owned = (merged["end"] >= merged["graduated"]) & (merged["start"] < merged["next_graduation"])
    merged = merged[is_owned]
    merged["pay_at_start"] = _wage_at(merged, rows)
    return merged.assign(basis="spell")


def _wage_at(merged: pd.DataFrame, rows: pd.DataFrame) -> pd.Series:
    """The wage in the start month: of the rows held then, together (as bases are added)."""
    both = merged[["row", "spell", "start"]].merge(rows, on=["row", "spell"], suffixes=("", "_told"))
    both = both[(both["start_told"] <= both["start"]) & (both["end"] >= both["start"])]
    wage = both.groupby(["row", "spell"])["monthly_wage"].sum(min_count=1)
    return merged.set_index(["row", "spell"]).index.map(wage).astype(float)


def first_spells(spells: pd.DataFrame) -> pd.DataFrame:
    """The first spell of each graduate row that has one within a year."""
    is_student_job = spells["began_before"] & (spells["seen_last"] <= spells["graduated"] + 1)
    rows = spells[~is_student_job].assign(pay=lambda s: -s["pay_at_start"].fillna(-1))
    rows = rows.sort_values(["row", "start", "pay", "employer"]).drop_duplicates("row")
    return rows[rows["start"] - rows["graduated"] <= FIRST_WITHIN]
