"""What stands in a cell without being part of its value: invisible letters, marks for Excel, words for "no value"."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from iecareer.database import text_literal
from iecareer.landing.invisible import INVISIBLE, INVISIBLE_ASCII, LINE_BREAKS

_BLANKS = " \t\n\r\xa0\u200b\u3000\ufeff"
_FILLING = _BLANKS + "\0"
# NFKC turns the acute accent into a blank and the combining accent U+0301.
_GUARDS = "'`‘’\u201b\u2032\u02bc\u0301"
# An apostrophe before a text keeps Excel from changing it. It is part of a word ('t Hart), but not of a code, number,
# day or sign; nor is one of a pair around a text with digits.
_CODE = "[!-~]*[0-9][!-~]*"
_NUMBER = r"[-+¥$(]?[0-9][-0-9.,:/\s%年月日号份时分秒元千万亿TZ]*"
_NO_LETTER = rf"[^\pL{_GUARDS}]*"
_GUARDED = rf"^[{_GUARDS}]+\s*({_CODE}|{_NUMBER}|{_NO_LETTER})$"
_PAIRED = rf"^[{_GUARDS}]([^{_GUARDS}]*[0-9][^{_GUARDS}]*)[{_GUARDS}]$"
# Printed ASCII between letters or digits.
_AS_IT_IS = "[0-9A-Za-z]([ -~]*[0-9A-Za-z])?"
# What programs write where they have no value, in lower case.
NO_VALUE = (
    "null", "(null)", "[null]", "<null>", r"\n", "nan", "-nan", "1.#qnan", "-1.#ind", "nat", "<na>", "na", "n/a",
    "n.a.", "none", "nil", "undefined",
)  # fmt: skip
# Raised, lowered, circled and numbered digits are notes or exponents beside a digit: 8500¹ is not 85001.
_NOTES = "[\u00b2\u00b3\u00b9\u2070\u2074-\u2079\u2080-\u2089\u2460-\u249b\u24ea-\u24ff\u2776-\u2793]"
_LONGEST = max(map(len, NO_VALUE))
# What stands for letters that were lost: NUL, the replacement character, the same read as GBK, or question marks
# alone, which databases write for letters that their character set lacks. One question mark may be meant.
# A cell between tildes is struck out as a whole.
_LOST = r"\x00|\x{FFFD}|锟斤拷|^\?[?\s]*\?$|^~~.*~~$"


def macros() -> list[str]:
    """Statements that define the SQL functions of this module on a connection."""
    literal = text_literal
    return [
        # NULs fill up texts of fixed length.
        f"create macro trimmed(text) as nullif(ltrim(rtrim(text, {literal(_FILLING)}), {literal(_BLANKS)}), '')",
        f"create macro is_damaged(text) as coalesce(regexp_matches(text, {literal(_LOST)}), false)",
        f"""create macro visible(text) as case
            when strlen(text) > length(text) then translate(regexp_replace(nfkc(text), {literal(INVISIBLE)}, '', 'g'),
                {literal(LINE_BREAKS)}, {literal(chr(10) * len(LINE_BREAKS))})
            when regexp_matches(text, {literal(INVISIBLE_ASCII)})
            then regexp_replace(text, {literal(INVISIBLE_ASCII)}, '', 'g')
            else text end""",
        # Exports write codes as ="0101" or '0101, so that Excel keeps them as text.
        rf"""create macro bare(text) as case
            when starts_with(text, '="') or starts_with(text, '''="')
            then trimmed(regexp_replace(text, '^''?="(.*)"$', '\1', 's'))
            when contains({literal(_GUARDS)}, text[1]) then trimmed(regexp_replace(
                regexp_replace(text, {literal(_PAIRED)}, '\1'), {literal(_GUARDED)}, '\1'))
            else text end""",
        # Most cells have nothing to take away, which one look shows. The lambda computes the text once: a macro
        # repeats its argument wherever it names it, and planning all the copies took most of the time of a small file.
        f"""create macro normal(text) as case when regexp_full_match(text, '{_AS_IT_IS}') then text
            else list_transform([trimmed(visible(text))], lambda seen: bare(seen))[1] end""",
        f"""create macro present(text) as case when strlen(text) > {_LONGEST} then text
            when lower(text) in ({", ".join(map(literal, NO_VALUE))}) then null else text end""",
    ]


def nfkc(texts: Any) -> Any:
    """Arrow texts in the NFKC form, with `^` between a digit and a note."""
    import pyarrow.compute as pc

    for pattern in (f"([0-9])({_NOTES})", f"({_NOTES})([0-9])"):
        texts = pc.replace_substring_regex(texts, pattern, r"\1^\2")
    return pc.utf8_normalize(texts, form="NFKC")


def present(text: str, meant: Collection[str]) -> str:
    """SQL of a text, null if it is a word for "no value" and none that is `meant` as a value."""
    return text if {word.lower() for word in meant} & {*NO_VALUE} else f"present({text})"
