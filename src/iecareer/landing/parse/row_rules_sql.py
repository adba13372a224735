"""SQL of a contract's rules on rows: which row is left out, which one joins a month, and which months a row holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from iecareer.contracts import Column, RecordType
from iecareer.database import text_literal
from iecareer.landing.names import normal_header
from iecareer.landing.parse.row_checks import is_error
from iecareer.landing.read.chunk import Chunk
from iecareer.sources import Mapping
from iecareer.sources.row_rules import RowFilter, RowRules

MOST_MONTHS = 120
SPAN_END = "span_end"
OUT = "out"
# A row that repeats another may have a serial number of its own.
_SERIAL_NUMBERS = ("序号", "行号", "no", "no.", "#")
_JOINS = "joins"
_REASONS = (
    ("missing", "missing"),
    ("unlisted", "not_in_list"),
    ("damaged", "damaged_text"),
    ("error", "error_cell"),
)


@dataclass(frozen=True)
class WordRule:
    """A rule on the words of one column. `verdict` makes the SQL of its verdict from that of a normalised cell."""

    name: str
    headers: tuple[str, ...]
    verdict: Callable[[str], str]

    def header_in(self, chunk: Chunk) -> str | None:
        """The header of the file that the rule reads; None if the file has none of the rule's headers."""
        return next((name for name in map(normal_header, self.headers) if name in chunk.columns), None)


def macros() -> list[str]:
    """Statements that define the SQL functions of this module on a connection."""
    to = r"\s*(?:[-~—–―至到]+|起至)\s*"
    month = r"((?:19|20)[0-9]{2})[-./年 ]?([0-9]{1,2})(?:[-./月 ]?[0-9]{1,2})?[月日号]?"
    # A month or day alone. With two kinds of separators (2023-01/03) it could be the ends of a span.
    alone = (
        "(?:19|20)[0-9]{2}(?:-[0-9]{1,2}(-[0-9]{1,2})?|[.][0-9]{1,2}([.][0-9]{1,2})?|/[0-9]{1,2}(/[0-9]{1,2})?"
        "| [0-9]{1,2}( [0-9]{1,2})?|年[0-9]{1,2}(月[0-9]{1,2})?|[0-9]{2}([0-9]{2})?)[月日号]?"
    )
    # 2023年1月-6月, 2023.01-06, 202301-06, 2023-01至06: the year of the second month is that of the first.
    short = (
        rf"((?:19|20)[0-9]{{2}})(?:[./年]([0-9]{{1,2}})月?{to}|([0-9]{{2}}){to}|"
        rf"-([0-9]{{1,2}})\s*[~—–―至到]+\s*)([0-9]{{1,2}})月?"
    )
    return [
        # The ends as one text, 2023-01/2023-06. The list keeps the text from being computed for each use of it.
        rf"""create macro span_ends(text) as list_transform(
            [regexp_replace(arabic_digits(text), '^自|止$', '', 'g')],
            lambda plain: list_transform(
                [{{'short': regexp_extract(plain, '^(?:{short})$', ['y', 'a', 'b', 'c', 'z']),
                'both': regexp_extract(plain, '^(?:{month}{to}{month})$', ['y', 'm', 'z', 'n']),
                'one': regexp_extract(plain, '^(?:{month})$', ['y', 'm'])}}],
                lambda ends: case
                    when ends.short.y <> '' then concat(ends.short.y, '-', ends.short.a, ends.short.b, ends.short.c,
                        '/', ends.short.y, '-', ends.short.z)
                    when ends.both.y <> '' then
                        concat(ends.both.y, '-', ends.both.m, '/', ends.both.z, '-', ends.both.n)
                    when ends.one.y <> '' and regexp_full_match(plain, '{alone}') then
                        concat(ends.one.y, '-', ends.one.m, '/', ends.one.y, '-', ends.one.m) end)[1])[1]""",
        "create macro span_first(text) as split_part(span_ends(text), '/', 1)",
        "create macro span_last(text) as split_part(span_ends(text), '/', 2)",
        # A point in time, a day, or a number that counts up.
        """create macro moment(text) as list_transform([text], lambda plain: coalesce(
            try_cast(plain as timestamp),
            list_transform([plain_date(plain)], lambda day: parsed_date(day))[1]::timestamp,
            make_timestamp(try_cast(read_number(plain) as bigint))))[1]""",
    ]


def word_rules(rules: RowRules) -> list[WordRule]:
    """The rules on words: filters, in the order of the contract, then the rules on rows that join a month."""
    filters = [
        WordRule(f"w{number}", rule.headers, _filter_verdict(rule))
        for number, rule in enumerate(rules.filters)
    ]
    joining = [
        WordRule(f"j{number}", rule.headers, _joining_verdict(rule.words))
        for number, rule in enumerate(rules.joining)
    ]
    return filters + joining


def _filter_verdict(rule: RowFilter) -> Callable[[str], str]:
    keep, out = rule.keep, rule.leave_out or ()
    empty = "kept" if None in keep else OUT if None in out else "missing"
    others = OUT if rule.leave_out is None else "unlisted" if keep else "kept"

    def verdict(text: str) -> str:
        words = "".join(
            f" when {_among(text, listed)} then '{word}'" for listed, word in ((keep, "kept"), (out, OUT))
        )
        return f"case when {text} is null then '{empty}'{words}{_unreadable(text)} else '{others}' end"

    return verdict


