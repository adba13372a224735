"""Say which words of a file the filters of its contract do not name.

Input: a contract and files. Output: sentences with words that may be shown, and counts; never a value of a person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from iecareer.errors import IecareerError
from iecareer.landing.names import normal_header
from iecareer.landing.parse.connection import open_landing
from iecareer.onboarding.missing_columns import contract_samples
from iecareer.onboarding.row_status import is_known
from iecareer.onboarding.sample_reader import ENOUGH_ROWS
from iecareer.onboarding.shown_words import counted, shown_words
from iecareer.sources import SourceSystem, Table
from iecareer.sources.row_rules import RowFilter


@dataclass(frozen=True)
class FilterWords:
    """Sentences about words in neither list of a filter, and about those left out by a filter without `leaveOut`."""

    unlisted: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def filter_words(table: Table, system: SourceSystem, files: Sequence[Path]) -> FilterWords:
    """The words in the files that the filters of a table do not name. A live source has none."""
    if system.server or not table.rules.filters:
        return FilterWords()
    try:
        found = _words(table, system, files)
    except (IecareerError, duckdb.Error):
        return FilterWords()  # Landing itself reports files that it cannot read.
    return FilterWords(
        tuple(
            f"rowFilter {rule.headers[0]}: in neither keep nor leaveOut: {listed}. Rows with these words are "
            "quarantined, unless another header leaves them out."
            for rule, listed in _sentences(found, with_leave_out=True)
        ),
        tuple(
            f"rowFilter {rule.headers[0]} leaves out, because keep does not have them: {listed}."
            for rule, listed in _sentences(found, with_leave_out=False)
        ),
    )


def _words(table: Table, system: SourceSystem, files: Sequence[Path]) -> list[tuple[RowFilter, Counter[str]]]:
    """Each filter with the words of its column and their counts."""
    found = [(rule, Counter[str]()) for rule in table.rules.filters]
    with open_landing() as connection:
        for sample in contract_samples(connection, files, table, system):
            for rule, words in found:
                names = map(normal_header, rule.headers)
                column = next((sample.columns[name] for name in names if name in sample.columns), None)
                if column is not None:
                    rows = connection.execute(
                        f"select normal({column}) as word, count(*) from sample group by word having word is not null"
                    ).fetchall()
                    words.update(dict(rows))
    return found


def _sentences(
    found: Sequence[tuple[RowFilter, Counter[str]]], *, with_leave_out: bool
) -> Iterator[tuple[RowFilter, str]]:
    for rule, words in found:
        named = {*rule.keep, *(rule.leave_out or ())}
        others = {word: n for word, n in words.most_common() if word not in named}
        if others and rule.keep and (rule.leave_out is not None) == with_leave_out:
            seen = shown_words(rule.headers[0], words)
            shown = [word for word in others if word in seen or is_known(word)]
            listed = ", ".join(counted(others, shown)) if shown else f"{len(others)} rare words"
            of = f" (in the first {ENOUGH_ROWS:,} rows of each part)" if words.total() >= ENOUGH_ROWS else ""
            yield rule, f"{listed}{of}"
