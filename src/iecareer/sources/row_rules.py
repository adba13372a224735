"""Rules of a contract on whole rows: which are meant, which months they hold, which of several with a key counts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from iecareer.contracts import Column, RecordType
from iecareer.contracts.odcs import custom_property, near_matches
from iecareer.errors import IecareerError

ROW_PROPERTIES = ("rowFilter", "monthSpan", "monthColumns", "joinsMonth", "sameKey")
SAME_KEY_RULES = ("last", "first", "largest", "sum", "refuse", "newest")
MONTH = "{month}"


@dataclass(frozen=True)
class RowFilter:
    """Which words of a column leave a row out; None among the words stands for an empty cell.

    Without `leave_out`, every filled cell that is not in `keep` leaves its row out. Without `keep`, an empty cell does
    (None is in `leave_out`), and every other filled cell keeps its row.
    """

    headers: tuple[str, ...]
    keep: tuple[str | None, ...]
    leave_out: tuple[str | None, ...] | None = None


@dataclass(frozen=True)
class MonthSpan:
    """The headers of a row's first and last month; the same where one cell holds both."""

    first: tuple[str, ...]
    last: tuple[str, ...]

    @property
    def is_one_cell(self) -> bool:
        """Whether one cell holds both ends."""
        return self.first == self.last


@dataclass(frozen=True)
class MonthColumns:
    """Headers that are months: `header` has the place `{month}`, and the cells below fill `column`."""

    header: str
    column: str

    def month_in(self, header: str) -> str | None:
        """The text at the place of the month, None when the header does not fit."""
        before, after = map(re.escape, self.header.split(MONTH))
        found = re.fullmatch(f"{before}(.*[0-9\u3007零一二三四五六七八九].*){after}", header)
        return found[1] if found else None


@dataclass(frozen=True)
class Joining:
    """The words of a column that say that a row joins the month it belongs to, as a back payment does."""

    headers: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True)
class SameKey:
    """Which of several rows of a delivery that share a key and differ counts; `newest` is by the column `headers`."""

    rule: str
    headers: tuple[str, ...] = ()


@dataclass(frozen=True)
class RowRules:
    """The rules on rows of one table of a contract."""

    filters: tuple[RowFilter, ...] = ()
    span: MonthSpan | None = None
    month_columns: MonthColumns | None = None
    joining: tuple[Joining, ...] = ()
    same_key: SameKey | None = None

    @property
    def headers(self) -> tuple[tuple[str, ...], ...]:
        """The headers that the rules read, each with its other names; month columns are not among them."""
        found = [rule.headers for rule in self.filters] + [rule.headers for rule in self.joining]
        found += [self.span.first, self.span.last] if self.span else []
        found += [self.same_key.headers] if self.same_key and self.same_key.headers else []
        return tuple(dict.fromkeys(found))

    @property
    def made_columns(self) -> tuple[str, ...]:
        """Columns of the record type that the rules fill."""
        if self.month_columns:
            return ("month", self.month_columns.column)
        return ("month",) if self.span else ()


def row_rules(entry: Any, kind: RecordType, place: str, *, is_live: bool) -> RowRules:
    """The rules in a table's customProperties.

    Raises
    ------
    IecareerError
        When a rule is not of its form, or does not suit the record type or a live source.
    """
    given = [e.property for e in entry.customProperties or [] if e.property in ROW_PROPERTIES]
    found = {name: custom_property(entry, name) for name in given}
    for name, value in found.items():
        _refuse_form(given.count(name) > 1, f"{place}: {name}", "It stands there twice; write it once.")
        _refuse_form(value in (None, {}, []), f"{place}: {name}", "Give it a value, or remove it.")
    _refuse_unsuited(found, kind, place, is_live=is_live)
    return RowRules(
        filters=_filters(found.get("rowFilter", {}), f"{place}: rowFilter"),
        span=_span(found["monthSpan"], f"{place}: monthSpan") if "monthSpan" in found else None,
        month_columns=_month_columns(found["monthColumns"], kind, f"{place}: monthColumns")
        if "monthColumns" in found
        else None,
        joining=_joining(found.get("joinsMonth", {}), f"{place}: joinsMonth"),
        same_key=_same_key(found["sameKey"], kind, f"{place}: sameKey") if "sameKey" in found else None,
    )


def _refuse_unsuited(found: dict[str, Any], kind: RecordType, place: str, *, is_live: bool) -> None:
    of_months = [name for name in ("monthSpan", "monthColumns", "joinsMonth") if name in found]
    if of_months and kind.period_column is None:
        raise IecareerError(
            f"{place}: {of_months[0]} is for record types that are delivered by month; {kind.name} is not."
        )
    if of_months and is_live:
        raise IecareerError(
            f"{place}: {of_months[0]} is for files; a live source is fetched month by month.",
            next_step="Let the query of the source give one row per month.",
        )
    if "monthSpan" in found and "monthColumns" in found:
        raise IecareerError(f"{place}: monthSpan and monthColumns exclude each other.")


