"""Chinese and English words of columns, tables and codes, read from a folder of CSV files."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

_WORDS = Path(__file__).parent / "words"


class Text(NamedTuple):
    """The same words in Chinese and in English."""

    zh: str
    en: str

    @property
    def capital(self) -> Text:
        """The words as a heading or at the beginning of a sentence."""
        return Text(self.zh, self.en[:1].upper() + self.en[1:])


NOTHING = Text("", "")


@dataclass(frozen=True)
class ColumnWords:
    """Headings of one column; `format` is text, word, main or a number format of the workbook."""

    column: str
    label_zh: str
    label_en: str
    unit: str
    format: str
    width: str


@dataclass(frozen=True)
class TableWords:
    """Title and note of one table."""

    table: str
    title_zh: str
    title_en: str
    note_zh: str
    note_en: str


class Catalogue:
    """The words of one folder of CSV files: ``sentences.csv``, ``columns.csv`` and ``values.csv``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def rows(self, name: str) -> list[dict[str, str]]:
        """The rows of one file."""
        with (self.folder / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    @cached_property
    def columns(self) -> dict[str, ColumnWords]:
        """Column words by column name."""
        return {row["column"]: ColumnWords(**row) for row in self.rows("columns.csv")}

    @cached_property
    def sentences(self) -> dict[str, Text]:
        """Sentences and headings by name, with the names of their gaps in braces."""
        return {row["name"]: Text(row["zh"], row["en"]) for row in self.rows("sentences.csv")}

    @cached_property
    def _values(self) -> dict[tuple[str, str], Text]:
        return {(row["column"], row["value"]): Text(row["zh"], row["en"]) for row in self.rows("values.csv")}

    @cached_property
    def _whole(self) -> dict[str, Text]:
        """Sentences without gaps that were said."""
        return {}

    def say(self, name: str, /, **gaps: object) -> Text:
        """A sentence with its gaps filled; a `Text` fills each language with its own words."""
        if not gaps and name in self._whole:
            return self._whole[name]
        zh, en = self.sentences[name]
        said = Text(
            zh.format_map(
                {gap: value.zh if isinstance(value, Text) else value for gap, value in gaps.items()}
            ),
            en.format_map(
                {gap: value.en if isinstance(value, Text) else value for gap, value in gaps.items()}
            ),
        )
        if not gaps:
            self._whole[name] = said
        return said

    def of_value(self, column: str, value: object) -> Text:
        """Words of a code value; the value itself if there are none."""
        if value is None or value == "":
            return NOTHING
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return self._values.get((column, text), Text(text, text))


_FEEDBACK = Catalogue(_WORDS)
say = _FEEDBACK.say
of_value = _FEEDBACK.of_value


def columns() -> dict[str, ColumnWords]:
    """Column words by column name."""
    return _FEEDBACK.columns


def sentences() -> dict[str, Text]:
    """Sentences and headings by name, with the names of their gaps in braces."""
    return _FEEDBACK.sentences


@cache
def tables() -> dict[str, TableWords]:
    """Table words by table name, in the order of the catalogue."""
    return {row["table"]: TableWords(**row) for row in _FEEDBACK.rows("tables.csv")}


def joined(sentences: list[Text]) -> Text:
    """Several sentences as one text."""
    return Text("".join(one.zh for one in sentences), " ".join(one.en for one in sentences))


def listed(words: list[Text]) -> Text:
    """Several words in one line."""
    return Text("、".join(word.zh for word in words), ", ".join(word.en for word in words))
