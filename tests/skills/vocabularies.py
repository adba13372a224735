"""Small vocabularies written by a test."""

from __future__ import annotations

import csv
from pathlib import Path

from iecareer.skills import Matcher, load_vocabulary
from iecareer.skills.vocabulary import COLUMNS

GROUP = {"skill_id": "G-test", "name_zh": "试验", "kind": "group", "status": "active"}
SKILL = {"kind": "method", "parent_id": "G-test", "match": "zh", "status": "active"}


def written(path: Path, *rows: dict[str, str]) -> Path:
    """A vocabulary of one group and these skills, numbered from S00000001 unless they name an id."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, restval="")
        writer.writeheader()
        writer.writerow(GROUP)
        writer.writerows(SKILL | {"skill_id": f"S{n:08d}"} | row for n, row in enumerate(rows, 1))
    return path


def matcher_of(path: Path, *rows: dict[str, str]) -> Matcher:
    """A matcher of such a vocabulary."""
    return Matcher(load_vocabulary(written(path, *rows)))


def wide(text: str) -> str:
    """`text` in full-width letters."""
    return "".join(chr(ord(character) + 0xFEE0) for character in text)
