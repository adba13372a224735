"""What is planted for lights and signals is there, and what is not planted is as without it."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pytest

from iecareer.simulation import cooperation, enterprises, fakes, survey
from iecareer.simulation.region import Region
from iecareer.simulation.registrations import REGISTERED
from iecareer.simulation.timeline import Floats, Ints

REGION = Region(30_000, 0, 24, has_fakes=True)
FORMAL = [REGISTERED.index(name) for name in ("agreement", "labour_contract")]
CELLS = ["offering", "cohort"]


@pytest.fixture(scope="module")
def region() -> Region:
    return REGION


def answers_of(region: Region) -> pd.DataFrame:
    """Answers at wave 6 with their program-cohort and the size of the employer, NaN if `enterprise` lacks it."""
    table = survey.response_table(
        region.answers, region.graduates, region.careers, region.occupations, region.institutions,
        region.enterprises, region.places, region.seed,
    )  # fmt: skip
    table = fakes.faked_answers(
        table, region.answers, region.fakes, region.graduates, region.institutions, region.enterprises,
        region.seed,
    )  # fmt: skip
    size = dict(zip(region.enterprises.codes.tolist(), region.enterprises.size.tolist(), strict=True))
    graduate = region.answers.graduate
    rows = table.to_pandas().assign(
        graduate=graduate,
        offering=region.graduates.offering[graduate],
        cohort=region.graduates.cohort[graduate],
        size=lambda found: found.enterprise_code.map(size),
    )
    return rows[region.answers.wave == 0]


def insured_months(region: Region, graduate: Ints, first: Ints, last: Ints) -> Ints:
    """Number of insured months of each graduation's person from a month to another."""
    span = 10_000
    keys = np.sort(region.months.person * span + region.months.month)
    person = region.graduates.person[graduate] * span
    return np.searchsorted(keys, person + last, "right") - np.searchsorted(keys, person + first, "left")


def most_frequent(values: pd.Series) -> int:
    n = int(values.value_counts().max()) if values.notna().any() else 0
    return n if n >= 3 else 0


def hits(region: Region, kind: str) -> pd.DataFrame:
    """Per program-cohort: n of a signal and its hits, counted here by the text of the signals."""
    rows = answers_of(region)
    employed = rows[rows.activity == "employed"]
    coded = employed[employed.enterprise_code.notna()]
    placed = [*survey.DESTINATIONS[2:6], "employed"]
    if kind == "flexible":
        rows = rows[rows.activity.isin(placed)]
        return frame(rows, rows.activity.isin(["self_employed", "freelance"]))
    if kind == "tiny_firm":
        named = coded.groupby([*CELLS, "enterprise_code"]).graduate.transform("size")
        return frame(coded[coded["size"].notna()], (coded["size"] == 0) & (named >= 3))
    if kind == "same_income":
        paid = employed[employed.monthly_income.notna()]
        return paid.groupby(CELLS).monthly_income.agg(n="size", k=most_frequent)
    if kind == "no_such_employer":
        return frame(coded, coded["size"].isna())
    if kind == "not_insured":
        wave = region.graduates.graduated[employed.graduate] + 6
        return frame(employed, insured_months(region, employed.graduate.to_numpy(), wave - 1, wave + 1) == 0)
    return registered(region)


def registered(region: Region) -> pd.DataFrame:
    last = pd.DataFrame(vars(region.registrations)).groupby("graduate").last()
    last = last[last.destination.isin(FORMAL)].reset_index()
    month = last.registered_on.to_numpy().astype("datetime64[D]").astype("datetime64[M]").astype(int)
    graduate = last.graduate.to_numpy()
    last["offering"], last["cohort"] = region.graduates.offering[graduate], region.graduates.cohort[graduate]
    return frame(last, insured_months(region, graduate, month, month + 6) == 0)


def frame(rows: pd.DataFrame, hit: pd.Series | Floats) -> pd.DataFrame:
    return rows.assign(hit=hit).groupby(CELLS).hit.agg(n="size", k="sum")


