"""Referential integrity: the share of a delivery's codes that occur in the delivered code lists."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from iecareer.checks.accepted_deliveries import AcceptedDeliveries
from iecareer.checks.volume_and_freshness import Metrics
from iecareer.contracts import RecordType

# Column of a delivery → record type and column of the list that defines its codes.
_DEFINED_BY = {
    "institution_code": ("institution", "institution_code"),
    "program_code": ("program", "program_code"),
    "occupation_code": ("occupation", "occupation_code"),
    "enterprise_code": ("enterprise", "enterprise_code"),
    "agreement_id": ("cooperation_agreement", "agreement_id"),
    "person_key": ("graduate", "person_key"),
}

# Columns kept of each list, one row per code.
_KEPT = {
    "institution": "institution_code, any_value(region_code) as region_code",
    "program": "program_code",
    "occupation": "occupation_code",
    "enterprise": "enterprise_code",
    "cooperation_agreement": "agreement_id",
    "graduate": "person_key",
    "region_year": "region_code, year, min(price_index) as price_index, min(average_wage) as average_wage",
}

# Lists are checked first, so that other deliveries are compared with lists that passed.
ORDER = (
    "region_year",
    "institution",
    "program",
    "occupation",
    "enterprise",
    "cooperation_agreement",
    "graduate",
)


# An expectation named <record type>_received fails while that list has not been delivered.
_AWAITED = "_received"


def awaited_lists(failed: Iterable[str]) -> set[str]:
    """Record types of the code lists whose absence made these expectations fail."""
    return {name.removesuffix(_AWAITED) for name in failed if name.endswith(_AWAITED)}


class References:
    """The code lists received so far. Each is read once, on first use.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Holds the code tables and the view `delivery`.
    accepted : AcceptedDeliveries
        The deliveries that count. All lists must be in it before the first use (see `ORDER`).
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, accepted: AcceptedDeliveries) -> None:
        self._connection = connection
        self._accepted = accepted
        self._read: set[str] = set()

    def known(self, kind: RecordType) -> Metrics:
        """Per code column, how many codes there are and which share of them is in the list.

        ``n_<column>`` counts the non-empty codes. ``<column>_known_share`` is None, and ``n_<column>_without_list``
        equals ``n_<column>``, where no list has been received.
        """
        measures: Metrics = {}
        for column in (column.stored_name for column in kind.columns):
            list_type, code = _DEFINED_BY.get(column, ("", ""))
            if list_type and list_type != kind.name:
                n = measures[f"n_{column}"] = self._n(column)
                measures[f"n_{column}_without_list"] = 0 if self.received(list_type) else n
                measures[f"{column}_known_share"] = self._known_share(column, list_type, code)
        return measures

    def received(self, list_type: str) -> str | None:
        """Name of the table that holds the list, one row per code; None if the list has not been received."""
        paths = self._accepted.files(list_type)
        table = f"list_{list_type}"
        if paths and table not in self._read:
            self._connection.execute(
                f"create table {table} as select {_KEPT[list_type]} "
                "from read_parquet($paths, union_by_name = true, hive_partitioning = false) group by all",
                {"paths": paths},
            )
            self._read.add(table)
        return table if table in self._read else None

    def _n(self, column: str) -> float:
        row = self._connection.execute(f"select count({column}) from delivery").fetchone()
        return float(row[0]) if row else 0.0

    def _known_share(self, column: str, list_type: str, code: str) -> float | None:
        table = self.received(list_type)
        if table is None:
            return None
        row = self._connection.execute(
            f"select avg(({column} in (select {code} from {table}))::integer) "
            f"from delivery where {column} is not null"
        ).fetchone()
        return row[0] if row else None
