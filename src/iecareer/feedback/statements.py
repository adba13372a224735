"""One published row in words. Every text about a number is made here, from the row that holds the number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from iecareer.feedback.not_shown import why_not_shown
from iecareer.feedback.wording import NOTHING, Text, of_value, say

if TYPE_CHECKING:
    from iecareer.feedback.indicators import Indicator
    from iecareer.feedback.published import College, Edition, Row

# Marks that say which side of the peers' median a number is on.
TOLD_APART = ("higher", "lower")


@dataclass(frozen=True)
class Statement:
    """What may be said about one indicator of one program or institution.

    Parameters
    ----------
    row : dict, optional
        Its row; None if the release has none.
    response : Text
        Response rates of the row's cohorts; no text unless the number rests on answers.
    """

    indicator: Indicator
    row: Row | None
    edition: Edition
    response: Text = NOTHING

    @property
    def is_shown(self) -> bool:
        """Whether the row has a published value."""
        return self.row is not None and self.row["status"] == "ok"

    @property
    def shown(self) -> Row:
        """The row of a shown statement."""
        if self.row is None:
            raise LookupError(f"There is no row of {self.indicator.name}.")
        return self.row

    @property
    def why(self) -> Text:
        """Why no value is shown."""
        return why_not_shown(self.indicator.table, self.row, self.edition)

    @property
    def value(self) -> Text:
        """The value with its unit."""
        return self._amount(self.shown[self.indicator.value])

    @property
    def years(self) -> Text:
        """The cohorts of the row."""
        return years(self.shown)

    @property
    def about(self) -> Text:
        """Cohorts, number of persons and, where people were asked, response rates."""
        return self._told(say("about", years=self.years, n=self.shown["n"]))

    @property
    def people(self) -> Text:
        """Number of persons and, where people were asked, response rates."""
        return self._told(say("people", n=self.shown["n"]))

    @property
    def interval(self) -> Text:
        """The interval of what is compared; no text if nothing is."""
        row = self.shown
        if row["ci_low"] is None:
            return NOTHING
        text = say("interval", low=self._amount(row["ci_low"]), high=self._amount(row["ci_high"]))
        if self.indicator.is_pay or self.shown[self.indicator.value] not in (0, 1):
            return text
        return say("edge_all" if self.shown[self.indicator.value] else "edge_none", interval=text)

    @property
    def middle_half(self) -> Text:
        """Between which amounts the middle half is paid; no text for shares."""
        row = self.shown
        if not self.indicator.is_pay:
            return NOTHING
        if row["p25"] is None or row["p75"] is None:
            return say("middle_half_not_known")
        return say("middle_half", low=self._amount(row["p25"]), high=self._amount(row["p75"]))

    @property
    def compared(self) -> Text:
        """The value that is compared with peers, with its interval and, where people were asked, response rates."""
        row = self.shown
        text = say("value", value=self._amount(row[self.indicator.compared]))
        if self.is_adjusted:
            text = say("adjusted", value=text)
        if self.indicator.is_told:
            return say("with_interval_told", value=text, interval=self.interval, response=self.response)
        return say("with_interval", value=text, interval=self.interval)

    @property
    def compared_beside(self) -> Text:
        """What is compared with peers, told beside the value: of an adjusted median all, of the value its interval."""
        if not self.is_adjusted:
            return say("interval_of_median", interval=self.interval)
        value = say("adjusted", value=say("value", value=self._amount(self.shown[self.indicator.compared])))
        return say("with_interval", value=value, interval=self.interval)

    @property
    def is_adjusted(self) -> bool:
        """Whether peers are compared by a median adjusted for where graduates work; later pay is not adjusted."""
        return self.indicator.table == "starting_salary" and self.shown["measure"] != "survey"

    @property
    def mark(self) -> str:
        """``higher``, ``lower``, ``not_told_apart``, or nothing without a comparison."""
        return self.shown.get("mark") or "" if self.is_shown else ""

    @property
    def peers(self) -> Text:
        """The comparison in words: with whom, how it ends, and what could have been seen."""
        row = self.shown
        if not self.mark:
            if self.indicator.is_pay and row["scope"] == "institution":
                return say("pay_of_institution_not_compared")
            no_median = self.indicator.is_pay and row[self.indicator.compared] is None
            return say("nothing_to_compare" if no_median else "no_peers")
        return say(
            f"peers_{self.mark}",
            n=row["n_peers"],
            level=of_value("peers", row["peer_level"]),
            peers=self._amount(row["peer_median"]),
            least=self._difference(row["smallest_difference"]),
        )

    @property
    def peers_in_short(self) -> Text:
        """The median of the peers; where no difference is seen, from where on one would have shown."""
        least = self.shown["smallest_difference"]
        if least is None:
            return self.peers_only
        return say("least_in_short", peers=self.peers_only, least=self._difference(least))

    @property
    def peers_only(self) -> Text:
        """The median of the peers."""
        row = self.shown
        level = of_value("peers", row["peer_level"])
        return say("peers_in_short", n=row["n_peers"], level=level, peers=self._amount(row["peer_median"]))

    @property
    def clearness(self) -> float | None:
        """How clearly the number lies below its peers: above 1 if and only if it is marked ``lower``.

        The distance to the peers' median in units of the distance from the number to that end of its interval.
        """
        if not self.mark:
            return None
        row = self.shown
        value, peers = row[self.indicator.compared], row["peer_median"]
        side = row["ci_high"] - value if value < peers else value - row["ci_low"]
        return float((peers - value) / max(side, 1e-9))

    def _told(self, about: Text) -> Text:
        return say("about_told", about=about, response=self.response) if self.indicator.is_told else about

    def _amount(self, value: float) -> Text:
        if self.indicator.is_pay:
            return yuan(value)
        share = percent(value, self.shown["n"])
        return Text(share, share)

    def _difference(self, value: float | None) -> Text:
        if value is None:
            return NOTHING
        if self.indicator.is_pay:
            return yuan(value)
        return say("points", n=_trimmed(round(100 * value, 1)))


def state(
    indicator: Indicator, college: College, edition: Edition, program_code: str | None = None
) -> Statement:
    """The statement of the newest published row."""
    return state_row(indicator, indicator.newest(college, program_code), college, edition)


def state_row(indicator: Indicator, row: Row | None, college: College, edition: Edition) -> Statement:
    """The statement of one row."""
    if row is None or not indicator.is_told:
        return Statement(indicator, row, edition)
    return Statement(
        indicator,
        row,
        edition,
        response_of(college, row, indicator.months or edition.number("headline_wave_months")),
    )


def response_rows(college: College, row: Row, months: int) -> list[Row]:
    """Published response rates of a row's cohorts at a wave, the oldest first."""
    asked = college.rows("response", row["scope"], row["program_code"], wave_months=months, status="ok")
    cohorts = range(row["cohort_from"], row["cohort_to"] + 1)
    return sorted(
        (other for other in asked if other["cohort_to"] in cohorts), key=lambda other: int(other["cohort_to"])
    )


