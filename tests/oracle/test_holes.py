"""Holes in the months of bureaus that begin in different years make no value wrong: it is right, or it is withheld.

A simulated region whose full months are known loses months at random. What the reference then gives, as the methods
say, is compared with what it gives of the full months, over the same graduations. The house makes the same tables as
the reference (`test_nasty_regions`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest

from . import employment, retention, spells, starting_salary, wage
from .cohorts import CELL
from .coverage import Coverage, coverage
from .months import NEVER

FIRST, LAST = 2015 * 12, 2021 * 12 + 8
COHORTS = (2017, 2018, 2019)
PER_CELL = 50
STRANGERS = 40  # people of no college whom each bureau insures
BACK_PAID = 0.03
BUREAUS = ("north", "south", "west")
SMALL = "small"
SHARE_OF_SMALL = 0.004
NO_SUCCESSION = pd.DataFrame({"predecessor_code": [], "successor_code": []}, dtype=str)
PRICES = pd.DataFrame(
    {"region_code": "330000", "year": range(2014, 2023), "price_index": np.linspace(90, 110, 9)}
).assign(base_floor=np.nan, base_cap=np.nan)


@dataclass
class Made:
    """Graduates and all their months, each with the bureau that records it."""

    graduates: pd.DataFrame
    months: pd.DataFrame


def made(seed: int) -> Made:
    """Nine program-cohorts, each with its own chance of 1 to 5 % a month to leave an employer."""
    rng = np.random.default_rng(seed)
    people, rows = [], []
    for number, (institution, year) in enumerate((i, y) for i in range(3) for y in COHORTS):
        leaves = 0.01 + 0.04 * number / 8
        for _ in range(PER_CELL):
            row, graduated = len(people), year * 12 + int(rng.choice([5, 5, 5, 6, 6, 0]))
            people.append((row, f"{row}", f"I{institution}", "460101", year, graduated, NEVER))
            rows += _career(rng, row, graduated, institution, leaves)
    for source in BUREAUS:
        rows += [
            (f"{source} {number}", "S", month, 5000.0, "330102", source)
            for number in range(STRANGERS)
            for month in range(FIRST, LAST + 1)
        ]
    names = ["row", "person", *CELL, "graduated", "next_graduation"]
    columns = ["person_id", "enterprise_code", "month", "contribution_base", "region_code", "source"]
    graduates = pd.DataFrame(people, columns=names)
    graduates["graduated_on"] = pd.to_datetime({
        "year": graduates["graduated"] // 12, "month": graduates["graduated"] % 12 + 1, "day": 30
    })  # fmt: skip
    months = pd.DataFrame(rows, columns=columns)
    return Made(graduates, months.drop_duplicates(["person_id", "enterprise_code", "month"]))


def _career(
    rng: np.random.Generator, row: int, graduated: int, institution: int, leaves: float
) -> list[tuple[str, str, int, float, str, str]]:
    """Jobs one after another: some begun at school, with no, short or long breaks between."""
    out: list[tuple[str, str, int, float, str, str]] = []
    if rng.random() < 0.08:
        return out
    at = graduated + int(rng.choice([-8, -2, 0, 0, 1, 1, 2, 3, 6, 13]))
    while at <= LAST:
        length = int(rng.geometric(leaves))
        source = BUREAUS[institution if rng.random() < 0.7 else int(rng.integers(3))]
        source = SMALL if rng.random() < SHARE_OF_SMALL else source
        pay, employer = float(np.exp(rng.normal(8.6, 0.3))), f"E{rng.integers(10**6)}"
        for month in range(at, min(at + length, LAST + 1)):
            if (month - at) % 12 == 11:
                pay *= 1.05
            out.append((f"{row}", employer, month, round(pay, 2), "330102", source))
        at += length + int(rng.choice([0, 0, 0, 1, 2, 5]))
    return out


@dataclass
class Found:
    """What the reference gives of some months."""

    covered: Coverage
    register: pd.DataFrame
    paid: pd.DataFrame
    first: pd.DataFrame
    starting: pd.DataFrame
    first_month: pd.Series


def found(graduates: pd.DataFrame, months: pd.DataFrame) -> Found:
    """The reference's values per graduate row."""
    covered = coverage(graduates, dict(iter(months.groupby("source"))), {})
    all_months = spells.months_of(graduates, months.drop(columns="source"), NO_SUCCESSION, covered)
    judged = graduates["row"][covered.each(graduates, "is_judged", "graduated").astype(bool)]
    first = spells.first_spells(
        spells.month_spells(all_months[all_months["row"].isin(judged)].reset_index(drop=True), covered)
    )
    owned = all_months[all_months["month"] >= all_months["graduated"]]
    return Found(
        covered,
        employment.register_rows(graduates, owned, covered),
        wage.paid_rows(graduates, owned, PRICES, covered),
        first,
        starting_salary.register_pay(first, all_months, PRICES, covered),
        owned.groupby("row")["month"].min(),
    )


