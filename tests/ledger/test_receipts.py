"""Receipts of landed deliveries, and proofs: what they show without a home, and what they find."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from iecareer.errors import IecareerError
from iecareer.lake.manifest import delivery_documents
from iecareer.landing import land, reconform
from iecareer.ledger import deliveries
from iecareer.ledger.deliveries import complete_log, delivery_log, newest_receipt
from iecareer.ledger.receipts import proof_of, verify_document
from iecareer.ledger.signing import canonical, own_key, public_key_of, signed
from iecareer.nightly.pinning import begin_run

HEADERS = "posting_id,posted_on,title,region_code,description\n"


@pytest.fixture
def landed(home: Path, tmp_path: Path) -> Callable[[int], Path]:
    """Land a file of job postings."""

    def land_file(number: int) -> Path:
        path = tmp_path / f"job_posting_{number}.csv"
        path.write_text(f"{HEADERS}A{number},2024-01-01,焊工,330102,文字\n", encoding="utf-8")
        (receipt,) = land("exchange", [path])
        assert receipt["error"] is None
        return path

    return land_file


def receipts(home: Path) -> list[dict[str, Any]]:
    found = [json.loads(path.read_text(encoding="utf-8")) for path in (home / "receipts").glob("*/*.json")]
    return sorted(found, key=lambda receipt: receipt["entry"]["number"])


def assert_complete(home: Path) -> None:
    """The manifest, the log and the receipts name the same deliveries, and the log is intact."""
    names = sorted(path.stem for path in delivery_documents())
    log = delivery_log()
    assert sorted(f"{e['delivery_id']}.{e['version']}" for e in log.entries()) == names
    assert sorted(path.stem for path in (home / "receipts").glob("*/*.json")) == names
    assert log.problems(public_key_of(own_key())) == []


def test_each_landing_gives_a_receipt_that_an_office_can_check(
    home: Path, landed: Callable[[int], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = landed(1)
    landed(2)
    first, second = receipts(home)
    key = public_key_of(own_key())
    monkeypatch.setenv("IECAREER_HOME", str(tmp_path / "nowhere"))
    entry = first["entry"]
    assert entry["files"] == [
        {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "size": path.stat().st_size}
    ]
    assert (entry["number"], entry["n_rows"], entry["n_loaded"]) == (1, 1, 1)
    assert second["head"]["size"] == 2
    for pinned in (None, key):
        found = verify_document(first, pinned)
        assert found.problems == ()
        assert "1 file with 1 rows" in found.shown or "1 file with 1 row" in found.shown
        assert ("--key" in found.not_shown) == (pinned is None)
    other = public_key_of(b"x" * 32)
    assert "signed by another key" in verify_document(first, other).problems[0]
    assert not (tmp_path / "nowhere").exists()
    assert path.name not in json.dumps(first)


def test_every_changed_value_of_a_receipt_is_found(home: Path, landed: Callable[[int], Path]) -> None:
    landed(1)
    landed(2)
    receipt = receipts(home)[1]

    def places(value: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        if isinstance(value, dict):
            return [p for name, inner in value.items() for p in places(inner, (*place, name))]
        if isinstance(value, list):
            return [p for at, inner in enumerate(value) for p in places(inner, (*place, at))]
        return [place]

    for place in places(receipt):
        changed = json.loads(json.dumps(receipt))
        inner = changed
        for name in place[:-1]:
            inner = inner[name]
        value = inner[place[-1]]
        inner[place[-1]] = value + 1 if isinstance(value, int) else f"{value}x"
        try:
            found = verify_document(changed).problems
        except IecareerError as error:
            found = (str(error),)
        assert found, place


def test_a_new_version_of_a_delivery_is_an_entry_of_its_own(
    home: Path, landed: Callable[[int], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    landed(1)
    monkeypatch.setattr("iecareer.landing.versions.RULES_VERSION", "next")
    reconform("exchange")
    first, second = receipts(home)
    assert first["entry"]["delivery_id"] == second["entry"]["delivery_id"]
    assert first["entry"]["version"] != second["entry"]["version"]
    assert newest_receipt(first["entry"]["delivery_id"][:8])["entry"] == second["entry"]
    assert_complete(home)


def test_a_file_that_is_landed_again_is_no_new_entry(home: Path, landed: Callable[[int], Path]) -> None:
    landed(1)
    landed(1)
    assert len(delivery_log().entries()) == 1


def test_a_proof_shows_that_a_delivery_is_still_in_the_log(home: Path, landed: Callable[[int], Path]) -> None:
    landed(1)
    receipt = receipts(home)[0]
    for number in range(2, 6):
        landed(number)
    proof = proof_of(receipt, delivery_log(), own_key())
    found = verify_document(json.loads(json.dumps(proof)))
    assert found.problems == ()
    assert "log of 5 entries began with all 1 entries" in found.shown


def test_a_receipt_from_before_a_tampering_proves_it(home: Path, landed: Callable[[int], Path]) -> None:
    for number in range(1, 4):
        landed(number)
    receipt = receipts(home)[1]
    log = delivery_log()
    facts = [
        {k: v for k, v in entry.items() if k not in ("signature", "fingerprint")} for entry in log.entries()
    ]
    facts[1]["n_rows"] = 0
    log.path.unlink()
    log.head_path.unlink()
    log.open(own_key()).append(facts)
    key = public_key_of(own_key())
    assert log.problems(key) == []
    found = verify_document(proof_of(receipt, log, own_key()), key)
    assert "The log was changed after" in found.problems[0]


def test_a_forged_proof_does_not_pass(home: Path, landed: Callable[[int], Path]) -> None:
    landed(1)
    receipt = receipts(home)[0]
    landed(2)
    proof = proof_of(receipt, delivery_log(), own_key())
    stranger = signed("head", proof["head"], b"x" * 32)
    assert "not signed" in verify_document(proof | {"head": stranger}).problems[0]
    assert "does not fit" in verify_document(proof | {"earlier_root": "ab" * 32}).problems[0]
    assert "does not lead" in verify_document(proof | {"inclusion_path": []}).problems[0]
    early = signed("head", proof["head"] | {"size": 0, "signed_at": "2000-01-01"}, own_key())
    assert "shows nothing" in verify_document(proof | {"head": early}).problems[0]


def test_a_receipt_of_another_home_is_refused(home: Path, landed: Callable[[int], Path]) -> None:
    landed(1)
    receipt = receipts(home)[0]
    with pytest.raises(IecareerError, match="not valid in this home"):
        proof_of(receipt, delivery_log(), b"x" * 32)


@pytest.mark.parametrize(
    "document", [[], {}, {"kind": "receipt"}, {"kind": "proof", "receipt": 1}, None, "x"]
)
def test_other_documents_are_refused(document: Any) -> None:
    with pytest.raises(IecareerError, match="not a receipt or a proof"):
        verify_document(document)


class Killed(BaseException):
    """A process that ends."""


@pytest.mark.parametrize(
    "place",
    [
        "iecareer.ledger.log.OpenLog.append",
        "iecareer.ledger.log._End.document",
        "iecareer.ledger.deliveries._write_receipt",
    ],
)
@pytest.mark.parametrize("repair", ["landing", "night", "next file"])
def test_a_landing_killed_at_its_end_is_logged_later(
    home: Path,
    landed: Callable[[int], Path],
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    repair: str,
) -> None:
    landed(1)
    with monkeypatch.context() as patch:

        def killed(*_: object) -> None:
            raise Killed

        patch.setattr(place, killed)
        with pytest.raises(Killed):
            landed(2)
    assert len(delivery_documents()) == 2
    if repair == "next file":
        landed(3)
    if repair == "landing":
        landed(2)
    else:
        begin_run("run", "2026-11-21")
    assert_complete(home)


def test_a_home_from_before_the_log_is_logged_by_the_next_night(
    home: Path, landed: Callable[[int], Path]
) -> None:
    for number in range(1, 4):
        landed(number)
    log = delivery_log()
    before = [entry["delivery_id"] for entry in log.entries()]
    log.path.unlink()
    log.head_path.unlink()
    for path in (home / "receipts").glob("*/*.json"):
        path.unlink()
    complete_log()
    assert [entry["delivery_id"] for entry in delivery_log().entries()] == before
    assert_complete(home)


def test_a_log_from_a_backup_is_completed_and_later_receipts_prove_it(
    home: Path, landed: Callable[[int], Path]
) -> None:
    landed(1)
    log = delivery_log()
    backup = {path: path.read_bytes() for path in (log.path, log.head_path)}
    for number in (2, 3):
        landed(number)
    first, *later = receipts(home)
    for path, content in backup.items():
        path.write_bytes(content)
    begin_run("run", "2026-11-21")
    assert_complete(home)
    assert verify_document(proof_of(first, log, own_key())).problems == ()
    log.path.write_bytes(backup[log.path])
    log.head_path.unlink()
    for receipt in later:
        assert "1 on" in verify_document(proof_of(receipt, log, own_key())).problems[0]


def test_lost_receipts_are_written_again(home: Path, landed: Callable[[int], Path]) -> None:
    for number in range(1, 4):
        landed(number)
    before = receipts(home)
    for path in (home / "receipts").glob("*/*.json"):
        path.unlink()
    complete_log()
    assert [r["entry"] for r in receipts(home)] == [r["entry"] for r in before]
    assert [r["head"]["root"] for r in receipts(home)] == [r["head"]["root"] for r in before]


def test_a_damaged_log_stops_a_landing_before_anything_is_recorded(
    home: Path, landed: Callable[[int], Path], tmp_path: Path
) -> None:
    landed(1)
    delivery_log().path.write_bytes(b"")
    path = tmp_path / "job_posting_2.csv"
    path.write_text(f"{HEADERS}A2,2024-01-01,焊工,330102,文字\n", encoding="utf-8")
    (receipt,) = land("exchange", [path])
    assert "is damaged" in receipt["error"]
    assert len(delivery_documents()) == 1


def test_a_full_disk_after_recording_does_not_fail_the_landing(
    home: Path, landed: Callable[[int], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        patch.setattr(deliveries.DeliveryLog, "add", full)
        landed(1)
    landed(1)
    assert_complete(home)


def test_differences_between_manifest_and_log_are_named(home: Path, landed: Callable[[int], Path]) -> None:
    landed(1)
    entry = receipts(home)[0]["entry"]
    assert deliveries.differences(entry) == []
    (path,) = delivery_documents()
    document = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(document | {"n_rows": 5}), encoding="utf-8")
    assert deliveries.differences(entry) == ["The manifest of this home has another n_rows."]
    path.unlink()
    assert "does not have this version" in deliveries.differences(entry)[0]


def test_the_log_names_no_file_and_no_value(home: Path, landed: Callable[[int], Path]) -> None:
    landed(7)
    text = delivery_log().path.read_text(encoding="utf-8")
    assert "job_posting_7" not in text
    assert canonical(json.loads(text)).decode() + "\n" == text
