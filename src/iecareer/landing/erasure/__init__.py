"""Erasure of a person from everything landed: conformed rows, the vault and archived files.

Comes in: the person. Goes out: nothing but files without that person. An identity is in the clear in memory only.
"""
