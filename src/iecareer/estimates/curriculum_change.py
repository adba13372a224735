"""Cohorts before and after a change of curriculum, compared with peers that had not changed.

Input: the model ``int_curriculum_change`` and the values of programs. Output: ``estimates.curriculum_change``, one
row per indicator and cohort since the change. The table shows what followed a change, not what the change caused.
Colleges change programs with bad results, and a program whose results were bad by chance improves without a change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from iecareer.estimates.event_study import Panel, study
from iecareer.estimates.tables import CURRICULUM_CHANGE, write
from iecareer.peers import read_digits
from iecareer.quantiles import student

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    from numpy.typing import NDArray

    from iecareer.estimates.event_study import Event
    from iecareer.estimates.policy import EstimatePolicy

INDICATORS = ("job_match", "retention", "starting_pay")
COUNTS = ("n_changed", "n_comparison", "n_institutions_changed", "n_institutions_comparison")
UNIT = ["institution_code", "program_code"]

# If nobody reported whether a planned change was made, later cohorts count neither as changed nor as comparison. # If
# a change was made on an unknown day, the whole program is left out.
CHANGES = """
select
    institution_code, program_code, changed_cohort::double as changed,
    perhaps_changed_cohort::double as unchanged_before, is_undated
from intermediate.int_curriculum_change
order by all
"""


def estimate_changes(
    connection: duckdb.DuckDBPyConnection, values: pd.DataFrame, policy: EstimatePolicy
) -> dict[str, Any]:
    """Write ``estimates.curriculum_change``.

    Parameters
    ----------
    connection : DuckDBPyConnection
        A build with its staging and intermediate layers.
    values : DataFrame
        Result of :func:`iecareer.estimates.program_values.read_values`.

    Returns
    -------
    dict
        ``n_curriculum_changes``: rows with a value.
    """
    changes = connection.execute(CHANGES).df()
    digits = read_digits(connection)
    rows = []
    for indicator in INDICATORS:
        fit = values[(values["indicator"] == indicator) & ~values["is_limited"]]
        rows += _rows(indicator, _panel(fit, changes, digits) if len(fit) else None, policy)
    write(connection, "curriculum_change", CURRICULUM_CHANGE, rows)
    return {"n_curriculum_changes": sum(row["status"] == "ok" for row in rows)}


def _rows(indicator: str, panel: Panel | None, policy: EstimatePolicy) -> list[dict[str, Any]]:
    """The rows of one indicator, always including one for all cohorts after the change."""
    events = [] if panel is None else study(panel, int(policy.min_peers), int(policy.event_window))
    rows = [_point(event, policy) for event in events]
    if not events or events[-1].time is not None:
        nobody = dict.fromkeys(COUNTS, 0)
        rows.append({"event_time": None, **nobody, **_refused(0, 0, policy)})
    rows[-1]["warning"] = _warn(events, rows)
    return [{"indicator": indicator} | row for row in rows]


def _panel(fit: pd.DataFrame, changes: pd.DataFrame, digits: list[int]) -> Panel:
    """Values by program and cohort, with the level of study of the program's newest cohort."""
    import pandas as pd

    newest = fit.sort_values("cohort_year").groupby(UNIT)["study_level"].last().reset_index()
    units = newest.merge(changes, on=UNIT, how="left").sort_values(UNIT, ignore_index=True)
    units = units[~units["is_undated"].eq(other=True)].reset_index(drop=True)
    years = range(int(fit["cohort_year"].min()), int(fit["cohort_year"].max()) + 1)
    keys = pd.MultiIndex.from_frame(units[UNIT])
    value, n = (
        fit.pivot_table(index=UNIT, columns="cohort_year", values=name)
        .reindex(index=keys, columns=years)
        .to_numpy(dtype=float)
        for name in ("value", "n_effective")
    )
    codes = [_numbered(units["program_code"].str[:length] + units["study_level"]) for length in digits]
    changed, before = (
        units[name].fillna(np.inf).to_numpy(dtype=np.float64) for name in ("changed", "unchanged_before")
    )
    return Panel(value, n, years[0], _numbered(units["institution_code"]), codes, changed, before)


def _numbered(texts: pd.Series[str]) -> NDArray[np.intp]:
    return np.unique(texts.to_numpy(dtype=str), return_inverse=True)[1].astype(np.intp)


def _point(event: Event, policy: EstimatePolicy) -> dict[str, Any]:
    counts: dict[str, Any] = {"event_time": event.time} | {name: getattr(event, name) for name in COUNTS}
    refused = _refused(event.n_institutions_changed, event.n_institutions_comparison, policy)
    if refused["reason"]:
        return counts | refused
    if not np.isfinite(event.standard_error):
        return counts | {"status": "not_comparable", "reason": "there is no standard error"}
    reach = _quantile(event, 0.05) * event.standard_error
    return counts | {
        "estimate": event.estimate,
        "se": event.standard_error,
        "ci_low": event.estimate - reach,
        "ci_high": event.estimate + reach,
        "status": "ok",
    }


def _refused(n_changed: int, n_comparison: int, policy: EstimatePolicy) -> dict[str, Any]:
    """Status and reason, from the numbers of institutions."""
    least = int(policy.differential_min_institutions)
    for count, name in ((n_changed, "changed"), (n_comparison, "comparison")):
        if count < least:
            reason = f"{count} institutions with {name} programs, fewer than {least}"
            return {"status": "not_comparable", "reason": reason}
    return {"status": "ok", "reason": None}


def _quantile(event: Event, rate: float) -> float:
    return student(1 - rate / 2, event.freedom)


def _warn(events: list[Event], rows: list[dict[str, Any]]) -> str | None:
    """A warning if programs diverged from their peers before the change (Bonferroni's rule), else None."""
    before = [
        event
        for event, row in zip(events, rows, strict=False)
        if row["status"] == "ok" and event.time is not None and event.time < 0
    ]
    for event in before:
        if abs(event.estimate) > _quantile(event, 0.05 / len(before)) * event.standard_error:
            return "before the change the programs already moved differently from their peers"
    return None
