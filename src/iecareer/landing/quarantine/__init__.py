"""The quarantined rows of a source: where they are, why, and a workbook for the office."""
