"""Provinces of the region: codes, prices, wages and limits of contribution bases."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from iecareer.simulation.catalogue import catalogue, parts
from iecareer.simulation.text_tables import text_table
from iecareer.simulation.timeline import PRICE_BASE_YEAR, PRICE_YEARS, Array, Floats, Ints, year_of

CLASSES = ("east", "central", "west", "northeast")
TYPICAL_PAY = 5600.0
PAY_GROWTH = 0.015


@dataclass(frozen=True)
class Places:
    """Provinces by position; arrays by year cover `PRICE_YEARS`."""

    codes: Array
    names: Array
    class_of: Array
    wage_level: Floats
    divisions: Array
    price_index: Floats
    average_wage: Floats

    def prices(self, province: Ints, year: Ints) -> Floats:
        """Price level of province and year relative to the base year."""
        index = self.price_index
        return np.asarray(
            index[province, year - PRICE_YEARS[0]] / index[province, PRICE_BASE_YEAR - PRICE_YEARS[0]]
        )

    def base_limits(self, province: Ints, month: Ints) -> tuple[Floats, Floats]:
        """Floor and cap of the contribution base in force in that month (July to June)."""
        wage = self.average_wage[province, year_of(month - 6) - PRICE_YEARS[0]]
        return np.round(wage * 0.6), np.round(wage * 3.0)


def build_places() -> Places:
    """Build the eight provinces of the catalogue, two in each region class."""
    rows = catalogue("provinces")
    years = np.array(PRICE_YEARS)
    growth = np.array([float(row["price_growth"]) for row in rows])
    level = np.array([float(row["wage_level"]) for row in rows])
    index = np.round(100 * np.exp(growth[:, None] * (years - years[0])), 3)
    prices = index / index[:, [-1]]
    wage = TYPICAL_PAY * np.exp(level[:, None] + PAY_GROWTH * (years - 2022)) * prices
    return Places(
        codes=np.array([row["region_code"] for row in rows]),
        names=np.array([row["name"] for row in rows]),
        class_of=np.array([row["region_class"] for row in rows]),
        wage_level=level,
        divisions=np.array([parts(row["divisions"]) for row in rows]),
        price_index=index,
        average_wage=np.round(wage),
    )


def region_year_table(places: Places) -> pa.Table:
    """Record type `region_year`: one row per province and year."""
    n = len(PRICE_YEARS)
    wage = places.average_wage.ravel()
    return text_table(
        region_code=np.repeat(places.codes, n),
        year=np.tile(np.array(PRICE_YEARS), len(places.codes)),
        price_index=places.price_index.ravel(),
        average_wage=wage.astype(np.int64),
        minimum_wage=np.round(wage * 0.32).astype(np.int64),
        base_floor=np.round(wage * 0.6).astype(np.int64),
        base_cap=np.round(wage * 3.0).astype(np.int64),
    )