def response_of(college: College, row: Row, months: int) -> Text:
    """The response rates of a row's cohorts in words."""
    rows = response_rows(college, row, months)
    rates = [percent(other["response_rate"], other["n"]) for other in rows]
    if not rates:
        return say("response_not_known")
    if row["cohort_from"] == row["cohort_to"]:
        return say("response", rate=rates[0])
    of_cohorts = (f"{other['cohort_to']}: {rate}" for other, rate in zip(rows, rates, strict=True))
    return say("response", rate=", ".join(of_cohorts))


def years(row: Row) -> Text:
    """The cohorts of a row: one year or a block."""
    first, last = row["cohort_from"], row["cohort_to"]
    if last is None:
        return say("all_cohorts")
    return say("cohort", year=last) if first == last else say("cohorts", first=first, last=last)


def percent(value: float, n: int | None) -> str:
    """A share as it is published, with one decimal from 100 persons on; medians of peers may have more."""
    text = f"{100 * value:.{1 if n is None or n >= 100 else 0}f}"
    exact = _trimmed(100 * value)
    return f"{exact if len(exact) > len(text) else text}%"


def signed(share: float) -> str:
    """A difference in whole percent, as it is published, with its sign."""
    return f"{round(100 * share):+d}%" if round(100 * share) else "0%"


def yuan(value: float) -> Text:
    """Money per month."""
    return say("yuan", n=f"{value:,.0f}")


def _trimmed(value: float) -> str:
    """At most two decimals, without zeros at the end."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
