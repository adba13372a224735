"""The one place that knows dbt."""
