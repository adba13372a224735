"""The only package that uses dbt."""
