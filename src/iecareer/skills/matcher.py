"""Skills that an advertisement demands.

Input: the text of an advertisement. Output: one :class:`Hit` per place, with offsets in the text as given, the section
and the clause as evidence.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from iecareer.skills.advert import Advert, cut
from iecareer.skills.levels import FIRMNESS, level
from iecareer.skills.surfaces import Place, Surfaces
from iecareer.skills.switches import BETWEEN, spot, switched_off
from iecareer.skills.vocabulary import VOCABULARY_FILE, Vocabulary, load_vocabulary


@dataclass(frozen=True)
class Hit:
    """A demanded skill at one place of a text.

    Parameters
    ----------
    start, end : int
        Half-open span in characters of the text as given.
    span : str
        The text of the span.
    skill_id, kind : str
        As in the vocabulary.
    level : str
        ``required``, ``preferred`` or ``duty``.
    section, clause : str
        The evidence: the section, and the clause around the span, cut as in :class:`~iecareer.skills.switches.Spot`.
    """

    start: int
    end: int
    span: str
    skill_id: str
    kind: str
    level: str
    section: str
    clause: str


class Matcher:
    """Finds the skills of a vocabulary in advertisements."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.surfaces = Surfaces(vocabulary)

    def find(self, text: str) -> list[Hit]:
        """The skills that `text` demands, in the order of their places."""
        advert, places = cut(text), self.surfaces.places(text)
        found: list[Hit] = []
        for number, place in enumerate(places):
            continues = bool(found) and _is_joined(text, found[-1].end, place.start)
            hit = _hit(advert, place, _has_neighbour(text, places, number), continues)
            found.extend([hit] if hit else [])
        return found

    def demanded(self, text: str) -> list[Hit]:
        """Each demanded skill once, at its first place, with the firmest level of all its places."""
        return each_once(self.find(text))


def each_once(hits: Iterable[Hit]) -> list[Hit]:
    """Each skill of `hits` once, at its first place, with the firmest level of all its places."""
    first: dict[str, Hit] = {}
    for hit in hits:
        known = first.setdefault(hit.skill_id, hit)
        if FIRMNESS.index(hit.level) > FIRMNESS.index(known.level):
            first[hit.skill_id] = replace(known, level=hit.level)
    return list(first.values())


@functools.lru_cache(maxsize=2)
def matcher(path: Path = VOCABULARY_FILE) -> Matcher:
    """The matcher of the vocabulary at `path`. Building the automaton takes a fraction of a second, so it is kept."""
    return Matcher(load_vocabulary(path))


def _hit(advert: Advert, place: Place, has_neighbour: bool, continues: bool) -> Hit | None:
    where = spot(
        advert,
        place.start,
        place.end,
        is_weak=place.skill.is_weak,
        needs_context=place.needs_context,
        has_neighbour=has_neighbour,
        continues=continues,
    )
    if switched_off(where):
        return None
    span = advert.text[place.start : place.end]
    return Hit(
        start=place.start,
        end=place.end,
        span=span,
        skill_id=place.skill.skill_id,
        kind=place.skill.kind,
        level=level(where),
        section=where.section,
        clause=f"{where.clause_before}{span}{where.clause_after}".strip(),
    )


def _has_neighbour(text: str, places: list[Place], number: int) -> bool:
    """Whether another form stands beside this one, with nothing but a separator between them."""
    place = places[number]
    before = places[number - 1] if number else None
    after = places[number + 1] if number + 1 < len(places) else None
    return bool(
        (before and _is_joined(text, before.end, place.start))
        or (after and _is_joined(text, place.end, after.start))
    )


def _is_joined(text: str, start: int, end: int) -> bool:
    """Whether nothing but a separator stands at ``text[start:end]``."""
    return BETWEEN.fullmatch(text, start, end) is not None
