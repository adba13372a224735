"""Marts of an invented region with exactly the columns of the fixed surface: no person, no delivery."""

from __future__ import annotations

import math
from datetime import date
from itertools import product

import duckdb
import numpy as np
import pandas as pd

from iecareer.feedback import prepare_feedback
from tests.models import POLICY, build_model, build_policy, build_seed

PROGRAMS = {
    "460103": "数控技术",
    "460104": "机械制造及自动化",
    "460105": "工业设计",
    "510201": "计算机应用技术",
    "510203": "软件技术",
    "530304": "大数据与会计",
    "570102": "学前教育",
    "410101": "种子生产与经营",
}
SURNAMES = ["东江", "临海", "云山", "清河", "白石", "南湖", "北辰", "金川", "长宁", "永安", "安平", "嘉和"]
WAVES = (6, 12, 36, 60)
MODELS = ("msr_institution_curve", "msr_institution_rate")


def wilson(share: float, n: int) -> tuple[float, float]:
    z = 1.959963984540054
    middle, spread = share + z * z / (2 * n), z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return (middle - spread) / (1 + z * z / n), (middle + spread) / (1 + z * z / n)


def rate_row(key: dict, n: int, true: float, rng: np.random.Generator) -> dict:
    share = rng.binomial(n, min(max(true, 0.02), 0.98)) / n
    low, high = wilson(share, n)
    return key | {"n": n, "share": share, "ci_low": low, "ci_high": high, "status": "ok"}


def wage_row(key: dict, n: int, centre: float, rng: np.random.Generator, **more) -> dict:
    pay = np.sort(centre * np.exp(rng.normal(0, 0.3, max(n, 1))))
    q = np.quantile(pay, [0.25, 0.5, 0.75])
    return (
        key
        | {
            "n": n,
            "p25": q[0],
            "p50": q[1],
            "p75": q[2],
            "mean": pay.mean(),
            "share_floor": 0.02,
            "share_cap": 0.01,
            "status": "ok",
        }
        | more
    )


def curve_rows(key: dict, n: int, last: int, hazard: float, rng: np.random.Generator) -> list[dict]:
    rows, at_risk, survival, greenwood = [], n, 1.0, 0.0
    for month in range(1, last + 1):
        if at_risk == 0:
            break
        events = rng.binomial(at_risk, hazard / math.sqrt(month))
        survival *= 1 - events / at_risk
        if 0 < events < at_risk:
            greenwood += events / (at_risk * (at_risk - events))
        low = high = None
        if 0 < survival < 1:
            spread = 1.96 * math.sqrt(greenwood) / abs(math.log(survival))
            low, high = survival ** math.exp(spread), survival ** math.exp(-spread)
        rows.append(
            key
            | {
                "months": month,
                "n_at_risk": at_risk,
                "n_events": events,
                "retention": survival,
                "ci_low": low,
                "ci_high": high,
                "status": "ok",
            }
        )
        at_risk -= events + rng.binomial(at_risk - events, 0.004)
    return rows


def region(
    institutions: int = 24, programs: int = 4, cohorts: int = 8, seed: int = 7
) -> dict[str, pd.DataFrame]:
    """Frames by mart name."""
    rng = np.random.default_rng(seed)
    out: dict[str, list[dict]] = {
        name: []
        for name in (
            "msr_response",
            "msr_employment",
            "msr_job_match",
            "msr_retention",
            "msr_retention_curve",
            "msr_starting_salary",
            "msr_starting_salary_pooled",
            "msr_salary_differential",
            "dim_institution",
            "program_flag",
        )
    }
    years = range(2026 - cohorts, 2026)
    for i in range(institutions):
        code = f"41420108{i:02d}"
        name = f"{SURNAMES[i % 12]}职业技术学院" + ("" if i < 12 else "（新区）")
        out["dim_institution"].append(
            {
                "institution_code": code,
                "institution_name": name,
                "region_code": "420000",
                "region_class": "central",
            }
        )
        lift = rng.normal(0, 0.04)
        chosen = rng.choice(list(PROGRAMS), programs, replace=False) if programs < 8 else list(PROGRAMS)
        for program, year in product(sorted(chosen), years):
            key = {"institution_code": code, "program_code": program, "cohort_year": year}
            size = int(rng.integers(6, 90))
            cell(out, key, size, lift, 2026 - year, rng)
            registered_cells(out, key, size, lift, np.random.default_rng([size, year]))
        for program in sorted(chosen):
            out["program_flag"].append(flag_row(code, program, rng))
        differential_rows(out, code, rng)
    return {name: pd.DataFrame(rows) for name, rows in out.items()}


