"""What the words of a header name: a number or code, a moment, a person, or another thing than a person."""

from __future__ import annotations

import re

from iecareer.contracts import load_record_types
from iecareer.onboarding.dictionary import columns_named

_NUMBERS = frozenset({
    "id", "ids", "identifier", "ident", "no", "nr", "num", "number", "code", "key", "uid", "guid", "pid", "nummer",
})  # fmt: skip
_NUMBERS_ZH = re.compile("(编号|编码|代码|代号|号码|号|码)$")
_MOMENTS = frozenset({
    "date", "day", "time", "month", "year", "period", "ym", "yyyymm", "yyyymmdd", "timestamp", "datetime", "on", "at",
    "since", "birth", "birthday", "born", "dob", "doj", "dol", "start", "started", "end", "ended", "begin", "from",
    "to", "until", "datum", "jahr", "monat", "fecha",
})  # fmt: skip
_MOMENTS_ZH = re.compile("(日期|日|期|年月|年份?|月份?|时间|时点|学期|年度)[起止]?$|[起止]$")
_THINGS = frozenset({
    "school", "college", "university", "institution", "institute", "faculty", "department", "dept", "class", "course",
    "program", "programme", "major", "degree", "company", "firm", "employer", "enterprise", "organisation",
    "organization", "org", "plant", "establishment", "industry", "sector", "occupation", "region", "city", "district",
    "province", "county", "country", "state", "zip", "postal", "plz", "posting", "vacancy", "job", "position", "batch",
    "wave", "row", "line", "index", "item", "product", "contract", "agreement", "certificate", "invoice", "branch",
    "team", "group", "phone", "mobile", "telephone", "tel", "fax", "account", "survey", "year", "month", "household",
    "unit", "provider", "campus", "teacher", "coach",
})  # fmt: skip
_THINGS_ZH = re.compile(
    "学校|院校|高校|学院|院系|系部|系别|班级|班号|班次|专业|课程|单位|企业|公司|机构|组织|部门|用人|雇主|地区|区划|城市|省份|邮编|邮政|"
    "岗位|职位|职业|工种|行业|批次|序号|行号|设备|资产|项目|合同|协议|证书|毕业证|学位证|文号|发票|电话|手机|传真|银行|账号|卡号|户号|家庭"
)
_PERSONS = frozenset({
    "person", "people", "student", "pupil", "learner", "employee", "worker", "staff", "respondent", "participant",
    "candidate", "graduate", "alumnus", "alumni", "member", "individual", "subject", "resident", "citizen", "case",
    "applicant", "identity",
})  # fmt: skip
_PERSONS_ZH = re.compile(
    "学号|学籍|工号|考生|准考证|身份证|证件|公民|居民|个人|人员|学生|毕业生|员工|职工|参保人|社保|社会保障|社会保险号|考号"
)


def latin_words(header: str) -> list[str]:
    """The Latin words of a header such as viewCount or last_update, in lower case."""
    return [word.lower() for word in re.findall("[A-Z]+(?![a-z])|[A-Z]?[a-z]+", header)]


def names_number(header: str) -> bool:
    """Whether a header names a number, a code or an identifier."""
    return bool(_NUMBERS & {*latin_words(header)} or _NUMBERS_ZH.search(bare_header(header)))


def names_moment(header: str) -> bool:
    """Whether a header names a date, a month or a year: by its words, or as a known name of such a column."""
    named = columns_named(header)
    if named:
        return bool(named & _moment_columns())
    words = latin_words(header)
    return not names_number(header) and bool(_MOMENTS & {*words} or _MOMENTS_ZH.search(bare_header(header)))


def names_other_thing(header: str) -> bool:
    """Whether a header names something other than a person, such as a school, an employer, a class or a row."""
    if _PERSONS_ZH.search(header):
        return False
    if _THINGS_ZH.search(header):
        return True
    meant = [word for word in latin_words(header) if word in _PERSONS | _THINGS]
    # In English the last word says whose number it is: a student's school number is a school's.
    return bool(meant) and meant[-1] in _THINGS


def names_person(header: str) -> bool:
    """Whether a header names a person or a person's number."""
    return bool(_PERSONS_ZH.search(header) or _PERSONS & {*latin_words(header)}) and not names_other_thing(
        header
    )


def bare_header(header: str) -> str:
    """The header without what stands in brackets."""
    return re.sub(r"[(（\[【].*?[)）\]】]", "", header).strip()


def _moment_columns() -> set[str]:
    columns = [column for kind in load_record_types().values() for column in kind.columns]
    return {column.name for column in columns if column.kind in ("date", "month", "year")}
