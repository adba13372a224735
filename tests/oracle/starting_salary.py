"""Each graduate's real starting salary, and its distribution in a program-cohort."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .cohorts import CELL, real
from .coverage import Coverage
from .spells import newest_contract

FIRST_MONTHS = 3
FULL_TIME_HOURS = 32
CENSORED_LIMIT = 10  # more than one in ten at a limit
UNCERTAIN = 20  # more than one in twenty


def register_pay(
    first: pd.DataFrame, all_months: pd.DataFrame, region_year: pd.DataFrame, covered: Coverage
) -> pd.DataFrame:
    """One row per graduate row: y in real CNY per month, and whether at the floor or the cap."""
    spells = first.loc[first["basis"] == "month", ["row", "employer", "start"]]
    paid = all_months.merge(spells, on=["row", "employer"])
    paid = paid[(paid["month"] >= paid["start"]) & (paid["month"] < paid["start"] + FIRST_MONTHS)]
    paid = paid[paid["month"] < paid["next_graduation"]]
    paid = paid[covered.each(paid, "n_open", "month", "month") == 0]
    return mean_pay(paid, region_year)


def mean_pay(paid: pd.DataFrame, region_year: pd.DataFrame, keys: tuple[str, ...] = ("row",)) -> pd.DataFrame:
    """Per key the mean of its months' bases, each added up and deflated, and whether at a limit."""
    of_months, paid = [*keys, "month"], paid.copy()
    paid["province"] = paid["region_code"].str[:2] + "0000"
    paid["real"] = real(
        paid["contribution_base"], paid["province"], paid["month"] // 12, region_year
    ).to_numpy()
    of_month = paid.groupby(of_months)  # a part without an index leaves the month out
    paid["province"] = of_month["province"].transform("min")
    paid = paid[of_month["real"].transform("count") == of_month["real"].transform("size")].copy()
    nominal = paid.groupby(of_months)["contribution_base"].transform("sum")
    limits = region_year[["region_code", "year", "base_floor", "base_cap"]]
    limits = limits.rename(columns={"region_code": "province"}).astype({"year": int})
    paid["year"] = np.where(paid["month"] % 12 >= 6, paid["month"] // 12, paid["month"] // 12 - 1)
    paid = paid.merge(limits, on=["province", "year"], how="left")
    paid["at_floor"] = nominal.to_numpy() <= paid["base_floor"]
    paid["at_cap"] = nominal.to_numpy() >= paid["base_cap"]
    months = paid.groupby(of_months, as_index=False).agg(
        y=("real", "sum"), at_floor=("at_floor", "max"), at_cap=("at_cap", "max")
    )
    return months.groupby(list(keys), as_index=False).agg(
        y=("y", "mean"), at_floor=("at_floor", "max"), at_cap=("at_cap", "max")
    )


def reported_pay(
    graduates: pd.DataFrame, first: pd.DataFrame, told: pd.DataFrame, region_year: pd.DataFrame
) -> pd.DataFrame:
    """The same from told wages; `told` has the employer mapped and start, end as months."""
    spells = first.loc[first["basis"] == "spell", ["row", "employer", "start", "seen_last"]]
    spells = spells.merge(graduates[["row", "person", "province"]], on="row")
    rows = spells.merge(told, on=["person", "employer"], suffixes=("", "_told"))
    parts = []
    for ahead in range(FIRST_MONTHS):
        month = rows["start"] + ahead
        is_paid = (rows["start_told"] <= month) & (month <= rows["end"]) & (month <= rows["seen_last"])
        parts.append(rows[is_paid].assign(month=month[is_paid]))
    paid = pd.concat(parts, ignore_index=True)
    province = (paid["region_code"].str[:2] + "0000").fillna(paid["province"])
    paid["province"] = province
    paid = newest_contract(paid, ["row", "month", "delivered_employer"])
    paid["real"] = real(paid["monthly_wage"], paid["province"], paid["month"] // 12, region_year).to_numpy()
    paid = paid[paid["monthly_wage"].notna()]
    of_month = paid.groupby(["row", "month"])["real"]
    paid = paid[of_month.transform("count") == of_month.transform("size")]
    months = paid.groupby(["row", "month"], as_index=False)["real"].sum()
    return months.groupby("row", as_index=False).agg(y=("real", "mean"))


def survey_pay(people: pd.DataFrame, region_year: pd.DataFrame) -> pd.DataFrame:
    """Real monthly income at wave 6 of employed people who work full time."""
    rows = people[(people["wave_months"] == 6) & (people["activity"] == "employed")]
    rows = rows[rows["weekly_hours"] >= FULL_TIME_HOURS].reset_index(drop=True)
    y = real(rows["monthly_income"], rows["province"], rows["responded_on"].dt.year, region_year)
    rows = rows[["row"]].assign(y=y.to_numpy())
    return rows[rows["y"].notna()]


def unseen_beginnings(graduates: pd.DataFrame, first: pd.DataFrame) -> set[tuple[object, ...]]:
    """The cells in which more than one in twenty of these first spells may have begun in an open month."""
    cells = first[["row", "begins_unseen"]].merge(graduates[["row", *CELL]], on="row")
    is_unseen = cells.groupby(CELL)["begins_unseen"].agg(["sum", "size"])
    return set(is_unseen.index[UNCERTAIN * is_unseen["sum"] > is_unseen["size"]])


def starting_salary(
    graduates: pd.DataFrame, pay: dict[str, pd.DataFrame], first: pd.DataFrame
) -> pd.DataFrame:
    """`msr_starting_salary` from pay by measure."""
    out = []
    paid = pay["register"]["row"]
    unseen = unseen_beginnings(graduates, first[first["row"].isin(paid)])
    for measure, people in pay.items():
        for cell, rows in people.merge(graduates[["row", *CELL]], on="row").groupby(CELL):
            values = distribution(rows, has_limits=measure == "register")
            if measure == "register" and cell in unseen:
                none = dict.fromkeys(("p25", "p50", "p75", "mean"), np.nan)
                values |= none | {"status": "not_observed"}
            out.append(dict(zip(CELL, cell, strict=True)) | {"measure": measure} | values)
    return pd.DataFrame(out)


def distribution(rows: pd.DataFrame, has_limits: bool) -> dict[str, object]:
    n, y = len(rows), rows["y"].to_numpy()
    floor, cap = (int(rows[c].sum()) if has_limits else 0 for c in ("at_floor", "at_cap"))
    out: dict[str, object] = {"n": n}
    for percent in (25, 50, 75):
        is_withheld = 100 * floor >= percent * n or 100 * cap >= (100 - percent) * n
        is_withheld &= has_limits
        out[f"p{percent}"] = np.nan if is_withheld else np.percentile(y, percent)
    out["mean"] = np.nan if CENSORED_LIMIT * (floor + cap) > n else y.mean()
    out["share_floor"], out["share_cap"] = (floor / n, cap / n) if has_limits else (np.nan, np.nan)
    return out | {"status": "ok" if np.isfinite(out["p50"]) else "not_comparable"}
