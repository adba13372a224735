"""However a delivery is cut into passes, and whatever is looked up instead of read: the same rows come out."""

from __future__ import annotations

import json
import random
import zipfile
from itertools import product
from pathlib import Path
from typing import Any

import duckdb
import pytest

from iecareer.landing import land
from iecareer.landing.parse import parser, value_cache
from iecareer.landing.read import csv_lines, decoding
from iecareer.landing.receive import archive
from iecareer.landing.store import parquet_pieces
from tests.landing.conftest import RECEIVED_ON
from tests.people import credit_code, resident_id

MONTHS = ("2023-05", "2023年6月", "202307", "2023.08", "二〇二三年九月", "2031-01", "never", "")
PAY = (
    "8500",
    "8500.50",
    "￥8,500",
    "0.85万",
    "8.5千",
    "-3",
    "0",
    "1e400",
    "inf",
    "x",
    "8.500",
    "8500k",
    "8500¹",
    "",
)
HEADERS = "person_id,enterprise_code,month,contribution_base,region_code"
CONTRACT = """\
apiVersion: v3.1.0
kind: DataContract
id: office
name: office
version: 1.0.0
status: active
servers:
  - {server: files, type: local, path: "*.csv", format: csv}
schema:
  - name: employment_month
    properties:
      - {name: person_id, physicalName: person_id, logicalType: string}
      - {name: enterprise_code, physicalName: enterprise_code, logicalType: string}
      - name: month
        physicalName: month
        logicalType: string
        customProperties:
          - {property: nullValues, value: ["never"]}
      - name: contribution_base
        physicalName: contribution_base
        logicalType: string
        transformLogic: case when region_code = '330100' then value / 12 else value end
      - name: region_code
        logicalType: string
        physicalName: region_code
        customProperties:
          - {property: valueMap, value: {"330100": "330101"}}
"""


def messy_rows(n: int, seed: int) -> list[str]:
    """Rows of the exchange format, about a third of which are bad in some way, and some twice."""
    chance = random.Random(seed)
    rows = []
    for _ in range(n):
        person = resident_id(chance.randrange(60))
        person = chance.choices(
            (person, person.lower(), person[:6] + person[8:17], person[:-1] + "A", f" {person}", ""),
            (20, 2, 2, 1, 1, 1),
        )[0]
        month = chance.choices(MONTHS, (9, 3, 3, 3, 3, 1, 1, 1))[0]
        pay = chance.choices(PAY, (30, 9, 9, 5, 5, *[1] * 9))[0]
        code = chance.choices((credit_code(chance.randrange(9)), "91330102X", ""), (20, 1, 1))[0]
        region = chance.choice(("330102", "330100", "３３０１０２"))
        pay = f'"{pay}"' if "," in pay else pay
        rows.append(f"{person},{code},{month},{pay},{region}")
    for extra in ("合计,,,123,", ",,,,", "only,three,cells", 'a "stray" quote,,,,', '"two\nlines",,,,'):
        rows.insert(chance.randrange(n), extra)
    return rows


def outcome(monkeypatch: pytest.MonkeyPatch, home: Path, source: str, path: Path) -> tuple[Any, ...]:
    """Receipt, conformed rows and quarantined places of landing a file in a home of its own."""
    home.mkdir()
    (home / "key").write_text("ab" * 32)
    (home / "key").chmod(0o600)
    monkeypatch.setenv("IECAREER_HOME", str(home))
    (receipt,) = land(source, [path], RECEIVED_ON)
    query = "select * from read_parquet('{}/**/*.parquet', hive_partitioning = false) order by all"
    rows, places = (
        duckdb.connect().execute(query.format(folder)).fetchall() if folder.exists() else []
        for folder in (home / "lake" / "landing", home / "quarantine")
    )
    return receipt | {"delivery_id": ""}, rows, places


