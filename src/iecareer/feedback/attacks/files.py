"""The tables of a release or a candidate as a reader has them: all folders together, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from iecareer.errors import IecareerError
from iecareer.feedback.attacks import rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import pandas as pd
    import pyarrow as pa

CODES = ("institution_code", "program_code", "cohort_from", "cohort_to")
# A unit is a cell at a wave or horizon: number of the cell times this, plus months.
MONTHS = 1000
_NUMBERS = ("n", "k", "ci_low", "ci_high", "share_floor", "share_cap")
_NONE = -1
# Hires of each employer, from colleges and together, under one name.
HIRES = "hire"
_OF_HIRES = ("hiring_employer", "employer_retention")


@dataclass(frozen=True)
class Tables:
    """The tables of a release.

    Parameters
    ----------
    rows : dict of str to DataFrame
        By table: scope, keys, numbers, status, `cell` (row of `cells`), `months` (0 where there are none), `unit` and
        `value` (the share).
    cells : DataFrame
        Codes and cohorts of everything that has a row; cohorts are -1 where all are together.
    """

    rows: dict[str, pd.DataFrame]
    cells: pd.DataFrame = field(repr=False)

    @property
    def is_of_one_release(self) -> bool:
        """Whether all numbers stand from the same release, so that equal sets have equal numbers."""
        return len({name for rows in self.rows.values() for name in rows["stands_from"].unique()}) <= 1

    def of(self, table: str) -> pd.DataFrame:
        """Rows of a table; none where the release does not have it."""
        import pandas as pd

        empty = ("scope", *CODES, "cell", "months", "unit", "status", "stands_from", "value", *_NUMBERS)
        return self.rows.get(table, pd.DataFrame(columns=list(empty)))


def read_tables(release: Path) -> Tables:
    """The tables of shares, retention, pay and employers in all folders of a release, each row once.

    Rows of wider roll-ups, which only the bureau has, are left out: most of them are sums of these. Employers are read
    in the folders of colleges, of the bureau and of enterprises: the table `hire`.

    Parameters
    ----------
    release : Path
        A folder with one folder per recipient, whose ``data`` holds ``<table>.parquet`` or ``<table>.csv``.

    Raises
    ------
    IecareerError
        When no folder holds a table.
    """
    import pandas as pd
    import pyarrow as pa

    paths: dict[str, list[Path]] = {}
    for path in data_files(release):
        paths.setdefault(path.stem, []).append(path)
    if not paths:
        raise IecareerError(
            f"{release.name} has no folder with data files.", next_step="Name the folder of a release."
        )
    read = {
        name: pa.concat_tables((read_file(path) for path in found), promote_options="permissive").to_pandas()
        for name, found in paths.items()
        if name in (*rules.COLUMNS, *_OF_HIRES)
    }
    tables = {
        name: _once(_plain(rows[rows["institution_code"].notna()], name))
        for name, rows in read.items()
        if name not in _OF_HIRES
    }
    hires = [_hires(rows) for name, rows in read.items() if name in _OF_HIRES]
    return numbered(tables | ({HIRES: _once(pd.concat(hires, ignore_index=True))} if hires else {}))


def _hires(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of employers like those of retention; the employer stands behind the program, for a cell of its own."""
    program = rows["program_code"].fillna("").astype(str)
    return _plain(rows.assign(program_code=program + " employer " + rows["enterprise_code"]), "retention")


def _once(rows: pd.DataFrame) -> pd.DataFrame:
    """Each row once. Only colleges are told from which release a row stands; their folders come first."""
    return rows.drop_duplicates([name for name in rows if name != "stands_from"])


def numbered(tables: dict[str, pd.DataFrame]) -> Tables:
    """Tables whose cells have numbers."""
    import pandas as pd

    every = pd.concat([rows[list(CODES)] for rows in tables.values()], ignore_index=True)
    index = pd.MultiIndex.from_frame(every)
    place, _ = index.factorize()
    cells = every[~index.duplicated()].reset_index(drop=True)
    first = 0
    for rows in tables.values():
        rows["cell"] = place[first : first + len(rows)]
        rows["unit"] = rows["cell"] * MONTHS + rows["months"]
        first += len(rows)
    return Tables(tables, cells)


def _plain(rows: pd.DataFrame, table: str) -> pd.DataFrame:
    """The columns that are used. What is missing is '' or -1 in keys and nan in numbers."""
    months, *keys = rules.COLUMNS[table]
    value = rules.VALUES.get(table, "share")
    found = rows.reindex(
        columns=[
            "scope",
            *CODES,
            *(key for key in (*keys, "weighting") if key),
            "status",
            "stands_from",
            *_NUMBERS,
        ]
    )
    for name in found:
        if name in _NUMBERS:
            found[name] = found[name].astype("float64")
        elif name in CODES[2:]:
            found[name] = found[name].fillna(_NONE).astype("int64")
        else:
            found[name] = found[name].fillna("").astype(str)
    found["value"] = rows[value].astype("float64") if value in rows else float("nan")
    found["months"] = rows[months].astype("int64") if months else 0
    return found


def data_files(release: Path) -> Iterator[Path]:
    """A file of each table in each folder, those of enterprises last."""
    for folder in (*sorted(release.glob("*/data")), *sorted(release.glob("enterprises/*/data"))):
        yield from _one_of_each(folder)


def _one_of_each(folder: Path) -> Iterable[Path]:
    """The Parquet file of each table, or its CSV file where there is no other."""
    return {
        path.stem: path for suffix in ("csv", "parquet") for path in sorted(folder.glob(f"*.{suffix}"))
    }.values()


def read_file(path: Path) -> pa.Table:
    """Rows of one file. Codes are text, empty texts are missing."""
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.parquet as pq

    if path.suffix == ".parquet":
        return pq.read_table(path)
    texts = {name: pa.string() for name in (*CODES[:2], *_KEYS)}
    options = pyarrow.csv.ConvertOptions(column_types=texts, strings_can_be_null=True)
    return pyarrow.csv.read_csv(path, convert_options=options)


_KEYS = sorted({key for keys in rules.COLUMNS.values() for key in keys[1:] if key})
