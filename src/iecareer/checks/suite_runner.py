"""Running suites with Great Expectations: in memory, silent, and blind to values.

Nothing is written to disk and nothing is sent anywhere. Results are booleans; an expectation that could not be
evaluated is a fault of the suite, not of the delivery, and its text is dropped because it may quote a value.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import duckdb

from iecareer.checks.suites import Outcome, Suite
from iecareer.errors import IecareerError

_LIBRARY = "great_expectations"


class SuiteRunner:
    """One context and one data source for all suites of a run; make it with `open_suite_runner`."""

    def __init__(self, datasource: Any) -> None:
        self._datasource = datasource
        self._numbers = count(1)

    def judge(self, suite: Suite, table: str) -> list[Outcome]:
        """Outcome of each expectation of the suite on all rows of `table` (a relation's name).

        Raises
        ------
        IecareerError
            When an expectation cannot be evaluated at all.
        """
        import great_expectations as gx

        if not suite.expectations:
            return []
        name = f"{suite.name}.{next(self._numbers)}"
        asset = self._datasource.add_query_asset(name=name, query=f"select * from {table}")
        batch = asset.add_batch_definition_whole_table("all").get_batch()
        told = gx.ExpectationSuite(name=name, expectations=[_configuration(e) for e in suite.expectations])
        with warnings.catch_warnings():
            # Remarks on what DuckDB's reflection lacks say nothing to an operator.
            warnings.simplefilter("ignore")
            results = batch.validate(told, result_format="BOOLEAN_ONLY").results
        # Results come back grouped by column, so each is found again by the name it carries.
        success = {r.expectation_config.meta["name"]: r for r in results}
        return [Outcome(e, _holds(success[e.name], suite.name, e.name)) for e in suite.expectations]


@contextmanager
def open_suite_runner(connection: duckdb.DuckDBPyConnection) -> Iterator[SuiteRunner]:
    """A runner on an open connection. The first one of a process takes seconds: the library is large."""
    _silence()
    import great_expectations as gx
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    from iecareer.checks.sqlalchemy_dialect import register_connection

    _silence()
    # Without this the library leaves a folder for pages that nobody asked for.
    stores = InMemoryStoreBackendDefaults(init_temp_docs_sites=False)
    silent = ProgressBarsConfig(globally=False, metric_calculations=False)
    config = DataContextConfig(store_backend_defaults=stores, progress_bars=silent, analytics_enabled=False)
    context = gx.get_context(mode="ephemeral", project_config=config)
    with register_connection(connection) as url:
        datasource = context.data_sources.add_sql("warehouse", connection_string=url)
        try:
            yield SuiteRunner(datasource)
        finally:
            datasource.get_engine().dispose()


def _silence() -> None:
    """Nothing is sent, and the library's loggers, which set their own levels when imported, tell errors only."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    names = [name for name in logging.root.manager.loggerDict if name.startswith(f"{_LIBRARY}.")]
    for name in (_LIBRARY, *names):
        logging.getLogger(name).setLevel(logging.ERROR)


def _configuration(expectation: Any) -> dict[str, Any]:
    entry = expectation.configuration
    return {"type": entry["type"], "kwargs": dict(entry["kwargs"]), "meta": {"name": expectation.name}}


def _holds(result: Any, suite: str, name: str) -> bool:
    if _has_raised(result.exception_info or {}):
        raise IecareerError(
            f"The expectation '{name}' of the suite '{suite}' cannot be evaluated.",
            next_step="Compare its columns and its kwargs in expectations/ with the table it judges.",
        )
    return bool(result.success)


def _has_raised(told: dict[str, Any]) -> bool:
    """Whether evaluation failed; the report is nested by metric when one of several did."""
    nested = [value for value in told.values() if isinstance(value, dict)]
    return bool(told.get("raised_exception")) or any(_has_raised(value) for value in nested)
