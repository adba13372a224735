"""All signals of a published warehouse, with how much was compared to find them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from iecareer.bureau.names import Names, read_names
from iecareer.bureau.policy import Policy, read_policy, rows_of
from iecareer.bureau.report import opened, run_of

Row = dict[str, Any]


@dataclass(frozen=True)
class Findings:
    """What auditors get.

    Parameters
    ----------
    placement : list of dict
        Rows of ``audit.placement_signal`` that are signals, the newest cohort first.
    cooperation : list of dict
        Rows of ``audit.cooperation_signal``, the newest year first.
    coverage : list of dict
        signal, cohort_year, n_compared, n_too_few, n_signals: program-cohorts.
    """

    as_of: date
    run_id: str
    policy: Policy
    names: Names
    placement: list[Row]
    cooperation: list[Row]
    coverage: list[Row]


def read_findings(warehouse: Path) -> Findings:
    """The findings.

    Raises
    ------
    IecareerError
        When the warehouse has no signals: an older version published it.
    """
    with opened(warehouse, "signals") as connection:
        run_id, as_of = run_of(connection)
        return Findings(
            as_of,
            run_id,
            read_policy(connection, as_of),
            read_names(connection, as_of),
            rows_of(
                connection,
                """from published.audit.placement_signal where is_signal
                order by cohort_year desc, institution_code, program_code, signal""",
            ),
            rows_of(
                connection,
                """from published.audit.cooperation_signal
                order by year desc, institution_code, agreement_id, signal""",
            ),
            rows_of(
                connection,
                """select signal, cohort_year, count(*) filter (where status = 'ok') as n_compared,
                  count(*) filter (where status <> 'ok') as n_too_few,
                  count(*) filter (where is_signal) as n_signals
                from published.audit.placement_signal
                group by signal, cohort_year order by cohort_year desc, signal""",
            ),
        )
