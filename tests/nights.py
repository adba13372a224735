"""The stages of a night, one after another in this process, for tests that look at what they make."""

from __future__ import annotations

from datetime import date
from functools import partial
from unittest.mock import patch

from iecareer.checks import judge_deliveries
from iecareer.clock import now
from iecareer.runs.pin import pin
from iecareer.runs.publish import publish
from iecareer.skills import build_skills
from iecareer.transform import invocation
from iecareer.transform.layers import build_layer
from tests.manifests import parse_once

LAYERS = ("staging", "intermediate", "marts")


def build(
    as_of: date, layers: tuple[str, ...] = LAYERS, target: str = "local", *, is_tested: bool = False
) -> str:
    """Pin what was received by `as_of`, judge it and build the layers; returns the run id."""
    run_id = now().translate({ord(character): None for character in "-:.+"})
    pin(run_id, as_of, target=target)
    judge_deliveries(run_id)
    build_layers(run_id, layers, is_tested=is_tested)
    return run_id


def build_layers(run_id: str, layers: tuple[str, ...] = LAYERS, *, is_tested: bool = False) -> None:
    """Build the layers of a pinned and judged run.

    Their data tests are run where they are what is looked at; elsewhere they would take a third of the time. Their unit
    tests take two thirds of it, and are run once, in the build of tests/spec.
    """
    parse_once()
    tested = partial(invocation.build, tests="data" if is_tested else "none")
    with patch("iecareer.transform.layers.build", tested):
        for layer in layers:
            build_layer(run_id, layer)
            if layer == "staging":
                build_skills(run_id)


def build_and_publish(as_of: date, target: str = "local") -> None:
    """The same, and publish the indicators."""
    assert publish(build(as_of, target=target))["is_published"]
