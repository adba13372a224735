"""Numbers of permits and passports are no typing errors; residence permits are read like resident numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from iecareer.commands.landing import permit_advice
from iecareer.landing import land
from iecareer.landing.quarantine.open_rows import open_deliveries, places
from tests.landing.conftest import RECEIVED_ON
from tests.landing.test_numbers_that_prove_nothing import ANSWER, answers
from tests.people import resident_id

PERMITS = (
    "H0834517201", "h08345172", "M12345678", "01234567", "0123456789(B)", "G12345678", "EA1234567", "GBR012345678901",
)  # fmt: skip
OTHERS = ("20010305", "H083451720", "20203601013", f"{resident_id(7)[:-1]}A", "0123456", "1234567890")


def test_a_number_says_what_it_seems_to_be(home: Path, write_csv: Callable[..., Path]) -> None:
    numbers = [*PERMITS, *OTHERS, f"{resident_id(7)[:15]}000", resident_id(8)]
    path = write_csv("followup_response.csv", ANSWER, answers(numbers))
    (receipt,) = land("exchange", [path], RECEIVED_ON)
    found = [*places(open_deliveries("exchange"))]
    told = {
        reason: sorted(place.line - 2 for place in found if [*place.reasons] == [f"{reason}:person_id"])
        for reason in ("permit_number", "bad_checksum", "cut_number")
    }
    assert told == {"permit_number": [*range(8)], "bad_checksum": [*range(8, 14)], "cut_number": [14]}
    assert receipt["n_loaded"] == 1
    advice = str(permit_advice(receipt["reasons"]))
    assert "居住证" in advice
    assert not any(number in advice for number in numbers)
    assert permit_advice({"bad_checksum:person_id": 1}) is None


@pytest.mark.parametrize("region", ["810000", "820000", "830000"])
def test_residence_permits_are_read(home: Path, write_csv: Callable[..., Path], region: str) -> None:
    number = resident_id(3, region=region)
    (receipt,) = land(
        "exchange", [write_csv("followup_response.csv", ANSWER, answers([number]))], RECEIVED_ON
    )
    assert (receipt["n_loaded"], receipt["reasons"]) == (1, {})
