"""Spark's Java machine: its options, and an error of its own for when it ends in the middle of the work."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from iecareer.errors import IecareerError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# Hundreds of models are hundreds of generated classes: compiled, they fit into this cache whatever compilers the
# operator chooses. Once it is full, the machine compiles no more, and may end when it needs a few bytes for itself.
OPTIONS = "-XX:ReservedCodeCacheSize=512m"
ADVICE = "Mostly memory ran out: see 'Memory' in docs/cluster.md."
_PATIENCE_SECONDS = 60


class MachineEndedError(IecareerError):
    """The Java machine is gone, or its session is: nothing is known about the work itself."""


@contextmanager
def java_machine(session: SparkSession) -> Iterator[None]:
    """Work with a session, and end its Java machine afterwards; the machine is gone when this returns.

    Raises
    ------
    MachineEndedError
        When the work failed because the machine ended, whatever error the work itself raised.
    """
    machine = session.sparkContext._gateway.proc  # type: ignore[union-attr]  # noqa: SLF001 - known nowhere else
    try:
        yield
    except Exception:
        if not _answers(session):
            raise MachineEndedError(
                f"Spark's Java machine ended in the middle of the work ({_how_ended(machine)}).",
                next_step=ADVICE,
            ) from None
        raise
    finally:
        _end(session, machine)


def _answers(session: SparkSession) -> bool:
    try:
        return session.sparkContext.defaultParallelism > 0  # asked of the machine; a stopped session refuses
    except Exception:
        return False


def _how_ended(machine: subprocess.Popen[bytes]) -> str:
    """How the process ended, once the system knows: connections of a dying process close earlier."""
    try:
        code = machine.wait(timeout=10)
    except subprocess.TimeoutExpired:
        return "it gave up its session"
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
