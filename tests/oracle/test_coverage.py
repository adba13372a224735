"""Nominal 95 % intervals of retention and of the stratified differential hold planted truth as often as they say."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.oracle.draws import RETENTION, draws
from tests.oracle.house import land_all, marts

AS_OF = date(2026, 11, 21)
PLANTED = 0.08
Z = 1.959963984540054


def built(folder: Path, home: pytest.MonkeyPatch, seeds: range, *sizes: int, planted: float) -> list[tuple]:
    """For each seed the tables of the house and what was delivered."""
    out = []
    for seed in seeds:
        home.setenv("IECAREER_HOME", str(folder / f"home{seed}"))
        made = draws(seed, *sizes, planted)
        land_all(made, folder / f"deliveries{seed}")
        out.append((marts(AS_OF), made[0].frames))
    return out


def pay_draws(tables: dict[str, pd.DataFrame], n_pay: int) -> pd.DataFrame:
    rows = tables["msr_salary_differential"]
    rows = rows[
        (rows["measure"] == "survey") & (rows["scope"] == "region") & (rows["method"] == "stratified")
    ]
    rows = rows[rows["cohort_year"].notna()]
    assert len(rows) == n_pay
    assert (rows["status"] == "ok").all()
    return rows.astype({"cohort_year": int})


def holds(rows: pd.DataFrame, truth: float) -> pd.Series:
    return (rows["ci_low"] <= truth) & (truth <= rows["ci_high"])


def holds_if_people_were_independent(
    rows: pd.DataFrame, frames: dict[str, pd.DataFrame], truth: float
) -> float:
    """The share of intervals that hold the truth when the standard error ignores institutions."""
    people = frames["followup_response"].merge(frames["graduate"], on=["person_id", "institution_code"])
    people = people.assign(
        y=np.log(people["monthly_income"].astype(float)),
        year=people["graduated_on"].str[:4].astype(int),
        side=people["institution_code"].isin(frames["cooperation_agreement"]["institution_code"]),
    )
    treated, others = (
        people[people["side"] == side].groupby(["year", "sex"])["y"].agg(["size", "var"])
        for side in (True, False)
    )
    share = treated["size"] / treated["size"].groupby("year").transform("sum")
    variance = treated["var"] / treated["size"] + others["var"] / others["size"]
    se = np.sqrt((share**2 * variance).groupby("year").sum())
    delta = rows.set_index("cohort_year")["log_difference"]
    return float(((delta - truth).abs() <= Z * se.reindex(delta.index)).mean())


def retention_holds(tables: dict[str, pd.DataFrame]) -> dict[int, float]:
    rows = tables["msr_retention"]
    rows = rows[rows["institution_code"].str.startswith("99")]
    out = {}
    for horizon, truth in RETENTION.items():
        at = rows[rows["horizon_months"] == horizon]
        assert at["ci_low"].notna().mean() > 0.99
        out[horizon] = float(holds(at[at["ci_low"].notna()], truth).mean())
    return out


@pytest.mark.slow
def test_a_few_draws(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ((tables, frames),) = built(tmp_path, monkeypatch, range(5000, 5001), 40, 60, planted=PLANTED)
    rows = pay_draws(tables, 40)
    assert holds(rows, PLANTED).mean() >= 0.85
    assert holds_if_people_were_independent(rows, frames, PLANTED) < 0.85
    assert min(retention_holds(tables).values()) >= 0.85


@pytest.mark.slow
def test_two_hundred_draws(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = built(tmp_path, monkeypatch, range(5001, 5003), 100, 100, planted=PLANTED)
    pay = np.mean([holds(pay_draws(tables, 100), PLANTED).mean() for tables, _ in made])
    naive = np.mean(
        [holds_if_people_were_independent(pay_draws(t, 100), frames, PLANTED) for t, frames in made]
    )
    retained = {h: np.mean([retention_holds(tables)[h] for tables, _ in made]) for h in RETENTION}
    print(f"stratified {pay:.3f}, institutions ignored {naive:.3f}, retention {retained}")  # noqa: T201
    assert 0.92 <= pay <= 0.98
    assert naive < 0.92
    assert all(0.92 <= share <= 0.98 for share in retained.values())


@pytest.mark.slow
def test_nothing_planted_is_seldom_found(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = built(tmp_path, monkeypatch, range(5003, 5009), 100, 1, planted=0.0)
    found = 1 - np.mean([holds(pay_draws(tables, 100), 0.0).mean() for tables, _ in made])
    naive = 1 - np.mean(
        [holds_if_people_were_independent(pay_draws(t, 100), frames, 0.0) for t, frames in made]
    )
    print(f"rejected {found:.4f}, institutions ignored {naive:.4f}")  # noqa: T201
    assert found <= 0.065
    assert naive > 0.065
