"""Provinces and years of pay without a price index: their pay cannot be deflated and counts in no indicator."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import duckdb

from iecareer.checks.pay_levels import PAY
from iecareer.contracts import record_type
from iecareer.database import build_config
from iecareer.lake.current_parts import current_parts
from iecareer.lake.manifest import Delivery
from iecareer.lake.parts import part_rows
from iecareer.settings import lake

# Record type, code of the province, year.
Unpriced = tuple[str, str, int]


def unpriced_pay(deliveries: Sequence[Delivery]) -> list[Unpriced]:
    """Record types, provinces and years of pay that has no deflator, of the deliveries that count.

    Pay whose region is not known is not among them.
    """
    with duckdb.connect(config=build_config()) as connection:
        for name, columns in (
            ("region_year", "region_code, year"),
            ("institution", "institution_code, region_code"),
        ):
            nulls = ", ".join(f"null as {column.name}" for column in record_type(name).columns)
            listed = _rows(name, deliveries) or f"select {nulls} where false"
            connection.execute(f"create temp table {name} as select distinct {columns} from ({listed})")
        return sorted(
            row
            for kind_name in PAY
            if (rows := _rows(kind_name, deliveries))
            for row in connection.execute(_unpriced_sql(kind_name, rows)).fetchall()
        )


def _rows(kind_name: str, deliveries: Sequence[Delivery]) -> str | None:
    """SQL of the rows of a record type that count; None without any."""
    kind = record_type(kind_name)
    by_source: dict[str, list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        if delivery.record_type == kind_name and delivery.is_accepted:
            by_source[delivery.source_id].append(delivery)
    parts = [part for own in by_source.values() for _, parts in current_parts(kind, own) for part in parts]
    return part_rows(lake(), kind, parts)


def _unpriced_sql(kind_name: str, rows: str) -> str:
    """SQL of the provinces and years of pay for which the model `int_deflator` has no row.

    It has none at all unless some year has an index in every province.
    """
    pay, day, region = PAY[kind_name]
    place = region or "institution.region_code"
    join = "" if region else "join institution using (institution_code)"
    return f"""with base as (
            select year from region_year group by year
            having count(*) = (select count(distinct region_code) from region_year)
        ),
        paid as (
            select distinct left({place}, 2) || '0000' as region_code, year({day}) as year
            from ({rows}) as delivered {join} where {pay} is not null and {place} is not null
        )
        select '{kind_name}', region_code, year from paid anti join (
            from region_year where exists (from base)
        ) as priced using (region_code, year)"""