@pytest.mark.parametrize(
    ("source", "encoding", "seed"),
    [
        ("exchange", "utf-8", 0),
        ("office", "gb18030", 1),
        *(
            pytest.param(source, encoding, seed, marks=pytest.mark.slow)
            for source, encoding in product(["exchange", "office"], ["utf-8", "gb18030"])
            for seed in range(2, 6)
        ),
    ],
)
def test_looking_up_gives_what_the_careful_way_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: Any, source: str, encoding: str, seed: int
) -> None:
    system("office", CONTRACT)
    path = tmp_path / "employment_month.csv"
    path.write_bytes("\r\n".join([HEADERS, *messy_rows(1500, seed)]).encode(encoding))
    monkeypatch.setattr(parser, "_FEW_ROWS", 10**9)
    careful = outcome(monkeypatch, tmp_path / "careful", source, path)
    assert careful[0]["error"] is None
    assert careful[0]["n_loaded"] > 300
    assert careful[0]["n_superseded"] > 50
    assert careful[0]["n_quarantined"] > 100

    monkeypatch.setattr(parser, "_FEW_ROWS", 1)
    monkeypatch.setattr(value_cache, "_MANY", 5)
    monkeypatch.setattr(value_cache, "_FEW_CACHED", seed % 3 * 4)
    monkeypatch.setattr(value_cache, "_ALMOST_ALL", (0.9, 0.2)[seed % 2])
    monkeypatch.setattr(parquet_pieces, "_COMPARED", 100)
    assert outcome(monkeypatch, tmp_path / "one_piece", source, path) == careful

    monkeypatch.setattr(parser, "_BATCH_ROWS", 60)
    monkeypatch.setattr(decoding, "PIECE", 1 << (9 + seed))
    monkeypatch.setattr(decoding, "_HEAD", 100)
    monkeypatch.setattr(archive, "CHUNK", 1 << (8 + seed))
    assert outcome(monkeypatch, tmp_path / "pieces", source, path) == careful

    # The few odd rows of a piece wait for those of others.
    monkeypatch.setattr(parser, "_FEW_ROWS", 25)
    assert outcome(monkeypatch, tmp_path / "waiting", source, path) == careful


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_text_is_the_same_in_pieces(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    class Chunked:
        def __init__(self, data: bytes, size: int) -> None:
            self.data, self.size = data, size

        def chunks(self) -> Any:
            return (self.data[at : at + self.size] for at in range(0, len(self.data), self.size))

        def whole(self) -> bytes:
            return self.data

    told = "姓名,说明\r\n" + '张三,"一行\r\n又一行"\r\n李四,𠮷\r' * 40
    monkeypatch.setattr(decoding, "PIECE", 50)
    monkeypatch.setattr(decoding, "_HEAD", 8)
    request = decoding.Request("place", frozenset())
    for size in (1, 2, 3, 7, 64, 10_000):
        pieces = list(map(b"".join, decoding.pieces(Chunked(told.encode(encoding), size), request)))
        assert b"".join(pieces).decode() == told.replace("\r\n", "\n").replace("\r", "\n")
        assert len(pieces) > 3 or size > 64
        assert all(piece.count(b'"') % 2 == 0 for piece in pieces)


def test_json_lines_in_pieces_keep_their_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: Any
) -> None:
    contract = CONTRACT.replace('"*.csv", format: csv', '"*.jsonl", format: jsonl')
    system("office", contract)
    names = HEADERS.split(",")
    rows = [row for row in messy_rows(900, 1) if row.count(",") == len(names) - 1 and '"' not in row]
    told = [json.dumps(dict(zip(names, row.split(","), strict=True)), ensure_ascii=False) for row in rows]
    told.insert(7, "no object")
    path = tmp_path / "employment_month.jsonl"
    path.write_text("\r\n".join(told), encoding="utf-8", newline="")
    monkeypatch.setattr(parser, "_FEW_ROWS", 10**9)
    careful = outcome(monkeypatch, tmp_path / "careful", "office", path)
    assert careful[0]["n_loaded"] > 200
    assert ("employment_month.jsonl", None, 8, ["malformed_row"]) in careful[2]

    monkeypatch.setattr(parser, "_FEW_ROWS", 1)
    monkeypatch.setattr(parser, "_BATCH_ROWS", 60)
    monkeypatch.setattr(decoding, "PIECE", 3000)
    assert outcome(monkeypatch, tmp_path / "pieces", "office", path) == careful


def test_lines_of_two_members_of_an_archive_are_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    def row(number: int, pay: int) -> str:
        return f"{resident_id(number)},{credit_code(1)},2023-05,{pay},330102"

    path = tmp_path / "employment_month.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("employment_month_1.csv", "\n".join([HEADERS, row(1, 1000), row(2, 1000)]))
        archive.writestr("employment_month_2.csv", "\n".join([HEADERS, row(2, 2000), row(3, 2000)]))
    for few in (10**9, 1):
        monkeypatch.setattr(parser, "_FEW_ROWS", few)
        receipt, rows, _ = outcome(monkeypatch, tmp_path / f"home{few}", "exchange", path)
        assert (receipt["n_loaded"], receipt["n_superseded"]) == (3, 1)
        assert sorted(row[5] for row in rows) == [1000, 2000, 2000]


def test_of_a_long_text_only_lines_with_something_new_become_a_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first piece is loaded; of each other no more than its sample, and the one line that no sample holds."""
    rows = [
        f"{resident_id(number % 7)},{credit_code(1)},2023-05,{5000 + number},330102" for number in range(1200)
    ]
    rows[900] = rows[900].replace("2023-05", "2031-01")
    path = tmp_path / "employment_month.csv"
    path.write_text("\n".join([HEADERS, *rows]))
    monkeypatch.setattr(parser, "_FEW_ROWS", 10**9)
    careful = outcome(monkeypatch, tmp_path / "careful", "exchange", path)

    loaded: list[int] = []
    for how in ("load", "load_only"):
        load = getattr(csv_lines.Lines, how)

        def counted(self: csv_lines.Lines, *wanted: Any, load: Any = load) -> None:
            loaded.append(len(wanted[0]) if wanted else self.n)
            load(self, *wanted)

        monkeypatch.setattr(csv_lines.Lines, how, counted)
    monkeypatch.setattr(parser, "_FEW_ROWS", 100)
    monkeypatch.setattr(parser, "_BATCH_ROWS", 100)
    monkeypatch.setattr(csv_lines, "_SAMPLED", 200)
    monkeypatch.setattr(decoding, "PIECE", 20_000)
    monkeypatch.setattr(decoding, "_HEAD", 100)
    monkeypatch.setattr(archive, "CHUNK", 10_000)
    streamed = outcome(monkeypatch, tmp_path / "streamed", "exchange", path)
    assert streamed == careful
    assert streamed[0]["n_quarantined"] == 1
    assert loaded[0] > 100
    assert sum(loaded[1:]) < 100
    assert loaded.count(1) == 1
