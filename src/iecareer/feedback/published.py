"""The rows of the published warehouse that one institution may read, and the run they come from.

Input: the published file, read-only. Output: Arrow tables of the schema ``feedback``, by institution.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from iecareer import settings
from iecareer.database import text_literal
from iecareer.errors import IecareerError
from iecareer.feedback import wording
from iecareer.feedback.catalog import columns_of, has_table
from iecareer.feedback.wording import say

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

Row = dict[str, Any]
# Every institution gets the region-wide rows.
_REGION_WIDE = "salary_differential"
# Retention of employers' own hires is for enterprises and the bureau.
EMPLOYERS = "employer_retention"
REGION = "region"
# What page and workbook show of large tables, by key column. Of the survey's waves they show the headline wave.
_OF_WAVE = ("employment", "job_match")
_SHOWN: dict[str, dict[str, tuple[str, ...]]] = {
    "employment": {"definition": ("moe_final", "moe_initial", "register", "known_only")},
    "job_match": {"definition": ("normative", "self_report", "vertical")},
    "workplace": {"scope": ("institution",)},
    "workplace_pay": {"status": ("ok", "not_comparable")},
    "employer": {"scope": ("institution",)},
}
# Tables are read for this many institutions at once: a query for each of them would scan every table again.
_AT_ONCE = 32
# Control characters, and characters that change the direction of the text after them.
UNSEEN = r"[\x00-\x1f\x7f-\x{9f}\x{61c}\x{200b}-\x{200f}\x{2028}-\x{202e}\x{2060}-\x{2069}\x{feff}]"


@dataclass(frozen=True)
class Edition:
    """The run that a release is made from.

    Parameters
    ----------
    run_id, as_of : str
        Run and its ISO date.
    policy : list of dict
        Policy rows in force: name, value, unit, effective_from, document, clause, description.
    price_base_year : int, optional
        Year of the prices in which pay is stated; None if the warehouse does not know it.
    renewed_because : str, optional
        Why no number stands from an earlier release: `first` release, changed `definitions`, or None.
    label, first_label : str, optional
        The release that is written, and the one that published the numbers of this run first: the same, unless the
        run was released before. None in a candidate.
    """

    run_id: str
    as_of: str
    policy: list[Row]
    price_base_year: int | None = None
    renewed_because: str | None = None
    label: str | None = None
    first_label: str | None = None

    @property
    def false_discovery_rate(self) -> float | None:
        """Expected share of false alarms among flags, by policy; None without flags."""
        found = [row["value"] for row in self.policy if row["name"] == "false_discovery_rate"]
        return float(found[0]) if found else None

    def number(self, name: str) -> int:
        """A whole policy number by name."""
        return int(self.share(name))

    def share(self, name: str) -> float:
        """A policy number by name."""
        return float(next(row["value"] for row in self.policy if row["name"] == name))


@dataclass(frozen=True)
class College:
    """The rows of one institution in the published warehouse, or those of the whole region (`scope`).

    Parameters
    ----------
    like : College, optional
        Another edition of it. Tables that both share are not made into rows again.
    """

    code: str
    name: str
    data: dict[str, pa.Table]
    headline_wave: int
    scope: str = "institution"
    like: College | None = None

    @cached_property
    def tables(self) -> dict[str, list[Row]]:
        """The rows that page and workbook show, by table name; the data files have all rows."""
        return {
            name: self._shared(name) or _shown(name, table, self.headline_wave).to_pylist()
            for name, table in self.data.items()
        }

    def _shared(self, name: str) -> list[Row] | None:
        """Rows of a table that the other edition has too, unless it shows another wave of it."""
        is_same = self.like is not None and self.like.data.get(name) is self.data[name]
        if self.like is None or not is_same or self.like.headline_wave != self.headline_wave:
            return None
        return self.like.tables[name]

    @cached_property
    def _by_key(self) -> dict[tuple[str | None, ...], dict[tuple[object, ...], list[Row]]]:
        """Rows by the values of columns that were asked for; a page asks hundreds of times."""
        return {}

    @cached_property
    def _by_place(self) -> dict[tuple[str, str | None, str | None], list[Row]]:
        found: dict[tuple[str, str | None, str | None], list[Row]] = {}
        for name, rows in self.tables.items():
            for row in rows:
                found.setdefault((name, row.get("scope"), row["program_code"]), []).append(row)
        return found

    def rows(self, table: str, scope: str, program_code: str | None = None, **where: object) -> list[Row]:
        """Rows of a table for one program or a wider scope, whose columns equal `where`."""
        of_place = self._by_key.setdefault((table, scope, program_code, *where), {})
        if not of_place:
            for row in self._by_place.get((table, scope, program_code), []):
                of_place.setdefault(tuple([row[key] for key in where]), []).append(row)
        return list(of_place.get(tuple(where.values()), ()))

    @cached_property
    def programs(self) -> list[tuple[str, str]]:
        """Codes and names of all programs with a row."""
        return sorted(
            {
                row["program_code"]: row["program_name"] or row["program_code"]
                for rows in self.tables.values()
                for row in rows
                if row["program_code"]
            }.items()
        )


@contextmanager
def open_published() -> Iterator[DuckDBPyConnection]:
    """Open ``$IECAREER_HOME/warehouse.duckdb`` read-only.

    Raises
    ------
    IecareerError
        When nothing has been published yet, or the published warehouse has no feedback.
    """
    import duckdb

    path = settings.home() / "warehouse.duckdb"
    if not path.is_file():
        raise IecareerError("There is no published warehouse in this home.", next_step="Run: iecareer run")
    connection = duckdb.connect(str(path), read_only=True)
    try:
        if not has_table(connection, "feedback.candidate"):
            raise IecareerError(
                "The published warehouse has no feedback tables.", next_step="Run: iecareer run"
            )
        yield connection
    finally:
        connection.close()


def read_edition(connection: DuckDBPyConnection) -> Edition:
    """The run, date and policy rows of the published feedback."""
    (run,) = _rows(connection, "select * replace (as_of::varchar as as_of) from feedback.candidate")
    policy = _rows(
        connection, "select * replace (effective_from::varchar as effective_from) from feedback.policy"
    )
    return Edition(
        run["run_id"], run["as_of"], policy, run.get("price_base_year"), run.get("renewed_because")
    )


def institution_codes(connection: DuckDBPyConnection) -> list[str]:
    """Codes of all institutions that get a folder, in order."""
    found = connection.execute("select institution_code from feedback.institution order by 1").fetchall()
    return [str(row[0]) for row in found]


def college_tables() -> list[str]:
    """The tables that institutions get, in the order of the catalogue."""
    return [name for name in wording.tables() if name != EMPLOYERS]


def read_colleges(connection: DuckDBPyConnection, edition: Edition) -> Iterator[College]:
    """All institutions in the order of their codes, each with the rows that it may see."""
    wave = edition.number("headline_wave_months")
    named = _rows(
        connection,
        "select institution_code as code, institution_name as name from feedback.institution order by 1",
    )
    shared = read_table(
        connection, _REGION_WIDE, "institution_code is null and scope in ('region', 'mode')", edition
    )
    for first in range(0, len(named), _AT_ONCE):
        some = named[first : first + _AT_ONCE]
        codes = [row["code"] for row in some]
        read = {name: _by_institution(connection, name, codes, edition) for name in college_tables()}
        for row in some:
            data = {name: tables[row["code"]] for name, tables in read.items()}
            data[_REGION_WIDE] = _joined(data[_REGION_WIDE], shared)
            yield College(row["code"], row["name"] or row["code"], data, wave)


def read_region(connection: DuckDBPyConnection, edition: Edition) -> College:
    """The rows of the whole region."""
    data = {
        name: read_table(connection, name, f"scope = '{REGION}'" if has_scope else "false", edition)
        for name, has_scope in ((name, name != "program_flag") for name in wording.tables())
    }
    return College("", say("section_region").zh, data, edition.number("headline_wave_months"), REGION)


def _by_institution(
    connection: DuckDBPyConnection, table: str, codes: list[str], edition: Edition
) -> dict[str, pa.Table]:
    """The table's rows of each institution, of which there may be none."""
    found = read_table(connection, table, "list_contains(?, institution_code)", edition, [codes])
    # rows are ordered by institution, so those of one are a slice
    counted = found.column("institution_code").value_counts().to_pylist()
    sizes = {one["values"]: one["counts"] for one in counted}
    ends = accumulate(sizes.values())
    of_code = {
        code: found.slice(end - size, size) for (code, size), end in zip(sizes.items(), ends, strict=True)
    }
    return {code: of_code.get(code, found.slice(0, 0)) for code in codes}


