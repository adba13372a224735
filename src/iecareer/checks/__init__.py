"""The runner: Great Expectations suites judge deliveries before they are used and feedback before it leaves.

Comes in: the deliveries a run pinned, and later its feedback tables. Goes out: a verdict per delivery and per
expectation, in words. No value of a row may ever appear in a verdict, a table or a log.
"""

from iecareer.checks.deliveries import judge_deliveries
from iecareer.checks.releases import judge_candidate, judge_feedback

__all__ = ["judge_candidate", "judge_deliveries", "judge_feedback"]
