"""The words of a Chinese text, to tell a surface form from parts of two words.

Input: a text. Output: whether a span joins words that it cuts: 计调 in 设计|调试. Only the dictionary decides, so that
the same text has the same words everywhere.
"""

from __future__ import annotations

import functools

import rjieba


class Words:
    """The borders of the words of one text, found when they are first needed."""

    def __init__(self, text: str) -> None:
        self._text = text

    @functools.cached_property
    def _borders(self) -> frozenset[int]:
        return frozenset(end for _, _, end in rjieba.tokenize(self._text, hmm=False)) | {0}

    def are_cut(self, start: int, end: int) -> bool:
        """Whether the span goes across a border of words and begins or ends inside a word."""
        if start in self._borders and end in self._borders:
            return False
        return any(place in self._borders for place in range(start + 1, end))
