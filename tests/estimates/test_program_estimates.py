"""Programs beside their peers: who is a peer, what each table says, and that nothing is lost or infinite."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from iecareer.estimates.peers import choose_peers
from iecareer.estimates.policy import EstimatePolicy, read_policy
from iecareer.estimates.program_estimates import estimate_programs
from iecareer.estimates.program_values import read_values
from tests.models import build_model

AS_OF = date(2026, 1, 1)
TABLES = ("program_shrunken", "program_funnel")


def units(rows: list[tuple[str, str]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["institution_code", "program_code"])
    return frame.assign(indicator="retention", cohort_year=2020, study_level="higher_vocational")


def test_peers_are_of_the_finest_level_with_five_at_other_institutions(
    build: duckdb.DuckDBPyConnection, policy: EstimatePolicy
) -> None:
    same = [(f"I{i}", "460101") for i in range(6)]
    group = [("I0", "460202"), *((f"I{i}", "460203") for i in range(1, 6))]
    field = [(f"J{i}", f"51{i}101") for i in range(6)]
    alone = [("I9", "990101")]
    frame = units(same + group + field + alone)
    chosen = choose_peers(build, frame, policy)

    first = chosen[0]
    assert first is not None
    assert (first.level, first.rows.tolist()) == ("program", [1, 2, 3, 4, 5])
    of_group = chosen[6]
    assert of_group is not None
    # 460202 has five of its group elsewhere; of 460203 at I1 there are four with its code, five in its group.
    assert (of_group.level, of_group.rows.tolist()) == ("group", [7, 8, 9, 10, 11])
    assert chosen[7] is not None
    assert chosen[7].rows.tolist() == [6, 8, 9, 10, 11]
    assert [each.level for each in chosen[12:18] if each] == ["field"] * 6
    assert chosen[-1] is None


def test_other_cohorts_levels_of_study_and_programs_of_the_own_institution_are_no_peers(
    build: duckdb.DuckDBPyConnection,
    policy: EstimatePolicy,
) -> None:
    frame = units([(f"I{i}", "460101") for i in range(7)])
    frame.loc[0, "cohort_year"] = 2021
    frame.loc[1, "study_level"] = "bachelor"
    assert choose_peers(build, frame, policy) == [None] * 7

    one = units([("I0", f"46010{i}") for i in range(8)])
    assert choose_peers(build, one, policy) == [None] * 8


def log_log_low(share: float, greenwood_sum: float) -> float:
    """Lower end of the interval of retention, from Σ d / (n(n − d))."""
    return float(share ** np.exp(1.959963984540054 * np.sqrt(greenwood_sum) / abs(np.log(share))))


def fill(build: duckdb.DuckDBPyConnection, seed: int = 1, n_institutions: int = 12) -> pd.DataFrame:
    """Shares, a survival step and pay of two programs at twelve institutions, with the truth of one planted."""
    rng = np.random.default_rng(seed)
    rows, pay, people = [], [], []
    for institution in range(n_institutions):
        for program in ("460101", "510202"):
            n = int(rng.integers(15, 120))
            match = 0.2 if (institution, program) == (0, "460101") else 0.7
            key = (f"I{institution:02d}", program, 2020)
            stay = int(rng.binomial(n, 0.8))
            rows.append((*key, n, rng.binomial(n, match) / n, stay / n, n - stay))
            for _ in range(n):
                people.append((len(people), *key, "higher_vocational"))
                pay.append((len(people) - 1, float(np.exp(rng.normal(8.5, 0.25)))))
    frame = pd.DataFrame(
        rows, columns=["institution_code", "program_code", "cohort_year", "n", "match", "stay", "n_left"]
    )
    graduates = pd.DataFrame(
        people, columns=["graduate_id", "institution_code", "program_code", "cohort_year", "study_level"]
    )
    salaries = pd.DataFrame(pay, columns=["graduate_id", "real_salary_month_cny"])
    assert len(graduates) == len(salaries) == frame["n"].sum()
    build.execute("create schema indicators")
    build.execute("""create table indicators.msr_job_match as select 'program' as scope,
        institution_code, program_code, cohort_year,
        6 as wave_months, 'normative' as definition, 'core_or_related' as fit, 'unweighted' as weighting, n,
        "match" as share, 'ok' as status from frame""")
    retention = frame.assign(
        retention=frame["stay"], n_events=frame["n_left"], n_at_risk=frame["n"] - frame["n_left"]
    )
    retention["ci_low"] = [
        log_log_low(share, left / n / (n - left)) if 0 < share < 1 else None
        for share, left, n in zip(frame["stay"], frame["n_left"], frame["n"], strict=True)
    ]
    assert len(retention) == len(frame)
    build.execute("""create table indicators.msr_retention as select 'program' as scope,
        institution_code, program_code, cohort_year,
        12 as horizon_months, n, n_events, n_at_risk, retention, ci_low, 'ok' as status from retention""")
    build.execute("create table intermediate.int_graduate as from graduates")
    build.execute("""create table intermediate.int_starting_salary as select graduate_id, 'register' as measure,
        real_salary_month_cny, 0 as is_at_floor, 0 as is_at_cap from salaries""")
    return frame


def values_of(build: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    for model in ("int_program_level", "int_program_pay", "msr_program_value"):
        build_model(build, model, AS_OF)
    return read_values(build)


def estimated(build: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    return estimate_programs(build, values_of(build), read_policy(build))


def rows_of(build: duckdb.DuckDBPyConnection, table: str) -> list[dict[str, Any]]:
    return build.sql(f"from estimates.{table}").to_arrow_table().to_pylist()


def test_every_program_stands_once_in_either_table(build: duckdb.DuckDBPyConnection) -> None:
    frame = fill(build)

    assert estimated(build) == {"n_programs": 3 * len(frame)}

    for table in TABLES:
        rows = rows_of(build, table)
        keys = {(row["indicator"], row["institution_code"], row["program_code"]) for row in rows}
        assert len(rows) == len(keys) == 3 * len(frame)
        assert {row["status"] for row in rows} == {"ok"}
        assert all(math.isfinite(value) for row in rows for value in row.values() if isinstance(value, float))
        assert {(row["peer_level"], row["n_peers"]) for row in rows} == {("program", 11)}


def test_the_odd_program_is_unusual_and_no_other(build: duckdb.DuckDBPyConnection) -> None:
    fill(build)
    estimated(build)

    unusual = [row for row in rows_of(build, "program_funnel") if row["is_unusual"]]
    assert [(row["indicator"], row["institution_code"], row["program_code"]) for row in unusual] == [
        ("job_match", "I00", "460101")
    ]
    assert unusual[0]["value"] < unusual[0]["limit_low_998"]


def test_values_are_shares_and_money(build: duckdb.DuckDBPyConnection) -> None:
    frame = fill(build)
    estimated(build)

    by_key = {
        (row["indicator"], row["institution_code"], row["program_code"]): row
        for row in rows_of(build, "program_shrunken")
    }
    for row in frame.to_dict("records"):
        key = (row["institution_code"], row["program_code"])
        assert by_key["job_match", *key]["value"] == pytest.approx(row["match"])
        assert by_key["retention", *key]["value"] == pytest.approx(row["stay"])
        pay = by_key["starting_pay", *key]
        assert 4200 < pay["ci_low"] < pay["shrunken"] < pay["ci_high"] < 5800
    for row in by_key.values():
        # Shrunken values lie between the program's own and its peers'.
        ends = sorted((row["value"], row["peer_mean"]))
        assert ends[0] - 1e-9 <= row["shrunken"] <= ends[1] + 1e-9


def test_people_of_a_censored_program_count_in_part(build: duckdb.DuckDBPyConnection) -> None:
    """Followed to the end, everybody counts; with Greenwood's variance four times as large, a quarter."""
    fill(build)
    for share, n in build.execute(
        "select retention, n from indicators.msr_retention where institution_code = 'I03'"
    ).fetchall():
        wider = log_log_low(share, 4 * (1 - share) / (share * n))
        build.execute(
            "update indicators.msr_retention set ci_low = ? where institution_code = 'I03' and n = ?",
            [wider, n],
        )
    found = values_of(build)
    found = found[found["indicator"] == "retention"]
    share = found["n_effective"] / found["n"]

    assert share[found["institution_code"] == "I03"].tolist() == pytest.approx([0.25, 0.25])
    assert share[found["institution_code"] != "I03"].tolist() == pytest.approx([1.0] * (len(found) - 2))


