"""What the files of a release tell about people by their lights, and releases that tell too much."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from iecareer.errors import IecareerError
from iecareer.feedback.attacks import refuse_disclosing
from iecareer.feedback.attacks.lights import telling_lights

UNIT = {"scope": "program", "institution_code": "4142010800", "program_code": "460103"}
Change = Callable[[pd.DataFrame], pd.DataFrame]


def lights(folder: Path, *, suffix: str = "parquet", change: Change | None = None) -> Path:
    """A release of one institution with a light and the table that publishes its share."""
    data = folder / "4142010800" / "data"
    data.mkdir(parents=True)
    shares = pd.DataFrame(
        [
            UNIT
            | {"cohort_from": first, "cohort_to": 2023, "wave_months": 6, "definition": "normative"}
            | {"fit": "core_or_related", "weighting": "unweighted", "n": 20, "k": 13, "share": share}
            | {"status": "ok", "stands_from": None}
            for first, share in ((2023, 0.65), (2022, 0.7))
        ]
    )
    own = UNIT | {"year": 2024}
    indicators = pd.DataFrame(
        [
            {
                "indicator": "job_match",
                "cohort_year": 2023,
                "n": 20,
                "value": 0.65,
                "score": 60,
                "contribution": 15,
            },
            {"indicator": "hours_changed", "value": 0.333, "score": 40, "contribution": 5},
            {"indicator": "salary_difference", "cohort_year": 2023},
            {"indicator": "certificate_pass", "cohort_year": 2023},
        ]
    ).assign(**own)
    tables = {
        "job_match": shares.astype({"n": float, "k": float}),
        "light": pd.DataFrame([own | {"light": "yellow", "index": 65}]),
        "light_indicator": change(indicators) if change else indicators,
    }
    for name, rows in tables.items():
        if suffix == "csv":
            rows.to_csv(data / f"{name}.csv", index=False)
        else:
            rows.to_parquet(data / f"{name}.parquet")
    return folder


@pytest.mark.parametrize("suffix", ["parquet", "csv"])
def test_shares_that_another_table_has_and_points_in_steps_of_five_are_not_refused(
    tmp_path: Path, suffix: str
) -> None:
    assert telling_lights(lights(tmp_path / "release", suffix=suffix)) == []


def exact_score(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(score=rows["score"].replace(60, 61))


def exact_contribution(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(contribution=rows["contribution"].replace(15, 14.6))


def own_share(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(value=rows["value"].replace(0.65, 0.6333))


def share_of_a_block(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(value=rows["value"].replace(0.65, 0.7))


def few(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(n=rows["n"].replace(20, 5))


def score_of_pay(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(score=rows["score"].where(rows["indicator"] != "salary_difference", 40))


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (exact_score, "score finer than steps of 5"),
        (exact_contribution, "contribution finer than steps of 5"),
        (own_share, "shares that no other table has"),
        (share_of_a_block, "shares that no other table has"),
        (few, "indicators of fewer than 10 people"),
        (score_of_pay, "indicators of fewer than 10 people"),
    ],
)
def test_a_light_that_tells_more_than_other_tables_is_found(
    tmp_path: Path, change: Change, what: str
) -> None:
    assert {one.what for one in telling_lights(lights(tmp_path / "release", change=change))} == {what}


def test_a_release_with_exact_scores_is_refused(invented_release: Path, tmp_path: Path) -> None:
    release = Path(shutil.copytree(invented_release, tmp_path / "release"))
    (folder,) = release.glob("4142010800/data")
    for score in (60, 61):
        row = UNIT | {"year": 2024, "indicator": "hours_changed", "n": None, "value": 0.4, "score": score}
        pd.DataFrame([row | {"contribution": 5}]).to_parquet(folder / "light_indicator.parquet")
        if score % 5 == 0:
            refuse_disclosing(release)
    with pytest.raises(
        IecareerError, match=r"numbers of lights .* 4142010800/data/light_indicator\.parquet: score finer"
    ):
        refuse_disclosing(release)
