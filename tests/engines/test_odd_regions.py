"""Nights that are not as usual, on the cluster: few record types, a stopped delivery, a day in the past, a replay."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from iecareer.checks import judge_deliveries
from iecareer.landing import land
from iecareer.nightly import pin_night
from iecareer.runs.build import build_path
from iecareer.runs.pin import read_pin
from iecareer.runs.publish import publish
from iecareer.runs.replay import replay_report
from iecareer.simulation import simulate
from iecareer.skills import build_skills
from iecareer.transform.layers import build_layer
from tests.engines.clusters import SPARK
from tests.engines.equality import differences
from tests.engines.test_engines_agree import AS_OF, LAYERS, n_rows

FEW = ("education_reference", "student_registry", "social_insurance_coastal", "survey_platform")
LATER = "skills_authority"
HEADERS = "person_key,institution_code,program_code,wave_months,responded_on,activity"


def landed(inbox: Path) -> str:
    """Some sources, one of them a day later, and a survey of a college nobody knows; gives that delivery's id."""
    simulate(inbox, graduates=1000, seed=5)
    for source in (*FEW, LATER):
        received_on = AS_OF + timedelta(days=source == LATER)
        assert all(not receipt["error"] for receipt in land(source, received_on=received_on))
    survey = inbox / "followup_response.csv"
    rows = (f"{n:064x},4199999999,460103,6,2024-01-10,employed" for n in range(100))
    survey.write_text("\n".join([HEADERS, *rows]) + "\n")
    (receipt,) = land("exchange", [survey], AS_OF)
    assert receipt["n_loaded"] == 100
    return str(receipt["delivery_id"])


def built(run_id: str, as_of: date, target: str | None, replay: str | None = None) -> Path:
    pin_night(run_id, as_of, target, replay)
    judge_deliveries(run_id)
    for layer in LAYERS:
        build_layer(run_id, layer)
        if layer == "staging":
            build_skills(run_id)
    return build_path(run_id)


@pytest.mark.slow
@pytest.mark.parametrize("_", [pytest.param(None, marks=SPARK)])
def test_an_odd_region(home: Path, tmp_path: Path, _: None) -> None:
    stopped = landed(tmp_path / "inbox")
    local, then = built("1-local", AS_OF, "local"), built("2-then", AS_OF, "cluster")
    assert differences(local, then) == []
    assert {d.delivery_id for d in read_pin("2-then").deliveries if not d.is_accepted} == {stopped}
    assert {d.source_id for d in read_pin("2-then").deliveries} == {*FEW, "exchange"}
    filled = {name for name, n in n_rows(then).items() if n}
    assert {"msr_retention", "msr_employment", "msr_response"} <= filled
    assert "msr_certificate" not in filled
    assert publish("2-then")["is_published"]

    later = built("3-later", AS_OF + timedelta(days=1), "cluster")
    assert n_rows(later)["msr_certificate"] > 0
    assert publish("3-later")["is_published"]

    built("4-again", AS_OF, None, replay="2-then")
    assert read_pin("4-again").target == "cluster"
    publish("4-again")
    told = replay_report("4-again")
    assert (told["is_compared"], told["differing"]) == (True, {})
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        assert connection.execute("select count(*) from marts.msr_certificate").fetchall() != [(0,)]