def with_holes(rng: np.random.Generator, months: pd.DataFrame, sources: tuple[str, ...]) -> pd.DataFrame:
    """Bureaus that begin late, lose months at the beginning, in the middle and at the end, and pay some back."""
    out = []
    for source, part in months.groupby("source"):
        if source not in sources:
            out.append(part)
            continue
        begins = int(rng.integers(FIRST, 2017 * 12 + 3)) if rng.random() < 0.6 else FIRST
        stray = part[part["month"] < begins].sample(frac=1, random_state=int(rng.integers(10**6))).head(1)
        kept = part[part["month"] >= begins]
        has_back_paid = bool(
            rng.random() < 0.5
        )  # after half a year of them, they are taken for a small source
        lengths = [1, 1, 1, 2, 2, 3, 4, 6 if has_back_paid else 9]
        hazard, month, lost = rng.uniform(0.01, 0.05), begins, []
        while month <= LAST:
            if rng.random() < hazard or (month == begins + 2 and rng.random() < 0.2):
                length = int(rng.choice(lengths))
                lost += range(month, month + length)
                month += length
            month += 1
        if rng.random() < 0.3:
            at_the_end = [LAST - 1, LAST - 2][: int(rng.integers(1, 3))]
            lost += [] if has_back_paid and LAST - 3 in lost else at_the_end
        is_lost = kept["month"].isin(lost)
        back_paid = kept[is_lost & has_back_paid].sample(frac=1, random_state=int(rng.integers(10**6)))
        of_month = back_paid.groupby("month")
        back_paid = back_paid[of_month.cumcount() < BACK_PAID * of_month["month"].transform("size")]
        out += [stray, kept[~is_lost], back_paid]
    return pd.concat(out, ignore_index=True)


def by_cell(graduates: pd.DataFrame, of: Found, rows: pd.Series) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Retention and median starting pay of the cells over some graduate rows."""
    first = of.first[of.first["row"].isin(rows)]
    pay = of.starting[of.starting["row"].isin(rows)]
    kept = retention.retention(graduates, first)
    pay_table = starting_salary.starting_salary(graduates, {"register": pay}, first)
    return kept, pay_table


def followed_as(part: Found, full: Found) -> Found:
    """The full months' first spells, followed no longer than those with holes: less follow-up is no error."""
    first = full.first.copy()
    through = first["institution_code"].map(lambda code: part.covered.of(code).through)
    first["w"] = np.minimum(through, first["next_graduation"] - 1)
    first["c"] = np.minimum(first["c"], part.covered.each(first, "last_judged", "w"))
    first["event"] = first["end"] <= first["c"]
    return replace(full, first=first)


@dataclass
class Errors:
    """Of all holes: errors of retention (a difference) and of median starting pay (a ratio less one)."""

    retention: list[pd.DataFrame]
    pay: list[pd.DataFrame]
    n_register: int = 0
    n_paid: int = 0


