"""The loader accepts every drafted contract, whatever the headers and cells of the sample."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iecareer.contracts import load_record_types
from iecareer.errors import IecareerError
from iecareer.onboarding import add_source
from iecareer.sources import source_system

_HEADER = st.one_of(
    st.sampled_from(
        [
            "身份证号",
            "性别",
            "学历",
            "月薪（万元）",
            "salary",
            "是否晋升",
            "城市",
            "入学时间",
            "专业",
            "yes",
            "null",
            "#",
            "a: b",
        ]
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12),
)
_CELL = st.one_of(
    st.sampled_from(
        [
            "男",
            "女",
            "是",
            "no",
            "杭州",
            "2024-01-01",
            "8-12k",
            "'",
            '"',
            "{",
            "#x",
            "-1",
            "本科",
            "- a",
            "null",
        ]
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8),
)


@pytest.mark.usefixtures("sources")
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_every_draft_loads(data: st.DataObject) -> None:
    headers = data.draw(st.lists(_HEADER, min_size=1, max_size=6))
    rows = data.draw(
        st.lists(st.lists(_CELL, min_size=len(headers), max_size=len(headers)), min_size=1, max_size=6)
    )
    kind = data.draw(st.sampled_from(sorted(load_record_types())))
    text = io.StringIO()
    csv.writer(text).writerows([headers, *rows])
    with tempfile.TemporaryDirectory() as folder:
        sample = Path(folder) / "sample.csv"
        sample.write_text(text.getvalue(), encoding="utf-8", newline="")
        try:
            add_source("office", [sample], [kind], force=True)
        except IecareerError:
            # A sample may be refused as a whole, in words.
            return
    assert [table.record_type for table in source_system("office").tables] == [kind]