def _shown(name: str, table: pa.Table, wave: int) -> pa.Table:
    """The rows of a table that page and workbook show."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for column, values in _SHOWN.get(name, {}).items():
        wanted = pa.array(values, table.schema.field(column).type)
        table = table.filter(pc.is_in(table.column(column), wanted))
    if name in _OF_WAVE:
        waves = pa.array((0, wave), table.schema.field("wave_months").type)
        table = table.filter(pc.is_in(table.column("wave_months"), waves))
    return table


def _joined(own: pa.Table, shared: pa.Table) -> pa.Table:
    import pyarrow as pa

    return pa.concat_tables([own, shared])


def read_table(
    connection: DuckDBPyConnection,
    table: str,
    condition: str,
    edition: Edition,
    parameters: list[Any] | None = None,
) -> pa.Table:
    """Rows with the name of their program, and the release that published their numbers first."""
    query = _query(connection, table, condition, edition)
    return plain_text(connection.sql(query, params=parameters).to_arrow_table())


def stream_table(connection: DuckDBPyConnection, table: str, edition: Edition) -> pa.RecordBatchReader:
    """All rows of a table as `read_table` gives them, a part at a time."""
    return stream(connection, _query(connection, table, "true", edition))


def stream(connection: DuckDBPyConnection, query: str) -> pa.RecordBatchReader:
    """The rows of a query without unseen characters, a part at a time."""
    import pyarrow as pa

    found = connection.sql(query).to_arrow_reader()
    plain = (plain_text(pa.Table.from_batches([batch])) for batch in found)
    batches = (batch for table in plain for batch in table.to_batches())
    return pa.RecordBatchReader.from_batches(found.schema, batches)


def _query(connection: DuckDBPyConnection, table: str, condition: str, edition: Edition) -> str:
    rows, has_column = "*", "stands_from" in columns_of(connection, f"feedback.{table}")
    if edition.first_label and has_column:
        first = text_literal(edition.first_label)
        rows = f"* replace (coalesce(stands_from, {first}) as stands_from)"
    return f"""with t as (select {rows} from feedback.{table} where {condition})
        select institution_code, program_code, program_name, t.* exclude (institution_code, program_code)
        from t left join feedback.program using (program_code) order by all"""


def plain_text(table: pa.Table) -> pa.Table:
    """The table without unseen characters in its texts."""
    import pyarrow.compute as pc

    return with_texts(table, lambda column: pc.replace_substring_regex(column, UNSEEN, ""))


def with_texts(table: pa.Table, change: Callable[[pa.Array], pa.Array]) -> pa.Table:
    """The table with texts changed by a function of each text alone; columns that it leaves alone stay as they are."""
    import pyarrow as pa

    for at, field in enumerate(table.schema):
        if pa.types.is_string(field.type):
            column = table.column(at)
            # most columns have few different texts
            texts = column.unique()
            if not change(texts).equals(texts):
                table = table.set_column(at, field, change(column))
    return table


def _rows(connection: DuckDBPyConnection, query: str) -> list[Row]:
    rows: list[Row] = plain_text(connection.sql(query).to_arrow_table()).to_pylist()
    return rows
