"""DuckDB and Spark: running SQL on them, and making deliveries visible as typed tables."""
