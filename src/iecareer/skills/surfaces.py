"""Where surface forms of the vocabulary stand in a text, by Aho-Corasick, leftmost-longest.

Input: a vocabulary and a text. Output: places with their skills. Whether the text around a place demands the skill is
not decided here: see :mod:`iecareer.skills.switches`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import ahocorasick

from iecareer.skills.entry import Skill
from iecareer.skills.folding import Folded, fold, folded
from iecareer.skills.vocabulary import Vocabulary
from iecareer.skills.vocabulary_rules import is_latin
from iecareer.skills.words import Words

_WORD = re.compile(r"[a-z0-9+#]")
_RUN = re.compile(r"(?<![a-z0-9+#])[a-z0-9+#]{4,60}(?![a-z0-9+#])")
_SHORT = 3
_AMBIGUOUS = 2


@dataclass(frozen=True)
class Place:
    """A surface form in a text.

    Parameters
    ----------
    start, end : int
        Half-open span in characters of the text as given.
    skill : Skill
        The skill that owns the surface form.
    needs_context : bool
        Whether the form is so short that only a text about skills around it makes it one: ``R``, ``PA``.
    """

    start: int
    end: int
    skill: Skill
    needs_context: bool


@dataclass(frozen=True)
class _Form:
    """A surface form as the automaton holds it. A negative has no skill."""

    length: int
    skill: Skill | None
    exact: str


class Surfaces:
    """The surface forms of all active skills in one automaton."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._automaton = ahocorasick.Automaton()
        self._latin: dict[str, _Form] = {}
        for skill in vocabulary.active:
            for surface in skill.surfaces:
                self._add(surface, skill)
        for skill in vocabulary.active:
            for negative in skill.negatives:
                text = folded(negative)
                self._automaton.add_word(text, _Form(len(text), None, ""))
        self._automaton.make_automaton()

    def places(self, text: str) -> list[Place]:
        """Places of surface forms in `text`, in order, none overlapping another."""
        given = fold(text)
        found: list[Place] = []
        words = Words(text)
        for start, end, form in _leftmost_longest(self._candidates(given, text, words)):
            if form.skill is not None:
                first, last = given.span(start, end)
                found.append(Place(first, last, form.skill, bool(form.exact)))
        return found

    def _add(self, surface: str, skill: Skill) -> None:
        text = folded(surface)
        is_exact = skill.match == "latin_case" and is_latin(surface) and len(text) <= _SHORT
        form = _Form(len(text), skill, surface if is_exact else "")
        self._automaton.add_word(text, form)
        if is_latin(surface) and len(text) > 1:
            self._latin[text] = form

    def _candidates(self, folded: Folded, given: str, words: Words) -> Iterator[tuple[int, int, _Form]]:
        text, offsets = folded.text, folded.offsets
        for last, form in self._automaton.iter(text):
            start, end = last + 1 - form.length, last + 1
            if form.length <= _AMBIGUOUS and words.are_cut(offsets[start], offsets[last] + 1):
                continue
            if _has_ends(given, offsets[start], offsets[last] + 1, text[start], text[last]) and (
                form.exact in ("", "".join(given[offsets[start] : offsets[last] + 1].split()))
            ):
                yield start, end, form
        for run in _RUN.finditer(text):
            if run.group() not in self._latin and _is_whole(offsets, run):
                yield from self._jammed(run, given[offsets[run.start()] : offsets[run.end() - 1] + 1])

    def _jammed(self, run: re.Match[str], given: str) -> Iterator[tuple[int, int, _Form]]:
        """The pieces of Latin words written without a separator, if the run is nothing but surface forms.

        Job boards strip the slash of an enumeration: ``LTE/WCDMA`` arrives as ``LTEWCDMA``.
        """
        start = run.start()
        for piece in self._pieces(run.group(), given):
            yield start, start + len(piece), self._latin[piece]
            start += len(piece)

    def _pieces(self, run: str, given: str) -> list[str]:
        """Fewest surface forms that make up `run`; none if all are short words without a digit."""
        best: dict[int, list[str]] = {0: []}
        for end in range(2, len(run) + 1):
            for start in [start for start in best if start < end - 1]:
                is_shorter = len(best[start]) + 1 < len(best.get(end, run))
                if is_shorter and self._is_form(run[start:end], given[start:end]):
                    best[end] = [*best[start], run[start:end]]
        pieces = best.get(len(run), [])
        is_sure = any(len(piece) >= _SHORT for piece in pieces) or not any(map(str.isalpha, pieces))
        return pieces if is_sure else []

    def _is_form(self, piece: str, given: str) -> bool:
        form = self._latin.get(piece)
        return form is not None and form.exact in ("", given)


def _has_ends(given: str, start: int, end: int, first: str, last: str) -> bool:
    """Whether Latin ends of a form are ends of a word in the text. Chinese neighbours are fine; 2.4G is not 4G."""
    before = given[start - 1 : start].lower()
    after = given[end : end + 1].lower()
    if _WORD.match(first) and _WORD.match(before):
        return False
    if first.isdigit() and before == "." and given[max(start - 2, 0) : start - 1].isdigit():
        return False
    return not (_WORD.match(last) and _WORD.match(after))


def _is_whole(offsets: tuple[int, ...], run: re.Match[str]) -> bool:
    """Whether a run of folded characters has no blank between them in the text."""
    start, end = offsets[run.start()], offsets[run.end() - 1] + 1
    return end - start == len(run.group())


def _leftmost_longest(candidates: Iterator[tuple[int, int, _Form]]) -> Iterator[tuple[int, int, _Form]]:
    reached = 0
    for start, end, form in sorted(candidates, key=lambda each: (each[0], -each[1])):
        if start >= reached:
            yield start, end, form
            reached = end
