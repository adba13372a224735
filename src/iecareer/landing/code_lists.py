"""Find the code of an institution or program by its name in the lists that sources delivered.

A list counts from its landing until it is withdrawn or its suite stops it. Several sources may deliver a list; then all
of their rows count. Of one source the newest snapshot counts, with its replays.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import duckdb

from iecareer.contracts import record_type
from iecareer.lake.current_parts import current_parts
from iecareer.lake.manifest import Delivery, current_deliveries
from iecareer.lake.parts import part_rows
from iecareer.settings import lake

# Record type of the list → its columns of codes and of names.
_COLUMNS = {
    "institution": ("institution_code", "institution_name"),
    "program": ("program_code", "program_name"),
}
LISTS = tuple(_COLUMNS)
# What a name becomes that gives no code. No cell holds these letters: control characters are removed from cells.
LACKING, AMBIGUOUS, DIFFERING = "\2list_lacks", "\2ambiguous_name", "\2code_and_name_differ"
# Forms of the codes.
FORMS = {
    "institution": "[0-9]{10}",
    # Codes of the undergraduate catalogue may end in K, T or TK.
    "program": "[0-9]{6}[A-Z]{0,2}",
}
# A code and a name in one text: 460103-数控技术, 数控技术 (460103).
_BOTH = {
    kind: re.compile(
        rf"(?P<code>{form})[)\]]?[-–—_/|:\s]+(?P<name>[^-\d(].*)"
        rf"|(?P<name_before>.*[^-\d(\[])(?:\s*[(\[]|[-–—_/|:\s]+)(?P<code_behind>{form})[)\]]?",
        re.IGNORECASE,
    )
    for kind, form in FORMS.items()
}
_TWO_LETTERS = re.compile(r"[^\W\d_]{2}")
_LONG_NUMBER = re.compile(r"\d{6}")
_BLANKS = re.compile(r"\s+")
# Name of a list → deliveries that it consists of, as <delivery>.<version>.
Contents = dict[str, tuple[str, ...]]
# Name in its plain form → code → the levels of study for which the list has that name and code.
_Codes = dict[str, dict[str, set[str]]]


@dataclass
class CodeLists:
    """The lists that count on a day, each read when the first name is looked up in it.

    Parameters
    ----------
    day : date, optional
        Lists received later do not count. Without a day there are no lists.
    without : str
        Record type that is landed: a list is not looked up in itself.
    beside : mapping
        Lists by record type that count where none has been delivered; see :meth:`read`.
    """

    day: date | None = None
    without: str = ""
    beside: Mapping[str, _Codes] = field(default_factory=dict)
    looked_up: Contents = field(default_factory=dict, init=False)
    _read: dict[str, _Codes] = field(default_factory=dict, init=False)

    def institution(self, text: str) -> str:
        """The code of the only institution that the lists give this name, else `LACKING` or `AMBIGUOUS`.

        Of a text that holds both code and name the code, or `DIFFERING` if the lists have both, but not together.
        """
        return self._meant("institution", text)

    def program(self, text: str) -> str:
        """The same for programs."""
        return self._meant("program", text)

    def program_of_level(self, name: str, study_level: str) -> str:
        """The same, of the programs of one level of study."""
        return self._only_code("program", name, study_level)

    def read(self) -> dict[str, _Codes]:
        """Every list that has been delivered."""
        found = {kind: self._codes(kind) for kind in LISTS if kind != self.without}
        return {kind: codes for kind, codes in found.items() if codes}

    def _meant(self, kind: str, text: str) -> str:
        code, name = _code_and_name(kind, text)
        if not code or kind == self.without:
            return self._only_code(kind, text)
        codes = self._codes(kind)
        named = codes.get(_plain(name), {})
        # A name that the lists lack contradicts no code, nor does a name of another edition.
        is_other = named and code not in named and any(code in levels for levels in codes.values())
        return DIFFERING if is_other else code

    def _only_code(self, kind: str, name: str, study_level: str | None = None) -> str:
        if kind == self.without:
            return name
        levels = self._codes(kind).get(_plain(name), {})
        codes = [code for code, found in levels.items() if study_level is None or study_level in found]
        # A level that the list does not give the name says nothing about its code.
        if not codes and levels:
            return AMBIGUOUS
        return codes[0] if len(codes) == 1 else AMBIGUOUS if codes else LACKING

    def _codes(self, kind: str) -> _Codes:
        if kind not in self._read:
            deliveries = _counting(kind, current_deliveries(self.day)[0]) if self.day else []
            self.looked_up[kind] = _names(deliveries)
            self._read[kind] = _read(kind, deliveries) or self.beside.get(kind, {})
        return self._read[kind]


def is_outdated(delivery: Delivery, current: Sequence[Delivery]) -> bool:
    """Whether the night should look up the names of a delivery again; `current` are all deliveries known on its day.

    They should if some gave no code and the lists changed since, or if a list that gave codes was withdrawn or stopped.
    Codes that a newer list would give otherwise stay: a list may leave out the names of earlier years.
    """
    if not delivery.lists:
        return False
    refused = {d.delivery_id for d in current if d.record_type in LISTS and not _counts(d)}
    used = {name.partition(".")[0] for names in delivery.lists.values() for name in names}
    return bool(refused & used) or (_lacks(delivery) and not is_looked_up_in(delivery, current))


def is_looked_up_in(delivery: Delivery, current: Sequence[Delivery]) -> bool:
    """Whether the names of a delivery were looked up in the lists that count now."""
    return all(_names(_counting(kind, current)) == names for kind, names in delivery.lists.items())


def _counting(kind: str, current: Iterable[Delivery]) -> list[Delivery]:
    """The deliveries of one list that are neither withdrawn nor stopped, oldest first."""
    return [delivery for delivery in current if delivery.record_type == kind and _counts(delivery)]


def _lacks(delivery: Delivery) -> bool:
    """Whether a name gave no code. Names of regions do not count: their list is delivered by nobody."""
    marks = (LACKING, AMBIGUOUS, DIFFERING)
    reasons, columns = [mark[1:] for mark in marks], [code for code, _ in _COLUMNS.values()]
    unread = {f"{reason}:{column}" for reason in reasons for column in columns}
    return not unread.isdisjoint((*delivery.reasons, *delivery.emptied))


def _counts(delivery: Delivery) -> bool:
    """Whether a list counts: a list that no suite has judged yet does."""
    return delivery.decision != "withdraw" and (delivery.verdict is None or delivery.is_accepted)


def _names(deliveries: Iterable[Delivery]) -> tuple[str, ...]:
    return tuple(sorted(f"{delivery.delivery_id}.{delivery.version}" for delivery in deliveries))


def _read(kind: str, deliveries: list[Delivery]) -> _Codes:
    """Codes by name, from the rows that count."""
    by_source: dict[str, list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        by_source[delivery.source_id].append(delivery)
    parts = [
        part
        for own in by_source.values()
        for _, current in current_parts(record_type(kind), own)
        for part in current
    ]
    rows = part_rows(lake(), record_type(kind), parts)
    found: _Codes = defaultdict(lambda: defaultdict(set))
    if rows:
        with duckdb.connect() as connection:
            code, name = _COLUMNS[kind]
            listed = connection.execute(
                f"select distinct {name}, {code}, study_level from ({rows})"
            ).fetchall()
        for name, code, level in listed:
            found[_plain(name)][code].add(level)
    return {name: dict(codes) for name, codes in found.items()}


def _code_and_name(kind: str, text: str) -> tuple[str, str]:
    """Code and name of a text that holds both, else two empty texts."""
    found = _BOTH[kind].fullmatch(text)
    if not found:
        return "", ""
    code, name = found["code"] or found["code_behind"], found["name"] or found["name_before"]
    is_name = _TWO_LETTERS.search(name) and not _LONG_NUMBER.search(name)
    return (code.upper(), name) if is_name else ("", "")


def _plain(name: str) -> str:
    """A name without blanks and in the usual width of its letters and brackets."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", name))
