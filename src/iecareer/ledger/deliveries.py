"""The log of deliveries, and the receipts for the offices that deliver.

Input: the documents of the manifest. Output: `lake/ledger.jsonl`, one entry per version of a delivery, and
`receipts/<source>/<delivery>.<version>.json`. An entry holds hashes of files and counts, never a name of a file or a
value of a row.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from iecareer.documents import read_document
from iecareer.errors import IecareerError
from iecareer.lake.manifest import Delivery, delivery_documents, delivery_of, lake_lock
from iecareer.ledger.log import Log, OpenLog, Placed
from iecareer.ledger.receipts import receipt_of
from iecareer.ledger.signing import Document, own_key
from iecareer.settings import home, lake

_FACTS = (
    "delivery_id", "version", "source_id", "record_type", "n_rows", "n_in", "n_loaded", "n_superseded",
    "n_conflicting", "n_left_out", "n_quarantined",
)  # fmt: skip


@dataclass(frozen=True)
class DeliveryLog:
    """The open log of deliveries; the caller holds the lock of the lake."""

    log: OpenLog

    def add(self, deliveries: list[Delivery]) -> None:
        """Log deliveries that are in the manifest, and write their receipts."""
        for placed in self.log.append(map(_facts, deliveries)):
            _write_receipt(placed, self.log.key)


def delivery_log() -> Log:
    """The log of deliveries of this home."""
    return Log(lake() / "ledger.jsonl", "deliveries")


def open_delivery_log() -> DeliveryLog:
    """The log, ready to add deliveries; call it before a delivery is recorded, so that a damaged log stops it.

    Raises
    ------
    IecareerError
        When the log is damaged, or the secret of the home is missing or wrong.
    """
    return DeliveryLog(delivery_log().open(own_key()))


def is_logged(delivery: Delivery) -> bool:
    """Whether a delivery has a receipt."""
    return _receipt_path(delivery.source_id, _name(delivery)).exists()


def complete_log() -> None:
    """Log the deliveries of the manifest that the log lacks, and write receipts that are missing.

    A landing killed at its end leaves one, a log restored from a backup some; a home from before the log has only such.

    Raises
    ------
    IecareerError
        As :func:`open_delivery_log` does, unless nothing is missing.
    """
    with lake_lock():
        documents = {path.stem: path for path in delivery_documents()}
        numbers = {_name_of(entry): entry["number"] for entry in delivery_log().entries()}
        unlogged = [delivery_of(read_document(documents[name])) for name in documents.keys() - numbers.keys()]
        written = {path.stem for path in (home() / "receipts").glob("*/*.json")}
        unwritten = {numbers[name] for name in documents.keys() & numbers.keys() - written}
        if not unlogged and not unwritten:
            return
        opened = open_delivery_log()
        for placed in opened.log.log.placed(unwritten, opened.log.key):
            _write_receipt(placed, opened.log.key)
        opened.add(sorted(unlogged, key=lambda delivery: (delivery.conformed_at, _name(delivery))))


def newest_receipt(delivery_id: str) -> Document:
    """The receipt of the newest version of the delivery with this id, or beginning of one.

    Raises
    ------
    IecareerError
        When the log has no such delivery, or several.
    """
    log = delivery_log()
    found = {e["delivery_id"]: e["number"] for e in log.entries() if e["delivery_id"].startswith(delivery_id)}
    if len(found) != 1:
        raise IecareerError(
            f"{len(found)} deliveries of the log have an id that begins with '{delivery_id}'.",
            next_step="See 'iecareer delivery list'.",
        )
    key = own_key()
    return receipt_of(next(log.placed(found.values(), key)), key)


def differences(entry: Document) -> list[str]:
    """How the manifest differs from an entry of the log, in what never changes after landing."""
    documents = {path.stem: path for path in delivery_documents(entry["delivery_id"])}
    if _name_of(entry) not in documents:
        return ["The manifest of this home does not have this version of the delivery."]
    own = _facts(delivery_of(read_document(documents[_name_of(entry)])))
    names = ("source_id", "record_type", "received_on", "files", "n_rows", "n_in")
    return [f"The manifest of this home has another {name}." for name in names if own[name] != entry[name]]


def _facts(delivery: Delivery) -> Document:
    facts: dict[str, Any] = {name: getattr(delivery, name) for name in _FACTS}
    files = [{"sha256": file["sha256"], "size": file["size"]} for file in delivery.files]
    days = {"received_on": str(delivery.received_on), "conformed_on": str(delivery.conformed_on)}
    return facts | days | {"files": files}


def _write_receipt(placed: Placed, key: bytes) -> None:
    """Write the receipt of an entry. It can be made again from the log, so it need not be durable."""
    path = _receipt_path(placed.entry["source_id"], _name_of(placed.entry))
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(text_of(receipt_of(placed, key)), encoding="utf-8")
    draft.replace(path)


def text_of(document: Document) -> str:
    """The text of a receipt or a proof in a file."""
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _receipt_path(source_id: str, name: str) -> Path:
    return home() / "receipts" / source_id / f"{name}.json"


def _name(delivery: Delivery) -> str:
    return f"{delivery.delivery_id}.{delivery.version}"


def _name_of(entry: Document) -> str:
    return f"{entry['delivery_id']}.{entry['version']}"
