"""What the learner learns from: coded titles, and names of occupations at a lower weight.

Input: the classification, its coded titles and the bureau's own. Output: texts with codes and weights, and answers that
need no learner because the very title is coded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from iecareer.occupations.classification import CodedTitle, coded_titles, occupations
from iecareer.occupations.wording import key_of

NAME_WEIGHT = 0.06
# Two people who code the same title agree on about this share; titles that a bureau adds are its decision.
CODERS_AGREE = 0.91


@dataclass(frozen=True)
class Examples:
    """Texts with their codes: first `n_titles` titles that people coded, then names of occupations."""

    keys: tuple[str, ...]
    codes: tuple[str, ...]
    n_titles: int

    @property
    def weights(self) -> list[float]:
        """Weight of each text."""
        return [1.0] * self.n_titles + [NAME_WEIGHT] * (len(self.keys) - self.n_titles)


def examples_of(titles: Iterable[CodedTitle]) -> Examples:
    """The titles, of equal ones the first, and all names of occupations.

    Names of groups are left out: no job is called so.
    """
    coded: dict[str, str] = {}
    for title in titles:
        coded.setdefault(key_of(title.title), title.code)
    named = [
        (key_of(name), one.code)
        for one in occupations().values()
        for name in (() if one.is_group else (one.name,)) + one.other_names
    ]
    rows = [*coded.items(), *named]
    return Examples(tuple(key for key, _ in rows), tuple(code for _, code in rows), len(coded))


def all_titles(added: Iterable[CodedTitle]) -> list[CodedTitle]:
    """The bureau's titles, then those that came with the classification."""
    return [*added, *coded_titles()]


def answers(added: Iterable[CodedTitle]) -> dict[str, tuple[str, float]]:
    """Key of each coded title and of each occupation's name → its code, and the probability that it is right.

    A name that two occupations share is no answer.
    """
    names = Counter(key_of(one.name) for one in occupations().values())
    named = {
        key_of(one.name): (one.code, CODERS_AGREE)
        for one in occupations().values()
        if not one.is_group and names[key_of(one.name)] == 1
    }
    own = {key_of(title.title): (title.code, 1.0) for title in added}
    shipped = {key_of(title.title): (title.code, CODERS_AGREE) for title in coded_titles()}
    return named | shipped | own
