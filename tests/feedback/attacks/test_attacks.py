"""Attacks on a release of today's models find nothing; on weakened releases they find what is given away."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from iecareer.errors import IecareerError
from iecareer.feedback.attacks import Verdict, attack, refuse_disclosing
from iecareer.feedback.attacks.counts import Counts
from iecareer.feedback.attacks.evidence import of_splits
from iecareer.feedback.attacks.files import read_tables
from iecareer.feedback.attacks.last_member import chances, success
from tests.feedback.attacks import invented, weakened
from tests.feedback.attacks.truth import true_counts
from tests.feedback.attacks.weakened import one_cohort, rounded, told_as, with_truth

Change = Callable[[pd.DataFrame], pd.DataFrame]
Weaken = Callable[[str, Change], Path]
EMPLOYERS = {"": "n_employers", "one": "one", "two": "two", "three_or_more": "three_or_more"}
HOLDERS = {"": "measure", "holders": "passed", "passed": "passed"}


@pytest.fixture(scope="session")
def todays(invented_release: Path) -> Verdict:
    """What the attacks find in the release of the invented region."""
    return attack(invented_release)


@pytest.fixture
def weaken(invented_release: Path, tmp_path: Path) -> Weaken:
    """A release with one table changed."""
    return lambda table, change: weakened.copy(invented_release, tmp_path / change.__name__, table, change)


def of_split(verdict: Verdict, name: str) -> Counts:
    (found,) = (counts for counts in verdict.counts if counts.split.name == name)
    return found


def is_sound(region: duckdb.DuckDBPyConnection, release: Path, found: Counts) -> bool:
    truth = true_counts(region, read_tables(release), found)
    return bool(((found.low <= truth) & (truth <= found.high)).all())


def test_todays_release_holds_the_bounds(invented_release: Path, todays: Verdict) -> None:
    assert sum(found.chance_of_small.sum() for found in todays.counts) > 1000
    assert (todays.n_exact, todays.n_contradicted, todays.n_odd, todays.wrong) == (0, 0, 0, [])
    assert todays.narrow_share <= 0.02
    refuse_disclosing(invented_release)


def test_the_possible_values_always_contain_the_true_count(
    region: duckdb.DuckDBPyConnection, invented_release: Path, todays: Verdict
) -> None:
    """Without and with the knowledge of how many graduates there are."""
    known = region.execute(
        """select institution_code, program_code, cohort_year as cohort_from, cohort_year as cohort_to, count(*) as n
        from intermediate.int_graduate group by all"""
    ).df()
    tables, n_small = read_tables(invented_release), 0
    for verdict in (todays, attack(invented_release, known)):
        for found in verdict.counts:
            if not found.split.name.startswith(("retention", "promotion", "starting", "wage", "graduates")):
                truth = true_counts(region, tables, found)
                assert ((found.low <= truth) & (truth <= found.high)).all(), found.split.name
                n_small += np.count_nonzero((truth > 0) & (truth < 10))
    assert n_small > 2000


def test_a_count_that_is_not_rounded_is_known(region: duckdb.DuckDBPyConnection, weaken: Weaken) -> None:
    def change(rows: pd.DataFrame) -> pd.DataFrame:
        rows = with_truth(region, rows, "employer", EMPLOYERS)
        is_it = one_cohort(rows) & rows["k"].notna()
        return told_as(rows, is_it, k=rows["true_k"])

    release = weaken("employer", change)
    found = of_split(attack(release), "employer")
    assert found.is_exact.any()
    assert is_sound(region, release, found)
    with pytest.raises(
        IecareerError, match=r"give away \d+ counts.*employer: \w+.*institution 41420108.*cohort 20"
    ):
        refuse_disclosing(release)


def test_states_that_are_rounded_one_by_one_are_refused_because_they_do_not_add_up(
    region: duckdb.DuckDBPyConnection, weaken: Weaken
) -> None:
    """Each count then is a window of its own, which still contains the truth."""
    draw = np.random.default_rng(5)

    def change(rows: pd.DataFrame) -> pd.DataFrame:
        rows = with_truth(region, rows, "employer", EMPLOYERS)
        is_it = one_cohort(rows) & rows["k"].notna()
        return told_as(rows, is_it, k=rounded(rows["true_k"], draw.random(len(rows))))

    release = weaken("employer", change)
    assert is_sound(region, release, of_split(attack(release), "employer"))
    with pytest.raises(IecareerError, match="not the sums of their parts, for example: table employer"):
        refuse_disclosing(release)


def test_averaging_gains_nothing_unless_tables_are_rounded_on_their_own(
    region: duckdb.DuckDBPyConnection, invented_release: Path, weaken: Weaken, todays: Verdict
) -> None:
    """Two releases of the same people: in one folder their numbers are evidence together."""
    draw = np.random.default_rng(6)

    def again(rows: pd.DataFrame) -> pd.DataFrame:
        told = with_truth(region, rows, "certificate_during_studies", HOLDERS)
        u = (
            told.assign(u=draw.random(len(told)))
            .groupby(weakened.CODES, dropna=False)["u"]
            .transform("first")
        )
        is_it = (
            one_cohort(told)
            & told["k"].notna()
            & (told["phase"] == "during_studies")
            & (told["measure"] == "holders")
        )
        return told_as(told, is_it, **{name: rounded(told[f"true_{name}"], u) for name in ("n", "k")})

    def together(other: Path) -> Counts:
        for folder in sorted(invented_release.iterdir()):
            (other / f"first {folder.name}").symlink_to(folder)
        return of_split(attack(other), "certificate_during_studies")

    def unchanged(rows: pd.DataFrame) -> pd.DataFrame:
        return rows

    same = together(weaken("certificate", unchanged))
    before = of_split(todays, "certificate_during_studies")
    assert (same.low == before.low).all()
    assert (same.high == before.high).all()
    release = weaken("certificate", again)
    averaged = together(release)
    assert averaged.is_narrow.sum() > 2 * before.is_narrow.sum()
    assert is_sound(region, release, averaged)


def test_a_minimum_of_true_counts_tells_six_to_nine(
    region: duckdb.DuckDBPyConnection, weaken: Weaken
) -> None:
    def change(rows: pd.DataFrame) -> pd.DataFrame:
        rows = with_truth(region, rows, "employer", EMPLOYERS)
        is_few = one_cohort(rows) & rows["k"].notna() & (rows["true_n"] < 10)
        assert is_few.any()
        rows.loc[is_few, "status"] = "too_few"
        rows.loc[is_few, ["k", "share", "ci_low", "ci_high"]] = np.nan
        return rows.drop(columns=["true_n", "true_k"])

    release = weaken("employer", change)
    found = of_split(attack(release), "employer")
    total = found.places.index((0, 3))
    few = (found.low[:, total] == 6) & (found.high[:, total] == 9)
    assert few.any()
    assert is_sound(region, release, found)


def test_a_share_of_true_counts_tells_them(
    region: duckdb.DuckDBPyConnection, weaken: Weaken, todays: Verdict
) -> None:
    def change(rows: pd.DataFrame) -> pd.DataFrame:
        rows = with_truth(region, rows, "employer", EMPLOYERS)
        is_it = one_cohort(rows) & rows["share"].notna()
        steps = np.where(rows["n"] < 100, 100, 1000)
        true = np.floor(rows["true_k"] / rows["true_n"] * steps + 0.5) / steps
        return rows.assign(share=true.where(is_it, rows["share"])).drop(columns=["true_n", "true_k"])

    release = weaken("employer", change)
    verdict = attack(release)
    found = of_split(verdict, "employer")
    assert verdict.n_odd > 0
    assert found.is_narrow.sum() > of_split(todays, "employer").is_narrow.sum()
    assert is_sound(region, release, found)
    with pytest.raises(IecareerError, match="employer"):
        refuse_disclosing(release)


def test_a_wider_interval_tells_that_nobody_is_not_quite_nobody(weaken: Weaken) -> None:
    def change(rows: pd.DataFrame) -> pd.DataFrame:
        is_nobody = (rows["k"] == rows["n"]) & (rows["ci_low"] > 0.05)
        assert is_nobody.any()
        return rows.assign(ci_low=rows["ci_low"].where(~is_nobody, rows["ci_low"] - 0.05))

    found = of_split(attack(weaken("retention", change)), "retention")
    is_few = (found.low == 1) & (found.high == 4)
    assert is_few.any()


def test_a_category_that_is_named_has_three_people(region: duckdb.DuckDBPyConnection, weaken: Weaken) -> None:
    """A named category that is rounded to 0, and categories that are named in a row that is not shown."""

    def change(rows: pd.DataFrame) -> pd.DataFrame:
        place = rows[one_cohort(rows) & (rows["dimension"] == "place")]
        other = place[place["category"] == "other"]
        named = place.groupby(weakened.CODES)["category"].transform(
            lambda names: "other_province" in set(names)
        )
        zero = other[other["k"].notna() & ~named[other.index]].assign(
            category="other_province", k=0.0, share=0.0
        )
        hidden = other[other["n"].isna()]
        three = [
            hidden.assign(category=name) for name in ("other_province", "same_prefecture", "same_province")
        ]
        return pd.concat([rows, zero, *three], ignore_index=True)

    verdict = attack(weaken("workplace", change))
    found = of_split(verdict, "workplace by place")
    is_few = (found.low == 3) & (found.high == 4)
    assert is_few.any()
    assert found.is_exact.any()
    assert any(
        "workplace by place: same_prefecture, institution" in place
        for place in verdict.places(lambda one: one.is_exact)
    )


def test_a_row_that_is_not_shown_tells_that_somebody_is_there(weaken: Weaken, todays: Verdict) -> None:
    """Where the totals leave 0 for it, 1 to 4 people are there."""

    def change(rows: pd.DataFrame) -> pd.DataFrame:
        some = (
            rows[one_cohort(rows) & rows["n"].notna()]
            .drop_duplicates("program_code")
            .assign(cohort_from=2024, cohort_to=2024)
        )
        hidden = some.assign(
            n=np.nan, k=np.nan, share=np.nan, ci_low=np.nan, ci_high=np.nan, status="too_few"
        )
        return pd.concat([rows, hidden], ignore_index=True)

    found = of_split(attack(weaken("employer", change)), "employer")
    total = found.places.index((0, 3))
    is_few = (found.low[:, total] == 1) & (found.high[:, total] == 4)
    assert is_few.any()
    before = of_split(todays, "employer")
    assert not ((before.low[:, total] == 1) & (before.high[:, total] == 4)).any()


def test_a_total_that_is_no_sum_is_refused(weaken: Weaken) -> None:
    def change(rows: pd.DataFrame) -> pd.DataFrame:
        is_total = rows["cohort_from"].isna() & (rows["scope"] == "program")
        return rows.assign(n=rows["n"] + np.where(is_total, 3, 0), share=np.nan)

    release = weaken("innovation", change)
    with pytest.raises(
        IecareerError, match=r"totals of this release are not the sums of their parts.*table innovation"
    ):
        refuse_disclosing(release)


def last_people(
    region: duckdb.DuckDBPyConnection, release: Path
) -> Iterator[tuple[str, tuple[float, float, float]]]:
    """How often the last person of a set is guessed, by split."""
    tables = read_tables(release)
    for evidence in of_splits(tables):
        states = len(evidence.split.states)
        none = np.zeros((len(evidence.units), states), np.int32)
        single = Counts(evidence.split, evidence.units, [(at, at + 1) for at in range(states)], none, none)
        people = true_counts(region, tables, single).astype(np.int64)
        one = np.eye(states, dtype=np.int64)
        found = [chances(evidence, np.maximum(people - one[at], 0)) for at in range(states)]
        before, after = (np.nan_to_num(np.stack([pair[side] for pair in found], axis=1)) for side in (0, 1))
        yield evidence.split.name, success(before, after, people)


def test_the_last_person_of_a_set_is_hardly_better_guessed(
    region: duckdb.DuckDBPyConnection, invented_release: Path
) -> None:
    """Who knows the states of all others gains at most 17 points, and is certain in at most a quarter."""
    for name, (plain, informed, certain) in last_people(region, invented_release):
        assert informed - plain <= 0.17, name
        assert certain <= 0.25, name


def test_the_last_person_is_found_where_counts_are_not_rounded(
    region: duckdb.DuckDBPyConnection, weaken: Weaken
) -> None:
    def change(rows: pd.DataFrame) -> pd.DataFrame:
        told = with_truth(region, rows, "employer", EMPLOYERS)
        is_it = one_cohort(told) & told["k"].notna()
        return told_as(told, is_it, n=told["true_n"], k=told["true_k"])

    plain, informed, certain = dict(last_people(region, weaken("employer", change)))["employer"]
    assert informed - plain > 0.17
    assert certain > 0.5


@pytest.fixture(scope="module")
def hires(
    region: duckdb.DuckDBPyConnection, invented_release: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The release with the tables of employers, in folders of colleges and of enterprises."""
    folder = shutil.copytree(invented_release, tmp_path_factory.mktemp("hires") / "release")
    return invented.write_hires(region, folder)


