"""Reasons for which landing can quarantine a row, per column."""

from __future__ import annotations

from iecareer.contracts.loader import Column

Pair = tuple[str, str]

MEANINGS: dict[str, Pair] = {
    "missing": ("必填栏为空", "a required column is empty"),
    "bad_checksum": ("号码校验码不对", "the number's check character is wrong"),
    "cut_number": (
        "像是被电子表格截断的号码，只剩 15 位",
        "looks like a number that a spreadsheet cut to 15 digits",
    ),
    "permit_number": (
        "像是通行证、护照或永久居留证的号码，不是居民身份证号",
        "has the form of a permit or passport, not of a resident number",
    ),
    "not_a_date": ("不是日期", "no date"),
    "not_a_number": ("不是一个确定的数，或不是整数", "no certain number, or not a whole one"),
    "not_in_list": ("不在允许的值之内", "not among the allowed values"),
    "not_a_code": ("不是代码，或代码不存在", "no code, or a code that does not exist"),
    "list_lacks": ("已报送的名单中没有这个名称", "a name that the delivered list does not have"),
    "ambiguous_name": ("同一名称对应几个代码", "a name with several codes"),
    "code_and_name_differ": (
        "代码与名称不是同一所学校或同一个专业",
        "code and name are of different institutions or programs",
    ),
    "other_level": ("是乡镇、街道或村的代码", "the code of a town or village"),
    "negative": ("小于 0", "below 0"),
    "not_positive": ("不大于 0", "not above 0"),
    "out_of_range": ("超出允许的范围", "outside its limits"),
    "after_receipt": ("晚于报送日", "later than the day of receipt"),
    "identity_in_text": ("文字或代码中含有身份证号码", "a text or code holds a resident identity number"),
    "error_cell": ("表格公式的错误值，如 #N/A", "an error value of a formula, such as #N/A"),
    "damaged_text": (
        "文字已损坏：有空字符、替换符（�）、“锟斤拷”，或只剩问号；或整格被划掉",
        "letters were lost (a zero byte, the replacement character, 锟斤拷, question marks alone) or struck out",
    ),
    "malformed_row": ("单元格多于或少于表头", "more or fewer cells than headers"),
    "totals_row": ("合计行，不是记录", "a totals row, not a record"),
    "note_row": ("表下的说明行，不是记录", "a note below the table, not a record"),
    "example_row": ("模板的示例行，不是记录", "the example row of a template, not a record"),
}


_OF_KIND = {
    "person": "bad_checksum",
    "credit_code": "bad_checksum",
    "date": "not_a_date",
    "month": "not_a_date",
    "integer": "not_a_number",
    "number": "not_a_number",
    "money": "not_a_number",
    "year": "not_a_number",
    "boolean": "not_in_list",
    "institution_code": "not_a_code",
    "program_code": "not_a_code",
    "region_code": "not_a_code",
    "occupation_code": "not_a_code",
    "industry_code": "not_a_code",
    "code": "not_a_code",
}
_NO_TEXT = {kind for kind, reason in _OF_KIND.items() if reason != "not_a_code"}


def column_reasons(column: Column) -> tuple[str, ...]:
    """Codes of the reasons for which this column can quarantine a row."""
    found = {
        "missing": column.required,
        _OF_KIND.get(column.kind, ""): column.kind in _OF_KIND,
        "list_lacks": column.kind in ("institution_code", "program_code"),
        "ambiguous_name": column.kind in ("institution_code", "program_code", "region_code"),
        "code_and_name_differ": column.kind in ("institution_code", "program_code"),
        "other_level": column.kind == "region_code",
        "cut_number": column.is_person,
        "permit_number": column.is_person,
        "identity_in_text": column.kind not in _NO_TEXT and not column.allowed,
        "not_in_list": bool(column.allowed) or column.kind == "boolean",
        "negative": column.minimum == 0,
        "not_positive": column.above is not None,
        "out_of_range": column.maximum is not None or bool(column.minimum),
        "after_receipt": column.not_after_receipt,
    }
    return tuple(reason for reason, can_be in found.items() if can_be)
