"""Stage functions that only say they were called, in place of the real ones."""

from __future__ import annotations

from collections.abc import Callable

from iecareer.errors import IecareerError

SOURCES = ("insurance", "registry", "survey")


class Stages:
    """Records the calls of stand-in stage functions; what is named by `fail` raises instead."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self._failures: dict[str, BaseException] = {}

    def fail(self, call: str, error: BaseException | None = None) -> None:
        self._failures[call] = error or IecareerError(f"{call} shall fail.")

    def _called(self, call: str) -> dict[str, int | bool]:
        self.calls.append(call)
        if call in self._failures:
            raise self._failures[call]
        return {"n": 1, "is_published": True}

    def plain(self, name: str) -> Callable[[str], dict[str, int | bool]]:
        return lambda run_id: self._called(name)

    def land(self, source_id: str) -> list[dict[str, int | bool]]:
        return [self._called(f"land {source_id}")]

    def build_layer(self, run_id: str, layer: str) -> dict[str, int | bool]:
        return self._called(f"build {layer}")

    def send_warnings(self, night: str) -> dict[str, int | bool]:
        return self._called("warnings")
