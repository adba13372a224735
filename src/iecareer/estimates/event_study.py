"""Event study: outcomes of cohorts after a change, compared with peers that have not changed.

Program i has changed from cohort g on. Its change from cohort g − 1 to cohort t is compared with the change of peers
j that had not changed by t: (Yᵢₜ − Yᵢ,g₋₁) − mean of (Yⱼₜ − Yⱼ,g₋₁). Changed programs never serve as comparison. So
effects that grow, or differ between early and late changes, do not bias the estimate, unlike in a regression on
program and year.

References
----------
Callaway and Sant'Anna (2021), Difference-in-differences with multiple time periods (not-yet-treated group).
Goodman-Bacon (2021), Difference-in-differences with variation in treatment timing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

REFERENCE_TIME = -1


@dataclass(frozen=True)
class Panel:
    """Programs by cohort, for one indicator.

    Parameters
    ----------
    value, n : ndarray of shape (n_units, n_years)
        Value of each cohort and its number of persons; nan if missing.
    first_year : int
        The cohort of the first column.
    institution : ndarray of int, shape (n_units,)
        Institution of each program; programs of one institution are correlated.
    peer_codes : sequence of ndarray of shape (n_units,)
        Groups of comparable units, the finest grouping first; -1 for none.
    changed : ndarray of shape (n_units,)
        First cohort that graduated after the change; inf without one.
    unchanged_before : ndarray of shape (n_units,)
        First cohort that can no longer be used for comparison; inf if all can.
    """

    value: NDArray[np.float64]
    n: NDArray[np.float64]
    first_year: int
    institution: NDArray[np.intp]
    peer_codes: Sequence[NDArray[np.intp]]
    changed: NDArray[np.float64]
    unchanged_before: NDArray[np.float64]


@dataclass(frozen=True)
class Differences:
    """Differences of all changed programs and cohorts; the second index of matrices is an institution.

    Parameters
    ----------
    unit, time : ndarray of int, shape (n_pairs,)
        The changed program, and cohorts since its change.
    change : ndarray of shape (n_pairs,)
        The program's own change since the cohort before the curriculum change.
    weight : ndarray of shape (n_pairs,)
        Persons in the later of the two cohorts.
    peer_weight, peer_sum : ndarray of shape (n_pairs, n_institutions)
        Weights of the program's peers at each institution, and the peers' weighted changes.
    is_peer : ndarray of bool, shape (n_pairs, n_units)
        The peers of each pair.
    """

    unit: NDArray[np.intp]
    time: NDArray[np.intp]
    change: NDArray[np.float64]
    weight: NDArray[np.float64]
    peer_weight: NDArray[np.float64]
    peer_sum: NDArray[np.float64]
    is_peer: NDArray[np.bool_]


@dataclass(frozen=True)
class Event:
    """One point of the event-time plot.

    Parameters
    ----------
    time : int or None
        Cohorts since the change; 0 is the first cohort after it. None means all cohorts after it.
    estimate, standard_error : float
        In the unit of the value; the error leaves out one institution at a time.
    n_changed, n_comparison : int
        Number of programs.
    n_institutions_changed, n_institutions_comparison : int
        Number of institutions.
    """

    time: int | None
    estimate: float
    standard_error: float
    n_changed: int
    n_comparison: int
    n_institutions_changed: int
    n_institutions_comparison: int

    @property
    def freedom(self) -> int:
        """Degrees of freedom: the smaller number of institutions minus one."""
        return min(self.n_institutions_changed, self.n_institutions_comparison) - 1


def study(panel: Panel, min_peers: int, window: int) -> list[Event]:
    """The points of the event-time plot, and last the mean over all cohorts after the change.

    Parameters
    ----------
    panel : Panel
        Programs by cohort.
    min_peers : int
        Smallest number of peers; with fewer, the next coarser grouping is used.
    window : int
        Number of cohorts before and after the change.
    """
    found = _differences(panel, min_peers, window)
    if found is None:
        return []
    times: list[int | None] = [*np.unique(found.time).tolist()]
    if (found.time >= 0).any():
        times.append(None)
    return [_event(panel, found, time) for time in times]


def _differences(panel: Panel, min_peers: int, window: int) -> Differences | None:
    """One row per changed program and cohort with enough peers; None if there is no such row."""
    rows = [
        row
        for unit in np.flatnonzero(np.isfinite(panel.changed))
        for row in _of(panel, unit, min_peers, window)
    ]
    if not rows:
        return None
    unit, time, change, weight, peer_weight, peer_sum, is_peer = zip(*rows, strict=True)
    return Differences(*map(np.array, (unit, time, change, weight, peer_weight, peer_sum, is_peer)))


def _of(panel: Panel, unit: np.intp, min_peers: int, window: int) -> Iterator[tuple[object, ...]]:
    """Rows of one changed program."""
    first = int(panel.changed[unit]) - panel.first_year
    base, n_years = first + REFERENCE_TIME, panel.value.shape[1]
    institutions = int(panel.institution.max()) + 1
    change, weight = panel.value - panel.value[:, [base]], 1 / (1 / panel.n + 1 / panel.n[:, [base]])
    for at in range(max(0, first - window), min(n_years, first + window + 1)):
        if at == base or base < 0 or not np.isfinite(change[unit, at]):
            continue
        peers = _peers(panel, unit, np.isfinite(change[:, at]), max(at, base), min_peers)
        if peers is None:
            continue
        of_peers = np.where(peers, weight[:, at], 0.0)
        yield (
            unit,
            at - first,
            change[unit, at],
            panel.n[unit, at],
            np.bincount(panel.institution, of_peers, institutions),
            np.bincount(panel.institution, of_peers * np.where(peers, change[:, at], 0.0), institutions),
            peers,
        )


def _peers(
    panel: Panel, unit: np.intp, is_observed: NDArray[np.bool_], last: int, min_peers: int
) -> NDArray[np.bool_] | None:
    """Peers: programs elsewhere with both cohorts, unchanged by the later one, in the finest sufficient grouping."""
    fit = is_observed & (panel.unchanged_before > panel.first_year + last)
    fit &= panel.institution != panel.institution[unit]
    for codes in panel.peer_codes:
        chosen = fit & (codes == codes[unit]) & (codes >= 0)
        if chosen.sum() >= min_peers:
            return np.asarray(chosen)
    return None


def _event(panel: Panel, found: Differences, time: int | None) -> Event:
    """One point: weighted mean of the differences, and its jackknife over institutions."""
    rows = np.flatnonzero(found.time >= 0 if time is None else found.time == time)
    changed, compared = np.unique(found.unit[rows]), found.is_peer[rows].any(axis=0)
    at_changed, at_compared = np.unique(panel.institution[changed]), np.unique(panel.institution[compared])
    left_out = np.union1d(at_changed, at_compared)
    deleted = _without(panel, found, rows, left_out)
    return Event(
        time,
        float(_without(panel, found, rows, np.array([-1]))[0]),
        float(np.sqrt((len(left_out) - 1) * deleted.var())),
        len(changed),
        int(compared.sum()),
        len(at_changed),
        len(at_compared),
    )


def _without(
    panel: Panel, found: Differences, rows: NDArray[np.intp], institutions: NDArray[np.intp]
) -> NDArray[np.float64]:
    """The weighted mean without one institution, on either side, for each given institution; -1 leaves out none."""
    is_real = institutions >= 0
    of_peers, sums = (
        total[rows].sum(axis=1, keepdims=True) - np.where(is_real, total[rows][:, institutions], 0.0)
        for total in (found.peer_weight, found.peer_sum)
    )
    own = panel.institution[found.unit[rows]][:, None]
    # A remaining weight of almost 0 is a rounding error.
    is_left = of_peers > 1e-9 * found.peer_weight[rows].sum(axis=1, keepdims=True)
    weight = found.weight[rows][:, None] * (own != institutions) * is_left
    difference = found.change[rows][:, None] - sums / np.where(is_left, of_peers, 1.0)
    total = weight.sum(axis=0)
    return np.asarray(
        np.where(total > 0, (weight * difference).sum(axis=0) / np.where(total > 0, total, 1.0), np.nan)
    )
