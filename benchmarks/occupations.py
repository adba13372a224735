"""How well job titles are coded: cross-validation on the coded titles, and the time for many distinct titles.

Each fold's titles are coded by a model that learned and calibrated without them. Prints accuracy per level, exact
accuracy, calibration error (10 equal bands), and how many titles are coded with a confidence of at least .7, and how
well. A title that people gave the code of a group is right in full only if the answer is the group itself; the second
line leaves such titles out.
"""

from __future__ import annotations

import argparse
import random
import resource
import time

import numpy as np

from iecareer.occupations.classification import LEVELS, at_level, coded_titles
from iecareer.occupations.examples import examples_of
from iecareer.occupations.model import TitleModel, train

SURE = 0.7


def cross_validated(n_folds: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Told codes, given codes, and the confidences of every level, of all coded titles."""
    titles = np.array(coded_titles(), dtype=object)
    fold = np.random.default_rng(seed).permutation(len(titles)) % n_folds
    told, given, sure = [], [], []
    for k in range(n_folds):
        model = train(examples_of(titles[fold != k]))
        out = titles[fold == k]
        codes, confidences = model.code([title.title for title in out])
        told += [title.code for title in out]
        given += list(codes)
        sure.append(confidences)
    return np.array(told), np.array(given), np.vstack(sure)


def numbers(told: np.ndarray, given: np.ndarray, sure: np.ndarray) -> dict[str, float]:
    """The numbers that acceptance asks for."""
    found = {"exact": float(np.mean(told == given))}
    for position, level in enumerate(LEVELS):
        right = np.array([at_level(a, level) == at_level(b, level) for a, b in zip(told, given, strict=True)])
        found[f"level {level}"] = float(right.mean())
        found[f"calibration error {level}"] = calibration_error(sure[:, position], right)
    is_sure = sure[:, -1] >= SURE
    found["share sure"] = float(is_sure.mean())
    found["right if sure"] = float(np.mean(told[is_sure] == given[is_sure]))
    return found


def calibration_error(confidence: np.ndarray, right: np.ndarray, n_bands: int = 10) -> float:
    """Mean distance between confidence and share of right codes, over equal bands of confidence."""
    band = np.minimum((confidence * n_bands).astype(int), n_bands - 1)
    gaps = [abs((confidence - right)[band == b].mean()) * np.mean(band == b) for b in set(band)]
    return float(sum(gaps))


def speed(model: TitleModel, n: int) -> str:
    """Titles per second on distinct titles, made of pieces of coded ones."""
    rng = random.Random(0)  # noqa: S311
    pieces = [title.title for title in coded_titles()]
    made = list({f"{rng.choice(pieces)}-{rng.choice(pieces)[:4]}{rng.randrange(100)}" for _ in range(n)})
    begin = time.perf_counter()
    for start in range(0, len(made), 2048):
        model.code(made[start : start + 2048])
    return f"{len(made) / (time.perf_counter() - begin):,.0f} titles/s"


def main() -> None:
    """Print the numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--speed", type=int, default=0, metavar="N", help="also code N distinct titles")
    asked = parser.parse_args()
    for seed in range(asked.seeds):
        told, given, sure = cross_validated(5, seed)
        for name, found in (("all", ~np.isin(told, [""])), ("level 4 told", ~np.char.endswith(told, "-00"))):
            row = numbers(told[found], given[found], sure[found])
            print(f"seed {seed}, {name}: " + ", ".join(f"{key} {value:.3f}" for key, value in row.items()))
    if asked.speed:
        begin = time.perf_counter()
        model = train(examples_of(coded_titles()))
        print(f"trained in {time.perf_counter() - begin:.0f} s; {speed(model, asked.speed)}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
