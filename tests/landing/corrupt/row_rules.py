"""Damaged files under a contract with rules on rows: spans, months as headers, filters, months that are joined."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from tests.landing.corrupt.cases import HEADERS, Case, Row, corruption, people, table
from tests.landing.records_of_rows import JOINING, KEPT, LEFT_OUT, OWN, Words, conform, next_month
from tests.landing.records_of_rows import Row as Told

SPAN = {"monthSpan": "{from: 起, to: 止}"}
ONE_CELL = {"monthSpan": "{in: 起止}"}
WIDE = {"monthColumns": '{header: "{month}基数", column: contribution_base}'}
FILTER = {"rowFilter": f"{{险种: {{keep: [{KEPT}], leaveOut: [{LEFT_OUT}]}}}}"}
JOIN = {"joinsMonth": f"{{类型: [{JOINING}]}}"}
NO_MONTH = ["2023-13", "x", "#N/A", "", "20\x0023-05", "0", "昨天", "2023-06-31"]


def _csv(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    return "".join(",".join(row) + "\n" for row in (headers, *rows)).encode()


def _months(row: Row, n: int) -> list[Row]:
    """The record of each month of a span that begins with the row's month."""
    return [row._replace(month=f"{next_month(row.month[:7], at)}-01") for at in range(n)]


def _spans(rng: random.Random, rules: dict[str, str], bad: tuple[str, str], reason: str | None) -> Case:
    """Rows with a span each, and one more with these two ends."""
    rows = [row._replace(month=f"{rng.randint(2015, 2022)}{row.month[4:]}") for row in people(rng, 5)]
    spans = [(row.month[:7], next_month(row.month[:7], rng.randint(0, 30)), row) for row in rows[1:]]
    good = [month for first, last, row in spans for month in _months(row, _n_months(first, last))]
    ends = [(*bad, rows[0]), *spans]
    rng.shuffle(ends)
    if rules == ONE_CELL:
        headers: tuple[str, ...] = ("证件号码", "单位", "起止", "基数", "地区")
        told = [[row.person, row.employer, f"{first}至{last}", *row[3:]] for first, last, row in ends]
    else:
        headers = ("证件号码", "单位", "起", "止", "基数", "地区")
        told = [[row.person, row.employer, first, last, *row[3:]] for first, last, row in ends]
    reasons = {reason: 1} if reason else None
    # A span that is none is one record.
    return Case(_csv(headers, told), good, n_in=len(good) + 1, rules=rules, reasons=reasons)


def _n_months(first: str, last: str) -> int:
    return (int(last[:4]) - int(first[:4])) * 12 + int(last[5:7]) - int(first[5:7]) + 1


@corruption
def a_span_that_runs_backwards(rng: random.Random) -> Case:
    return _spans(rng, rng.choice([SPAN, ONE_CELL]), ("2023-06", "2023-01"), "span_backwards:month")


@corruption
def a_span_of_a_hundred_years(rng: random.Random) -> Case:
    return _spans(rng, rng.choice([SPAN, ONE_CELL]), ("1924-01", "2024-01"), "span_too_long:month")


@corruption
def a_span_with_a_damaged_end(rng: random.Random) -> Case:
    bad = rng.choice(NO_MONTH)
    return _spans(rng, SPAN, rng.choice([("2023-01", bad), (bad, "2023-06")]), None)


@corruption
def a_damaged_span_in_one_cell(rng: random.Random) -> Case:
    # In one cell days are not looked at.
    bad = rng.choice([text for text in NO_MONTH if text and text != "2023-06-31"])
    return _spans(rng, ONE_CELL, rng.choice([("2023-01", bad), (bad, "2023-06")]), None)


@corruption
def a_header_of_a_span_missing(rng: random.Random) -> Case:
    rows = [[row.person, row.employer, row.month, *row[3:]] for row in people(rng)]
    headers = ("证件号码", "单位", rng.choice(["起", "止"]), "基数", "地区")
    return Case(_csv(headers, rows), must="refuse", rules=SPAN, said="is missing")


