"""A Spark session of one run: all its files are in the run's folder, and it has no persistent catalog.

Tables are folders of Parquet, ``<folder>/warehouse/<schema>.db/<table>``. A session only finds tables in these
folders. Import this module only when it is needed, because it needs the extra [spark] and Java.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from iecareer.contracts import RecordType
from iecareer.engine.engine import SCHEMAS
from iecareer.engine.java_machine import OPTIONS
from iecareer.lake.manifest import Part
from iecareer.lake.parts import files_by_periods, of_periods
from iecareer.settings import lake, spark_memory

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def open_session(folder: Path, master: str) -> SparkSession:
    """A session with tables and spilled data in the folder; every table in the folder is registered.

    Parameters
    ----------
    folder : Path
        The run's folder; with a real master every worker must have it under the same path.
    master : str
        ``local[2]``, ``spark://host:7077`` or any other master URL of Spark.
    """
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(master).appName("iecareer")
    for name, value in _settings(folder, master).items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")  # messages of failed tasks quote values of rows
    for schema in SCHEMAS:
        session.sql(f"create schema if not exists {schema}")
    for table in sorted((folder / "warehouse").glob("*.db/*")):
        _register(session, f"{table.parent.stem}.{table.name}", table)
    return session


def _register(session: SparkSession, name: str, folder: Path) -> None:
    """Make a folder of Parquet a table. Its columns are read here, because Spark would start a job to find them."""
    from pyarrow.parquet import read_schema
    from pyspark.sql.pandas.types import from_arrow_schema

    schema = from_arrow_schema(read_schema(next(folder.glob("*.parquet"))))
    session.catalog.createTable(name, path=str(folder), source="parquet", schema=schema)


def _settings(folder: Path, master: str) -> dict[str, str]:
    """Settings needed on any cluster; operators set all others in ``spark-defaults.conf``."""
    settings = {
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.local.dir": str(folder / "local"),
        "spark.io.encryption.enabled": "true",
        "spark.sql.session.timeZone": "UTC",
        "spark.driver.memory": spark_memory(),
        # These come before the operator's `extraJavaOptions`, which override them.
        "spark.driver.defaultJavaOptions": OPTIONS,
        "spark.executor.defaultJavaOptions": OPTIONS,
        "spark.ui.enabled": "false",
        # Data for Spark's web page, which is off: plans of hundreds of models would fill the memory.
        "spark.sql.ui.retainedExecutions": "1",
        "spark.ui.retainedJobs": "1",
        "spark.ui.retainedStages": "1",
        "spark.ui.showConsoleProgress": "false",
    }
    if master.startswith("local"):
        settings |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
        settings |= {"spark.sql.shuffle.partitions": "4"}
    return settings


class Spark:
    """Spark as an `Engine`."""

    def __init__(self, session: SparkSession) -> None:
        self._session = session
        self._tables: dict[tuple[str, str], str] = {}

    def execute(self, statement: str) -> list[tuple[Any, ...]]:
        """Run one statement; returns its rows."""
        return [tuple(row) for row in self._session.sql(statement).collect()]

    def rows(self, kind: RecordType, parts: Iterable[Part]) -> str | None:
        """SQL of the rows of these parts; None if the parts have no rows."""
        arms = [
            f"select * from {self._table(kind, path)}{of_periods(kind, wanted)}"
            for wanted, paths in files_by_periods(parts).items()
            for path in paths
        ]
        return " union all ".join(arms) or None

    def clear(self, names: Collection[str]) -> None:
        """Do nothing: the catalog of an earlier attempt ended with its session."""

    def _table(self, kind: RecordType, path: str) -> str:
        """A table over the files of one path, with the types of the record type; missing columns are null."""
        if (kind.name, path) not in self._tables:
            name = f"landing.file_{len(self._tables)}"
            schema = ", ".join(f"{column.stored_name} {_type(column.stored_type)}" for column in kind.columns)
            self._session.catalog.createTable(
                name, path=str(lake() / path), source="parquet", schema=_schema(schema)
            )
            self._tables[kind.name, path] = name
        return self._tables[kind.name, path]


def _type(sql_type: str) -> str:
    return {"VARCHAR": "string", "BLOB": "binary"}.get(sql_type.upper(), sql_type)


def _schema(text: str) -> Any:
    from pyspark.sql.types import StructType

    return StructType.fromDDL(text)
