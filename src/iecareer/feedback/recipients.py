"""Who gets a folder in a release: each institution, the bureau, each enterprise with ten hires, researchers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iecareer.feedback.bureau_folder import write_bureau
from iecareer.feedback.college_folder import write_colleges
from iecareer.feedback.enterprise_folder import write_enterprise
from iecareer.feedback.enterprises import read_enterprises
from iecareer.feedback.exports import write_researchers
from iecareer.feedback.folder_names import folder_name
from iecareer.feedback.overview import Overview
from iecareer.feedback.published import read_colleges

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from iecareer.feedback.imprint import Imprint
    from iecareer.feedback.published import Edition
    from iecareer.ledger.signing import Document


def write_recipients(
    draft: Path, connection: DuckDBPyConnection, edition: Edition, imprint: Imprint
) -> Iterator[tuple[str, Document]]:
    """Write all folders below `draft`; yields each one's path there and what its manifest says about the recipient."""
    overview = Overview()
    for standing in write_colleges(draft, read_colleges(connection, edition), edition, imprint):
        overview.add(standing)
        code = standing.institution.code
        yield folder_name(code), {"institution_code": code}
    yield write_bureau(draft, connection, overview, edition, imprint), {}
    for enterprise in read_enterprises(connection, edition):
        path = write_enterprise(draft, enterprise, edition, imprint)
        yield path, {"enterprise_code": enterprise.code}
    yield write_researchers(draft, connection), {}