def with_changed(hires: Path, folder: Path, place: str, change: Change) -> Path:
    """The tables of employers, changed in some folders."""
    shutil.copytree(hires, folder)
    for path in folder.glob(f"{place}/data/*.parquet"):
        change(pd.read_parquet(path)).to_parquet(path)
    return folder


def test_the_tables_of_employers_hold_the_bounds(hires: Path) -> None:
    found = attack(hires)
    leavers = of_split(found, "hire")
    assert leavers.chance_of_small.sum() > 50
    assert {path.parts[-3] for path in hires.glob("enterprises/*/data/*.parquet")} >= {"1 employers"}
    assert (found.n_exact, found.n_contradicted, found.n_odd, found.n_twice) == (0, 0, 0, 0)
    assert found.narrow_share <= 0.02


def test_leavers_of_an_employer_that_are_not_rounded_are_known(hires: Path, tmp_path: Path) -> None:
    """Of the hires of an enterprise: what it is told is told to others, too."""

    def not_rounded(rows: pd.DataFrame) -> pd.DataFrame:
        k = (rows["k"] - 2).clip(lower=0)
        return rows.assign(k=k, retention=np.nan, ci_low=np.nan, ci_high=np.nan)

    release = with_changed(hires, tmp_path / "release", "enterprises/*", not_rounded)
    assert attack(release).n_exact > 0
    with pytest.raises(IecareerError, match=r"counts of 1 to 9 people, for example: hire: .* employer \d"):
        refuse_disclosing(release)


