"""Receipts and proofs: small documents that an office checks with a public key, without a home.

A receipt says what was received, and that it is an entry of the log. A proof compares a receipt with the log as it is
now: either the log still begins with everything that it held when the receipt was given, or it was changed.
"""

from __future__ import annotations

from collections.abc import Sequence

from iecareer.errors import IecareerError
from iecareer.ledger.log import Log, Placed
from iecareer.ledger.merkle import (
    Tree,
    consistency_path,
    inclusion_path,
    is_beginning,
    is_included,
    leaf_hash,
    root_of,
)
from iecareer.ledger.signing import (
    Document,
    canonical,
    exact_bytes,
    fingerprint_of,
    is_signed,
    public_key_of,
)
from iecareer.ledger.verified import Verified, whose_key

RECEIPT, PROOF = "receipt", "proof"


def receipt_of(placed: Placed, key: bytes) -> Document:
    """The receipt of an entry."""
    public_key = public_key_of(key)
    return {
        "kind": RECEIPT,
        "entry": placed.entry,
        "inclusion_path": _texts(placed.path),
        "head": placed.head,
        "public_key": public_key,
        "fingerprint": fingerprint_of(public_key),
    }


def proof_of(receipt: Document, log: Log, key: bytes) -> Document:
    """The proof from a receipt of the log to the log as it is now, whatever it holds.

    Raises
    ------
    IecareerError
        When the receipt is not valid, or is not of this log and key.
    """
    if problems := verify_document(receipt, public_key_of(key)).problems:
        raise IecareerError(
            f"The receipt is not valid in this home: {' '.join(problems)}",
            next_step="Ask the office for the receipt as it was given.",
        )
    leaves = [leaf_hash(line) for line in log.lines()]
    size, index = receipt["head"]["size"], receipt["entry"]["number"] - 1
    tree = Tree()
    for leaf in leaves:
        tree.add(leaf)
    is_whole = size <= len(leaves)
    return {
        "kind": PROOF,
        "receipt": receipt,
        "head": log.head(tree, key),
        "earlier_root": root_of(leaves[:size]).hex() if is_whole else None,
        "consistency_path": _texts(consistency_path(leaves, size)) if is_whole else [],
        "inclusion_path": _texts(inclusion_path(leaves, index)) if is_whole else [],
    }


def verify_document(document: Document, pinned: str | None = None) -> Verified:
    """Verify a receipt or a proof; `pinned` is the public key (PEM) that must have signed it.

    Raises
    ------
    IecareerError
        When the document is neither.
    """
    try:
        match document["kind"]:
            case "receipt":
                return _verify_receipt(document, pinned)
            case "proof":
                return _verify_proof(document, pinned)
    except (AttributeError, KeyError, TypeError, ValueError):
        pass
    raise IecareerError(
        "The file is not a receipt or a proof, or a part of it was changed or is missing.",
        next_step="Name the file as the bureau gave it.",
    )


def _verify_receipt(receipt: Document, pinned: str | None) -> Verified:
    entry = receipt["entry"]
    problems = _faults(receipt, pinned)
    shown = (
        f"The receipt is as it was signed by the key with this fingerprint: {_said(entry)}, is entry "
        f"{entry['number']:,} of the log."
    )
    not_shown = (
        f"{whose_key(is_pinned=bool(pinned))}It does not show that the log is still the same: ask the bureau for a "
        "proof (iecareer receipt prove)."
    )
    return Verified(tuple(problems), shown, not_shown, receipt["fingerprint"])


