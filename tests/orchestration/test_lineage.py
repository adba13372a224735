"""What dbt read and wrote becomes one event per model, with names and no values; it fails no task."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from iecareer.nightly import lineage

FINISHED = "2026-11-29T18:00:00Z"


def node(name: str, kind: str = "model", **more: Any) -> dict[str, Any]:
    return {"resource_type": kind, "schema": "marts", "name": name, "columns": {}, **more}


@pytest.fixture
def artifacts(home: Path) -> Path:
    """A build of one model from a model and a source, and of one test that quotes a row."""
    folder = home / "runs" / "dbt" / "20261129T180000000000"
    folder.mkdir(parents=True)
    columns = {"n": {"name": "n", "data_type": "bigint", "description": "Graduates."}}
    read = {"nodes": ["model.p.int_spell", "source.p.landed.graduate"]}
    manifest = {
        "nodes": {
            "model.p.int_spell": node("int_spell"),
            "model.p.msr_retention": node("msr_retention", columns=columns, depends_on=read),
            "test.p.key": node("key", "test"),
        },
        "sources": {
            "source.p.landed.graduate": node("graduate", "source", schema="landed", identifier="graduate")
        },
    }
    timing = [{"name": "execute", "completed_at": FINISHED}]
    results = [
        {"unique_id": "model.p.msr_retention", "timing": timing, "message": "OK"},
        {"unique_id": "test.p.key", "timing": timing, "message": "11010519491231002X"},
    ]
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (folder / "run_results.json").write_text(json.dumps({"results": results}), encoding="utf-8")
    return folder


def test_a_model_names_what_it_read_what_it_wrote_and_its_columns(artifacts: Path) -> None:
    from openlineage.client.serde import Serde

    (event,) = lineage.model_events(artifacts)

    assert (event.job.name, event.eventTime) == ("dbt.msr_retention", FINISHED)
    assert [dataset.name for dataset in event.inputs] == ["marts.int_spell", "landed.graduate"]
    assert [dataset.name for dataset in event.outputs] == ["marts.msr_retention"]
    assert [field.name for field in event.outputs[0].facets["schema"].fields] == ["n"]
    assert "1101" not in Serde.to_json(event)


def test_without_a_transport_nothing_is_emitted(artifacts: Path) -> None:
    assert lineage.emit_models(artifacts.name) == 0


def test_an_event_that_cannot_be_sent_fails_no_task(
    home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(run_id: str) -> int:
        raise ConnectionError("11010519491231002X")

    monkeypatch.setattr(lineage, "emit_models", broken)
    build = lineage.emits_models(lambda run_id, layer: {"n_built": 3})

    with caplog.at_level(logging.WARNING):
        assert build("20261129T180000000000", "marts") == {"n_built": 3}
    assert "The lineage of marts was not emitted: ConnectionError." in caplog.text
    assert "1101" not in caplog.text
