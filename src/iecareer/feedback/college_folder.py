"""The folders of the institutions in a release: page, workbook and data files of each."""

from __future__ import annotations

import os
from collections import deque
from itertools import chain, islice
from typing import TYPE_CHECKING

from iecareer.feedback.changes import compare, earlier_of
from iecareer.feedback.data_files import write_data
from iecareer.feedback.folder_names import folder_name
from iecareer.feedback.indicators import Indicators
from iecareer.feedback.manifest import sha256_of
from iecareer.feedback.overview import Standing, standing
from iecareer.feedback.page import render_page
from iecareer.feedback.workbook import write_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future
    from pathlib import Path

    from iecareer.feedback.imprint import Imprint
    from iecareer.feedback.published import College, Edition

# From so many institutions on, several processes write folders; starting them takes seconds.
_MANY = 100
_PROCESSES = 2


def write_colleges(
    draft: Path, colleges: Iterator[College], edition: Edition, imprint: Imprint
) -> Iterator[Standing]:
    """Write the folder of each institution below `draft`; yields where each one stands when it is complete."""
    first = list(islice(colleges, _MANY))
    everybody = chain(first, colleges)
    if len(first) == _MANY and (os.cpu_count() or 1) > 1:
        yield from _in_processes(draft, everybody, edition, imprint)
        return
    for college in everybody:
        yield write_college(draft, college, edition, imprint)


def write_college(draft: Path, college: College, edition: Edition, imprint: Imprint) -> Standing:
    """Write the folder of one institution below `draft`, which lies among the earlier releases.

    Returns where the institution and its programs stand.
    """
    folder = draft / folder_name(college.code)
    write_data(folder / "data", college.data)
    known = {sha256_of(folder / "data" / f"{name}.parquet"): table for name, table in college.data.items()}
    earlier = earlier_of(draft.parent, folder.name, college.code, imprint.public_key, known)
    changes = compare(earlier, college, edition) if earlier else None
    stem = f"{folder.name}_{imprint.label}"
    write_workbook(folder / f"{stem}.xlsx", college, edition, imprint, changes)
    page = render_page(college, edition, imprint, changes)
    (folder / f"{stem}.html").write_text(page, encoding="utf-8")
    return standing(college, edition, Indicators.of(college, edition))


def _in_processes(
    draft: Path, colleges: Iterator[College], edition: Edition, imprint: Imprint
) -> Iterator[Standing]:
    """Few institutions wait at a time, because each takes memory."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    waiting: deque[Future[Standing]] = deque()
    with ProcessPoolExecutor(_PROCESSES, mp_context=get_context("spawn")) as pool:
        for college in colleges:
            waiting.append(pool.submit(write_college, draft, college, edition, imprint))
            if len(waiting) > 2 * _PROCESSES:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
