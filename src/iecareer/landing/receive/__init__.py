"""Receiving: archives raw bytes from files, databases and HTTP services, without reading their content."""