def errors_of(n_holes: int, seed: int) -> Errors:
    """Compares each region with holes with the full one; what must be equal is asserted here."""
    region, rng = made(seed), np.random.default_rng(seed)
    full = found(region.graduates, region.months)
    out = Errors([], [])
    for _ in range(n_holes):
        part = found(region.graduates, with_holes(rng, region.months, BUREAUS))
        out.n_register += assert_equal_at_waves(part, full)
        out.n_paid += assert_equal_pay(region.graduates, part, full)
        judged = region.graduates["row"][part.covered.each(region.graduates, "is_judged", "graduated") == 1]
        kept, pay = by_cell(region.graduates, part, judged)
        kept_full, pay_full = by_cell(region.graduates, followed_as(part, full), judged)
        if len(kept):
            out.retention.append(kept.merge(kept_full, on=[*CELL, "horizon_months"], suffixes=("", "_full")))
        if len(pay):
            out.pay.append(pay.merge(pay_full, on=[*CELL, "measure"], suffixes=("", "_full")))
    return out


def assert_equal_at_waves(part: Found, full: Found) -> int:
    """Graduations in n are at work, or were never, as in the full months; how many were compared."""
    keys = ["row", "wave_months"]
    both = part.register.merge(full.register[[*keys, "at_work"]], on=keys, suffixes=("", "_full"))
    assert len(both) == len(part.register)
    assert (both["at_work"] == both["at_work_full"]).all()
    judged = both[both["is_never_judged"]]
    through = judged["institution_code"].map(lambda code: part.covered.of(code).through)
    was_seen = judged["row"].map(full.first_month) <= through
    assert (judged["never"] == ~was_seen).all()
    return len(both)


def assert_equal_pay(graduates: pd.DataFrame, part: Found, full: Found) -> int:
    """Graduations paid at a horizon have the pay of the full months; who is not paid, though observed, has none."""
    keys = ["row", "horizon_months"]
    both = part.paid.merge(full.paid, on=keys, how="left", suffixes=("", "_full"))
    assert np.allclose(both["y"], both["y_full"], rtol=1e-9)
    for horizon in retention.HORIZONS:
        first = graduates["graduated"] + horizon
        rows = graduates.assign(first=first, last=first + starting_salary.FIRST_MONTHS - 1)
        whole = rows["row"][part.covered.each(rows, "is_whole", "first", "last") == 1]
        paid = full.paid.loc[full.paid["horizon_months"] == horizon, "row"]
        assert set(whole) & set(paid) == set(part.paid.loc[part.paid["horizon_months"] == horizon, "row"])
    return len(both)


def check(errors: Errors) -> None:
    """Never `ok` and wrong."""
    kept = pd.concat(errors.retention)
    kept = kept[(kept["status"] == "ok") & (kept["status_full"] == "ok")]
    error = kept["retention"] - kept["retention_full"]
    pay = pd.concat(errors.pay)
    pay = pay[(pay["status"] == "ok") & (pay["status_full"] == "ok")]
    ratio = (pay["p50"] / pay["p50_full"] - 1).abs()
    print(  # noqa: T201
        f"{errors.n_register} waves and {errors.n_paid} wages equal; retention: {len(kept)} values, largest error "
        f"{error.abs().max():.4f}, mean {error.mean():.5f}; pay: {len(pay)} medians, mean error {ratio.mean():.4f}, "
        f"largest {ratio.max():.4f}"
    )
    assert min(len(kept), len(pay), errors.n_register, errors.n_paid) > 0
    assert error.abs().max() <= 0.05
    assert abs(error.mean()) <= 0.005
    assert ratio.mean() <= 0.02


def test_a_few_holes() -> None:
    check(errors_of(8, seed=1))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 3, 5, 6, 7, 8, 9, 10])
def test_two_hundred_holes(seed: int) -> None:
    check(errors_of(25, seed))


def test_holes_of_a_small_office_cost_little() -> None:
    """Its months lie below the share that opens months for anybody: shares within a point, pay within 1 %."""
    region, rng = made(4), np.random.default_rng(4)
    full = found(region.graduates, region.months)
    for _ in range(3):
        part = found(region.graduates, with_holes(rng, region.months, (SMALL,)))
        assert part.covered.of("I0") == full.covered.of("I0")
        at_work = (
            of.register.groupby(["institution_code", "wave_months"])["at_work"].mean() for of in (part, full)
        )
        assert np.subtract(*at_work).abs().max() <= 0.01
        means = (of.paid.groupby("horizon_months")["y"].mean() for of in (part, full))
        assert (np.divide(*means) - 1).abs().max() <= 0.01
