"""The step `lights` of a night: the SQL models, then the test of placement signals."""

from __future__ import annotations

from typing import Any

# The models that the test of placement signals reads.
READ = ("int_placement_count", "stg_policy_number")


def build_lights(run_id: str) -> dict[str, Any]:
    """Write the schemas ``lights``, ``instruments`` and ``audit`` of a run's build.

    Parameters
    ----------
    run_id : str
        A pinned run whose marts are built.

    Returns
    -------
    dict
        Counts of built and tested nodes; of judged cells and of signals, unless they are those of an earlier night.

    Raises
    ------
    IecareerError
        When a model or a test fails, or a policy number is missing.
    """
    from iecareer.runs.build import open_build
    from iecareer.runs.kept_build import is_rebuilt
    from iecareer.transform.layers import build_layer

    counted = build_layer(run_id, "lights")
    with open_build(run_id) as connection:
        if not is_rebuilt(connection, READ):
            return counted
        from iecareer.lights.placement import judge_placement

        return counted | judge_placement(connection)
