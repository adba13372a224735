"""The log: appends that a crash may cut short, and edits, each of which is found."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from iecareer.errors import IecareerError
from iecareer.ledger.log import Log, Placed
from iecareer.ledger.receipts import proof_of, receipt_of, verify_document
from iecareer.ledger.signing import canonical, is_signed, public_key_of, signed

KEY, OTHER = b"k" * 32, b"o" * 32
N_ENTRIES = 9
PEM = public_key_of(KEY)


def grow(path: Path, n: int = N_ENTRIES, *, key: bytes = KEY) -> tuple[Log, list[Placed]]:
    """A log with entries of two appends and more."""
    log = Log(path / "ledger.jsonl", "deliveries")
    facts = [facts_of(at) for at in range(n)]
    placed = log.open(key).append(facts[:3])
    for one in facts[3:]:
        placed += log.open(key).append([one])
    return log, placed


def facts_of(at: int) -> dict[str, Any]:
    return {
        "delivery_id": f"{at:016x}", "version": "v", "source_id": "office", "record_type": "graduate",
        "files": [{"sha256": f"{at:064x}", "size": 10}], "n_rows": 100 + at, "n_in": 100 + at,
        "received_on": "2026-11-21",
    }  # fmt: skip


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Log, list[Placed]]:
    """A log that no test changes."""
    return grow(tmp_path_factory.mktemp("log"))


@pytest.fixture
def own(grown: tuple[Log, list[Placed]], tmp_path: Path) -> Log:
    """A copy of it to be changed at will."""
    shutil.copytree(grown[0].path.parent, tmp_path / "own")
    return Log(tmp_path / "own" / "ledger.jsonl", "deliveries")


def test_an_untouched_log_has_no_problems(grown: tuple[Log, list[Placed]]) -> None:
    log, placed = grown
    assert log.problems(PEM, [one.head for one in placed]) == []
    assert [entry["number"] for entry in log.entries()] == list(range(1, N_ENTRIES + 1))
    assert all(is_signed("entry of deliveries", entry, PEM) for entry in log.entries())


def test_another_key_or_another_log_does_not_pass(grown: tuple[Log, list[Placed]]) -> None:
    log, placed = grown
    assert len(log.problems(public_key_of(OTHER))) == N_ENTRIES + 1
    other = Log(log.path, "releases")
    assert other.problems(PEM, [placed[0].head])[-1] == "The earlier head is not a head of this log."
    with pytest.raises(IecareerError, match="not signed by this home"):
        log.open(OTHER)


def test_placed_entries_are_as_they_were_when_appended(grown: tuple[Log, list[Placed]]) -> None:
    log, placed = grown
    again = list(log.placed(range(1, N_ENTRIES + 1), KEY))
    assert [(one.entry, one.path, one.head["root"]) for one in again] == [
        (one.entry, one.path, one.head["root"]) for one in placed
    ]


def test_every_flipped_byte_is_found(tmp_path: Path) -> None:
    own, _ = grow(tmp_path, 3)
    for path in (own.path, own.head_path):
        whole = path.read_bytes()
        for at in range(len(whole)):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :])
            assert own.problems(PEM), (path.name, at)
        path.write_bytes(whole)
    assert own.problems(PEM) == []


def edited(lines: list[bytes], chance: random.Random) -> list[bytes]:
    """The lines with one random edit."""
    lines, at = list(lines), chance.randrange(len(lines))
    match chance.randrange(8):
        case 0:
            bit = chance.randrange(8 * len(lines[at]))
            line = bytearray(lines[at])
            line[bit // 8] ^= 1 << bit % 8
            lines[at] = bytes(line)
        case 1:
            del lines[at]
        case 2:
            other = chance.choice([n for n in range(len(lines)) if n != at])
            lines[at], lines[other] = lines[other], lines[at]
        case 3:
            del lines[at:]
        case 4:
            lines.insert(chance.randrange(len(lines) + 1), lines[at])
        case 5:
            # The same content in other bytes.
            how = chance.choice([{"indent": None}, {"sort_keys": True}, {"separators": (", ", ":")}])
            lines[at] = json.dumps(json.loads(lines[at]), ensure_ascii=False, **how).encode()
        case 6:
            entry = json.loads(lines[at])
            entry["n_rows"] += chance.choice([-1, 1])
            # With a key of one's own, an edited entry can be signed.
            lines[at] = canonical(signed("entry of deliveries", entry, chance.choice([KEY, OTHER])))
        case _:
            cut = chance.randrange(1, len(lines[at]))
            lines[at] = lines[at][:cut] + lines[at][cut + chance.randrange(1, 9) :]
    return lines


def test_a_thousand_random_edits_are_found_by_an_earlier_head(
    grown: tuple[Log, list[Placed]], own: Log
) -> None:
    lines, chance = own.lines(), random.Random(13)
    head = grown[1][-1].head
    own.head_path.unlink()
    for number in range(1000):
        changed = edited(lines, chance)
        assert changed != lines
        own.path.write_bytes(b"".join(line + b"\n" for line in changed))
        found = [problem for problem in own.problems(PEM, [head]) if "is missing or" not in problem]
        assert found, number


def test_a_log_rewritten_with_the_key_is_found_by_any_head_and_receipt_from_before(tmp_path: Path) -> None:
    log, placed = grow(tmp_path / "true")
    forged = Log(tmp_path / "forged" / "ledger.jsonl", "deliveries")
    facts = [facts_of(at) for at in range(N_ENTRIES)]
    facts[4]["n_rows"] = 7
    forged.open(KEY).append(facts)
    assert forged.problems(PEM) == []
    for one in placed:
        is_after = one.entry["number"] > 4
        assert bool(forged.problems(PEM, [one.head])) == is_after
        receipt = receipt_of(one, KEY)
        proof = proof_of(receipt, forged, KEY)
        found = verify_document(proof, PEM).problems
        assert bool(found) == is_after
        if is_after:
            assert "The log was changed after" in found[0]
            assert "The same key signed both" in found[0]
    assert all(not verify_document(proof_of(receipt_of(one, KEY), log, KEY), PEM).problems for one in placed)


def test_a_log_cut_short_is_found_by_a_receipt_of_what_is_gone(
    own: Log, grown: tuple[Log, list[Placed]]
) -> None:
    receipt = receipt_of(grown[1][-1], KEY)
    own.path.write_bytes(b"".join(line + b"\n" for line in own.lines()[:-2]))
    own.head_path.unlink()
    problems = verify_document(proof_of(receipt, own, KEY)).problems
    assert len(problems) == 1
    assert "it had 9 entries then and 7 on" in problems[0]


@pytest.mark.parametrize("has_head", [True, False])
def test_an_append_cut_short_anywhere_is_repaired_by_the_next(
    grown: tuple[Log, list[Placed]], tmp_path: Path, has_head: bool
) -> None:
    whole, head = grown[0].path.read_bytes(), grown[0].head_path.read_bytes()
    shorter, _ = grow(tmp_path / "shorter", N_ENTRIES - 1)
    start = len(shorter.path.read_bytes())
    head_before = shorter.head_path.read_bytes()
    assert whole.startswith(shorter.path.read_bytes())
    for end in [*range(start, len(whole), 7), len(whole) - 1, len(whole)]:
        shorter.path.write_bytes(whole[:end])
        shorter.head_path.write_bytes(head_before)
        if not has_head:
            shorter.head_path.unlink()
        n_before = N_ENTRIES if end == len(whole) else N_ENTRIES - 1
        assert [p for p in shorter.problems(PEM) if "entry" in p and "middle" not in p] == []
        placed = shorter.open(KEY).append([facts_of(99)])
        assert placed[0].entry["number"] == n_before + 1
        assert shorter.problems(PEM) == []
    assert head != head_before


def test_a_foreign_tail_is_not_taken_up(own: Log) -> None:
    entry = own.entries()[-1]
    forged = signed("entry of deliveries", entry | {"number": N_ENTRIES + 1}, OTHER)
    with own.path.open("ab") as file:
        file.write(canonical(forged) + b"\n")
    with pytest.raises(IecareerError, match=f"entry {N_ENTRIES + 1} does not follow"):
        own.open(KEY)


def test_a_shorter_log_is_not_continued(own: Log) -> None:
    own.path.write_bytes(b"".join(line + b"\n" for line in own.lines()[:-1]))
    with pytest.raises(IecareerError, match="shorter than"):
        own.open(KEY)
    own.path.unlink()
    with pytest.raises(IecareerError, match="shorter than"):
        own.open(KEY)


def test_a_changed_head_is_not_continued(own: Log) -> None:
    document = json.loads(own.head_path.read_bytes())
    for change in ({"peaks": []}, {"n_bytes": -1}, {"n_bytes": 5}, {"peaks": ["zz"]}, {"head": {}}):
        own.head_path.write_bytes(canonical(document | change))
        with pytest.raises(IecareerError, match="damaged"):
            own.open(KEY)


def test_an_append_reads_no_earlier_line(own: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    original = Log._bytes

    def counted(log: Log, start: int = 0) -> bytes:
        found = original(log, start)
        read.append(len(found))
        return found

    monkeypatch.setattr(Log, "_bytes", counted)
    own.open(KEY).append([facts_of(9)])
    assert sum(read) == 0