def test_an_employer_that_two_folders_tell_differently_is_refused(hires: Path, tmp_path: Path) -> None:
    """Numbers rounded on their own for each recipient could be averaged."""

    def again(rows: pd.DataFrame) -> pd.DataFrame:
        return rows.assign(n=rows["n"] + 5, k=np.nan, retention=np.nan)

    release = with_changed(hires, tmp_path / "release", "enterprises/1 employers", again)
    shutil.copytree(hires / "enterprises" / "1 employers", release / "bureau")
    assert attack(hires).n_twice == 0
    with pytest.raises(IecareerError, match="employers are told differently in two folders"):
        refuse_disclosing(release)


@pytest.mark.parametrize(
    ("table", "column"),
    [("salary_differential", "n_cooperative"), ("workplace_pay", "n"), ("retention", "n")],
)
def test_exact_counts_of_tables_that_no_other_attack_reads_are_refused(
    hires: Path, tmp_path: Path, table: str, column: str
) -> None:
    """Such as differentials, pay by category, and the roll-ups that only the bureau has."""
    for n, folder in ((40, tmp_path / "rounded"), (41, tmp_path / "exact")):
        shutil.copytree(hires, folder)
        (folder / "bureau" / "data").mkdir(parents=True)
        rows = pd.DataFrame({"scope": ["region"], "institution_code": [None], column: [n]})
        if table == "retention":
            (own,) = hires.glob("4142010800/data/retention.parquet")
            rows = pd.concat([pd.read_parquet(own)[:0], rows])
        rows.to_parquet(folder / "bureau" / "data" / f"{table}.parquet")
    refuse_disclosing(tmp_path / "rounded")
    with pytest.raises(IecareerError, match=rf"counts that are not rounded.*bureau/data/{table}\.parquet"):
        refuse_disclosing(tmp_path / "exact")
