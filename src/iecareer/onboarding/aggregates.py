"""Tables of statistics: a row is a group, such as a program and a year, and its cells are rates, means and counts.

No record type takes them: no person can be found in them, and a group's median is nobody's pay.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from iecareer.errors import IecareerError
from iecareer.onboarding.column_profile import Profile
from iecareer.onboarding.header_match import Matching
from iecareer.onboarding.header_words import latin_words, names_number, names_person
from iecareer.onboarding.sample_reader import Sample, is_personal

_MOSTLY = 0.8
_PLAUSIBLE = 0.5
_LONGEST = 20
_SHOWN = 5
_ENOUGH = 2
_NEARLY_ALL = 0.9
# Statistics that only a group has.
_OF_GROUPS_ZH = re.compile(
    "(就业|失业|升学|签约|落实|对口|离职|留存|创业|毕业|考研|深造|入伍|去向|满意|参保|流失|留用)[^额]*(率|比例|占比|比重)|"
    "中位|分位|众数|标准差|方差|样本量|有效样本|毕业生(总)?数|"
    "(毕业生|毕业|就业|待就业|失业|升学|签约|学生|招生|调查|样本|回收|答卷|有效|参保|落实|创业|[男女][生性])[总合]?计?人数|"
    "平均(月薪|月收入|薪酬|薪资|工资|收入|起薪|年薪)|(月薪|月收入|薪酬|薪资|工资|收入|起薪|年薪)(均值|平均)"
)
_PAY = "(salary|salaries|wages?|pay|earnings?|incomes?)"
_PERSONS = "(graduates?|grads?|students?|respondents?|persons?|people|employed|unemployed|leavers?|pupils?|learners?)"
_OUTCOMES = (
    "((un)?employment|placement|response|completion|graduation|dropout|retention|participation|success)"
)
_OF_GROUPS = re.compile(
    r"\b("
    + "|".join(
        (
            rf"{_OUTCOMES} (\w+ ){{0,2}}(rate|share|pct|percent|percentage)",
            rf"(rate|share|pct|percent|percentage) (of )?(\w+ )?((un)?employed|{_OUTCOMES})",
            r"medians?|mdn|percentiles?|quantiles?|quartiles?|deciles?|std ?dev|standard deviation",
            r"sample size|head ?count",
            r"p ?(10|25|50|75|90)( ?th)?|\d\d? ?th",
            rf"(n|no|num|number|count|total)( of)? {_PERSONS}|{_PERSONS} (count|total|n|num|number)",
            rf"(mean|average|avg) (\w+ ){{0,2}}{_PAY}|({_PAY}|monthly|gross|basic) (\w+ ){{0,2}}(mean|average|avg)",
        )
    )
    + r")\b"
)
_WEAK_ZH = re.compile("(率|比例|占比|比重)$|^平均|均值|人数|总数|合计|数量$")
_WEAK = frozenset({
    "rate", "ratio", "share", "percent", "percentage", "pct", "mean", "average", "avg", "total", "count", "sum",
})  # fmt: skip


def statistics(profiles: Sequence[Profile], best: Matching) -> list[str]:
    """Headers of statistics, if the rows are groups; empty if a column tells persons apart, or few name a statistic.

    `best` is the record type that fits best. If it is not about persons, its own columns are no such statistics.
    """
    used = {match.profile.header for match in best.matches}
    persons = any(column.is_person for column in best.kind.columns)
    found = [p for p in profiles if p.share("digit") >= _PLAUSIBLE and p.mean_length <= _LONGEST]
    strong = [p.header for p in found if _is_of_group(p.header) and (persons or p.header not in used)]
    weak = [p.header for p in found if p.header not in strong and _is_weak(p.header)]
    is_weakly = persons and len(strong) == 1 and len(weak) >= _ENOUGH and not _has_numbers(profiles)
    if _has_persons(profiles) or not (len(strong) >= _ENOUGH or is_weakly):
        return []
    return [*strong, *weak]


def aggregates_error(sample: Sample, headers: Sequence[str]) -> IecareerError:
    """The refusal of a table whose rows are groups."""
    shown = ", ".join([header for header in headers if not is_personal(header)][:_SHOWN])
    place = ", ".join(filter(None, (sample.name, sample.selector)))
    return IecareerError(
        f"{place}: its rows are aggregates: rates, means, medians or counts of groups ({shown}), and no column tells "
        "persons apart. No record type takes aggregates of persons.",
        next_step="Ask the office for the records behind the table: one row per person, with the person's number.",
    )


def _is_of_group(header: str) -> bool:
    words = " ".join(re.findall(r"[a-z]+|\d+", " ".join(_split(header))))
    return bool(_OF_GROUPS_ZH.search(header) or _OF_GROUPS.search(words))


def _split(header: str) -> list[str]:
    """Words and numbers of a header such as P25th or gross_mthly_25_percentile, in lower case."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", header)
    return [word.lower() for word in re.split(r"[\W_]+", spaced) if word]


def _is_weak(header: str) -> bool:
    return bool(_WEAK & {*latin_words(header)} or _WEAK_ZH.search(header))


def _has_persons(profiles: Sequence[Profile]) -> bool:
    """Whether a column holds numbers of persons: valid ones, or different ones under a header that names persons."""
    return any(
        p.share("resident") > 0
        or p.share("key") > 0
        or (names_person(p.header) and names_number(p.header) and p.share("digit") >= _MOSTLY)
        for p in profiles
    )


def _has_numbers(profiles: Sequence[Profile]) -> bool:
    """Whether a column may number the rows one by one."""
    return any(
        names_number(p.header) and p.n_filled == p.n and p.distinct_share > _NEARLY_ALL for p in profiles
    )
