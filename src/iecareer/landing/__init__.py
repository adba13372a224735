"""Landing: files and live sources come in; conformed rows, quarantined places and a manifest entry go out."""

from iecareer.landing.deliver import land, look_up_again, reconform
from iecareer.landing.receipts import Receipt
from iecareer.landing.receive.assignment import unrecognised
from iecareer.landing.receive.inbox import untaken, waiting

__all__ = ["Receipt", "land", "look_up_again", "reconform", "unrecognised", "untaken", "waiting"]
