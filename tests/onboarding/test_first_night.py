"""From the first command to a published warehouse in one run: an old workbook in the inbox, and a JSON service."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from iecareer.commands import app
from tests.landing.connections.service import service
from tests.onboarding.test_api_discovery import N, numbered
from tests.onboarding.test_old_workbooks import jobs as jobs


def said(*words: str) -> str:
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.slow
def test_two_new_sources_are_in_the_next_night(
    home: Path, sources: Path, jobs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IECAREER_INBOX", str(tmp_path / "inbox"))
    said("source", "add", "office", "--from", str(jobs))
    (tmp_path / "inbox" / "office").mkdir(parents=True)
    jobs.rename(tmp_path / "inbox" / "office" / jobs.name)
    with service() as board:
        board.answer = numbered
        said("source", "add", "board", "--from", f"{board.url}/jobs")
        for name in ("office", "board"):
            assert "Suite: pass" in said("source", "check", name)
            said("source", "activate", name)
        said("run")
    with duckdb.connect(home / "warehouse.duckdb", read_only=True) as warehouse:
        told = warehouse.sql(
            "select source_id, verdict, n_loaded from checks.delivery order by all"
        ).fetchall()
    assert told == [("board", "pass", N), ("office", "pass", 40)]
