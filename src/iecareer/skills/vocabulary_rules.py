"""What a row of the vocabulary must be. Each rule yields its mistakes as ``(line, sentence)``.

Input: the rows of a file. Output: mistakes; none if the file is good. A rule never looks at a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from iecareer.skills.entry import Skill
from iecareer.skills.folding import folded

KINDS = ("tool", "method", "knowledge", "equipment", "standard", "certificate", "language", "soft", "group")
MATCHES = ("zh", "latin", "latin_case")
STATUSES = ("active", "candidate", "retired")
SHORT_LATIN = 2
_LATIN = re.compile(r"[ -~]*[a-zA-Z][ -~]*")
_SKILL_ID = re.compile(r"S[0-9a-f]{8}")
_GROUP_ID = re.compile(r"G-[a-z]+(-[a-z]+)*")
_OF_CERTIFICATES = re.compile(r"证|资格|职称|级|[a-zA-Z]")
Mistake = tuple[int, str]


def is_latin(surface: str) -> bool:
    """Whether a surface form has letters and ASCII characters only."""
    return bool(_LATIN.fullmatch(surface))


def mistakes(skills: list[Skill]) -> Iterator[Mistake]:
    """All mistakes of a vocabulary."""
    by_id: dict[str, Skill] = {}
    for skill in skills:
        if skill.skill_id in by_id:
            yield skill.line, f"{skill.skill_id} is also on line {by_id[skill.skill_id].line}: take a new id."
        by_id.setdefault(skill.skill_id, skill)
        yield from _cells(skill)
        yield from _surfaces(skill)
    yield from _parents(by_id)
    yield from _replacements(by_id)
    active = [skill for skill in by_id.values() if skill.status == "active"]
    yield from _shared_surfaces(active)
    yield from _hidden_surfaces(active)


def _cells(skill: Skill) -> Iterator[Mistake]:
    pattern, form = (_GROUP_ID, "G-name") if skill.is_group else (_SKILL_ID, "S and 8 hex digits")
    if not pattern.fullmatch(skill.skill_id):
        yield skill.line, f"skill_id '{skill.skill_id}' is not {form}."
    if not skill.name_zh:
        yield skill.line, "name_zh is empty: give the preferred name."
    closed = [
        ("kind", skill.kind, KINDS),
        ("status", skill.status, STATUSES),
        ("weak", skill.weak, ("", "1")),
    ]
    if not skill.is_group:
        closed.append(("match", skill.match, MATCHES))
    for column, value, allowed in closed:
        if value not in allowed:
            yield skill.line, f"{column} '{value}' is none of {', '.join(repr(each) for each in allowed)}."
    for column, day in (("valid_from", skill.valid_from), ("valid_to", skill.valid_to)):
        if day and not _is_day(day):
            yield skill.line, f"{column} '{day}' is not a date of the form YYYY-MM-DD."
    if _is_day(skill.valid_from) and _is_day(skill.valid_to) and skill.valid_to < skill.valid_from:
        yield skill.line, f"valid_to {skill.valid_to} is before valid_from {skill.valid_from}."


def _surfaces(skill: Skill) -> Iterator[Mistake]:
    for surface in skill.surfaces:
        if len(surface) == 1 and not surface.isascii():
            yield skill.line, f"'{surface}' is one Chinese character: write a form of at least two."
        if skill.match != "latin_case" and is_latin(surface) and len(surface) <= SHORT_LATIN:
            yield skill.line, f"'{surface}' has {len(surface)} Latin character(s): match must be latin_case."
    if skill.kind == "certificate" and not any(map(_OF_CERTIFICATES.search, skill.surfaces)):
        yield (
            skill.line,
            f"the certificate '{skill.name_zh}' has no form with 证, 资格, 职称, 级 or Latin letters.",
        )
    for negative in skill.negatives:
        if not any(folded(surface) in folded(negative) for surface in skill.surfaces):
            yield (
                skill.line,
                f"the negative '{negative}' contains no form of the skill: it switches nothing off.",
            )


def _parents(by_id: dict[str, Skill]) -> Iterator[Mistake]:
    for skill in by_id.values():
        if skill.parent_id and skill.parent_id not in by_id:
            yield skill.line, f"parent_id '{skill.parent_id}' is not in the file."
        elif not skill.parent_id and not skill.is_group:
            yield skill.line, "parent_id is empty: name a group or a broader skill."
        elif skill.is_group and skill.parent_id and not by_id[skill.parent_id].is_group:
            yield skill.line, f"parent_id '{skill.parent_id}' is a skill: a group's parent is a group."
        elif _is_own_ancestor(skill, by_id):
            yield skill.line, f"{skill.skill_id} is its own ancestor: break the cycle of parent_id."


def _is_own_ancestor(skill: Skill, by_id: dict[str, Skill]) -> bool:
    seen: set[str] = set()
    parent_id = skill.parent_id
    while parent_id in by_id and parent_id not in seen:
        seen.add(parent_id)
        parent_id = by_id[parent_id].parent_id
    return skill.skill_id in seen


def _replacements(by_id: dict[str, Skill]) -> Iterator[Mistake]:
    for skill in by_id.values():
        if skill.replaced_by and skill.replaced_by not in by_id:
            yield skill.line, f"replaced_by '{skill.replaced_by}' is not in the file."
        if skill.replaced_by and skill.status == "active":
            yield skill.line, "an active skill is replaced by none: status must be retired."


def _shared_surfaces(active: Iterable[Skill]) -> Iterator[Mistake]:
    owners: dict[str, Skill] = {}
    for skill in active:
        for surface in skill.surfaces:
            owner = owners.setdefault(folded(surface), skill)
            if owner is not skill:
                yield (
                    skill.line,
                    f"'{surface}' also belongs to {owner.skill_id} on line {owner.line}: keep one.",
                )


def _hidden_surfaces(active: list[Skill]) -> Iterator[Mistake]:
    """Negatives that are forms of a skill. A negative wins over the form, so that the skill would never be found."""
    owners = {folded(surface): skill for skill in active for surface in skill.surfaces}
    for skill in active:
        for negative in skill.negatives:
            owner = owners.get(folded(negative))
            if owner is not None:
                yield (
                    skill.line,
                    f"the negative '{negative}' is a form of {owner.skill_id} on line {owner.line}: it hides it.",
                )


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
