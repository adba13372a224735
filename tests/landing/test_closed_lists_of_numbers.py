"""A number outside a closed list never gets in, in files so large that texts are looked up as in small ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from iecareer.landing import land
from iecareer.landing.parse import parser
from tests.landing.conftest import RECEIVED_ON
from tests.people import resident_id

HEADER = "person_id,institution_code,program_code,wave_months,responded_on,activity,program_related"


@pytest.mark.parametrize("is_large", [False, True])
def test_no_other_wave_and_no_other_answer(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_large: bool
) -> None:
    rows = [f"{resident_id(n)},4133010800,460103,6,2023-01-05,employed,{n % 5 + 1}" for n in range(60)]
    rows[7] = rows[7].replace(",6,2023", ",7,2023")
    rows[8], rows[9] = rows[8][:-1] + "6", rows[9][:-1] + "0"
    (tmp_path / "followup_response.csv").write_text("\n".join([HEADER, *rows]))
    monkeypatch.setattr(parser, "_FEW_ROWS", 1 if is_large else 1_000)
    (receipt,) = land("exchange", [tmp_path / "followup_response.csv"], RECEIVED_ON)
    assert receipt["reasons"] == {"not_in_list:wave_months": 1}
    assert receipt["emptied"] == {"not_in_list:program_related": 2}
    assert (receipt["n_loaded"], receipt["n_quarantined"]) == (59, 1)
