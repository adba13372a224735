"""Administrative divisions: the codes of a name, of any level, current or former."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("divisions.csv")
_BETWEEN = re.compile(r"[-·/\s,，、>]+")
_ENDING = re.compile(r"(?:壮族|回族|维吾尔)?(?:自治区|特别行政区)$|(?:省|市|地区|区|县|盟|旗)$")
_SHORTEST = 2
_TAIWAN_PERMITS = "830000"
_Index = dict[str, tuple[str, ...]]


@cache
def division_codes(name: str) -> tuple[str, ...]:
    """The region codes that a name may mean, sorted; none if it is unknown, several if it is ambiguous.

    The name may be a path from the province down (浙江省宁波市海曙区, 浙江-宁波), and may leave out endings (宁波).
    Names in full count before shortened ones, and current names before former ones.
    """
    text = _BETWEEN.sub("", name)
    for index in _indexes():
        if found := tuple(sorted(set(_read(text, "", index)))):
            return found
    return ()


def division_code(name: str) -> str | None:
    """The region code of a name that means one division only; None for any other text."""
    codes = division_codes(name)
    return codes[0] if len(codes) == 1 else None


@cache
def division_names() -> dict[str, str]:
    """Name of every listed code; of several names the current one, else the last."""
    with _FILE.open(encoding="utf-8", newline="") as stream:
        rows = sorted(csv.DictReader(stream), key=lambda row: row["is_current"])
    return {row["code"]: row["name"] for row in rows}


@cache
def known_divisions() -> frozenset[str]:
    """Every region code that is or was in use: the list, and the codes that stand for no place of their own.

    Those are the districts (市辖区) or counties (县) of a city together, and the counties under a province directly.
    Resident permits for people of Taiwan have a code of their own.
    """
    with _FILE.open(encoding="utf-8", newline="") as stream:
        listed = {row["code"] for row in csv.DictReader(stream)}
    cities = {code for code in listed if code.endswith("00") and not code.endswith("0000")}
    provinces = {code for code in listed if code.endswith("0000")}
    together = {code[:4] + "01" for code in cities}
    together |= {code[:2] + end for code in provinces for end in ("0100", "0200", "9000")}
    return frozenset(listed | together | {_TAIWAN_PERMITS})


def _read(text: str, above: str, index: _Index) -> Iterator[str]:
    """The codes below `above` (the leading digits of a code) that the whole text names, from upper to lower levels."""
    for length in range(_SHORTEST, len(text) + 1):
        for code in index.get(text[:length], ()):
            own = re.sub("(00){1,2}$", "", code)
            if own.startswith(above) and own != above:
                if length == len(text):
                    yield code
                else:
                    yield from _read(text[length:], own, index)


@cache
def _indexes() -> tuple[_Index, ...]:
    """Codes by name: current names in full, current names with or without ending, all names."""
    with _FILE.open(encoding="utf-8", newline="") as stream:
        rows = [(row["name"], row["code"], row["is_current"] == "1") for row in csv.DictReader(stream)]
    current = [(name, code) for name, code, is_current in rows if is_current]
    every = [(name, code) for name, code, _ in rows]
    return _index(current), _index(_with_short(current)), _index(_with_short(every))


def _with_short(named: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for name, code in named:
        yield name, code
        short = _ENDING.sub("", name)
        if short != name and len(short) >= _SHORTEST:
            yield short, code


def _index(named: Iterable[tuple[str, str]]) -> _Index:
    found: dict[str, set[str]] = defaultdict(set)
    for name, code in named:
        found[name].add(code)
    return {name: tuple(sorted(codes)) for name, codes in found.items()}
