"""A rehearsal gives the verdict of a first run, without the checks that need code lists."""

from __future__ import annotations

from pathlib import Path

import pytest

from iecareer.onboarding import rehearse

CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: survey
version: 1.0.0
status: active
servers: [{server: files, type: local, path: "survey/*.csv", format: csv,
  customProperties: [{property: identityScheme, value: opaque}]}]
schema:
- name: followup_response
  properties:
  - {name: person_id, logicalType: string, physicalName: p}
  - {name: institution_code, logicalType: string, transformLogic: "'4133010800'"}
  - {name: program_code, logicalType: string, transformLogic: "'460103'"}
  - {name: wave_months, logicalType: string, transformLogic: "'6'"}
  - {name: responded_on, logicalType: string, transformLogic: "'2024-01-10'"}
  - {name: activity, logicalType: string, transformLogic: "'employed'"}
PAY
"""
PAY = "  - {name: monthly_income, logicalType: string, physicalName: pay}"


@pytest.mark.parametrize(
    ("contract", "header", "verdict", "failed"),
    [
        (PAY, "pay", "pass", []),
        (PAY, "income", "stop", ["monthly_income_mostly_given"]),
        ("", "pay", "warn", ["monthly_income_given_at_all"]),
    ],
)
def test_pay_that_lacks_is_told_before_the_first_night(
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    contract: str,
    header: str,
    verdict: str,
    failed: list[str],
) -> None:
    monkeypatch.setenv("IECAREER_SOURCES", str(tmp_path))
    (tmp_path / "survey.odcs.yaml").write_text(CONTRACT.replace("PAY", contract))
    path = tmp_path / "answers.csv"
    path.write_text("\n".join([f"p,{header}", *(f"n{i},{6000 + i}" for i in range(30))]))
    (table,) = rehearse("survey", [path]).tables
    assert (table.verdict, [found["expectation"] for found in table.failed]) == (verdict, failed)
