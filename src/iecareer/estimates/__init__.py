"""Differences among comparable graduates, estimated where strata alone are too coarse.

In come counted cells of the private build; out go ``estimates.salary_differential`` with the columns of the
mart, and ``estimates.salary_differential_balance``, which says how comparable the two sides were. What is not
comparable is a row with that status and its reason, never an error and never a number.
"""

from iecareer.estimates.night import build_estimates

__all__ = ["build_estimates"]