def test_other_definitions_waves_horizons_and_measures_are_left_alone(
    build: duckdb.DuckDBPyConnection,
) -> None:
    fill(build)
    before = values_of(build)
    for column, other in (
        ("definition", "'self_report'"),
        ("fit", "'core'"),
        ("weighting", "'weighted'"),
        ("wave_months", "12"),
        ("status", "'too_few'"),
    ):
        build.execute(f"""insert into indicators.msr_job_match
            select * replace ({other} as {column}) from indicators.msr_job_match where institution_code = 'I01'""")
    for column, other in (("horizon_months", "36"), ("status", "'not_observed'")):
        build.execute(f"""insert into indicators.msr_retention
            select * replace ({other} as {column}) from indicators.msr_retention where institution_code = 'I01'""")
    build.execute("""insert into intermediate.int_starting_salary
        select * replace ('reported' as measure) from intermediate.int_starting_salary""")

    pd.testing.assert_frame_equal(values_of(build), before)


def test_pay_at_the_limits_and_programs_without_peers_have_no_value(
    build: duckdb.DuckDBPyConnection,
) -> None:
    fill(build)
    build.execute("""update intermediate.int_starting_salary set is_at_cap = 1 where graduate_id in (
        select graduate_id from intermediate.int_graduate
        where institution_code = 'I01' and program_code = '460101')""")
    build.execute("update indicators.msr_job_match set status = 'too_few' where institution_code > 'I04'")
    estimated(build)

    for table in TABLES:
        rows = rows_of(build, table)
        limited = [row for row in rows if row["status"] == "not_comparable"]
        assert {(row["indicator"], row["institution_code"]) for row in limited} == {
            ("starting_pay", "I01"),
            *(("job_match", f"I0{i}") for i in range(5)),
        }
        assert {row["value"] for row in limited} == {None}
        assert all(row["n"] > 0 for row in limited)
        peers = {
            row["n_peers"] for row in rows if row["indicator"] == "starting_pay" and row["status"] == "ok"
        }
        assert peers == {10, 11}


def test_a_build_without_anything_gives_empty_tables(build: duckdb.DuckDBPyConnection) -> None:
    fill(build)
    for table in ("indicators.msr_job_match", "indicators.msr_retention", "intermediate.int_starting_salary"):
        build.execute(f"delete from {table}")

    assert estimated(build) == {"n_programs": 0}
    assert [rows_of(build, table) for table in TABLES] == [[], []]
