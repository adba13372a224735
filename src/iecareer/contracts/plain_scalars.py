"""Finds unquoted words of a contract that YAML does not read as text, with their lines.

YAML reads ``01`` as the number 1, ``12:30`` as 750, ``no`` as false and ``~`` as null. A contract that needs text
would silently get a wrong value.
"""

from __future__ import annotations

from collections.abc import Iterator

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
# Properties in which null means an empty cell.
_WITH_NULL = frozenset({"valueMap", "rowFilter"})
_KINDS = {
    "int": "a number",
    "float": "a number",
    "bool": "true or false",
    "null": "nothing",
    "timestamp": "a date",
}


def not_text(node: yaml.Node | None) -> Iterator[str]:
    """A phrase for each unquoted scalar below `node` that YAML does not read as its written text."""
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
    """The phrases within a custom property of texts, in which plainly written numbers are allowed."""
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
    """The name of the custom property, if the mapping is one."""
    found = {key.value: value.value for key, value in node.value if isinstance(value, yaml.ScalarNode)}
    keys = {key.value for key, _ in node.value}
    return str(found["property"]) if "property" in found and "value" in keys else None


def _kind(node: yaml.ScalarNode) -> str | None:
    """The kind that YAML reads an unquoted scalar as; None for text."""
    tag = str(node.tag).rpartition(":")[2]
    return tag if tag in _KINDS else None


def _is_kept(node: yaml.ScalarNode) -> bool:
    """Whether writing the value again gives the same text, so that no character is lost."""
    if _kind(node) not in ("int", "float", "timestamp"):
        return True
    return str(yaml.safe_load(node.value)) == str(node.value)


def _phrase(node: yaml.ScalarNode, name: str | None = None) -> str:
    of = f"line {node.start_mark.line + 1}: {name + ': ' if name else ''}"
    if not node.value:
        return f"{of}the value is missing; write one, or remove the key"
    return f"{of}'{node.value}' is {_KINDS[_kind(node) or 'null']} in YAML, not text; put it in quotes"
