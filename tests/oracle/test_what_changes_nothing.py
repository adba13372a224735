"""What must not change an indicator changes none, and twice the pay is twice the money and nothing else.

Once with every engine: the tables of a region, those of the same region delivered otherwise, and with other pay.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.engines.clusters import SPARK
from tests.oracle.agreement import KEYS, disagreements
from tests.oracle.deliveries import Delivery, receive
from tests.oracle.house import land_all, marts
from tests.oracle.identities import credit_codes, resident_ids
from tests.oracle.indicators import indicators
from tests.oracle.mess import OFFICE
from tests.oracle.region import region

AS_OF, RECEIVED_ON = date(2026, 11, 21), date(2026, 10, 1)
SEED, N_GRADUATES = 7, 250
PAY = ("contribution_base", "monthly_wage", "monthly_income", "base_floor", "base_cap")
MONEY = {"p25", "p50", "p75", "mean", "p50_region_adjusted", "difference_cny"}
Frames = dict[str, pd.DataFrame]


def frames() -> Frames:
    return {name: table.astype(str) for name, table in region(SEED, N_GRADUATES).tables.items()}


def with_unrelated_people(tables: Frames) -> Frames:
    """People nobody knows as graduates work, answer and tell of jobs like those who are known."""
    known = tables["graduate"]["person_id"].unique()
    strangers = dict(zip(known, resident_ids(3 * len(known))[-len(known) :], strict=True))
    assert not set(strangers) & set(strangers.values())
    out = dict(tables)
    for name in ("employment_month", "employment_spell", "followup_response"):
        others = tables[name].assign(person_id=tables[name]["person_id"].map(strangers))
        out[name] = pd.concat([others, tables[name]], ignore_index=True)
    return out


def renamed(tables: Frames, names: dict[str, str]) -> Frames:
    """Every employer under another code, in the same order: of two that tie the smaller code goes first."""
    columns = {"enterprise_code", "employer", "predecessor_code", "successor_code"}
    return {
        name: table.assign(**{c: table[c].map(lambda v: names.get(v, v)) for c in columns & set(table)})
        for name, table in tables.items()
    }


def in_pieces(tables: Frames) -> list[Delivery]:
    """Rows in another order, some twice, in three deliveries, one of them by another source."""
    pieces: list[Frames] = [{}, {}, {}]
    for number, (name, table) in enumerate(tables.items()):
        rows = table.sample(frac=1, random_state=number)
        rows = pd.concat([rows, rows.head(len(rows) // 5)])
        if name in ("institution", "program", "occupation", "program_occupation", "region_year"):
            pieces[2][name] = rows  # the newest replaces all
        elif name == "employment_month":  # a month has to come whole, and from a source without holes
            for piece, rest in ((0, 0), (2, 1)):
                pieces[piece][name] = rows[rows["month"].str[5:7].astype(int) % 2 == rest]
        else:
            for piece in range(3):
                pieces[piece][name] = rows.iloc[piece::2]
    sources = ("exchange", OFFICE, "exchange")
    return [Delivery(RECEIVED_ON, piece, source) for piece, source in zip(pieces, sources, strict=True)]


@pytest.fixture(scope="module", params=["local", pytest.param("cluster", marks=[*SPARK, pytest.mark.slow])])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def night(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str) -> object:
    def tables(name: str, deliveries: list[Delivery]) -> Frames:
        monkeypatch.setenv("IECAREER_HOME", str(tmp_path / name))
        land_all(deliveries, tmp_path / f"{name} delivered")
        return marts(AS_OF, engine)

    return tables


@pytest.fixture(scope="module")
def once() -> dict[str, Frames]:
    """Tables made by an earlier test of the module, by engine."""
    return {}


def plain(night: object, once: dict[str, Frames], engine: str) -> Frames:
    if engine not in once:
        once[engine] = night("plain", [Delivery(RECEIVED_ON, frames())])  # type: ignore[operator]
    return once[engine]


def test_the_plain_region_agrees_with_the_reference(
    night: object, once: dict[str, Frames], engine: str
) -> None:
    want = indicators(receive([Delivery(RECEIVED_ON, frames())], AS_OF), AS_OF)
    got = plain(night, once, engine)
    for table in KEYS:
        differ = disagreements(table, want[table], got[table])
        assert differ.empty, f"{table}: {len(differ)} differ\n{differ.head(10)}"


def test_delivered_otherwise(night: object, once: dict[str, Frames], engine: str) -> None:
    old = sorted({*frames()["employment_month"]["enterprise_code"], *region(SEED, N_GRADUATES).employers})
    new = sorted(credit_codes(3 * len(old))[-len(old) :])
    back = dict(zip(new, old, strict=True))
    assert not set(old) & set(new)
    tables = renamed(with_unrelated_people(frames()), dict(zip(old, new, strict=True)))
    found = night("otherwise", in_pieces(tables))  # type: ignore[operator]
    for name, want in plain(night, once, engine).items():
        assert_same(name, want, found[name].replace(back), factor=1.0)


def test_twice_the_pay(night: object, once: dict[str, Frames], engine: str) -> None:
    tables = frames()
    for name, table in tables.items():
        for column in set(PAY) & set(table):
            doubled = pd.to_numeric(table[column]) * 2
            tables[name][column] = doubled.map(str).where(doubled.notna(), "")
    found = night("twice", [Delivery(RECEIVED_ON, tables)])  # type: ignore[operator]
    n_money = sum(
        assert_same(name, want, found[name], factor=2.0) for name, want in plain(night, once, engine).items()
    )
    assert n_money > 1_000


def assert_same(name: str, want: pd.DataFrame, got: pd.DataFrame, factor: float) -> int:
    """The same rows, money times the factor; returns how many amounts were compared."""
    assert len(want) == len(got), name
    words = [c for c in want if want[c].dtype == object or c.endswith(("_year", "_months"))]
    want, got = (_in_order(rows, words) for rows in (want, got))
    n_money = 0
    for column in want:
        is_money = "growth" not in name and (column in MONEY or column.endswith("_cny"))  # growth is a ratio
        if column in words:
            assert want[column].equals(got[column]), f"{name}.{column}"
            continue
        a, b = (pd.to_numeric(rows[column]).to_numpy(float, na_value=np.nan) for rows in (want, got))
        assert np.allclose(a * (factor if is_money else 1), b, 1e-9, 1e-12, equal_nan=True), (
            f"{name}.{column}"
        )
        n_money += int(is_money) * int(np.isfinite(a).sum())
    return n_money


def _in_order(rows: pd.DataFrame, words: list[str]) -> pd.DataFrame:
    rows = rows.assign(**{c: rows[c].astype(str) for c in words})
    return rows.sort_values([*words, *(c for c in rows if c not in words)], ignore_index=True)