def _joining_verdict(words: Sequence[str]) -> Callable[[str], str]:
    return lambda text: f"case when {_among(text, words)} then '{_JOINS}'{_unreadable(text)} else 'own' end"


def _unreadable(text: str) -> str:
    """SQL of the verdicts on a cell that says nothing: it neither leaves a row out nor has it join a month."""
    return f" when is_damaged({text}) then 'damaged' when {is_error(text)} then 'error'"


def _among(text: str, words: Sequence[str | None]) -> str:
    listed = ", ".join(text_literal(word) for word in words if word is not None)
    return f"coalesce({text} in ({listed}), false)" if listed else "false"


def left_out_sql(rules: RowRules) -> str:
    """SQL of the number of the filter that leaves a row out, null when none does."""
    cases = " ".join(f"when w{number} = '{OUT}' then {number}" for number in range(len(rules.filters)))
    return f"case when coalesce(_malformed, false) then null {cases} end"


def word_checks(rules: RowRules) -> list[tuple[str, str]]:
    """Conditions on the cells that rules on words read under which a row is quarantined, with their reason codes."""
    return [
        (f"{rule.name} = '{verdict}'", f"{reason}:{rule.headers[0]}")
        for rule in word_rules(rules)
        for verdict, reason in _REASONS
    ]


def row_columns(rules: RowRules) -> list[str]:
    """Names of the columns that go with a good row beside those of its record type: what resolving keys needs."""
    is_newest = rules.same_key is not None and rules.same_key.rule == "newest"
    is_sum = rules.same_key is not None and rules.same_key.rule == "sum"
    wanted = (("_joins", bool(rules.joining)), ("_moment", is_newest), ("_row_hash", is_sum))
    return [name for name, is_wanted in wanted if is_wanted]


def joins_sql(rules: RowRules) -> str:
    """SQL that is true for a row that joins its month."""
    return " or ".join(f"j{number} = '{_JOINS}'" for number in range(len(rules.joining)))


def moment_sql(rules: RowRules, chunk: Chunk) -> str:
    """SQL, on the columns of `raw`, of the moment by which the newest row of a key is found."""
    headers = map(normal_header, rules.same_key.headers if rules.same_key else ())
    column = next((chunk.columns[name] for name in headers if name in chunk.columns), None)
    if column is None:
        return "null::timestamp"
    text = f"normal({column})"
    return f"moment({f'serial_from_1904({text})' if chunk.counts_from_1904 else text})"


def row_hash_sql(chunk: Chunk) -> str:
    """SQL, on the columns of `raw`, of a hash that rows share when one repeats the other."""
    columns = [chunk.columns[name] for name in sorted(chunk.columns) if name.lower() not in _SERIAL_NUMBERS]
    return f"hash({', '.join(columns or chunk.columns.values())})"


def with_span_end(kind: RecordType, rules: RowRules, *, is_checked: bool) -> RecordType:
    """The record type with the last month of a span as one more column.

    With `is_checked` false that month may be later than the receipt: then each month of the span is judged by itself.
    """
    month = kind.column("month")
    if rules.span is None or month is None:
        return kind
    end = replace(month, name=SPAN_END, not_after_receipt=is_checked and month.not_after_receipt)
    return replace(kind, columns=(*kind.columns, end))


def span_mappings(rules: RowRules) -> dict[str, Mapping]:
    """How the first and the last month of a span are read."""
    if rules.span is None:
        return {}
    first, last = ("span_first(value)", "span_last(value)") if rules.span.is_one_cell else (None, None)
    return {
        "month": Mapping("month", rules.span.first, first),
        SPAN_END: Mapping(SPAN_END, rules.span.last, last),
    }


def span_reasons(checks: list[tuple[str, str]], rules: RowRules) -> list[tuple[str, str]]:
    """The checks with the header instead of the name of the last month's column, and those of the span itself."""
    if rules.span is None:
        return checks
    own = [(condition, reason) for condition, reason in checks if not reason.endswith(f":{SPAN_END}")]
    codes = [
        (condition, reason.partition(":")[0])
        for condition, reason in checks
        if reason.endswith(f":{SPAN_END}")
    ]
    if rules.span.is_one_cell:
        codes = [(condition, code) for condition, code in codes if code == "not_a_date"]
    ends = [(condition, f"{code}:{rules.span.last[0]}") for condition, code in codes]
    return [
        *own,
        *ends,
        ("_first_month > span_end", "span_backwards:month"),
        (f"{_n_months('_first_month')} > {MOST_MONTHS}", "span_too_long:month"),
    ]


def is_whole_span(received_on: str) -> str:
    """SQL that is true for a row whose span can be loaded as a whole."""
    return f"coalesce(span_end >= month and {_n_months('month')} <= {MOST_MONTHS} and span_end <= {received_on}, false)"


def months_sql() -> str:
    """SQL of the list of a row's months: those of its span, or its first month alone if the span is none."""
    is_span = f"coalesce({_n_months('month')} between 1 and {MOST_MONTHS}, false)"
    return f"case when {is_span} then generate_series(month, span_end, interval 1 month)::date[] else [month] end"


def _n_months(first: str) -> str:
    return f"coalesce(datediff('month', {first}, span_end) + 1, 0)"


def stored_columns(columns: Sequence[Column]) -> list[str]:
    """Names of the columns that a record has; the last month of a span is none of them."""
    return [column.stored_name for column in columns if column.name != SPAN_END]
