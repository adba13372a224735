"""What a job title says: its characters in one form, and its core without pay, benefits and recruiting words.

Input: a title as someone wrote it. Output: text to compare. ``#`` and ``+`` stay, for C# and C++.
"""

from __future__ import annotations

import re
import unicodedata

BEGIN, END = "^", "$"
_BRACKETS = re.compile(r"[(\[{【《「][^)\]}】》」]*[)\]}】》」]?")
_AMOUNT = re.compile(
    r"\d+(?:\.\d+)?[k千万元w+]*\s*[-~到至—]+\s*\d+(?:\.\d+)?[k千万元w+]*(?:/[月天年时])?"
    r"|\d{3,}[+元]*|[a-z]{1,3}\d{3,}\w*|月[入薪]过?\w*万|\d+[k千万]\+?"
)
# Most of these words are of the list of stop words of cscoder (MIT).
_OFFERED = re.compile(
    "急招|直招|代招|急聘|聘请|直聘|高薪资|高薪|高收入|底薪|[五六]险[一二两]?金?|一金|二金|年终奖|高提成|提成|轻松上手|生熟手均可|坐班"
    "|长白班|大专学历|社保|500强|五百强|上市公司|长期出差|季度调薪|餐补|饭补|工资高|工作自由|完善培训体系|收入过万|月[薪均入]过万"
    "|单多|人少|分红|不加班|无责|保底|保障薪资|大厂|小厂|base|包[吃住食宿]+|双休|周末|接受小白|可?无经验|[一二三]班倒|急"
    r"|提供[食宿]+|招聘(?!专员|主管|经理|顾问|师|助理)"
)
_NO_WORD = re.compile(r"[^\w#+]+")
_LETTER = re.compile(r"[^\W\d_]")


def key_of(title: str) -> str:
    """The title in one form of characters and case; titles with one key are the same title."""
    return " ".join(unicodedata.normalize("NFKC", title).lower().split())


def core_of(key: str) -> str:
    """The key without what is in brackets, amounts, benefits and recruiting words; the key if nothing else is left."""
    text = key
    for pattern in (_BRACKETS, _AMOUNT, _OFFERED):
        text = pattern.sub(" ", text)
    return _NO_WORD.sub(" ", text).strip() or key


def says_something(key: str) -> bool:
    """Whether the title has any letter or Chinese character."""
    return _LETTER.search(key) is not None


def bounded(text: str) -> str:
    """The text with marks where it, and each of its words, begins and ends: what ends a Chinese title is its head."""
    return BEGIN + text.replace(" ", END + BEGIN) + END
