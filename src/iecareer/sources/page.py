"""Describe a source system as Markdown: location, format, frequency and header mapping."""

from __future__ import annotations

from datetime import timedelta

from iecareer.contracts import record_type
from iecareer.sources.system import Mapping, SourceSystem, Table


def source_page(system: SourceSystem) -> str:
    """The documentation page of the source's DAG."""
    facts = {
        "Files": f"`{system.path}` below the inbox" if system.path else "a live server",
        "Format": system.format or "by content",
        "Frequency": f"every {system.frequency / timedelta(days=1):g} days"
        if system.frequency
        else "none in the contract",
        "Priority": f"{system.priority} (if two sources deliver the same key, the lower number wins)",
        "Contract": f"`{system.contract.name}`" if system.contract else "",
        "Status": f"draft: not landed before 'iecareer source activate {system.source_id}'"
        if system.is_draft
        else "",
    }
    lines = [system.description, "", *(f"- {name}: {fact}" for name, fact in facts.items() if fact)]
    for table in system.tables:
        lines += ["", *_section(table)]
    return "\n".join(lines)


def _section(table: Table) -> list[str]:
    kind = record_type(table.record_type)
    read = f" from `{table.selector}`" if table.selector else ""
    return [
        f"### {kind.name} · {kind.label_zh}{read} ({kind.mode})",
        "",
        "| header | column | conversion |",
        "|---|---|---|",
        *(_row(mapping) for mapping in table.mappings),
    ]


def _row(mapping: Mapping) -> str:
    how = [
        *([f"`{mapping.transform.strip()}`"] if mapping.transform else []),
        *([f"{len(mapping.value_map)} codes"] if mapping.value_map else []),
        *([f"dates as `{mapping.date_format}`"] if mapping.date_format else []),
        *([f"empty: {', '.join(mapping.null_values)}"] if mapping.null_values else []),
    ]
    cells = (" / ".join(mapping.headers), f"`{mapping.column}`", "; ".join(how))
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
