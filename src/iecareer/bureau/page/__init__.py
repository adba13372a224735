"""The bureau's page of a year: one HTML file for screen, phone and print, readable offline, in Chinese and English."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from iecareer.bureau.message import facts, message
from iecareer.bureau.notes import notes
from iecareer.bureau.page.sections import sections
from iecareer.bureau.page.tiles import tile_groups
from iecareer.bureau.words import say
from iecareer.feedback.page.environment import template

if TYPE_CHECKING:
    from iecareer.bureau.report import Report

_TEMPLATES = Path(__file__).parent / "templates"


def bureau_page(report: Report) -> str:
    """The page as HTML text; every value is escaped by the template engine."""
    return template("lights.html.j2", _TEMPLATES).render(
        words=say,
        report=report,
        facts=facts(report),
        message=message(report),
        tiles=tile_groups(report),
        sections=sections(report),
        notes=notes(report),
    )
