"""Landing: deliveries come in as bureaus send them, conformed rows, quarantine and a manifest entry go out."""

from iecareer.landing.assignment import unrecognised
from iecareer.landing.deliveries import Receipt, land, reconform, waiting

__all__ = ["Receipt", "land", "reconform", "unrecognised", "waiting"]
