"""Volume and freshness of a delivery: metrics computed from the manifest alone, without reading rows.

A metric that does not apply is None, and an expectation on it holds.
"""

from __future__ import annotations

from datetime import date
from statistics import median

from iecareer.checks.accepted_deliveries import by_period
from iecareer.lake.manifest import Delivery

Metrics = dict[str, float | None]

# Totals rows, notes below the table, template examples and rows of erased persons are not records: they count neither
# as read nor as bad.
_NO_RECORD = ("totals_row", "note_row", "example_row", "erased")
_YEAR_BEFORE = 12
_NEWEST_PERIOD = ("newest_period_ratio", "n_periods_before", "n_usual_period", "newest_period_age_days")


def volume(delivery: Delivery, earlier: list[Delivery]) -> Metrics:
    """Size and age of a delivery relative to `earlier` ones of its source, oldest first.

    A replay replaces single rows only, so it gets no size metrics.
    """
    measures = _quarantined(delivery) | _conflicting(delivery)
    if delivery.is_replay:
        return measures | dict.fromkeys(("replaced_ratio", *_NEWEST_PERIOD))
    if delivery.mode == "snapshot":
        measures |= _replaced_snapshot(delivery, earlier)
    if delivery.mode == "period":
        measures |= _replaced_periods(delivery, earlier) | _newest_period(delivery, earlier)
    return measures


def _quarantined(delivery: Delivery) -> Metrics:
    no_record = sum(delivery.reasons.get(reason, 0) for reason in _NO_RECORD)
    n_meant = delivery.n_in - delivery.n_left_out
    n_read = n_meant - no_record
    n_bad = delivery.n_quarantined - no_record
    others = {why: n for why, n in delivery.reasons.items() if why not in _NO_RECORD and not _waits(why)}
    # A row may have several reasons: this many at most are bad for another reason than a name that no list has.
    n_other = min(n_bad, sum(others.values())) if any(map(_waits, delivery.reasons)) else n_bad
    return {
        "n_usable": n_meant - delivery.n_quarantined,
        "n_left_out": delivery.n_left_out,
        "n_quarantined": n_bad,
        "n_quarantined_otherwise": n_other,
        "quarantined_share": n_other / n_read if n_read else None,
        "quarantined_share_with_lists": n_bad / n_read if n_read and n_bad > n_other else None,
    }


def _waits(why: str) -> bool:
    return why.partition(":")[0] == "list_lacks"


def _conflicting(delivery: Delivery) -> Metrics:
    """Records that gave way to others of the delivery that say something else; None where the contract has a rule."""
    n_good = delivery.n_loaded + delivery.n_superseded
    is_settled = delivery.same_key is not None
    return {
        "n_conflicting": None if is_settled else delivery.n_conflicting,
        "conflicting_share": None if is_settled or not n_good else delivery.n_conflicting / n_good,
    }


def _replaced_snapshot(delivery: Delivery, earlier: list[Delivery]) -> Metrics:
    n_before = _rows(earlier[-1]) if earlier else 0
    return {"replaced_ratio": _rows(delivery) / n_before if n_before else None}


def _replaced_periods(delivery: Delivery, earlier: list[Delivery]) -> Metrics:
    """The smallest ratio of new to replaced rows among the periods that this delivery replaces."""
    known = by_period(earlier)
    ratios = [n / known[period] for period, n in by_period([delivery]).items() if known.get(period)]
    return {"replaced_ratio": min(ratios) if ratios else None}


def _newest_period(delivery: Delivery, earlier: list[Delivery]) -> Metrics:
    """Size of the newest period relative to the twelve before it, unless the delivery has no new period."""
    own = by_period([delivery])
    known = by_period([*earlier, delivery])
    newest = max(known, default=None)
    if newest is None or newest not in own or newest in by_period(earlier):
        return dict.fromkeys(_NEWEST_PERIOD)
    before = [known[period] for period in sorted(known) if period < newest][-_YEAR_BEFORE:]
    usual = median(before) if before else 0
    return {
        "newest_period_ratio": own[newest] / usual if usual else None,
        "n_periods_before": len(before),
        "n_usual_period": usual,
        "newest_period_age_days": (delivery.received_on - _first_day(newest)).days,
    }


def _first_day(period: str) -> date:
    return date(int(period[:4]), int(period[5:7]), 1)


def _rows(delivery: Delivery) -> int:
    return sum(part.n for part in delivery.parts)