def registered_cells(out: dict, key: dict, size: int, lift: float, rng: np.random.Generator) -> None:
    grain = key | {"wave_months": 0, "weighting": "unweighted"}
    for definition, true in (("moe_initial", 0.8), ("moe_final", 0.9), ("moe_study", 0.1)):
        out["msr_employment"].append(rate_row(grain | {"definition": definition}, size, true + lift, rng))


def cell(out: dict, key: dict, size: int, lift: float, age: int, rng: np.random.Generator) -> None:
    for wave in [w for w in WAVES if w / 12 <= age]:
        n = int(rng.binomial(size, 0.62))
        low, high = wilson(n / size, size)
        out["msr_response"].append(
            key
            | {
                "wave_months": wave,
                "n": size,
                "n_respondents": n,
                "response_rate": n / size,
                "ci_low": low,
                "ci_high": high,
                "status": "ok",
            }
        )
        grain = key | {"wave_months": wave}
        for definition, weighting, count, true in (
            ("moe_2024", "unweighted", size, 0.58),
            ("register", "unweighted", size, 0.71),
            ("known_only", "unweighted", n, 0.9),
            ("known_only", "weighted", n, 0.9),
        ):
            if count:
                row = rate_row(
                    grain | {"definition": definition, "weighting": weighting}, count, true + lift, rng
                )
                out["msr_employment"].append(row)
        match_cells(out, grain, n, lift, rng)
    curve = curve_rows(key, max(size - 8, 1), min(age * 12 - 2, 84), 0.06 - lift / 4, rng)
    out["msr_retention_curve"] += curve
    for horizon in (6, 12, 36, 60):
        at = [row for row in curve if row["months"] == horizon]
        row = (
            at[0]
            if at
            else {"n_at_risk": 0, "n_events": None, "retention": None, "ci_low": None, "ci_high": None}
        )
        out["msr_retention"].append(
            key
            | {
                "horizon_months": horizon,
                "n": max(size - 8, 1),
                "n_events": row["n_events"] or 0,
                "n_at_risk": row["n_at_risk"],
                "retention": row["retention"],
                "ci_low": row["ci_low"],
                "ci_high": row["ci_high"],
                "rmst_60": None,
                "status": "ok" if at else "not_observed",
            }
        )
    centre = 4800 + 300 * (int(key["program_code"][:2]) - 50) / 10 + 6000 * lift
    for measure, n in (("register", max(size - 8, 1)), ("survey", max(size // 3, 1))):
        out["msr_starting_salary"].append(wage_row(key | {"measure": measure}, n, centre, rng))
        for pool in (2, 3):
            out["msr_starting_salary_pooled"].append(
                wage_row(key | {"measure": measure, "n_cohorts": pool}, n * pool, centre, rng)
            )


def match_cells(out: dict, grain: dict, n: int, lift: float, rng: np.random.Generator) -> None:
    kinds = (("normative", "core", 0.4), ("normative", "core_or_related", 0.62), ("self_report", "", 0.66))
    for (definition, fit, true), weighting in product(kinds, ("weighted", "unweighted")):
        key = grain | {"definition": definition, "fit": fit, "weighting": weighting}
        if n > 2:
            out["msr_job_match"].append(rate_row(key, n - 2, true + lift, rng))


def flag_row(code: str, program: str, rng: np.random.Generator) -> dict:
    q = float(rng.uniform(0.1, 1))
    return {
        "institution_code": code,
        "program_code": program,
        "as_of": "2026-11-21",
        "score": 1 - q,
        "posterior": 1 - q,
        "q_value": q,
        "is_flagged": q < 0.4,
        "reason_1_zh": "对口就业率 41.0 %，同类专业 58.0 %（n = 120）",
        "reason_1_en": "Job match 41.0 %, peers 58.0 % (n = 120)",
        "reason_2_zh": "课程最近一次更新距今 38 个月，同类专业 14 个月",
        "reason_2_en": "Newest course version 38 months old, peers 14",
        "reason_3_zh": "招聘所需技能覆盖率 46 %，同类专业 63 %",
        "reason_3_en": "Skills in demand covered 46 %, peers 63 %",
        "skills_zh": "工业机器人编程（132 条招聘）；MES 系统（87 条）",
        "skills_en": "robot programming (132 postings); MES (87)",
        **{
            f"reason_{i}_{k}": v
            for i, m in ((1, "match_recent"), (2, "course_age"), (3, "retention"))
            for k, v in (("measure", m), ("n", 120 if i < 3 else 9))
        },
        "what_would_clear_zh": "对口就业率升至 52 % 以上，或更新两门核心课程",
        "what_would_clear_en": "Job match above 52 %, or two core courses renewed",
    }


def differential_rows(out: dict, code: str, rng: np.random.Generator) -> None:
    ok = {
        "n_cooperative": 120,
        "n_comparison": 800,
        "n_institutions_cooperative": 1,
        "n_institutions_comparison": 9,
        "coverage": 0.9,
        "difference_cny": 312.0,
        "log_difference": 0.05,
        "se": 0.02,
        "percent": 0.0513,
        "ci_low": 0.01,
        "ci_high": 0.09,
        "status": "ok",
    }
    base = {
        "measure": "register",
        "program_code": None,
        "mode": None,
        "cohort_year": None,
        "method": "stratified",
    }
    small = ok | {"n_cooperative": int(rng.integers(3, 60))}
    out["msr_salary_differential"].append(base | {"scope": "institution", "institution_code": code} | small)
    if not any(row["scope"] == "region" for row in out["msr_salary_differential"]):
        whole = ok | {"n_cooperative": 6200, "n_comparison": 9100, "n_institutions_cooperative": 12}
        out["msr_salary_differential"].append(base | {"scope": "region", "institution_code": None} | whole)


def load(connection: duckdb.DuckDBPyConnection, frames: dict[str, pd.DataFrame]) -> None:
    """Write the frames as schemas marts and flags, and the policy seeds as the build holds them."""
    for schema in ("marts", "flags"):
        connection.execute(f"create schema if not exists {schema}")
    for seed in POLICY:
        build_seed(connection, seed)
    frames = frames | {
        "dim_program": pd.DataFrame(
            [
                {"program_code": code, "program_name": name, "study_level": "higher_vocational"}
                for code, name in PROGRAMS.items()
            ]
        )
    }
    for name, frame in frames.items():
        schema = "flags" if name == "program_flag" else "marts"
        connection.register("frame", frame.convert_dtypes())
        connection.execute(f"create or replace table {schema}.{name} as select * from frame")
        connection.unregister("frame")


def prepare(connection: duckdb.DuckDBPyConnection, as_of: date, run_id: str = "") -> None:
    """Compute the models that feedback reads beside the marts, then its tables."""
    build_policy(connection, as_of)
    connection.execute("create schema if not exists indicators")
    for mart in ("msr_response", "msr_employment", "msr_job_match", "msr_retention_curve"):
        connection.execute(
            f"create or replace view indicators.{mart} as select 'program' as scope, * from marts.{mart}"
        )
    for model in MODELS:
        build_model(connection, model, as_of)
    prepare_feedback(connection, as_of, run_id=run_id)
