"""Run the checks on feedback tables and on marts. A run whose feedback fails a check of severity stop is not published.

Input: the feedback tables and ``feedback.policy`` in an open build. Output: ``checks.feedback``, one row per table
and expectation. Minimum counts are policy numbers, so suites compare with columns ``policy_<name>``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb

from iecareer.checks.suites import Outcome, Suite, feedback_suites, mart_suites
from iecareer.errors import IecareerError
from iecareer.runs.build import open_build
from iecareer.runs.kept_build import is_rebuilt

if TYPE_CHECKING:
    from iecareer.checks.suite_runner import SuiteRunner

_FEEDBACK = """
create or replace table checks.feedback (
    table_name varchar, expectation varchar, severity varchar, success boolean,
    sentence_zh varchar, sentence_en varchar
)
"""
_JUDGED = "checks.judged_feedback"


@dataclass(frozen=True)
class FeedbackOutcome:
    """Whether one expectation holds on one feedback table, and what to do if not."""

    table: str
    expectation: str
    severity: str
    success: bool
    sentence_zh: str
    sentence_en: str


def judge_feedback(connection: duckdb.DuckDBPyConnection) -> list[FeedbackOutcome]:
    """Run the feedback suites and write ``checks.feedback``.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        An open build with the schemas ``feedback`` and ``checks``.

    Returns
    -------
    list of FeedbackOutcome
        One per table and expectation, in the order of the suite files, the marts last. All expectations on a missing
        feedback table fail.
    """
    from iecareer.checks.suite_runner import open_suite_runner

    outcomes: list[FeedbackOutcome] = []
    connection.execute("create schema if not exists checks")
    tables, marts = _present(connection, "feedback"), _present(connection, "marts")
    with open_suite_runner(connection) as runner:
        for table, suite in feedback_suites().items():
            judged = (
                _judge(connection, runner, f"feedback.{table}", suite) if table in tables else _missing(suite)
            )
            outcomes += [_feedback_outcome(table, outcome) for outcome in judged]
        for mart, suite in mart_suites().items():
            judged = _judge(connection, runner, f"marts.{mart}", suite) if mart in marts else []
            outcomes += [_feedback_outcome(mart, outcome) for outcome in judged]
    _write(connection, outcomes)
    return outcomes


def judge_candidate(run_id: str) -> dict[str, Any]:
    """Judge the feedback of a run; returns how many expectations were judged and how many only warned.

    If a build begun from an earlier one rebuilt no model, its feedback is the same, and so is its judgement.

    Raises
    ------
    IecareerError
        When an expectation of severity stop fails: the run must not be published.
    """
    with open_build(run_id) as connection:
        if not is_rebuilt(connection):
            return {"run_id": run_id, **_counted(connection)}
        outcomes = judge_feedback(connection)
    failed = [outcome for outcome in outcomes if not outcome.success]
    stopped = [outcome for outcome in failed if outcome.severity == "stop"]
    if stopped:
        named = ", ".join(f"{outcome.table}.{outcome.expectation}" for outcome in stopped[:5])
        raise IecareerError(
            f"The feedback tables fail {len(stopped)} expectation(s): {named}.",
            next_step=stopped[0].sentence_en,
        )
    return {"run_id": run_id, "n_judged": len(outcomes), "n_warned": len(failed)}


def _counted(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Counts of a judgement that let a night be published."""
    sql = "select count(*), count(*) filter (where not success) from checks.feedback"
    ((n, failed),) = connection.execute(sql).fetchall()
    return {"n_judged": int(n), "n_warned": int(failed)}


def _present(connection: duckdb.DuckDBPyConnection, schema: str) -> set[str]:
    sql = "select table_name from information_schema.tables where table_schema = ?"
    return {row[0] for row in connection.execute(sql, [schema]).fetchall()}


def _judge(
    connection: duckdb.DuckDBPyConnection, runner: SuiteRunner, table: str, suite: Suite
) -> list[Outcome]:
    _show(connection, table, suite)
    try:
        return runner.judge(suite, _JUDGED)
    finally:
        connection.execute(f"drop view {_JUDGED}")


def _show(connection: duckdb.DuckDBPyConnection, table: str, suite: Suite) -> None:
    """Create the view to judge: the table plus one column per policy number that the suite uses."""
    has_policy = any(column.startswith("policy_") for column in suite.columns)
    sql = "select name, value from feedback.policy order by name"
    policy = connection.execute(sql).fetchall() if has_policy else []
    numbers = "".join(
        f", {float(value)!r}::double as policy_{name}"
        for name, value in policy
        if f"policy_{name}" in suite.columns
    )
    connection.execute(f"create or replace view {_JUDGED} as select *{numbers} from {table}")


def _missing(suite: Suite) -> list[Outcome]:
    return [Outcome(expectation, success=False) for expectation in suite.expectations]


def _feedback_outcome(table: str, outcome: Outcome) -> FeedbackOutcome:
    e = outcome.expectation
    return FeedbackOutcome(table, e.name, e.severity, outcome.success, e.sentence_zh, e.sentence_en)


def _write(connection: duckdb.DuckDBPyConnection, outcomes: list[FeedbackOutcome]) -> None:
    connection.execute("create schema if not exists checks")
    connection.execute(_FEEDBACK)
    rows = [(o.table, o.expectation, o.severity, o.success, o.sentence_zh, o.sentence_en) for o in outcomes]
    if rows:
        connection.executemany("insert into checks.feedback values (?, ?, ?, ?, ?, ?)", rows)
