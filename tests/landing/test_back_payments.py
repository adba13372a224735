"""Back payments join the month they belong to: they add to it, and never replace or fill it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from iecareer.checks.volume_and_freshness import volume
from iecareer.engine.views import register
from iecareer.lake.manifest import Delivery, current_deliveries, record_decision
from iecareer.landing import land, reconform
from tests.landing.insurance import assert_balanced, contract, months_csv

JOINS = {"joinsMonth": "{缴费类型: [补缴, 补收, 补差]}"}
HEADERS = "所属期,缴费类型,缴费基数"
JUNE, JULY, AUGUST = date(2023, 7, 10), date(2023, 8, 10), date(2023, 9, 10)
LATER = date(2030, 1, 1)


def month(month: str, people: Sequence[int], kind: str = "正常应缴") -> list[str]:
    return [f"{person},{month},{kind},{5000 + 10 * person}" for person in people]


class Bureau:
    """Lands files of the bureau and looks at what counts."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.n = folder, 0

    def land(self, rows: Sequence[str], day: date, answers: Sequence[str] | None = None) -> dict[str, Any]:
        self.n += 1
        path = months_csv(self.folder / f"{self.n}.csv", HEADERS, rows)
        (receipt,) = land("bureau", [path], day, answers=answers)
        assert_balanced(receipt)
        return receipt

    def deliveries(self, as_of: date = LATER) -> list[Delivery]:
        return [replace(d, verdict="pass") for d in current_deliveries(as_of)[0]]

    def months(self, as_of: date = LATER) -> dict[str, tuple[int, float]]:
        """Rows and sum of bases of each month that counts on a day."""
        with duckdb.connect() as connection:
            connection.execute("create schema landing")
            register(connection, self.deliveries(as_of))
            rows = connection.execute(
                """select strftime(month, '%Y-%m'), count(*), sum(contribution_base),
                    count(distinct (person_key, enterprise_code))
                from landing.employment_month group by 1 order by 1"""
            ).fetchall()
        assert all(n == n_keys for _, n, _, n_keys in rows)
        return {name: (n, total) for name, n, total, _ in rows}


@pytest.fixture
def bureau(home: Path, tmp_path: Path, system: Any) -> Bureau:
    system("bureau", contract(JOINS))
    return Bureau(tmp_path / "files")


PEOPLE = range(40)
BACK = "40,202306,补缴,6000"


def base(people: Sequence[int]) -> int:
    return sum(5000 + 10 * person for person in people)


def test_a_row_joins_the_month_before(bureau: Bureau) -> None:
    bureau.land(month("202306", PEOPLE), JUNE)
    receipt = bureau.land([*month("202307", range(41)), BACK], JULY)
    assert (receipt["n_in"], receipt["n_loaded"], receipt["n_conflicting"]) == (42, 42, 0)
    assert bureau.months() == {
        "2023-06": (41, base(PEOPLE) + 6000),
        "2023-07": (41, base(range(41))),
    }
    assert bureau.months(JUNE) == {"2023-06": (40, base(PEOPLE))}


def test_no_delivery_is_judged_incomplete_for_its_back_payments(bureau: Bureau) -> None:
    bureau.land(month("202306", PEOPLE), JUNE)
    bureau.land([*month("202307", PEOPLE), BACK], JULY)
    june, july = bureau.deliveries()
    assert volume(july, [june])["replaced_ratio"] is None
    assert volume(july, [june])["newest_period_ratio"] == 1
    assert [(part.period, part.n, part.joins) for part in july.parts] == [
        ("2023-06", 1, True),
        ("2023-07", 40, False),
    ]


@pytest.mark.parametrize(
    ("rows", "n", "total"),
    [
        (["3,202306,补差,200"], 40, 200),
        (["3,202306,补差,200", "3,202306,补收,100"], 40, 300),
        (["3,202306,补差,200", "3,202306,补差,200"], 40, 200),
        (["3,202306,补缴,5030"], 40, 0),
        (["40,202306,补缴,6000", "40,202306,补差,100"], 41, 6100),
        (["3,202306,正常应缴,5030", "3,202307,补差,70"], 1, 5030 - sum(5000 + 10 * n for n in PEOPLE)),
    ],
)
def test_bases_of_one_person_and_employer_are_added(
    bureau: Bureau, rows: list[str], n: int, total: float
) -> None:
    bureau.land(month("202306", PEOPLE), JUNE)
    receipt = bureau.land([*month("202307", PEOPLE), *rows], JULY)
    assert bureau.months()["2023-06"] == (n, base(PEOPLE) + total)
    added = 70 if "3,202307,补差,70" in rows else 0
    assert bureau.months()["2023-07"] == (40, base(PEOPLE) + added)
    assert receipt["n_conflicting"] == 0


