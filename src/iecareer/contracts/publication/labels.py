"""Labels of kinds, units and delivery modes, Chinese and English."""

from __future__ import annotations

from iecareer.contracts.loader import Column

Pair = tuple[str, str]

FORMATS: dict[str, Pair] = {
    "person": ("18 位号码", "18 characters"),
    "credit_code": ("18 位代码", "18 characters"),
    "institution_code": ("10 位数字", "10 digits"),
    "program_code": ("6 位数字", "6 digits"),
    "region_code": ("6 位数字", "6 digits"),
    "occupation_code": ("形如 6-18-01-01", "like 6-18-01-01"),
    "industry_code": ("门类字母、2 至 4 位数字，或两者相连", "section letter, 2 to 4 digits, or both"),
    "code": ("编号", "code"),
    "text": ("文字", "text"),
    "integer": ("整数", "whole number"),
    "number": ("数字", "number"),
    "money": ("金额，只写数字", "amount, digits only"),
    "year": ("四位年份", "year"),
    "date": ("日期（年-月-日）", "date, YYYY-MM-DD"),
    "month": ("月份（年-月）", "month, YYYY-MM"),
    "boolean": ("是或否", "true or false"),
}
UNITS: dict[str, str] = {
    "CNY": "元",
    "CNY per month": "元/月",
    "CNY per year": "元/年",
    "hours": "小时",
    "hours per week": "小时/周",
    "index": "指数",
    "months": "月",
    "persons": "人",
    "places": "个",
    "sd": "标准差",
    "seats": "席",
}
MODES: dict[str, Pair] = {
    "snapshot": (
        "每次报送全部有效数据：新的一次整体替换同一来源先前的全部数据。",
        "Each delivery contains all valid data and replaces all earlier deliveries of the same source.",
    ),
    "period": (
        "按月报送：新的一次替换同一来源先前报送的相同月份，其余月份不变。",
        "Delivered by month: a later delivery replaces the same months of the same source; other months stay.",
    ),
    "upsert": (
        "可随时补报或更正：主键相同的行以最近一次报送为准，其余不变。",
        "Delivered at any time: a row replaces an earlier row of the same source with the same key; other rows stay.",
    ),
}
YES, NO = "是", "否"


def choices(column: Column) -> tuple[str, ...]:
    """The choices of a column with a closed list, as labels; empty for an open column."""
    if column.kind == "boolean":
        return (YES, NO)
    return column.labels or column.allowed


def said(column: Column, value: str) -> str:
    """The label of a value."""
    if column.kind == "boolean":
        return YES if value == "true" else NO
    if column.kind == "month":
        return value[:7]
    return dict(zip(column.allowed, column.labels, strict=False)).get(value, value)


def unit(column: Column) -> Pair:
    """The column's unit, or empty texts."""
    return (UNITS[column.unit], column.unit) if column.unit else ("", "")


def limits(column: Column) -> Pair:
    """The column's limits, or empty texts."""
    if column.minimum is not None and column.maximum is not None:
        return (f"{column.minimum:g} 至 {column.maximum:g}", f"{column.minimum:g} to {column.maximum:g}")
    if column.minimum is not None:
        return (f"不小于 {column.minimum:g}", f"at least {column.minimum:g}")
    return (f"大于 {column.above:g}", f"above {column.above:g}") if column.above is not None else ("", "")


def format_of(column: Column) -> Pair:
    """The format of a value, with its limits."""
    parts = [FORMATS[column.kind]]
    if column.labels or (column.allowed and column.kind != "boolean"):
        parts = [("从列表中选择", "one of the list")]
    if any(limits(column)):
        parts.append(limits(column))
    if column.not_after_receipt:
        parts.append(("不晚于报送日", "not after receipt"))
    return "；".join(zh for zh, _ in parts), "; ".join(en for _, en in parts)