@pytest.mark.parametrize("kind", fakes.KINDS)
def test_a_fake_lies_far_above_its_honest_peers(region: Region, kind: str) -> None:
    found = hits(region, kind)
    planted = region.fakes
    own = planted.kind == fakes.KINDS.index(kind)
    assert own.sum() == 8
    faked = found.loc[list(zip(planted.offering[own], planted.cohort[own], strict=True))]
    honest = found.drop(faked.index)
    base = honest.k.sum() / honest.n.sum()
    assert ((faked.n >= 20) & (faked.k >= 5)).mean() > 0.8
    assert (faked.k / faked.n - base).min() > 0.3
    assert ((honest.k / honest.n > base + 0.2) & (honest.k >= 5) & (honest.n >= 20)).mean() < 0.01


def test_without_fakes_nothing_is_faked_and_with_them_only_the_chosen(region: Region) -> None:
    honest = Region(30_000, 0, 24)
    assert (honest.registrations.destination != region.registrations.destination).sum() > 0
    changed = honest.registrations.destination != region.registrations.destination
    assert region.fakes.are(region.registrations.graduate[changed], "not_insured").all()
    gone = Counter(honest.months.person.tolist()) - Counter(region.months.person.tolist())
    uninsured = np.isin(
        region.fakes.of_graduate,
        [fakes.KINDS.index("not_insured"), fakes.KINDS.index("registered_not_insured")],
    )
    assert gone
    assert set(gone) <= set(region.graduates.person[uninsured].tolist())


def test_areas_stand_on_both_sides_of_the_red_lines(region: Region) -> None:
    planted = region.thresholds
    area = dict(zip(region.cooperation.identifiers.tolist(), planted.province.tolist(), strict=True))
    years = cooperation.cooperation_year_table(region.cooperation, planted, region.seed).to_pandas()
    years = years.assign(area=years.agreement_id.map(area), took_part=years.is_participating == "true")
    share = years.groupby(["area", "year"]).took_part.agg(["sum", "count"])
    for year in ("2023", "2024", "2025"):
        k, n = share.loc[(planted.areas["few_participate"], year)]
        assert k / n < 0.3 <= (k + 1) / n
        k, n = share.loc[(planted.areas["participation_at_the_line"], year)]
        assert (k - 1) / n < 0.3 <= k / n
    falling = share.loc[planted.areas["participation_falls"]].loc["2021":"2025"]
    assert (falling["sum"] / falling["count"]).is_monotonic_decreasing
    items = cooperation.equipment_table(region.cooperation, planted, region.seed).to_pandas()
    late = items[(items.is_key == "true") & items.due_on.str[:4].isin(["2023", "2024", "2025"])]
    counts = late.groupby(late.agreement_id.map(area)).status.agg(lambda s: ((s == "failed").sum(), len(s)))
    assert counts[planted.areas["many_failures"]] == (3, 5)
    assert counts[planted.areas["failures_at_the_line"]] == (2, 5)


def test_enterprises_stand_exactly_at_the_thresholds(region: Region) -> None:
    planted = region.thresholds
    agreed = dict(
        zip(region.cooperation.identifiers.tolist(), region.cooperation.enterprise.tolist(), strict=True)
    )
    years = cooperation.cooperation_year_table(region.cooperation, planted, region.seed).to_pandas()
    years = years.assign(enterprise=years.agreement_id.map(agreed)).set_index("year").sort_index()
    years = years.loc["2023":"2025"]
    interns = {
        name: years[years.enterprise == at].interns_hosted.astype(int).tolist()
        for name, at in planted.chosen.items()
    }
    assert interns["aaa"] == interns["research_at_the_line"] == [101, 101, 101]
    assert interns["one_intern_short"] == [101, 100, 101]
    figures = enterprises.enterprise_table(region.enterprises, region.seed, planted.research).to_pandas()
    figures = figures.set_index("enterprise_code")
    for name, share in (("aaa", 0.06), ("one_intern_short", 0.06), ("research_at_the_line", 0.05)):
        own = figures.loc[region.enterprises.codes[planted.chosen[name]]]
        assert (own.rd_expense.astype(float) / own.revenue.astype(float)).tolist() == [share] * len(own)
    on_paper = years[years.enterprise == planted.chosen["on_paper"]].loc["2024":"2025"]
    assert (on_paper.is_participating == "false").tolist() == [True, True]
