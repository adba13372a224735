"""Roll-ups against the people themselves, whom Python puts together without the models' bridge."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import numpy as np
import pandas as pd
import pytest

from tests.spec.survival import RANDOM, UNDIVIDED

CODES = [
    "institution_code",
    "program_code",
    "program_group_code",
    "region_class",
    "area_code",
    "mode",
    "enterprise_code",
]
KEYS = ["scope", *CODES, "cohort_year"]
MARTS = [
    "response",
    "employment",
    "job_match",
    "employers",
    "certificate",
    "retention",
    "retention_curve",
    "retention_incidence",
    "starting_salary",
    "wage",
    "wage_growth",
    "promotion",
    "innovation",
    "workplace",
]
KEY_COLUMNS = [
    "wave_months",
    "horizon_months",
    "months",
    "definition",
    "fit",
    "weighting",
    "measure",
    "phase",
    "kind",
]
KEY_COLUMNS += ["reason", "dimension", "category"]
# Scopes without rows: answers have no employer, and those judged twice have no agreement and no known institution.
ABSENT = {
    "msr_job_match_rollup": {"employer"},
    "msr_job_match_agreement_rollup": {"employer", "enterprise", "region_class", "area"},
}
Z = 1.959963984540054
MIN_COVERAGE = 0.5


@pytest.fixture(scope="module")
def graduates(built: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Graduates with what decides where they belong: first employer, modes and enterprises of the program-cohort."""
    return built.execute(
        """
        with agreed as (
            select institution_code, program_code, cohort_year, list(distinct mode) as modes,
                list(distinct enterprise_code) as enterprises
            from intermediate.int_cohort_agreement group by all)
        select graduate_id, g.institution_code, g.program_code, g.cohort_year, g.region_class,
            g.province_code as area_code, modes, enterprises,
            first_spell.enterprise_code as employer
        from intermediate.int_graduate as g
        left join agreed using (institution_code, program_code, cohort_year)
        left join intermediate.int_first_spell as first_spell using (graduate_id)
        """
    ).df()


def members(graduates: pd.DataFrame, row: pd.Series) -> pd.Index:
    """Graduates behind a row of a roll-up."""
    is_agreed = graduates.modes.notna()
    picked = {
        "program": (graduates.institution_code == row.institution_code)
        & (graduates.program_code == row.program_code),
        "institution": graduates.institution_code == row.institution_code,
        "program_in_region": graduates.program_code == row.program_code,
        "program_group": graduates.program_code.str[:4] == row.program_group_code,
        "region_class": graduates.region_class == row.region_class,
        "area": graduates.area_code == row.area_code,
        "region": pd.Series(True, graduates.index),
        "mode": {"any": is_agreed, "none": ~is_agreed}.get(
            row["mode"], graduates.modes.map(lambda modes: _holds(modes, row["mode"]))
        ),
        "enterprise": graduates.enterprises.map(lambda codes: _holds(codes, row.enterprise_code)),
        "employer": graduates.employer == row.enterprise_code,
    }[row.scope]
    if not pd.isna(row.cohort_year):
        picked = picked & (graduates.cohort_year == row.cohort_year)
    return pd.Index(graduates.graduate_id[picked.to_numpy(bool)])


def _holds(values: object, wanted: object) -> bool:
    return isinstance(values, (list, np.ndarray)) and wanted in values


def rows_with_people(
    built: duckdb.DuckDBPyConnection, graduates: pd.DataFrame, mart: str, people: pd.DataFrame, by: list[str]
) -> Iterator[tuple[pd.Series, pd.DataFrame]]:
    """Each row of a mart of roll-ups with the people (one row per graduate and `by`) who must be behind it."""
    rows = built.execute(f"select * from marts.{mart}").df()
    scopes = set(built.execute("select distinct scope from intermediate.int_every_rollup").df().scope)
    assert set(rows.scope) == scopes - ABSENT.get(mart, set())
    groups = dict(list(people.groupby(by, dropna=False))) if by else {(): people}
    known: dict[tuple[object, ...], pd.Index] = {}
    for _, row in rows.iterrows():
        behind = tuple(None if pd.isna(row[key]) else row[key] for key in KEYS)
        if behind not in known:
            known[behind] = members(graduates, row)
        group = groups[tuple(row[key] for key in by)]
        yield row, group[group.graduate_id.isin(known[behind])]


