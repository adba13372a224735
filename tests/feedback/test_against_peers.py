"""When a number is called above or below its peers."""

from __future__ import annotations

import pytest

from iecareer.feedback.against_peers import WORDS, side_of_pay, side_of_share


@pytest.mark.parametrize(
    ("low", "high", "peers", "side"),
    [
        (0.51, 0.7, 0.5, "above"),
        (0.5, 0.7, 0.5, "level"),
        (0.3, 0.5, 0.5, "level"),
        (0.3, 0.49, 0.5, "below"),
        (0.3, 0.49, None, "none"),
        (None, 0.49, 0.5, "none"),
    ],
)
def test_a_share_differs_when_its_interval_leaves_the_peers_median_out(
    low: float | None, high: float | None, peers: float | None, side: str
) -> None:
    assert side_of_share(0.4, low, high, peers) == side
    assert side in WORDS


@pytest.mark.parametrize(
    ("p50", "side"), [(4900, "below"), (5000, "level"), (6000, "level"), (6100, "above")]
)
def test_pay_differs_outside_the_middle_half_of_the_peers_medians(p50: float, side: str) -> None:
    row = {"p50": p50, "peer_q25": 5000, "peer_median": 5500, "peer_q75": 6000}
    assert side_of_pay(row) == side
    assert side_of_pay(row | {"peer_median": None}) == "none"
