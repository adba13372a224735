"""The manifest: the deliveries, and the decisions about them.

Input: one document per conformed delivery and one per decision, each written once and atomically; verdicts on
deliveries. Output: the deliveries that a run may use. A delivery exists once its document exists. Files without a
document are leftovers of a killed landing and are ignored.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from filelock import FileLock

from iecareer.clock import now
from iecareer.documents import read_document, write_document
from iecareer.lake.verdicts import Verdict, standing_verdicts
from iecareer.settings import lake

_OF_SOURCES = ("retire", "restore")
# Retired source systems, each with its successor (None if there is none).
Retired = dict[str, str | None]


@dataclass(frozen=True)
class Part:
    """The rows of one period in one or more conformed files.

    `path` is a pattern relative to the lake; several periods may share it. `period` is a month (``YYYY-MM``), or None
    outside mode period. If `joins` is true, the rows are added to the month, as back payments are, and do not replace
    it.
    """

    period: str | None
    path: str
    n: int
    joins: bool = False


@dataclass(frozen=True)
class Delivery:
    """The files of one record type in one landing call, conformed under one version of contract and rules.

    `landed_at` orders the deliveries of one source; a new version of the same bytes keeps the `landed_at` of the
    first one. `n_rows` counts the rows read. All other numbers count records: a row with k months is k records.
    `n_in` = `n_loaded` + `n_unchanged` + `n_superseded` + `n_left_out` + `n_quarantined`. `n_conflicting`, a part of
    `n_superseded`, counts records that differ from the kept record with the same key. `same_key` is the contract's
    rule for which record to keep, None if it has no rule. `left_out` counts records by the header of the filter that
    left them out, `reasons` counts them by quarantine reason. `emptied` counts, by reason and column, the cells of
    other records that became empty because they could not be used. `amends` is only set for a replay: the deliveries
    whose quarantined rows it corrects. `headers` are the headers of the delivery's files. `new_columns` are unmapped
    headers that the previous delivery did not have, `missing_columns` headers of mapped columns that a file lacks.
    `fetched` is only set for a live source: where the rows came from, after which delivery, and the last cursor.
    `lists` are, for each list in which names were looked up, the deliveries (``<delivery>.<version>``) that it had.
    `stopping` are those of the `failed` expectations that stop it; `overruled` are those that the decision to accept it
    overrules, None for all (decisions before 0.3).
    """

    delivery_id: str
    version: str
    source_id: str
    record_type: str
    mode: str
    priority: int
    received_on: date
    conformed_on: date
    landed_at: str
    conformed_at: str
    files: tuple[dict[str, Any], ...]
    parts: tuple[Part, ...]
    n_in: int
    n_loaded: int
    n_unchanged: int
    n_superseded: int
    n_quarantined: int
    reasons: dict[str, int]
    columns: tuple[str, ...] = ()
    amends: tuple[str, ...] | None = None
    headers: tuple[str, ...] = ()
    new_columns: tuple[str, ...] = ()
    missing_columns: tuple[str, ...] = ()
    fetched: dict[str, Any] = field(default_factory=dict)
    n_rows: int = 0
    n_left_out: int = 0
    n_conflicting: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    emptied: dict[str, int] = field(default_factory=dict)
    same_key: str | None = None
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    verdict: str | None = None
    failed: tuple[str, ...] = ()
    stopping: tuple[str, ...] = ()
    decision: str | None = None
    overruled: tuple[str, ...] | None = None

    @property
    def is_accepted(self) -> bool:
        """Whether the delivery counts. An operator's decision overrides the suite's verdict."""
        if self.decision == "withdraw":
            return False
        if self.decision == "accept" and (self.overruled is None or self.verdict == "stop"):
            return not self.not_overruled
        return self.verdict in ("pass", "warn")

    @property
    def not_overruled(self) -> tuple[str, ...]:
        """The expectations that stop the delivery and that no decision to accept it overrules."""
        if self.decision == "accept" and self.overruled is None:
            return ()
        overruled = self.overruled if self.decision == "accept" else None
        return tuple(name for name in self.stopping if name not in (overruled or ()))

    @property
    def whole_parts(self) -> tuple[Part, ...]:
        """Its parts without those that join months."""
        return tuple(part for part in self.parts if not part.joins)

    @property
    def is_replay(self) -> bool:
        """Whether its rows replace current rows by key, in every delivery mode."""
        return self.amends is not None


def lake_lock() -> FileLock:
    """The lock that orders landings, held only while a delivery's document is written."""
    lake().mkdir(parents=True, exist_ok=True)
    return FileLock(lake() / "manifest.lock")


def record_delivery(delivery: Delivery) -> None:
    """Write the document of a conformed delivery; the delivery exists from then on."""
    write_document(
        _folder("deliveries") / f"{delivery.delivery_id}.{delivery.version}.json", asdict(delivery)
    )


def record_decision(
    kind: str,
    subject: str,
    *,
    reason: str,
    decided_on: date,
    successor: str | None = None,
    overrules: Iterable[str] | None = None,
) -> None:
    """Record that a delivery was accepted or withdrawn, or a source system retired or restored.

    `successor` is the source system that delivers in place of a retired one. `overrules` are the expectations that stop
    an accepted delivery and no longer do; None means all, also later ones.
    """
    at = now()
    name = f"{at.replace(':', '').replace('+', 'Z')}-{kind}-{subject}.json"
    document = {"kind": kind, "subject": subject, "reason": reason, "decided_on": decided_on, "at": at}
    if successor:
        document["successor"] = successor
    if overrules is not None:
        document["overrules"] = list(overrules)
    write_document(_folder("decisions") / name, document)


