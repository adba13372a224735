"""Feedback to colleges: disclosure-controlled tables, frozen releases and their verification.

Comes in: program-level marts and flags of one private build. Goes out: the schema ``feedback`` of that build,
and immutable release folders of workbooks, CSV files and pages made from the published warehouse alone.
No row of a person is read or written here.
"""

from iecareer.feedback.candidate import build_feedback, prepare_feedback
from iecareer.feedback.freeze import release
from iecareer.feedback.verification import verify

__all__ = ["build_feedback", "prepare_feedback", "release", "verify"]
