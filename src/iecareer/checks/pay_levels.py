"""Plausibility of pay: the median relative to the province's average wage and to earlier deliveries.

These ratios reveal a wrong unit (pay per year, in cents, or in units of 10,000 CNY), which changes the median tenfold
or more.
"""

from __future__ import annotations

import duckdb

from iecareer.checks.reference_codes import References
from iecareer.checks.volume_and_freshness import Metrics

# Record type → columns of pay, day and region (None: use the region of the institution).
PAY = {
    "employment_month": ("contribution_base", "month", "region_code"),
    "employment_spell": ("monthly_wage", "started_on", "region_code"),
    "followup_response": ("monthly_income", "responded_on", None),
}


def pay_level(connection: duckdb.DuckDBPyConnection, kind_name: str, references: References) -> Metrics:
    """Ratios of median pay to the average wage of province and year, and to the source's earlier median.

    ``n_pay`` and ``n_pay_usual`` count the values compared; ``n_pay_beside_wage`` counts those with an average wage.
    """
    if kind_name not in PAY:
        return {}
    pay = PAY[kind_name][0]
    n, median = _row(connection, f"select count({pay}), median({pay}) from delivery")
    n_usual, usual = _row(connection, f"select count({pay}), median({pay}) from usual")
    measures: Metrics = {
        "n_pay": n,
        "n_pay_usual": n_usual,
        "pay_to_usual_ratio": median / usual if usual and median is not None else None,
        "n_pay_beside_wage": 0,
        "pay_to_average_wage_ratio": None,
    }
    priced_pay = _beside_wages(kind_name, references)
    if priced_pay is not None:
        sql = f"select count(*), median(pay / average_wage) from ({priced_pay}) where average_wage > 0"
        measures["n_pay_beside_wage"], measures["pay_to_average_wage_ratio"] = _row(connection, sql)
    return measures


def price_index_share(
    connection: duckdb.DuckDBPyConnection, kind_name: str, references: References
) -> Metrics:
    """Share of rows with pay whose province and year have a price index. Pay without an index cannot be deflated.

    ``n_pay_without_region_year`` counts the rows with pay where no price index at all has been received.
    """
    if kind_name not in PAY:
        return {}
    n, _ = _row(connection, f"select count({PAY[kind_name][0]}), null from delivery")
    measures: Metrics = {"priced_share": None, "n_pay_without_region_year": 0}
    if references.received("region_year") is None:
        measures["n_pay_without_region_year"] = n
    elif priced_pay := _beside_wages(kind_name, references):
        sql = f"select null, avg((price_index is not null)::integer) from ({priced_pay})"
        measures["priced_share"] = _row(connection, sql)[1]
    return measures


def _beside_wages(kind_name: str, references: References) -> str | None:
    """SQL that joins each pay value to price index and average wage; None without the lists it needs."""
    wages = references.received("region_year")
    institutions = references.received("institution")
    pay, day, region = PAY[kind_name]
    if wages is None or (region is None and institutions is None):
        return None
    # A reported job without a region later gets that of the graduate's institution, which is not in this row.
    place, join, known = f"delivery.{region}", "", f"and delivery.{region} is not null"
    if region is None:
        known = ""
        place = "i.region_code"
        join = f"left join {institutions} as i on i.institution_code = delivery.institution_code"
    return f"""
        select delivery.{pay} as pay, w.price_index, w.average_wage
        from delivery {join}
        left join {wages} as w
        on w.region_code = left({place}, 2) || '0000' and w.year = year(delivery.{day})
        where delivery.{pay} is not null {known}
    """


def _row(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[float, float | None]:
    found = connection.execute(sql).fetchone()
    return found if found is not None else (0, None)
