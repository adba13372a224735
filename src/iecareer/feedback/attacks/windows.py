"""The true counts that agree with rounded ones.

A set of people is divided into states; C_j people are in the first j states, and 5 · ⌊C_j / 5 + u⌋ is published. For a
whole count only the fifth of u matters: with t = −⌊5 u⌋, C_j lies between C_j' + t and C_j' + t + 4. The same t holds
for all states of the set. For one t the possible C_0 = 0 ≤ C_1 ≤ … ≤ C_J are a system of differences; its tightest
bounds are shortest paths, and all values between them are possible.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int32]

BASE = 5
FREE = 1_000_000
_CHUNK = 4096


def no_bounds(n_sets: int, n_nodes: int) -> Integers:
    """Bounds of sets about which nothing is known but that no state has fewer than 0 people.

    Returns
    -------
    array of shape (sets, nodes, nodes)
        The largest C_j − C_i at [:, i, j].
    """
    bounds = np.full((n_nodes, n_nodes), FREE, np.int32)
    bounds[np.tril_indices(n_nodes)] = 0
    return np.repeat(bounds[None], n_sets, axis=0)


def limit(bounds: Integers, first: int, last: int, low: Integers | int, high: Integers | int) -> None:
    """Keep C_last − C_first between `low` and `high`."""
    bounds[:, first, last] = np.minimum(bounds[:, first, last], high)
    bounds[:, last, first] = np.minimum(bounds[:, last, first], -np.asarray(low))


def possible(rounded: Integers, is_rounded: NDArray[np.bool_], bounds: Integers) -> tuple[Integers, Integers]:
    """The least and the largest possible C_j − C_i of each set.

    Parameters
    ----------
    rounded : array of shape (sets, nodes)
        C_j', multiples of 5.
    is_rounded : array of shape (sets, nodes)
        Whether C_j' is known.
    bounds : array of shape (sets, nodes, nodes)
        What else is known, as in `no_bounds`.

    Returns
    -------
    low, high : arrays of shape (sets, nodes, nodes)
        Where nothing agrees with the numbers, low is above high.
    """
    parts = [
        _possible(rounded[at : at + _CHUNK], is_rounded[at : at + _CHUNK], bounds[at : at + _CHUNK])
        for at in range(0, len(rounded), _CHUNK)
    ]
    if not parts:
        return bounds.copy(), bounds.copy()
    return np.concatenate([low for low, _ in parts]), np.concatenate([high for _, high in parts])


def _possible(
    rounded: Integers, is_rounded: NDArray[np.bool_], bounds: Integers
) -> tuple[Integers, Integers]:
    low, high = np.full_like(bounds, FREE), np.full_like(bounds, -FREE)
    for t in range(1 - BASE, 1):
        shortest = bounds.copy()
        largest = np.where(is_rounded, rounded + t + BASE - 1, FREE)
        least = np.where(is_rounded, rounded + t, 0)
        shortest[:, 0, :] = np.minimum(shortest[:, 0, :], largest)
        shortest[:, :, 0] = np.minimum(shortest[:, :, 0], -least)
        _close(shortest)
        agrees = np.diagonal(shortest, axis1=1, axis2=2).min(axis=1)[:, None, None] >= 0
        np.minimum(low, np.where(agrees, -shortest.transpose(0, 2, 1), FREE), out=low)
        np.maximum(high, np.where(agrees, shortest, -FREE), out=high)
    return low, high


def _close(bounds: Integers) -> None:
    """Shortest paths between all nodes (Floyd and Warshall), of every set at once."""
    for node in range(bounds.shape[1]):
        np.minimum(bounds, bounds[:, :, node, None] + bounds[:, None, node, :], out=bounds)
