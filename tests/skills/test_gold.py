"""Precision and recall on advertisements annotated by hand (shared/skills_dev)."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from iecareer.skills import matcher

Span = tuple[int, int]


def test_nine_of_ten_found_skills_are_right_and_eight_of_ten_are_found(shared: Callable[[str], Path]) -> None:
    folder = shared("data/skills_dev")
    hard, every = gold(folder / "gold_skills_dev.csv")
    n_found = n_right = n_hit = 0
    for row in rows(folder / "gold_texts_dev.csv"):
        identifier = row["posting_id"]
        hits = [hit for hit in matcher().demanded(row["text"]) if hit.kind != "soft"]
        found = [(hit.start, hit.end) for hit in hits]
        n_found += len(found)
        n_right += sum(overlaps(span, every[identifier]) for span in found)
        n_hit += sum(overlaps(span, found) for span in hard[identifier])

    assert n_right / n_found >= 0.92
    assert n_hit / sum(map(len, hard.values())) >= 0.80


def gold(path: Path) -> tuple[dict[str, list[Span]], dict[str, list[Span]]]:
    """Spans per advertisement: of skills that are not soft, and of all."""
    hard: dict[str, list[Span]] = defaultdict(list)
    every: dict[str, list[Span]] = defaultdict(list)
    for row in rows(path):
        if row["kind"] != "none":
            span = int(row["start"]), int(row["end"])
            every[row["posting_id"]].append(span)
            if row["kind"] != "soft":
                hard[row["posting_id"]].append(span)
    return hard, every


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def overlaps(span: Span, others: list[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)
