"""Working lives that are nasty on purpose: months of contribution and jobs as told."""

from __future__ import annotations

import numpy as np
import pandas as pd

PROVINCES = ("330000", "410000", "510000", "210000", "620000")
UNKNOWN_PROVINCE = "650100"


def amount(rng: np.random.Generator) -> float:
    """A month of pay: often at a limit of contributions, or a round number that ties."""
    kind = rng.random()
    if kind < 0.06:
        return float(2800 + 100 * rng.integers(0, 14))  # at or near a floor
    if kind < 0.12:
        return float(14000 + 500 * rng.integers(0, 14))
    return round(float(np.exp(rng.normal(8.7, 0.3))), 2) if kind < 0.7 else float(1000 * rng.integers(4, 9))


def workplace(rng: np.random.Generator) -> str:
    """The district of a workplace, sometimes where there is no price index."""
    return UNKNOWN_PROVINCE if rng.random() < 0.03 else PROVINCES[int(rng.integers(5))][:2] + "0105"


def months(rng: np.random.Generator, people: pd.Series, employers: list[str]) -> pd.DataFrame:
    """Months of contribution: jobs with holes, at once, begun before graduation, or left for one's own successor."""
    last = np.datetime64("2026-09").astype(int)
    rows: list[tuple[str, str, int, float, str]] = []
    for person, graduated in people.items():
        at = np.datetime64(graduated[:7]).astype(int) + int(
            rng.choice([-9, -4, -2, -1, 0, 0, 0, 1, 1, 2, 5, 11, 12, 13])
        )
        employer = employers[rng.integers(len(employers))]
        for _ in range(int(rng.choice([0, 1, 2, 3, 4, 6]))):
            length = int(rng.choice([1, 2, 3, 6, 12, 14, 37, 62]))
            pay, place = amount(rng), workplace(rng)
            for month in range(at, min(at + length, last + 1)):
                if rng.random() < 0.04:
                    continue
                rows.append((person, employer, month, pay, place))
                pay = pay if rng.random() < 0.9 else amount(rng)
            if rng.random() > 0.25:
                employer = employers[rng.integers(len(employers))]
            at += length + int(rng.choice([-3, -1, 0, 0, 1, 2, 3, 9]))
            if rng.random() < 0.1:
                at = max(at - length, at - 5)  # two employers at once
    names = ["person_id", "enterprise_code", "month", "contribution_base", "region_code"]
    frame = pd.DataFrame(rows, columns=names)
    frame["month"] = frame["month"].to_numpy().astype("datetime64[M]").astype("datetime64[D]").astype(str)
    return frame.drop_duplicates(names[:3])


def spells(rng: np.random.Generator, people: pd.Series, employers: list[str]) -> pd.DataFrame:
    """Jobs as people tell of them: open, ended, observed early, with the same employer again."""
    rows = []
    for person, graduated in people.items():
        at = np.datetime64(graduated) + int(rng.choice([-200, -40, -5, 0, 3, 30, 200, 370]))
        employer = (
            employers[rng.integers(len(employers))] if rng.random() < 0.6 else f"企业{rng.integers(60)}"
        )
        for _ in range(int(rng.choice([0, 1, 2, 3, 5]))):
            length = int(rng.choice([0, 10, 31, 90, 400, 1200]))
            observed = str(np.datetime64("2026-08-31") - int(rng.choice([0, 0, 0, 31, 400])))
            is_open = rng.random() < 0.25 or at + length > np.datetime64("2026-08-31")
            if at > np.datetime64("2026-08-01") or str(at) > observed:
                break
            wage = "" if rng.random() < 0.1 else amount(rng)
            place = "" if rng.random() < 0.4 else workplace(rng)
            ended = "" if is_open else min(str(at + length), observed)
            rows.append((person, employer, str(at), ended, observed, wage, "", "", place))
            at = at + length + int(rng.choice([-30, 0, 1, 29, 45, 62, 93]))
            if rng.random() > 0.4:
                employer = (
                    employers[rng.integers(len(employers))]
                    if rng.random() < 0.6
                    else f"企业{rng.integers(60)}"
                )
            if is_open and rng.random() < 0.8:
                break
    names = "person_id employer started_on ended_on observed_on monthly_wage job_title occupation_code region_code"
    return pd.DataFrame(rows, columns=names.split()).drop_duplicates(["person_id", "employer", "started_on"])
