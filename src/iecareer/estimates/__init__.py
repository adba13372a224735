"""Differences between comparable graduates, and programs compared with their peers, estimated by statistical models.

Input: models of `dbt_project/models/estimates` and marts of a run's private build. Output: the tables of
schema ``estimates``. What cannot be compared is a row with that status and the reason, without a number.
"""

from iecareer.estimates.night import build_estimates

__all__ = ["build_estimates"]
