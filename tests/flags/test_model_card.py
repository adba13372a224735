"""The model card and the drift report of a night."""

import duckdb
import numpy as np
import pandas as pd
import pytest
from planted_region import AS_OF, Region, fill, flag

from iecareer.flags.drift import WATCHED, compare_with_training
from iecareer.flags.policy import FlagPolicy


@pytest.fixture(scope="module")
def night():
    connection = duckdb.connect()
    fill(connection, 2, Region(n_institutions=16))
    flag(connection, AS_OF)
    return connection


def card_of(connection):
    return connection.execute("select component, name, value from flags.model_card").df()


def test_the_card_tells_the_scorer_in_use_its_training_and_its_scores(night):
    card = card_of(night)
    assert list(card["component"].unique()) == [
        *("use", "model", "training", "coefficients", "validation", "policy", "limits")
    ]
    items = card.set_index("name")["value"]
    overall = night.execute("select * from flags.scorecard where size_band = 'all' and chosen").df().iloc[0]
    assert items["scorer"] == overall["model"]
    assert items["choice"] == overall["reason"]
    assert float(items["log_loss"]) == pytest.approx(overall["log_loss"], abs=1e-4)
    assert items["judged years"] == "2017-2022"
    assert float(items["review_budget"]) == 0.1


def test_each_coefficient_on_the_card_has_its_sign(night):
    card = card_of(night)
    values = card[card["component"] == "coefficients"].set_index("name")["value"]
    told = values.drop("intercept (average program)").str.extract(r"(\S+) per unit")[0].astype(float)
    assert told["match_forecast"] > 0
    assert told["course_age"] >= 0
    assert (told.drop(["match_forecast", "course_age"]) <= 0).all()


def test_programs_like_those_of_the_training_have_not_drifted(night):
    drift = night.execute("from flags.drift order by measure").df().set_index("measure")
    assert set(drift.index) == set(WATCHED)
    assert not drift.loc[["hours_rewritten", "hours_changed", "pay", "response"], "is_drifted"].any()


def test_a_shifted_and_a_missing_feature_have_drifted():
    rng = np.random.default_rng(0)
    training = pd.DataFrame({name: rng.normal(size=500) for name in WATCHED})
    today = pd.DataFrame({name: rng.normal(size=200) for name in WATCHED})
    today["pay"] += 0.8
    today.loc[:60, "retention"] = np.nan
    limits = dict.fromkeys(FlagPolicy.__dataclass_fields__, 0.0) | {
        "drift_limit": 0.5,
        "drift_missing_limit": 0.1,
    }
    drift = compare_with_training(training, today, FlagPolicy(**limits)).set_index("measure")
    assert set(drift.index[drift["is_drifted"]]) == {"pay", "retention"}
    difference = (today["pay"].mean() - training["pay"].mean()) / training["pay"].std()
    assert drift.loc["pay", "standardized_difference"] == pytest.approx(difference)
    assert drift.loc["retention", "missing_today"] == pytest.approx(61 / 200)
