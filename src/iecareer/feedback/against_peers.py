"""The rules that call a number above, in line with or below its peers, and the words for these results."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iecareer.feedback.published import Row

# Chinese and English texts; 'none' if there is no comparison.
WORDS = {
    "above": ("高于同类", "above peers"),
    "level": ("与同类相当", "in line with peers"),
    "below": ("低于同类", "below peers"),
    "none": ("暂无可比同类", "no peers to compare"),
}


def side_of_share(value: float | None, low: float | None, high: float | None, peers: float | None) -> str:
    """Classify a share: it differs from its peers only if its 95 % interval excludes their median.

    Returns
    -------
    {'above', 'level', 'below', 'none'}
    """
    if value is None or peers is None or low is None or high is None:
        return "none"
    return _side(low, high, peers, peers)


def side_of_pay(row: Row) -> str:
    """Classify pay: its median differs only if it is outside the interquartile range of the peers' medians.

    Returns
    -------
    {'above', 'level', 'below', 'none'}
    """
    if row["peer_median"] is None:
        return "none"
    return _side(row["p50"], row["p50"], row["peer_q25"], row["peer_q75"])


def _side(low: float, high: float, peers_low: float, peers_high: float) -> str:
    """``above`` if the low end is above the peers' high end, ``below`` in the opposite case."""
    if low > peers_high:
        return "above"
    return "below" if high < peers_low else "level"
