"""Deliveries in the lake: which there are, what a run sees of them, and their rows as typed views."""
