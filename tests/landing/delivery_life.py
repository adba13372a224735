"""What record-types.md and delivery-life.md say about the life of deliveries, as plain dictionaries.

Written from the documents alone: one dictionary per source and record type, into which deliveries are laid in
landing order. It shares nothing with the warehouse it is compared with.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from tests.landing.records_of_rows import Conformed, Key, Record, Row, Words, conform


class Version(NamedTuple):
    """A delivery conformed under one contract, counting from a day on."""

    conformed_on: date
    words: Words


class Decision(NamedTuple):
    """An operator's word; `overrules` are the checks that an acceptance is about, None means all."""

    on: date
    number: int
    word: str
    overrules: frozenset[str] | None


@dataclass
class Delivered:
    """One delivery, in landing order."""

    source: str
    kind: str
    rows: tuple[Row, ...]
    received_on: date
    is_replay: bool
    versions: list[Version]
    stopped: dict[int, frozenset[str]] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)

    def version_as_of(self, day: date) -> int | None:
        """Number of the version that counts: the last conformed among those of that day or before."""
        if self.received_on > day:
            return None
        return max((n for n, v in enumerate(self.versions) if v.conformed_on <= day), default=None)

    def counts_as_of(self, day: date) -> bool:
        """Of the operator's words the last by day, then by logging, holds; it overrules the checks it is about."""
        version = self.version_as_of(day)
        if version is None:
            return False
        stopping = self.stopped.get(version, frozenset())
        last = max((d for d in self.decisions if d.on <= day), key=lambda d: (d.on, d.number), default=None)
        if last is None:
            return not stopping
        return last.word == "accept" and (last.overrules is None or stopping <= last.overrules)

    def conformed(self, version: int) -> Conformed:
        """Its records and counts under that version's contract."""
        return conform(self.rows, words_of(self.kind, self.versions[version].words))


def words_of(kind: str, words: Words) -> Words:
    """The contract's words on the rows of a record type: only those of insurance have rules."""
    return words if kind == "employment_month" else Words(words.factor)


class Region:
    """All deliveries and decisions so far; `modes` by record type, `sources` in order of priority."""

    def __init__(self, modes: dict[str, str], sources: tuple[str, ...]) -> None:
        self.modes, self.sources = modes, sources
        self.deliveries: list[Delivered] = []
        self.words = dict.fromkeys(sources, Words())
        self.service: list[tuple[date, int, str, str]] = []
        self._n_words = 0

    def find(self, source: str, kind: str, rows: tuple[Row, ...], is_replay: bool) -> Delivered | None:
        """The delivery of these very bytes, if there is one."""
        own = (
            d
            for d in self.deliveries
            if (d.source, d.kind, d.rows, d.is_replay) == (source, kind, rows, is_replay)
        )
        return next(own, None)

    def land(
        self, source: str, kind: str, rows: tuple[Row, ...], day: date, today: date, *, is_replay: bool
    ) -> bool:
        """Land a delivery; returns whether anything changed."""
        known, words = self.find(source, kind, rows, is_replay), self.words[source]
        if known is None:
            self.deliveries.append(Delivered(source, kind, rows, day, is_replay, [Version(day, words)]))
            return True
        return self._conform(known, today, is_due=known.versions[-1].words != words)

    def reconform(self, source: str, day: date) -> None:
        """Conform what the source delivered anew, counting from that day on."""
        for known in self.deliveries:
            if known.source == source:
                last = known.versions[-1]
                is_due = last.words != self.words[source] or last.conformed_on > day
                self._conform(known, day, is_due=is_due)

    def _conform(self, known: Delivered, day: date, *, is_due: bool) -> bool:
        if is_due:
            known.versions.append(Version(day, self.words[known.source]))
        return is_due

    def decide(self, known: Delivered, day: date, word: str, overrules: frozenset[str] | None = None) -> None:
        """Accept or withdraw."""
        self._n_words += 1
        known.decisions.append(Decision(day, self._n_words, word, overrules))

    @property
    def words_so_far(self) -> set[Words]:
        """The words of every contract that a delivery was conformed under."""
        return {version.words for delivered in self.deliveries for version in delivered.versions}

    def serve(self, source: str, day: date, word: str) -> None:
        """Retire or restore."""
        self._n_words += 1
        self.service.append((day, self._n_words, source, word))

    def retired(self, day: date) -> list[str]:
        """Sources out of service on a day."""
        said = {source: word for on, _, source, word in sorted(self.service) if on <= day}
        return sorted(source for source, word in said.items() if word == "retire")

    def rows(self, kind: str, day: date) -> tuple[dict[Key, tuple[Any, ...]], dict[int, int]]:
        """Key → (value, source, day of receipt), and how many rows of which delivery gave way to another source."""
        found: dict[Key, tuple[Any, ...]] = {}
        gave_way: dict[int, int] = {}
        for source in self.sources:
            for key, (record, number) in self._of_source(source, kind, day).items():
                if key in found:
                    gave_way[number] = gave_way.get(number, 0) + 1
                else:
                    found[key] = (record.told, source, self.deliveries[number].received_on)
        return found, gave_way

    def _of_source(self, source: str, kind: str, day: date) -> dict[Key, tuple[Record, int]]:
        state: dict[Key, tuple[Record, int]] = {}
        joining: list[tuple[int, dict[Key, Record]]] = []
        in_force: dict[int, set[str]] = {}
        had_own: set[int] = set()
        for number, delivered in enumerate(self.deliveries):
            version = delivered.version_as_of(day)
            if (delivered.source, delivered.kind) != (source, kind) or not delivered.counts_as_of(day):
                continue
            assert version is not None
            records = delivered.conformed(version).records
            own = {key[-1] for key, record in records.items() if not record.joins}
            if self.modes[kind] == "period":
                joining.append((number, {key: r for key, r in records.items() if key[-1] not in own}))
                records = {key: record for key, record in records.items() if key[-1] in own}
                if not delivered.is_replay:
                    state = {key: entry for key, entry in state.items() if key[-1] not in own}
                    in_force = {earlier: months - own for earlier, months in in_force.items()}
                in_force[number] = own
            elif not delivered.is_replay and self.modes[kind] == "snapshot":
                state.clear()
            state.update({key: (record, number) for key, record in records.items()})
            if own:
                had_own.add(number)
        # Back payments go with the months of their own statement; where it has none, they stay.
        counting = [(n, records) for n, records in joining if in_force[n] or n not in had_own]
        return self._with_joining(state, counting)

    def _with_joining(
        self, state: dict[Key, tuple[Record, int]], joining: list[tuple[int, dict[Key, Record]]]
    ) -> dict[Key, tuple[Record, int]]:
        """Add what joins a key to what stands there; what says the same as another counts once."""
        added: dict[Key, dict[int, int]] = {}
        for number, records in joining:
            for key, record in records.items():
                first = added.setdefault(key, {}).get(record.told, number)
                earliest = min(number, first, key=lambda n: (self.deliveries[n].received_on, n))
                added[key][record.told] = earliest
        for key, parts in added.items():
            standing = state.get(key)
            total = sum(told for told in parts if standing is None or told != standing[0].told)
            if standing is None:
                number = parts[max(parts)]
                row = next(records[key].row for _, records in joining if key in records)
                state[key] = Record(total, True, row), number
            else:
                state[key] = standing[0]._replace(told=standing[0].told + total), standing[1]
        return state