def not_too_many(n_uncertain: int, people: pd.DataFrame) -> bool:
    """Whether the people beside open months are few enough for a value."""
    return bool(n_uncertain <= round(0.05 * len(people), 6))


def test_retention_equals_lifelines_on_the_pooled_spells(
    built: duckdb.DuckDBPyConnection, graduates: pd.DataFrame
) -> None:
    from lifelines import KaplanMeierFitter

    spells = built.execute(
        """select graduate_id, duration_months, is_event, seen_until_month - start_month + 1 as follow_up,
            n_open_after, is_after_open_month
        from intermediate.int_first_spell where duration_months is not null"""
    ).df()
    n_observed = 0
    for row, people in rows_with_people(built, graduates, "msr_retention_rollup", spells, []):
        horizon, longest = row.horizon_months, people.duration_months.max()
        assert row.n == len(people)
        assert row.n_events == (people.is_event & (people.duration_months <= horizon)).sum()
        assert row.n_at_risk == (people.duration_months >= horizon).sum()
        fitter = KaplanMeierFitter().fit(people.duration_months, people.is_event)
        s = float(fitter.predict(horizon))
        ends = people.duration_months, people.duration_months + people.n_open_after
        n_uncertain = max(
            people.is_after_open_month.sum(), ((ends[0] <= horizon) & (horizon < ends[1])).sum()
        )
        is_observed = horizon <= people.follow_up.max() and (horizon <= longest or s == 0)
        is_observed &= not_too_many(n_uncertain, people)
        assert row.status == ("ok" if is_observed else "not_observed")
        if not is_observed:
            assert pd.isna(row.retention)
            continue
        n_observed += 1
        assert row.retention == pytest.approx(s, abs=1e-12)
        if 0 < s < 1:
            interval = fitter.confidence_interval_survival_function_
            at = interval.index[interval.index <= horizon][-1]
            assert [row.ci_low, row.ci_high] == pytest.approx(list(interval.loc[at]), abs=1e-9)
    assert n_observed > 300


@pytest.mark.parametrize(
    ("mart", "people", "value", "by"),
    [
        ("starting_salary", "int_starting_salary", "real_salary_month_cny", ["measure"]),
        ("wage", "int_wage", "real_wage_month_cny", ["measure", "horizon_months"]),
        ("wage_growth", "int_wage_growth", "growth", ["measure", "horizon_months"]),
    ],
)
def test_quartiles_equal_numpy_on_the_people(
    built: duckdb.DuckDBPyConnection,
    graduates: pd.DataFrame,
    mart: str,
    people: str,
    value: str,
    by: list[str],
) -> None:
    paid = built.execute(f"select * from intermediate.{people} where {value} is not null").df()
    limits = [paid[name] for name in ("is_at_floor", "is_at_cap", "is_at_limit") if name in paid]
    paid["floor"], paid["cap"] = limits[0], limits[-1]
    n_given = 0
    for row, behind in rows_with_people(built, graduates, f"msr_{mart}_rollup", paid, by):
        n, n_floor, n_cap = len(behind), behind.floor.sum(), behind.cap.sum()
        assert row.n == n
        is_observed = "is_after_open_month" not in behind or not_too_many(
            behind.is_after_open_month.sum(), behind
        )
        is_mean_given = is_observed and (n_floor if mart == "wage_growth" else n_floor + n_cap) <= 0.1 * n
        for share, name in ((0.25, "p25"), (0.5, "p50"), (0.75, "p75")):
            is_within = is_mean_given if mart == "wage_growth" else n_floor < share * n < n - n_cap
            is_given = is_observed and is_within
            assert pd.isna(row[name]) != is_given
            if is_given:
                assert row[name] == pytest.approx(np.quantile(behind[value], share), rel=1e-12)
        assert pd.isna(row["mean"]) != is_mean_given
        n_given += row.status == "ok"
    assert n_given > 50


