"""Errors in words that are safe in a log."""

from __future__ import annotations

import pytest

from iecareer.contracts import record_type
from iecareer.errors import IecareerError
from iecareer.nightly import failure_without_values, refuse_errors


def test_an_error_of_ours_passes_as_it_is() -> None:
    error = IecareerError("survey: 3 rows without a date.", next_step="See 'iecareer quarantine show'.")

    assert failure_without_values(error, "landing") is error


def test_a_foreign_error_keeps_type_and_place_but_not_its_message(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken() -> None:
        raise ValueError("11010519491231002X")

    monkeypatch.setattr("iecareer.contracts.loader.load_record_types", broken)
    with pytest.raises(ValueError, match="1101") as caught:
        record_type("graduate")

    message = str(failure_without_values(caught.value, "staging"))

    assert message.startswith("staging failed: ValueError at contracts/loader.py:")
    assert "1101" not in message


def test_one_failed_record_type_makes_the_landing_fail_and_names_it() -> None:
    receipts = [
        {"record_type": "program", "n_in": 3},
        {"record_type": "graduate", "error": "registry: no header."},
    ]

    with pytest.raises(IecareerError, match="registry: no header"):
        refuse_errors(receipts)
    assert refuse_errors(receipts[:1]) == receipts[:1]
