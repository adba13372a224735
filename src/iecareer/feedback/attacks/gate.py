"""Attack a release before it is sealed, and refuse it if it gives away what the bounds do not allow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from iecareer.errors import IecareerError
from iecareer.feedback.attacks.counts import FEW, Counts, possible_counts
from iecareer.feedback.attacks.evidence import of_splits
from iecareer.feedback.attacks.files import MONTHS, read_tables
from iecareer.feedback.attacks.intervals import odd_rows
from iecareer.feedback.attacks.lights import telling_lights
from iecareer.feedback.attacks.other_sets import of_hires, of_other_sets, told_twice
from iecareer.feedback.attacks.totals import link_totals, outside, people_in_parts
from iecareer.feedback.attacks.unrounded import unrounded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    from iecareer.feedback.attacks.evidence import Evidence

MOST_NARROW = 0.02
_SHOWN = 3


@dataclass(frozen=True)
class Verdict:
    """What the attacks on a release found.

    Parameters
    ----------
    counts : list of Counts
        The possible values of every count that they aimed at.
    odd : list of (table, rows)
        Rows whose share is not made of the counts beside it.
    wrong : list of (table, rows)
        Totals that are not the sum of their program-cohorts.
    cells : DataFrame
        Codes and cohorts by number of cell.
    twice : DataFrame, optional
        Rows of employers of which two folders tell different numbers.
    """

    counts: list[Counts]
    odd: list[tuple[str, pd.DataFrame]]
    wrong: list[tuple[str, pd.DataFrame]]
    cells: pd.DataFrame
    twice: pd.DataFrame | None = None

    @property
    def n_twice(self) -> int:
        """Rows of employers of which two folders tell different numbers."""
        return 0 if self.twice is None else len(self.twice)

    @property
    def n_odd(self) -> int:
        """Shares that are not the quotient of the counts beside them."""
        return sum(len(rows) for _, rows in self.odd)

    @property
    def n_exact(self) -> int:
        """Counts of 1 to 9 that are known."""
        return sum(int(found.is_exact.sum()) for found in self.counts)

    @property
    def n_contradicted(self) -> int:
        """Counts with which no numbers agree: they are not made as the rules say."""
        return sum(int(found.is_contradicted.sum()) for found in self.counts)

    @property
    def narrow_share(self) -> float:
        """Share of the counts of 1 to 9 with fewer than five possible values, if all possible values are as likely."""
        narrow = sum(float((found.chance_of_small * found.is_narrow).sum()) for found in self.counts)
        small = sum(float((found.chance_of_small * ~found.is_contradicted).sum()) for found in self.counts)
        return narrow / small if small else 0.0

    def places(self, which: Callable[[Counts], NDArray[np.bool_]]) -> Iterator[str]:
        """Names of some counts, with the published keys of their cells."""
        for found in self.counts:
            for unit, count in zip(*np.nonzero(which(found)), strict=True):
                yield f"{found.name(int(count))}, {self.keys(int(found.units[unit]))}"

    def keys(self, unit: int) -> str:
        """Codes, cohorts and months of a set as text."""
        institution, program, first, last = self.cells.iloc[unit // MONTHS]
        parts = [f"institution {institution}"] + ([f"program {program}"] if program else [])
        if first >= 0:
            parts.append(f"cohorts {first} to {last}" if first != last else f"cohort {first}")
        return ", ".join(parts + ([f"month {unit % MONTHS}"] if unit % MONTHS else []))


def attack(release: Path, known: pd.DataFrame | None = None) -> Verdict:
    """Find the possible values of all counts behind the files of a release.

    Parameters
    ----------
    release : Path
        Folder with one folder per recipient.
    known : DataFrame, optional
        Codes, cohorts and number `n` of graduates that the attacker has counted, by program-cohort.

    Raises
    ------
    IecareerError
        When no folder holds a table.
    """
    tables = read_tables(release)
    evidence = [*of_splits(tables), *of_other_sets(tables)]
    wrong = [(str(rows["table"].iloc[0]), rows) for one in evidence for rows in one.wrong if len(rows)]
    odd, twice = list(odd_rows(tables)), told_twice(tables)
    if not tables.is_of_one_release:
        return Verdict(_apart(evidence), odd, wrong, tables.cells, twice)
    graduates = link_totals(evidence, tables, known)
    counts = [possible_counts(one) for one in evidence]
    counts += [*outside(evidence, graduates, tables), *people_in_parts(evidence, graduates, tables)]
    counts += [possible_counts(one) for one in of_hires(tables)]
    return Verdict(counts, odd, wrong, tables.cells, twice)


def _apart(evidence: list[Evidence]) -> list[Counts]:
    """Counts of sets one by one; horizons of a set may stand from different releases and are left out."""
    return [possible_counts(one) for one in evidence if one.split.name not in ("retention", "promotion")]


def refuse_disclosing(draft: Path) -> None:
    """Attack the files of a draft.

    Raises
    ------
    IecareerError
        When a count of 1 to 9 can be known, when more than 2 % of them have fewer than five possible values, when
        numbers contradict each other, when a count is not rounded, or when a light tells more than other tables.
    """
    verdict = attack(draft)
    if verdict.n_exact:
        _refuse(
            f"The files of this release give away {verdict.n_exact} counts of 1 to 9 people",
            verdict.places(lambda found: found.is_exact),
        )
    if verdict.n_contradicted:
        _refuse(
            f"{verdict.n_contradicted} counts of this release contradict others",
            verdict.places(lambda found: found.is_contradicted),
        )
    if verdict.wrong:
        _refuse(
            f"{sum(len(rows) for _, rows in verdict.wrong)} totals of this release are not the sums of their parts",
            (
                f"table {table}, {verdict.keys(unit)}"
                for table, rows in verdict.wrong
                for unit in rows["unit"]
            ),
        )
    if exact := unrounded(draft):
        _refuse(
            f"{len(exact)} files of this release have counts that are not rounded",
            (f"{name} ({n} different ones)" for name, n in exact),
        )
    if telling := telling_lights(draft):
        _refuse(
            f"{sum(one.n for one in telling)} numbers of lights in this release tell more about people than its other "
            "tables",
            (f"{one.file}: {one.what} ({one.n} rows)" for one in telling),
        )
    if verdict.n_odd:
        _refuse(
            f"{verdict.n_odd} shares of this release are not the quotient of the counts beside them",
            (f"table {table}, {verdict.keys(unit)}" for table, rows in verdict.odd for unit in rows["unit"]),
        )
    if verdict.twice is not None and verdict.n_twice:
        _refuse(
            f"{verdict.n_twice} numbers of employers are told differently in two folders of this release",
            (verdict.keys(unit) for unit in verdict.twice["unit"]),
        )
    if verdict.narrow_share > MOST_NARROW:
        _refuse(
            f"{verdict.narrow_share:.1%} of the counts of 1 to 9 people have fewer than {FEW} possible values in this "
            f"release; at most {MOST_NARROW:.0%} may",
            verdict.places(lambda found: found.is_narrow),
        )


def _refuse(what: str, places: Iterator[str]) -> None:
    named = [place for _, place in zip(range(_SHOWN), places, strict=False)]
    raise IecareerError(
        f"{what}, for example: {'; '.join(named)}.",
        next_step="Nothing was released. Compare how these tables were made with docs/methods.md, Publication; "
        "mend it, run: iecareer run, and release again.",
    )