def test_region_adjusted_medians_are_those_of_people_who_work_where_everybody_does(
    built: duckdb.DuckDBPyConnection, graduates: pd.DataFrame
) -> None:
    """Expected: the shares of provinces among everybody of the row's cohort, spread over its own people."""
    people = built.execute(
        """select distinct graduate_id, measure, province_code, real_salary_month_cny as pay, is_at_floor, is_at_cap,
            is_after_open_month
        from intermediate.int_workplace"""
    ).df()
    people = people.merge(graduates[["graduate_id", "cohort_year"]])
    n_given, n_moved = 0, 0
    for row, behind in rows_with_people(
        built, graduates, "msr_starting_salary_region_adjusted_rollup", people, ["measure"]
    ):
        everybody = people[people.measure == row.measure]
        if not pd.isna(row.cohort_year):
            everybody = everybody[everybody.cohort_year == row.cohort_year]
        spread = everybody.province_code.value_counts(normalize=True)
        weight = behind.province_code.map(spread / behind.province_code.value_counts())
        in_order = behind.assign(weight=weight).sort_values(["pay", "weight"])
        standing = (in_order.weight.cumsum() - in_order.weight / 2) / weight.sum()
        limited = [(weight * behind[name]).sum() / weight.sum() for name in ("is_at_floor", "is_at_cap")]
        is_observed = not_too_many(behind.is_after_open_month.sum(), behind)
        is_given = is_observed and max(limited) < 0.5 and round(weight.sum(), 12) >= MIN_COVERAGE
        assert row.n == len(behind)
        assert row.coverage == pytest.approx(weight.sum(), rel=1e-12)
        assert row.status == ("ok" if is_given else "not_comparable" if is_observed else "not_observed")
        assert pd.isna(row.p50_region_adjusted) != is_given
        if is_given:
            assert row.p50_region_adjusted == pytest.approx(np.interp(0.5, standing, in_order.pay), rel=1e-12)
            n_given += 1
            n_moved += abs(row.p50_region_adjusted / behind.pay.median() - 1) > 0.01
    assert n_given > 50
    assert n_moved > 5


def test_agreement_of_definitions_is_that_of_the_people(
    built: duckdb.DuckDBPyConnection, graduates: pd.DataFrame
) -> None:
    from sklearn.metrics import cohen_kappa_score

    people = built.execute(
        """select graduate_id, wave_months, definition, is_match from intermediate.int_job_match
        where definition in ('self_report', 'realised') or (definition = 'normative' and fit = 'core_or_related')"""
    ).df()
    pairs = people.merge(people, on=["graduate_id", "wave_months"], suffixes=("", "_other"))
    pairs = pairs.rename(columns={"definition_other": "other_definition"})
    pairs = pairs[pairs.definition < pairs.other_definition]
    n_given = 0
    for row, behind in rows_with_people(
        built,
        graduates,
        "msr_job_match_agreement_rollup",
        pairs,
        ["wave_months", "definition", "other_definition"],
    ):
        assert row.n == len(behind)
        assert row.agreement == pytest.approx((behind.is_match == behind.is_match_other).mean(), abs=1e-12)
        if row.status == "ok":
            kappa = cohen_kappa_score(behind.is_match, behind.is_match_other)
            assert row.kappa == pytest.approx(kappa, abs=1e-12)
            n_given += 1
        else:
            assert behind.is_match.nunique() == behind.is_match_other.nunique() == 1
    assert n_given > 5


