"""Landing: deliveries come in as bureaus send them, conformed rows, quarantine and a manifest entry go out."""

from iecareer.landing.assignment import unrecognised
from iecareer.landing.inbox import waiting
from iecareer.landing.receipts import Receipt
from iecareer.landing.reception import land, reconform

__all__ = ["Receipt", "land", "reconform", "unrecognised", "waiting"]
