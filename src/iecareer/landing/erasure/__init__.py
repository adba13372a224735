"""Erasure of a person from everything landed: conformed rows, the vault and archived files.

Input: the person. Output: only files without the person. Identities are unencrypted in memory only.
"""
