"""Landing: deliveries come in as bureaus send them, conformed rows, quarantine and a manifest entry go out."""

from iecareer.landing.deliver import land, reconform
from iecareer.landing.receipts import Receipt
from iecareer.landing.receive.assignment import unrecognised
from iecareer.landing.receive.inbox import waiting

__all__ = ["Receipt", "land", "reconform", "unrecognised", "waiting"]
