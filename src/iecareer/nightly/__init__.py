"""The night under Airflow: the parts of the DAG files, and a call that runs the DAG `nightly` in this process."""

from iecareer.nightly.interpreter import call
from iecareer.nightly.pinning import pin_night
from iecareer.nightly.run import RunReport, run_nightly
from iecareer.nightly.steps import (
    StepOutcome,
    failure_without_values,
    refuse_errors,
    skipped_unless,
    stage,
    step,
)
from iecareer.nightly.warning_messages import send_warnings

__all__ = [
    "RunReport",
    "StepOutcome",
    "call",
    "failure_without_values",
    "pin_night",
    "refuse_errors",
    "run_nightly",
    "send_warnings",
    "skipped_unless",
    "stage",
    "step",
]