def _wide(rng: random.Random, headers: Sequence[str]) -> tuple[list[list[str]], list[Row]]:
    """Rows with a cell for each month of 2023 from January on, some of them empty, and their records."""
    told, good = [], []
    for row in people(rng, 5):
        cells = [rng.choice(["", str(rng.randint(2000, 9000))]) for _ in headers]
        told.append([row.person, row.employer, row.region, *cells])
        months = [(f"2023-{at:02d}-01", cell) for at, cell in enumerate(cells, 1) if cell]
        good += [row._replace(month=month, base=cell) for month, cell in months]
    return told, good


WIDE_HEADERS = [f"2023年{at}月基数" for at in range(1, 7)]
KNOWN = ("证件号码", "单位", "地区")


@corruption
def months_as_headers_with_a_bad_cell(rng: random.Random) -> Case:
    told, good = _wide(rng, WIDE_HEADERS)
    at, month = rng.randrange(5), rng.randint(1, 6)
    told[at][2 + month] = rng.choice(["x", "-5", "0", "#N/A", "5\x0000", "2023-01"])
    left = [row for row in good if (row.person, row.month) != (told[at][0], f"2023-{month:02d}-01")]
    return Case(_csv((*KNOWN, *WIDE_HEADERS), told), left, n_in=len(left) + 1, rules=WIDE)


@corruption
def months_as_headers_with_a_bad_person(rng: random.Random) -> Case:
    told, good = _wide(rng, WIDE_HEADERS)
    at = rng.randrange(5)
    left = [row for row in good if row.person != told[at][0]]
    told[at][0] = rng.choice(["", "330102", "#N/A", "x" * 18])
    return Case(_csv((*KNOWN, *WIDE_HEADERS), told), left, n_in=len(good), rules=WIDE)


@corruption
def a_month_as_header_twice(rng: random.Random) -> Case:
    headers = [*WIDE_HEADERS, rng.choice(["2023-01基数", "202301基数", "二〇二三年一月基数"])]
    told, _ = _wide(rng, headers)
    return Case(_csv((*KNOWN, *headers), told), must="refuse", rules=WIDE, said="of the month 2023-01")


@corruption
def a_month_as_header_that_is_none(rng: random.Random) -> Case:
    # Its cells would be lost without a word.
    bad = rng.choice(["2023年13月", "7月", "七月", "202313", "2023-00", "月份7", "20237月份"])
    told, _ = _wide(rng, [*WIDE_HEADERS, bad])
    return Case(
        _csv((*KNOWN, *WIDE_HEADERS, f"{bad}基数"), told), must="refuse", rules=WIDE, said="is no month"
    )


@corruption
def a_total_beside_months_as_headers(rng: random.Random) -> Case:
    told, good = _wide(rng, WIDE_HEADERS)
    total = rng.choice(["2023年合计", "2023", "第1季度", "12个月平均"])
    told = [[*row, "99999"] for row in told]
    return Case(_csv((*KNOWN, *WIDE_HEADERS, f"{total}基数"), told), good, n_in=len(good), rules=WIDE)


@corruption
def the_column_of_a_filter_missing(rng: random.Random) -> Case:
    return Case(table(people(rng)).encode(), must="refuse", rules=FILTER, said="which a rule of the contract")


@corruption
def the_column_of_a_filter_damaged(rng: random.Random) -> Case:
    rows = people(rng, 8)
    bad = ["#N/A", f"{KEPT[0]}\0{KEPT[1]}", f"{LEFT_OUT[0]}\0{LEFT_OUT[1]}", "", "?", f"{KEPT}\ufffd"]
    words = [KEPT, KEPT, LEFT_OUT, LEFT_OUT, *rng.sample(bad, 4)]
    rng.shuffle(words)
    good = [row for row, word in zip(rows, words, strict=True) if word == KEPT]
    told = [[*row, word] for row, word in zip(rows, words, strict=True)]
    return Case(
        _csv((*HEADERS, "险种"), told), good, n_in=8, rules=FILTER, counts={"left_out": 2, "quarantined": 4}
    )


