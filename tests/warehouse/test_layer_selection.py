"""What each layer builds, by the names that dbt is given."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

from iecareer.transform.layers import MODELS

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"


def test_every_model_belongs_to_one_layer_and_no_seed_to_any() -> None:
    """Spark gets the seeds from DuckDB; a layer that selects one would build it there and fail."""
    names = {path.stem: "model" for path in (PROJECT / "models").rglob("*.sql")}
    seeds = {path.stem: "seed" for path in (PROJECT / "seeds").rglob("*.csv")}
    for name, kind in (names | seeds).items():
        layers = [
            layer
            for layer, selected in MODELS.items()
            for pattern, _, of in (one.partition(",resource_type:") for one in selected)
            if fnmatch(name, pattern) and of in ("", kind)
        ]
        assert len(layers) == (1 if kind == "model" else 0), (name, layers)
