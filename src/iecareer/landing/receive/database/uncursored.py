"""Rows of a live table with an empty cursor: a digest shows whether such rows were added, changed or removed.

Many programs fill a column such as updated_at only when a row is changed for the first time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from iecareer.landing.receive.database import value_text
from iecareer.landing.receive.database.relation import Relation
from iecareer.landing.receive.watermarks import RowsDigest

if TYPE_CHECKING:
    import sqlalchemy as sa

_BATCH = 10_000


def is_empty(cursor: Any, like: Any) -> Any:
    """SQL condition for an empty cursor: NULL, or also an empty text if `like` is text."""
    return cursor.is_(None) | (cursor == "") if isinstance(like, str) else cursor.is_(None)


def digests(
    connection: sa.Connection, relation: Relation, empty: Any, names: Sequence[str] = ()
) -> dict[tuple[Any, ...], str]:
    """A digest of the rows without a cursor, for each raw value of the columns `names` that has such rows."""
    import sqlalchemy as sa

    keys = [relation.text(name) for name in names]
    query = sa.select(*keys, *relation.texts()).select_from(relation.source).where(empty)
    result = connection.execute(query, relation.parameters, execution_options={"yield_per": _BATCH})
    found: dict[tuple[Any, ...], RowsDigest] = defaultdict(RowsDigest)
    for row in result:
        texts = [value_text.text(value) for value in row[len(keys) :]]
        found[tuple(row[: len(keys)])].add("\0".join("\1" if t is None else t for t in texts).encode())
    return {raw: digest.text or "" for raw, digest in found.items()}
