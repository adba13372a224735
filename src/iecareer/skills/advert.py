"""The parts of an advertisement: sections, sentences and clauses.

Input: the text of an advertisement. Output: for each place its section, its sentence and its clause. No skill is known
here.
"""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass

DUTIES = "duties"
REQUIREMENTS = "requirements"
ELSEWHERE = "elsewhere"
UNKNOWN = ""
FARTHEST = 400
"""Characters before and after a place that can decide on it. More would make long sentences quadratic."""
_OPENING = r"(?:(?<=^)|(?<=[\s。；;!！?？.、,，：:）)\]】【\[<>]))"
_CLOSING = r"(?=\s*(?:[】\]]|(?:>\s*)?(?:[:：]|[（(]?[0-9一1-9①][0-9]?[\s、.\uff0e,，:：）)]|[①-⑩●•\-—]|\n)))"
_REQUIRED_WORDS = (
    r"(?:岗位|任职|职位|应聘|招聘|专业|能力|技能|技术|工作|基本|其他|其它|外语|素质|入职|资质|职称|录用)?"
    r"(?:要求|资格|条件|任职专业要求|资格要求|任职资格要求|技能要求|需求|应聘要求|技能)"
)
_DUTY_WORDS = (
    r"(?:岗位|工作|职位|主要|核心|基本|主要工作)?(?:职责|内容|任务|目标|职能|描述|职责描述|职责简述|内容描述)"
)
_ELSEWHERE_WORDS = (
    r"(?:薪资|薪酬|公司|员工|岗位|工作|职位|基本)?(?:福利|福利待遇|待遇|薪资待遇|薪酬待遇|薪资福利|薪酬福利)|薪资|薪酬"
    r"|(?:我们|公司)(?:为你|为您|将|能)?提供|我们的优势|晋升(?:空间|机制|通道)|发展(?:空间|前景)|培训(?:机制|体系)|"
    r"(?:公司|企业|单位)(?:简介|介绍|概况|背景|规模|氛围|官网|网址|地址|主页|优势|文化)|关于(?:我们|公司)|"
    r"(?:联系|咨询)(?:方式|电话|人|地址)|简历投递(?:方式|邮箱)?|"
    r"乘车路线|交通路线|职能类别|职位职能类别|团队成员|"
    r"招聘人员|薪资范围"
)
_LABELS = {REQUIREMENTS: _REQUIRED_WORDS, DUTIES: _DUTY_WORDS, ELSEWHERE: _ELSEWHERE_WORDS}
_PLAIN_HEADINGS = {
    REQUIREMENTS: r"(?:岗位|任职|职位|应聘|招聘)(?:要求|资格|条件)",
    DUTIES: r"(?:岗位|工作|职位|主要)职责",
    ELSEWHERE: (
        r"(?:薪资|薪酬|公司|员工|职位)(?:福利|待遇)|福利待遇|联系(?:方式|电话|人)|职能类别|公司(?:简介|介绍|地址)"
    ),
}
_HEADING = re.compile(
    rf"{_OPENING}(?:"
    + "|".join(f"(?P<{section}>{words})" for section, words in _LABELS.items())
    + rf"){_CLOSING}|(?:"
    + "|".join(f"(?P<plain_{section}>{words})" for section, words in _PLAIN_HEADINGS.items())
    + r")(?=\s*(?:[】\]]\s*)?[:：])"
    + r"|(?P<item>(?:工作|上班|公司|面试|办公)(?:地点|地址|时间|周期)(?=\s*[】\]]?[:：\s]))"
)
_SENTENCE_END = re.compile(
    r"[。；;!！?？\n●•？]|(?<![a-zA-Z0-9])(?=[0-9]{1,2}[、\uff0e.）)](?![0-9]))|(?<=[^\s0-9a-zA-Z.])\s(?=[^\s0-9a-zA-Z])"
)
_ITEM = "item"
_CLAUSE_END = re.compile(r"[,，]")


@dataclass(frozen=True)
class Advert:
    """An advertisement cut into its parts.

    Parameters
    ----------
    text : str
        The text as given.
    section_starts, sections : list
        Where each section begins, and which it is.
    sentence_ends, clause_ends : list of int
        Where sentences and clauses end. An item of a numbered list ends a sentence.
    """

    text: str
    section_starts: list[int]
    sections: list[str]
    sentence_ends: list[int]
    clause_ends: list[int]

    def section(self, place: int) -> str:
        """The section at `place`."""
        return self.sections[bisect.bisect_right(self.section_starts, place) - 1]

    def sentence(self, start: int, end: int) -> tuple[int, int]:
        """Span of the sentence around ``text[start:end]``."""
        return _around(self.sentence_ends, start, end)

    def clause(self, start: int, end: int) -> tuple[int, int]:
        """Span of the clause around ``text[start:end]``."""
        return _around(self.clause_ends, start, end)


def cut(text: str) -> Advert:
    """Cut the text of an advertisement into its parts."""
    ends = sentence_ends(text)
    starts, sections = _sections(text, ends)
    ends = sorted({0, *ends, *starts, len(text)})
    clauses = sorted({*ends, *(end.end() for end in _CLAUSE_END.finditer(text))})
    return Advert(text, starts, sections, ends, clauses)


def sentence_ends(text: str) -> list[int]:
    """Where sentences end. An item of a numbered list ends a sentence."""
    return [end.end() for end in _SENTENCE_END.finditer(text)]


def _sections(text: str, ends: list[int]) -> tuple[list[int], list[str]]:
    """Starts and names of the sections. After a line such as 工作地点：北京 the section before it goes on."""
    starts, sections = [0], [UNKNOWN]
    resumes, resumed = len(text), UNKNOWN
    for heading in _HEADING.finditer(text):
        if resumes < heading.start():
            starts.append(resumes)
            sections.append(resumed)
        is_item = heading.lastgroup == _ITEM
        resumed = sections[-1]
        resumes = _next(ends, heading.end(), len(text)) if is_item else len(text)
        starts.append(heading.start())
        sections.append(ELSEWHERE if is_item else str(heading.lastgroup).removeprefix("plain_"))
    if resumes < len(text):
        starts.append(resumes)
        sections.append(resumed)
    return starts, sections


def _next(ends: list[int], place: int, last: int) -> int:
    """The first of `ends` after `place`, or `last`."""
    number = bisect.bisect_right(ends, place)
    return ends[number] if number < len(ends) else last


def _around(ends: list[int], start: int, end: int) -> tuple[int, int]:
    before = ends[bisect.bisect_right(ends, start) - 1]
    after = bisect.bisect_left(ends, end)
    return before, ends[after] if after < len(ends) else ends[-1]
