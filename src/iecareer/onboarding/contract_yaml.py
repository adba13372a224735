"""Write the draft of a contract as YAML: a commented file that the loader accepts and a person can complete.

It holds headers and words of closed lists, never a value of a person's row.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace

import yaml

from iecareer.landing.names import masked_name
from iecareer.onboarding.header_match import Matching
from iecareer.onboarding.mapping_proposal import Proposal, key_proposal, proposal
from iecareer.onboarding.months_across import MonthsAcross
from iecareer.onboarding.other_code_lists import IndustryNames
from iecareer.onboarding.row_rules_proposal import (
    RowQuestion,
    RuleQuestion,
    back_payments,
    month_columns,
    month_span,
    row_questions,
    same_key,
)
from iecareer.onboarding.same_key_proposal import SameKeyQuestion
from iecareer.onboarding.sample_reader import Sample, is_personal
from iecareer.onboarding.surrogate_keys import surrogate_keys
from iecareer.onboarding.todo_entries import todo_entry

_WIDTH = 132
_UNUSED_SHOWN = 60
_STANDARD = ("type", "path", "format", "location")


@dataclass(frozen=True)
class Part:
    """One record type of a draft with its mapping. `alike` are parts with the same headers that it does not read."""

    sample: Sample
    found: Matching
    runner_up: str | None
    selector: str | None
    alike: tuple[str, ...] = ()
    across: MonthsAcross | None = None
    splitting: tuple[str, ...] = ()
    same_key: SameKeyQuestion | None = None
    industries: IndustryNames | None = None

    @property
    def rules(self) -> dict[str, dict[str, str]]:
        """Rules on whole rows that fill columns: `monthSpan` or `monthColumns`, or none."""
        if columns := month_columns(self.found, self.across):
            return {"monthColumns": columns}
        span = month_span(self.found)
        return {"monthSpan": span} if span else {}

    @property
    def questions(self) -> list[RowQuestion]:
        """Which rows are meant, as far as the sample makes one ask."""
        return row_questions(self.found, self.splitting)

    @property
    def rule_questions(self) -> list[RuleQuestion]:
        """Rules on rows that the sample makes one ask about, beside which rows are meant."""
        is_one_a_key = not self.splitting and not self.rules
        return [*back_payments(self.found), *(same_key(self.same_key) if is_one_a_key else [])]

    @property
    def open_rules(self) -> list[str]:
        """The rules on rows, and maps of codes, that are left to a person, each with its header if it has one."""
        is_family_open = bool(self.rules and self.across and self.across.others and not self.across.is_sure)
        return [
            *(["monthColumns"] if is_family_open else []),
            *(f"rowFilter {_comment(question.header)}" for question in self.questions),
            *(asked.rule for asked in self.rule_questions),
            *(f"valueMap {_comment(entry.header or '')}" for entry in self.proposals if _questions(entry)),
        ]

    @property
    def proposals(self) -> list[Proposal]:
        """The mapped columns and surrogate keys, in the order of the record type."""
        keys = {name: key_proposal(key) for name, key in surrogate_keys(self.found).items()}
        found, kind = self.found, self.found.kind
        mapped = {
            match.column.name: proposal(match, kind, found.unused, self.industries) for match in found.matches
        }
        mapped |= keys
        for name in self._made:
            kept = mapped.pop(name, None)
            if kept and kept.transform and kept.column.name != self.found.kind.period_column:
                mapped[name] = replace(kept, header=None)
        return [mapped[column.name] for column in self.found.kind.columns if column.name in mapped]

    @property
    def _made(self) -> list[str]:
        """Columns that the rules fill."""
        made = [self.found.kind.period_column or ""] if self.rules else []
        return made + [rule["column"] for rule in self.rules.values() if "column" in rule]

    @property
    def lacking(self) -> list[str]:
        """Names of required columns without a header."""
        mapped = {entry.column.name for entry in self.proposals} | {*self._made}
        return [column.name for column in self.found.lacking if column.name not in mapped]


def contract_text(
    source_id: str, parts: Sequence[Part], scheme: str, server: Sequence[tuple[str, str]]
) -> str:
    """The contract as YAML. Its status is `draft`, so that a person has to activate it before it is landed.

    `server` lists the keys and values of the server entry, custom properties included.
    """
    lines = [
        f"# Drafted by 'iecareer source add' from {_comment(parts[0].sample.name)}. Review every line, then:",
        f"# iecareer source check {source_id} SAMPLE",
        f"# iecareer source activate {source_id}",
        "apiVersion: v3.1.0",
        "kind: DataContract",
        f"id: {source_id}",
        f"name: {source_id}",
        "version: 1.0.0",
        "status: draft  # not landed before it is active",
        "servers:",
        "  - server: source",
        *(f"    {key}: {_scalar(value)}" for key, value in server if key in _STANDARD),
    ]
    custom = [pair for pair in server if pair[0] not in _STANDARD]
    custom += [("identityScheme", scheme)] if scheme != "cn_resident_id" else []
    if custom:
        listed = ", ".join(f"{{property: {key}, value: {_scalar(value)}}}" for key, value in custom)
        lines.append(f"    customProperties: [{listed}]")
    lines += ["slaProperties:", "  - {property: frequency, value: 30, unit: d}  # days between deliveries"]
    lines.append("schema:")
    tables = [line for part in parts for line in _table_lines(part)]
    lines += [*tables, *_unused_lines(parts, "\n".join(tables).replace('\\"', '"'))]
    return "\n".join(lines) + "\n"


def _table_lines(part: Part) -> list[str]:
    kind, sample = part.found.kind, part.sample
    lines = [f"  - name: {kind.name}  # {kind.description.split('. ')[-1]}"]
    if part.runner_up:
        lines.append(f"    # {part.runner_up} fits almost as well.")
    if part.selector:
        lines.append(f"    physicalName: {_scalar(part.selector)}")
    lines += _rule_lines(part)
    if shown := [_comment(masked_name(name)) for name in part.alike]:
        lines.append(f"    # Not read, although it has the same headers: {', '.join(shown)}.")
    place = f", headers in line {sample.header_line}" if sample.header_line else ""
    lines.append(f"    properties:  # {sample.n_rows:,} rows seen{place}")
    for entry in part.proposals:
        lines += _property_lines(entry)
    for column in (column for column in part.found.lacking if column.name in part.lacking):
        todo, line = map(_comment, todo_entry(part.found, column))
        lines += [f"      # {piece}" for piece in textwrap.wrap(todo, _WIDTH - 8)]
        # Indented so that the line is valid YAML once '#', or '# ' including a blank, is removed.
        lines.append(f"      #{line}")
    return lines


def _rule_lines(part: Part) -> list[str]:
    """Rules on whole rows as custom properties; which rows are meant as a TODO with a suggested line."""
    rules = [
        f"{{property: {name}, value: {{{', '.join(f'{key}: {_scalar(value)}' for key, value in rule.items())}}}}}"
        for name, rule in part.rules.items()
    ]
    lines = ["    customProperties:  # one row holds several months"] if rules else []
    lines += [f"      - {rule}" for rule in rules]
    if part.rules and part.across and part.across.others:
        others = ", ".join(part.across.others)
        note = (
            f"Not used, although months, too: {others}."
            if part.across.is_sure
            else (f"TODO monthColumns: {others} are months, too. Which of them is meant?")
        )
        lines += [f"    # {piece}" for piece in textwrap.wrap(_comment(note), _WIDTH - 8)]
    suggested = []
    for question in part.questions:
        lines += _todo(f"TODO rowFilter {_comment(question.text)}")
    if part.questions:
        values = ", ".join(question.value for question in part.questions)
        suggested.append(f"{{property: rowFilter, value: {{{values}}}}}")
    for asked in part.rule_questions:
        lines += _todo(f"TODO {asked.rule} {_comment(asked.why)}")
        suggested.append(f"{{property: {asked.rule}, value: {asked.value}}}")
    if suggested and rules:
        lines += [f"      #- {_comment(line)}" for line in suggested]
    elif suggested:
        lines.append(f"    #customProperties: [{', '.join(map(_comment, suggested))}]")
    return lines


def _todo(text: str) -> list[str]:
    return [f"    # {piece}" for piece in textwrap.wrap(text, _WIDTH - 8)]


def _unused_lines(parts: Sequence[Part], written: str) -> list[str]:
    """Comments that list unused headers, per sample. Headers named in an expression of the draft are used."""
    lines = []
    for place in dict.fromkeys((part.sample.name, part.sample.selector) for part in parts):
        own = [part for part in parts if (part.sample.name, part.sample.selector) == place]
        used = {entry.header for part in own for entry in part.proposals}
        unused = set.intersection(*({p.header for p in part.found.unused} for part in own)) - used
        ruled = {value for part in own for rule in part.rules.values() for value in rule.values()}
        unused -= {name for name in unused if f'"{name}"' in written or name in ruled}
        kept = [name for name in own[0].sample.columns if name in unused and not is_personal(name)]
        if kept:
            more = f" … and {len(kept) - _UNUSED_SHOWN} more" if len(kept) > _UNUSED_SHOWN else ""
            of = f" of {_comment(place[1] or place[0])}" if len(parts) > len(own) else ""
            text = f"Not used{of}: " + ", ".join(map(_comment, kept[:_UNUSED_SHOWN])) + more
            lines += [f"    # {line}" for line in _wrapped(text)]
    return lines


def _property_lines(entry: Proposal) -> list[str]:
    """A column as one YAML flow mapping, wrapped over several lines, followed by its remarks."""
    entries = [f"name: {entry.column.name}", "logicalType: string"]
    if entry.header is not None:
        entries.append(f"physicalName: {_scalar(entry.header)}")
    if entry.transform:
        entries.append(f"transformLogic: {_scalar(entry.transform)}")
    custom = ", ".join(f"{{property: {name}, value: {value}}}" for name, value in _custom(entry))
    if custom:
        entries.append(f"customProperties: [{custom}]")
    lines = _wrapped(f"{{{', '.join(entries)}}}", _WIDTH - 8)
    questions = _questions(entry)
    remark = _comment("; ".join(remark for remark in entry.remarks if remark not in questions))
    before = [line for asked in questions for line in _wrapped_comment(asked)]
    if remark and len(lines[-1]) + len(remark) > _WIDTH - 12:
        before = [*_wrapped_comment(remark), *before]
    elif remark:
        lines[-1] += f"  # {remark}"
    return [*before, f"      - {lines[0]}", *(f"         {line}" for line in lines[1:])]


def _questions(entry: Proposal) -> list[str]:
    """The remarks that a person has to answer. Each has its own line: a TODO counts at the beginning of a comment."""
    return [remark for remark in entry.remarks if remark.startswith("TODO")]


def _wrapped_comment(text: str) -> list[str]:
    return [f"      # {line}" for line in textwrap.wrap(_comment(text), _WIDTH - 8)]


def _custom(entry: Proposal) -> list[tuple[str, str]]:
    custom = []
    if entry.value_map:
        pairs = ", ".join(f"{_scalar(raw)}: {_scalar(value)}" for raw, value in entry.value_map.items())
        custom.append(("valueMap", f"{{{pairs}}}"))
    if entry.null_values:
        custom.append(("nullValues", f"[{', '.join(map(_scalar, entry.null_values))}]"))
    if entry.date_format:
        custom.append(("dateFormat", _scalar(entry.date_format)))
    return custom


def _wrapped(text: str, width: int = _WIDTH - 8) -> list[str]:
    """Wrap the text, breaking after commas only and never within quotes."""
    lines, line = [], ""
    for piece in re.findall(r'(?:"(?:[^"\\]|\\.)*"|[^,"])*,?\s?', text):
        if line and len(line) + len(piece) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [*lines, line] if line or not lines else lines


def _scalar(text: str) -> str:
    """The text as a YAML scalar, quoted only if needed."""
    try:
        is_plain = yaml.safe_load(f"[{{a: {text}}}]") == [{"a": text}] and "\n" not in text
    except yaml.YAMLError:
        is_plain = False
    is_plain = is_plain and not re.search(r"[#,:{}\[\]]|^\s|\s$", text)
    if is_plain and text.isprintable():
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in quoted)


def _comment(text: str) -> str:
    """The text on one line of printable characters, safe within a comment."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
