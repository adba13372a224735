"""Recognise columns that hold a status of the row, such as 缴费状态 with 正常缴费 and 欠费.

Not every row of such a file may be a record. What speaks for it is the header, or a word such as 欠费 or 作废 among the
few words of the column.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from iecareer.onboarding.column_profile import Profile
from iecareer.onboarding.dictionary import normal_value
from iecareer.onboarding.header_words import (
    bare_header,
    latin_words,
    names_moment,
    names_other_thing,
    names_person,
)
from iecareer.onboarding.sample_reader import ENOUGH_ROWS

_MOST_WORDS = 30
_LONGEST_WORD = 16
_MOSTLY = 0.8
_STATUS = re.compile("状态$")
_MARK = re.compile("(标志|标识|标记)$")
_ABOUT_ROW = re.compile(
    "是否.*(有效|到账|缴|作废|审核|核定|参保|在保|注销|撤销|删除|冲销|退费|通过|生效|启用|正常)|"
    "(审核|核定|复核|审批|缴费|缴纳|征缴|到账|参保|扣款|支付)(情况|结果|意见)$|^(审核|有效|作废|到账|核定)$"
)
_PAID_OR_APPROVED = re.compile("缴|到账|参保|征|审核|核定|有效|作废")
# A state of a person or an employer, whatever the row says, unless it is that of a payment.
_OF_OTHERS = re.compile("就业|择业|婚|健康|户口|户籍|政治|民族|贫困|困难|残疾|工作|单位|企业|经营|信用|居住")
_LATIN = frozenset({
    "status", "flag", "valid", "invalid", "active", "deleted", "void", "voided", "cancelled", "canceled", "paid",
    "approved", "verified",
})  # fmt: skip
_LATIN_OF_OTHERS = frozenset({
    "marital", "employment", "health", "civil", "job", "work", "visa", "smoking", "residence", "economic",
    "socioeconomic",
})  # fmt: skip
_NO_RECORD = (
    "欠费|欠缴|未缴|缓缴|漏缴|断缴|少缴|待缴|未到账|未入账|未支付|待支付|未付|退费|退款|退回|退保|冲正|冲销|红冲|作废|无效|失效|撤销|撤回|注销|取消|删除|"
    "停用|停保|断保|中断|暂停|终止|驳回|未通过|不通过|未审|待审|审核中|审批中|未核|待核|核定中|未参保|未确认|待确认|失败|挂账|逾期|封存"
)
_NO_RECORD_LATIN = (
    "unpaid|overdue|(in )?arrears?|deferred|refund(ed)?|revers(ed|al)|void(ed)?|invalid|cancell?ed|deleted|rejected|"
    "revoked|pending|unverified|not (paid|verified|approved|valid)|inactive|failed"
)
_WITHIN = re.compile(f"{_NO_RECORD}|^({_NO_RECORD_LATIN})$")
_ALONE = re.compile(
    f"(已|待|部分|本月|当月|单位|个人|系统|正在)*({_NO_RECORD})(了|中|户|人员|状态|记录|数据)?|{_NO_RECORD_LATIN}"
)
_RECORD = re.compile(
    "正常.{0,4}|已?(足额)?(缴费?|缴纳|到账|入账|支付|扣款|参保|在保|续保|审核|核定|确认|通过|生效)|实缴|有效|启用|参保缴费|"
    ".{0,4}(审核通过|已审核)|paid|valid|active|approved|confirmed|verified|normal|ok"
)


def is_row_status(profile: Profile) -> bool:
    """Whether a column may say that some of its rows are no records.

    That is a column of few words, one of which says so by itself, or of which the header names a status and the sample
    has two words, or empty cells. In a sample that is only the beginning of a file one word is enough.
    """
    words = [word for word in profile.values if word not in profile.empty_marks]
    if not words or len(words) > _MOST_WORDS or profile.is_personal or profile.share("date") >= _MOSTLY:
        return False
    if any(_ALONE.fullmatch(normal_value(word)) for word in words):
        return True
    n_kinds = len(words) + (profile.n_filled < profile.n)
    is_telling = n_kinds > 1 or profile.n >= ENOUGH_ROWS or any(map(says_no_record, words))
    return names_status(profile.header) and is_telling


def names_status(header: str) -> bool:
    """Whether a header names a status of the row, not one of a person or an employer."""
    bare = bare_header(header)
    words = {*latin_words(header)}
    is_of_payment = bool(_PAID_OR_APPROVED.search(bare))
    is_of_others = bool(_OF_OTHERS.search(bare)) and not is_of_payment
    if is_of_others or words & _LATIN_OF_OTHERS or names_moment(header):
        return False
    names_a_thing = names_person(header) or names_other_thing(header)
    is_mark = bool(_MARK.search(bare)) and (is_of_payment or not names_a_thing)
    return bool(is_mark or _STATUS.search(bare) or _ABOUT_ROW.search(bare) or words & _LATIN)


def says_no_record(word: str) -> bool:
    """Whether a word says that its row is no record, or not yet one."""
    return bool(_WITHIN.search(normal_value(word)))


def says_record(word: str) -> bool:
    """Whether a word says that its row is a record."""
    return not says_no_record(word) and bool(_RECORD.fullmatch(normal_value(word)))


def is_known(word: str) -> bool:
    """Whether a word is one of a status, so that it may be shown however seldom it occurs."""
    return len(word) <= _LONGEST_WORD and (bool(_ALONE.fullmatch(normal_value(word))) or says_record(word))


def sides(words: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words that say that a row is a record, and those that say that it is none; the others are in neither."""
    return tuple(filter(says_record, words)), tuple(filter(says_no_record, words))
