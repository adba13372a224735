"""What record-types.md and delivery-life.md say about the life of deliveries, as plain dictionaries.

Written from the documents alone: one dictionary per source and record type, into which deliveries are laid in
landing order. It shares nothing with the warehouse it is compared with.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

Key = tuple[str, ...]


class Row(NamedTuple):
    """One delivered row: its key, its period ("" outside mode period), the value it tells, whether it is sound."""

    key: Key
    period: str
    told: int
    is_good: bool


class Version(NamedTuple):
    """A delivery conformed under one contract, counting from a day on."""

    conformed_on: date
    factor: int


@dataclass
class Delivered:
    """One delivery, in landing order."""

    source: str
    kind: str
    rows: tuple[Row, ...]
    received_on: date
    is_replay: bool
    versions: list[Version]
    stopped: set[int] = field(default_factory=set)
    decisions: list[tuple[date, int, str]] = field(default_factory=list)

    def version_as_of(self, day: date) -> int | None:
        """Number of the version that counts: the last conformed among those of that day or before."""
        if self.received_on > day:
            return None
        return max((n for n, v in enumerate(self.versions) if v.conformed_on <= day), default=None)

    def counts_as_of(self, day: date) -> bool:
        """An operator's word goes before the suite's; the last by day, then by logging, holds."""
        version = self.version_as_of(day)
        if version is None:
            return False
        words = sorted(word for word in self.decisions if word[0] <= day)
        return words[-1][2] == "accept" if words else version not in self.stopped

    def loaded(self, version: int) -> dict[Key, Row]:
        """Rows that were loaded: of one key the last, as it reads under that version's contract."""
        factor = self.versions[version].factor
        return {row.key: row._replace(told=row.told * factor) for row in self.rows if is_sound(row, factor)}


def is_sound(row: Row, factor: int) -> bool:
    """A contract with a negative factor makes every amount wrong."""
    return row.is_good and factor > 0


class Region:
    """All deliveries and decisions so far; `modes` by record type, `sources` in order of priority."""

    def __init__(self, modes: dict[str, str], sources: tuple[str, ...]) -> None:
        self.modes, self.sources = modes, sources
        self.deliveries: list[Delivered] = []
        self.factors = dict.fromkeys(sources, 1)
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
        known, factor = self.find(source, kind, rows, is_replay), self.factors[source]
        if known is None:
            self.deliveries.append(Delivered(source, kind, rows, day, is_replay, [Version(day, factor)]))
            return True
        return self._conform(known, today, is_due=known.versions[-1].factor != factor)

    def reconform(self, source: str, day: date) -> None:
        """Conform what the source delivered anew, counting from that day on."""
        for known in self.deliveries:
            if known.source == source:
                last = known.versions[-1]
                is_due = last.factor != self.factors[source] or last.conformed_on > day
                self._conform(known, day, is_due=is_due)

    def _conform(self, known: Delivered, day: date, *, is_due: bool) -> bool:
        if is_due:
            known.versions.append(Version(day, self.factors[known.source]))
        return is_due

    def decide(self, known: Delivered, day: date, word: str) -> None:
        """Accept or withdraw."""
        self._n_words += 1
        known.decisions.append((day, self._n_words, word))

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
            for key, (row, number) in self._of_source(source, kind, day).items():
                if key in found:
                    gave_way[number] = gave_way.get(number, 0) + 1
                else:
                    found[key] = (row.told, source, self.deliveries[number].received_on)
        return found, gave_way

    def _of_source(self, source: str, kind: str, day: date) -> dict[Key, tuple[Row, int]]:
        state: dict[Key, tuple[Row, int]] = {}
        for number, delivered in enumerate(self.deliveries):
            version = delivered.version_as_of(day)
            if (delivered.source, delivered.kind) != (source, kind) or not delivered.counts_as_of(day):
                continue
            assert version is not None
            rows = delivered.loaded(version)
            if not delivered.is_replay and self.modes[kind] == "snapshot":
                state.clear()
            if not delivered.is_replay and self.modes[kind] == "period":
                periods = {row.period for row in rows.values()}
                state = {key: entry for key, entry in state.items() if entry[0].period not in periods}
            state.update({key: (row, number) for key, row in rows.items()})
        return state
