"""Spark's Java process: its options, and a separate error for when it ends in the middle of the work."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from iecareer.errors import IecareerError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# Hundreds of models give hundreds of generated classes. Their compiled code fits into this cache with all compilers.
# # Once the cache is full, Java stops compiling, and may end when it needs a few bytes for itself.
OPTIONS = "-XX:ReservedCodeCacheSize=512m"
ADVICE = "The usual cause is too little memory: see 'Memory' in docs/cluster.md."
_PATIENCE_SECONDS = 60


class MachineEndedError(IecareerError):
    """The Java process or its session has ended. It is unknown how far the work got."""


@contextmanager
def java_machine(session: SparkSession) -> Iterator[None]:
    """Work with a session. Its Java process has ended when this returns.

    Raises
    ------
    MachineEndedError
        When the work failed because the Java process ended, whatever error the work itself raised.
    """
    machine = session.sparkContext._gateway.proc  # type: ignore[union-attr]  # noqa: SLF001 - known nowhere else
    try:
        yield
    except Exception:
        if not _answers(session):
            raise MachineEndedError(
                f"Spark's Java process ended in the middle of the work ({_how_ended(machine)}).",
                next_step=ADVICE,
            ) from None
        raise
    finally:
        _end(session, machine)


def _answers(session: SparkSession) -> bool:
    try:
        return (
            session.sparkContext.defaultParallelism > 0
        )  # this asks the Java process; a stopped session refuses
    except Exception:
        return False


def _how_ended(machine: subprocess.Popen[bytes]) -> str:
    """How the process ended; waits for the exit code, because connections of a dying process close earlier."""
    try:
        code = machine.wait(timeout=10)
    except subprocess.TimeoutExpired:
        return "it closed its session"
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def _end(session: SparkSession, machine: subprocess.Popen[bytes]) -> None:
    with suppress(Exception):
        session.stop()
    if machine.stdin:
        machine.stdin.close()
    try:
        machine.wait(timeout=_PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        machine.kill()
        machine.wait()
