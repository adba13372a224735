"""Codes of job titles: looked up if a person coded the title, remembered if it was coded before, else by the model.

Input: titles. Output: a code and probabilities per title. Answers are remembered in the lake with the version of the
model, so that a title costs nothing the second time; without a lake nothing is written but the model. A title may
describe a person, so only its digest is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from iecareer.occupations.added_titles import added_titles
from iecareer.occupations.classification import LEVELS
from iecareer.occupations.examples import Examples, all_titles, answers, examples_of
from iecareer.occupations.model import model_version, replacing, trained
from iecareer.occupations.wording import key_of, says_something
from iecareer.settings import lake, model_folder

_CODED_AT_ONCE = 2048


class Coded(NamedTuple):
    """The code of a title, and the probability that it is right: in full, and down to each level.

    A title without any letter has the code '' and probabilities of 0.
    """

    occupation_code: str
    confidence: float
    confidence_1: float
    confidence_2: float
    confidence_3: float
    confidence_4: float


COLUMNS = ("job_title", *Coded._fields)
_STORED = ("title_digest", *Coded._fields)
_NOTHING = Coded("", *[0.0] * (1 + len(LEVELS)))


def code_titles(titles: Iterable[str], progress: Callable[[str], object] = str) -> dict[str, Coded]:
    """The code of every title, by the title as given.

    Parameters
    ----------
    titles : iterable of str
        Titles as someone wrote them; equal ones are coded once.
    progress : callable
        Called with a sentence after every some thousand titles.

    Raises
    ------
    IecareerError
        When a file of added titles is not valid.
    """
    keys = {title: key_of(title) for title in titles}
    coded = _coded({*keys.values()}, progress)
    return {title: coded[key] for title, key in keys.items()}


def _coded(keys: set[str], progress: Callable[[str], object]) -> dict[str, Coded]:
    added = added_titles()
    examples = examples_of(all_titles(added))
    path = model_folder() / f"titles-{model_version(examples)}.parquet"
    remembered = _remembered(path)
    told = {key: _told(*answer) for key, answer in answers(added).items()}
    silent = dict.fromkeys((key for key in keys if not says_something(key)), _NOTHING)
    digests = {key: _digest(key) for key in keys}
    found = {key: remembered[digest] for key, digest in digests.items() if digest in remembered}
    known = silent | found | told
    if new := sorted(keys - known.keys()):
        learned = _learned(new, examples, progress)
        known |= learned
        if lake().is_dir():
            # Answers that cannot be stored are computed again next time.
            with suppress(OSError):
                _remember(path, remembered | {digests[key]: answer for key, answer in learned.items()})
    return known


def _learned(keys: list[str], examples: Examples, progress: Callable[[str], object]) -> dict[str, Coded]:
    model, learned = trained(examples, model_folder()), {}
    for begin in range(0, len(keys), _CODED_AT_ONCE):
        part = keys[begin : begin + _CODED_AT_ONCE]
        codes, confidences = model.code(part)
        for key, code, levels in zip(part, codes.tolist(), confidences.round(4).tolist(), strict=True):
            learned[key] = Coded(code, levels[-1], *levels)
        progress(f"{begin + len(part):,} of {len(keys):,}")
    return learned


def _told(code: str, confidence: float) -> Coded:
    return Coded(code, confidence, *[confidence] * len(LEVELS))


def _digest(key: str) -> bytes:
    return sha256(key.encode()).digest()


def _remembered(path: Path) -> dict[bytes, Coded]:
    if not path.is_file():
        return {}
    import pyarrow.parquet

    columns = pyarrow.parquet.read_table(path).to_pydict()
    rows = zip(*(columns[name] for name in _STORED), strict=True)
    return {digest: Coded(*answer) for digest, *answer in rows}


def _remember(path: Path, coded: dict[bytes, Coded]) -> None:
    import pyarrow.parquet

    rows = [(digest, *answer) for digest, answer in coded.items()]
    columns = dict(zip(_STORED, map(list, zip(*rows, strict=True)), strict=True))
    with replacing(path) as draft:
        pyarrow.parquet.write_table(pyarrow.table(columns), draft)
