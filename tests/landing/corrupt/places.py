"""Things that lie where a file is expected."""

from __future__ import annotations

import os
import random
from pathlib import Path

from tests.landing.corrupt.cases import Case, corruption, people, table


@corruption
def a_link_to_a_file(rng: random.Random) -> Case:
    rows = people(rng)

    def place(path: Path) -> None:
        (path.parent / "elsewhere").write_bytes(table(rows).encode())
        path.symlink_to(path.parent / "elsewhere")

    return Case(None, rows, n_in=len(rows), place=place)


@corruption
def a_link_to_nothing(rng: random.Random) -> Case:
    return Case(None, must="refuse", place=lambda path: path.symlink_to(rng.choice(["nowhere", path.name])))


@corruption
def a_folder_with_the_name_of_a_file(rng: random.Random) -> Case:
    rows = people(rng)

    def place(path: Path) -> None:
        path.mkdir()
        if is_filled:
            (path / "a.csv").write_bytes(table(rows).encode())

    is_filled = rng.random() < 0.5
    if is_filled:
        return Case(None, rows, n_in=len(rows), place=place)
    return Case(None, must="refuse", place=place)


@corruption
def a_pipe(rng: random.Random) -> Case:
    return Case(None, must="refuse", place=os.mkfifo)


@corruption
def a_file_that_is_gone(rng: random.Random) -> Case:
    return Case(None, must="refuse", place=lambda path: None)


@corruption
def a_device(rng: random.Random) -> Case:
    target = rng.choice(["/dev/null", "/dev/zero", "/proc/self/mem"])
    return Case(None, must="refuse", place=lambda path: path.symlink_to(target))


@corruption
def names_with_numbers_of_persons(rng: random.Random) -> Case:
    rows = people(rng)
    return Case(table(rows).encode() + b"1,2\n", rows, n_in=len(rows) + 1, name=f"{rows[0][0]}.csv")
