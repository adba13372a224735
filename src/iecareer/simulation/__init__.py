"""Simulate a region with known effects, and write it as deliveries in the formats and with the faults of real sources.

The headers come from the source contracts. Nothing here reads deliveries or depends on landing.
"""

from iecareer.simulation.simulate import simulate

__all__ = ["simulate"]
