"""Attack D: who knows the states of all other people of a set guesses that of the last one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from iecareer.feedback.attacks.counts import potentials
from iecareer.feedback.attacks.windows import BASE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from iecareer.feedback.attacks.evidence import Evidence

    Numbers = NDArray[np.float64]


def chances(evidence: Evidence, others: NDArray[np.int64]) -> tuple[Numbers, Numbers]:
    """How likely each state of the last person of each set is, before and after looking at the release.

    Parameters
    ----------
    evidence : Evidence
        Published counts of the sets.
    others : array of shape (sets, states)
        How many of the others are in each state.

    Returns
    -------
    before, after : arrays of shape (sets, states)
        Before: the shares of the others. After: those shares times the share of all numbers u with which the set would
        give the published counts; nan where none does, because the others are not those of the set.
    """
    rounded, is_known = potentials(evidence)
    total = others.sum(axis=1, keepdims=True)
    before = np.where(total > 0, others / np.maximum(total, 1), 1 / others.shape[1])
    fits = np.zeros(others.shape)
    for state in range(others.shape[1]):
        people = others.copy()
        people[:, state] += 1
        so_far = np.concatenate([np.zeros((len(people), 1), np.int64), people.cumsum(axis=1)], axis=1)
        pairs = so_far[:, None, :] - so_far[:, :, None]
        is_within = (pairs <= evidence.bounds).all(axis=(1, 2))
        for t in range(1 - BASE, 1):
            is_in = (so_far >= rounded + t) & (so_far <= rounded + t + BASE - 1)
            fits[:, state] += is_within & (is_in | ~is_known).all(axis=1)
    likely = before * fits
    with np.errstate(invalid="ignore", divide="ignore"):
        return before, likely / likely.sum(axis=1, keepdims=True)


def success(before: Numbers, after: Numbers, people: NDArray[np.int64]) -> tuple[float, float, float]:
    """How often the state of the last person is guessed, without and with the release, and how often it is certain.

    Parameters
    ----------
    before, after : arrays of shape (sets, states, states)
        Chances when the last person is in each state (second axis).
    people : array of shape (sets, states)
        How many people are in each state: each of them is the last one once.
    """
    states = np.arange(people.shape[1])[None, :]
    plain, informed = ((end.argmax(axis=2) == states) for end in (before, after))
    is_certain = after.max(axis=2) > 1 - 1e-9
    total = people.sum()
    return tuple(float((people * hit).sum() / total) for hit in (plain, informed, is_certain))  # type: ignore[return-value]
