"""The generated SELECT: from the text of files with the same headers to checked rows of a record type.

One pass over the rows, in nested subqueries: cells, texts of the columns, plain forms, values, judged rows. So an
expression that is used twice is planned and computed only once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from iecareer.contracts import Column, RecordType
from iecareer.database import text_literal
from iecareer.landing.names import normal_header
from iecareer.landing.parse import casts, codes, dates, pay
from iecareer.landing.parse import row_rules_sql as rules_sql
from iecareer.landing.parse.cell_marks import present
from iecareer.landing.parse.note_rows import is_note
from iecareer.landing.parse.row_checks import column_checks, example_checks, is_erased, is_example, row_checks
from iecareer.landing.read.chunk import Chunk
from iecareer.persons import pseudonyms
from iecareer.persons.data_swap import persons_state
from iecareer.persons.publication_numbers import needs_first_key
from iecareer.sources import Mapping, SourceSystem
from iecareer.sources.row_rules import RowRules

TOTALS = "^(合计|总计|小计|共计|[Tt]otal|TOTAL)"
_LONG_MAP = 30
_WIDE = 50
_OWN_NAME = re.compile("_(file|line|malformed|first|text|moment|row_hash|cell_c[0-9]+)", re.IGNORECASE)
_NO_RULES = RowRules()


def header_of(mapping: Mapping, chunk: Chunk) -> str | None:
    """The header of this file that the mapping reads; None if the file has no such header."""
    return next((name for name in map(normal_header, mapping.headers) if name in chunk.columns), None)


def cells(chunk: Chunk, mappings: dict[str, Mapping], rules: RowRules = _NO_RULES) -> dict[str, str]:
    """Name in SQL → column of `raw`, of the cells that mappings and rules read; of all cells unless the file is wide.

    Cells are named by position, because headers may clash with names of the query, or differ from each other only in
    case. Cells that a transformation uses are also named by their header, unless two headers differ only in case.
    """
    is_wide = len(chunk.columns) > _WIDE
    mapped = [header_of(mapping, chunk) for mapping in mappings.values()]
    ruled = [rule.header_in(chunk) for rule in rules_sql.word_rules(rules)]
    read = [*mapped, *ruled] if is_wide else chunk.columns
    named = {_cell(chunk, header): chunk.columns[header] for header in read if header}
    spoken = " ".join(mapping.transform or "" for mapping in mappings.values()).lower()
    alike = Counter(header.lower() for header in chunk.columns)
    for header, column in chunk.columns.items():
        if header.lower() in spoken and alike[header.lower()] == 1 and not _OWN_NAME.fullmatch(header):
            named[quoted(header)] = column
    return named


def batch_sql(
    chunk: Chunk,
    system: SourceSystem,
    mappings: dict[str, Mapping],
    kind: RecordType,
    received_on: date,
    rows: str = "batched",
    rules: RowRules = _NO_RULES,
    *,
    is_short: bool = False,
) -> str:
    """SQL of the records in the table `rows`.

    If `is_short`, each step is materialized: DuckDB plans that in less time, which matters for few rows.

    Its columns are `_file`, `_line`, the stored columns, `_identity`, `_reasons`, `_emptied` and `_cut`.

    `_reasons` is null for a record that can be loaded, else the list of its reason codes. `_emptied` lists the reason
    codes of the cells that became empty in a record that can be loaded; null if there are none. `_identity` is the text
    from which the pseudonym is made; null if there is none. `_cut` is a person's number that looks as if a spreadsheet
    cut it, so that its check character proves nothing; else null. If `rules` has filters, `_left_out` is the number of
    the filter that left the record out, or null. If it has a span, `_nth` numbers the months of a row from 0. The
    columns named by :func:`row_rules_sql.row_columns` are included. `_first_key` is only there where publication
    numbers need it: the pseudonym from which they are made.

    A row whose `_malformed` is null lacks cells. If it violates any rule, or a cell of it had to become empty, it lacks
    one in the middle and is malformed.
    """
    columns = [(column, mappings.get(column.name)) for column in kind.columns]
    read = "".join(f", normal({column}) as {name}" for name, column in cells(chunk, mappings, rules).items())
    read += "".join(f", {sql} as {name}" for name, sql in whole_row_columns(rules, chunk).items())
    texts, plain, marks, typed = steps(columns, chunk, system)
    texts += [*whole_row_columns(rules, chunk), *_verdicts(rules, chunk)]
    checks = [
        *rules_sql.span_reasons(
            column_checks([c for c in kind.columns if c.costs_its_row], mappings, received_on), rules
        ),
        *row_checks(kind),
        *example_checks(kind),
        *rules_sql.word_checks(rules),
        (is_erased(kind), "erased"),
    ]
    reasons = ", ".join(
        f"case when {condition} then {text_literal(reason)} end" for condition, reason in checks
    )
    doubts, emptied, listed = _emptying(kind, mappings, received_on)
    required = " or ".join(f"{column.stored_name} is null" for column in kind.columns if column.required)
    added = [
        *rules_sql.row_columns(rules),
        *(["_nth"] if rules.span else []),
        *(["_left_out"] if rules.filters else []),
    ]
    own = rules_sql.stored_columns(kind.columns) if rules.span else [c.stored_name for c in kind.columns]
    stored = ", ".join([*own, *added])
    is_out = "_left_out is not null" if rules.filters else "false"
    step = "materialized " if is_short else ""
    return f"""with cells as {step}(select _file, _line, _malformed, {_line_text(chunk)} as _text{read} from {rows}),
    filled as {step}(select *, {_first(chunk)} as _first from cells where _malformed or {_first(chunk)} is not null),
    texts as {step}(select _file, _line, _malformed, _first, {", ".join(texts)} from filled),
    plain as {step}(select *, {", ".join(plain)} from texts),
    marked as {step}(select {", ".join(["*", *marks])} from plain),
    typed as {step}(select *, {", ".join([*typed, *rule_columns(rules)])} from marked),
    doubted as {step}(select {", ".join(["*", *doubts])} from typed),
    emptied as {step}(select *{emptied}, {listed} as _doubts from doubted),
    records as {step}({records_sql(rules, "emptied")}),
    judged as {step}(select *, coalesce(_malformed or (_malformed is null and _doubts is not null)
        or {" or ".join(c for c, _ in checks)}, false) as _is_bad from records)
    select _file, _line, {stored}, _identity{_first_key(kind, system)},
        case when not _is_bad or {is_out} then null
            when {is_erased(kind)} then ['erased']
            when {is_example(kind)} then ['example_row']
            when regexp_matches(_first, '{TOTALS}') and ({required or "false"}) then ['totals_row']
            when {is_note(kind)} then ['note_row']
            when coalesce(_malformed, true) then ['malformed_row']
            else list_concat(list_filter([{reasons}], lambda reason: reason is not null), _doubts) end as _reasons,
        case when not _is_bad and not ({is_out}) then _doubts end as _emptied,
        case when not ({is_out}) then {_cut(kind, mappings, system)} end as _cut
    from judged"""


def _cut(kind: RecordType, mappings: dict[str, Mapping], system: SourceSystem) -> str:
    person = next((column.name for column in kind.columns if column.is_person), "")
    mapping = mappings.get(person)
    if mapping is None or mapping.keeps_all_digits or system.identity_scheme == "opaque":
        return "null::varchar"
    return f"case when is_cut_number(t_{person}) then t_{person} end"


def _emptying(
    kind: RecordType, mappings: dict[str, Mapping], received_on: date
) -> tuple[list[str], str, str]:
    """SQL of why an optional value cannot be used, of the columns without such values, and of all reasons."""
    whys: dict[str, str] = {}
    for column in kind.columns:
        if not column.costs_its_row:
            checks = column_checks([column], mappings, received_on)
            whys |= {column.name: " ".join(f"when {sql} then {text_literal(why)}" for sql, why in checks)}
    whys = {name: cases for name, cases in whys.items() if cases}
    if not whys:
        return [], "", "null::varchar[]"
    doubts = [f"case {cases} end as doubt_{name}" for name, cases in whys.items()]
    emptied = ", ".join(f"case when doubt_{name} is null then {name} end as {name}" for name in whys)
    named = ", ".join(f"doubt_{name}" for name in whys)
    listed = f"list_filter([{named}], lambda reason: reason is not null)"
    return doubts, f" replace ({emptied})", f"case when coalesce({named}) is not null then {listed} end"


def whole_row_columns(rules: RowRules, chunk: Chunk) -> dict[str, str]:
    """Name → SQL, on the columns of `raw`, of what resolving keys needs of a row as a whole."""
    wanted = rules_sql.row_columns(rules)
    made = {"_moment": rules_sql.moment_sql(rules, chunk), "_row_hash": rules_sql.row_hash_sql(chunk)}
    return {name: sql for name, sql in made.items() if name in wanted}


def rule_columns(rules: RowRules) -> list[str]:
    """SQL of the columns that follow from the verdicts of the rules on words."""
    left_out = [f"{rules_sql.left_out_sql(rules)} as _left_out"] if rules.filters else []
    return [*left_out, *([f"{rules_sql.joins_sql(rules)} as _joins"] if rules.joining else [])]


def records_sql(rules: RowRules, rows: str) -> str:
    """SQL of the records of `rows`: a row that holds a span of months becomes a record for each."""
    if rules.span is None:
        return f"select * from {rows}"
    # Both lists have the same length, so they are unnested side by side.
    return f"""select * exclude (month, _months), month as _first_month,
        unnest(_months) as month, unnest(range(len(_months))) as _nth
    from (select *, {rules_sql.months_sql()} as _months from {rows})"""


def _verdicts(rules: RowRules, chunk: Chunk) -> list[str]:
    found = [(rule, rule.header_in(chunk)) for rule in rules_sql.word_rules(rules)]
    return [
        f"{rule.verdict(_cell(chunk, header) if header else 'null::varchar')} as {rule.name}"
        for rule, header in found
    ]


def steps(
    columns: Sequence[tuple[Column, Mapping | None]], chunk: Chunk, system: SourceSystem
) -> tuple[list[str], list[str], list[str], list[str]]:
    """SQL of the columns' texts, of their plain forms, of what checksums need, and of their values."""
    texts = [
        f"{text_expression(c, m, chunk)} as t_{c.name}, ({_stated(c, m, chunk)}) is not null as is_stated_{c.name}"
        for c, m in columns
    ]
    # Whether an expression met a word for unstated pay, or one end of a range, counts only if it gave nothing.
    for column, mapping in columns:
        if mapping and mapping.transform:
            texts.append(f"is_damaged({_stated(column, mapping, chunk)}) as is_damaged_{column.name}")
        if mapping and mapping.transform and pay.is_pay(column):
            texts.append(f"{_stated(column, mapping, chunk)} as stated_{column.name}")
            if known := pay.known_transform(mapping):
                read = text_expression(column, replace(mapping, transform=known), chunk)
                texts.append(
                    f"case when t_{column.name} is null and is_stated_{column.name} then {read} is not null "
                    f"else false end as known_{column.name}"
                )
    plain = [f"{_plain(c, m, chunk)} as p_{c.name}" for c, m in columns]
    marks = [
        f"resident_check(try_cast(p_{c.name} as bigint)) as mark_{c.name}" for c, _ in columns if c.is_person
    ]
    typed = [f"{_value(c, m, system)} as {c.stored_name}" for c, m in columns if c.kind != "program_code"]
    has_level = any(c.name == "study_level" for c, _ in columns)
    typed += [
        f"{codes.program_value(c, has_level=has_level)} as {c.name}"
        for c, _ in columns
        if c.kind == "program_code"
    ]
    persons = [_identity(c, system) for c, _ in columns if c.is_person]
    return texts, plain, marks, [*typed, f"{next(iter(persons), 'null::varchar')} as _identity"]


