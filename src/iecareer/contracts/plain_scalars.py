"""Unquoted words of a contract that YAML reads as something other than text, with the line where each stands.

YAML takes ``01`` for the number 1, ``12:30`` for 750, ``no`` for false and ``~`` for nothing. Where a contract needs
text, such a value would silently be another one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

# Keys and custom properties whose value is one text.
_TEXTS = frozenset({
    "id", "name", "version", "status", "apiVersion", "kind", "purpose", "type", "path", "format", "location", "host",
    "database", "serviceName", "physicalName", "logicalType", "transformLogic", "synonym", "property", "unit",
    "encoding", "delimiter", "identityScheme", "valueMapFile", "dateFormat", "connection", "paging", "recordsAt",
    "totalAt", "nextAt", "pageParameter", "pageSizeParameter", "cursorParameter", "tokenVariable", "tokenHeader",
    "query", "cursor",
})  # fmt: skip
# Custom properties that hold texts of cells or headers: their keys, and the items of their lists.
_OF_TEXTS = frozenset({"valueMap", "nullValues", "rowFilter", "monthSpan", "monthColumns", "joinsMonth"})
# Where null stands for an empty cell.
_WITH_NULL = frozenset({"valueMap", "rowFilter"})
_KINDS = {
    "int": "a number",
    "float": "a number",
    "bool": "true or false",
    "null": "nothing",
    "timestamp": "a date",
}


def not_text(node: yaml.Node | None) -> Iterator[str]:
    """A phrase for each unquoted scalar below `node` that YAML does not read as the text it is written as."""
    if isinstance(node, yaml.MappingNode):
        yield from _of_mapping(node)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from not_text(item)
    elif isinstance(node, yaml.ScalarNode) and not _is_kept(node):
        yield _phrase(node)


def _of_mapping(node: yaml.MappingNode) -> Iterator[str]:
    custom = _custom_name(node)
    for key, value in node.value:
        name = custom if custom and key.value == "value" else str(key.value)
        if name in _TEXTS and isinstance(value, yaml.ScalarNode):
            if _kind(value):
                yield _phrase(value, name)
        elif custom and key.value == "value" and name in _OF_TEXTS:
            yield from _of_texts(value, name)
        else:
            yield from not_text(value)


def _of_texts(node: yaml.Node, name: str) -> Iterator[str]:
    """The same within a custom property of texts, where numbers written plainly are as good as text."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and (_kind(key) in ("bool", "null") or not _is_kept(key)):
                yield _phrase(key, name)
            yield from _of_texts(value, name)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _of_texts(item, name)
    elif isinstance(node, yaml.ScalarNode):
        kind = _kind(node)
        is_lost = kind == "bool" or (kind == "null" and name not in _WITH_NULL)
        if is_lost or not _is_kept(node):
            yield _phrase(node, name)


def _custom_name(node: yaml.MappingNode) -> str | None:
    """The name of a custom property, when the mapping is one."""
    found = {key.value: value.value for key, value in node.value if isinstance(value, yaml.ScalarNode)}
    keys = {key.value for key, _ in node.value}
    return str(found["property"]) if "property" in found and "value" in keys else None


def _kind(node: yaml.ScalarNode) -> str | None:
    """What YAML takes an unquoted scalar for; None for text."""
    tag = str(node.tag).rpartition(":")[2]
    return tag if tag in _KINDS else None


def _is_kept(node: yaml.ScalarNode) -> bool:
    """Whether the value is written again as it stands there, so that nothing of it is lost."""
    if _kind(node) not in ("int", "float", "timestamp"):
        return True
    value: Any = yaml.safe_load(node.value)
    return str(value) == node.value


def _phrase(node: yaml.ScalarNode, name: str | None = None) -> str:
    of = f"line {node.start_mark.line + 1}: {name + ': ' if name else ''}"
    if not node.value:
        return f"{of}there is no value; write one, or remove the key"
    return f"{of}'{node.value}' is {_KINDS[_kind(node) or 'null']} in YAML, not text; put it in quotes"
