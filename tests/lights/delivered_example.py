"""The part of the worked example that is not given as marts, as files of the offices in the exchange format."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from tests.lights.example import I1, I2, I3
from tests.people import credit_code, resident_id

# Enterprises by their names in the example. Y employs those who are insured elsewhere, S people of no college.
ENTERPRISES = {name: credit_code(number) for number, name in enumerate(("X1", "X2", "X3", "X4", "Y", "S"), 1)}
REGISTERED, OTHER = "460103", "510201"
_BORN = {"460103": "20020307", "510201 2022": "20010307", "510201 2023": "20020507", "nobody": "19850307"}
_STRANGERS = 40
_MONTHS = [f"{year}-{month:02d}" for year in (2022, 2023, 2024) for month in range(1, 13)]
# Registrations of 460103, cohort 2023: number of graduates, and what each of them registered.
_DESTINATIONS = (
    (10, (("2023-06-15", "agreement"),)),
    (2, (("2023-07-10", "further_study"),)),
    (5, (("2023-08-20", "seeking"), ("2023-12-10", "labour_contract"))),
    (1, (("2024-01-05", "labour_contract"),)),
    (1, (("2023-08-31", "freelance"),)),
    (1, ()),
)
Rows = list[tuple[object, ...]]


def write_deliveries(folder: Path) -> None:
    """Write one CSV file per record type."""
    folder.mkdir(parents=True)
    for record_type, (header, rows) in _deliveries().items():
        with (folder / f"{record_type}.csv").open("w", encoding="utf-8", newline="") as stream:
            table = csv.writer(stream)
            table.writerow(header.split())
            table.writerows(rows)


def _deliveries() -> dict[str, tuple[str, Rows]]:
    institutions = ((I1, "330102", "east"), (I2, "330106", "east"), (I3, "610102", "west"))
    return {
        "institution": (
            "institution_code institution_name study_level region_code region_class ownership valid_from valid_to",
            [
                (code, f"College {code}", "higher_vocational", region, kind, "public", "2000-01-01", "")
                for code, region, kind in institutions
            ],
        ),
        "program": (
            "program_code edition program_name study_level",
            [(code, 2021, f"Program {code}", "higher_vocational") for code in (REGISTERED, OTHER)],
        ),
        "graduate": (
            (
                "person_id institution_code program_code study_level training_mode enrolled_on graduated_on sex "
                "birth_year origin_region_code entry_score"
            ),
            [*_graduates()],
        ),
        "destination_registration": (
            (
                "person_id institution_code program_code registered_on destination enterprise_code job_title "
                "occupation_code industry_code region_code"
            ),
            [*_registrations()],
        ),
        "employment_month": ("person_id enterprise_code month contribution_base region_code", [*_insured()]),
        "enterprise": (
            (
                "enterprise_code enterprise_name year industry_code region_code size_class ownership revenue "
                "rd_expense vocational_outlay status"
            ),
            [*_enterprises()],
        ),
        "cooperation_agreement": (
            "agreement_id institution_code program_code enterprise_code mode starts_on ends_on intern_places",
            [
                (agreement, code, "", ENTERPRISES[name], mode, f"{begins}-01-01", "", "")
                for agreement, name, code, mode, begins in (
                    ("A1", "X1", I1, "order_class", 2022),
                    ("A2", "X1", I1, "internship_base", 2024),
                    ("A3", "X2", I1, "research", 2022),
                    ("A4", "X3", I2, "regular", 2023),
                    ("A6", "X4", I3, "regular", 2024),
                )
            ],
        ),
        "cooperation_year": (
            (
                "agreement_id year interns_hosted enterprise_teaching_hours board_seats_enterprise board_seats_total "
                "is_participating transformation_income"
            ),
            [
                (agreement, year, interns, 0, "", "", "true", "")
                for agreement, year, interns in (
                    *(("A1", 2022, 150), ("A1", 2023, 101), ("A1", 2024, 60), ("A2", 2024, 41)),
                    *(("A3", 2022, 101), ("A3", 2023, 100), ("A3", 2024, 101), ("A6", 2024, 5)),
                )
            ],
        ),
        "cooperation_insurance": (
            "policy_id enterprise_code institution_code year premium n_claims",
            [("B1", ENTERPRISES["X4"], I3, 2024, "1000.05", 0)],
        ),
    }


def _person(group: str, number: int) -> str:
    # A number that ends in 000 looks like one that a spreadsheet has cut.
    return resident_id(number + 1, born=_BORN[group])


def _graduates() -> Iterator[tuple[object, ...]]:
    groups = (
        (REGISTERED, REGISTERED, 2023, 20),
        (f"{OTHER} 2022", OTHER, 2022, 12),
        (f"{OTHER} 2023", OTHER, 2023, 12),
    )
    for group, program, cohort, n in groups:
        for number in range(n):
            yield (
                *(_person(group, number), I1, program, "higher_vocational", "regular", f"{cohort - 3}-09-01"),
                *(f"{cohort}-06-30", "female", _BORN[group][:4], "330102", ""),
            )


def _registrations() -> Iterator[tuple[object, ...]]:
    number = 0
    for n, registered in _DESTINATIONS:
        for _ in range(n):
            for day, destination in registered:
                yield (_person(REGISTERED, number), I1, REGISTERED, day, destination, "", "", "", "", "")
            number += 1


def _insured() -> Iterator[tuple[object, ...]]:
    """Those who registered an agreement only in the sixth month after it; joiners of X1 from the first month."""
    for number in range(10):
        yield (_person(REGISTERED, number), ENTERPRISES["Y"], "2023-12", 5000, "330102")
    for cohort in (2022, 2023):
        for number in range(12):
            for month in range(7, 13):
                person = _person(f"{OTHER} {cohort}", number)
                yield (person, ENTERPRISES["X1"], f"{cohort}-{month:02d}", 5000, "330102")
    for month in _MONTHS:
        for number in range(_STRANGERS):
            yield (_person("nobody", number), ENTERPRISES["S"], month, 5000, "330102")


def _enterprises() -> Iterator[tuple[object, ...]]:
    """Revenue and research of X1 above, of X2 exactly at the threshold; X4 is small."""
    research = {"X1": (1_000_000, 60_000), "X2": (1_000_000, 50_000)}
    for name, code in ENTERPRISES.items():
        revenue, expense = research.get(name, ("", ""))
        size = "small" if name == "X4" else "large"
        yield (
            code,
            f"Enterprise {name}",
            2024,
            "35",
            "330102",
            size,
            "private",
            revenue,
            expense,
            "",
            "active",
        )
