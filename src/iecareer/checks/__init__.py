"""Data quality checks: Great Expectations suites for deliveries before use and for feedback before release.

Input: the deliveries pinned by a run, and later its feedback tables. Output: one verdict per delivery and one result
per expectation, as tables in the schema ``checks``. No verdict, table or log may hold a value of a row.
"""

from iecareer.checks.deliveries import judge_deliveries
from iecareer.checks.releases import judge_candidate, judge_feedback

__all__ = ["judge_candidate", "judge_deliveries", "judge_feedback"]
