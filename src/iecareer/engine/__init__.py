"""DuckDB and Spark: what the rest of the code needs of either."""
