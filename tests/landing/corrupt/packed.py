"""Corrupt ZIP archives and gzip files."""

from __future__ import annotations

import gzip
import io
import random
import struct
import zipfile
from collections.abc import Sequence
from typing import Any

from tests.landing.corrupt.cases import Case, corruption, people, table
from tests.landing.corrupt.workbooks import xlsx


def packed(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return stream.getvalue()


def _case(content: bytes, **told: Any) -> Case:
    return Case(
        content, name=told.pop("name", "月报.zip"), file_format=told.pop("file_format", "zip"), **told
    )


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    return table(rows).encode()


@corruption
def zip_cut(rng: random.Random) -> Case:
    data = packed(("a.csv", _csv(people(rng))))
    return _case(data[: rng.randint(10, len(data) - 25)], must="refuse")


@corruption
def zip_with_flipped_bytes(rng: random.Random) -> Case:
    rows = people(rng)
    data = bytearray(packed(("a.csv", _csv(rows))))
    for _ in range(rng.choice([1, 3, 20])):
        data[rng.randrange(4, len(data))] ^= 1 << rng.randrange(8)
    return _case(bytes(data), good=rows, must="either")


@corruption
def zip_of_several_formats(rng: random.Random) -> Case:
    rows = people(rng, 9)
    lines = table(rows[6:]).encode("gb18030")
    data = packed(("一月.csv", _csv(rows[:3])), ("二月.xlsx", xlsx(rows[3:6])), ("三月/三月.txt", lines))
    return _case(data, good=rows, n_in=9)


@corruption
def zip_with_what_systems_leave_behind(rng: random.Random) -> Case:
    rows = people(rng)
    junk = ("__MACOSX/._a.csv", "a/.DS_Store", "Thumbs.db", ".hidden.csv", "~$a.xlsx", "a/")
    data = packed(
        ("a/a.csv", _csv(rows)), *((name, b"" if name.endswith("/") else b"\0junk") for name in junk)
    )
    return _case(data, good=rows, n_in=len(rows))


@corruption
def zip_with_paths_for_names(rng: random.Random) -> Case:
    rows = people(rng, 6)
    evil = rng.choice(
        ["../../../../tmp/evil.csv", "/etc/passwd.csv", "C:\\windows\\evil.csv", "..\\..\\evil.csv"]
    )
    return _case(packed((evil, _csv(rows[:3])), ("b.csv", _csv(rows[3:]))), good=rows, n_in=6)


@corruption
def zip_with_names_in_gbk(rng: random.Random) -> Case:
    rows = people(rng)
    data = packed(("x" * 8 + ".csv", _csv(rows))).replace(b"x" * 8, "缴费月报".encode("gb18030"))
    return _case(data, good=rows, n_in=len(rows), selector='"缴费*.csv"')


@corruption
def zip_within_a_zip(rng: random.Random) -> Case:
    inner = packed(("a.csv", _csv(people(rng))))
    outer = packed((rng.choice(["b.zip", "b.csv"]), inner))
    return _case(outer, must="refuse", said="packed file within")


@corruption
def zip_protected_by_a_password(rng: random.Random) -> Case:
    data = bytearray(packed(("a.csv", _csv(people(rng)))))
    central = data.index(b"PK\x01\x02")
    data[6] |= 1
    data[central + 8] |= 1
    return _case(bytes(data), must="refuse", said="password")


@corruption
def zip_bomb_that_says_so(rng: random.Random) -> Case:
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("a.csv", "w", force_zip64=True) as part,
    ):
        part.write(_csv(people(rng)))
        for _ in range(300):
            part.write(rng.choice([b"0" * (1 << 20), b",,,,\n" * 200_000]))
    return _case(stream.getvalue(), must="refuse", said="unpack to")


@corruption
def zip_bomb_that_lies(rng: random.Random) -> Case:
    # The sizes in both directories say 1,000 bytes; the data go on for a hundred million.
    rows = people(rng)
    data = bytearray(packed(("a.csv", _csv(rows) + b"0" * 100_000_000)))
    central = data.index(b"PK\x01\x02")
    struct.pack_into("<I", data, 22, 1000)
    struct.pack_into("<I", data, central + 24, 1000)
    return _case(bytes(data), must="refuse")


@corruption
def zip_with_one_bad_member(rng: random.Random) -> Case:
    bad = rng.choice([b"", b"\xff\xff\xff", "甲,乙\n1,2\n".encode(), b"%PDF-1.4", b"PK\x03\x04broken"])
    data = packed(("a.csv", _csv(people(rng))), ("b.csv", bad))
    return _case(data, must="refuse")


@corruption
def zip_of_nothing(rng: random.Random) -> Case:
    return _case(
        rng.choice([packed(), packed(("a/", b"")), packed(("__MACOSX/._a.csv", b"x"))]), must="refuse"
    )


@corruption
def zip_packed_by_another_method(rng: random.Random) -> Case:
    data = bytearray(packed(("a.csv", _csv(people(rng)))))
    method = rng.choice([9, 98, 93])
    struct.pack_into("<H", data, 8, method)
    struct.pack_into("<H", data, data.index(b"PK\x01\x02") + 10, method)
    return _case(bytes(data), must="refuse", said="method")


@corruption
def zip_with_two_files_of_one_name(rng: random.Random) -> Case:
    return _case(
        packed(("甲/a.csv", _csv(people(rng))), ("乙/a.csv", _csv(people(rng)))),
        must="refuse",
        said="same name",
    )


@corruption
def gzip_cut(rng: random.Random) -> Case:
    data = gzip.compress(_csv(people(rng)))
    return _case(data[: rng.randint(12, len(data) - 1)], must="refuse", name="月报.csv.gz", file_format="csv")


@corruption
def gzip_with_flipped_bytes(rng: random.Random) -> Case:
    rows = people(rng)
    data = bytearray(gzip.compress(_csv(rows)))
    data[rng.randrange(2, len(data))] ^= 1 << rng.randrange(8)
    return _case(bytes(data), good=rows, must="either", name="月报.csv.gz", file_format="csv")


@corruption
def gzip_bomb(rng: random.Random) -> Case:
    return _case(
        gzip.compress(_csv(people(rng)) + b"0" * 200_000_000, 1),
        must="refuse",
        name="a.csv.gz",
        file_format="csv",
    )


@corruption
def gzip_in_parts_or_with_something_behind(rng: random.Random) -> Case:
    rows = people(rng)
    text = _csv(rows)
    cut = rng.randint(1, len(text) - 1)
    if rng.random() < 0.5:
        data = gzip.compress(text[:cut]) + gzip.compress(text[cut:])
        return _case(data, good=rows, n_in=len(rows), name="a.csv.gz", file_format="csv")
    return _case(gzip.compress(text) + b"garbage", must="refuse", name="a.csv.gz", file_format="csv")
