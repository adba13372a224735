"""Storing: parsed rows become Parquet files, quarantined rows and one manifest entry; all or nothing."""
