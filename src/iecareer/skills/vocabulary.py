"""The vocabulary of skills: ``skills.csv``, one row per skill, read and checked.

Input: the project's file, or another one of the same columns. Output: a :class:`Vocabulary`. A file with a mistake is
refused as a whole: every mistake is named with its line and what would be right.
"""

from __future__ import annotations

import csv
import functools
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from iecareer.errors import IecareerError
from iecareer.skills.entry import Skill
from iecareer.skills.vocabulary_rules import mistakes

VOCABULARY_FILE = Path(__file__).with_name("skills.csv")
COLUMNS = (
    "skill_id",
    "name_zh",
    "name_en",
    "kind",
    "parent_id",
    "aliases",
    "match",
    "weak",
    "status",
    "valid_from",
    "valid_to",
    "replaced_by",
    "source",
    "note",
    "negatives",
)
_MOST_NAMED = 20


@dataclass(frozen=True)
class Vocabulary:
    """All rows of one file, checked.

    Parameters
    ----------
    skills : dict of str to Skill
        All rows by `skill_id`, groups and retired skills too.
    version : str
        Digest of the file. Demand of two periods is compared only under one version.
    """

    skills: dict[str, Skill]
    version: str

    @property
    def active(self) -> list[Skill]:
        """The skills that are looked for in texts."""
        return [skill for skill in self.skills.values() if skill.status == "active" and not skill.is_group]

    def ancestors(self, skill_id: str) -> list[str]:
        """Broader skills of a skill, nearest first, without groups: a course on the skill covers these too."""
        found: list[str] = []
        parent = self.skills.get(self.skills[skill_id].parent_id)
        while parent is not None and not parent.is_group:
            found.append(parent.skill_id)
            parent = self.skills.get(parent.parent_id)
        return found


def load_vocabulary(path: Path = VOCABULARY_FILE) -> Vocabulary:
    """Read and check the vocabulary at `path`.

    Raises
    ------
    IecareerError
        When the file is missing, is not UTF-8 CSV with the columns, or any row breaks a rule of
        :mod:`iecareer.skills.vocabulary_rules`.
    """
    return _loaded(path, path.stat().st_mtime_ns if path.exists() else 0)


@functools.lru_cache(maxsize=8)
def _loaded(path: Path, _modified: int) -> Vocabulary:
    content = _content(path)
    skills = [_skill(line, row) for line, row in _rows(path, content)]
    found = sorted(mistakes(skills))
    if found:
        named = [f"{path.name}:{line}: {text}" for line, text in found[:_MOST_NAMED]]
        more = [f"… and {len(found) - _MOST_NAMED} more."] if len(found) > _MOST_NAMED else []
        raise IecareerError(
            f"The vocabulary has {len(found)} mistake(s).\n" + "\n".join(named + more),
            next_step=f"Correct these lines of {path}.",
        )
    return Vocabulary(
        {skill.skill_id: skill for skill in skills}, hashlib.sha256(content.encode()).hexdigest()[:12]
    )


def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise IecareerError(f"There is no vocabulary {path}.", next_step="Check the path.") from None
    except UnicodeDecodeError as error:
        raise IecareerError(
            f"{path.name} is not UTF-8 (byte {error.start}).", next_step="Save it as UTF-8."
        ) from None


def _rows(path: Path, content: str) -> Iterable[tuple[int, dict[str, str]]]:
    """The rows with their line numbers."""
    reader = csv.DictReader(content.splitlines(keepends=True), strict=True)
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise IecareerError(
            f"{path.name}:1: the columns are not those of a vocabulary.",
            next_step=f"The first line must be {','.join(COLUMNS)}.",
        )
    for row in reader:
        if None in row or None in row.values():
            raise IecareerError(
                f"{path.name}:{reader.line_num}: not {len(COLUMNS)} cells.",
                next_step="Put cells with commas in double quotes.",
            )
        yield reader.line_num, {name: cell.strip() for name, cell in row.items()}


def _skill(line: int, row: dict[str, str]) -> Skill:
    surfaces = (row["name_zh"], *_listed(row["aliases"]))
    return Skill(
        line=line,
        surfaces=() if row["kind"] == "group" else tuple(dict.fromkeys(surfaces)),
        negatives=_listed(row["negatives"]),
        **{
            name: row[name]
            for name in (
                "skill_id",
                "name_zh",
                "name_en",
                "kind",
                "parent_id",
                "match",
                "weak",
                "status",
                "valid_from",
                "valid_to",
                "replaced_by",
            )
        },
    )


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(text.strip() for text in cell.split("|") if text.strip())
