"""Each rule of matching, by an advertisement that only this rule decides."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iecareer.skills import Matcher, matcher
from iecareer.skills.advert import FARTHEST
from iecareer.skills.folding import fold
from iecareer.skills.syllabus import taught
from tests.skills.vocabularies import matcher_of, wide


@pytest.fixture
def found(tmp_path: Path) -> Matcher:
    """Forms of every match, one of them weak and two with a negative."""
    return matcher_of(
        tmp_path / "skills.csv",
        {"name_zh": "数据分析"},
        {"name_zh": "大数据分析"},
        {"name_zh": "大数据", "weak": "1"},
        {"name_zh": "软件工程", "negatives": "软件工程实验室"},
        {"name_zh": "Java", "match": "latin"},
        {"name_zh": "JavaScript", "match": "latin", "aliases": "JS"} | {"match": "latin_case"},
        {"name_zh": "C++", "match": "latin"},
        {"name_zh": "4G", "match": "latin_case", "kind": "standard"},
        {"name_zh": "R语言", "match": "latin_case", "aliases": "R"},
        {"name_zh": "Spring Boot", "match": "latin"},
        {"name_zh": "LTE", "match": "latin"},
        {"name_zh": "WCDMA", "match": "latin"},
        {"name_zh": "培训", "weak": "1"},
        {"name_zh": "教学"},
        {"name_zh": "机械设计"},
        {"name_zh": "沟通能力", "kind": "soft"},
    )


def spans(found: Matcher, text: str) -> list[str]:
    hits = found.find(text)
    assert [text[hit.start : hit.end] for hit in hits] == [hit.span for hit in hits]
    return [hit.span for hit in hits]


FOUND = {
    "the longest form that begins leftmost": ("熟悉大数据分析", ["大数据分析"]),
    "full-width letters, at the offsets of the text as given": (f"①精通{wide('JAVA')}开发", [wide("JAVA")]),
    "a form with and without its blank": ("会SpringBoot和Spring  Boot", ["SpringBoot", "Spring  Boot"]),
    "a Latin form beside Chinese": ("精通Java语言", ["Java"]),
    "the longer Latin word": ("精通JavaScript", ["JavaScript"]),
    "a form that ends with a sign": ("精通C++，会编程", ["C++"]),
    "Latin words that lost their separators": ("熟悉LTEWCDMA制式", ["LTE", "WCDMA"]),
    "a short form after a verb of skill": ("熟练使用R", ["R"]),
    "a short form beside another skill": ("Java、R", ["Java", "R"]),
    "a short form before what it is": ("R语言、R软件", ["R语言", "R"]),
    "a weak form after a verb of skill": ("了解大数据", ["大数据"]),
    "a weak form before experience": ("2年大数据经验", ["大数据"]),
    "a weak form that continues an enumeration": ("了解软件工程，大数据", ["软件工程", "大数据"]),
    "a requirement after 不限": ("专业不限，数据分析", ["数据分析"]),
    "a skill beside a demand for a major": ("掌握机械设计，机电类专业", ["机械设计"]),
    "a short form written with a blank": ("会R 和Java", ["R", "Java"]),
    "digits and letters that lost their separators": ("熟悉LTE4G", ["LTE", "4G"]),
    "a list before knowledge of a field": ("Java、C++等专业知识", ["Java", "C++"]),
    "a skill after the place of work": ("工作地点：北京；1、熟悉Java", ["Java"]),
    "a skill of a section in brackets": ("【福利待遇】包住 【岗位要求】熟悉Java", ["Java"]),
    "a skill after the benefits": ("福利待遇：五险\n任职要求：1、数据分析", ["数据分析"]),
}
NOT_FOUND = {
    "part of a Latin word": "精通Javac",
    "part of a decimal number": "支持2.4G无线",
    "a short form of another case": "使用r",
    "a short form without context": "R级员工",
    "a form across two lines": "数据\n分析",
    "Latin letters that are not all forms": "LTEWCDMAX",
    "a weak form without a verb of skill": "大数据公司的产品",
    "a role": "数据分析师、数据分析工程师",
    "an organisation": "教学部、数据分析团队",
    "a negative": "了解软件工程实验室",
    "benefits": "福利待遇：数据分析培训",
    "benefits in brackets": "【福利待遇】包住，数据分析培训",
    "a form across the line break of an old Mac": "数据\r分析",
    "a form across two paragraphs": "数据\u2029分析",
    "a form across two pages": "数据\x0c分析",
    "a long run of Latin letters, though all are forms": "精通" + "LTE" * 21,
    "contact": "联系方式：数据分析小王",
    "a list of majors": "机械设计、自动化等相关专业本科",
    "a list of majors of which one is to be had": "具有机械设计、自动化等专业学历",
    "the company": "本公司是一家数据分析服务企业",
    "our company": "我司数据分析业务稳定",
    "an interest": "对数据分析感兴趣",
    "the place of work": "工作地点：数据分析产业园",
    "what is asked of nobody": "数据分析：不要求",
    "what is not needed": "无需教学经验",
    "what is not demanded": "不要求有教学经验",
}


@pytest.mark.parametrize(("text", "expected"), FOUND.values(), ids=FOUND)
def test_it_finds(found: Matcher, text: str, expected: list[str]) -> None:
    assert spans(found, text) == expected


@pytest.mark.parametrize("text", NOT_FOUND.values(), ids=NOT_FOUND)
def test_it_does_not_find(found: Matcher, text: str) -> None:
    assert spans(found, text) == []


LEVELS = {
    "a requirement": ("任职要求：1、熟悉Java", "required"),
    "a duty": ("岗位职责：1、Java后台研发", "duty"),
    "a preference": ("任职要求：1、有Java经验者优先", "preferred"),
    "a preference for all of an enumeration": ("任职要求：有Java，C++经验者优先", "preferred"),
    "a demand before a preference for something else": ("任职要求：会Java，具备测试经验者优先", "required"),
    "a demand for a priority": ("任职要求：熟悉Java与任务优先级", "required"),
    "a demand without a section": ("精通Java", "required"),
    "work without a section": ("Java后台研发", "duty"),
}


@pytest.mark.parametrize(("text", "level"), LEVELS.values(), ids=LEVELS)
def test_the_level_is_that_of(found: Matcher, text: str, level: str) -> None:
    assert found.find(text)[0].level == level


def test_a_skill_counts_once_per_text_at_its_first_place_with_its_firmest_level(found: Matcher) -> None:
    hits = found.demanded("工作职责：1、Java研发 任职要求：1、精通Java，有沟通能力")
    assert [(hit.span, hit.start, hit.level) for hit in hits] == [
        ("Java", 7, "required"),
        ("沟通能力", 29, "required"),
    ]


def test_a_hit_keeps_its_section_and_clause_as_evidence(found: Matcher) -> None:
    (hit,) = found.find("任职要求：1、本科，熟悉Java开发；2、踏实")
    assert (hit.section, hit.clause) == ("requirements", "熟悉Java开发；")


def test_the_evidence_of_a_long_clause_is_its_part_around_the_skill(found: Matcher) -> None:
    (hit,) = found.find("码" * 900 + "熟悉Java" + "码" * 900)
    assert hit.clause == "码" * (FARTHEST - 2) + "熟悉Java" + "码" * FARTHEST


LONG = {
    "one sentence of one clause": "熟悉Java和数据分析",
    "sentences": "熟悉Java。精通数据分析。",
    "places of work": "工作地点：北京 Java ",
    "headings": "任职要求 教学内容：Java；",
    "Latin letters": "lte4gx",
    "blanks after a heading": " ",
}


@pytest.mark.parametrize("piece", LONG.values(), ids=LONG)
def test_time_grows_with_the_length_of_a_text(found: Matcher, piece: str) -> None:
    short, long = (f"岗位要求{piece * n}" for n in (500, 4_000))
    assert seconds(found, long) < 24 * seconds(found, short) + 0.1


def seconds(found: Matcher, text: str) -> float:
    """CPU seconds for `text` as an advertisement and as a syllabus."""
    begun = time.process_time()
    found.find(text)
    taught("", text, found.vocabulary, found.surfaces)
    return time.process_time() - begun


@given(st.text(max_size=80))
def test_every_offset_is_a_place_of_the_text_as_given(text: str) -> None:
    folded = fold(text)
    assert list(folded.offsets) == sorted(folded.offsets)
    for character, place in zip(folded.text, folded.offsets, strict=True):
        assert character in fold(text[place]).text


@given(
    st.lists(
        st.sampled_from(["熟悉", "Java", "C++", "、", "，", "。", "公司", "数据分析", "师", " ", "1、", "\n"])
    )
)
def test_spans_never_overlap_and_are_what_the_text_says(words: list[str]) -> None:
    text = "".join(words)
    end = 0
    for hit in matcher().find(text):
        assert hit.start >= end
        assert text[hit.start : hit.end] == hit.span != ""
        end = hit.end


TRADES = {
    "machining": (
        "任职要求：1、能看懂图纸，熟练操作数控车床，会编程、对刀；2、会使用游标卡尺、千分尺；3、有FANUC系统经验者优先",
        {"数控车床", "编程", "对刀", "游标卡尺", "千分尺", "FANUC"},
    ),
    "nursing": (
        "岗位职责：1、执行医嘱，观察病情，做好护理记录；2、静脉采血、静脉输液；要求：持护士资格证",
        {"执行医嘱", "观察病情", "护理记录", "静脉采血", "静脉输液", "护士资格证"},
    ),
    "logistics": (
        "岗位职责：负责仓库收货、拣货、盘点，熟悉WMS系统；有叉车证，熟悉先进先出",
        {"拣货", "盘点", "WMS", "叉车证", "先进先出"},
    ),
    "construction": (
        "岗位职责：负责测量放线、技术交底，编制施工方案；要求：会使用全站仪、CAD、广联达",
        {"测量放线", "技术交底", "施工方案", "全站仪", "CAD", "广联达"},
    ),
    "e-commerce": (
        "岗位职责：负责店铺装修、详情页设计、直通车推广；会PS，了解生意参谋",
        {"店铺装修", "详情页设计", "直通车", "PS", "生意参谋"},
    ),
    "agriculture": (
        "岗位职责：负责育苗、嫁接和病虫害防治；熟悉水肥一体化，会驾驶植保无人机",
        {"育苗", "嫁接", "病虫害防治", "水肥一体化", "植保无人机"},
    ),
}


@pytest.mark.parametrize(("text", "expected"), TRADES.values(), ids=TRADES)
def test_the_projects_vocabulary_knows_the_trade_of(text: str, expected: set[str]) -> None:
    assert expected <= {hit.span for hit in matcher().find(text)}


PARTS_OF_TWO_WORDS = [
    "独立设计调试",
    "协助产品验收",
    "优化验证方案",
    "国家政策解读",
    "办理货运手续",
    "测试产品性能",
]


@pytest.mark.parametrize("text", PARTS_OF_TWO_WORDS)
def test_parts_of_two_words_are_no_skill(text: str) -> None:
    wrong = {"计调", "助产", "化验", "家政", "理货", "试产"}
    assert wrong.isdisjoint(hit.span for hit in matcher().find(f"负责{text}"))
    assert any(form in text for form in wrong)


NO_SKILL = {
    "熟悉压力容器": "容器",
    "了解行车安全": "行车",
    "负责安全行车": "行车",
    "熟悉行车记录": "行车",
    "掌握高通量测序": "高通平台",
    "会引流管护理": "流量运营",
    "会引流液观察": "流量运营",
    "会引流护理": "流量运营",
    "精通注射成型": "注射",
    "精通注射成形": "注射",
    "设计注射模具": "注射",
    "掌握任务调度": "调度",
    "掌握资源调度": "调度",
    "掌握进程调度": "调度",
    "掌握线程调度": "调度",
    "熟悉招商银行系统": "招商",
    "熟悉招商局系统": "招商",
    "熟悉招商证券系统": "招商",
    "熟悉京东方产线": "京东",
    "熟悉原料药API合成": "接口开发",
    "负责车间清洁": "客房清洁",
    "使用SSH登录": "SSH框架",
}


@pytest.mark.parametrize(("text", "name"), NO_SKILL.items(), ids=NO_SKILL)
def test_another_thing_of_the_same_characters_is_not_the_skill(text: str, name: str) -> None:
    assert name not in names(text)


OWN_SKILL = {
    "声乐": "声乐",
    "钢琴": "钢琴",
    "弹唱": "钢琴",
    "RPA": "机器人流程自动化",
    "MRI": "核磁操作",
    "伺服电机": "伺服电机",
    "电磁阀": "电磁阀",
    "卧式加工中心": "卧式加工中心",
    "中望": "中望CAD",
    "视频号": "视频号运营",
    "绿云系统": "绿云系统",
    "经纬仪": "经纬仪",
    "移栽": "移栽",
    "扦插": "扦插",
    "掘进": "掘进",
    "纺纱": "纺纱",
    "SAP SD": "SAP SD",
    "铁路运输": "铁路运输",
}


@pytest.mark.parametrize(("form", "name"), OWN_SKILL.items(), ids=OWN_SKILL)
def test_a_form_belongs_to_the_skill_it_names(form: str, name: str) -> None:
    assert names(f"熟悉{form}") == {name}


def names(text: str) -> set[str]:
    """Names of the skills that the project's vocabulary finds."""
    return {matcher().vocabulary.skills[hit.skill_id].name_zh for hit in matcher().find(text)}
