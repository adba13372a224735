"""How well flags find what was planted, on generated inputs of flags: every number that acceptance asks for.

Regions differ in size, sizes of programs (8 to 400 graduates), falls that begin in any year, institutions, whole
codes that decline, and courses, which say nothing in every third region. A region takes about two seconds.

    python -m benchmarks.flags --regions 24 --nothing-planted 12
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pandas as pd

from iecareer.flags.features import build_features, build_labels
from iecareer.flags.peers import compare_with_peers
from iecareer.flags.policy import FlagPolicy, read_policy
from iecareer.flags.program_codes import judge_codes
from iecareer.flags.scorers import BASELINES
from iecareer.flags.scores import calibration_slope, precision_at_budget
from iecareer.flags.validation import past_scores, validate
from tests.flags.planted_region import NEVER, Region, build_models, fill, true_matches

if TYPE_CHECKING:
    from collections.abc import Iterable

TODAY, A_YEAR_BEFORE = date(2026, 11, 20), date(2025, 11, 20)
YEARS = (2022, 2023, 2024)
PROGRAM = ["seed", "institution_code", "program_code"]


@dataclass(frozen=True)
class Played:
    """Scores and judged codes of a region's past years with the truth, and the scorer chosen at the dates."""

    scored: pd.DataFrame
    codes: pd.DataFrame
    chosen: tuple[str, ...]


def region(seed: int) -> Region:
    """A region that differs from the others in everything that flags depend on."""
    rng = np.random.default_rng(1000 + seed)
    n_institutions = (24, 24, 32, 48, 96, 24)[seed % 6]
    return Region(
        n_institutions=n_institutions,
        n_programs=3,
        n_codes=6 if n_institutions < 48 else 12,
        n_graduates=38,
        response=0.58,
        planted_share=float(rng.uniform(0.10, 0.17)),
        fall=0.07,
        spread=0.035,
        first_cohort=2018,
        steps=5,
        begins=(2019, 2025),
        size_log_sd=0.8,
        institution_sd=(0.0, 0.02, 0.03)[seed % 3],
        cohort_sd=0.01,
        codes_fall=0.1 if seed % 2 else 0.0,
        has_course_sign=seed % 3 != 1,
    )


def play(seed: int, made: Region, days: Iterable[date] = (TODAY,)) -> Played:
    """Score a region as known on each day; the scores kept are those of the first."""
    kept, codes, chosen = pd.DataFrame(), pd.DataFrame(), []
    for day in days:
        connection = duckdb.connect()
        truth = fill(connection, seed, made)
        build_models(connection, day)
        policy = read_policy(connection)
        scored = past(connection, policy)
        chosen.append(validate(scored, policy).chosen)
        if kept.empty:
            kept = with_truth(scored[scored["year"].isin(YEARS)], truth, made).assign(seed=seed)
            codes = judged_codes(connection, truth, policy).assign(seed=seed)
    return Played(kept, codes, tuple(chosen))


def judged_codes(
    connection: duckdb.DuckDBPyConnection, truth: pd.DataFrame, policy: FlagPolicy
) -> pd.DataFrame:
    """Alarms of every judged year, with the cohort from which the code declines."""
    years = range(2020, TODAY.year + 1)
    codes = pd.concat([judge_codes(connection, year, policy).assign(year=year) for year in years])
    begins = truth.groupby("program_code")["code_from"].min()
    return codes.assign(begins=codes["program_code"].map(begins))


def alarms_of(codes: pd.DataFrame) -> Iterable[str]:
    """Whether declining codes are found and others left alone, as lines; a cohort is known in the year after it."""
    code = ["seed", "program_code"]
    declining = codes[codes["begins"] <= TODAY.year - 4]
    in_time = declining[declining["year"] <= declining["begins"] + 4].groupby(code)["is_alarmed"].any()
    others = codes[codes["begins"] == NEVER]
    yield f"declining codes found within four cohorts: {in_time.sum()} of {len(in_time)}"
    yield (
        f"other codes alarmed: {others['is_alarmed'].mean():.2%} of judgements, "
        f"{others.groupby(code)['is_alarmed'].any().mean():.2%} in any of seven years"
    )


def past(connection: duckdb.DuckDBPyConnection, policy: FlagPolicy) -> pd.DataFrame:
    """Scores of past years."""
    compared = compare_with_peers(connection, policy)
    units = build_features(connection, compared, policy)
    return past_scores(units, build_labels(compared, units), policy)