def _filters(value: Any, place: str) -> tuple[RowFilter, ...]:
    form = "It is written {HEADER: {keep: [WORD, …]}}, with leaveOut beside keep where both are listed."
    _refuse_form(not isinstance(value, dict), place, form)
    filters = []
    for header, words in value.items():
        where = f"{place}, {header}"
        _refuse_form(not isinstance(words, dict) or not words, where, form)
        _refuse_other_keys(words, ("keep", "leaveOut", "synonyms"), where)
        keep = _words(words.get("keep"), f"{where}, keep", or_empty=True) if "keep" in words else ()
        leave_out = (
            _words(words["leaveOut"], f"{where}, leaveOut", or_empty=True) if "leaveOut" in words else None
        )
        is_of_empty = "keep" not in words and None in (leave_out or ())
        _refuse_form(
            not keep and not is_of_empty,
            where,
            "List the words that are kept under keep. Only {leaveOut: [null]}, for empty cells, needs none.",
        )
        both = [word or "an empty cell" for word in keep if word in (leave_out or ())]
        _refuse_form(bool(both), where, f"In both lists: {', '.join(both)}.")
        filters.append(RowFilter(_headers(header, words, where), keep, leave_out))
    return tuple(filters)


def _span(value: Any, place: str) -> MonthSpan:
    form = "It is written {from: HEADER, to: HEADER}, or {in: HEADER} where one cell holds both ends."
    _refuse_form(not isinstance(value, dict), place, form)
    _refuse_other_keys(value, ("from", "to", "in"), place)
    _refuse_form(set(value) not in ({"from", "to"}, {"in"}), place, form)
    if "in" in value:
        own = _names(value["in"], place)
        return MonthSpan(own, own)
    span = MonthSpan(_names(value["from"], place), _names(value["to"], place))
    _refuse_form(not set(span.first).isdisjoint(span.last), place, "from and to must name different headers.")
    return span


def _month_columns(value: Any, kind: RecordType, place: str) -> MonthColumns:
    form = 'It is written {header: "{month}…", column: COLUMN}.'
    _refuse_form(not isinstance(value, dict), place, form)
    _refuse_other_keys(value, ("header", "column"), place)
    _refuse_form(set(value) != {"header", "column"}, place, form)
    header, column = value["header"], value["column"]
    _refuse_form(
        not isinstance(header, str) or header.count(MONTH) != 1,
        place,
        f"header must hold {MONTH} once, in quotes.",
    )
    names = [c.name for c in kind.columns if c.stored_name not in kind.key]
    if column not in names:
        raise IecareerError(
            f"{place}: column must be one of {', '.join(names)}{near_matches(str(column), names)}."
        )
    return MonthColumns(_normal(header), column)


def _joining(value: Any, place: str) -> tuple[Joining, ...]:
    form = "It is written {HEADER: [WORD, …]}."
    _refuse_form(not isinstance(value, dict), place, form)
    found = []
    for header, given in value.items():
        where = f"{place}, {header}"
        words = given if isinstance(given, dict) else {"words": given}
        _refuse_other_keys(words, ("words", "synonyms"), where)
        listed = _words(words.get("words"), where)
        _refuse_form(not listed, where, form)
        found.append(Joining(_headers(header, words, where), tuple(word for word in listed if word)))
    return tuple(found)


def _same_key(value: Any, kind: RecordType, place: str) -> SameKey:
    rules = [rule for rule in SAME_KEY_RULES if rule != "newest"]
    if isinstance(value, dict):
        _refuse_other_keys(value, ("newest",), place)
        _refuse_form(set(value) != {"newest"}, place, "It is written {newest: HEADER}.")
        return SameKey("newest", _names(value["newest"], place))
    if value == "newest":
        raise IecareerError(f"{place}: newest needs a header.", next_step="Write {newest: HEADER}.")
    if value not in rules:
        raise IecareerError(
            f"{place} must be one of {', '.join(rules)} or {{newest: HEADER}}"
            f"{near_matches(str(value), SAME_KEY_RULES)}."
        )
    if value in ("sum", "largest") and amount_column(kind) is None:
        amounts = [c.name for c in kind.columns if c.kind == "money"]
        has = f"has {len(amounts)} ({', '.join(amounts)})" if amounts else "has none"
        raise IecareerError(
            f"{place}: {value} needs a record type with one amount of money; {kind.name} {has}."
        )
    return SameKey(value)


def amount_column(kind: RecordType) -> Column | None:
    """The only column of money that a record type has, None when it has none or several."""
    amounts = [column for column in kind.columns if column.kind == "money"]
    return amounts[0] if len(amounts) == 1 else None


def _headers(header: Any, words: dict[str, Any], place: str) -> tuple[str, ...]:
    others = words.get("synonyms", [])
    return _names([header, *(others if isinstance(others, list) else [others])], place)


def _names(value: Any, place: str) -> tuple[str, ...]:
    names = value if isinstance(value, list) else [value]
    is_bad = not names or any(not isinstance(name, str) or not name.strip() for name in names)
    _refuse_form(is_bad, place, "A header is text; put a header that is a number into quotes.")
    return tuple(dict.fromkeys(names))


def _words(value: Any, place: str, *, or_empty: bool = False) -> tuple[str | None, ...]:
    _refuse_form(not isinstance(value, list), place, "The words must be a list, such as [毕业, 结业].")
    for word in value:
        is_word = isinstance(word, str) and word.strip()
        if not is_word and not (word is None and or_empty):
            raise IecareerError(
                f"{place}: {word!r} is no text.",
                next_step='Put numbers, dates, true and false into quotes: "1".'
                + (" null, without quotes, stands for an empty cell." if or_empty else ""),
            )
    return tuple(None if word is None else _normal(word) for word in value)


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _refuse_other_keys(value: dict[str, Any], known: Sequence[str], place: str) -> None:
    for key in value:
        if key not in known:
            raise IecareerError(
                f"{place}: unknown key '{key}'{near_matches(str(key), known)}.",
                next_step=f"Known are {', '.join(known)}.",
            )


def _refuse_form(is_wrong: bool, place: str, form: str) -> None:
    if is_wrong:
        raise IecareerError(f"{place} is not of its form.", next_step=form)
