"""The flags of a run: programs whose curriculum should be reviewed, the probability behind each, and the reasons.

Input: the models of `dbt_project/models/flags` and the policy of the private build. Output:
``flags.program_flag``, one row per scored program and institution; ``flags.program_code_alarm``, one row per program
code; ``flags.scorecard``, ``flags.model_card`` and ``flags.drift``. With too few years or programs there are no flags,
and a row of the scorecard gives the reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date

    import duckdb
    import pandas as pd

    from iecareer.flags.classifier import CurriculumUpdateClassifier
    from iecareer.flags.policy import FlagPolicy

# The models that flags are made of; those that a build does not have are never rebuilt.
READ = ("int_flag_unit", "msr_flag_measure", "stg_policy_number", "msr_skill_coverage", "msr_supply_demand")


def build_flags(run_id: str) -> dict[str, Any]:
    """Flag the programs of a run's build, unless it has the flags of the same rows from an earlier night.

    Parameters
    ----------
    run_id : str
        A pinned run whose marts are built.

    Returns
    -------
    dict
        ``n_programs`` scored, ``n_flagged`` and the ``model`` used (None: too little history). Empty if the flags are
        those of an earlier night; they then get the day of this one.
    """
    from iecareer.flags.tables import date_again
    from iecareer.runs.build import open_build
    from iecareer.runs.kept_build import is_rebuilt
    from iecareer.runs.pin import read_pin

    as_of = read_pin(run_id).as_of
    with open_build(run_id) as connection:
        if is_rebuilt(connection, READ):
            return flag_programs(connection, as_of)
        date_again(connection, as_of)
        return {}


def flag_programs(connection: duckdb.DuckDBPyConnection, as_of: date) -> dict[str, Any]:
    """Write schema ``flags`` from the build, as known on a day.

    Raises
    ------
    IecareerError
        When a policy number is missing.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    # With several threads small matrices take longer, up to ten times on a busy machine.
    with threadpool_limits(limits=1):
        return _flag_programs(connection, as_of)


def _flag_programs(connection: duckdb.DuckDBPyConnection, as_of: date) -> dict[str, Any]:
    """Measure, compare, validate, score, choose and write."""
    from iecareer.flags import tables
    from iecareer.flags.drift import compare_with_training
    from iecareer.flags.features import build_features, build_labels
    from iecareer.flags.model_card import describe
    from iecareer.flags.peers import compare_with_peers
    from iecareer.flags.policy import read_policy
    from iecareer.flags.program_codes import judge_codes
    from iecareer.flags.scorers import fit_scorer, training_rows
    from iecareer.flags.validation import enough, past_scores, validate

    policy = read_policy(connection)
    compared = compare_with_peers(connection, policy)
    units = build_features(connection, compared, policy)
    labels = build_labels(compared, units)
    today = units[units["year"] == as_of.year].reset_index(drop=True)
    scored = past_scores(units, labels, policy)
    training = training_rows(units, labels, as_of.year)
    codes = judge_codes(connection, as_of.year, policy)
    if today.empty or scored.empty or enough(training, policy):
        few = "no program has enough answers in its newest two due cohorts" if today.empty else ""
        why = enough(training, policy) or few or "no past year has enough complete targets before it"
        card = tables.empty_scorecard(f"No flags: {why}.")
        tables.write(connection, as_of, {"program_code_alarm": codes, "scorecard": card})
        return {"n_programs": 0, "n_flagged": 0, "model": None}
    validation = validate(scored, policy)
    scorer = fit_scorer(validation.chosen, training)
    flags = score_programs(today, scorer, compared, validation.chosen, policy)
    rows = {
        "program_flag": flags,
        "program_code_alarm": codes,
        "scorecard": validation.scorecard,
        "model_card": describe(scorer, training, compared, validation, policy),
        "drift": compare_with_training(training, today, policy),
    }
    tables.write(connection, as_of, rows)
    return {"n_programs": len(flags), "n_flagged": int(flags["is_flagged"].sum()), "model": validation.chosen}


def score_programs(
    today: pd.DataFrame,
    scorer: CurriculumUpdateClassifier,
    compared: pd.DataFrame,
    chosen: str,
    policy: FlagPolicy,
) -> pd.DataFrame:
    """Rows of ``flags.program_flag``: scores of today's units by the chosen scorer, choice and reasons."""
    import pandas as pd

    from iecareer.flags.choice import choose
    from iecareer.flags.features import UNIT
    from iecareer.flags.reasons import explain
    from iecareer.flags.scorers import COLUMNS, ask

    score = ask(chosen, scorer, today)
    names = list(zip(today["institution_code"], today["program_code"], strict=True))
    q_value, is_flagged = choose(
        score, names, policy.false_discovery_rate, policy.review_budget, policy.least_probability
    )
    added = scorer.contributions(today[list(COLUMNS[chosen])].to_numpy(dtype=float))
    contributions = {name: added[:, i] for i, name in enumerate(COLUMNS[chosen])}
    recent = compared.loc[compared["measure"] == "match_recent", [*UNIT, "n", "peers_level"]]
    flags = today.merge(recent, on=UNIT, how="left").assign(
        cohort_year=today["match_cohort"],
        score=score,
        q_value=q_value,
        is_flagged=is_flagged,
        model=chosen,
        size_band=today["n_graduates"].map(policy.size_band),
    )
    flags["n"] = flags["n"].fillna(0)
    explained = explain(today, contributions, compared, policy)
    return pd.concat([flags, explained], axis=1).sort_values(["q_value", "institution_code", "program_code"])
