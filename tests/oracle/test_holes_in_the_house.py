"""The house makes the tables of the reference from months with hundreds of random holes, in one build.

Every copy of a small region has institutions and bureaus of its own, with holes drawn as in `test_holes`, which holds
the reference against the full months.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from tests.spec.region import run_dbt, write_landing

from . import test_holes as small_region
from .agreement import disagreements
from .deliveries import Received, empty, sieve
from .indicators import indicators
from .record_types import RECORD_TYPES

AS_OF = date(2026, 11, 21)
CHECKED = ("msr_employment", "msr_retention", "msr_starting_salary", "msr_wage")
GRADUATE = {
    "program_code": "460101",
    "study_level": "higher_vocational",
    "training_mode": "regular",
    "enrolled_on": pd.Timestamp("2014-09-01"),
    "sex": "female",
    "birth_year": 1999.0,
    "origin_region_code": "330100",
    "entry_score": np.nan,
}
INSTITUTION = {
    "institution_name": "学院",
    "study_level": "higher_vocational",
    "region_code": "330102",
    "region_class": "east",
    "ownership": "public",
    "valid_from": pd.Timestamp("2000-01-01"),
    "valid_to": pd.NaT,
}


def copies(n: int) -> Received:
    """Copies of the small region, each with its own draw of people, bureaus and holes."""
    people, months = [], []
    for copy in range(n):
        made, rng = small_region.made(copy), np.random.default_rng(copy)
        rows = small_region.with_holes(rng, made.months, small_region.BUREAUS)
        # A bureau without the newest month would hold back all copies.
        newest = made.months[made.months["month"] == small_region.LAST]
        small = newest[newest["source"] == small_region.BUREAUS[0]].head(1).assign(source=small_region.SMALL)
        rows = pd.concat(
            [rows, newest, small.assign(person_id="small 0")], ignore_index=True
        ).drop_duplicates()
        months.append(
            rows.assign(person_id=f"{copy} " + rows["person_id"], source=f"{copy} " + rows["source"])
        )
        own = made.graduates[["person", "institution_code", "graduated_on"]]
        people.append(
            own.assign(
                person=f"{copy} " + own["person"], institution_code=f"{copy} " + own["institution_code"]
            )
        )
    graduates = (
        pd.concat(people, ignore_index=True).rename(columns={"person": "person_id"}).assign(**GRADUATE)
    )
    tables = {name: sieve(name, empty(name), AS_OF) for name in RECORD_TYPES}
    tables["graduate"] = graduates
    tables["institution"] = graduates[["institution_code"]].drop_duplicates().assign(**INSTITUTION)
    tables["region_year"] = small_region.PRICES.assign(
        average_wage=1.0, minimum_wage=1.0, year=lambda t: t["year"].astype(float)
    )
    all_months = pd.concat(months, ignore_index=True)
    tables["employment_month"] = all_months.drop(columns="source")
    return Received(tables, {}, dict(iter(all_months.groupby("source"))))


def build(received: Received, path: Path) -> dict[str, pd.DataFrame]:
    """The tables of the house from the same rows."""
    write_landing(path, {}, None)
    months = pd.concat(received.sources.values())
    tables = received.tables | {"employment_month": months.rename(columns={"source": "source_id"})}
    newest = months.groupby("source")["month"].max()
    sources = pd.DataFrame({"source_id": newest.index, "newest_period": _day(newest), "priority": 100})
    sources = sources.assign(
        record_type="employment_month",
        is_in_service=True,
        counted_as=sources["source_id"],
        observed_through=sources["newest_period"].min(),
    )
    with duckdb.connect(str(path)) as connection:
        for name, table in {**tables, "source_system": sources}.items():
            if len(table):
                rows = table.rename(columns={"person_id": "person_key"})
                if name == "employment_month":
                    rows = rows.assign(month=_day(rows["month"]))
                connection.register("rows", rows)
                connection.execute(f"insert into landing.{name} by name select * from rows")
                connection.unregister("rows")
    models = [f"+{name}" for name in CHECKED]
    assert run_dbt(path, "build", "--select", *models, "--exclude", "resource_type:unit_test") == []
    with duckdb.connect(str(path), read_only=True) as connection:
        return {name: connection.execute(f"from marts.{name}").df() for name in CHECKED}


def _day(month: pd.Series) -> list[pd.Timestamp]:
    return list(pd.to_datetime({"year": month // 12, "month": month % 12 + 1, "day": 1}))


def check(n: int, path: Path) -> None:
    received = copies(n)
    want, got = indicators(received, AS_OF), build(received, path)
    employment = want["msr_employment"]  # nobody was asked, so only register shares are compared
    want["msr_employment"] = employment[employment["definition"].isin(["register", "not_captured"])]
    for table in CHECKED:
        assert want[table]["status"].eq("ok").sum() > 20, table
        differ = disagreements(table, want[table], got[table])
        assert differ.empty, f"{table}: {len(differ)} differ\n{differ.head(10)}"


@pytest.mark.slow
def test_two_hundred_bureaus_with_holes(tmp_path: Path) -> None:
    check(70, tmp_path / "build.duckdb")
