"""Run suites with Great Expectations in memory. It writes no file and sends no data.

Results are booleans. If an expectation cannot be evaluated, the suite is wrong, not the delivery. The library's
error text is dropped because it may quote a value.
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
    """Runs all suites in one Great Expectations context; create it with `open_suite_runner`."""

    def __init__(self, datasource: Any) -> None:
        self._datasource = datasource
        self._numbers = count(1)

    def judge(self, suite: Suite, table: str) -> list[Outcome]:
        """Evaluate each expectation of the suite on all rows of `table`, the name of a table or view.

        Raises
        ------
        IecareerError
            When an expectation cannot be evaluated.
        """
        import great_expectations as gx

        if not suite.expectations:
            return []
        name = f"{suite.name}.{next(self._numbers)}"
        asset = self._datasource.add_query_asset(name=name, query=f"select * from {table}")
        batch = asset.add_batch_definition_whole_table("all").get_batch()
        gx_suite = gx.ExpectationSuite(
            name=name, expectations=[_configuration(e) for e in suite.expectations]
        )
        with warnings.catch_warnings():
            # Warnings about gaps in DuckDB's reflection do not help an operator.
            warnings.simplefilter("ignore")
            results = batch.validate(gx_suite, result_format="BOOLEAN_ONLY").results
        # Results are grouped by column, so look each one up by its name.
        success = {r.expectation_config.meta["name"]: r for r in results}
        return [Outcome(e, _holds(success[e.name], suite.name, e.name)) for e in suite.expectations]


@contextmanager
def open_suite_runner(connection: duckdb.DuckDBPyConnection) -> Iterator[SuiteRunner]:
    """A runner on an open connection. The first one in a process takes seconds, because the library is large."""
    _silence()
    import great_expectations as gx
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    from iecareer.checks.sqlalchemy_dialect import register_connection

    _silence()
    # Otherwise the library creates a folder for documentation pages.
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
    """Turn off analytics, and limit the library's loggers to errors. Importing it resets their levels."""
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
            next_step="Compare its columns and kwargs in expectations/ with the table.",
        )
    return bool(result.success)


def _has_raised(exception_info: dict[str, Any]) -> bool:
    """Whether the evaluation failed. If the expectation uses several metrics, the information is nested by metric."""
    nested = [value for value in exception_info.values() if isinstance(value, dict)]
    return bool(exception_info.get("raised_exception")) or any(_has_raised(value) for value in nested)
