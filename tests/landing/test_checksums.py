"""Check characters in SQL agree with an independent library on valid and on corrupted numbers."""

from __future__ import annotations

import random

import duckdb
import pytest
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2

from iecareer.persons import identity_numbers
from tests.people import credit_code, resident_id


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for statement in identity_numbers.macros():
        connection.execute(statement)
    return connection


def test_resident_identity_numbers(connection: duckdb.DuckDBPyConnection) -> None:
    chance = random.Random(1)
    numbers = [resident_id(n) for n in range(300)]
    numbers += [n[:17] + chance.choice("0123456789X") for n in numbers]
    stem = "resident_stem(id)"
    found = connection.execute(
        f"select resident_is_valid(id, {stem}, resident_check({stem}::bigint)) from unnest($ids) t(id)",
        {"ids": numbers},
    ).fetchall()
    assert [row[0] for row in found] == [mod_11_2.is_valid(number) for number in numbers]


def test_unified_social_credit_codes(connection: duckdb.DuckDBPyConnection) -> None:
    chance = random.Random(2)
    codes = [credit_code(n) for n in range(300)]
    codes += [code[:17] + chance.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") for code in codes] + [
        "91",
        "IO" * 9,
    ]
    found = connection.execute("select is_credit_code(code) from unnest($c) t(code)", {"c": codes}).fetchall()
    assert [row[0] for row in found] == [uscc.is_valid(code) for code in codes]


def test_hidden_numbers_are_found_in_both_lengths() -> None:
    number = resident_id(5, born="19800101")
    assert identity_numbers.holds_resident_id(f"身份证{number}号")
    assert identity_numbers.holds_resident_id(number[:6] + number[8:17])
    assert not identity_numbers.holds_resident_id(credit_code(4) + " 手机 13800138000")
    assert not identity_numbers.holds_resident_id(number[:17] + ("0" if number[17] != "0" else "1"))
