"""Corrupt JSON documents and JSON Lines."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from typing import Any

from tests.landing.corrupt.cases import HEADERS, Case, Row, changed, corruption, people, without


def objects(rows: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    return [dict(zip(HEADERS, row, strict=True)) for row in rows]


def text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def lines(rows: Sequence[Sequence[Any]]) -> list[str]:
    return [text(entry) for entry in objects(rows)]


def _json(content: str | bytes, **told: Any) -> Case:
    data = content.encode() if isinstance(content, str) else content
    return Case(data, name="月报.json", file_format="json", **told)


def _jsonl(content: Sequence[str], **told: Any) -> Case:
    return Case("\n".join(content).encode(), name="月报.jsonl", file_format="jsonl", **told)


@corruption
def json_cut(rng: random.Random) -> Case:
    data = text(objects(people(rng))).encode()
    return _json(data[: rng.randint(2, len(data) - 1)], must="refuse")


@corruption
def json_in_other_wrappings(rng: random.Random) -> Case:
    rows = people(rng)
    told = objects(rows)
    wrapped = rng.choice(
        [
            told,
            {"data": told},
            {"code": 0, "msg": "ok", "data": {"total": len(told), "rows": told}},
            {"columns": ["a", "b"], "records": told, "pages": [{"n": 1}]},
            {"a/b": {"c~d'\"": told}},
        ]
    )
    written = rng.choice(
        [text(wrapped), json.dumps(wrapped), json.dumps(wrapped, indent=1, ensure_ascii=False)]
    )
    return _json(written, good=rows, n_in=len(rows))


@corruption
def json_with_two_arrays(rng: random.Random) -> Case:
    rows = people(rng)
    document = text({"本月": objects(rows), "上月": objects(people(rng))})
    if rng.random() < 0.5:
        return _json(document, good=rows, n_in=len(rows), selector="'records:本月'")
    return _json(document, must="refuse", said="2 of its arrays")


@corruption
def json_with_a_key_twice(rng: random.Random) -> Case:
    rows = people(rng)
    told = lines(rows)
    at = rng.randrange(len(rows))
    twice = rng.choice(['"基数": 9999', '"地区": "110000"', f'"证件号码": "{rows[at - 1][0]}"'])
    told[at] = told[at][:-1] + f", {twice}" + "}"
    return _json(f"[{', '.join(told)}]", good=without(rows, at), n_in=len(rows))


@corruption
def json_with_numbers_that_are_none(rng: random.Random) -> Case:
    rows = people(rng)
    at = rng.randrange(len(rows))
    number = rng.choice(
        ["NaN", "Infinity", "-Infinity", "1e999", "-1", "true", "[]", "{}", "null", '""', "[5000]"]
    )
    told = [
        line if n != at else line.replace(f'"{rows[at][3]}"', number) for n, line in enumerate(lines(rows))
    ]
    return _json(f"[{', '.join(told)}]", must="either", good=without(rows, at), n_in=len(rows))


@corruption
def json_with_numbers_of_persons_as_numbers(rng: random.Random) -> Case:
    # JSON has whole numbers of any length; one with a point or an exponent has passed through a float.
    rows = [row for row in people(rng, 10) if row[0].isdigit()]
    at = rng.randrange(len(rows))
    lost = rng.choice(["{}.0", "{}e0", "{}.5"]).format(rows[at][0])
    told = [
        line.replace(f'"{row[0]}"', lost if n == at else row[0])
        for n, (line, row) in enumerate(zip(lines(rows), rows, strict=True))
    ]
    return _json(f"[{', '.join(told)}]", good=without(rows, at), n_in=len(rows))


@corruption
def json_with_codes_as_floats(rng: random.Random) -> Case:
    rows = people(rng)
    told = [line.replace(f'"{row[4]}"', f"{row[4]}.0") for line, row in zip(lines(rows), rows, strict=True)]
    return _json(f"[{', '.join(told)}]", good=rows, n_in=len(rows))


@corruption
def json_nested_without_end(rng: random.Random) -> Case:
    depth = rng.choice([1000, 100_000, 1_000_000])
    rows = people(rng)
    deep = rng.choice(["[" * depth + "]" * depth, '{"a":' * depth + "1" + "}" * depth])
    if rng.random() < 0.5:
        return _json(deep, must="refuse")
    told = lines(rows)
    return _json(f"[{', '.join([*told, deep])}]", must="either", good=rows)


@corruption
def json_with_halves_of_characters(rng: random.Random) -> Case:
    rows = people(rng)
    at = rng.randrange(len(rows))
    broken = [line if n != at else line[:-1] + ', "备注": "\\ud83d"}' for n, line in enumerate(lines(rows))]
    if rng.random() < 0.5:
        return _jsonl(broken, good=without(rows, at), n_in=len(rows))
    return _json(f"[{', '.join(broken)}]", must="refuse")


@corruption
def json_that_is_not_quite(rng: random.Random) -> Case:
    told = objects(people(rng))
    return _json(
        rng.choice(
            [str(told), text(told) + "}", text(told)[:-1] + ",,]", "data = " + text(told), text(told) * 2]
        ),
        must="refuse",
    )


@corruption
def json_with_values_that_are_no_objects(rng: random.Random) -> Case:
    rows = people(rng)
    told: list[Any] = list(objects(rows))
    extra = rng.sample([1, None, "x", [], [1, 2], True], 3)
    for value in extra:
        told.insert(rng.randint(0, len(told)), value)
    return _json(text(told), good=rows, n_in=len(rows) + 3, reasons={"malformed_row": 3})


@corruption
def json_lines_cut(rng: random.Random) -> Case:
    rows = people(rng)
    data = "\n".join(lines(rows)).encode()
    cut = data[: rng.randint(len(data) // 2, len(data) - 2)]
    whole = cut.count(b"\n")
    rest = cut.rpartition(b"\n")[2]
    return Case(
        cut, rows[:whole], n_in=whole + bool(rest), must="either", name="a.jsonl", file_format="jsonl"
    )


@corruption
def json_lines_stuck_together(rng: random.Random) -> Case:
    rows = people(rng, 8)
    told = lines(rows)
    at = rng.randrange(7)
    stuck = [*told[:at], told[at] + rng.choice(["", " ", ","]) + told[at + 1], *told[at + 2 :]]
    return _jsonl(stuck, good=without(rows, at, at + 1), n_in=7)


@corruption
def json_lines_broken_over_lines(rng: random.Random) -> Case:
    rows = people(rng, 6)
    told = lines(rows)
    at = rng.randrange(6)
    place = told[at].index(", ") + 1
    return _jsonl(
        [*told[:at], told[at][:place], told[at][place:], *told[at + 1 :]], good=without(rows, at), n_in=7
    )


@corruption
def json_lines_with_a_mark_or_zero_bytes_between(rng: random.Random) -> Case:
    rows = people(rng, 6)
    told = lines(rows)
    at = rng.randint(1, 5)
    told[at] = rng.choice(["\ufeff", "\0", "\u200b"]) + told[at]
    return _jsonl(told, good=rows, n_in=6)


@corruption
def json_lines_with_other_keys(rng: random.Random) -> Case:
    rows: list[Row] = people(rng, 6)
    at, column = rng.randrange(6), rng.randrange(5)
    told = objects(rows)
    told[at][HEADERS[column] + "x"] = told[at].pop(HEADERS[column])
    return _jsonl([text(entry) for entry in told], good=without(rows, at), n_in=6)


@corruption
def json_lines_with_bad_cells(rng: random.Random) -> Case:
    rows = people(rng, 6)
    at = rng.randrange(6)
    column, value = rng.choice([(0, "null"), (1, "91330102"), (2, "2024-13"), (3, "-5"), (3, "x")])
    return _jsonl(lines(changed(rows, at, column, value)), good=without(rows, at), n_in=6)
