"""Fetching rows of a live database into archived slices."""
