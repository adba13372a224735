"""Differences between comparable graduates, and programs compared with their peers, estimated by statistical models.

Input: models of `dbt_project/models/estimates` and marts of a run's private build. Output: the tables of schema
``estimates``. A comparison that is not possible has a row with the status not_comparable and the reason, without a
number.
"""

from iecareer.estimates.night import build_estimates

__all__ = ["build_estimates"]
