"""One message that holds new warnings: units with names and codes, causes, responses and deadlines, no other value.

A message may leave the office, so it has no number of a mart; the digest has them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date
from html import escape
from itertools import groupby
from typing import Any

from iecareer.bureau.warnings.words import causes, counted, response, unit
from iecareer.bureau.words import of_value
from iecareer.lights.published_warnings import PublishedWarning

# WeCom cuts a text at 2,048 bytes; the rest of them is for the last line.
_BRIEF_BYTES = 1_900
# More lines than this nobody reads in a mail.
_LINES = 500
_MORE = "iecareer light digest"


def message(warnings: Sequence[PublishedWarning], as_of: date) -> dict[str, Any]:
    """A message of the warnings.

    Parameters
    ----------
    warnings : sequence of PublishedWarning
        At least one, all of one year, in the order of the digest.
    as_of : date
        Reference date of the run that published them.

    Returns
    -------
    dict
        ``id`` (the same for the same warnings, so that a message sent twice can be told), ``title``, ``brief`` (at
        most 2,000 bytes), ``text`` and ``html`` (at most 500 units), ``rows`` (all warnings) and ``year``.
    """
    ids = [one.warning_id for one in warnings]
    name = hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()[:12]
    year, units = warnings[0].year, [*_units(warnings)]
    title = f"职教预警 {year}：新增 {len(warnings)} 条 · {len(warnings)} new warnings"
    head = [title, f"数据截至 {as_of}。{counted(warnings).zh}。", f"消息编号 {name}"]
    return {
        "id": name,
        "title": title,
        "brief": "\n".join(_fitting(head, units)),
        "text": "\n".join([*head, *_lines(units[:_LINES]), *_rest(len(units) - _LINES)]),
        "html": _html(head, units),
        "rows": [_row(one) for one in warnings],
        "year": year,
    }


Unit = tuple[PublishedWarning, str]
"""The first warning of a unit with one response, and all causes of that response in words."""


def _units(warnings: Sequence[PublishedWarning]) -> Iterator[Unit]:
    for _, same in groupby(warnings, key=lambda one: (response(one), one.scope, one.unit)):
        listed = [*same]
        yield listed[0], causes(listed).zh


def _lines(units: Sequence[Unit]) -> Iterator[str]:
    for asked, same in groupby(units, key=lambda pair: response(pair[0]).zh):
        yield f"【{asked}】"
        yield from (f"{unit(one)}：{words}" for one, words in same)


def _rest(n: int) -> list[str]:
    return [f"另有 {n} 个单位，见 {_MORE} · {n} more units"] if n > 0 else []


def _fitting(head: list[str], units: Sequence[Unit]) -> list[str]:
    """As many units, from the first, as fit into a brief message, and how many do not."""
    fitting = 0
    for n in range(1, len(units) + 1):
        if len("\n".join([*head, *_lines(units[:n])]).encode()) > _BRIEF_BYTES:
            break
        fitting = n
    return [*head, *_lines(units[:fitting]), *_rest(len(units) - fitting)]


def _html(head: list[str], units: Sequence[Unit]) -> str:
    names = ("处置 response", "层级 scope", "单位 unit", "代码 code", "原因 cause")
    rows = [
        (response(one).zh, of_value("scope", one.scope).zh, one.unit_name, one.unit, words)
        for one, words in units[:_LINES]
    ]
    cells = [f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows]
    heading = f"<tr>{''.join(f'<th>{escape(name)}</th>' for name in names)}</tr>"
    above = "".join(f"<p>{escape(line)}</p>" for line in head)
    below = "".join(f"<p>{escape(line)}</p>" for line in _rest(len(units) - _LINES))
    return f'{above}<table border="1" cellpadding="4">{heading}{"".join(cells)}</table>{below}'


def _row(warning: PublishedWarning) -> dict[str, Any]:
    names = ("warning_id", "scope", "unit", "unit_name", "year", "cause", "response")
    deadline = warning.rectify_by.isoformat() if warning.rectify_by else None
    return {name: getattr(warning, name) for name in names} | {"rectify_by": deadline}
