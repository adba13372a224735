"""The person whom a command is about: the identifier that the officer gave, and the pseudonym."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass, field

from iecareer.errors import IecareerError
from iecareer.persons.data_swap import persons_state
from iecareer.persons.identity_numbers import resident_number
from iecareer.persons.keys import derive
from iecareer.persons.pseudonyms import generation_key
from iecareer.sources import source_system


@dataclass(frozen=True)
class Subject:
    """One person. No field is ever printed.

    `message` is the identity as the vault stores it, None for a delivered pseudonym. `first` is the pseudonym before
    any rotation. `needles` are texts that mean this person wherever they occur. `cell` is a text that means this
    person only in the person's column of the source `source_id`.
    """

    kind: str
    message: str | None = field(repr=False)
    first: str = field(repr=False)
    needles: tuple[str, ...] = field(repr=False)
    cell: str | None = field(default=None, repr=False)
    source_id: str | None = None

    @property
    def person_key(self) -> str:
        """The current pseudonym."""
        return present(self.first)


def subject(text: str, source_id: str | None = None) -> Subject:
    """The person with this identifier: a resident number, a delivered pseudonym, or the identifier of a source.

    Raises
    ------
    IecareerError
        When the text is no such identifier, or the source has no identifiers of its own.
    """
    plain = unicodedata.normalize("NFKC", text).strip(" \t\r\n\u200b\ufeff")
    if source_id is not None:
        return _of_source(plain, source_id)
    if re.fullmatch("[0-9a-fA-F]{64}", plain):
        return Subject("pseudonym", None, plain.lower(), (plain.lower(),))
    number = resident_number(plain)
    if number is None:
        raise IecareerError(
            "The input is neither a valid resident number nor a pseudonym of 64 hexadecimal digits.",
            next_step="Enter it again. If it is an identifier of one source, name the source with --source.",
        )
    message = f"resident:{number}"
    short = number[:6] + number[8:17]
    return Subject("resident", message, _first(message), (number[:17], short, _first(message)))


def present(first: str) -> str:
    """The current pseudonym of the person who had the pseudonym `first` before any rotation."""
    for generation in range(1, persons_state().generation + 1):
        first = hmac.new(generation_key(generation), first.encode(), hashlib.sha256).hexdigest()
    return first


def _of_source(plain: str, source_id: str) -> Subject:
    system = source_system(source_id)
    if system.identity_scheme != "opaque":
        raise IecareerError(
            f"{source_id} names persons by resident numbers, not by identifiers of its own.",
            next_step="Leave out --source and enter the resident number.",
        )
    if not plain:
        raise IecareerError("The input is empty.", next_step="Enter the identifier on standard input.")
    message = f"source:{source_id}:{plain}"
    return Subject("opaque", message, _first(message), (_first(message),), plain, source_id)


def _first(message: str) -> str:
    return hmac.new(derive("pseudonym"), message.encode(), hashlib.sha256).hexdigest()