def record_heard(source_id: str, on: date) -> None:
    """Record that a source repeated an earlier delivery on that day, so that it does not count as silent."""
    write_document(_folder("heard") / f"{source_id}.{on}.json", {"source_id": source_id, "on": on})


def heard_on(source_id: str, as_of: date) -> list[date]:
    """Days up to `as_of` on which a source only repeated earlier deliveries."""
    entries = [read_document(path) for path in _folder("heard").glob(f"{source_id}.*.json")]
    days = [date.fromisoformat(entry["on"]) for entry in entries if entry["source_id"] == source_id]
    return sorted(day for day in days if day <= as_of)


def versions(delivery_id: str = "*") -> list[Delivery]:
    """Every version of every delivery (or of one delivery) in landing order, with its last verdict."""
    return _versions(delivery_id, date.max)


def current_deliveries(as_of: date) -> tuple[list[Delivery], Retired]:
    """Deliveries received by `as_of`, each in its newest version, and the source systems retired by then.

    The deliveries carry their decisions. Withdrawn deliveries are included for reports, but never read.
    """
    newest: dict[str, Delivery] = {}
    for delivery in _versions("*", as_of):
        if delivery.received_on <= as_of and delivery.conformed_on <= as_of:
            known = newest.get(delivery.delivery_id)
            if known is None or delivery.conformed_at >= known.conformed_at:
                newest[delivery.delivery_id] = delivery
    decided, retired = _decisions(as_of)
    chosen = [_decided(d, decided.get(d.delivery_id)) for d in newest.values()]
    return sorted(chosen, key=lambda d: d.landed_at), retired


def _decided(delivery: Delivery, decision: dict[str, Any] | None) -> Delivery:
    if decision is None:
        return replace(delivery, decision=None, overruled=None)
    overrules = decision.get("overrules")
    return replace(
        delivery, decision=decision["kind"], overruled=None if overrules is None else tuple(overrules)
    )


def last_successor(source_id: str, retired: Retired) -> str:
    """The source system that delivers in place of this one: the last of its successors, or itself."""
    passed = {source_id}
    while (successor := retired.get(source_id)) and successor not in passed:
        passed.add(successor)
        source_id = successor
    return source_id


def delivery_documents(delivery_id: str = "*") -> list[Path]:
    """The documents of every version of every delivery (or of one), named ``<delivery>.<version>.json``."""
    return sorted(_folder("deliveries").glob(f"{delivery_id}.*.json"))


def _folder(name: str) -> Path:
    return lake() / "manifest" / name


def delivery_of(document: dict[str, Any]) -> Delivery:
    """The delivery described by `document`."""
    # Versions before 0.3 left no row out, and a row was a record.
    document = {"n_rows": document["n_in"], **document}
    for name in ("received_on", "conformed_on"):
        document[name] = date.fromisoformat(document[name])
    document["parts"] = tuple(Part(**part) for part in document["parts"])
    document["lists"] = {kind: tuple(names) for kind, names in document.get("lists", {}).items()}
    for name in (
        "files",
        "columns",
        "failed",
        "stopping",
        "overruled",
        "amends",
        "headers",
        "new_columns",
        "missing_columns",
    ):
        if isinstance(document.get(name), list):
            document[name] = tuple(document[name])
    return Delivery(**document)


def _versions(delivery_id: str, as_of: date) -> list[Delivery]:
    found = [delivery_of(read_document(path)) for path in delivery_documents(delivery_id)]
    verdicts = standing_verdicts(as_of, delivery_id)
    return sorted(
        (with_verdict(delivery, verdicts) for delivery in found), key=lambda d: (d.landed_at, d.conformed_at)
    )


def with_verdict(delivery: Delivery, verdicts: dict[str, Verdict]) -> Delivery:
    """The delivery with its verdict from `verdicts`, by ``<delivery>.<version>``; unchanged if there is none."""
    given = verdicts.get(f"{delivery.delivery_id}.{delivery.version}")
    if given is None:
        return delivery
    return replace(delivery, verdict=given.word, failed=given.failed, stopping=given.stopping)


def _decisions(as_of: date) -> tuple[dict[str, dict[str, Any]], Retired]:
    """The decision in force on each delivery as of a day, and the source systems retired then.

    A decision is in force from its day until the day of the next decision. Of two decisions for one day, the one
    recorded last is in force. So a backdated decision never undoes a decision for a later day.
    """
    documents = [read_document(path) for path in _folder("decisions").glob("*.json")]
    held = {
        (document["kind"] in _OF_SOURCES, document["subject"]): document
        for document in sorted(documents, key=lambda document: (document["decided_on"], document["at"]))
        if date.fromisoformat(document["decided_on"]) <= as_of
    }
    decided = {subject: decision for (is_source, subject), decision in held.items() if not is_source}
    retired = {
        subject: decision.get("successor")
        for (_, subject), decision in sorted(held.items())
        if decision["kind"] == "retire"
    }
    return decided, retired
