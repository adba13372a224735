"""Deliveries of graduates' records go in, feedback tables for vocational colleges come out.

Data only ever move to the right:

``landing → checks → staging → intermediate → marts → flags → feedback``
"""

__version__ = "0.2.0.dev0"
