"""Feedback to colleges: disclosure-controlled tables, frozen releases and their verification.

Input: marts, models of `dbt_project/models/feedback` and flags of one private build. Output: the schema ``feedback``
of the build, and release folders with workbooks, CSV files and pages. Releases read only the published warehouse. No
row of a person is read or written here.
"""

from iecareer.feedback.candidate import build_feedback, prepare_feedback
from iecareer.feedback.difference import candidate_difference
from iecareer.feedback.freeze import Decision, release
from iecareer.feedback.verification import verify

__all__ = ["Decision", "build_feedback", "candidate_difference", "prepare_feedback", "release", "verify"]
