"""A signal in words: what was compared, how it differs, and what evidence would clear it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from iecareer.bureau.values import percent, rounded
from iecareer.bureau.words import of_value, say

if TYPE_CHECKING:
    from iecareer.bureau.policy import Policy
    from iecareer.feedback.wording import Text

Row = dict[str, Any]
# Computed numbers closer than this count as equal.
_ROUNDING = 1e-9
_DIGITS = 3


@dataclass(frozen=True)
class Evidence:
    """The three texts of a signal."""

    compared: Text
    differs: Text
    clears: Text


def of_placement(row: Row, policy: Policy) -> Evidence:
    """The texts of a row of ``audit.placement_signal`` that is a signal."""
    signal, left = row["signal"], most_unexplained(row, policy)
    numbers = {
        "wave": policy.whole("signal_wave_months"),
        "firm": policy.whole("tiny_firm_min_answers"),
        "income": policy.whole("same_income_min_answers"),
        "months": policy.whole("insured_within_months"),
    }
    compared = say(
        "compared",
        cohort=row["cohort_year"],
        who=say(f"who_{signal}", **numbers),
        n=row["n"],
        what=say(f"what_{signal}", **numbers),
        hits=row["n_hits"],
        share=percent(row["share"]),
        peers=of_value("peer_level", row["peer_level"]),
        peers_n=row["peers_n"],
        peers_share=percent(row["peers_share"]),
    )
    differs = say(
        "differs",
        excess=rounded(100 * (row["share"] - row["peers_share"]), 1, (100 * policy.number("min_excess"),)),
        phi=f"{row['over_dispersion']:.2f}",
        p=f"{row['p_value']:.{_DIGITS}g}",
        q=f"{row['q_value']:.{_DIGITS}g}",
        limit=f"{policy.number('false_discovery'):g}",
    )
    clears = say(
        "clears",
        evidence=say(f"evidence_{signal}", **numbers),
        needed=row["n_hits"] - left,
        hits=row["n_hits"],
        left=left,
        least=policy.whole("min_hits"),
        excess=f"{100 * policy.number('min_excess'):g}",
    )
    return Evidence(compared, differs, clears)


def most_unexplained(row: Row, policy: Policy) -> int:
    """The largest number of hits that would be no signal: too few of them, or too close to the peers."""
    return max(
        hits
        for hits in range(row["n_hits"])
        if hits < policy.number("min_hits")
        or hits / row["n"] - row["peers_share"] - policy.number("min_excess") < -_ROUNDING
    )


def of_cooperation(row: Row, policy: Policy) -> Evidence:
    """The texts of a row of ``audit.cooperation_signal``."""
    numbers = {
        "year": row["year"],
        "factor": f"{policy.number('places_factor'):g}",
        "years": policy.whole("copied_years"),
        "first": row["year"] - policy.whole("copied_years") + 1,
    }
    signal = row["signal"]
    return Evidence(
        say(f"compared_{signal}", **numbers),
        say(f"differs_{signal}", **numbers),
        say(f"evidence_{signal}", **numbers),
    )
