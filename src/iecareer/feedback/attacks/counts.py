"""The sets of whole numbers that each count of a release can be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from iecareer.feedback.attacks import rules, windows
from iecareer.feedback.attacks.windows import BASE, FREE, Integers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from iecareer.feedback.attacks.evidence import Evidence
    from iecareer.feedback.attacks.rules import Range

SMALL = range(1, 10)
FEW = 5


@dataclass(frozen=True)
class Counts:
    """The least and the largest value of some counts of one split.

    Parameters
    ----------
    split : Split
        States in their order.
    units : array
        The sets of people, by number of cell and months (`files.Tables`).
    places : list of (int, int)
        The counts: states between two nodes.
    low, high : arrays of shape (sets, counts)
        All whole numbers between them are possible.
    """

    split: rules.Split
    units: NDArray[np.int64]
    places: list[Range]
    low: Integers
    high: Integers

    @property
    def sizes(self) -> Integers:
        """How many values each count can have."""
        return self.high - self.low + 1

    @property
    def is_exact(self) -> NDArray[np.bool_]:
        """Whether a count of 1 to 9 is known."""
        is_exact: NDArray[np.bool_] = (
            (self.low == self.high) & (self.low >= SMALL.start) & (self.low < SMALL.stop)
        )
        return is_exact

    @property
    def chance_of_small(self) -> NDArray[np.float64]:
        """Share of the possible values that are 1 to 9."""
        small = np.minimum(self.high, SMALL.stop - 1) - np.maximum(self.low, SMALL.start) + 1
        chance: NDArray[np.float64] = np.maximum(small, 0) / np.maximum(self.sizes, 1)
        return chance

    @property
    def is_narrow(self) -> NDArray[np.bool_]:
        """Whether a count that may be 1 to 9 has fewer than five possible values."""
        is_narrow: NDArray[np.bool_] = (self.sizes < FEW) & (self.chance_of_small > 0)
        return is_narrow

    @property
    def is_contradicted(self) -> NDArray[np.bool_]:
        """Whether no count agrees with the published numbers."""
        return self.low > self.high

    def name(self, count: int) -> str:
        """The states that a count counts."""
        first, last = self.places[count]
        return f"{self.split.name}: {' + '.join(state for state in self.split.states[first:last] if state)}"


def possible_counts(evidence: Evidence) -> Counts:
    """The values of all counts of a split that agree with its published numbers."""
    rounded, is_known = potentials(evidence)
    agrees = _agrees(evidence, rounded, is_known)
    bounds = evidence.bounds.copy()
    for (first, last), values in evidence.counts:
        is_alone = ~np.isnan(values) & ~(is_known[:, first] & is_known[:, last] & agrees)
        low = np.where(is_alone, values - BASE + 1, 0).astype(np.int32)
        high = np.where(is_alone, values + BASE - 1, FREE).astype(np.int32)
        windows.limit(bounds, first, last, low, high)
    is_rounded = is_known & agrees[:, None]
    is_rounded[:, 0] = False
    low, high = windows.possible(np.nan_to_num(rounded).astype(np.int32), is_rounded, bounds)
    places = aims(evidence.split)
    ends = np.array(places)
    return Counts(
        evidence.split,
        evidence.units,
        places,
        low[:, ends[:, 0], ends[:, 1]],
        high[:, ends[:, 0], ends[:, 1]],
    )


def aims(split: rules.Split) -> list[Range]:
    """The counts an attacker aims at: states, numerators, denominators and what is between them."""
    found = {(at, at + 1) for at, state in enumerate(split.states) if state} | {(0, len(split.states))}
    for quotient in split.quotients:
        found |= {quotient.hits, quotient.total}
        found |= {(quotient.total[0], quotient.hits[0]), (quotient.hits[1], quotient.total[1])}
    shared = _shared_nodes(split)
    return sorted((a, b) for a, b in found if a < b and not (a in shared and b in shared))


def _shared_nodes(split: rules.Split) -> set[int]:
    """Nodes of a split of answers at which no employed are told apart: the split of activities has them."""
    activities = next((other.states for other in rules.splits() if other.name == rules.ANSWERS), ())
    if split.name == rules.ANSWERS or split.states[-1:] != activities[-1:]:
        return set()
    states = split.states
    return {0} | {at for at in range(1, len(states)) if states[at] in activities} | {1, len(states)}


def potentials(evidence: Evidence) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """C_j' of all nodes that published differences join with the first one."""
    rounded = np.full((len(evidence.units), evidence.n_nodes), np.nan)
    rounded[:, 0] = 0
    for _ in range(evidence.n_nodes):
        for (first, last), values in evidence.counts:
            forward, back = rounded[:, first] + values, rounded[:, last] - values
            rounded[:, last] = np.where(np.isnan(rounded[:, last]), forward, rounded[:, last])
            rounded[:, first] = np.where(np.isnan(rounded[:, first]), back, rounded[:, first])
    return rounded, ~np.isnan(rounded)


def _agrees(
    evidence: Evidence, rounded: NDArray[np.float64], is_known: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Sets whose published counts all are differences of the same numbers, as one number u makes them."""
    agrees = np.ones(len(evidence.units), bool)
    for (first, last), values in evidence.counts:
        is_told = ~np.isnan(values) & is_known[:, first] & is_known[:, last]
        agrees &= ~is_told | (rounded[:, last] - rounded[:, first] == values)
    highest = np.fmax.accumulate(rounded, axis=1)
    return agrees & ~(rounded < highest).any(axis=1)
