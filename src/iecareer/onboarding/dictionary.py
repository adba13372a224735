"""What offices usually call columns and values: data files of this package and the labels of the contracts."""

from __future__ import annotations

import csv
import difflib
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from iecareer.contracts import Column, RecordType, load_record_types
from iecareer.landing.renamed import likeness

_FOLDER = Path(__file__).parent
_LATIN_LIKE = 0.84
_CHINESE_LIKE = 0.6
_SHORTEST_LATIN = 4
_DIVISION_ENDING = re.compile("(市|省|(维吾尔|壮族|回族)?自治区|特别行政区)$")
_ORGANISATION_ENDING = re.compile("(公司|集团|厂|学院|学校|大学|中学|医院|银行|分行|支行|合作社|事务所)$")


@dataclass(frozen=True)
class Words:
    """What cells say: marks of emptiness, units, and names of the values of closed lists."""

    empty: frozenset[str]
    open_end: frozenset[str]
    empty_numbers: frozenset[str]
    empty_ranges: frozenset[str]
    everything: frozenset[str]
    factors: dict[str, list[str]]
    periods: dict[str, list[str]]
    values: dict[str, dict[str, list[str]]]
    made_keys: dict[str, list[str]]
    passing: tuple[str, ...]
    persons: frozenset[str]
    suggestions: dict[str, str]


@cache
def words() -> Words:
    """The words of cells, from ``cell_words.yaml``."""
    told = _document("cell_words.yaml")
    sets = {
        name: frozenset(map(plain_value, told[name]))
        for name in ("empty", "open_end", "everything", "persons")
    }
    return Words(
        **sets,
        empty_numbers=frozenset(told["empty_numbers"]),
        empty_ranges=frozenset(told["empty_ranges"]),
        factors=told["factors"],
        periods=told["periods"],
        values=told["values"],
        made_keys=told["made_keys"],
        passing=tuple(told["passing"]),
        suggestions=told["suggestions"],
    )


@cache
def divisions() -> dict[str, str]:
    """Names of provinces and large cities, short, and their division codes."""
    with (_FOLDER / "divisions.csv").open(encoding="utf-8") as stream:
        return {row["name"]: row["code"] for row in csv.DictReader(stream)}


def division_code(name: str) -> str | None:
    """The division code of a province or large city, however its name ends; the last part of a longer name.

    An organisation is none, whatever its name begins with: the next one's would be unknown.
    """
    if _ORGANISATION_ENDING.search(name):
        return None
    parts = [part for part in re.split(r"[-·/\s,，>]+|(?<=省)|(?<=自治区)", name) if part] or [name]
    for part in (*reversed(parts), parts[0][:2]):
        code = divisions().get(_DIVISION_ENDING.sub("", part))
        if code:
            return code
    return None


def is_division(name: str) -> bool:
    """Whether the whole text is the name of a province or large city, and no address in it."""
    return _DIVISION_ENDING.sub("", name) in divisions()


def plain(text: object) -> str:
    """A header as it is looked up: without case, blanks, punctuation and what stands in brackets."""
    told = unicodedata.normalize("NFKC", str(text)).lower()
    return re.sub(r"[\W_]+", "", re.sub(r"\(.*?\)|\[.*?\]|【.*?】", "", told)) or re.sub(r"[\W_]+", "", told)


def plain_value(text: object) -> str:
    """A value as it is looked up: NFKC, lower case, trimmed."""
    return unicodedata.normalize("NFKC", str(text)).strip().lower()


def name_likeness(header: str, kind: RecordType, column: Column) -> float:
    """From 0 to 1: how surely a header of that name means the column; 1 is a name that stands in the dictionary."""
    told = plain(header)
    known = _known_names(kind.name, column.name, column.label_zh)
    if told in known:
        return known[told]
    named = columns_named(header)
    if named and column.name not in named:
        return 0.0
    return max((_likeness(told, name) * weight for name, weight in known.items()), default=0.0)


@cache
def _known_names(kind: str, column: str, label: str) -> dict[str, float]:
    """Plain names of a column and their weight: the earlier in its list, the more usual."""
    told = _document("headers.yaml")
    listed = [*told.get(f"{kind}.{column}", []), *told.get(column, [])]
    known = {
        plain(name): 0.97 - 0.1 * at / max(len(listed), 1) for at, name in reversed(list(enumerate(listed)))
    }
    return known | {plain(label): 1.0, plain(column): 1.0}


def columns_named(header: str) -> frozenset[str]:
    """The columns, of any record type, that a header of exactly that name is known to be."""
    return _named().get(plain(header), frozenset())


@cache
def _named() -> dict[str, frozenset[str]]:
    columns = [column for kind in load_record_types().values() for column in kind.columns]
    told = [(column.name, name) for column in columns for name in (column.name, column.label_zh)]
    listed = _document("headers.yaml").items()
    told += [(entry.rpartition(".")[2], name) for entry, names in listed for name in names]
    named: dict[str, set[str]] = {}
    for column, name in told:
        named.setdefault(plain(name), set()).add(column)
    return {name: frozenset(columns) for name, columns in named.items()}


@cache
def _likeness(told: str, known: str) -> float:
    """Of two plain names: by the part that one has of the other, and by spelling."""
    if not told or not known:
        return 0.0
    if told.isascii() or known.isascii():
        ratio = _ratio(told, known, _LATIN_LIKE)
        return 0.85 * ratio if min(len(told), len(known)) >= _SHORTEST_LATIN else 0.0
    shorter, longer = sorted((told, known), key=len)
    if len(shorter) > 1 and shorter in longer:
        # The last word of a Chinese name is what it is about.
        ends = 0.9 if longer.endswith(shorter) else 0.7
        return ends * (0.6 + 0.4 * len(shorter) / len(longer))
    alike = likeness(told, known) if len({*told} & {*known}) > 1 else 0.0
    return 0.75 * alike if alike >= _CHINESE_LIKE else 0.0


def _ratio(told: str, known: str, least: float) -> float:
    """How alike two names are spelt, 0 below the least; what can never reach it is not compared letter by letter."""
    if 2 * min(len(told), len(known)) < least * (len(told) + len(known)):
        return 0.0
    matcher = difflib.SequenceMatcher(None, told, known)
    if matcher.quick_ratio() < least:
        return 0.0
    ratio = matcher.ratio()
    return ratio if ratio >= least else 0.0


def value_names(kind: RecordType, column: Column) -> dict[str, str]:
    """Plain name of a value → value, for closed lists and for yes and no."""
    told = words().values
    own = told.get(f"{kind.name}.{column.name}") or told.get(column.name)
    if own is None and column.kind == "boolean":
        own = told["boolean"]
    names = {plain_value(name): str(value) for value, listed in (own or {}).items() for name in listed}
    labels = dict(zip(map(plain_value, column.labels), column.allowed, strict=False))
    return names | labels | {plain_value(value): value for value in column.allowed}


@cache
def _document(name: str) -> Any:
    return yaml.safe_load((_FOLDER / name).read_text(encoding="utf-8"))
