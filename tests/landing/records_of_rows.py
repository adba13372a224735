"""What docs/adding-a-source.md says of rules on rows, as plain Python: the records of a delivery and their counts.

Written from the documents alone. It shares nothing with the landing that it is compared with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

Key = tuple[str, ...]
KEPT, LEFT_OUT, OWN, JOINING = "养老", "医疗", "正常", "补缴"


class Row(NamedTuple):
    """One delivered row: its key, its period ("" outside mode period), the value it tells, whether it is sound.

    `has_flaw`: a cell of an optional column cannot be read. `n_months`: how many months its span has; 0 for one that is
    backwards. `kind` and `way`: the cells that rules on words read. `stamp`: when it was written; 0: not told.
    """

    key: Key
    period: str
    told: int
    is_good: bool
    has_flaw: bool = False
    n_months: int = 1
    kind: str = KEPT
    way: str = OWN
    stamp: int = 0


@dataclass(frozen=True)
class Words:
    """What a contract says of rows; `factor` is that of its amounts, and makes all of them wrong if negative."""

    factor: int = 1
    is_filtered: bool = False
    is_span: bool = False
    has_joining: bool = False
    same_key: str = "last"


class Record(NamedTuple):
    """A record of a key: what it tells, whether it joins its month, and the row it is of."""

    told: int
    joins: bool
    row: Row


@dataclass
class Conformed:
    """The records that count of a delivery, and its counts as a receipt tells them."""

    records: dict[Key, Record] = field(default_factory=dict)
    n_in: int = 0
    n_superseded: int = 0
    n_conflicting: int = 0
    n_left_out: int = 0
    n_quarantined: int = 0


def conform(rows: Iterable[Row], words: Words) -> Conformed:
    """The records of a delivery's rows under a contract."""
    found = Conformed()
    by_key: dict[Key, list[Record]] = {}
    for row in rows:
        months = [row.period]
        if words.is_span:
            months = [next_month(row.period, n) for n in range(row.n_months)]
        n = max(len(months), 1)
        found.n_in += n
        if words.is_filtered and row.kind == LEFT_OUT:
            found.n_left_out += n
        elif not row.is_good or words.factor < 0 or not months or (words.is_filtered and row.kind != KEPT):
            found.n_quarantined += n
        else:
            joins = words.has_joining and row.way == JOINING
            for month in months:
                key = (*row.key[:-1], month) if row.period else row.key
                by_key.setdefault(key, []).append(Record(row.told * words.factor, joins, row))
    for key, records in by_key.items():
        found.records[key], n_conflicting = one_of(records, words.same_key)
        found.n_superseded += len(records) - 1
        found.n_conflicting += n_conflicting
    return found


def next_month(month: str, n: int) -> str:
    """The month that is `n` months later."""
    number = int(month[:4]) * 12 + int(month[5:]) - 1 + n
    return f"{number // 12}-{number % 12 + 1:02}"


def one_of(records: Sequence[Record], rule: str) -> tuple[Record, int]:
    """The record that counts of those of one key, in their order, and how many say something else."""
    own = [record for record in records if not record.joins]
    intact = [record for record in own or records if not record.row.has_flaw]
    kept = chosen(intact or own or records, rule)
    if rule == "sum":
        different = list({record.row: record for record in records}.values())
        return kept._replace(told=sum(record.told for record in different)), len(different) - 1
    if not any(record.joins for record in records):
        return kept, sum(said(record) != said(kept) for record in records)
    told = {record.told for record in own}
    added = {record.told for record in records if record.joins} - told
    total = sum(added) + (kept.told if own else 0)
    return kept._replace(told=total), sum(said(record) != said(kept) for record in own)


def said(record: Record) -> tuple[int, bool]:
    """All columns in which records of a key can differ."""
    return record.told, record.row.has_flaw


def chosen(records: Sequence[Record], rule: str) -> Record:
    """The one of them that the rule names; the last where it names several."""
    if rule == "first":
        return records[0]
    marks: dict[str, Callable[[Record], int]] = {
        "sum": lambda record: record.told,
        "largest": lambda record: record.told,
        "newest": lambda record: record.row.stamp,
    }
    mark = marks.get(rule, lambda _: 0)
    return max(reversed(records), key=mark)
