"""Which words of a column may be shown: categories of rows, never the contents of a person's row.

A word that comes again is a category. Under a header that names a status, a kind or a conclusion so is a rare word that
is made like another: 不在籍(肄业) beside 不在籍(退学). A cell that slipped from another column is not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from iecareer.onboarding.header_words import bare_header, latin_words
from iecareer.onboarding.row_status import names_status

MOST_WORDS = 30
_RETURNS = 3
_LONGEST = 16
_LONGEST_LATIN = 32
_LONG_NUMBER = re.compile("[0-9]{4}")
_CLOSED = re.compile("(险种|种类|类型|类别|品目|结论|学籍|学历|层次|标志|标识)(名称)?$")
_CLOSED_LATIN = frozenset({"status", "kind", "type", "category", "class", "insurance", "pension", "level"})
_PIECE = re.compile("(?=([\u4e00-\u9fff]{2}))|([a-z]{4,})")


def is_category(word: str, n: int) -> bool:
    """Whether a word that occurs `n` times may be shown under any header: it comes again, and is short."""
    return n >= _RETURNS and is_short(word)


def is_short(word: str) -> bool:
    """Whether a word has the length of a category and no long number."""
    longest = _LONGEST_LATIN if word.isascii() else _LONGEST
    return len(word) <= longest and not _LONG_NUMBER.search(word)


def shown_words(header: str, words: Mapping[str, int]) -> list[str]:
    """The words of a column that may be shown; `words` has their counts."""
    listed = [word for word, n in words.items() if is_category(word, n)]
    if len(words) > MOST_WORDS or not names_categories(header):
        return listed
    usual = {piece for word in listed for piece in _pieces(word)}
    return [word for word in words if word in listed or (is_short(word) and usual & _pieces(word))]


def names_categories(header: str) -> bool:
    """Whether a header names a status, a kind or a conclusion, so that its words are a closed list."""
    is_closed = bool(_CLOSED.search(bare_header(header)) or {*latin_words(header)} & _CLOSED_LATIN)
    return is_closed or names_status(header)


def counted(words: Mapping[str, int], names: Sequence[str]) -> tuple[str, ...]:
    """Those words with their counts, and how many others there are."""
    n_more = len(words) - len(names)
    listed = [f"{word} ({words[word]:,})" for word in names]
    return (*listed, f"{n_more} more") if n_more else tuple(listed)


def _pieces(word: str) -> set[str]:
    """Each two letters in a row of a Chinese word, each longer Latin word."""
    return {found[1] or found[2] for found in _PIECE.finditer(word.lower())}
