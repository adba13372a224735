"""Compare what a college got with an earlier release with what it gets now, number by number.

A number is the value of one row of one definition. Rows are the same number only if all their keys are equal, the first
and the last cohort among them, so a block of cohorts is never compared with one of its cohorts.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from iecareer.feedback.definitions import Definition, definitions, measures_of
from iecareer.feedback.indicators import Indicators

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from iecareer.feedback.changes.earlier import Earlier
    from iecareer.feedback.published import College, Edition, Row

_COHORTS = ("cohort_from", "cohort_to", "cohort_year")
_KEYS = (
    "scope", "program_code", "program_group_code", "region_class", "mode", "enterprise_code", *_COHORTS,
    "wave_months", "horizon_months", "definition", "fit", "weighting", "measure", "dimension", "category",
    "n_employers", "kind", "phase", "method",
)  # fmt: skip
# What a row says about graduates; comparisons with peers and response rates are numbers of other rows.
_OWN = (
    "n", "k", "share", "retention", "incidence", "p25", "p50", "p75", "p50_region_adjusted",
    "p50_compared", "share_floor", "share_cap", "ci_low", "ci_high", "percent", "coverage", "n_cooperative",
    "n_comparison", "n_institutions_cooperative", "n_institutions_comparison",
)  # fmt: skip
_PAY = ("starting_salary", "wage", "workplace_pay")
_FLAGS = "program_flag"
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Change:
    """One number whose row differs between the two releases, or is in one of them only."""

    definition: Definition
    before: Row | None
    now: Row | None

    @property
    def row(self) -> Row:
        """The newer row, or the only one."""
        found = self.now or self.before
        if found is None:
            raise LookupError("A change has a row.")
        return found

    @property
    def was_shown(self) -> bool:
        """Whether the earlier release had a published value."""
        return _is_shown(self.before)

    @property
    def is_shown(self) -> bool:
        """Whether this release has one."""
        return _is_shown(self.now)

    @property
    def kind(self) -> Key:
        """The keys of its row without the cohorts."""
        return self.definition.name, *(self.row.get(name) for name in _KEYS if name not in _COHORTS)

    @cached_property
    def has_changed(self) -> bool:
        """Whether both have a value and say something else about the graduates."""
        if not (self.was_shown and self.is_shown) or self.before == self.now:
            return False
        return self._own(self.before) != self._own(self.now)

    def _own(self, row: Row | None) -> Key:
        return tuple((row or {}).get(name) for name in (*_OWN, self.definition.main))

    @cached_property
    def is_marked_otherwise(self) -> bool:
        """Whether both have a value that lies otherwise beside its peers."""
        if self.before is self.now:
            return False
        marks = [(row or {}).get("mark") for row in (self.before, self.now)]
        return self.was_shown and self.is_shown and marks[0] != marks[1]


@dataclass(frozen=True)
class Rule:
    """A policy number that differs: its rows before and now, of which one may be missing."""

    name: str
    description: str
    before: Row | None
    now: Row | None


@dataclass(frozen=True)
class Changes:
    """All that differs, in the order of the definitions.

    Parameters
    ----------
    before, now : College, optional
        The rows of both releases; None if they cannot be compared.
    numbers : list of Change
        Numbers of rows that at least one of the releases has, the equal ones too.
    new_content, not_compared : list of Definition
        Definitions that the earlier release did not have, and those whose earlier file had other columns.
    rules : list of Rule
        Policy numbers that differ.
    """

    earlier: Earlier
    edition: Edition
    before: College | None = None
    now: College | None = None
    numbers: list[Change] = field(default_factory=list)
    new_content: list[Definition] = field(default_factory=list)
    not_compared: list[Definition] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)

    @cached_property
    def both(self) -> list[Change]:
        """Numbers that both releases have."""
        return [one for one in self.numbers if one.was_shown and one.is_shown]

    @cached_property
    def changed(self) -> list[Change]:
        """Numbers that both have, with another value, count or interval."""
        return [one for one in self.both if one.has_changed]

    @cached_property
    def marked(self) -> list[Change]:
        """Numbers that both have and that lie otherwise beside their peers."""
        return [one for one in self.both if one.is_marked_otherwise]

    @cached_property
    def new(self) -> list[Change]:
        """Numbers that only this release has."""
        return [one for one in self.numbers if one.is_shown and not one.was_shown]

    @cached_property
    def gone(self) -> list[Change]:
        """Numbers that only the earlier release has."""
        return [one for one in self.numbers if one.was_shown and not one.is_shown]

    @cached_property
    def cohorts(self) -> list[int]:
        """Single cohorts of which this release has numbers and the earlier one had none."""
        now = _single_cohorts([one.now for one in self.numbers])
        return sorted(now - _single_cohorts([one.before for one in self.numbers]))

    @cached_property
    def other_prices(self) -> tuple[str, ...]:
        """Tables that cannot be compared: pay in prices of another year, or of a year that a release does not name."""
        before, now = self.earlier.edition.price_base_year, self.edition.price_base_year
        return () if before == now and now is not None else _PAY

    @cached_property
    def has_other_prices(self) -> bool:
        """Whether both releases have pay, which cannot be compared."""
        colleges = [one for one in (self.before, self.now) if one]
        return bool(self.other_prices) and all(
            any(_is_shown(row) for name in _PAY for row in college.tables[name]) for college in colleges
        )

    @cached_property
    def flagged(self) -> list[Row]:
        """Programs whose review is proposed now and was not before."""
        before, now = self._proposed()
        return [row for code, row in now.items() if code not in before]

    @cached_property
    def cleared(self) -> list[Row]:
        """Programs whose review was proposed, judged now and not proposed any more."""
        before, now = self._proposed()
        return [row for code, row in before.items() if code not in now and code in self._judged()]

    @cached_property
    def not_judged(self) -> list[Row]:
        """Programs whose review was proposed and that are not judged now."""
        before, _ = self._proposed()
        return [row for code, row in before.items() if code not in self._judged()]

    @property
    def is_nothing(self) -> bool:
        """Whether nothing at all differs."""
        numbers = (self.changed, self.marked, self.new, self.gone, self.new_content, self.not_compared)
        others = (self.flagged, self.cleared, self.not_judged, self.rules, self.has_other_prices)
        return self.now is not None and not any(numbers) and not any(others)

    def is_regrouped(self, gone: Change) -> bool:
        """Whether cohorts of a number that is gone now stand in another row of the same kind."""
        if gone.now is not None or gone.row.get("cohort_to") is None:
            return False
        return any(
            one.kind == gone.kind
            and one.row["cohort_from"] <= gone.row["cohort_to"]
            and one.row["cohort_to"] >= gone.row["cohort_from"]
            for one in self.new
        )

    def _proposed(self) -> tuple[dict[str, Row], dict[str, Row]]:
        """Programs whose review was proposed before, and those of now, by code."""
        found = [one.tables[_FLAGS] if one else [] for one in (self.before, self.now)]
        before, now = ({row["program_code"]: row for row in rows if row["is_flagged"]} for rows in found)
        return before, now

    def _judged(self) -> set[str]:
        return {row["program_code"] for row in self.now.tables[_FLAGS]} if self.now else set()


def _single_cohorts(rows: Sequence[Row | None]) -> set[int]:
    """Cohorts with a published number of their own."""
    return {
        row["cohort_to"]
        for row in rows
        if row and _is_shown(row) and row.get("cohort_to") and row["cohort_from"] == row["cohort_to"]
    }


def compare(earlier: Earlier, college: College, edition: Edition) -> Changes:
    """All that differs between what a college got and its rows now.

    Nothing is compared with a release of a version whose files cannot be read back.
    """
    if earlier.college is None:
        return Changes(earlier, edition)
    readable = _readable(college, earlier.college)
    # of the other tables no rows are compared
    rows = {name: readable.get(name, table.slice(0, 0)) for name, table in college.data.items()}
    before = replace(earlier.college, data=rows, like=college)
    found = Changes(earlier, edition, before, college, rules=_rules(earlier.edition, edition))
    both = ((before, Indicators.of(before, earlier.edition)), (college, Indicators.of(college, edition)))
    # a measure of pay that only one release lists is compared all the same
    measures = frozenset().union(*(measures_of(*one) for one in both))
    old, new = ([one for one in definitions(*of, measures) if one.main] for of in both)
    older = {one.name: one for one in old}
    for one in new:
        if one.table not in earlier.college.data:
            found.new_content.extend([one] if any(map(_is_shown, one.rows)) else [])
        elif one.table in found.other_prices:
            continue
        elif one.table not in readable:
            found.not_compared.append(one)
        else:
            found.numbers.extend(_numbers(one, older[one.name].rows))
    return found


def _readable(college: College, earlier: College) -> dict[str, pa.Table]:
    """The earlier tables that have all columns which are compared."""
    compared = {*_KEYS, *_OWN, "response_rate", "mark", "status", "program_name", "is_flagged"}
    return {
        name: earlier.data[name]
        for name, table in college.data.items()
        if name in earlier.data and compared & set(table.column_names) <= set(earlier.data[name].column_names)
    }


def _numbers(definition: Definition, earlier: Sequence[Row]) -> list[Change]:
    """The numbers of a definition in its order, then those that only the earlier release had."""
    before, now = ({_key(row): row for row in rows} for rows in (earlier, definition.rows))
    gone = [key for key in before if key not in now]
    return [Change(definition, before.get(key), now.get(key)) for key in (*now, *gone)]


def _key(row: Row) -> Key:
    return tuple(map(row.get, _KEYS))


def _is_shown(row: Row | None) -> bool:
    return row is not None and row["status"] == "ok"


def _rules(before: Edition, now: Edition) -> list[Rule]:
    """Policy numbers that differ, by name."""
    old, new = ({row["name"]: row for row in edition.policy} for edition in (before, now))
    return [
        Rule(name, (new.get(name) or old[name])["description"], old.get(name), new.get(name))
        for name in sorted(old.keys() | new.keys())
        if (old.get(name) or {}).get("value") != (new.get(name) or {}).get("value")
    ]
