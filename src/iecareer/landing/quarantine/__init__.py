"""The quarantined rows of a source: places, reasons, and a workbook for the office."""
