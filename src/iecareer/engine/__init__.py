"""DuckDB and Spark: running SQL on them, and showing deliveries to them as typed tables."""
