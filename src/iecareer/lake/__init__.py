"""Deliveries in the lake: which there are, which were accepted, and which parts hold current rows."""
