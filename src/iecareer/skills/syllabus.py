"""Skills that a course teaches.

Input: title and syllabus of a course. Output: skill → ``covered`` or ``mentioned``. A skill is covered if the goals or
contents ask at least to understand it, or if practice or examination name it. Broader skills of a covered skill are
covered.
"""

from __future__ import annotations

import re

from iecareer.skills.advert import sentence_ends
from iecareer.skills.surfaces import Surfaces
from iecareer.skills.vocabulary import Vocabulary

COVERED = "covered"
MENTIONED = "mentioned"
_GOALS = "goals"
_CONTENTS = "contents"
_PRACTICE = "practice"
_READING = "reading"
_HEADING = re.compile(
    r"(?P<goals>(?:课程|教学|学习|能力|知识|素质|培养)?目标)[:：]?"
    r"|(?P<practice>实训|实习|实验|实践(?:教学|项目)?|考核(?:方式|内容|要求|标准)?|考试)(?:内容|项目|安排|要求)?[:：]"
    r"|(?P<contents>(?:课程|教学|主要|学习)?内容(?:与要求|和要求)?|课程任务|教学要求|学习任务)[:：]"
    r"|(?P<reading>(?:前言|课程性质|课程简介|课程定位|参考(?:书目|资料|教材|文献)|教材|先修课程|后续课程)[:：]?)"
)
_TO_KNOW = re.compile(r"了解|认识|知道|概述|简介")
_TO_UNDERSTAND = re.compile(
    r"理解|熟悉|掌握|能够|能(?!力)|会(?![议计])|熟练|运用|应用|使用|操作|完成|编写|设计|具备|学会|胜任|独立"
)


def taught(title: str, syllabus: str, vocabulary: Vocabulary, surfaces: Surfaces) -> dict[str, str]:
    """Skill id → how a course teaches it. A skill of the title alone is mentioned at most."""
    found = {place.skill.skill_id: MENTIONED for place in surfaces.places(title)}
    ends = sentence_ends(syllabus)
    sections = [(match.start(), str(match.lastgroup)) for match in _HEADING.finditer(syllabus)]
    for place in surfaces.places(syllabus):
        begun = max((end for end in ends if end <= place.start), default=0)
        section = next((name for start, name in reversed(sections) if start <= place.start), "")
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
