"""How to read lights, limits and money, with the policy numbers in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iecareer.bureau.values import listed, policy_percent
from iecareer.bureau.words import of_value, say

if TYPE_CHECKING:
    from iecareer.bureau.report import Report
    from iecareer.feedback.wording import Text


def notes(report: Report) -> list[Text]:
    """Bands, limits, red lines, what is not judged, warnings, money, and where signals are."""
    policy = report.policy
    return [
        say(
            "note_bands",
            green=f"{policy.number('green_from'):g}",
            yellow=f"{policy.number('yellow_from'):g}",
        ),
        say("note_limits", correlation=f"{policy.number('error_correlation'):g}"),
        *(
            say(
                f"note_red_line_{line['comparison']}",
                scope=of_value("scope", line["scope"]),
                indicator=of_value("indicator", line["indicator"]),
                threshold=policy_percent(line["threshold"]),
            )
            for line in policy.red_lines
        ),
        say("note_judged", least=policy_percent(policy.number("min_level_weight"))),
        say(
            "note_consequences",
            years=policy.whole("consequence_years"),
            least=policy.whole("consequence_min_n"),
        ),
        *_peers(report),
        say("note_exact"),
        say("note_names"),
        say("note_explain"),
    ]


def _peers(report: Report) -> list[Text]:
    """Which indicators are anchored at peers, if any is."""
    names = [
        of_value("indicator", row["indicator"])
        for row in report.policy.indicators
        if row["anchor"] == "peers"
    ]
    return [say("note_peers", names=listed(names))] if names else []


def about_allocation(report: Report) -> Text:
    """How far a base can move, and what the neutral variant is."""
    policy = report.policy
    return say(
        "about_allocation",
        range=policy_percent(policy.number("allocation_range")),
        spread=f"{100 * policy.number('allocation_spread'):g}",
        shrinkage=f"{policy.number('allocation_shrinkage'):g}",
    )


def about_fund(report: Report) -> Text:
    """Who is rewarded by how much, and the appraisal of areas."""
    policy = report.policy
    return say(
        "about_fund",
        share=policy_percent(policy.number("fund_share")),
        top=f"{policy.number('fund_top_percent'):g}",
        weight=policy_percent(policy.number("appraisal_weight")),
        cut=policy_percent(policy.number("appraisal_cut")),
    )


def about_credit(report: Report) -> Text:
    """What AAA needs."""
    policy = report.policy
    return say(
        "about_credit",
        interns=f"{policy.number('credit_interns'):g}",
        share=policy_percent(policy.number("credit_rd_share")),
    )


def about_exit(report: Report) -> Text:
    """What a poor year is, and how many lead to exit."""
    policy = report.policy
    return say(
        "about_exit",
        years=policy.whole("exit_years"),
        interns=f"{policy.number('exit_min_interns'):g}",
        conversion=policy_percent(policy.number("exit_conversion")),
        poor=policy.whole("exit_poor_years"),
    )


def about_equity(report: Report) -> Text:
    """Between which limits shares lie."""
    policy = report.policy
    return say(
        "about_equity",
        lowest=policy_percent(policy.number("equity_lowest")),
        largest=policy_percent(policy.number("equity_lowest") + policy.number("equity_span")),
        total=policy_percent(policy.number("equity_total_below")),
        cut=policy_percent(policy.number("equity_total_cut")),
    )


def about_insurance(report: Report) -> Text:
    """What is added to the rate, and the refund."""
    policy = report.policy
    return say(
        "about_insurance",
        extra=policy_percent(policy.number("insurance_small_extra")),
        refund=policy_percent(policy.number("insurance_refund")),
    )


def about_reviews(report: Report) -> Text:
    """How often, and which two tracks."""
    return say("about_reviews", months=report.policy.whole("review_months"))
