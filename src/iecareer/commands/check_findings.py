"""Print which deliveries the checks stopped or warned about, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from iecareer.commands.output import say

if TYPE_CHECKING:
    from iecareer.lake.manifest import Delivery

_NAMES = (
    "delivery_id", "source_id", "record_type", "received_on", "failed", "stopping", "decision", "not_overruled",
)  # fmt: skip
_SHOWN = 10
_SENTENCES = 8
_SHORT = 8


def short(delivery_id: str) -> str:
    """The first characters of a delivery id. Commands accept this short form."""
    return delivery_id[:_SHORT]


def stopped(deliveries: Sequence[Delivery]) -> list[dict[str, Any]]:
    """Deliveries that do not count because a check stopped them, each with its findings."""
    return [_summary(d) for d in deliveries if d.verdict == "stop" and not d.is_accepted]


def warned(deliveries: Sequence[Delivery]) -> list[dict[str, Any]]:
    """Deliveries that count but have warnings, each with its findings. Replaced snapshots are left out."""
    newest = {(d.source_id, d.record_type): d.delivery_id for d in deliveries if d.decision != "withdraw"}
    return [
        _summary(d)
        for d in deliveries
        if d.verdict == "warn" and d.is_accepted
        if d.mode != "snapshot" or newest[d.source_id, d.record_type] == d.delivery_id
    ]


def findings(delivery: Delivery) -> list[dict[str, str]]:
    """One entry per failed expectation, without data values. Expectations since removed from the suite are left out."""
    from iecareer.checks.suites import delivery_suite, gravest_first

    suite = delivery_suite(delivery.record_type, delivery.mode)
    return [
        {"expectation": e.name, "severity": e.severity, "meaning": e.sentence_en, "meaning_zh": e.sentence_zh}
        for e in gravest_first(suite.expectations)
        if e.name in delivery.failed
    ]


def say_stopped(summaries: Sequence[dict[str, Any]]) -> None:
    """Print one line per stopped delivery, followed by its findings."""
    for stop in summaries:
        say(
            f"Stopped: {stop['source_id']}/{stop['record_type']}, delivery {stop['delivery_id']}: "
            f"{', '.join(stop['stopping'])}{_not_overruled(stop)}"
        )
        _say_findings(stop["findings"])


def say_warned(summaries: Sequence[dict[str, Any]]) -> None:
    """Print the warnings. Deliveries of one source and record type with the same warnings share a line."""
    alike: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for entry in reversed(summaries):
        alike.setdefault((entry["source_id"], entry["record_type"], tuple(entry["failed"])), []).append(entry)
    for (source, kind, _), (newest, *earlier) in list(alike.items())[:_SHOWN]:
        more = f" and {len(earlier):,} earlier" if earlier else ""
        say(f"Warned: {source}/{kind}, delivery {short(newest['delivery_id'])}{more}:")
        _say_findings(newest["findings"])
    if len(alike) > _SHOWN:
        say(f"Warned: {len(alike) - _SHOWN:,} older groups of deliveries; see 'iecareer status --json'.")


def _say_findings(found: Sequence[dict[str, str]]) -> None:
    for finding in found[:_SENTENCES]:
        say(f"  {finding['severity']}: {finding['expectation']}: {finding['meaning']}")
    if len(found) > _SENTENCES:
        say(f"  … {len(found) - _SENTENCES} more")


def _summary(delivery: Delivery) -> dict[str, Any]:
    shown = {name: getattr(delivery, name) for name in _NAMES}
    return shown | {"findings": findings(delivery)}


def _not_overruled(stop: dict[str, Any]) -> str:
    """What still stops a delivery that was accepted for other reasons; "" if it was not accepted."""
    names = ", ".join(stop["not_overruled"])
    return f" (accepted, but the decision does not overrule {names})" if stop["decision"] == "accept" else ""
