"""The folders of the enterprises in a release: page and data files about the graduates that each of them hired."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iecareer.feedback.data_files import write_data
from iecareer.feedback.folder_names import folder_name
from iecareer.feedback.page.enterprise import render_enterprise
from iecareer.feedback.published import EMPLOYERS

if TYPE_CHECKING:
    from pathlib import Path

    from iecareer.feedback.enterprises import Enterprise
    from iecareer.feedback.imprint import Imprint
    from iecareer.feedback.published import Edition

GROUP = "enterprises"


def write_enterprise(draft: Path, enterprise: Enterprise, edition: Edition, imprint: Imprint) -> str:
    """Write the folder of one enterprise below `draft`; returns its path there."""
    folder = draft / GROUP / folder_name(enterprise.code)
    write_data(folder / "data", {EMPLOYERS: enterprise.table})
    page = render_enterprise(enterprise, edition, imprint)
    (folder / f"{folder.name}_{imprint.label}.html").write_text(page, encoding="utf-8")
    return f"{GROUP}/{folder.name}"
