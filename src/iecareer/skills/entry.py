"""One entry of the vocabulary."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Skill:
    """One row of the vocabulary.

    Parameters
    ----------
    line : int
        Line of the file, for messages.
    skill_id, name_zh, name_en, kind, parent_id, match, status, replaced_by : str
        As in the file; empty if not given. Groups are rows too.
    surfaces : tuple of str
        The Chinese name and the aliases, as written.
    negatives : tuple of str
        Longer texts that contain a surface form but do not name the skill.
    weak : str
        ``1`` if the skill counts only after a verb of skill.
    valid_from, valid_to : str
        ISO dates; empty if not given.
    """

    line: int
    skill_id: str
    name_zh: str
    name_en: str
    kind: str
    parent_id: str
    surfaces: tuple[str, ...]
    match: str
    weak: str
    status: str
    valid_from: str
    valid_to: str
    replaced_by: str
    negatives: tuple[str, ...]

    @property
    def is_group(self) -> bool:
        """Whether the row is a group of skills, which is never found in a text."""
        return self.kind == "group"

    @property
    def is_weak(self) -> bool:
        """Whether the skill counts only after a verb of skill."""
        return self.weak == "1"
