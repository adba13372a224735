"""Employers through successions, months into spells, and each graduate's first spell."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .coverage import GAP, Coverage
from .months import month_of

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


def months_of(
    graduates: pd.DataFrame, months: pd.DataFrame, succession: pd.DataFrame, covered: Coverage
) -> pd.DataFrame:
    """The contribution rows (not yet added up) of the person of each graduate row, employers mapped."""
    rows = months.rename(columns={"person_id": "person"})
    rows = rows.assign(employer=final_employer(rows["enterprise_code"], succession))
    of = graduates[["row", "person", "institution_code", "graduated", "next_graduation"]]
    of = of.assign(through=of["institution_code"].map(lambda code: covered.of(code).through))
    rows = rows.merge(of, on="person")
    return rows[rows["month"] <= rows["through"]].reset_index(drop=True)


def month_spells(all_months: pd.DataFrame, covered: Coverage) -> pd.DataFrame:
    """Spells of people with months. `all_months` has those before graduation too, for student jobs."""
    keys = ["row", "employer"]
    inside = all_months["month"].between(all_months["graduated"], all_months["next_graduation"] - 1)
    names = [*keys, "institution_code", "month"]
    months = all_months[inside].groupby(names, as_index=False)["contribution_base"].sum()
    months = months.sort_values([*keys, "month"], ignore_index=True)
    months["before"] = months.groupby(keys)["month"].shift()
    months["spell"] = (~(_hole(months, "before", "month", covered) <= GAP)).cumsum()
    spells = months.groupby([*keys, "institution_code", "spell"], as_index=False).agg(
        start=("month", "min"), end=("month", "max"), pay_at_start=("contribution_base", "first")
    )
    earlier = all_months[all_months["month"] < all_months["graduated"]]
    last = earlier.groupby(keys, as_index=False)["month"].max().rename(columns={"month": "before"})
    spells = spells.merge(last, on=keys, how="left")
    spells["began_before"] = _hole(spells, "before", "start", covered) <= GAP
    people = all_months[["row", "graduated", "next_graduation", "through"]].drop_duplicates()
    spells = spells.merge(people, on="row")
    spells["w"] = np.minimum(spells["through"], spells["next_graduation"] - 1)
    spells["c"] = covered.each(spells, "last_judged", "w")
    spells["seen_last"] = spells["end"]
    spells["event"] = spells["end"] <= spells["c"]
    spells["n_open_after"] = covered.each(spells, "open_after", "end")
    spells["day_before"] = spells["start"] - 1
    is_open = covered.each(spells, "n_open", "day_before", "day_before") > 0
    spells["begins_unseen"] = is_open & (spells["day_before"] >= spells["graduated"])
    return spells.drop(columns=["spell", "before", "day_before", "w"]).assign(basis="month")


def _hole(rows: pd.DataFrame, first: str, last: str, covered: Coverage) -> pd.Series:
    """How many months that are not open lie between two months; nothing where there is no first."""
    known = rows[rows[first].notna()]
    known = known.assign(after=known[first].astype("int64") + 1, until=known[last] - 1)
    width = known["until"] - known["after"] + 1 - covered.each(known, "n_open", "after", "until")
    return width.reindex(rows.index)


def told_jobs(told: pd.DataFrame, succession: pd.DataFrame) -> pd.DataFrame:
    """Delivered jobs in months. A job still held is known to last until it was observed."""
    rows = told.rename(columns={"person_id": "person"})
    is_open = rows["ended_on"].isna()
    start, observed = month_of(rows["started_on"]), month_of(rows["observed_on"])
    end = observed.where(is_open, month_of(rows["ended_on"]))
    return rows.assign(
        delivered_employer=rows["employer"],
        employer=final_employer(rows["employer"], succession),
        start=start,
        end=np.maximum(start, end),
        observed=observed,
        is_open=is_open,
    )


def told_spells(graduates: pd.DataFrame, told: pd.DataFrame, measured: pd.Series) -> pd.DataFrame:
    """Spells as delivered, of graduate rows that months don't measure: merged, cut to what each row owns."""
    graduates = graduates[~graduates["row"].isin(measured)]
    rows = told.sort_values(["person", "employer", "start", "end"])
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
    return merged.assign(basis="spell", n_open_after=0, begins_unseen=False)


def _wage_at(merged: pd.DataFrame, rows: pd.DataFrame) -> pd.Series:
    """The wage in the start month: as delivered employers that became one paid it, together."""
    both = merged[["row", "spell", "start"]].merge(rows, on=["row", "spell"], suffixes=("", "_told"))
    both = both[(both["start_told"] <= both["start"]) & (both["end"] >= both["start"])]
    both = newest_contract(both, ["row", "spell", "delivered_employer"])
    wage = both.groupby(["row", "spell"])["monthly_wage"].sum(min_count=1)
    return merged.set_index(["row", "spell"]).index.map(wage).astype(float)


def newest_contract(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Of told rows with the same keys the one that began last."""
    return rows.sort_values("started_on").drop_duplicates(keys, keep="last")


def first_spells(spells: pd.DataFrame) -> pd.DataFrame:
    """The first spell of each graduate row that has one within a year."""
    is_student_job = spells["began_before"] & (spells["seen_last"] <= spells["graduated"] + 1)
    rows = spells[~is_student_job].assign(pay=lambda s: -s["pay_at_start"].fillna(-1))
    rows = rows.sort_values(["row", "start", "pay", "employer"]).drop_duplicates("row")
    return rows[rows["start"] - rows["graduated"] <= FIRST_WITHIN]
