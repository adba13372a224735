"""Who left without graduating is asked about, by words or codes, in registers and in registration exports."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from iecareer.onboarding import Added
from iecareer.onboarding.graduation_words import sides
from tests.onboarding.activation import land_reviewed
from tests.onboarding.test_national_code_lists import REGISTERED, registrations
from tests.onboarding.test_rows_asked import answered

Add = Callable[..., tuple[Added, str]]
Write = Callable[..., Path]


@pytest.mark.parametrize(
    ("header", "kept", "out"),
    [
        ("学历", "专科生毕业", "专科生结业"),
        ("学历", "普通高职(专科)毕业", "普通高职(专科)结业"),
        ("学籍状态", "不在籍(毕业)", "不在籍(肄业)"),
        ("学历代码", "41", "42"),
        ("毕业类别", "毕业", "毕业证换发前结业"),
    ],
)
def test_people_who_left_are_asked_about_in_a_registration(
    write: Write, add: Add, header: str, kept: str, out: str
) -> None:
    rows = [[*row, out if at < 4 else kept] for at, row in enumerate(registrations())]
    sample = write("qx.csv", (*REGISTERED, header), rows)
    added, text = add(sample, record_types=["destination_registration"])
    assert added.open_rules == {"destination_registration": [f"rowFilter {header}"]}
    assert f'{{"{header}": {{keep: ["{kept}"], leaveOut: ["{out}"]}}}}' in text
    answered(added)
    (receipt,) = land_reviewed("office", [sample])
    assert (receipt["n_loaded"], receipt["n_left_out"], receipt["n_quarantined"]) == (56, 4, 0)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("学历", ("专科生毕业", "本科生毕业")),
        ("学历代码", ("41", "31")),
        ("学历代码", ("41", "77")),
        ("报到状态说明", ("已报到", "未报到")),
        ("班级代码", ("41", "42")),
    ],
)
def test_a_registration_of_graduates_only_is_not_asked_about(
    write: Write, add: Add, header: str, words: tuple[str, str]
) -> None:
    rows = [[*row, words[at % 2]] for at, row in enumerate(registrations())]
    added, _ = add(write("qx.csv", (*REGISTERED, header), rows))
    assert "rowFilter" not in str(added.open_rules)


def test_words_say_that_somebody_graduated_or_left_or_neither() -> None:
    words = (
        "毕业",
        "专科生毕业",
        "高职结业生",
        "未毕业",
        "延期毕业",
        "结业换毕业",
        "毕业(结业)",
        "在册",
        "大专肄业",
    )
    keep, out = sides(words)
    assert keep == ("毕业", "专科生毕业", "结业换毕业")
    assert out == ("高职结业生", "未毕业", "延期毕业", "毕业(结业)", "大专肄业")
