"""Turns deliveries of graduates' records into feedback tables for vocational colleges.

Data only move to the right:

``landing → checks → staging → skills → intermediate → marts → estimates → lights → flags → feedback``
"""

__version__ = "0.2.0.dev0"
