"""What a release says of itself on every page and in every workbook."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from iecareer.ledger.signing import fingerprint_of

if TYPE_CHECKING:
    from iecareer.ledger.signing import Document


@dataclass(frozen=True)
class Imprint:
    """The label of a release, the public key (PEM) that signs it, and which release it supersedes and why.

    Parameters
    ----------
    supersedes : tuple of str, optional
        Label and reason.
    """

    label: str
    public_key: str
    supersedes: tuple[str, str] | None = None

    @classmethod
    def of(cls, facts: Document, public_key: str) -> Imprint:
        """The imprint of a release with the facts of its signed statement."""
        superseded = facts["supersedes"]
        return cls(
            facts["label"],
            public_key,
            (superseded["label"], superseded["reason"]) if superseded else None,
        )

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the public key, as ``iecareer verify`` prints it."""
        return fingerprint_of(self.public_key)
