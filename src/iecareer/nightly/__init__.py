"""The night as one call: the DAG `nightly` run in this process, and what is known of it afterwards."""

from iecareer.nightly.lending import lent_connection
from iecareer.nightly.pinning import pin_night
from iecareer.nightly.run import RunReport, run_nightly
from iecareer.nightly.steps import StepOutcome, failure_without_values, refuse_errors, stage, step

__all__ = [
    "RunReport",
    "StepOutcome",
    "failure_without_values",
    "lent_connection",
    "pin_night",
    "refuse_errors",
    "run_nightly",
    "stage",
    "step",
]
