"""After a landing: archived files that contain an erased person again are replaced by their text without the person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
from filelock import FileLock

from iecareer.database import text_literal
from iecareer.errors import IecareerError
from iecareer.lake.manifest import Delivery, versions
from iecareer.landing.erasure.archives import Reading, opened, readings
from iecareer.landing.erasure.redaction import Gone, put, write_redacted, write_removed
from iecareer.landing.names import masked_name
from iecareer.landing.quarantine.open_rows import quarantine_file
from iecareer.landing.read.chunk import Chunk
from iecareer.landing.receive.archive import archive_path
from iecareer.persons.data_swap import persons_state
from iecareer.persons.locks import persons_in_use
from iecareer.settings import lake

Lines = dict[str | None, list[int]]


@contextmanager
def settled_archives() -> Iterator[None]:
    """Context for a landing. On leaving, archived files that contain an erased person again are redacted."""
    with persons_in_use():
        yield
        if persons_state().erased:
            with FileLock(lake() / "settling.lock"):
                settle_archives()


def settle_archives() -> None:
    """Redact every archived file in which landing found an erased person; can be interrupted and repeated."""
    brought = [delivery for delivery in versions() if "erased" in delivery.reasons]
    for sha256, ways in readings().items():
        if not archive_path(sha256).exists():
            continue
        lines = {way: _lines(way, brought) for way in ways}
        if any(lines.values()) or any(way.is_redacted for way in ways):
            for way in ways:
                if not way.is_redacted:
                    _redact(way, lines[way])
            archive_path(sha256).unlink(missing_ok=True)


def _lines(way: Reading, brought: list[Delivery]) -> Lines:
    """Lines of erased persons by (masked) sheet, from the quarantine of the file."""
    found: Lines = {}
    for delivery in brought:
        path = quarantine_file(delivery)
        if delivery.delivery_id in way.delivery_ids and path.exists():
            with duckdb.connect() as connection:
                rows = connection.execute(
                    f"""select sheet, list(line) from read_parquet({text_literal(path)})
                    where file = $file and list_contains(reasons, 'erased') group by sheet""",
                    {"file": dict(way.file)["name"]},
                ).fetchall()
            for sheet, lines in rows:
                found.setdefault(sheet, []).extend(lines)
    return found


def _redact(way: Reading, lines: Lines) -> None:
    try:
        with opened(way) as (connection, pieces, _):
            put(
                way.folder,
                lambda place: write_redacted(connection, pieces, _on_lines(lines), way.folder, place),
            )
    except IecareerError:
        put(way.folder, lambda place: write_removed(way.folder, place))


def _on_lines(lines: Lines) -> Gone:
    def condition(chunk: Chunk) -> str:
        listed = ", ".join(str(line) for line in lines.get(masked_name(chunk.sheet or "") or None, []))
        return f"_line in ({listed})" if listed else "false"

    return Gone(condition)
