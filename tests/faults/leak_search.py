"""A search for identity numbers in every file of a folder, whatever its kind; a control proves that it finds.

Text is searched where it is text: columns of Parquet, DuckDB and SQLite files are read through their engines
(compression hides text from a search of bytes), members of archives and workbooks are unpacked, and the bytes of
every file are searched besides. Numbers are recognised in UTF-8, UTF-16, GB18030 and full-width digits, and without
century and check character (15 digits).
"""

from __future__ import annotations

import gzip
import io
import re
import shutil
import sqlite3
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

_RUNS = re.compile(r"\d{15,}[Xx]?")
_WIDE = (
    re.compile(rb"(?:\xef\xbc[\x90-\x99]){15,}(?:\xef\xbc\xb8|\xef\xbd\x98|[Xx])?"),
    re.compile(rb"(?:\xa3[\xb0-\xb9]){15,}(?:\xa3[\xd8\xf8]|[Xx])?"),
)
_UTF16 = re.compile(rb"(?:[0-9Xx]\x00){15,}|(?:\x00[0-9Xx]){15,}|(?:[\x10-\x19]\xff){15,}")


def leaks(folder: Path, numbers: set[str], scratch: Path) -> list[str]:
    """Files below `folder` that hold one of the numbers, as ``path (kind)``."""
    wanted = numbers | {number[:6] + number[8:17] for number in numbers} | {number[:17] for number in numbers}
    found: list[str] = []
    for path in sorted(file for file in folder.rglob("*") if file.is_file()):
        for kind, text in _texts(path, scratch):
            if any(_holds(run, wanted) for run in _RUNS.findall(text)):
                found.append(f"{path.relative_to(folder)} ({kind})")
                break
        if any(_holds(run, wanted) for run in _RUNS.findall(unicodedata.normalize("NFKC", str(path)))):
            found.append("a file name")
    return found


def _holds(run: str, wanted: set[str]) -> bool:
    text = run.upper()
    return any(text[i : i + n] in wanted for n in (15, 17, 18) for i in range(len(text) - n + 1))


def _texts(path: Path, scratch: Path) -> Iterator[tuple[str, str]]:
    head = path.open("rb").read(16)
    if head.startswith(b"PAR1"):
        yield "Parquet", _parquet_text(path)
    elif head[8:12] == b"DUCK":
        yield "DuckDB", _duckdb_text(path, scratch)
    elif head.startswith(b"SQLite format 3"):
        yield "SQLite", _sqlite_text(path, scratch)
    yield from _bytes_texts(path.read_bytes())


def _bytes_texts(data: bytes) -> Iterator[tuple[str, str]]:
    yield "bytes", data.decode("latin-1")
    for pattern, encoding in zip(_WIDE, ("utf-8", "gb18030"), strict=True):
        yield (
            "full-width",
            " ".join(
                unicodedata.normalize("NFKC", run.decode(encoding, "ignore")) for run in pattern.findall(data)
            ),
        )
    for run in _UTF16.findall(data):
        for encoding in ("utf-16-le", "utf-16-be"):
            yield "UTF-16", unicodedata.normalize("NFKC", run.decode(encoding, "ignore"))
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.namelist():
                for kind, text in _bytes_texts(archive.read(member)):
                    yield f"archive, {kind}", text
    if data.startswith(b"\x1f\x8b"):
        for kind, text in _bytes_texts(gzip.decompress(data)):
            yield f"gzip, {kind}", text


def _parquet_text(path: Path) -> str:
    return _normal(repr(pq.read_table(path).to_pydict()))


def _duckdb_text(path: Path, scratch: Path) -> str:
    """Everything in the file, with what its write-ahead log holds."""
    copy = scratch / "copy.duckdb"
    for suffix in ("", ".wal"):
        Path(f"{copy}{suffix}").unlink(missing_ok=True)
        if Path(f"{path}{suffix}").exists():
            shutil.copy(f"{path}{suffix}", f"{copy}{suffix}")
    parts = []
    with duckdb.connect(str(copy)) as connection:
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'copy'"
        ).fetchall()
        for schema, table in tables:
            parts.append(repr(connection.execute(f'from "{schema}"."{table}"').fetchall()))
        parts.append(repr(connection.execute("select sql from duckdb_views() where not internal").fetchall()))
    return _normal(" ".join(parts))


def _sqlite_text(path: Path, scratch: Path) -> str:
    copy = scratch / "copy.sqlite"
    for suffix in ("", "-wal", "-journal"):
        Path(f"{copy}{suffix}").unlink(missing_ok=True)
        if Path(f"{path}{suffix}").exists():
            shutil.copy(f"{path}{suffix}", f"{copy}{suffix}")
    connection = sqlite3.connect(copy)
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    tables = [row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")]
    parts = []
    for table in tables:
        rows = connection.execute(f'select * from "{table}"').fetchall()
        parts.append(repr(rows))
        blobs = [cell for row in rows for cell in row if isinstance(cell, bytes)]
        parts += [text for blob in blobs for _, text in _bytes_texts(blob)]
    connection.close()
    return _normal(" ".join(parts))


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text)