def _plain(column: Column, mapping: Mapping | None, chunk: Chunk) -> str:
    """SQL of the plain form of a column's text."""
    text = f"t_{column.name}"
    is_serial = chunk.counts_from_1904 and column.kind in ("date", "month")
    if is_serial:
        # Nobody knows whether an expression gave the number as it stands in the book, or as others count.
        has_expression = mapping is not None and mapping.transform is not None
        return f"plain_date({'unless_serial' if has_expression else 'serial_from_1904'}({text}))"
    if mapping is not None and mapping.transform and column.kind in ("integer", "money"):
        # The expression has read the amount.
        return f"read_number({text})"
    return casts.plain_expression(column, text) or text


def _line_text(chunk: Chunk) -> str:
    """SQL of all cells of a wide row as one text: planning a query with thousands of separate cells takes long."""
    columns = ", ".join(chunk.columns.values())
    # The macro repeats its argument: the long list of cells is written once.
    joined = f"list_transform([concat_ws(chr(10), {columns})], lambda line: normal(line))[1]"
    return joined if len(chunk.columns) > _WIDE else "null"


def _first(chunk: Chunk) -> str:
    """SQL of a text that begins with the first non-blank cell; null if all cells are blank."""
    named = ", ".join(_cell(chunk, header) for header in chunk.columns)
    return "_text" if len(chunk.columns) > _WIDE else f"coalesce({named})"


