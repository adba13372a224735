"""What switches a place off: the text names the skill, but demands it of nobody.

Input: an advertisement and a place. Output: the reason, or none. Each rule is one function of a :class:`Spot`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from iecareer.skills.advert import ELSEWHERE, FARTHEST, REQUIREMENTS, Advert

_SKILL_VERBS = (
    "熟悉|熟习|熟知|熟练|掌握|精通|了解|理解|使用|运用|应用|具备|具有|拥有|懂|会|能|擅长|善于|有|通过|持有|持|取得|"
    "熟|可|胜任|操作|基础|扎实|较强|良好|从事|经验"
)
_DUTY_VERBS = (
    "负责|参与|完成|进行|编写|撰写|编制|制定|设计|开发|搭建|操作|维护|实现|优化|协助|组织|开展|从事|配合|基于|使用|通过|提供|利用|"
    "支持|管理|安装|绘制|辅助|建立|构建|研究|承担|推动|运用|指导|策划|执行|处理|分析|跟进|办理|收集|整理"
)
SKILL_VERB = re.compile(_SKILL_VERBS)
_FIRM_VERB = re.compile(
    r"熟悉|熟习|熟知|熟练|掌握|精通|了解|理解|懂|擅长|善于|使用|运用|利用|应用|具备|具有|胜任|会(?![议员计展销诊])|能独立|能够独立|"
    r"从事|基础|扎实|深入"
)
_KNOWING_VERB = re.compile(
    r"熟悉|熟习|熟知|熟练|掌握|精通|了解|理解|懂|擅长|善于|使用|运用|利用|应用|从事|负责|参与|完成|进行|编写|协助"
)
_KNOWN = re.compile(
    r"^(?:等|或|及|和|相关|方面|行业|领域|工作|实际|实战|开发|的)*(?:知识|经验|经历|技能|能力|基础|背景|功底|素养|工作者)"
)
ANY_VERB = re.compile(f"{_SKILL_VERBS}|{_DUTY_VERBS}")
_MAJORS = re.compile(
    r"专业(?!的?(?:基础|理论|知识|技能|能力|技术|软件|英语|人员|化|性|素[养质]|课))|学历|毕业|学位"
)
_NO_LIST_OF_MAJORS = re.compile(r"经验|经历|能力|知识|基础|优先|[;；。]|熟悉|掌握|精通|了解|具备|负责")
_FARTHEST_MAJOR = 60
_ROLE = re.compile(
    r"(?:研发|开发|设计|测试|实施|维护|技术|应用|系统|产品|算法|销售|项目|运营|高级|资深|初级|中级|类|相关|硬件|软件|支持)*"
    r"(?:工程师|师(?!范)|员(?!工)|经理|专员|主管|总监|顾问|助理|讲师|老师|团队|部门|部(?!署|分|件|位|品|队)|学校|中心|学院|公司|机构|"
    r"企业|行业|集团|岗|人员|专家|负责人|同事|厂(?!房)|领域|服务商|提供商|厂商|协会|事业部|实验室|人才|课程|客户(?!端|服务|关系))"
)
_COMPANY = re.compile(
    r"是一家|我司|我公司|隶属|成立于|总部位于|总部设|致力于|主营|上市公司|业务专注|专注于|高新技术企业|领先的|领导者|"
    r"办学|开设有|公司是|公司拥有|公司主要|发明专利、|产品认证|客户包括|业务涵盖|业务包括|业务范围|提供商"
)
_TRAINING_OFFERED = re.compile(
    r"公司(?:将|会|免费|统一|定期)?(?:提供|组织|安排)|可享|享受|免费|带薪|补贴|员工旅游"
)
_INTEREST = re.compile(r"感兴趣|(?:有|浓厚|强烈)的?兴趣|兴趣(?:者|浓厚)|爱好者")
_NEGATION = re.compile(r"(?:无需|不需要|不需|不要求|不用|不必|无须|零基础)[^,，。；;]{0,6}$")
_NOT_ASKED = re.compile(r"\s*[:：]?\s*(?:不限|不要求|不作要求|无要求|不需要)")
BETWEEN = re.compile(r"[、/,，\uff3c\\|&+和与及或\s（(]{0,100}")
_CLASS_OF_TOOL = re.compile(
    r"^\s*(?:语言|软件|工具|编程|总线|协议|技术|设计|开发|认证|平台|系统|框架|脚本|接口|仿真|制图|绘图|程序|芯片)"
)


@dataclass(frozen=True)
class Spot:
    """A surface form with the text around it.

    Parameters
    ----------
    before, after : str
        The sentence before and after the form, at most :data:`~iecareer.skills.advert.FARTHEST` characters each.
    clause_before, clause_after : str
        The clause before and after it, as far.
    section : str
        Section of the advertisement.
    is_weak, needs_context : bool
        Whether the form counts only after a verb of skill, and whether it needs a text about skills around it.
    has_neighbour : bool
        Whether another form stands beside it in an enumeration.
    continues : bool
        Whether it continues an enumeration whose form before it counts.
    """

    before: str
    after: str
    clause_before: str
    clause_after: str
    section: str
    is_weak: bool
    needs_context: bool
    has_neighbour: bool
    continues: bool

    @property
    def sentence(self) -> str:
        """The sentence without the form."""
        return f"{self.before} {self.after}"


def spot(
    advert: Advert,
    start: int,
    end: int,
    *,
    is_weak: bool,
    needs_context: bool,
    has_neighbour: bool,
    continues: bool,
) -> Spot:
    """The text around ``advert.text[start:end]``."""
    sentence, clause = advert.sentence(start, end), advert.clause(start, end)
    first, last = start - FARTHEST, end + FARTHEST
    return Spot(
        before=advert.text[max(sentence[0], first) : start],
        after=advert.text[end : min(sentence[1], last)],
        clause_before=advert.text[max(clause[0], first) : start],
        clause_after=advert.text[end : min(clause[1], last)],
        section=advert.section(start),
        is_weak=is_weak,
        needs_context=needs_context,
        has_neighbour=has_neighbour,
        continues=continues,
    )


def switched_off(where: Spot) -> str | None:
    """The name of the first rule that switches the place off; None if it counts."""
    return next((name for name, applies in _RULES.items() if applies(where)), None)


def _outside(where: Spot) -> bool:
    return where.section == ELSEWHERE


def _major(where: Spot) -> bool:
    """A list of majors: 专业 or 学历 follows, and no verb of skill comes before."""
    major = _MAJORS.search(where.after[:_FARTHEST_MAJOR])
    if not major or _KNOWING_VERB.search(where.before):
        return False
    return not _NO_LIST_OF_MAJORS.search(where.after[: major.start()])


def _role(where: Spot) -> bool:
    return bool(_ROLE.match(where.after))


def _company(where: Spot) -> bool:
    if where.section == REQUIREMENTS:
        return "我司" in f"{where.clause_before}{where.clause_after}"
    return bool(_COMPANY.search(where.sentence))


def _offered(where: Spot) -> bool:
    return where.is_weak and bool(_TRAINING_OFFERED.search(where.before))


def _interest(where: Spot) -> bool:
    return bool(_INTEREST.search(where.clause_after))


def _negation(where: Spot) -> bool:
    return bool(_NEGATION.search(where.before) or _NOT_ASKED.match(where.after))


def _weak(where: Spot) -> bool:
    """A general word without a verb of skill before it and without knowledge or experience after it."""
    if not where.is_weak:
        return False
    governing = where.before if where.continues else where.clause_before
    return not (_FIRM_VERB.search(governing) or _KNOWN.match(where.after))


def _without_context(where: Spot) -> bool:
    return where.needs_context and not (
        where.has_neighbour or ANY_VERB.search(where.before) or _CLASS_OF_TOOL.match(where.after)
    )


_RULES: dict[str, Callable[[Spot], bool]] = {
    "benefits, company or contact": _outside,
    "list of majors": _major,
    "role or organisation": _role,
    "company": _company,
    "offered by the employer": _offered,
    "interest": _interest,
    "negation": _negation,
    "no verb of skill": _weak,
    "no text about skills": _without_context,
}
