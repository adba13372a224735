"""Parsing: chunks of text become typed rows, or a reason why a row is quarantined."""