def with_truth(scored: pd.DataFrame, truth: pd.DataFrame, made: Region) -> pd.DataFrame:
    """Add the planted beginning of a fall, and the true gap of the next two cohorts to all other programs."""
    cells = true_matches(truth, made)
    cells["people"] = cells["size"].astype(float)
    cells["matches"] = cells["people"] * cells["match"]
    sums = cells.groupby(["program_code", "cohort_year"])[["people", "matches"]].transform("sum")
    others = (sums["people"] - cells["people"]).clip(lower=1)
    cells["gap"] = cells["match"] - (sums["matches"] - cells["matches"]) / others
    keys = ["institution_code", "program_code"]
    for ahead in (1, 2):
        coming = cells[[*keys, "cohort_year", "gap"]].rename(columns={"gap": f"gap_{ahead}"})
        coming["match_cohort"] = coming.pop("cohort_year") - ahead
        scored = scored.merge(coming, on=[*keys, "match_cohort"], how="left")
    scored["true_gap"] = scored[["gap_1", "gap_2"]].mean(axis=1)
    return scored.merge(truth[[*keys, "fall_from"]], on=keys)


def precisions(scored: pd.DataFrame, budget: float) -> pd.DataFrame:
    """Per region, precision at the budget of each scorer and of an oracle: of planted falls and of soft targets."""
    rows = []
    for _, own in scored.groupby("seed"):
        year = np.unique(own["year"], return_inverse=True)[1]
        fallen = (own["fall_from"] <= own["year"] + 1).to_numpy(dtype=float)
        row = {}
        for name in ("model", *BASELINES, "oracle"):
            score = (-own["true_gap"] if name == "oracle" else own[name]).to_numpy(dtype=float)
            row["planted", name] = precision_at_budget(fallen, score, year, budget)
            row["soft", name] = precision_at_budget(own["target"].to_numpy(dtype=float), score, year, budget)
        rows.append(row)
    found = pd.DataFrame(rows)
    found.columns = pd.MultiIndex.from_tuples(found.columns)
    return found


def told(scored: pd.DataFrame, budget: float) -> Iterable[str]:
    """The acceptance numbers of scores, as lines."""
    found = precisions(scored, budget)
    for kind in ("planted", "soft"):
        mean = found[kind].mean()
        best = mean[list(BASELINES)].idxmax()
        gain = found[kind, "model"] - found[kind, best]
        low = gain.mean() - 1.645 * gain.std() / np.sqrt(len(gain))
        way = gain.mean() / (mean["oracle"] - mean[best])
        yield (
            f"{kind}: precision at {budget:.0%}: model {mean['model']:.3f}, {best} {mean[best]:.3f}, oracle "
            f"{mean['oracle']:.3f}; gain {gain.mean():.3f}, lower bound {low:.3f}, {way:.0%} of the way"
        )
    slope = calibration_slope(scored["target"].to_numpy(dtype=float), scored["model"].to_numpy(dtype=float))
    yield f"pooled calibration slope {slope:.2f}"
    yield from lists(scored)


def lists(scored: pd.DataFrame) -> Iterable[str]:
    """What the flagged lists hold, as lines."""
    by_program = scored.groupby(PROGRAM).agg(
        flagged=("model_flagged", "any"), fall_from=("fall_from", "first")
    )
    has_fallen = by_program["fall_from"] <= max(YEARS)
    sound = scored[scored["fall_from"] == NEVER]
    size = pd.cut(
        sound["n_graduates"], [0, 30, 100, np.inf], labels=["small", "medium", "large"], right=False
    )
    alarms = sound.groupby(size, observed=True)["model_flagged"].mean()
    yield (
        f"flagged in any year: {by_program['flagged'].sum()} of {len(by_program)}; precision "
        f"{has_fallen[by_program['flagged']].mean():.3f}, recall {by_program['flagged'][has_fallen].mean():.3f}"
    )
    yield f"flagged per year {scored['model_flagged'].mean():.2%}; false alarms " + ", ".join(
        f"{band} {share:.2%}" for band, share in alarms.items()
    )


def main() -> None:
    """Play the regions and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--regions", type=int, default=24)
    parser.add_argument("--nothing-planted", type=int, default=12)
    parser.add_argument("--first-seed", type=int, default=0)
    asked = parser.parse_args()
    first = asked.first_seed
    budget = 0.10
    played = [play(seed, region(seed)) for seed in range(first, first + asked.regions)]
    print(*told(pd.concat([one.scored for one in played], ignore_index=True), budget), sep="\n")
    small = [
        play(seed, replace(region(seed), n_institutions=24, n_codes=6), (TODAY, A_YEAR_BEFORE))
        for seed in range(first + 500, first + 520)
    ]
    print(*alarms_of(pd.concat([one.codes for one in [*played, *small]], ignore_index=True)), sep="\n")
    for at, day in enumerate((TODAY, A_YEAR_BEFORE)):
        n_model = sum(one.chosen[at] == "model" for one in small)
        print(f"choice on {day}: the model in {n_model} of {len(small)} regions of the demonstration's size")
    sound = [
        play(seed, replace(region(seed), planted_share=0.0, codes_fall=0.0)).scored
        for seed in range(first + 100, first + 100 + asked.nothing_planted)
    ]
    if sound:
        print("nothing planted:", *lists(pd.concat(sound, ignore_index=True)), sep="\n  ")


if __name__ == "__main__":
    main()