def text_expression(column: Column, mapping: Mapping | None, chunk: Chunk) -> str:
    """SQL of a column's text after null values, code map and transformation.

    In a transformation `value` is the text of the column, or for amounts and counts the number in this text.
    """
    stated = _stated(column, mapping, chunk)
    if mapping is None or mapping.transform is None or (mapping.headers and not header_of(mapping, chunk)):
        return stated
    is_number = column.kind in ("integer", "number", "money")
    value = casts.transformed_amount(column, stated, mapping.transform) if is_number else stated
    given = casts.given_amount(column, f"{mapping.transform}\n")
    return f"list_transform([{value}], lambda value: try({given}))[1]"


def _stated(column: Column, mapping: Mapping | None, chunk: Chunk) -> str:
    """SQL of a column's text after null values and code map, before its transformation."""
    header = header_of(mapping, chunk) if mapping else None
    if mapping is None or header is None:
        return "null::varchar"
    expression = _cell(chunk, header)
    if mapping.null_values:
        sentinels = ", ".join(text_literal(value) for value in mapping.null_values)
        expression = f"case when {expression} not in ({sentinels}) then {expression} end"
    return _mapped(expression, mapping.value_map, present(expression, (*column.allowed, *mapping.value_map)))


def _mapped(expression: str, value_map: dict[str, str], unmapped: str) -> str:
    """SQL of what the code map makes of a text; `unmapped` is SQL of a text that is not in it."""
    if not value_map:
        return unmapped
    if "" in value_map.values():
        expression_map = {raw: value for raw, value in value_map.items() if value}
        empty = ", ".join(text_literal(raw) for raw, value in value_map.items() if not value)
        mapped = _mapped(expression, expression_map, unmapped)
        return f"case when {expression} not in ({empty}) then {mapped} end"
    if len(value_map) <= _LONG_MAP:
        cases = " ".join(
            f"when {text_literal(raw)} then {text_literal(value)}" for raw, value in value_map.items()
        )
        return f"case {expression} {cases} else {unmapped} end"
    pairs = ", ".join(f"{text_literal(raw)}: {text_literal(value)}" for raw, value in value_map.items())
    return f"coalesce(map_extract_value(map {{{pairs}}}, {expression}), {unmapped})"


