"""Receiving: files, databases and HTTP services become archived raw bytes; nothing is read here."""
