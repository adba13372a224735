"""An earlier commit and this one make the same published tables of the same deliveries.

The earlier commit is ``$IECAREER_EARLIER_COMMIT``, by default the last one before the subjects got folders of
their own. Run it by hand after a change of structure: ``sh scripts/test -m slow tests/agreement``.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engines.clusters import SPARK
from tests.engines.equality import differences

COMMIT = os.environ.get("IECAREER_EARLIER_COMMIT") or "484143c"
AS_OF = "2026-11-21"
GRADUATES, SEED = 6_000, 11
SECRET = "5e" * 32
SCHEMAS = ("marts", "estimates", "flags", "feedback")
_CHECKOUT = Path(__file__).resolve().parents[2]


def iecareer(tree: Path, folder: Path, home: str, *arguments: str) -> Path:
    """Run one command with the code of a tree; returns the published warehouse of that home."""
    environment = os.environ | {
        "PYTHONPATH": str(tree / "src"),
        "IECAREER_HOME": str(folder / home),
        "IECAREER_INBOX": str(folder / "inbox"),
        "IECAREER_SOURCES": str(folder / "sources"),
        "IECAREER_POLICY": str(folder / "policy"),
        "IECAREER_KEY": SECRET,
    }
    done = subprocess.run(
        [sys.executable, "-m", "iecareer", *arguments],
        cwd=tree, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        pytest.fail(f"{tree}: iecareer {' '.join(arguments)}\n{done.stdout[-1500:]}\n{done.stderr[-1500:]}")
    return folder / home / "warehouse.duckdb"


def different(earlier: Path, later: Path) -> list[str]:
    """What differs in the published schemas; the later one may publish further tables."""
    return [
        f"{schema}.{found}"
        for schema in SCHEMAS
        for found in differences(
            earlier, later, schema, absolute=1e-12, may_add_tables=True, ignored=["run_id"]
        )
    ]


@pytest.fixture(scope="module")
def earlier_tree(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The checked-out earlier commit."""
    git = ["git", "-C", str(_CHECKOUT)]
    known = subprocess.run([*git, "cat-file", "-e", f"{COMMIT}^{{commit}}"], capture_output=True, check=False)
    if known.returncode:
        pytest.skip(f"commit {COMMIT} is not in this clone; fetch its history")
    tree = tmp_path_factory.mktemp("earlier") / "tree"
    subprocess.run([*git, "worktree", "add", "--detach", tree, COMMIT], check=True, capture_output=True)
    yield tree
    subprocess.run([*git, "worktree", "remove", "--force", tree], check=True, capture_output=True)


@pytest.fixture(scope="module")
def earlier(earlier_tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse that the earlier commit publishes of a simulated region, in the folder of its inbox."""
    folder = tmp_path_factory.mktemp("nights")
    size = ("--graduates", str(GRADUATES), "--seed", str(SEED))
    iecareer(earlier_tree, folder, "earlier", "simulate", str(folder / "inbox"), *size)
    return iecareer(earlier_tree, folder, "earlier", "run", "--as-of", AS_OF, "--json")


@pytest.mark.slow
@pytest.mark.parametrize("target", ["local", pytest.param("cluster", marks=SPARK)])
def test_a_night_publishes_what_it_did_before(earlier: Path, target: str) -> None:
    options = ("--as-of", AS_OF, "--target", target, "--json")
    later = iecareer(_CHECKOUT, earlier.parents[1], target, "run", *options)
    assert different(earlier, later) == []
