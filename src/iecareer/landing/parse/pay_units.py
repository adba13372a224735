"""All units of amounts and of pay, for cells, headers and titles."""

from __future__ import annotations

from iecareer.database import text_literal

# Unit directly after a number → factor of the number.
FACTORS = {"亿": 1e8, "万": 1e4, "千": 1e3, "k": 1e3, "K": 1e3}
# Chinese units, which also occur in headers and titles.
CHINESE_UNITS = "".join(unit for unit in FACTORS if not unit.isascii())
# The units of pay: 亿, a hundred million, is not one of them.
PAY_UNITS = "".join(unit for unit in FACTORS if unit != "亿")
MONTHS_PER_YEAR = 12


def factor_sql(unit: str) -> str:
    """SQL of the factor of the unit in the text expression `unit`; 1 for any other text."""
    cases = " ".join(f"when {text_literal(unit)} then {factor:g}" for unit, factor in FACTORS.items())
    return f"case {unit} {cases} else 1 end"


def unit_words(factor: float) -> list[str]:
    """Chinese words for a factor in headers and titles: the unit alone, and the unit with 元."""
    units = [unit for unit, known in FACTORS.items() if known == factor and unit in CHINESE_UNITS]
    return [word for unit in units for word in (f"{unit}元", unit)]
