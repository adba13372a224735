"""The page of one institution: a single HTML file for screen and print, readable offline."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from iecareer.feedback import reading

if TYPE_CHECKING:
    from jinja2 import Template

    from iecareer.feedback.published import College, Edition


def render_page(college: College, edition: Edition, label: str) -> str:
    """The page as HTML text; every value is escaped by the template engine."""
    return _template().render(
        college=college,
        edition=edition,
        label=label,
        cards=reading.cards(college, edition),
        lines=reading.lines(college, edition),
    )


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("iecareer.feedback"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("college.html.j2")
