"""Read a file in the Open Data Contract Standard v3.1, strictly: a misspelt key is an error."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from iecareer.contracts.plain_scalars import not_text
from iecareer.errors import IecareerError

# Use the faster C loader if available, because contracts are read at every start.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_contract(path: Path, *, is_known_good: bool = False) -> Any:
    """Read one contract as an ``OpenDataContractStandard`` object.

    `is_known_good` skips the check against the standard's schema, for the package's own files that tests check.

    Raises
    ------
    IecareerError
        When the file is not YAML or violates the standard's schema; the message names keys similar to unknown ones.
    """
    from open_data_contract_standard.model import OpenDataContractStandard

    try:
        text = path.read_text(encoding="utf-8")
        document = yaml.load(text, Loader=_LOADER)  # noqa: S506 - both are safe loaders
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        place = f" near line {line + 1}" if line is not None else ""
        raise IecareerError(
            f"{path.name}: not readable as YAML{place}.", next_step="Correct the file."
        ) from None
    if not isinstance(document, dict):
        raise IecareerError(
            f"{path.name}: the file contains no contract.", next_step="See docs/adding-a-source.md."
        )
    _fill_empty_lists(document)
    if not is_known_good and (lost := list(not_text(yaml.compose(text, Loader=_LOADER)))):
        raise IecareerError(f"{path.name}: {'; '.join(lost[:5])}.")
    problems = [] if is_known_good else list(_problems(document))
    if problems:
        raise IecareerError(
            f"{path.name}: {'; '.join(problems[:5])}.",
            next_step="Use the keys of the Open Data Contract Standard v3.1; see docs/adding-a-source.md.",
        )
    return OpenDataContractStandard.model_validate(document)


def _fill_empty_lists(document: dict[str, Any]) -> None:
    """Replace null by an empty list, as in a draft whose columns are all comments."""
    for table in document.get("schema") or []:
        if isinstance(table, dict) and table.get("properties", ()) is None:
            table["properties"] = []


def custom_property(element: Any, name: str, default: Any = None) -> Any:
    """The value of one custom property of a contract element, or `default`."""
    for entry in element.customProperties or []:
        if entry.property == name:
            return entry.value
    return default


def near_matches(word: str, known: Sequence[str]) -> str:
    """A phrase that names known words similar to `word`, or ""."""
    close = difflib.get_close_matches(word, known, n=2, cutoff=0.6)
    return f" (did you mean {' or '.join(close)}?)" if close else ""


def _problems(document: dict[str, Any]) -> Iterator[str]:
    from jsonschema import Draft201909Validator

    schema = _schema()
    for error in Draft201909Validator(schema).iter_errors(document):
        place = ".".join(str(part) for part in error.absolute_path) or "top level"
        if error.validator in ("additionalProperties", "unevaluatedProperties") and isinstance(
            error.instance, dict
        ):
            known = _known_keys(schema)
            unknown = [key for key in error.instance if key not in known] or ["(see schema)"]
            yield from (f"unknown key '{key}' at {place}{near_matches(key, known)}" for key in unknown)
        elif error.validator == "required" and isinstance(error.instance, dict):
            lacking = [key for key in error.validator_value if key not in error.instance]
            yield f"{place} lacks the key {', '.join('logicalType' if key == 'map' else key for key in lacking)}"
        else:
            yield f"{place}: violates the standard's rule '{error.validator}'"


@cache
def _schema() -> Any:
    return json.loads(
        resources.files("open_data_contract_standard").joinpath("schema.json").read_text("utf-8")
    )


def _known_keys(node: Any) -> list[str]:
    """All property names of the standard, to suggest similar ones."""
    found: set[str] = set()
    stack = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            found.update(item["properties"] if isinstance(item.get("properties"), dict) else ())
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)
    return sorted(found)
