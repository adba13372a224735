"""The page of one enterprise: how many of the graduates it hired are still there, beside its industry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from iecareer.feedback.indicators import Indicator
from iecareer.feedback.page.environment import template
from iecareer.feedback.page.sections import Panel
from iecareer.feedback.statements import Statement, percent, years
from iecareer.feedback.wording import NOTHING, Text, of_value, say

if TYPE_CHECKING:
    from iecareer.feedback.enterprises import Enterprise
    from iecareer.feedback.imprint import Imprint
    from iecareer.feedback.published import Edition, Row


@dataclass(frozen=True)
class Horizon:
    """Retention of the hires at one horizon, and that of the industry in words."""

    heading: Text
    statement: Statement
    industry: Text


@dataclass(frozen=True)
class Block:
    """The hires of one block of cohorts."""

    caption: Text
    horizons: tuple[Horizon, ...]

    @property
    def no_industry(self) -> Text:
        """Why the industry is not beside any horizon; no text if it is beside one."""
        texts = {one.industry for one in self.horizons}
        has_peers = any(one.statement.shown["n_peers"] is not None for one in self.horizons)
        return NOTHING if has_peers or len(texts) > 1 else texts.pop()

    @property
    def panel(self) -> Panel | None:
        """The chart of its horizons; none without a published number."""
        points = tuple((str(one.statement.shown["horizon_months"]), one.statement) for one in self.horizons)
        if not any(statement.is_shown for _, statement in points):
            return None
        return Panel(self.caption, say("chart_hires"), points, is_series=False)


def render_enterprise(enterprise: Enterprise, edition: Edition, imprint: Imprint) -> str:
    """The page as HTML text; every value is escaped by the template engine."""
    blocks = [_block(rows, enterprise, edition) for rows in enterprise.blocks]
    return template("enterprise.html.j2").render(
        enterprise=enterprise,
        edition=edition,
        imprint=imprint,
        message=enterprise_message(enterprise, edition),
        blocks=blocks,
        notes=_notes(edition),
    )


def _block(rows: list[Row], enterprise: Enterprise, edition: Edition) -> Block:
    horizons = tuple(
        Horizon(
            say("months", months=row["horizon_months"]),
            _statement(row, edition),
            industry_of(row, enterprise, edition),
        )
        for row in rows
    )
    return Block(say("caption_hires", years=years(rows[0]), n=rows[0]["n"]).capital, horizons)


def _statement(row: Row, edition: Edition) -> Statement:
    months = row["horizon_months"]
    return Statement(Indicator("stay", "employer_retention", {}, months), row, edition)


def industry_of(row: Row, enterprise: Enterprise, edition: Edition) -> Text:
    """Quartiles of the other employers of the industry, or why there are none."""
    if enterprise.industry is None:
        return say("industry_unknown")
    if row["n_peers"] is None:
        industry = of_value("category", enterprise.industry).capital
        return say("industry_few", industry=industry, least=edition.number("min_industry_peers"))
    low, median, high = (percent(row[name], None) for name in ("peer_p25", "peer_median", "peer_p75"))
    return say("industry_quartiles", n=row["n_peers"], low=low, median=median, high=high)


def enterprise_message(enterprise: Enterprise, edition: Edition) -> list[Text]:
    """Hires of the newest block, and how many were still there at the headline horizon."""
    newest = enterprise.blocks[0]
    months = edition.number("headline_horizon_months")
    sentences = [say("message_hires", years=years(newest[0]), n=newest[0]["n"])]
    row = next((row for row in newest if row["horizon_months"] == months), None)
    if row is None:
        return sentences
    statement = _statement(row, edition)
    if not statement.is_shown:
        return [*sentences, say("message_hires_not_shown", months=months, why=statement.why)]
    value = say("with_interval", value=statement.value, interval=statement.interval)
    return [*sentences, say("message_hires_stay", months=months, value=value, peers=statement.peers)]


def _notes(edition: Edition) -> list[Text]:
    rate = edition.number("min_n_rate")
    return [
        say("note_marks"),
        say("note_industry", least=edition.number("min_industry_peers")),
        say("note_rounded"),
        say("note_hires", rate=rate, share=f"{edition.share('followed_share'):.0%}"),
    ]
