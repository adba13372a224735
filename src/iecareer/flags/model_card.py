"""The model card of a night: what the scorer in use is, what it learned from, and how it fared.

Input: the fitted scorer, its training rows and the validation. Output: the rows of ``flags.model_card``. Every number
comes from the run; only the statements on use and limits are fixed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iecareer.flags.features import UNIT
from iecareer.flags.scorers import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from iecareer.flags.classifier import CurriculumUpdateClassifier
    from iecareer.flags.policy import FlagPolicy
    from iecareer.flags.validation import Validation

_USE = (
    ("purpose", "Proposes programs whose curriculum a college should review. It decides nothing."),
    ("not for", "Ranking or paying colleges, teachers or persons. Programs with few answers are not scored."),
    ("predicts", "Job match (occupations of the program) at wave 6 of the next two cohorts, against peers."),
)
_LIMITS = (
    ("causes", "A fall of the match has other causes than the curriculum; a flag is a question."),
    ("survey", "Only employed graduates who answered with an occupation count."),
    ("beginnings", "A fall that begins with the next cohort shows in courses only."),
)
_SCORES = (
    *("n_units", "n_years", "mean_target", "precision_at_budget", "log_loss", "calibration_slope"),
    *("recall_lead_2", "recall_lead_1", "recall_lead_0", "flagged_share", "false_alarm_share"),
)
_RULES = (
    *("match_margin", "min_answers", "review_budget", "false_discovery_rate", "least_probability"),
    "choice_level",
)


def describe(
    scorer: CurriculumUpdateClassifier,
    training: pd.DataFrame,
    compared: pd.DataFrame,
    validation: Validation,
    policy: FlagPolicy,
) -> pd.DataFrame:
    """The card, one statement per row: ``component``, ``name``, ``value``."""
    import pandas as pd

    statements = [
        *(("use", *statement) for statement in _USE),
        ("model", "scorer", validation.chosen),
        ("model", "choice", str(validation.scorecard["reason"].iloc[0])),
        *(("training", *statement) for statement in _trained_on(training, compared)),
        *(("coefficients", *statement) for statement in _coefficients(scorer, validation.chosen)),
        *(("validation", *statement) for statement in _fared(validation)),
        *(("policy", name, f"{getattr(policy, name):g}") for name in _RULES),
        *(("limits", *statement) for statement in _LIMITS),
    ]
    return pd.DataFrame(statements, columns=["component", "name", "value"])


def _trained_on(training: pd.DataFrame, compared: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Years, rows and targets of the training."""
    years = training["year"]
    yield "judged years", f"{years.min()}-{years.max()}"
    yield "rows", str(len(training))
    yield "programs", str(len(training[UNIT[1:]].drop_duplicates()))
    yield "mean target", f"{training['target'].mean():.3f}"
    newest = compared[compared["year"] == compared["year"].max()]
    yield "prior of targets", str(newest["prior"].dropna().iloc[0])


def _coefficients(scorer: CurriculumUpdateClassifier, name: str) -> Iterator[tuple[str, str]]:
    """Log odds per unit of each feature, and per standard deviation."""
    yield "intercept (average program)", f"{scorer.intercept_:.3f}"
    for feature, scaled, scale in zip(COLUMNS[name], scorer.coef_, scorer.scale_, strict=True):
        yield feature, f"{scaled / scale:.3f} per unit, {scaled:.3f} per standard deviation"


def _fared(validation: Validation) -> Iterator[tuple[str, str]]:
    """Scores of the scorer in use over all past years, and log losses of the others."""
    card = validation.scorecard
    overall = card[card["size_band"] == "all"].set_index("model")
    for name in _SCORES:
        value = overall[name][validation.chosen]
        yield name, "not known yet" if value != value else f"{value:.4g}"
    for model, loss in overall["log_loss"].items():
        yield f"log_loss of {model}", f"{loss:.4f}"