@corruption
def a_filter_that_leaves_all_others_out_and_a_damaged_word(rng: random.Random) -> Case:
    rows = people(rng, 4)
    words = [KEPT, LEFT_OUT, "#N/A", f"{KEPT[0]}\0{KEPT[1]}"]
    told = [[*row, word] for row, word in zip(rows, words, strict=True)]
    rules = {"rowFilter": f"{{险种: {{keep: [{KEPT}]}}}}"}
    reasons = {"error_cell:险种": 1, "damaged_text:险种": 1}
    return Case(_csv((*HEADERS, "险种"), told), rows[:1], n_in=4, rules=rules, reasons=reasons)


@corruption
def negative_amounts_that_join(rng: random.Random) -> Case:
    rows = people(rng, 6)
    refunds = [row._replace(base=rng.choice(["-100", "0", "-0.01", "(100)"])) for row in rows[:3]]
    told = [[*row, OWN] for row in rows] + [[*row, JOINING] for row in refunds]
    rng.shuffle(told)
    return Case(_csv((*HEADERS, "类型"), told), rows, n_in=9, rules=JOIN, counts={"quarantined": 3})


@corruption
def a_damaged_word_of_joining(rng: random.Random) -> Case:
    rows = people(rng, 6)
    bad = rng.choice(["#N/A", f"{JOINING[0]}\0{JOINING[1]}", "#REF!"])
    told = [[*row, OWN] for row in rows[1:]] + [[*rows[0], bad]]
    return Case(_csv((*HEADERS, "类型"), told), rows[1:], n_in=6, rules=JOIN, counts={"quarantined": 1})


def _drawn(rng: random.Random, words: Words) -> Case:
    """Many rows of few persons, and what the model makes of them."""
    persons = people(rng, 3)
    rows = []
    for _ in range(rng.randint(5, 40)):
        person = rng.choice(persons)
        month = next_month("2023-01", rng.randint(0, 4))
        rows.append(
            Told(
                (person.person, person.employer, month),
                month,
                rng.randint(1, 5),
                rng.random() < 0.8,
                n_months=rng.choice([1, 1, 2, 4, 0]) if words.is_span else 1,
                kind=rng.choice([KEPT, KEPT, KEPT, LEFT_OUT, "未知", ""]),
                way=rng.choice([OWN, OWN, JOINING]),
                stamp=rng.randint(0, 3),
            )
        )
    region = persons[0].region
    lines = [
        [*row.key[:2], row.period, next_month(row.period, row.n_months - 1),
         str(row.told) if row.is_good else rng.choice(["x", "-1", "", "#N/A", "1\x001"]),
         region, row.kind, row.way, str(row.stamp or "")]
        for row in rows
    ]  # fmt: skip
    found = conform(rows, words)
    good = [
        Row(key[0], key[1], f"{key[2]}-01", str(record.told), region) for key, record in found.records.items()
    ]
    rules = {"sameKey": "{newest: 时间}" if words.same_key == "newest" else words.same_key}
    rules |= FILTER if words.is_filtered else {}
    rules |= JOIN if words.has_joining else {}
    rules |= {"monthSpan": "{from: 缴费月份, to: 止}"} if words.is_span else {}
    counts = {
        "rows": len(rows),
        "superseded": found.n_superseded,
        "conflicting": found.n_conflicting,
        "left_out": found.n_left_out,
        "quarantined": found.n_quarantined,
    }
    headers = ("证件号码", "单位", "缴费月份", "止", "基数", "地区", "险种", "类型", "时间")
    return Case(_csv(headers, lines), good, n_in=found.n_in, rules=rules, counts=counts)


@corruption
def rows_that_share_a_key_under_a_rule(rng: random.Random) -> Case:
    return _drawn(rng, Words(same_key=rng.choice(["first", "last", "largest", "sum", "newest"])))


@corruption
def all_rules_at_once(rng: random.Random) -> Case:
    same_key = rng.choice(["first", "last", "largest", "sum", "newest"])
    return _drawn(rng, Words(1, is_filtered=True, is_span=True, has_joining=True, same_key=same_key))


@corruption
def conflicting_rows_that_a_contract_refuses(rng: random.Random) -> Case:
    rows = people(rng)
    again = rows[0]._replace(base="1")
    bad = replace(Case(table([*rows, again]).encode()), must="refuse", said="share their key")
    return replace(bad, rules={"sameKey": "refuse"})
