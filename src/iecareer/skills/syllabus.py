"""Skills that a course teaches.

Input: title and syllabus of a course. Output: skill → ``covered`` or ``mentioned``. A skill is covered if the goals or
contents ask at least to understand it, or if practice or examination name it. Broader skills of a covered skill are
covered.
"""

from __future__ import annotations

import bisect
import re

from iecareer.skills.advert import FARTHEST, sentence_ends
from iecareer.skills.surfaces import Surfaces
from iecareer.skills.vocabulary import Vocabulary

COVERED = "covered"
MENTIONED = "mentioned"
_GOALS = "goals"
_CONTENTS = "contents"
_PRACTICE = "practice"
_READING = "reading"
_GROUPS = {
    _GOALS: r"(?:课程|教学|学习|能力|知识|素质|培养)?目标",
    _PRACTICE: r"(?:实训|实习|实验|实践(?:教学|项目)?|考核(?:方式|内容|要求|标准)?|考试)(?:内容|项目|安排|要求)?",
    _CONTENTS: r"(?:(?:课程|教学|主要|学习)?内容(?:与要求|和要求)?|课程任务|教学要求|学习任务)",
    _READING: r"(?:前言|课程性质|课程简介|课程定位|参考(?:书目|资料|教材|文献)|教材|先修课程|后续课程)",
}
_NUMBER = r"[^\S\n]*[#【\[（(第0-9一二三四五六七八九十①-⑩章节部分）)】\]、.:： ]{0,16}"
_HOURS = r"(?:[^\S\n]*[（(][^（()）\n]{0,20}[）)])?"
_HEADING = re.compile(
    rf"(?P<line>^{_NUMBER})?(?:"
    + "|".join(f"(?P<{section}>{words})" for section, words in _GROUPS.items())
    + rf"){_HOURS}[^\S\n]*(?:[:：】\]]|(?(line)(?:$|(?<=[^\S\n]))|(?!)))",
    re.MULTILINE,
)
"""A heading ends with a colon or bracket. One that begins a line may also end with a blank or the line."""
_TO_KNOW = re.compile(r"了解|认识|知道|概述|简介")
_TO_UNDERSTAND = re.compile(
    r"理解|熟悉|掌握|能够|能(?!力)|会(?![议计])|熟练|运用|应用|使用|操作|完成|编写|设计|具备|学会|胜任|独立"
)


def taught(title: str, syllabus: str, vocabulary: Vocabulary, surfaces: Surfaces) -> dict[str, str]:
    """Skill id → how a course teaches it. A skill of the title alone is mentioned at most; a heading names none."""
    found = {place.skill.skill_id: MENTIONED for place in surfaces.places(title)}
    ends = [0, *sentence_ends(syllabus)]
    headings = list(_HEADING.finditer(syllabus))
    starts = [heading.start() for heading in headings]
    for place in surfaces.places(syllabus):
        number = bisect.bisect_right(starts, place.start)
        heading = headings[number - 1] if number else None
        if heading is not None and place.end <= heading.end():
            continue
        section = str(heading.lastgroup) if heading is not None else ""
        begun = max(ends[bisect.bisect_right(ends, place.start) - 1], place.start - FARTHEST)
        if _is_covered(section, syllabus[begun : place.start]):
            for skill_id in (place.skill.skill_id, *vocabulary.ancestors(place.skill.skill_id)):
                found[skill_id] = COVERED
        else:
            found.setdefault(place.skill.skill_id, MENTIONED)
    return found


def _is_covered(section: str, before: str) -> bool:
    """Whether a place teaches its skill. The nearest verb before it counts; contents without one are taught."""
    if section in (_PRACTICE, _READING):
        return section == _PRACTICE
    known = max((match.end() for match in _TO_KNOW.finditer(before)), default=-1)
    understood = max((match.end() for match in _TO_UNDERSTAND.finditer(before)), default=-1)
    if known < 0 and understood < 0:
        return section == _CONTENTS
    return understood > known
