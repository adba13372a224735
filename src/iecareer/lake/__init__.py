"""Deliveries in the lake: the manifest, the accepted deliveries, and the parts with current rows."""
