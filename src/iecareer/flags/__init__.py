"""Programs whose curriculum should be reviewed, and why.

In come the private build's staging and marts; out go ``flags.program_flag`` and ``flags.scorecard``.
No row of a person leaves this package: the first query already counts.
"""

from iecareer.flags.program_flags import build_flags, flag_programs

__all__ = ["build_flags", "flag_programs"]
