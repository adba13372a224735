"""Reads the text tables of `cases/`: what was delivered (``>``) and what must come out (``=``)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

Row = dict[str, str]


@dataclass(frozen=True)
class Case:
    """One situation: its sentence, the delivered rows per record type, the expected rows per table."""

    name: str
    institution_code: str
    sentence: str
    delivered: dict[str, list[Row]]
    expected: dict[str, list[Row]]


def read_cases(folder: Path) -> list[Case]:
    """All cases of a folder, each with an institution of its own."""
    return [
        _read(path, f"{number:010d}") for number, path in enumerate(sorted(folder.glob("*.txt")), start=1)
    ]


def _read(path: Path, institution_code: str) -> Case:
    sentence: list[str] = []
    tables: dict[str, list[list[str]]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            sentence.append(line.lstrip("# "))
        elif line[:2] in ("> ", "= "):
            lines = tables.setdefault(line, [])
        elif line.strip():
            lines.append([cell.strip() for cell in line.split("|")])
    rows = {
        title: [dict(zip(header, cells, strict=True)) for cells in body]
        for title, (header, *body) in tables.items()
    }
    return Case(
        name=path.stem,
        institution_code=institution_code,
        sentence=" ".join(sentence),
        delivered={title[2:]: body for title, body in rows.items() if title[0] == ">"},
        expected={title[2:]: body for title, body in rows.items() if title[0] == "="},
    )


def months(text: str) -> list[str]:
    """First days of the months of ``2020-07``, ``2020-07..2020-09`` or several of them with commas."""
    days = []
    for part in text.split(","):
        first, _, last = part.strip().partition("..")
        begin, end = (int(m[:4]) * 12 + int(m[5:7]) - 1 for m in (first, last or first))
        days += [f"{m // 12:04d}-{m % 12 + 1:02d}-01" for m in range(begin, end + 1)]
    return days
