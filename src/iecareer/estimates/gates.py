"""Reasons to withhold a difference or to show it with a warning, according to policy numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from iecareer.estimates.differential import Differential
    from iecareer.estimates.policy import EstimatePolicy
    from iecareer.estimates.sample import Sample


def refuse_to_estimate(sample: Sample, policy: EstimatePolicy) -> str | None:
    """The reason why the two sides cannot be compared, or None."""
    least = policy.differential_min_institutions
    for side, name in ((True, "cooperative"), (False, "comparison")):
        count = sample.n_institutions(side)
        if count < max(least, policy.folds):
            return f"{count} {name} institutions, fewer than {max(least, policy.folds):g}"
    return None


def refuse_few_graduates(sample: Sample, policy: EstimatePolicy) -> str | None:
    """The reason why a side is too small for a regression, or None."""
    for side, name in ((True, "cooperative"), (False, "comparison")):
        count = float(sample.n[sample.is_treated == side].sum())
        if count < policy.effective_min:
            return f"{count:.0f} {name} graduates, fewer than {policy.effective_min:.0f}"
    return None


def refuse_to_show(sample: Sample, found: Differential, policy: EstimatePolicy) -> str | None:
    """All reasons not to show the estimate, in one sentence, or None."""
    balance = found.balance
    n_treated = float(sample.n[sample.is_treated].sum())
    effective_min = max(policy.effective_min, policy.effective_share_min * n_treated)
    failed = []
    if balance.largest_difference > policy.imbalance_max:
        failed.append(
            f"'{balance.worst}' differs by {balance.largest_difference:.2f} standard deviations after weighting"
        )
    if not balance.effective_comparison >= effective_min:
        failed.append(
            f"the comparison has an effective size of {balance.effective_comparison:.0f} graduates, "
            f"fewer than {effective_min:.0f}"
        )
    if balance.extreme_share > policy.extreme_share_max:
        failed.append(
            f"{balance.extreme_share:.1%} of the cooperative graduates have no comparable graduates"
        )
    if not (math.isfinite(found.standard_error) and math.isfinite(found.quantile)):
        failed.append("there is no standard error")
    return "; ".join(failed) or None


def warn(sample: Sample, found: Differential, policy: EstimatePolicy) -> str | None:
    """The reason to read the difference as a range, or None."""
    warnings = []
    n_comparison = float(sample.n[~sample.is_treated].sum())
    effective = found.balance.effective_comparison
    if effective < policy.comparison_share_warn * n_comparison:
        warnings.append(
            f"the effective number of the {n_comparison:.0f} comparison graduates is only {effective:.0f}"
        )
    moved = abs(found.trimmed[0] - found.differences[0])
    # If trimming leaves nobody on a side, its effect on the difference counts as unlimited.
    if not moved <= policy.range_warn * found.standard_error:
        warnings.append("the difference changes much without graduates whose side is very unlikely")
    return "; ".join(warnings) or None


def refuse_limits(n_limits: float, n: float, policy: EstimatePolicy) -> str | None:
    """A reason if too many of a side are at the limits of the contribution base, else None."""
    if n_limits > policy.limit_share_max * n:
        return f"{n_limits / n:.1%} of a side are at the limits of the contribution base"
    return None


def refuse_limits_of(cells: pd.DataFrame, policy: EstimatePolicy) -> list[str | None]:
    """The reason for each side of some cells, see `refuse_limits`."""
    limits = cells.groupby("is_cooperative")[["n_limits", "n"]].sum()
    return [refuse_limits(side["n_limits"], side["n"], policy) for _, side in limits.iterrows()]
