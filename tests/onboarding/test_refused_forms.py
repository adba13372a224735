"""Unsupported file formats give a helpful message, whether recognised by name or by content."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from iecareer.errors import IecareerError
from iecareer.onboarding import Added
from tests.onboarding.activation import land_reviewed

Add = Callable[..., tuple[Added, str]]


def stata() -> bytes:
    stream = io.BytesIO()
    pd.DataFrame({"a": [1, 2]}).to_stata(stream, version=118, write_index=False)
    return stream.getvalue()


def packed(content: bytes) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as made:
        entry = tarfile.TarInfo("months.csv")
        entry.size = len(content)
        made.addfile(entry, io.BytesIO(content))
    return stream.getvalue()


UNPACK, EXPORT = "npack", "xport"
FORMS = {
    "months.csv.bz2": (bz2.compress(b"a,b\n1,2\n"), UNPACK),
    "months.csv.xz": (lzma.compress(b"a,b\n1,2\n"), UNPACK),
    "months.tar.gz": (gzip.compress(packed(b"a,b\n1,2\n")), UNPACK),
    "months.tar": (packed(b"a,b\n1,2\n"), UNPACK),
    "months.rar": (b"Rar!\x1a\x07\x01\x00" + b"\0" * 60, UNPACK),
    "panel.dta": (stata(), EXPORT),
    "panel.sav": (b"$FL2@(#) SPSS DATA FILE" + b"\0" * 60, EXPORT),
    "panel.rds": (gzip.compress(b"X\n\0\0\0\3\0\4\2\1" + b"\0" * 60), EXPORT),
    "panel.rdata": (gzip.compress(b"RDX3\nX\n\0\0\0\3" + b"\0" * 60), EXPORT),
    "panel.feather": (b"ARROW1\0\0" + b"\0" * 60, EXPORT),
    "panel.sas7bdat": (b"\0" * 12 + b"\xc2\xea\x81\x60" + b"\0" * 300, EXPORT),
}


@pytest.mark.parametrize("name", FORMS)
def test_their_name_tells_what_to_do(tmp_path: Path, add: Add, name: str) -> None:
    sample = tmp_path / name
    sample.write_bytes(FORMS[name][0])
    with pytest.raises(IecareerError) as error:
        add(sample)
    assert FORMS[name][1] in error.value.next_step
    assert "ename" not in error.value.next_step


@pytest.mark.parametrize("name", FORMS)
def test_their_bytes_tell_what_to_do_under_any_name(
    tmp_path: Path, write: Callable[..., Path], add: Add, name: str
) -> None:
    add(write("good.csv"))
    sample = tmp_path / "renamed.csv"
    sample.write_bytes(FORMS[name][0])
    (receipt,) = land_reviewed("office", [sample])
    assert FORMS[name][1] in receipt["error"]


def test_an_unknown_ending_is_no_form(tmp_path: Path, add: Add) -> None:
    (tmp_path / "months.1").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(IecareerError) as error:
        add(tmp_path / "months.1")
    assert ".csv" in error.value.next_step