def test_weighted_shares_take_the_deff_of_their_own_denominator(
    built: duckdb.DuckDBPyConnection, graduates: pd.DataFrame
) -> None:
    people = built.execute("select * from intermediate.int_job_match").df()
    by = ["wave_months", "definition", "fit"]
    people["fit"] = people.fit.fillna("none")
    built_rows = rows_with_people(built, graduates, "msr_job_match_rollup", people, [])
    n_weighted = 0
    for row, everybody in built_rows:
        fit = "none" if pd.isna(row.fit) else row.fit
        behind = everybody[(everybody[by] == [row.wave_months, row.definition, fit]).all(axis=1)]
        weight = behind.weight if row.weighting == "weighted" else pd.Series(1.0, behind.index)
        share = (weight * behind.is_match).sum() / weight.sum()
        effective = weight.sum() ** 2 / (weight**2).sum()
        middle = (share + Z * Z / (2 * effective)) / (1 + Z * Z / effective)
        half = (
            (share * (1 - share) / effective + Z * Z / (4 * effective**2)) ** 0.5
            * Z
            / (1 + Z * Z / effective)
        )
        assert row.n == len(behind)
        assert [row.share, row.ci_low, row.ci_high] == pytest.approx(
            [share, middle - half, middle + half], abs=1e-9
        )
        n_weighted += effective < 0.99 * len(behind)
    assert n_weighted > 10


@pytest.mark.parametrize("mart", MARTS)
def test_a_rollup_of_one_program_cohort_is_the_row_of_that_program_cohort(
    built: duckdb.DuckDBPyConnection, mart: str
) -> None:
    values = [
        name
        for name, *_ in built.execute(f"describe marts.msr_{mart}").fetchall()
        if name not in ("institution_code", "program_code", "cohort_year")
    ]
    same = " and ".join(f"rolled.{code} is not distinct from rollup.{code}" for code in KEYS)
    picked = ", ".join(f"rolled.{name}" for name in values)
    rolled = built.execute(
        f"""
        with single as (
            select rollup_id, any_value(cell_id) as cell_id from intermediate.int_rollup_cell
            group by rollup_id having count(*) = 1)
        select rollup.rollup_id, cell.institution_code, cell.program_code, cell.cohort_year, {picked}
        from marts.msr_{mart}_rollup as rolled
        inner join intermediate.int_rollup as rollup on {same}
        inner join single on single.rollup_id = rollup.rollup_id
        inner join intermediate.int_program_cohort as cell on cell.cell_id = single.cell_id"""
    ).df()
    own = built.execute(f"select * from marts.msr_{mart}").df()
    merged = rolled.merge(own, on=["institution_code", "program_code", "cohort_year"], suffixes=("", "_own"))
    assert len(own) > 0
    key = [name for name in KEY_COLUMNS if name in values]
    same_key = (merged[key].fillna("") == merged[[f"{name}_own" for name in key]].fillna("").to_numpy()).all(
        axis=1
    )
    merged = merged[same_key]
    assert len(merged) == len(rolled) > 5
    other = [name for name in values if name not in key]
    owned = merged[[f"{name}_own" for name in other]].set_axis(other, axis=1)
    pd.testing.assert_frame_equal(merged[other], owned, rtol=1e-12)


@pytest.mark.parametrize(
    "mart",
    [
        "retention",
        "retention_curve",
        "retention_incidence",
        "employers",
        "starting_salary",
        "starting_salary_region_adjusted",
    ],
)
def test_splitting_a_program_changes_nothing_for_the_institution(
    built: duckdb.DuckDBPyConnection, mart: str
) -> None:
    divided, undivided = (
        built.execute(
            f"""select * exclude (institution_code) from marts.msr_{mart}_rollup
            where scope = 'institution' and institution_code = ? order by all""",
            [code],
        ).df()
        for code in (RANDOM, UNDIVIDED)
    )
    assert len(undivided) > 1
    pd.testing.assert_frame_equal(divided, undivided, rtol=1e-12)
