"""The indicators that a college reads about: which rows of which table they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from iecareer.feedback.wording import Text, say

if TYPE_CHECKING:
    from iecareer.feedback.published import College, Edition, Row

# Column of the value, where it is not the share.
_VALUES = {
    "retention": "retention",
    "hiring_employer": "retention",
    "employer_retention": "retention",
    "response": "response_rate",
    "promotion": "incidence",
}
# Pay is compared by a median that does not depend on where graduates work.
_COMPARED = {"starting_salary": "p50_region_adjusted", "wage": "p50_compared"}
# Shares among respondents; an institution's shares are weighted by the graduates who were asked.
_WEIGHTED = ("known", "match", "self_match", "over")
# No cohort is too young.
_NEVER = 9999
_TOLD = ("promoted",)
# Months after graduation at which page and workbook look at jobs; the data files have more.
LATER = (12, 36, 60)


@dataclass(frozen=True)
class Indicator:
    """One indicator: the rows of `table` with the values `key`.

    Parameters
    ----------
    name : str
        Name of its label in the catalogue of words (``label_<name>``).
    months : int, optional
        Months after graduation, or since the first job began.
    until : int, optional
        Last cohort that is old enough to be looked at.
    """

    name: str
    table: str
    key: dict[str, Any] = field(default_factory=dict)
    months: int = 0
    until: int = _NEVER

    @property
    def label(self) -> Text:
        """What the indicator is called within a sentence."""
        return say(f"label_{self.name}", months=self.months)

    @property
    def value(self) -> str:
        """Column that is shown."""
        return "p50" if self.is_pay else _VALUES.get(self.table, "share")

    @property
    def compared(self) -> str:
        """Column that the interval belongs to and that is compared with peers."""
        return _COMPARED.get(self.table, self.value)

    @property
    def is_pay(self) -> bool:
        """Whether the value is money."""
        return self.table in _COMPARED

    @property
    def is_goal(self) -> bool:
        """Whether more of it is what a college wants; other marks are shown without colour."""
        return self.table not in ("workplace", "employer", "hiring_employer") and self.name != "over"

    @property
    def is_told(self) -> bool:
        """Whether the value rests on answers to the survey."""
        return self.name in (*_WEIGHTED, *_TOLD) or self.key.get("measure") == "survey"

    def rows(self, college: College, program_code: str | None = None) -> list[Row]:
        """Its rows of one program, or of the whole institution; the newest cohorts first."""
        scope = "program" if program_code else college.scope
        where = dict(self.key)
        if self.name in _WEIGHTED:
            where["weighting"] = "unweighted" if program_code else "weighted"
        found = college.rows(self.table, scope, program_code, **where)
        of_cohorts = [row for row in found if row["cohort_to"] is not None and row["cohort_to"] <= self.until]
        return sorted(of_cohorts, key=lambda row: (row["cohort_to"], row["cohort_from"]), reverse=True)

    def newest(self, college: College, program_code: str | None = None) -> Row | None:
        """Its newest published row, or else the newest row that says why nothing is published."""
        rows = self.rows(college, program_code)
        return next((row for row in rows if row["status"] == "ok"), rows[0] if rows else None)


@dataclass(frozen=True)
class Indicators:
    """All indicators of an edition for one institution."""

    wave: int
    horizon: int
    pay_measure: str
    year: int

    @classmethod
    def of(cls, college: College, edition: Edition) -> Indicators:
        """Pay is taken from one measure on the whole page: the first with a published number."""
        published = {row["measure"] for row in college.tables["starting_salary"] if row["status"] == "ok"}
        measure = next((name for name in ("register", "survey", "reported") if name in published), "register")
        wave, horizon = edition.number("headline_wave_months"), edition.number("headline_horizon_months")
        return cls(wave, horizon, measure, int(edition.as_of[:4]))

    @property
    def placement(self) -> Indicator:
        """The ministry's placement rate; no survey stands in for it."""
        key = {"definition": "moe_final", "weighting": "unweighted", "wave_months": 0}
        return Indicator("placement", "employment", key)

    @property
    def insured(self) -> Indicator:
        """Share in the insurance register at the headline wave."""
        key = {"definition": "register", "weighting": "unweighted", "wave_months": self.wave}
        return Indicator("insured", "employment", key, self.wave)

    @property
    def known(self) -> Indicator:
        """Placed among those whose destination is known."""
        return Indicator(
            "known", "employment", {"definition": "known_only", "wave_months": self.wave}, self.wave
        )

    @property
    def match(self) -> Indicator:
        """Job match by the occupation catalogue."""
        key = {"definition": "normative", "fit": "core_or_related", "wave_months": self.wave}
        return Indicator("match", "job_match", key, self.wave)

    @property
    def self_match(self) -> Indicator:
        """Job match by the graduates' own answers."""
        return Indicator(
            "self_match", "job_match", {"definition": "self_report", "wave_months": self.wave}, self.wave
        )

    @property
    def over(self) -> Indicator:
        """Share in jobs that need less than their level of study."""
        key = {"definition": "vertical", "fit": "over", "wave_months": self.wave}
        return Indicator("over", "job_match", key, self.wave)

    @property
    def response(self) -> Indicator:
        """Response rate at the headline wave."""
        return Indicator("response", "response", {"wave_months": self.wave}, self.wave)

    @property
    def start_pay(self) -> Indicator:
        """Median starting pay."""
        return Indicator("start_pay", "starting_salary", {"measure": self.pay_measure})

    def later_pay(self, months: int) -> Indicator:
        """Median pay so many months after graduation."""
        return Indicator("later_pay", "wage", {"measure": self.pay_measure, "horizon_months": months}, months)

    def stay(self, months: int) -> Indicator:
        """Still with the first employer after so many months."""
        return Indicator("stay", "retention", {"horizon_months": months}, months)

    def promoted(self, months: int) -> Indicator:
        """First promoted within so many months after graduation."""
        return Indicator("promoted", "promotion", {"horizon_months": months}, months)

    def employers(self, number: str, months: int) -> Indicator:
        """So many employers within so many months."""
        key = {"n_employers": number, "horizon_months": months}
        return Indicator(f"employers_{number}", "employer", key, months)

    def certificate(self, phase: str, months: int = 0) -> Indicator:
        """Graduates with a certificate of a phase; of cohorts that left so many months ago."""
        key = {"phase": phase, "measure": "holders"}
        return Indicator(f"certificate_{phase}", "certificate", key, months, self._until(months))

    def output(self, months: int) -> Indicator:
        """Graduates with at least one innovation output; of cohorts that left so many months ago."""
        return Indicator("output", "innovation", {"kind": "all"}, months, self._until(months))

    def _until(self, months: int) -> int:
        """The last cohort whose graduates all left so many months before this year."""
        return self.year - 1 - -(-months // 12) if months else _NEVER

    @property
    def ranked(self) -> tuple[Indicator, ...]:
        """The indicators by which programs are ranked."""
        return (
            self.placement,
            self.insured,
            self.match,
            self.stay(self.horizon),
            self.start_pay,
            self.later_pay(36),
        )
