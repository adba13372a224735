"""Receipts on the command line: landed with one, shown, proved."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from iecareer.ledger.deliveries import delivery_log
from tests.commands.conftest import Cli


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "job_posting_1.csv"
    path.write_text(
        "posting_id,posted_on,title,region_code,description\nA1,2024-01-01,焊工,330102,文字\n",
        encoding="utf-8",
    )
    return path


@pytest.fixture
def receipt(cli: Cli, file: Path, tmp_path: Path) -> Path:
    """A receipt as an office gets it."""
    answer = cli("land", "exchange", file, "--receipt", tmp_path / "given")
    assert answer.code == 0, answer.err
    (path,) = (tmp_path / "given").iterdir()
    return path


def test_a_landing_gives_a_receipt_that_is_shown_by_file_and_by_delivery(cli: Cli, receipt: Path) -> None:
    document = json.loads(receipt.read_text(encoding="utf-8"))
    delivery_id = document["entry"]["delivery_id"]
    assert receipt.name == f"receipt_exchange_job_posting_{delivery_id}.json"
    for given in (receipt, delivery_id[:8]):
        answer = cli("receipt", "show", given)
        assert answer.code == 0
        assert f"sha256 {document['entry']['files'][0]['sha256']}" in answer.out
        assert "is entry 1 of the log" in answer.out
        assert cli("receipt", "show", given, "--json").document["entry"] == document["entry"]
    assert cli("receipt", "show", "0000").err.startswith("Error: 0 deliveries of the log")


def test_a_changed_receipt_is_shown_as_such(cli: Cli, receipt: Path) -> None:
    receipt.write_text(
        receipt.read_text(encoding="utf-8").replace('"n_rows": 1', '"n_rows": 2'), encoding="utf-8"
    )
    answer = cli("receipt", "show", receipt)
    assert answer.code == 1
    assert "The entry is not signed by the key of the receipt." in answer.out


def test_a_proof_is_printed_or_written(cli: Cli, receipt: Path, tmp_path: Path) -> None:
    answer = cli("receipt", "prove", receipt)
    assert answer.code == 0
    assert answer.document["kind"] == "proof"
    assert "log of 1 entries began with all 1 entries" in answer.err
    assert cli("receipt", "prove", receipt, "--to", tmp_path / "proof.json").out == ""
    assert json.loads((tmp_path / "proof.json").read_text(encoding="utf-8"))["kind"] == "proof"
    assert cli("receipt", "prove", receipt, "--json").document["is_intact"] is True


def test_a_changed_log_is_proved_to_be_changed(cli: Cli, receipt: Path, tmp_path: Path) -> None:
    path = delivery_log().path
    path.write_bytes(path.read_bytes().replace(b'"n_rows":1', b'"n_rows":9'))
    answer = cli("receipt", "prove", receipt, "--to", tmp_path / "proof.json")
    assert answer.code == 1
    assert "The log was changed after" in answer.err
    assert "entry 1 is not signed by this key" in answer.err
    assert (tmp_path / "proof.json").exists()


def test_the_public_key_is_printed(cli: Cli, receipt: Path) -> None:
    document = json.loads(receipt.read_text(encoding="utf-8"))
    answer = cli("receipt", "key")
    assert answer.out == document["public_key"]
    assert answer.err == f"Fingerprint: {document['fingerprint']}\n"
    assert cli("receipt", "key", "--json").document["fingerprint"] == document["fingerprint"]


def test_a_file_that_is_no_receipt_is_refused(cli: Cli, file: Path) -> None:
    assert f"{file} is not a receipt or a proof." in cli("receipt", "show", file).err
    assert f"{file} is not a receipt or a proof." in cli("receipt", "prove", file).err


def test_receipt_and_proof_are_verified_without_a_home(
    cli: Cli, receipt: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("receipt", "prove", receipt, "--to", tmp_path / "proof.json")
    (tmp_path / "bureau.pem").write_text(cli("receipt", "key").out)
    monkeypatch.setenv("IECAREER_HOME", str(tmp_path / "nowhere"))
    for path in (receipt, tmp_path / "proof.json"):
        answer = cli("verify", path)
        assert answer.code == 0
        assert "compare the fingerprint" in answer.out
        answer = cli("verify", path, "--key", tmp_path / "bureau.pem")
        assert answer.code == 0
        assert "compare the fingerprint" not in answer.out
    answer = cli("verify", receipt, "--key", receipt)
    assert "is not a public key" in answer.err
    receipt.write_text(receipt.read_text(encoding="utf-8").replace("exchange", "exchangf"), encoding="utf-8")
    answer = cli("verify", receipt, "--json")
    assert answer.code == 1
    assert answer.document["problems"][0] == "The entry is not signed by the key of the receipt."
    assert not (tmp_path / "nowhere").exists()
