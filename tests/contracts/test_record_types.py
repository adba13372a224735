"""The record types are valid ODCS contracts and consistent with each other."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft201909Validator
from open_data_contract_standard.model import OpenDataContractStandard

from iecareer.contracts import load_record_types, read_contract, record_type
from iecareer.contracts.loader import FOLDER
from iecareer.errors import IecareerError

FILES = sorted(FOLDER.glob("*.odcs.yaml"))


def test_there_are_twenty_four() -> None:
    assert len(load_record_types()) == len(FILES) == 24


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_standard_s_own_schema_accepts_each(path: Path) -> None:
    schema = json.loads(
        resources.files("open_data_contract_standard").joinpath("schema.json").read_text("utf-8")
    )
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert not list(Draft201909Validator(schema).iter_errors(document))
    contract = OpenDataContractStandard.from_file(str(path))
    assert contract.apiVersion == "v3.1.0"
    assert f"{contract.id}.odcs.yaml" == path.name


@pytest.mark.parametrize("kind", load_record_types().values(), ids=lambda kind: kind.name)
def test_each_record_type_is_whole(kind: object) -> None:
    from iecareer.contracts import RecordType

    assert isinstance(kind, RecordType)
    stored = [column.stored_name for column in kind.columns]
    assert len(stored) == len(set(stored))
    assert set(kind.key) <= set(stored)
    assert all(
        column.required or column.empty_has_meaning
        for column in kind.columns
        if column.stored_name in kind.key
    )
    assert all(column.label_zh and column.description for column in kind.columns)
    assert all(column.unit for column in kind.columns if column.kind == "money")
    assert (kind.mode == "period") == (kind.period_column is not None)
    assert kind.mode in ("snapshot", "period", "upsert")


def test_modes_and_keys_are_those_of_the_exchange_format() -> None:
    assert record_type("employment_month").key == ("person_key", "enterprise_code", "month")
    assert record_type("employment_spell").key == ("person_key", "started_on", "employer")
    snapshots = {name for name, kind in load_record_types().items() if kind.mode == "snapshot"}
    assert snapshots == {"institution", "program", "occupation", "program_occupation", "region_year"}


def test_an_unknown_record_type_is_named_with_what_it_may_mean() -> None:
    with pytest.raises(IecareerError, match=r"'graduates' \(did you mean graduate\?\)"):
        record_type("graduates")


def test_a_misspelt_key_is_refused_with_what_it_may_mean(tmp_path: Path) -> None:
    path = tmp_path / "a.odcs.yaml"
    path.write_text(
        FILES[0].read_text(encoding="utf-8").replace("businessName:", "busynessName:", 1), encoding="utf-8"
    )
    with pytest.raises(IecareerError, match=r"busynessName.*did you mean businessName"):
        read_contract(path)


@pytest.mark.parametrize("text", ["", "a: [", "- 1", "just words"])
def test_what_is_no_contract_is_said_in_words(text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.odcs.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(IecareerError, match=r"a\.odcs\.yaml"):
        read_contract(path)