def _verify_proof(proof: Document, pinned: str | None) -> Verified:
    receipt, later = proof["receipt"], proof["head"]
    earlier, entry = receipt["head"], receipt["entry"]
    problems = _faults(receipt, pinned)
    if not is_signed("head", later, receipt["public_key"]) or later["log"] != earlier["log"]:
        problems.append("The newer head of the log is not signed by the key of the receipt.")
    problems = problems or _changes(proof)
    shown = (
        f"On {later['signed_at'][:10]} the log of {later['size']:,} entries began with all {earlier['size']:,} entries "
        f"that it had when the receipt was given, unchanged: {_said(entry)}, is entry {entry['number']:,}."
    )
    not_shown = (
        f"{whose_key(is_pinned=bool(pinned))}It does not show whether the delivery counts in the numbers of a later "
        "night: the bureau may withdraw a delivery, or a newer one may replace it."
    )
    return Verified(tuple(problems), shown, not_shown, receipt["fingerprint"])


def _faults(receipt: Document, pinned: str | None) -> list[str]:
    """What is wrong with a receipt."""
    entry, head, public_key = receipt["entry"], receipt["head"], receipt["public_key"]
    problems = key_faults(receipt, pinned)
    if problems:
        return problems
    if not is_signed(f"entry of {head['log']}", entry, public_key):
        problems.append("The entry is not signed by the key of the receipt.")
    if not is_signed("head", head, public_key):
        problems.append("The head of the log is not signed by the key of the receipt.")
    tree = (head["size"], exact_bytes(head["root"]))
    if not is_included(
        leaf_hash(canonical(entry)), entry["number"] - 1, tree, _bytes(receipt["inclusion_path"])
    ):
        problems.append("The entry is not in the tree of the head.")
    return problems


def key_faults(document: Document, pinned: str | None) -> list[str]:
    """What is wrong with the `public_key` and the `fingerprint` of a document."""
    try:
        if fingerprint_of(document["public_key"]) != document["fingerprint"]:
            return ["The fingerprint is not that of the public key."]
    except (KeyError, TypeError, ValueError):
        return ["The public key cannot be read."]
    if pinned and document["public_key"] != pinned:
        return [f"It is signed by another key (fingerprint {document['fingerprint']})."]
    return []


def _changes(proof: Document) -> list[str]:
    """How the log differs from what the receipt says, or why the proof shows nothing."""
    receipt, later = proof["receipt"], proof["head"]
    earlier, size = receipt["head"], receipt["head"]["size"]
    if later["size"] < size:
        if later["signed_at"] < earlier["signed_at"]:
            return ["The proof is older than the receipt and shows nothing."]
        return [_changed(f"it had {size:,} entries then and {later['size']:,}", proof)]
    tree = (later["size"], exact_bytes(later["root"]))
    begins_with = (size, exact_bytes(proof["earlier_root"]))
    if not is_beginning(begins_with, tree, _bytes(proof["consistency_path"])):
        return ["The proof does not fit the newer head of the log and shows nothing."]
    if proof["earlier_root"] != earlier["root"]:
        return [_changed(f"its first {size:,} entries are not the same", proof)]
    entry = receipt["entry"]
    path = _bytes(proof["inclusion_path"])
    if not is_included(leaf_hash(canonical(entry)), entry["number"] - 1, tree, path):
        return ["The proof does not lead from the entry to the newer head of the log."]
    return []


def _changed(how: str, proof: Document) -> str:
    earlier, later = (head["signed_at"][:10] for head in (proof["receipt"]["head"], proof["head"]))
    return f"The log was changed after {earlier}: {how} on {later}. The same key signed both."


def _said(entry: Document) -> str:
    """What an entry says, for a sentence."""
    if "delivery_id" not in entry:
        return f"release {entry['label']}"
    n_files = len(entry["files"])
    return (
        f"delivery {entry['delivery_id']} of {entry['source_id']} ({entry['record_type']}), {n_files:,} "
        f"file{'s' if n_files > 1 else ''} with {entry['n_rows']:,} rows, received on {entry['received_on']}"
    )


def _texts(path: Sequence[bytes]) -> list[str]:
    return [step.hex() for step in path]


def _bytes(path: Sequence[str]) -> list[bytes]:
    return [exact_bytes(step) for step in path]
