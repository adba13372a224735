"""The suite runner: rows survive a commit, and no files are left behind."""

from __future__ import annotations

import tempfile

import duckdb
import sqlalchemy as sa

from iecareer.checks.sqlalchemy_dialect import register_connection
from iecareer.checks.suite_runner import open_suite_runner
from iecareer.checks.suites import read_suite


def test_rows_can_be_fetched_after_a_commit():
    with duckdb.connect() as connection, register_connection(connection) as url:
        with sa.create_engine(url).connect() as session:
            result = session.execute(sa.text("select i from range(:n) as r(i)"), {"n": 3})
            session.commit()
            assert result.fetchall() == [(0,), (1,), (2,)]
        assert connection.execute("select 1").fetchone() == (1,), "the lent connection stays open"


def test_judging_leaves_no_file(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    with duckdb.connect() as connection, open_suite_runner(connection) as runner:
        connection.execute(
            "create table measured as "
            "select 100::double n_usable, 20::double n_quarantined, 20::double n_quarantined_otherwise, "
            "0.06::double quarantined_share, null::double quarantined_share_with_lists, "
            "0::double n_left_out, 1::double n_conflicting, 0.01::double conflicting_share, "
            "0.1::double emptied_share, null::double emptied_share_of_many"
        )
        outcomes = runner.judge(read_suite("landing/every_delivery"), "measured")
    failed = {o.expectation.name for o in outcomes if not o.success}
    assert failed == {"quarantine_share", "emptied_share", "rows_of_a_key_agree"}
    assert list(tmp_path.rglob("*")) == []
