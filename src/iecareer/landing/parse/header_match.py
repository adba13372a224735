"""Finds headers of a file that may be renamed headers of the contract.

Input: a missing header, and headers that no column reads. Output: headers with a similar spelling, without names of
other columns: no suggestion is better than a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from difflib import SequenceMatcher
from functools import cache

from iecareer.contracts import load_record_types
from iecareer.landing.names import normal_header

_ENOUGH = 0.5
_ENOUGH_LATIN = 0.6
_WITHIN = 2 / 3
_SHOWN = 2
# Usual endings of Chinese headers. Headers with endings of different kinds are not alike: 毕业时间 is neither
# 毕业学校 nor 毕业证编号.
_ENDS = {
    "name": ("名称", "全称"),
    "code": ("代码", "编码", "编号", "代号", "号码", "标识码", "号"),
    "time": ("时间", "日期", "年月", "年份", "年度", "月份", "日"),
    "state": ("情况", "状况", "状态"),
}
_END_OF = {end: kind for kind, ends in _ENDS.items() for end in ends}
_END = re.compile(f"(?<=.)({'|'.join(sorted(_END_OF, key=len, reverse=True))})$")
Named = Callable[[str], frozenset[str]]


def columns_labelled(header: str) -> frozenset[str]:
    """The columns of all record types whose name or label equals the header."""
    return _labels().get(_plain(header), frozenset())


def near_headers(
    wanted: str, column: str, others: Iterable[str], named: Named = columns_labelled
) -> tuple[str, ...]:
    """At most two of the other headers that may be the wanted header of the column, the most similar first.

    `named` returns the columns that a header is known to name.
    """
    meant = named(wanted) | {column}
    open_to_it = [other for other in others if not (known := named(other)) or known & meant]
    ranked = [(likeness(wanted, other), other) for other in open_to_it]
    near = sorted((entry for entry in ranked if entry[0] >= _ENOUGH), key=lambda entry: -entry[0])
    return tuple(other for _, other in near[:_SHOWN])


def likeness(one: str, other: str) -> float:
    """Similarity of two headers, 0-1: how much text they share, in pieces that may be in a different order.

    The beginning of a Chinese word carries its meaning: a common beginning counts more, a usual ending not at all.
    """
    left, right = _plain(one), _plain(other)
    if left.isascii() or right.isascii():
        alike = 2 * _shared(left, right, 3) / max(len(left) + len(right), 1)
        return alike if alike >= _ENOUGH_LATIN else 0.0
    (left, left_end), (right, right_end) = _stem(left), _stem(right)
    if left_end != right_end:
        return 0.0
    begin = len(_beginning(left, right))
    within = _shared(left[begin:], right[begin:], 2)
    alike = 2 * (begin + _WITHIN * within) / (len(left) + len(right))
    # A header that contains the whole other header is a more specific name.
    is_within = min(len(left), len(right)) > 1 and (left in right or right in left)
    return max(alike, _ENOUGH) if is_within else alike


def _stem(header: str) -> tuple[str, str]:
    found = _END.search(header)
    return (header[: found.start()], _END_OF[found[1]]) if found else (header, "name")


def _beginning(one: str, other: str) -> str:
    """The common beginning, of at least two letters."""
    n = next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    return one[:n] if n > 1 else ""


def _shared(one: str, other: str, least: int) -> int:
    """Number of letters in common substrings of at least `least` letters."""
    found = SequenceMatcher(None, one, other, autojunk=False).find_longest_match()
    if found.size < least:
        return 0
    rest = one[: found.a] + "\0" + one[found.a + found.size :]
    return found.size + _shared(rest, other[: found.b] + "\1" + other[found.b + found.size :], least)


def _plain(header: str) -> str:
    text = normal_header(header).lower()
    return re.sub(r"[\W_]+", "", re.sub(r"\(.*?\)|\[.*?\]|【.*?】", "", text)) or re.sub(r"[\W_]+", "", text)


@cache
def _labels() -> dict[str, frozenset[str]]:
    known: dict[str, set[str]] = {}
    for kind in load_record_types().values():
        for column in kind.columns:
            for name in (column.name, column.label_zh):
                known.setdefault(_plain(name), set()).add(column.name)
    return {name: frozenset(columns) for name, columns in known.items()}
