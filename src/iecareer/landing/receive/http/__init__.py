"""Fetching records of a JSON service over HTTP into archived slices."""
