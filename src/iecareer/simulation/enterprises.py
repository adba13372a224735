"""Enterprises of the region, their yearly figures, and mergers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from iecareer.simulation.catalogue import parts
from iecareer.simulation.identities import credit_codes
from iecareer.simulation.provinces import Places
from iecareer.simulation.text_tables import pick, text_table
from iecareer.simulation.timeline import Array, Ints, first_days, month_number, stream, year_of

YEARS = tuple(range(2018, 2027))
INDUSTRIES = parts(
    "C3421;C3491;C3670;C3979;I6513;I6531;L7241;L7281;F5193;F5292;"
    "F5211;G5960;H6210;O8111;Q8411;Q8514;K7020;E4720;J6621"
)
SIZES = ("micro", "small", "medium", "large")
_ROUND_REVENUE = 1000.0
OWNERSHIP = ("private", "state", "foreign", None)
_WORDS = parts("恒川;瑞泽;中岳;博远;华砺;新澜;东启;金衡;宏朔;天汇;嘉锦;信匠;安拓;宇程;盛原;航立")
_TRADES = parts("机械;电子;信息技术;商贸;物流;汽车零部件;智能装备;软件;健康服务;网络科技")


@dataclass(frozen=True)
class Enterprises:
    """Enterprises by position, sorted by province, with the same number in each province.

    `successor` is the position of the enterprise that took this one over (-1: none), `merged` the month number.
    """

    codes: Array
    names: Array
    province: Ints
    division: Array
    size: Ints
    successor: Ints
    merged: Ints

    @property
    def per_province(self) -> int:
        """The number of enterprises in each province."""
        return len(self.codes) // (int(self.province.max()) + 1)

    def choose(self, province: Ints, rng: np.random.Generator) -> Ints:
        """Draw one employer in each given province; a few employers get many draws."""
        rank = (self.per_province * rng.random(len(province)) ** 2).astype(np.int64)
        return np.asarray(province * self.per_province + rank)

    def employer_in(self, enterprise: Ints, month: Ints) -> Ints:
        """The enterprise under which a job's month is registered, after mergers."""
        for _ in range(2):
            moved = (self.successor[enterprise] >= 0) & (month >= self.merged[enterprise])
            enterprise = np.where(moved, self.successor[enterprise], enterprise)
        return enterprise


def build_enterprises(n_graduates: int, places: Places, seed: int) -> Enterprises:
    """One enterprise per fifteen graduates, at least 40 in each province."""
    rng = stream(seed, "enterprises")
    each = max(40, n_graduates // 15 // len(places.codes))
    province = np.repeat(np.arange(len(places.codes)), each)
    n = len(province)
    division = places.divisions[province, rng.integers(0, places.divisions.shape[1], n)]
    number = np.arange(n)
    names = [
        f"{places.names[p]}{_WORDS[i % len(_WORDS)]}{_TRADES[i // len(_WORDS) % len(_TRADES)]}{i:04d}号有限公司"
        for i, p in zip(number, province, strict=True)
    ]
    successor, merged = _mergers(province, each, rng)
    size = rng.choice(len(SIZES), n, p=[0.25, 0.4, 0.25, 0.1])
    return Enterprises(
        credit_codes(division, rng), np.array(names), province, division, size, successor, merged
    )


def _mergers(province: Ints, each: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Merge 2 % of the enterprises into one at a higher position, so that there are no cycles."""
    n = len(province)
    successor = np.full(n, -1)
    merged = np.full(n, 0)
    taken = np.flatnonzero((rng.random(n) < 0.02) & (np.arange(n) % each < each - 1))
    last = (province[taken] + 1) * each - 1
    successor[taken] = rng.integers(taken + 1, last + 1)
    merged[taken] = rng.integers(month_number("2019-01"), month_number("2026-01"), len(taken))
    # `employer_in` follows chains of two mergers, so the third merger of a chain is dropped.
    second = successor[taken]
    third = np.where(successor[second] >= 0, successor[successor[second]], -1)
    successor[taken[third >= 0]] = -1
    return successor, merged


def enterprise_table(enterprises: Enterprises, seed: int, research_shares: Mapping[int, float]) -> pa.Table:
    """Record type `enterprise`: one row per enterprise and year, money in units of 10,000 CNY.

    `research_shares` are exact shares of research in revenue, by position of the enterprise.
    """
    rng = stream(seed, "enterprise years")
    n = len(enterprises.codes)
    at = np.repeat(np.arange(n), len(YEARS))
    year = np.tile(np.array(YEARS), n)
    revenue = np.round(
        np.exp(rng.normal(6.5, 0.6, n))[at] * 3.0 ** enterprises.size[at] * 1.05 ** (year - 2018), 2
    )
    research = np.round(revenue * rng.uniform(0.005, 0.08, n)[at], 2)
    outlay = np.round(revenue * rng.uniform(0, 0.004, n)[at], 2)
    for position, share in research_shares.items():
        revenue[at == position] = _ROUND_REVENUE
        research[at == position] = round(_ROUND_REVENUE * share, 2)
        outlay[at == position] = np.minimum(outlay[at == position], _ROUND_REVENUE * 0.004)
    gone = (enterprises.successor[at] >= 0) & (year > year_of(enterprises.merged[at]))
    return text_table(
        enterprise_code=enterprises.codes[at],
        enterprise_name=enterprises.names[at],
        year=year,
        industry_code=np.array(INDUSTRIES)[rng.integers(0, len(INDUSTRIES), n)][at],
        region_code=enterprises.division[at],
        size_class=pick(SIZES, enterprises.size[at]),
        ownership=pick(OWNERSHIP, (np.arange(n) % len(OWNERSHIP))[at]),
        revenue=revenue,
        rd_expense=research,
        vocational_outlay=outlay,
        status=np.where(gone, "deregistered", "active"),
    )


def succession_table(enterprises: Enterprises) -> pa.Table:
    """Record type `employer_succession`."""
    at = np.flatnonzero(enterprises.successor >= 0)
    return text_table(
        predecessor_code=enterprises.codes[at],
        successor_code=enterprises.codes[enterprises.successor[at]],
        effective_on=first_days(enterprises.merged[at]),
    )
