"""Pseudonyms are HMAC-SHA-256 under a key of the home's own, once more for each rotation."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

import duckdb
import pytest

from iecareer.persons.keys import derive
from iecareer.persons.pseudonyms import next_pseudonym, pseudonym
from tests.people import resident_id


def made(expression: str) -> str:
    return str(duckdb.sql(f"select {expression}").fetchall()[0][0])


def by_hand(message: str, key: bytes) -> str:
    return hmac.new(key, message.encode(), hashlib.sha256).hexdigest()


def test_a_pseudonym_is_the_keyed_hash_of_the_identity(home: Path) -> None:
    assert made(pseudonym(f"'{resident_id(1)}'")) == by_hand(resident_id(1), derive("pseudonym"))
    assert made(next_pseudonym("'ab'", 1)) == by_hand("ab", derive("pseudonym 1"))


def test_another_key_gives_another_pseudonym(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = set()
    for key in ("5a" * 32, "5b" * 32):
        monkeypatch.setenv("IECAREER_KEY", key)
        found.add(made(pseudonym(f"'{resident_id(1)}'")))
    assert len(found) == 2
