"""A synthetic region with known truth, written as the messy native deliveries real bureaus send.

Nothing here reads a delivery or knows how one is landed; the source contracts say what headers each bureau uses.
"""

from iecareer.simulation.simulate import simulate

__all__ = ["simulate"]
