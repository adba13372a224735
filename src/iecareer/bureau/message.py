"""The headline sentences of a year: lights, warnings, money, enterprises and reviews, counted from the tables."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from iecareer.bureau.report import RESPONSES, SCOPES
from iecareer.bureau.values import amount, listed
from iecareer.bureau.words import of_value, say
from iecareer.feedback.wording import Text

if TYPE_CHECKING:
    from iecareer.bureau.report import Report

Row = dict[str, Any]
# Units that a sentence names; the tables have all.
_NAMED = 6


def facts(report: Report) -> Text:
    """Year, day and run behind the numbers, and the version of the policy."""
    versions = sorted({row["policy_version"] for row in report.lights})
    return say("facts", year=report.year, as_of=report.as_of, run=report.run_id, policy=", ".join(versions))


def message(report: Report) -> list[Text]:
    """The sentences, the most urgent first."""
    return [
        *(_lights(report, scope) for scope in SCOPES),
        _consequences(report),
        _warnings(report),
        *_deadline(report),
        *_allocation(report),
        *_enterprises(report),
        _reviews(report),
    ]


def _lights(report: Report, scope: str) -> Text:
    found = report.of_scope(scope)
    counted = Counter(row["light"] for row in found)
    return say(
        "message_lights",
        year=report.year,
        scope=say(f"units_{scope}"),
        n=len(found),
        red=counted["red"],
        yellow=counted["yellow"],
        green=counted["green"],
        not_judged=counted["not_judged"],
    )


def _consequences(report: Report) -> Text:
    found = [row for row in report.lights if row["is_consequential"]]
    years = report.policy.whole("consequence_years")
    if not found:
        return say("message_no_consequences", years=years)
    names = [Text(name, name) for name in (report.names.unit(row) for row in found[:_NAMED])]
    more = say("and_more", n=len(found) - _NAMED) if len(found) > _NAMED else Text("", "")
    return say("message_consequences", n=len(found), years=years, names=listed(names), more=more)


def _warnings(report: Report) -> Text:
    if not report.warnings:
        return say("message_no_warnings", year=report.year)
    counted = Counter(row["response"] for row in report.warnings)
    parts = listed(
        say("response_count", response=of_value("response", name), n=counted[name]) for name in RESPONSES
    )
    new = sum(row["is_new"] for row in report.warnings)
    return say("message_warnings", n=len(report.warnings), new=new, parts=parts)


def _deadline(report: Report) -> list[Text]:
    days = sorted({row["rectify_by"] for row in report.warnings if row["rectify_by"]})
    units = {
        (row["scope"], row["area_code"], row["institution_code"], row["program_code"])
        for row in report.warnings
        if row["rectify_by"]
    }
    return [say("message_deadline", n=len(units), on=days[0])] if days else []


def _allocation(report: Report) -> list[Text]:
    rows = report.instruments["allocation"]
    if not rows:
        return []
    base, by_factor, neutral = (
        sum((row[name] for row in rows), Decimal(0))
        for name in ("base_cny", "amount_cny", "neutral_amount_cny")
    )
    return [
        say(
            "message_allocation",
            n=len(rows),
            base=amount(base),
            amount=amount(by_factor),
            difference=f"{by_factor - base:+,.2f}",
            neutral=amount(neutral),
        )
    ]


def _enterprises(report: Report) -> list[Text]:
    credit, leaving = report.instruments["enterprise_credit"], report.instruments["enterprise_exit"]
    if not credit and not leaving:
        return []
    return [
        say(
            "message_enterprises",
            n=len({row["enterprise_code"] for row in (*credit, *leaving)}),
            aaa=sum(row["is_aaa"] for row in credit),
            exit=sum(row["is_exit"] for row in leaving),
        )
    ]


def _reviews(report: Report) -> Text:
    rows = report.reviews
    return say(
        "message_reviews",
        as_of=report.as_of,
        n=len(rows),
        due=sum(row["is_due"] for row in rows),
        never=sum(row["last_site_evaluation_on"] is None for row in rows),
        disagree=sum(row["disagrees"] is True for row in rows),
        unknown=sum(row["disagrees"] is None for row in rows),
    )