def test_the_month_delivered_again_keeps_what_joined_it(bureau: Bureau) -> None:
    bureau.land(month("202306", PEOPLE), JUNE)
    bureau.land([*month("202307", PEOPLE), BACK], JULY)
    bureau.land(month("202306", range(39)), AUGUST)
    assert bureau.months()["2023-06"] == (40, base(range(39)) + 6000)
    # The month as the bureau has it by now holds the back payment itself.
    bureau.land([*month("202306", PEOPLE), "40,202306,正常应缴,6000"], AUGUST)
    assert bureau.months()["2023-06"] == (41, base(PEOPLE) + 6000)


def test_the_statement_delivered_again_replaces_its_back_payments(bureau: Bureau) -> None:
    bureau.land(month("202306", PEOPLE), JUNE)
    bureau.land([*month("202307", PEOPLE), BACK], JULY)
    bureau.land([*month("202307", PEOPLE), "40,202306,补缴,7000"], AUGUST)
    assert bureau.months()["2023-06"] == (41, base(PEOPLE) + 7000)
    bureau.land(month("202307", PEOPLE), AUGUST)
    assert bureau.months()["2023-06"] == (40, base(PEOPLE))


def test_the_order_of_month_and_back_payment_does_not_matter(bureau: Bureau) -> None:
    bureau.land([*month("202307", PEOPLE), BACK], JULY)
    assert bureau.months()["2023-06"] == (1, 6000)
    bureau.land(month("202306", PEOPLE), AUGUST)
    assert bureau.months()["2023-06"] == (41, base(PEOPLE) + 6000)


def test_back_payments_of_several_files_add_up(bureau: Bureau) -> None:
    bureau.land(month("202306", PEOPLE), JUNE)
    bureau.land([*month("202307", PEOPLE), BACK, "1,202306,补差,100"], JULY)
    bureau.land(
        [*month("202308", PEOPLE), "40,202306,补差,50", "1,202306,补差,30", "2,202307,补缴,9"], AUGUST
    )
    assert bureau.months() == {
        "2023-06": (41, base(PEOPLE) + 6180),
        "2023-07": (40, base(PEOPLE) + 9),
        "2023-08": (40, base(PEOPLE)),
    }


def test_a_file_of_back_payments_alone_replaces_nothing(bureau: Bureau) -> None:
    bureau.land(month("202306", PEOPLE), JUNE)
    bureau.land([BACK, "41,202306,补收,100"], JULY)
    assert bureau.months() == {"2023-06": (42, base(PEOPLE) + 6100)}
    (source,) = bureau.deliveries()[1:]
    assert source.whole_parts == ()


def test_a_back_payment_is_no_newer_month(bureau: Bureau) -> None:
    bureau.land(month("202306", PEOPLE), JUNE)
    bureau.land(["40,202309,补缴,6000"], AUGUST)
    with duckdb.connect() as connection:
        connection.execute("create schema landing")
        register(connection, bureau.deliveries())
        newest = connection.execute("select newest_period from landing.source_system").fetchall()
    assert newest == [(date(2023, 6, 1),)]


def test_a_withdrawn_delivery_takes_its_back_payments_along(bureau: Bureau) -> None:
    bureau.land(month("202306", PEOPLE), JUNE)
    receipt = bureau.land([*month("202307", PEOPLE), BACK], JULY)
    record_decision("withdraw", receipt["delivery_id"], reason="x", decided_on=AUGUST)
    assert bureau.months(JULY)["2023-06"] == (41, base(PEOPLE) + 6000)
    assert bureau.months(AUGUST) == {"2023-06": (40, base(PEOPLE))}


def test_a_contract_that_learns_of_back_payments_mends_the_month(
    bureau: Bureau, system: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    system("bureau", contract({"rowFilter": "{缴费类型: {keep: [正常应缴, 补缴]}}"}))
    bureau.land(month("202306", PEOPLE), JUNE)
    bureau.land([*month("202307", PEOPLE), BACK], JULY)
    assert bureau.months()["2023-06"] == (1, 6000)
    june, july = bureau.deliveries()
    assert volume(july, [june])["replaced_ratio"] == pytest.approx(1 / 40)
    system("bureau", contract(JOINS))
    reconform("bureau", JULY)
    assert bureau.months(AUGUST)["2023-06"] == (41, base(PEOPLE) + 6000)


def test_a_corrected_back_payment_of_the_quarantine_joins_too(bureau: Bureau) -> None:
    bureau.land(month("202306", PEOPLE), JUNE)
    bureau.land([*month("202307", PEOPLE), "3,202306,补差,x"], JULY)
    bureau.land(["3,202306,补差,200"], AUGUST, answers=())
    assert bureau.months()["2023-06"] == (40, base(PEOPLE) + 200)
    # The statement delivered again holds the row itself.
    bureau.land([*month("202307", PEOPLE), "3,202306,补差,300"], AUGUST)
    assert bureau.months()["2023-06"] == (40, base(PEOPLE) + 300)
