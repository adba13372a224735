"""A release in two steps with text as arguments and results: freeze it, then verify it as a college would."""

from __future__ import annotations

from iecareer.errors import IecareerError
from iecareer.settings import home


def freeze(label: str | None = None, approved_by: str | None = None) -> str:
    """Freeze the published feedback; returns the name of its folder below ``releases/``."""
    from iecareer.feedback import Decision, release

    return release(label, Decision(approved_by)).name


def verify_release(name: str) -> str:
    """Compare every file of the release of that name with the ledger; returns the name.

    Raises
    ------
    IecareerError
        When a file does not agree with the ledger.
    """
    from iecareer.feedback import verify

    if problems := verify(home() / "releases" / name).problems:
        raise IecareerError(f"Release {name} does not agree with its ledger: {'; '.join(problems)}")
    return name
