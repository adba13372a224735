"""Programs whose curriculum should be reviewed, with reasons.

Input: models of `dbt_project/models/flags` in a run's private build. Output: ``flags.program_flag`` and
``flags.scorecard``. No row of a person is read here.
"""

from iecareer.flags.program_flags import build_flags, flag_programs

__all__ = ["build_flags", "flag_programs"]
