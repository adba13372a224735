"""Unusual spellings keep the value, and text that cannot be rewritten stays unchanged."""

import numpy as np
import pyarrow as pa
import pytest

from iecareer.simulation import noise
from iecareer.simulation.noise import Count, Malformed


@pytest.mark.parametrize(
    ("edit", "plain", "written"),
    [
        (noise.yuan, "8500", "￥8,500"),
        (noise.ten_thousands, "8500", "0.85万"),
        (noise.ten_thousands, "12340", "1.234万"),
        (noise.thousands, "8500", "8.5千"),
        (noise.with_unit, "8500", "8500元"),
        (noise.decimals, "8500", "8,500.00"),
        (noise.yuan, "面议", "面议"),
        (noise.full_width, "36", "３６"),
        (noise.lower_x, "11010519491231002X", "11010519491231002x"),
        (noise.serial, "2023-07-01", "45108"),
        (noise.serial, "2023-02-30", "2023-02-30"),
        (noise.chinese_date, "2023-07-01", "二〇二三年七月一日"),
        (noise.chinese_date, "2020-11-20", "二〇二〇年十一月二十日"),
        (noise.chinese_date, "2023-10-31", "二〇二三年十月三十一日"),
    ],
)
def test_spelling(edit: noise.Edit, plain: str, written: str) -> None:
    assert edit(plain) == written


def test_the_faults_added_are_counted() -> None:
    table = pa.table({"key": [str(i) for i in range(100)], "pay": ["5000"] * 100})
    faults = [
        Malformed("negative:pay", "pay", noise.constant("-1"), is_optional=True),
        Malformed("missing:key", "key", noise.constant("")),
    ]
    count = Count()
    dirty = noise.add_faults(table, faults, 3, "pay", count, np.random.default_rng(0))
    assert dirty.num_rows == count.rows == 100 + 3 + 2 + 2
    assert (count.good, count.superseded) == (100, 6)
    assert (dict(count.quarantined), dict(count.emptied)) == ({"missing:key": 1}, {"negative:pay": 1})
    assert dirty["key"].null_count == 1


def test_wrong_check_is_wrong() -> None:
    assert noise.wrong_check("91330102298133509X") != "91330102298133509X"
    assert noise.wrong_check("1") != noise.wrong_check("0")
