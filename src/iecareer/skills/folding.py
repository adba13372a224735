"""Text in the form that surface forms are compared in, with the offsets of the text as given.

Input: any text. Output: its characters after NFKC, in lower case and without blanks, each with its place in the text.
Every line break becomes a line feed: no surface form goes across it.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_LINE_BREAKS = frozenset("\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")


@dataclass(frozen=True)
class Folded:
    """A folded text.

    Parameters
    ----------
    text : str
        The folded characters.
    offsets : tuple of int
        Place of each folded character in the text as given. One character may fold to several: ``㎡`` to ``m2``.
    """

    text: str
    offsets: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The half-open span of the text as given that folds to ``text[start:end]``."""
        return self.offsets[start], self.offsets[end - 1] + 1


def fold(text: str) -> Folded:
    """Fold `text` character by character, so that every offset is known."""
    pieces = [(_folded(character), place) for place, character in enumerate(text)]
    characters = [(folded, place) for piece, place in pieces for folded in piece]
    return Folded("".join(folded for folded, _ in characters), tuple(place for _, place in characters))


def folded(text: str) -> str:
    """`text` in the form that surface forms are compared in."""
    return fold(text).text


def _folded(character: str) -> str:
    if character in _LINE_BREAKS:
        return "\n"
    return "".join(unicodedata.normalize("NFKC", character).lower().split())
