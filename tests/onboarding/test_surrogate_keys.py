"""Surrogate keys: items with different contents are distinct; the same item retrieved later is not."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import duckdb

from iecareer.onboarding import Added
from tests.onboarding.activation import land_reviewed
from tests.people import resident_id

Add = Callable[..., tuple[Added, str]]
HEADERS = ("职位", "招聘企业", "城市", "薪资", "浏览次数", "viewCount", "投递情况", "抓取时间", "detail_url",
           "发布日期", "职位描述")  # fmt: skip


def advertisements(seed: int, n: int = 40) -> list[list[str]]:
    """Forty job postings of one crawl; every second differs from the one before in pay only."""
    dice = random.Random(seed)
    rows = []
    for at in range(n):
        same = at // 2
        told = ["会计", f"第{same}公司", "杭州", f"{4 + at % 2}-{9 + at % 2}k"]
        passing = [str(dice.randrange(900)), str(dice.randrange(90)), f"{dice.randrange(2, 900)}人投递"]
        crawl = [f"2024-06-{seed:02d} 10:{at:02d}:00", f"https://jobs.example/{at}?search={dice.random()}"]
        rows.append([*told, *passing, *crawl, "2024-05-06", f"负责第{same}处账目"])
    return rows


def keys(home: Path, record_type: str, column: str) -> list[str]:
    rows = duckdb.execute(f"select {column} from '{home}/lake/landing/{record_type}/**/*.parquet'").fetchall()
    return [key for (key,) in rows]


def test_what_differs_in_pay_alone_is_two_and_a_later_crawl_finds_the_same(
    home: Path, write: Callable[..., Path], add: Add
) -> None:
    first, second = (write(f"crawl{seed}.csv", HEADERS, advertisements(seed)) for seed in (1, 2))
    added, text = add(first)
    assert not added.lacking
    for crawl in (first, second):
        (receipt,) = land_reviewed("office", [crawl])
        assert (receipt["n_loaded"] + receipt["n_unchanged"], receipt["n_superseded"]) == (40, 0)
    assert len(set(keys(home, "job_posting", "posting_id"))) == 40
    comments = " ".join(line for line in text.splitlines() if "#" in line).replace("# ", "")
    for header in ("浏览次数", "viewCount", "投递情况", "抓取时间", "detail_url"):
        assert header in comments.partition("left out")[2].partition("Not used")[0]


def test_a_cell_that_is_empty_is_not_the_next_one(home: Path, write: Callable[..., Path], add: Add) -> None:
    headers = ("职位", "城市", "职位描述", "发布日期", "亮点", "要求", "学历")
    rows = [["会计", "杭州", f"第{at}号", "2024-05-06", "甲", "", ""] for at in range(20)]
    rows += [["会计", "杭州", f"第{at}号", "2024-05-06", "", "甲", ""] for at in range(20)]
    add(write("jobs.csv", headers, rows))
    (receipt,) = land_reviewed("office", [write("jobs.csv", headers, rows)])
    assert (receipt["n_loaded"], receipt["n_superseded"]) == (40, 0)


def test_an_item_that_is_delivered_later_stays_the_same_item(
    home: Path, write: Callable[..., Path], add: Add
) -> None:
    headers = ("协议编号", "设备名称", "是否关键设备", "承诺金额", "到位金额", "到期日", "到位状态")
    states = ("未到位", "已到位")
    before = [[f"XY{at}", f"车床{at}", "是", "500000", "0", "2025-06-30", states[at % 2]] for at in range(30)]
    after = [[*row[:4], "500000", row[5], states[1]] for row in before]
    paths = [write("before.csv", headers, before), write("after.csv", headers, after)]
    added, _ = add(paths[0], record_types=["equipment_investment"])
    assert not added.lacking
    for path in paths:
        (receipt,) = land_reviewed("office", [path])
        assert (receipt["n_quarantined"], receipt["reasons"]) == (0, {})
    assert len(set(keys(home, "equipment_investment", "item_id"))) == 30


def test_an_output_of_two_persons_is_one_output(home: Path, write: Callable[..., Path], add: Add) -> None:
    headers = ("姓名", "身份证号", "成果名称", "成果类型", "授权日期", "参与人数")
    names = ("欧阳锦程", "司徒望舒")
    rows = [
        [names[at % 2], resident_id(at), f"第{at // 2}夹具", "发明专利", "2024-03-01", "2"]
        for at in range(40)
    ]
    added, _ = add(write("outputs.csv", headers, rows), record_types=["innovation_output"])
    assert not added.lacking
    (receipt,) = land_reviewed("office", [write("outputs.csv", headers, rows)])
    assert receipt["n_loaded"] == 40
    assert len(set(keys(home, "innovation_output", "output_id"))) == 20
