"""The documentation page of all record types: one self-contained HTML file for screen, phone and print."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from iecareer.contracts.loader import Column, RecordType
from iecareer.contracts.publication.labels import MODES, format_of, unit
from iecareer.contracts.publication.quarantine_reasons import MEANINGS, column_reasons

if TYPE_CHECKING:
    from jinja2 import Template

_MODE_NAMES = {
    "snapshot": ("整体替换", "snapshot"),
    "period": ("按月替换", "period"),
    "upsert": ("按键更新", "upsert"),
}


def render_page(kinds: Sequence[RecordType]) -> str:
    """Render the page as HTML; the template engine escapes every value."""
    return _template().render(kinds=kinds, modes=MODES, mode_names=_MODE_NAMES, meanings=MEANINGS)


def _values(column: Column) -> list[tuple[str, str]]:
    """The closed list of a column: pairs of value and Chinese label with its national code, or "" without a label."""
    if column.kind == "boolean":
        return [("true", "是"), ("false", "否")]
    codes = {value: code for code, value in column.codes}
    labels = column.labels or ("",) * len(column.allowed)
    return [
        (value, f"{label} {codes.get(value, '')}".strip())
        for value, label in zip(column.allowed, labels, strict=True)
    ]


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("iecareer.contracts.publication"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(format_of=format_of, unit=unit, values=_values, reasons=column_reasons)
    return environment.get_template("record_types.html.j2")
