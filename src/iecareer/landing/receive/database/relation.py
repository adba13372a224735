"""A table or a query of a live database, with its columns under the database's names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from iecareer.contracts.odcs import near_matches
from iecareer.errors import IecareerError
from iecareer.landing.names import normal_header
from iecareer.sources.servers import Database

if TYPE_CHECKING:
    import sqlalchemy as sa

# PostgreSQL writes any value exactly as text, also timestamps outside Python's range of years. Exceptions: it would #
# escape bytes, and give a whole number of a decimal type a point.
_NOT_AS_TEXT = (17, 1700)


@dataclass(frozen=True)
class Relation:
    """The relation to fetch: an aliased table or query, its column names in order, the query's parameters."""

    source: Any
    names: tuple[str, ...]
    as_text: tuple[bool, ...]
    place: str
    parameters: dict[str, Any] = field(default_factory=dict)
    has_since: bool = False

    @property
    def schema(self) -> Any:
        """Arrow schema of the fetched rows: every column is text and has the database's name."""
        import pyarrow as pa

        return pa.schema([(name, pa.string()) for name in self.names])

    def column(self, name: str) -> Any:
        """A column by its name; upper and lower case may differ.

        Raises
        ------
        IecareerError
            When there is no such column; similar names are listed.
        """
        if name not in self.names:
            alike = [known for known in self.names if normal_header(known).lower() == name.lower()]
            if len(alike) != 1:
                raise IecareerError(
                    f"{self.place}: there is no column '{name}'{near_matches(name, self.names)}.",
                    next_step="Name it as the database does.",
                )
            name = alike[0]
        return self.source.c[name]

    def text(self, name: str) -> Any:
        """A column as it is fetched: as text, if the database converts it exactly."""
        import sqlalchemy as sa

        column = self.source.c[name]
        return sa.cast(column, sa.Text) if self.as_text[self.names.index(name)] else column

    def texts(self) -> list[Any]:
        """Every column, see :meth:`text`."""
        return [self.text(name).label(f"c{position}") for position, name in enumerate(self.names)]


def described(
    connection: sa.Connection,
    server: Database,
    selector: str | None,
    query: str | None,
    since: Any,
    place: str,
) -> Relation:
    """The table or query, with its current columns."""
    import sqlalchemy as sa

    parameters = {"since": since} if query and ":since" in query else {}
    bare = _queried(query, place) if query else _table(server, selector)
    nothing: Any = sa.select(sa.literal_column("*")).select_from(bare).where(sa.false())
    result = connection.execute(nothing, parameters)
    names = tuple(result.keys())
    if len(set(names)) < len(names):
        raise IecareerError(
            f"{place}: two columns of the query have the same name.", next_step="Name them with AS."
        )
    is_postgres = connection.dialect.name == "postgresql"
    cursor: Any = result.cursor
    as_text = tuple(is_postgres and about[1] not in _NOT_AS_TEXT for about in cursor.description)
    result.close()
    columns: list[Any] = [sa.column(name) for name in names]
    source = (
        _queried(query, place, columns) if query else _table(server, selector, columns).alias("delivered")
    )
    return Relation(source, names, as_text, place, parameters, has_since=bool(parameters))


def _table(server: Database, selector: str | None, columns: list[Any] | None = None) -> Any:
    import sqlalchemy as sa

    schema, _, name = (selector or "").removeprefix("table:").rpartition(".")
    return sa.table(name, *(columns or []), schema=schema or server.schema)


def _queried(query: str, place: str, columns: list[Any] | None = None) -> Any:
    import sqlalchemy as sa

    text = sa.text(query)
    if others := set(text.compile().params) - {"since"}:
        raise IecareerError(
            f"{place}: the query has the unknown parameter(s) {', '.join(sorted(others))}.",
            next_step="Only ':since' is known; write '\\:' where a colon is meant.",
        )
    return text.columns(*(columns or [])).subquery("delivered")