def _value(column: Column, mapping: Mapping | None, system: SourceSystem) -> str:
    text, plain = f"t_{column.name}", f"p_{column.name}"
    if column.kind in ("date", "month"):
        return dates.date_expression(column, text, plain, mapping.date_format if mapping else None)
    if not column.is_person:
        return casts.value_expression(column, plain)
    return _person_key(column, system)


def _person_key(column: Column, system: SourceSystem, generation: int | None = None) -> str:
    """SQL of a person's pseudonym of `generation`, by default the current one; null if the text names no person."""
    text, plain = f"t_{column.name}", f"p_{column.name}"
    keyed = pseudonyms.pseudonym(_identity(column, system), generation)
    if system.identity_scheme == "opaque":
        return f"unhex(case when {text} is not null then {keyed} end)"
    taken = (
        f"when {_is_pseudonym(text)} then {pseudonyms.later_pseudonym(f'lower({text})', generation)} "
        if system.contract is None
        else ""
    )
    return f"unhex(case {taken}when resident_is_valid({text}, {plain}, mark_{column.name}) then {keyed} end)"


def _first_key(kind: RecordType, system: SourceSystem) -> str:
    """SQL of the column `_first_key`, with a comma before it; empty where it is not needed."""
    if not needs_first_key(kind.name):
        return ""
    generation = persons_state().numbered_generation
    keys = [_person_key(column, system, generation) for column in kind.columns if column.is_person]
    return f", {keys[0] if keys else 'null::blob'} as _first_key"


def _identity(column: Column, system: SourceSystem) -> str:
    """SQL of the text from which a person's pseudonym is made; null for a delivered pseudonym."""
    if system.identity_scheme == "opaque":
        return f"{text_literal(f'source:{system.source_id}:')} || t_{column.name}"
    return f"'resident:' || p_{column.name} || mark_{column.name}"


def _is_pseudonym(text: str) -> str:
    return f"regexp_full_match({text}, '[0-9a-fA-F]{{64}}')"


def _cell(chunk: Chunk, header: str) -> str:
    return f"_cell_{chunk.columns[header]}"


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
