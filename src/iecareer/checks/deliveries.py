"""Run the checks on deliveries and keep the verdicts.

Deliveries may arrive in any order. Code lists are checked before deliveries that use their codes. A stopped
delivery is checked again by every run; a warning about a missing code list is checked again once the list arrives.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import duckdb

from iecareer.checks.alerts import alert
from iecareer.checks.check_tables import write_checks
from iecareer.checks.reference_codes import ORDER, awaited_lists
from iecareer.checks.suites import delivery_suite, verdict
from iecareer.checks.unpriced_pay import unpriced_pay
from iecareer.database import build_config
from iecareer.lake.freshness import source_states
from iecareer.lake.manifest import Delivery
from iecareer.lake.verdicts import Verdict, keep_run_verdicts, record_verdict
from iecareer.runs.build import open_build
from iecareer.runs.pin import Pin, read_pin
from iecareer.settings import lake


@dataclass(frozen=True)
class Judged:
    """A delivery with its verdict; `is_new` says whether this run gave the verdict."""

    delivery: Delivery
    is_new: bool


def judge_deliveries(run_id: str) -> dict[str, Any]:
    """Judge the deliveries pinned by a run, save the verdicts in the manifest and write ``checks`` into the build.

    Returns
    -------
    dict
        ``judged`` (number of new verdicts), ``passed``, ``warned`` (numbers of deliveries), ``stopped``,
        ``newly_warned`` (delivery ids), ``silent`` (overdue source systems) and ``alert`` (see `alert`).
    """
    pin = read_pin(run_id)
    judged = judge(pin, beside_others=True)
    for item in judged:
        if item.is_new:
            d = item.delivery
            record_verdict(d.delivery_id, d.version, str(d.verdict), d.failed, pin.as_of, d.stopping)
    deliveries = [item.delivery for item in judged]
    keep_run_verdicts(run_id, {f"{d.delivery_id}.{d.version}": _given(d, pin) for d in deliveries})
    states = source_states(pin.deliveries, pin.retired, pin.as_of)
    silent = [state for state in states if state.is_silent]
    with open_build(run_id) as connection:
        write_checks(connection, deliveries, states, unpriced_pay(deliveries))
    stopped = [d for d in deliveries if d.verdict == "stop" and not d.is_accepted]
    warned = [item.delivery.delivery_id for item in judged if item.is_new and item.delivery.verdict == "warn"]
    verdicts = [delivery.verdict for delivery in deliveries]
    return {
        "judged": sum(item.is_new for item in judged),
        "passed": verdicts.count("pass"),
        "warned": verdicts.count("warn"),
        "stopped": [d.delivery_id for d in deliveries if d.verdict == "stop"],
        "newly_warned": warned,
        "silent": [state.source_id for state in silent],
        "alert": alert(pin, stopped, silent),
    }


def judge(pin: Pin, *, beside_others: bool = False) -> list[Judged]:
    """Verdicts of all pinned deliveries, in the order of the pin.

    A stopped delivery is judged again. A pass or warning is kept, except a warning about a code list that has arrived
    since. A replay keeps all verdicts of its run. With `beside_others` false, missing code lists are no failure.
    """
    listed = {d.record_type for d in pin.deliveries if d.decision != "withdraw"}
    standing = {
        d.delivery_id: Judged(d, is_new=False)
        for d in pin.deliveries
        if pin.replays or (d.verdict in ("pass", "warn") and listed.isdisjoint(awaited_lists(d.failed)))
    }
    open_ones = [d for d in pin.deliveries if d.delivery_id not in standing]
    if open_ones:
        counting = [item.delivery for item in standing.values() if item.delivery.is_accepted]
        standing |= {
            d.delivery_id: Judged(d, is_new=True) for d in _judge_now(open_ones, counting, beside_others)
        }
    return [standing[delivery.delivery_id] for delivery in pin.deliveries]


def _given(delivery: Delivery, pin: Pin) -> Verdict:
    return Verdict(str(delivery.verdict), delivery.failed, pin.as_of, delivery.stopping)


def _judge_now(open_ones: list[Delivery], counting: list[Delivery], beside_others: bool) -> list[Delivery]:
    """Judge deliveries one by one. Each accepted one counts when the next ones are judged."""
    from iecareer.checks.accepted_deliveries import AcceptedDeliveries
    from iecareer.checks.metrics import DeliveryMetrics
    from iecareer.checks.suite_runner import open_suite_runner

    judged = []
    accepted = AcceptedDeliveries(lake(), counting)
    with duckdb.connect(config=build_config()) as connection, open_suite_runner(connection) as runner:
        metrics = DeliveryMetrics(connection, accepted)
        for delivery in sorted(open_ones, key=_check_order):
            suite = delivery_suite(delivery.record_type, delivery.mode)
            outcomes = runner.judge(suite, metrics.measure(delivery))
            relevant = [o for o in outcomes if beside_others or not awaited_lists([o.expectation.name])]
            word, failed = verdict(relevant)
            stopping = tuple(e.name for e in suite.expectations if e.severity == "stop" and e.name in failed)
            with_verdict = replace(delivery, verdict=word, failed=tuple(failed), stopping=stopping)
            judged.append(with_verdict)
            if with_verdict.is_accepted:
                accepted.add(with_verdict)
    return judged


def _check_order(delivery: Delivery) -> tuple[int, str, str]:
    kind = delivery.record_type
    return ORDER.index(kind) if kind in ORDER else len(ORDER), kind, delivery.landed_at
