"""Storing: writes Parquet files, the quarantine and one manifest entry; either all of them or nothing."""
