"""The template engine of all pages: it escapes every value and pins the script of the language switch by its hash."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from iecareer.feedback.page import charts
from iecareer.feedback.wording import joined, of_value, say

if TYPE_CHECKING:
    from jinja2 import Environment, Template

_TEMPLATES = Path(__file__).parent / "templates"


def template(name: str, folder: Path = _TEMPLATES) -> Template:
    """A page's template, such as ``college.html.j2``; one of another folder may build on the shared ones."""
    return _environment(folder).get_template(name)


@cache
def _environment(folder: Path) -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(list(dict.fromkeys((folder, _TEMPLATES)))),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    script = (_TEMPLATES / "language.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    environment.globals.update(
        say=say, of_value=of_value, charts=charts, joined=joined, script=script, digest=digest
    )
    return environment
