"""The state of releases: what is behind every published number, encrypted, so that a later release can keep it.

A published number changes only when enough graduations behind it changed (docs/methods.md, Publication). So each
release keeps its numbers, and what each graduation contributed to them. A graduation is named by its secret numbers.

A state is a folder: `state.json`, and encrypted Parquet files of the tables `number`, `light` and `contribution`.
Publishing writes the state of a run; a release of that run keeps it under its label.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from iecareer.database import text_literal
from iecareer.documents import read_document, sync_folder, write_document
from iecareer.persons.data_swap import staged
from iecareer.persons.sealing import sealed, unsealed
from iecareer.settings import home, lake

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

CONTRIBUTIONS, NUMBERS, LIGHTS = "contribution", "number", "light"
# A family and its months make a file: it has at most one row per graduation, and is encrypted in memory.
_PARTS = {CONTRIBUTIONS: "unit_family, months", NUMBERS: "unit_family, months", LIGHTS: "part"}
_PURPOSE = "release state"
_DOCUMENT = "state.json"


@dataclass(frozen=True)
class ReleaseState:
    """What a state is about.

    Parameters
    ----------
    run_id, as_of : str
        The run whose numbers it has, and its ISO date.
    labels : tuple of str
        Labels of the releases before it, oldest first. Its own numbers have the place after the last of them.
    definitions : str
        Digest of the models and rows of policy that made the numbers.
    """

    run_id: str
    as_of: str
    labels: tuple[str, ...]
    definitions: str


def run_state_folder(run_id: str) -> Path:
    """The folder of the state that a published run would leave, if it were released."""
    return home() / "runs" / f"{run_id}.released"


def release_state_folder(label: str) -> Path:
    """The folder of a release's state."""
    return lake() / "released" / label


def read_state(folder: Path) -> ReleaseState | None:
    """What the state in this folder is about; None if there is no complete state."""
    path = folder / _DOCUMENT
    if not path.is_file():
        return None
    document = read_document(path)
    return ReleaseState(
        document["run_id"], document["as_of"], tuple(document["labels"]), document["definitions"]
    )


def last_released() -> str | None:
    """Label of the newest release with a state; None if there is none."""
    releases = home() / "releases"
    states = {
        folder.name: state
        for folder in (lake() / "released").glob("[!.]*")
        if (releases / folder.name).is_dir() and (state := read_state(folder)) is not None
    }
    return max(states, key=lambda label: len(states[label].labels), default=None)


def write_state(
    connection: DuckDBPyConnection,
    state: ReleaseState,
    queries: Mapping[str, str],
    earlier: str | None = None,
) -> None:
    """Write the state of a run: the result of a query for each table. Other tables are those of an `earlier` run."""
    folder = run_state_folder(state.run_id)
    shutil.rmtree(folder, ignore_errors=True)
    plain = folder / "plain"
    plain.mkdir(parents=True, mode=0o700)
    for table, query in queries.items():
        connection.execute(
            f"""copy ({query}) to {text_literal(plain / table)} (format parquet, compression zstd,
            partition_by ({_PARTS[table]}), write_partition_columns true)"""
        )
        for at, path in enumerate(sorted((plain / table).rglob("*.parquet"))):
            _seal(folder / f"{table}-{at:04}.sealed", path.read_bytes(), state.run_id)
            path.unlink()
    shutil.rmtree(plain)
    for path in run_state_folder(earlier).glob("*.sealed") if earlier else ():
        if path.name.rpartition("-")[0] not in queries:
            _seal(folder / path.name, _clear(path, str(earlier)), state.run_id)
    write_document(folder / _DOCUMENT, asdict(state))


def has_state(run_id: str, like: ReleaseState) -> bool:
    """Whether the state of this run is there, after the same releases and by the same definitions as another."""
    found = read_state(run_state_folder(run_id))
    return found is not None and (found.labels, found.definitions) == (like.labels, like.definitions)


def read_table(folder: Path, table: str) -> Iterator[pa.Table]:
    """The rows of a table of the state in this folder, in parts."""
    if state := read_state(folder):
        for path in sorted(folder.glob(f"{table}-*.sealed")):
            yield _opened(path, state.run_id)


def keep_state(run_id: str, label: str) -> None:
    """Keep the state of a run as that of the release with this label. A killed call can be repeated.

    Call it with `persons_in_use`: an erasure in between would miss the copy.
    """
    place = release_state_folder(label)
    draft = place.with_name(f".{label}-{secrets.token_hex(4)}")
    for left in place.parent.glob(f".{label}-*"):
        shutil.rmtree(left)
    shutil.copytree(run_state_folder(run_id), draft)
    for path in (*draft.iterdir(), draft):
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
    shutil.rmtree(place, ignore_errors=True)
    draft.rename(place)
    sync_folder(place.parent)


def clear_run_states(but: str) -> None:
    """Remove the states of all runs but one."""
    for folder in (home() / "runs").glob("*.released"):
        if folder != run_state_folder(but):
            shutil.rmtree(folder)


def stage_without(members: set[int], folder: Path) -> None:
    """Stage all states without these graduations in a swap; `folder` is its staging folder."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not members:
        return
    for place in (*(lake() / "released").glob("[!.]*"), *(home() / "runs").glob("*.released")):
        if (state := read_state(place)) is None:
            continue
        for path in place.glob(f"{CONTRIBUTIONS}-*.sealed"):
            rows = _opened(path, state.run_id)
            kept = rows.filter(
                pc.invert(pc.is_in(rows.column("member"), pa.array(sorted(members), pa.int64())))
            )
            if kept.num_rows < rows.num_rows:
                _seal(staged(folder, path), _parquet(kept), state.run_id, path.name)


def _seal(path: Path, content: bytes, run_id: str, name: str | None = None) -> None:
    path.write_bytes(sealed(content, _PURPOSE, f"{run_id}/{name or path.name}"))


def _opened(path: Path, run_id: str) -> pa.Table:
    import pyarrow.parquet as pq

    return pq.read_table(BytesIO(_clear(path, run_id)))


def _clear(path: Path, run_id: str) -> bytes:
    return unsealed(path.read_bytes(), _PURPOSE, f"{run_id}/{path.name}")


def _parquet(rows: pa.Table) -> bytes:
    import pyarrow.parquet as pq

    stream = BytesIO()
    pq.write_table(rows, stream, compression="zstd")
    return stream.getvalue()
