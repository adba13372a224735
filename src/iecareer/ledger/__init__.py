"""Append-only logs that anybody can check with a public key: of deliveries, and of releases.

Input: facts about deliveries and releases, never a value of a person's row. Output: a file of signed, hash-chained
lines, a signed Merkle tree over them, receipts, and proofs. Verification needs no home.
"""
