"""Realised job match: typical destinations by counting one by one, hardly any by chance, kappa by hand."""

from __future__ import annotations

from collections import defaultdict

import duckdb
import pytest

from tests.spec.destinations import BY_CHANCE, WAVE, destinations, typical


def test_typical_destinations_equal_counting_one_by_one(built: duckdb.DuckDBPyConnection) -> None:
    places = destinations()
    found = {
        tuple(row[:3]): row[3]
        for row in built.execute(
            """select institution_code, program_group_code, occupation_code, is_typical
            from intermediate.int_typical_destination where wave_months = ?""",
            [WAVE],
        ).fetchall()
    }
    assert found == {place: typical(places, place) for place in set(places)}
    assert 20 < sum(found.values()) < len(found) / 2


def test_share_of_each_program(built: duckdb.DuckDBPyConnection) -> None:
    places = destinations()
    judged: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for place in places:
        judged[place[0], f"{place[1]}01"].append(typical(places, place))
    found = built.execute(
        """select institution_code, program_code, n, share from marts.msr_job_match
        where wave_months = ? and definition = 'realised' and weighting = 'unweighted'""",
        [WAVE],
    ).fetchall()
    assert {(i, p): (n, pytest.approx(share)) for i, p, n, share in found} == {
        key: (len(hits), sum(hits) / len(hits)) for key, hits in judged.items()
    }
    by_chance = [
        hit for (_, program), hits in judged.items() if program.startswith(BY_CHANCE) for hit in hits
    ]
    assert sum(by_chance) / len(by_chance) <= 0.03


def test_kappa(built: duckdb.DuckDBPyConnection) -> None:
    """The mart's kappa and interval from its own counts, by the textbook's matrix form."""
    rows = built.execute(
        """select n, n_both, n_this_only, n_other_only, n_neither, kappa, ci_low, ci_high
        from marts.msr_job_match_agreement where wave_months = ? and status = 'ok'""",
        [WAVE],
    ).fetchall()
    assert len(rows) == 1
    for n, both, this_only, other_only, neither, *found in rows:
        table = [[both / n, this_only / n], [other_only / n, neither / n]]
        row, column = [sum(cells) for cells in table], [sum(cells) for cells in zip(*table, strict=True)]
        chance = sum(a * b for a, b in zip(row, column, strict=True))
        kappa = (table[0][0] + table[1][1] - chance) / (1 - chance)
        spread = sum(table[i][i] * (1 - (row[i] + column[i]) * (1 - kappa)) ** 2 for i in (0, 1))
        spread += (1 - kappa) ** 2 * sum(table[i][1 - i] * (column[i] + row[1 - i]) ** 2 for i in (0, 1))
        spread -= (kappa - chance * (1 - kappa)) ** 2
        error = 1.959963984540054 * (spread / n) ** 0.5 / (1 - chance)
        assert found == pytest.approx([kappa, kappa - error, kappa + error], abs=1e-12)
        assert both + this_only + other_only + neither == n == len(destinations())
